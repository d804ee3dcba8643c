# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import time
from datetime import timedelta
from math import inf

from odoo import fields, models
from odoo.fields import Domain

from ..const import BATCH_OPEN, RETRY_MINUTES, SECTION_OF_KIND, URGENT_KINDS
from ..exceptions import (
    NotConfirmedError,
    NothingToSendError,
    OutcomeUnknownError,
    ThrottledError,
    TransientError,
    UnclearError,
    UnexpectedError,
)
from ..utils import try_lock
from .stage import CONFLICTS

#: Files into which one that the site refuses as a whole is cut, to find what spoils it.
MAX_CUTS = 50

#: Tasks that are loaded at once: about orders, whose state is asked for one by one, and about the
#: listings of a marketplace.
MAX_ORDER_TASKS = 1000
MAX_LISTING_TASKS = 10000

#: Tasks that are built in one transaction where a submission holds fewer.
BUILT_AT_ONCE = 200

#: Tries to note the answer of a call when other transactions cross it.
NOTE_TRIES = 3

#: Seconds that a run waits for quota instead of leaving it to the next run.
SOON_SECONDS = 2

#: Tasks that are built in a second, at least: a submission is no larger than what is built well
#: within the time limit of a worker.
BUILT_IN_A_SECOND = 100


class StageSend(models.AbstractModel):
    """Outbound: put ready tasks into submissions, send them, and follow their tickets to the end,
    in one scheduled action.

    Two chains of the same four steps, each a method that can be overridden:

    ========  ============  ==========  ========  ==============
    chain     get           prepare     send      process result
    ========  ============  ==========  ========  ==============
    updates   `_get_tasks`  `_prepare`  `_send`   `_sent`
    tickets   `_domains`    `_work`     `_check`  `_checked`
    ========  ============  ==========  ========  ==============

    Orders and the catalogue take turns. A submission is built in a transaction of its own, from no
    more tasks than it takes, so what is sent does not depend on how much waits.
    """

    _name = "integrator.stage.send"
    _inherit = "integrator.stage"
    _description = "Stage: send and check"
    _stage = "send"
    _queue = "integrator.submission"
    _errors = "integrator.task"
    _chunk = 1
    # results are polled at the next run, not in the same second
    _tries = 1
    _next_stages = ("send", "operate")

    def _pieces(self, turn):
        """Orders before the catalogue: of each, first what waits is built, then it is sent."""
        self._run_or_rollback(self.env["integrator.task"]._release_waiting, turn.site)
        self._run_or_rollback(self._reopen, turn.site)
        self._commit(0, remaining=1)
        domains = self._domains(turn.site)
        kinds = [self._kind_pieces(turn, *one) for one in zip((False, True), domains, strict=True)]
        yield from self._take_turns(kinds)
        while self._waits_shortly(turn):
            yield
            yield from super()._pieces(turn)

    def _kind_pieces(self, turn, catalogue, submissions):
        for group in self._groups(turn.site, catalogue):
            yield from self._build_pieces(turn, group, catalogue)
        yield from self._queue_pieces(turn, submissions)

    def _waits_shortly(self, turn):
        """Return whether quota for something is there again in a moment: the scheduler counts
        minutes, and would come for no more than what one moment allows."""
        if self._seconds_left() == inf:
            return False
        soon = self._soon_domain(turn.site)
        first = self.env[self._queue].search(soon, order="check_at", limit=1)
        if first:
            pause = (first.check_at - fields.Datetime.now()).total_seconds()
            turn.free_at = time.monotonic() + max(pause, 0)
        return bool(first)

    def _soon_domain(self, site):
        """Submissions that were throttled and may go in a moment."""
        soon = fields.Datetime.now() + timedelta(seconds=SOON_SECONDS)
        return self._domain(site, soon) & self._held_domain()

    def _held_domain(self):
        """Submissions that are built and have not left."""
        return Domain("state", "=", "prepared") & Domain("attempted_at", "=", False)

    def _count_left(self, turn):
        soon = self.env[self._queue].search_count(self._soon_domain(turn.site), limit=1)
        return super()._count_left(turn) or soon

    def _has_work(self, site):
        # the likely and quick question first: PostgreSQL plans each of them anew
        tasks = self.env["integrator.task"]
        return (
            bool(tasks.search_count(self._ready_domain(site), limit=1))
            or super()._has_work(site)
            or bool(tasks.search_count(tasks._due_domain(site), limit=1))
        )

    # === GET AND PREPARE === #

    def _reopen(self, site):
        """Have submissions built anew that had to wait for quota, where another way was quicker
        meanwhile, or where more can travel with them: quota that is scarce is for all that waits.
        """
        held = self._domain(site) & self._held_domain() & Domain("check_at", "!=", False)
        # the parts of one that was refused stay apart
        held &= Domain("origin_id", "=", False)
        for submission in self.env[self._queue].search(held):
            if try_lock(submission) and (
                self._takes_more(submission) or submission._is_overtaken()
            ):
                submission._dissolve()

    def _takes_more(self, submission):
        """Return whether a submission is small, and ready tasks might travel with it."""
        site, tasks = submission.site_id, self.env["integrator.task"]
        size = site._adapter()._submission_size(submission.lane)
        if len(submission.task_ids) >= min(size, BUILT_AT_ONCE):
            return False
        ready = self._ready_domain(site) & self._kind_domain(submission.catalogue)
        return bool(tasks.search_count(ready, limit=1))

    def _groups(self, site, catalogue):
        """Ready tasks that lanes are chosen for together: those about orders, and those about the
        listings of each marketplace.

        :param bool catalogue: which of them
        :return: list of domains
        """
        ready = self._ready_domain(site) & self._kind_domain(catalogue)
        if not catalogue:
            return [ready]
        tasks = self.env["integrator.task"]
        found = tasks._read_group(ready, ["listing_id.marketplace_code"])
        # a site that is one marketplace by itself has no code
        places = {
            code or "": Domain("listing_id.marketplace_code", "=", code)
            if code
            else Domain("listing_id", "=", False) | Domain("listing_id.marketplace_code", "=", "")
            for [code] in found
        }
        return [ready & place for place in places.values()]

    def _kind_domain(self, catalogue):
        """Tasks about the catalogue, or those about orders."""
        return Domain("kind", "in" if catalogue else "not in", list(SECTION_OF_KIND))

    def _build_pieces(self, turn, group, catalogue):
        """Build what lanes have room for, a committed piece each; tasks that found no room or had
        to wait for something are looked at again at the next run."""
        site = turn.site
        most = MAX_LISTING_TASKS if catalogue else MAX_ORDER_TASKS
        tasks = self._run_or_rollback(self._get_tasks, site, group, most)
        self._commit(0, remaining=1)
        built = 0
        lanes = site._adapter()._lanes(site, tasks) if tasks else {}
        for lane, waiting in lanes.items():
            for part, size in self._parts(site, lane, waiting):
                built += self._run_or_rollback(self._make_submissions, site, lane, part, size) or 0
                turn.looked_at += len(part)
                self._commit(len(part), remaining=1)
                yield
        # more of them than were looked at: those are looked at when the scheduler calls again
        turn.left += int(built > 0 and self.env["integrator.task"].search_count(group, limit=1))

    def _get_tasks(self, site, group, most):
        """Step “get” of the updates: the tasks that may go now, by the orders' current state.

        :param group: domain of ready tasks
        :param int most: how many are looked at; stock and prices first, then the oldest
        """
        tasks = self.env["integrator.task"]
        urgent = Domain("kind", "in", list(URGENT_KINDS))
        ready = tasks.search(group & urgent, order="id", limit=most)
        if len(ready) < most:
            ready |= tasks.search(group & ~urgent, order="id", limit=most - len(ready))
        tasks, failed = ready.sorted("id")._filter_ready()
        self._report(site, failed)
        return tasks

    def _ready_domain(self, site):
        domain = Domain("site_id", "=", site.id) & Domain("state", "=", "ready")
        domain &= Domain("submission_id", "=", False) & site._open_domain()
        domain &= Domain("update_at", "=", False) | Domain("update_at", "<=", fields.Datetime.now())
        return domain if site.automatic else domain & Domain("manual", "=", True)

    def _free(self, site, lane):
        """Return the number of further submissions of a lane that the remote takes now; infinite:
        any number. One whose result is there is not under way, also where the site does not show it
        yet."""
        limit = site._adapter()._in_flight(lane)
        return max(limit - self.env[self._queue]._count_in_flight(site, lane), 0) if limit else inf

    def _parts(self, site, lane, tasks):
        """Cut the tasks of a lane into what is built in one transaction.

        :return: list of tuples (tasks, how many of them go out in one submission)
        """
        size = site._adapter()._submission_size(lane)
        limit = self._limit_seconds() * BUILT_IN_A_SECOND
        size = max(int(min(size, limit)), 1)
        count = int(min(self._free(site, lane) * size, len(tasks)))
        step = max(size, BUILT_AT_ONCE)
        return [(tasks[start : min(start + step, count)], size) for start in range(0, count, step)]

    def _make_submissions(self, site, lane, tasks, size):
        """Build submissions of a lane, in the present transaction.

        :param tasks: ready when they were looked at
        :param int size: tasks per submission
        :return: how many tasks are in one
        """
        locked = try_lock(tasks)
        locked.invalidate_recordset()
        tasks = locked.filtered_domain(self._ready_domain(site))._pass_guard()
        for start in range(0, len(tasks), size):
            part = tasks[start : start + size]
            values = {"site_id": site.id, "lane": lane, "catalogue": self._is_catalogue(part)}
            submission = self.env[self._queue].create(values)
            part.submission_id = submission
            self._fill(site._adapter(), submission, part)
        return len(tasks.filtered("submission_id"))

    def _is_catalogue(self, tasks):
        return set(tasks.mapped("kind")) <= SECTION_OF_KIND.keys()

    def _fill(self, adapter, submission, tasks):
        """Prepare a submission of tasks; one that cannot be prepared is dropped. Its tasks show
        why; unexpected errors are retried a few times."""
        with self._isolated(submission) as outcome:
            self._prepare(adapter, submission)
        error = outcome.error
        if not error:
            return
        self._report(submission.site_id, {submission: error})
        if isinstance(error, (TransientError, UnexpectedError)):
            tasks._release(error)
        else:
            tasks._fail(error)
        submission.unlink()

    def _prepare(self, adapter, submission):
        """Build what will be sent; tasks that cannot be built leave it with their reason."""
        prepared = adapter._prepare(submission)
        for task, error in prepared.left_out.items():
            task.submission_id = False
            if isinstance(error, TransientError):
                task._release(error)
            elif error and not isinstance(error, NothingToSendError):
                task._fail(error)
                self._report(submission.site_id, {task: error})
            else:
                reason = error.message if error else self.env._("There is nothing to send.")
                task._move("obsolete", error_message=reason)
        if submission.task_ids:
            submission.content = base64.b64encode(prepared.content)
        else:
            submission.unlink()

    # === SEND AND CHECK === #

    def _domain(self, site, at=None):
        at = at or fields.Datetime.now()
        domain = Domain("site_id", "=", site.id) & Domain("state", "in", BATCH_OPEN)
        domain &= Domain("check_at", "=", False) | Domain("check_at", "<=", at)
        return domain if site.automatic else domain & Domain("task_ids.manual", "=", True)

    def _domains(self, site):
        """Submissions about orders before those about the catalogue."""
        domain, catalogue = self._domain(site), Domain("catalogue", "=", True)
        return [domain & ~catalogue, domain & catalogue]

    def _work(self, site, submissions):
        steps = {"prepared": self._send, "submitted": self._check}
        return {
            submission: error
            for submission in submissions
            if (error := steps[submission.state](submission)) is not None
        }

    def _send(self, submission):
        """Commit the intent, then call; after a lost answer ask first what happened.

        :return: None or the IntegratorError that stopped it
        """
        if submission._is_stopped():
            return submission._stop()
        adapter = submission.site_id._adapter()
        if submission.attempted_at:
            with self._isolated(submission) as outcome:
                self._sent(submission, adapter._recover(submission))
            error = outcome.error
            if isinstance(error, UnclearError):
                # the remote was asked and cannot say: a person has to look there
                return self._not_sent(submission, error)
            if error:
                # it is still unknown whether it was taken: sending again might double it
                return submission._put_off(error)
            if submission.state != "prepared":
                return None
        elif submission.task_ids.filtered(lambda task: task._outdated_reason()):
            # it has waited, for the quota perhaps, and an order has changed: built again without
            submission._dissolve()
            return None
        submission.attempted_at = fields.Datetime.now()
        error = self._submit(adapter, submission)
        return error and self._not_sent(submission, error)

    def _submit(self, adapter, submission):
        """Send a submission whose intent is noted; where the site takes it part by part, the result
        of one part is committed before the next one is sent.

        :return: None or the IntegratorError that stopped it
        """
        error, more = None, True
        while more:
            self._commit(0, remaining=1)
            if not try_lock(submission):
                return None
            answer = None
            with self._isolated(submission) as outcome:
                answer = adapter._submit(submission)
            error = outcome.error or self._note_answer(submission, answer)
            more = not error and submission._is_partly_sent()
        return error

    def _note_answer(self, submission, answer):
        """Record the site's answer in a transaction of its own, so that a long call causes no
        serialization failure; on one, only the recording is retried, without the call.

        :return: None or the IntegratorError that stopped it
        """
        for _try in range(NOTE_TRIES):
            self._commit(0, remaining=1)
            if not try_lock(submission):
                return None
            try:
                with self._isolated(submission) as outcome:
                    self._sent(submission, answer)
                return outcome.error
            except CONFLICTS:
                self.env.cr.rollback()
        # the site is asked for its result
        self._after_conflict(submission)
        return None

    def _sent(self, submission, answer):
        """Note the ticket, and the results where the answer is final.

        :param answer: `neutral.Sent`; None: the site does not know the submission
        """
        if answer is None:
            return
        refs = dict(answer.refs)
        if answer.more:
            submission.refs = {**refs, "more": True}
            return
        submission.write(
            {
                "state": "submitted",
                "ticket": answer.ticket or False,
                "refs": refs,
                "submitted_at": fields.Datetime.now(),
                "check_at": False,
            }
        )
        submission.task_ids._move(
            "submitted",
            ticket=answer.ticket or False,
            batch_ref=str(submission.id),
            result_data=refs,
        )
        if answer.results:
            self._conclude(submission, answer.results)

    def _not_sent(self, submission, error):
        """Handle a submission that could not be sent, by who has to act."""
        if isinstance(error, ThrottledError):
            self._hold_lane(submission, submission._later(error))
        elif isinstance(error, OutcomeUnknownError):
            submission._put_off(error)
        elif isinstance(error, UnexpectedError):
            self._handle_unknown_outcome(submission, error)
        elif isinstance(error, TransientError):
            submission.task_ids._release(error)
            submission.unlink()
        else:
            submission.task_ids._fail(error)
            submission.state = "done"
        return error

    def _handle_unknown_outcome(self, submission, error):
        """Something of ours broke between the call and our note of it: the remote is asked, as
        after a lost answer, a few times; then a person has to look."""
        tasks = submission.task_ids
        if max(tasks.mapped("attempts")) + 1 < self.env["integrator.site"]._max_attempts():
            for task in tasks:
                task.attempts += 1
            submission._put_off(error)
            return
        tasks._fail(UnclearError(error.last_message, code=error.code))
        submission.state = "done"

    def _after_conflict(self, submissions):
        """The result of a call could not be recorded because of conflicts: the site is asked, a
        little later, because some do not show at once what they have just taken."""
        submissions = try_lock(submissions)
        attempted = submissions.filtered(
            lambda submission: submission.attempted_at and not submission.ticket
        )
        pause = timedelta(minutes=RETRY_MINUTES[0])
        attempted.check_at = fields.Datetime.now() + pause

    def _hold_lane(self, submission, until):
        """The quota of a lane is used up: nothing was sent, and nothing of this lane is tried
        before there is quota again."""
        lane = self.env[self._queue].search(
            [
                ("site_id", "=", submission.site_id.id),
                ("lane", "=", submission.lane),
                ("state", "=", "prepared"),
            ]
        )
        try_lock(lane).write({"check_at": until})
        submission.attempted_at = False

    def _check(self, submission):
        """Ask for the ticket's state; still running leaves it alone.

        :return: None or the IntegratorError of the call
        """
        adapter = submission.site_id._adapter()
        with self._isolated(submission) as outcome:
            self._checked(submission, adapter._check(submission))
        return outcome.error and submission._put_off(outcome.error)

    def _checked(self, submission, answer):
        """Close what is done, and come back for the rest.

        :param neutral.Checked answer: the result of the submission
        """
        submission._go_on()
        if answer.refused_whole and self._cut(submission):
            return
        self._conclude(submission, answer.results)
        if answer.running:
            delay = timedelta(seconds=answer.retry_after)
            submission.check_at = fields.Datetime.now() + delay
            submission.task_ids.filtered(lambda task: task.state == "submitted")._move("pending")
            if error := submission._overdue_error():
                submission._show(error.code, error.message)
                self._report(submission.site_id, {submission: error})

    def _cut(self, submission):
        """Send the halves of a file apart that the site refused as a whole, until what spoils it
        stands alone and everything else is through.

        :return: whether there is anything to cut
        """
        tasks = submission._tasks_under_way().sorted("id")
        origin = submission.origin_id or submission
        if len(tasks) < 2 or len(origin.cut_ids) >= MAX_CUTS:
            return False
        adapter = submission.site_id._adapter()
        half = len(tasks) // 2
        for part in (tasks[:half], tasks[half:]):
            values = {
                "site_id": submission.site_id.id,
                "lane": submission.lane,
                "origin_id": origin.id,
            }
            cut = submission.create({**values, "catalogue": submission.catalogue})
            # refused for the moment; with its submission at once, so that no younger task is in the
            # way
            part._move("error")
            part._move("ready", submission_id=cut.id, ticket=False)
            self._fill(adapter, cut, part)
        submission.state = "done"
        return True

    def _conclude(self, submission, results):
        """Close those of the tasks that have a result.

        :param dict results: task -> None or the error that refused it
        """
        under_way = submission._tasks_under_way()
        results = {task: error for task, error in results.items() if task in under_way}
        failures = {task: error for task, error in results.items() if error}
        for task, error in failures.items():
            task._fail(error)
        again = [task for task, error in failures.items() if isinstance(error, NotConfirmedError)]
        tasks = self.env["integrator.task"]
        tasks.union(*(results.keys() - failures.keys()))._succeed()
        tasks.union(*again)._send_again()
        self._report(submission.site_id, {task: failures[task] for task in failures.keys() - again})
        if not submission._tasks_under_way():
            submission.state = "done"

    def _trigger_later(self):
        """Come back exactly when the first waiting task or ticket is due."""
        now = fields.Datetime.now()
        tasks = self.env["integrator.task"].search(
            [("state", "in", ("waiting", "ready")), ("update_at", ">", now)],
            order="update_at",
            limit=1,
        )
        submissions = self.env[self._queue].search(
            [("state", "in", BATCH_OPEN), ("check_at", ">", now)], order="check_at", limit=1
        )
        for at in tasks.mapped("update_at") + submissions.mapped("check_at"):
            self.env["integrator.site"]._trigger_stages(self._stage, at=at)
