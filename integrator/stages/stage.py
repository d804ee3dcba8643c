# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import OWNER_CONFLICT
from ..exceptions import ConfigurationError, IntegratorError, ThrottledError, UnexpectedError

_logger = logging.getLogger(__name__)

#: Seconds of tolerance when comparing a site's interval with the scheduler's ticks.
TICK = 5

#: How often a claim is tried again that another worker's commit has crossed.
CLAIM_TRIES = 5


class IntegratorStage(models.AbstractModel):
    """The one shape of all stages: claim a few records, work on them under a savepoint, put state
    and error on the records, commit, go on (DESIGN §4).

    A claim takes rows that nobody else holds, in a fresh snapshot, and checks their condition
    again under the lock; so two workers, or two hosts, never take the same row, and a kill at any
    instruction leaves the row where it was.
    """

    _name = "integrator.stage"
    _description = "Stage"

    #: Key of the stage in the run log.
    _stage = None
    #: Model of the records that the stage works on.
    _queue = None
    #: Model that keeps `error_code` of what failed here.
    _errors = None
    #: Records per claim and commit.
    _chunk = 20
    #: Whether the stage begins work by itself and so keeps to the site's interval.
    _paced = False
    #: Stages to wake when this one has done something.
    _next_stages = ()

    # === HOOKS === #

    def _sites(self):
        """Sites that this stage looks at; what a site has in its queues is always worked on,
        only the stages that begin something ask whether it is automatic (001-60, 001-84)."""
        return self.env["integrator.site"].search([("active", "=", True)])

    def _domain(self, site):
        """Which records are in the right condition at this moment (000-07)."""
        raise NotImplementedError

    def _work(self, site, records):
        """Work on claimed records; states and errors go onto the records.

        :return: dict record -> IntegratorError, for those that failed
        """
        raise NotImplementedError

    def _begin(self, site):
        """Make records that the stage itself starts with, for example the next window."""

    # === RUNNING === #

    def _cron_run(self):
        """Entry of the scheduled action."""
        for site in self._sites():
            if self._due(site) and not self._run(site):
                break
        self._wake_later()

    def _due(self, site):
        if not self._paced:
            return True
        last = self.env["integrator.run"]._last_start(site, self._stage)
        pause = timedelta(seconds=max(site.interval_seconds - TICK, 0))
        return not last or last + pause <= fields.Datetime.now() or self._is_urgent(site)

    def _is_urgent(self, site):
        """Whether a person asked for something that should not wait for the interval."""
        return False

    def _wake_later(self):
        """Intervals below the scheduler's minute: ask it to come back (001-83)."""
        if not self._paced:
            return
        sites = self._sites().filtered("automatic")
        fast = [site.interval_seconds for site in sites if site.interval_seconds < 60]
        if fast:
            at = fields.Datetime.now() + timedelta(seconds=min(fast))
            self.env["integrator.site"]._wake(self._stage, at=at)

    def _run(self, site):
        """Run the stage for one site and log it. Its reasons are written in the language of who
        decides about the site; what is sent, and what buyers get, has a language of its own.

        :return: whether the scheduler leaves time to go on
        """
        self = self.with_context(lang=site._responsible().lang)
        site = site.with_env(self.env).with_company(site.company_id)
        if reason := site._owner_conflict():
            return self._refuse(site, reason)
        run = self.env["integrator.run"]._start(site, self._stage)
        self._commit(0)
        error = self._uncrossed(self._guard, site, lambda: self._begin(site))
        self._report(site, {site: error} if error else {})
        left = self._commit(0)
        done, errors, left = self._run_chunks(site) if left else (0, [], left)
        run._end(done, [error, *errors] if error else errors)
        if not error:
            self.env["integrator.alert"]._close_mended(site, self._stage, self.env[self._errors])
        if done:
            self.env["integrator.site"]._wake(*self._next_stages)
        self._commit(0)
        self._uncrossed(self.env["integrator.circuit"]._tell, site)
        return bool(self._commit(0)) and bool(left)

    def _refuse(self, site, reason):
        """Do nothing where another module owns the account, and say so (004-13, 004-15, 004-23);
        what waits goes on waiting."""
        _logger.error("Stage %r does nothing for %r: %r", self._stage, site.name, reason)
        error = ConfigurationError(reason, code=OWNER_CONFLICT)
        self.env["integrator.run"]._start(site, self._stage)._end(0, [error])
        # one cause, whichever stage meets it first
        self.env["integrator.alert"]._raise(site, "send", error)
        return bool(self._commit(0))

    def _run_chunks(self, site):
        done = last_id = 0
        errors = []
        left = True
        while left:
            found, records = self._claim(site, last_id)
            if not found:
                break
            last_id = max(found)
            failed = self._uncrossed(self._work, site, records) if records else {}
            done += 0 if failed is None else len(records) - len(failed)
            failed = failed or {}
            self._report(site, failed)
            errors += [one for one in failed.values() if not isinstance(one, ThrottledError)]
            left = self._commit(len(records), remaining=int(len(found) == self._chunk))
        return done, errors, left

    def _uncrossed(self, work, *args):
        """Do a piece of work; when another transaction crosses it, leave the rows as they were
        for the next run."""
        try:
            return work(*args)
        except SerializationFailure:
            self.env.cr.rollback()
            return None

    def _claim(self, site, last_id):
        """Lock the next records, in a snapshot of their own.

        :param int last_id: the last id that this run has looked at
        :return: tuple (ids looked at, records that are ours now)
        """
        queue = self.env[self._queue]
        domain = Domain(self._domain(site)) & Domain("id", ">", last_id)
        for _attempt in range(CLAIM_TRIES):
            try:
                records = queue.search(domain, order="id", limit=self._chunk)
                # allow_referencing: rows of other tables may point to ours meanwhile
                locked = records.try_lock_for_update(allow_referencing=True)
                locked.invalidate_recordset()
                return records.ids, locked.filtered_domain(domain)
            except SerializationFailure:
                # another worker committed one of these rows after our snapshot: look again
                self.env.cr.rollback()
        return [], queue

    def _commit(self, processed, remaining=0):
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    def _report(self, site, failed):
        """One alert per cause; being throttled is no error."""
        for error in failed.values():
            if not isinstance(error, ThrottledError):
                self.env["integrator.alert"]._raise(site, self._stage, error)

    def _guard(self, record, work):
        """Do `work` for one record under a savepoint.

        :param record: the record, for the log
        :param work: function without arguments
        :return: None, or the IntegratorError that stopped it; a programming error becomes one too,
            so that one bad record never stops a run (pain 10)
        """
        try:
            with self.env.cr.savepoint():
                work()
        except IntegratorError as error:
            return error
        except Exception as error:
            if isinstance(error, SerializationFailure):
                raise
            _logger.exception("Stage %r failed on %r", self._stage, record)
            return self._unexpected(error)
        return None

    def _unexpected(self, error):
        # only Odoo's own messages are made for people; others may quote personal data
        reason = str(error) if isinstance(error, UserError) else type(error).__name__
        return UnexpectedError(
            self.env._(
                "Unexpected problem: %s. It is tried again; the server log tells more.", reason
            ),
            code=f"unexpected_{type(error).__name__}",
        )
