# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
import traceback
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import inf

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, LockError, RedirectWarning, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import config

from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB

from ..const import OWNER_CONFLICT
from ..exceptions import (
    ConfigurationError,
    IntegratorError,
    RejectedError,
    ThrottledError,
    UnexpectedError,
)
from ..neutral import ContractError
from ..utils import conflicts_unlogged, try_lock

_logger = logging.getLogger(__name__)

#: Seconds of tolerance when comparing a site's interval with the scheduler's ticks.
TICK = 5

#: Tries of a claim after a conflict with another worker's commit.
CLAIM_TRIES = 5

#: Errors that say that another transaction was quicker, and those that may say so.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
MAYBE_CONFLICTS = (UniqueViolation, LockError)

#: Context key: what may be a conflict is taken for one, because it is tried once more. What stays
#: is an error of the record.
RETRYING = "integrator_retrying"

#: Errors whose text is made for people, by Odoo's writers.
MADE_FOR_PEOPLE = (UserError, RedirectWarning)

#: A worker is ended when all scheduled actions of a database together take longer than its limit.
#: A stage takes no more than this part of it, and the piece of work that it is at.
PARTS_OF_LIMIT = 15

#: Pieces of the most urgent kind of work before the other kinds have one each.
URGENT_PIECES = 5

#: Maximum of rows that are counted as remaining for the scheduler.
MAX_COUNTED = 1000


@dataclass
class Outcome:
    """The result of isolated work.

    :param error: the `IntegratorError` that stopped it; None: it is done
    """

    error: IntegratorError | None = None


class IntegratorStage(models.AbstractModel):
    """The one shape of all stages: claim a few records, work on them under a savepoint, put state
    and error on the records, commit, go on.

    A claim takes rows that no other worker holds, in a fresh snapshot; PostgreSQL refuses the lock
    on a row that has changed since. So two workers, or two hosts, never take the same row, and a
    kill at any instruction leaves the row where it was.

    Sites take turns piece by piece, the one that was served longest ago first; within a site the
    kinds of work do. A run ends when nothing is left or its time is over; it then reports the rest
    to Odoo's scheduler, which calls again once the other scheduled actions had their turn.
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
    #: Tries of a piece of work after serialization failures, before the next run.
    _tries = 3
    #: Whether the stage polls the site and therefore keeps to its polling interval.
    _paced = False
    #: Stages to wake when this one has done something.
    _next_stages = ()

    # === HOOKS === #

    def _sites(self):
        """Sites that this stage looks at; what a site has in its queues is always worked on,
        only the stages that begin something ask whether it is automatic."""
        sites = self.env["integrator.site"].search([("active", "=", True)])
        return sites.filtered(self._serves)

    def _serves(self, site):
        """Return whether a site has use for this stage; the stage is missed only where it has."""
        return True

    def _leaves_runs(self, site):
        """Return whether the log has a run for a site each time the scheduler calls, with or
        without work: only then a missing one means that nothing runs."""
        return True

    def _domain(self, site):
        """Return the domain of the records that are in the right condition at this moment."""
        raise NotImplementedError

    def _domains(self, site):
        """The kinds of what is in the right condition, which take turns.

        :return: list of domains that share no record, the most urgent first
        """
        return [self._domain(site)]

    def _work(self, site, records):
        """Work on claimed records; states and errors go onto the records.

        :return: dict record -> IntegratorError, for those that failed
        """
        raise NotImplementedError

    def _unfinished(self, records):
        """Return those of the records just worked on that have more to do at once; only a stage
        that claims one record at a time has any."""
        return records.browse()

    def _begin(self, site):
        """Hook: create the records to process, for example the next fetch request."""

    def _has_work(self, site):
        """Return whether a run would find something to do: a paced stage is due after its interval,
        any other has a queue."""
        return self._due(site) if self._paced else self._has_queue(site)

    def _has_queue(self, site):
        queue = self.env[self._queue]
        return any(queue.search_count(domain, limit=1) for domain in self._domains(site))

    def _has_new_work(self, site):
        """Return whether there is work that another stage may just have made. What only becomes due
        with time is found by the stage's own scheduled action."""
        return self._has_work(site)

    # === RUNNING === #

    def _cron_run(self):
        """Entry of the scheduled action."""
        if self._seconds_left() > 0:
            self._serve(self._sites_in_turn())
        else:
            # called again at once because something is left: first the others have their turn
            self._commit(0, remaining=1)

    def _run(self, site):
        """Run the stage for one site until nothing is left, or time is over."""
        self._serve(site)

    def _serve(self, sites):
        """Run the stage for sites in turns, a piece of work each."""
        turns = [SiteTurn(self, site) for site in sites]
        going = deque(turns)
        while going:
            self._sleep_until_free(going)
            turn = going.popleft()
            with conflicts_unlogged():
                goes_on = turn.is_waiting() or turn.stage._go_on(turn)
            if goes_on:
                going.append(turn)
            # sites that have nothing to do cost little; a run that did nothing would be a waste
            if self._seconds_left() <= 0 and any(turn.looked_at for turn in turns):
                break
        for turn in going:
            turn.left += turn.stage._count_left(turn)
            turn.stage._end(turn)
        left = sum(turn.left for turn in turns)
        if left:
            self.env["integrator.site"]._trigger_stages(self._stage)
        self._trigger_later()
        self._commit(0, remaining=left)

    def _sites_in_turn(self):
        """The sites whose time has come, the one that was served longest ago first."""
        runs = self.env["integrator.run"]
        last = {site: runs._last(site, self._stage) for site in self._sites()}
        due = [site for site, run in last.items() if self._is_due(site, run)]
        # a site that was never served has no time, which is before all others
        return sorted(due, key=lambda site: (str(last[site].started_at or ""), last[site].id))

    def _due(self, site):
        """Return whether a site's interval is over, or does not count."""
        return self._is_due(site, self.env["integrator.run"]._last(site, self._stage))

    def _is_due(self, site, last_run):
        if not self._paced or not last_run:
            return True
        pause = timedelta(seconds=max(site.interval_seconds - TICK, 0))
        over = last_run.started_at + pause <= fields.Datetime.now()
        return over or self._is_urgent(site)

    def _is_urgent(self, site):
        """Return whether a person asked for something that should not wait for the interval."""
        return False

    def _trigger_later(self):
        """Intervals below the scheduler's minute: ask it to come back."""
        if not self._paced:
            return
        sites = self._sites().filtered("automatic")
        fast = [site.interval_seconds for site in sites if site.interval_seconds < 60]
        if fast:
            at = fields.Datetime.now() + timedelta(seconds=min(fast))
            self.env["integrator.site"]._trigger_stages(self._stage, at=at)

    # === TIME === #

    def _seconds_left(self):
        """Return the seconds for which this run may go on; infinite outside the scheduler."""
        end = self.env.context.get("cron_end_time")
        if end is None:
            return inf
        return end - MIN_TIME_PER_JOB + self._turn_seconds() - time.monotonic()

    def _turn_seconds(self):
        """Return the seconds for which a stage may work before the other scheduled actions have
        their turn."""
        return min(MIN_TIME_PER_JOB, self._limit_seconds() / PARTS_OF_LIMIT)

    def _limit_seconds(self):
        """After how long Odoo ends a worker of scheduled actions; infinite: never."""
        limit = config["limit_time_real_cron"]
        if limit < 0:
            limit = config["limit_time_real"]
        return limit or inf

    def _sleep_until_free(self, turns):
        """Wait for the moment in which a site can go on, where all of them have to."""
        if all(turn.is_waiting() for turn in turns):
            pause = min(turn.free_at for turn in turns) - time.monotonic()
            time.sleep(max(min(pause, self._seconds_left()), 0))

    def _count_left(self, turn):
        """Return the number of records that a site has left when time is over."""
        queue, domains = self.env[self._queue], self._domains(turn.site)
        count = sum(queue.search_count(domain, limit=MAX_COUNTED) for domain in domains)
        return count or int(self._has_work(turn.site))

    # === ONE SITE === #

    def _go_on(self, turn):
        """Do the next piece of a site's turn.

        :param SiteTurn turn: of this stage
        :return: whether there may be another one; if not, the turn has ended
        """
        over = object()
        try:
            turn.pieces = turn.pieces or self._turn_pieces(turn)
            if next(turn.pieces, over) is not over:
                return True
        except (*CONFLICTS, *MAYBE_CONFLICTS):
            self.env.cr.rollback()
        except IntegratorError as error:
            self.env.cr.rollback()
            turn.can_close_alerts = False
            self._note(turn, {turn.site: error})
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stage %r failed for %r", self._stage, turn.site)
            turn.can_close_alerts = False
            self._note(turn, {turn.site: self._unexpected(error)})
        self._end(turn)
        return False

    def _turn_pieces(self, turn):
        """The turn of a site: a generator that stops after each committed piece."""
        site = turn.site
        if reason := site._owner_conflict():
            self._refuse(site, reason)
            return
        turn.run = self.env["integrator.run"]._start(site, self._stage)
        self._commit(0, remaining=1)
        error = self._attempt(site, lambda: self._begin(site))
        self._note(turn, {site: error} if error else {})
        turn.can_close_alerts = not error
        self._commit(0, remaining=1)
        yield from self._pieces(turn)

    def _pieces(self, turn):
        """The kinds of work of a site in turns: some pieces of the most urgent one, then one of
        each other, so that urgent work is done soon and no kind starves."""
        kinds = [self._queue_pieces(turn, domain) for domain in self._domains(turn.site)]
        yield from self._take_turns(kinds)

    def _take_turns(self, kinds):
        """Run generators side by side: some pieces of each, and one of the least urgent.

        :param list kinds: generators of pieces, the most urgent first
        """
        kinds = deque(kinds)
        over = object()
        while kinds:
            for number, kind in enumerate(list(kinds)):
                for _piece in range(URGENT_PIECES if number < len(kinds) - 1 else 1):
                    if next(kind, over) is over:
                        kinds.remove(kind)
                        break
                    if self._seconds_left() <= 0:
                        break
            if kinds:
                yield

    def _queue_pieces(self, turn, domain):
        """Go through a part of the queue once, in the order of ids."""
        last_id = 0
        while True:
            found, records = self._piece(turn, domain, last_id)
            if not found:
                return
            again = self._unfinished(records)
            turn.done -= len(again)
            last_id = min(again.ids) - 1 if again else max(found)
            turn.looked_at += len(found)
            self._commit(len(found), remaining=1)
            yield
            if len(found) < self._chunk and not again:
                return

    def _piece(self, turn, domain, last_id):
        """Claim the next records and work on them; done again when other transactions cross it.

        :return: tuple (ids looked at, records worked on)
        """
        for left in reversed(range(self._tries)):
            stage = self.with_context(**{RETRYING: bool(left)})
            found, records = stage._claim(turn.site, domain, last_id)
            if not records:
                return found, records
            failed = stage._run_or_rollback(stage._work, turn.site, records)
            if failed is not None:
                turn.done += len(records) - len(failed)
                self._note(turn, failed)
                return found, records
        self._after_conflict(records)
        return found, records.browse()

    def _after_conflict(self, records):
        """Hook: every try had a serialization failure; the records stay as they are for the next
        run."""

    def _run_or_rollback(self, work, *args):
        """Run a piece of work; on a serialization failure roll back and leave the rows for the next
        run.

        :return: what the work returns; None on a serialization failure
        """
        try:
            return work(*args)
        except (*CONFLICTS, *MAYBE_CONFLICTS):
            self.env.cr.rollback()
            return None

    def _attempt(self, record, work):
        """Run isolated work; on a serialization failure roll back and leave the rows for the next
        run.

        :param record: the record, for the log
        :param work: function without arguments
        :return: None, or the IntegratorError that stopped it
        """

        def isolated():
            with self._isolated(record) as outcome:
                work()
            return outcome.error

        return self._run_or_rollback(isolated)

    def _each(self, records, work):
        """Work on each record alone.

        :param work: function of one record
        :return: dict record -> IntegratorError, for those that it stopped
        """
        failed = {}
        for record in records:
            with self._isolated(record) as outcome:
                work(record)
            if outcome.error:
                failed[record] = outcome.error
        return failed

    def _claim(self, site, domain, last_id=0):
        """Lock the next records, in a snapshot of their own.

        :param domain: of the queue
        :param int last_id: the last id that this run has looked at
        :return: tuple (ids looked at, records that are ours now)
        """
        queue = self.env[self._queue]
        domain = Domain(domain) & Domain("id", ">", last_id)
        for _attempt in range(CLAIM_TRIES):
            try:
                records = queue.search(domain, order="id", limit=self._chunk)
                # allow_referencing: rows of other tables may point to ours meanwhile
                return records.ids, try_lock(records)
            except (*CONFLICTS, *MAYBE_CONFLICTS):
                # another worker committed one of these rows after our snapshot: look again
                self.env.cr.rollback()
        return [], queue

    def _end(self, turn):
        """Close the log of a site's turn, and wake who has work by now."""
        if turn.run:
            self._run_or_rollback(self._close, turn)
            self._run_or_rollback(self.env["integrator.circuit"]._update_alerts, turn.site)
            self._commit(0)

    def _close(self, turn):
        turn.run._end(turn.done, turn.errors)
        if turn.can_close_alerts:
            errors = self.env[self._errors]
            self.env["integrator.alert"]._close_resolved(turn.site, self._stage, errors)
        if turn.done:
            self._trigger_next(turn.site)
        self._commit(0)

    def _trigger_next(self, site):
        """Wake those of the next stages that have work now."""
        for name in self._next_stages:
            if self.env[f"integrator.stage.{name}"]._has_new_work(site):
                self.env["integrator.site"]._trigger_stages(name)

    def _refuse(self, site, reason):
        """Do nothing where another module owns the account, and say so;
        what waits goes on waiting."""
        _logger.error("Stage %r does nothing for %r: %r", self._stage, site.name, reason)
        error = ConfigurationError(reason, code=OWNER_CONFLICT)
        self.env["integrator.run"]._start(site, self._stage)._end(0, [error])
        # one cause, whichever stage meets it first
        self.env["integrator.alert"]._raise(site, "send", error)
        self._commit(0)

    def _commit(self, processed, remaining=None):
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    # === ERRORS === #

    def _note(self, turn, failed):
        """Count the failures, and raise alerts about them."""
        turn.errors += [one for one in failed.values() if not isinstance(one, ThrottledError)]
        self._report(turn.site, failed)

    def _report(self, site, failed):
        """One alert per cause; being throttled is no error."""
        for error in failed.values():
            if not isinstance(error, ThrottledError):
                self.env["integrator.alert"]._raise(site, self._stage, error)

    @contextmanager
    def _isolated(self, record):
        """Work on one record under a savepoint: what stops it stops nothing else. A programming
        error becomes an `IntegratorError` too, so that one bad record never stops a run; what other
        transactions cross goes on upwards, to be done again.

        :param record: the record, for the log
        :return: context manager of an `Outcome`
        """
        outcome = Outcome()
        try:
            with self.env.cr.savepoint():
                yield outcome
        except IntegratorError as error:
            outcome.error = error
        except Exception as error:
            if self._is_conflict(error):
                raise
            if not isinstance(error, MADE_FOR_PEOPLE):
                _logger.exception("Stage %r failed on %r", self._stage, record)
            outcome.error = self._unexpected(error)

    def _is_conflict(self, error):
        """Return whether an error only means that another transaction was quicker."""
        is_retrying = isinstance(error, MAYBE_CONFLICTS) and self.env.context.get(RETRYING)
        return bool(is_retrying) or isinstance(error, CONFLICTS)

    def _unexpected(self, error):
        """The house's error for one that no adapter raised.

        :return: `RejectedError` with Odoo's own words where it refused something, else
            `UnexpectedError`
        """
        name = type(error).__name__
        if isinstance(error, NotImplementedError):
            # what an addon of a site leaves out is in no text of the error
            name = f"{name} ({traceback.extract_tb(error.__traceback__)[-1].name})"
        elif isinstance(error, ContractError):
            # it names the field, and what stands there is none of the buyer's words
            name = f"{name} ({error})"
        if isinstance(error, MADE_FOR_PEOPLE):
            # some carry what a button of a dialog would do, too
            return RejectedError(str(error.args[0]), code=f"odoo_{name}")
        # other texts may quote personal data
        return UnexpectedError(
            self.env._(
                "Unexpected problem: %s. It is tried again by itself; the server log has the "
                "details.",
                name,
            ),
            self.env._(
                "Unexpected problem: %s. It was tried several times. The server log has the "
                "details for your administrator; once it is solved, try again.",
                name,
            ),
            code=f"unexpected_{type(error).__name__}",
        )


class SiteTurn:
    """The work of one run of a stage for one site.

    Its reasons are written in the language of who decides about the site; what is sent, and what
    buyers get, has a language of its own.
    """

    def __init__(self, stage, site):
        # Odoo keeps this in memory, where the user and its partner would be read at each run
        context = stage.env["res.users"].with_user(site._responsible()).context_get()
        self.stage = stage.with_context(lang=context["lang"])
        self.site = site.with_env(self.stage.env).with_company(site.company_id)
        self.run = None
        self.pieces = None
        self.looked_at = 0
        self.done = 0
        self.errors = []
        self.left = 0
        self.can_close_alerts = False
        self.free_at = 0.0

    def is_waiting(self):
        """Return whether there is nothing to do for the site before a moment that is near."""
        return self.free_at > time.monotonic()
