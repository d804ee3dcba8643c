# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from math import inf

from odoo import fields, models
from odoo.fields import Domain

from ..const import BATCH_OPEN
from ..exceptions import (
    NothingToTellError,
    NotShownError,
    OutcomeUnknownError,
    ThrottledError,
    TransientError,
    UnclearError,
    UnexpectedError,
)

#: Files into which one that the site refuses as a whole is cut, to find what spoils it.
MAX_CUTS = 50


class StageSend(models.AbstractModel):
    """Outbound: put ready tasks into batches, send them, and follow their tickets to the end, in
    one scheduled action (004-26, 004-31 … 004-37).

    Two chains of the same four steps, each a method that can be overridden:

    ========  ============  ==========  ========  ==============
    chain     get           prepare     send      process result
    ========  ============  ==========  ========  ==============
    updates   `_get_tasks`  `_prepare`  `_send`   `_sent`
    tickets   `_domain`     `_work`     `_check`  `_checked`
    ========  ============  ==========  ========  ==============
    """

    _name = "integrator.stage.send"
    _inherit = "integrator.stage"
    _description = "Stage: send and check"
    _stage = "send"
    _queue = "integrator.batch"
    _errors = "integrator.task"
    _chunk = 1
    _next_stages = ("send",)

    # === GET AND PREPARE === #

    def _begin(self, site):
        adapter = site._adapter()
        for lane, tasks in adapter._lanes(site, self._get_tasks(site)).items():
            free = self._free(site, adapter, lane)
            self._make_batches(site, adapter, lane, tasks, free)

    def _get_tasks(self, site):
        """Step “get” of the updates: the tasks that may go now, by the orders' current state."""
        self.env["integrator.task"]._wake_waiting(site)
        ready = self.env["integrator.task"].search(self._ready_domain(site), order="id")
        tasks, failed = ready._settle_readiness()
        self._report(site, failed)
        return tasks

    def _ready_domain(self, site):
        domain = Domain("site_id", "=", site.id) & Domain("state", "=", "ready")
        domain &= Domain("batch_id", "=", False) & site._open_domain()
        domain &= Domain("update_at", "=", False) | Domain("update_at", "<=", fields.Datetime.now())
        return domain if site.automatic else domain & Domain("manual", "=", True)

    def _free(self, site, adapter, lane):
        """How many more submissions of a lane the remote takes now; infinite: any number."""
        limit = adapter._in_flight(lane)
        if not limit:
            return inf
        domain = [("site_id", "=", site.id), ("lane", "=", lane), ("state", "in", BATCH_OPEN)]
        return max(limit - self.env[self._queue].search_count(domain), 0)

    def _make_batches(self, site, adapter, lane, tasks, free):
        size = adapter._batch_size(lane)
        limit = min(free * size, len(tasks))
        tasks = tasks.try_lock_for_update(allow_referencing=True, limit=limit)._pass_guard()
        for start in range(0, len(tasks), size):
            part = tasks[start : start + size]
            batch = self.env[self._queue].create({"site_id": site.id, "lane": lane})
            part.batch_id = batch
            self._fill(adapter, batch, part)

    def _fill(self, adapter, batch, tasks):
        """Prepare a batch of tasks; one that cannot be prepared at all is none."""
        error = self._guard(batch, lambda: self._prepare(adapter, batch))
        if error:
            self._report(batch.site_id, {batch: error})
            tasks._fail(error)
            batch.unlink()

    def _prepare(self, adapter, batch):
        """Build what will be sent; tasks that cannot be built leave the batch with their reason."""
        content, failures = adapter._prepare(batch)
        for task, error in failures.items():
            task.batch_id = False
            if isinstance(error, TransientError):
                task._release(error)
            elif error and not isinstance(error, NothingToTellError):
                task._fail(error)
                self._report(batch.site_id, {task: error})
            else:
                reason = error.message if error else self.env._("There is nothing to send.")
                task._move("obsolete", error_message=reason)
        if batch.task_ids:
            batch.content = base64.b64encode(content)
        else:
            batch.unlink()

    # === SEND AND CHECK === #

    def _domain(self, site):
        now = fields.Datetime.now()
        domain = Domain("site_id", "=", site.id) & Domain("state", "in", BATCH_OPEN)
        domain &= Domain("check_at", "=", False) | Domain("check_at", "<=", now)
        return domain if site.automatic else domain & Domain("task_ids.manual", "=", True)

    def _work(self, site, batches):
        steps = {"prepared": self._send, "submitted": self._check}
        return {
            batch: error for batch in batches if (error := steps[batch.state](batch)) is not None
        }

    def _send(self, batch):
        """Commit the intent, then call; after a lost answer ask first what happened.

        :return: None or the IntegratorError that stopped it
        """
        if batch._is_stopped():
            return batch._stop()
        adapter = batch.site_id._adapter()
        if batch.attempted_at:
            error = self._guard(batch, lambda: self._sent(batch, adapter._recover(batch)))
            if isinstance(error, UnclearError):
                # the remote was asked and cannot say: a person has to look there
                return self._not_sent(batch, error)
            if error:
                # still nobody knows whether it was taken: sending again might double it
                return batch._put_off(error)
            if batch.state != "prepared":
                return None
        elif batch.task_ids.filtered(lambda task: task._outdated_reason()):
            # it has waited, for the quota perhaps, and an order has changed: built again without
            batch._dissolve()
            return None
        batch.attempted_at = fields.Datetime.now()
        error = self._submit(adapter, batch)
        return error and self._not_sent(batch, error)

    def _submit(self, adapter, batch):
        """Send a batch whose intent is noted; where the site takes it part by part, what became of
        one part is committed before the next one leaves.

        :return: None or the IntegratorError that stopped it
        """
        error, more = None, True
        while more:
            self._commit(0, remaining=1)
            if not batch.try_lock_for_update(allow_referencing=True):
                return None
            error = self._guard(batch, lambda: self._sent(batch, adapter._submit(batch)))
            more = not error and batch._is_partly_sent()
        return error

    def _sent(self, batch, answer):
        """Note the ticket, and the results where the answer is final (004-08, 004-09)."""
        if answer is None:
            return
        refs = answer["refs"]
        if answer.get("more"):
            batch.refs = {**refs, "more": True}
            return
        batch.write(
            {
                "state": "submitted",
                "ticket": answer["ticket"],
                "refs": refs,
                "submitted_at": fields.Datetime.now(),
                "check_at": False,
            }
        )
        batch.task_ids._move(
            "submitted", ticket=answer["ticket"], batch_ref=str(batch.id), result_data=refs
        )
        if "results" in answer:
            self._conclude(batch, answer["results"])

    def _not_sent(self, batch, error):
        """What becomes of a batch that could not be sent depends on who has to act."""
        if isinstance(error, ThrottledError):
            self._hold_lane(batch, batch._later(error))
        elif isinstance(error, OutcomeUnknownError):
            batch._put_off(error)
        elif isinstance(error, UnexpectedError):
            self._not_known(batch, error)
        elif isinstance(error, TransientError):
            batch.task_ids._release(error)
            batch.unlink()
        else:
            batch.task_ids._fail(error)
            batch.state = "done"
        return error

    def _not_known(self, batch, error):
        """Something of ours broke between the call and our note of it: the remote is asked, as
        after a lost answer, a few times; then a person has to look."""
        tasks = batch.task_ids
        if max(tasks.mapped("attempts")) + 1 < self.env["integrator.site"]._max_attempts():
            for task in tasks:
                task.attempts += 1
            batch._put_off(error)
            return
        tasks._fail(UnclearError(error.message, code=error.code))
        batch.state = "done"

    def _hold_lane(self, batch, until):
        """The quota of a lane is used up: nothing was sent, and nothing of this lane is tried
        before there is quota again."""
        lane = self.env[self._queue].search(
            [
                ("site_id", "=", batch.site_id.id),
                ("lane", "=", batch.lane),
                ("state", "=", "prepared"),
            ]
        )
        lane.try_lock_for_update(allow_referencing=True).write({"check_at": until})
        batch.attempted_at = False

    def _check(self, batch):
        """Ask for the ticket's state; still running leaves it alone (004-35).

        :return: None or the IntegratorError of the call
        """
        adapter = batch.site_id._adapter()
        error = self._guard(batch, lambda: self._checked(batch, adapter._check(batch)))
        return error and batch._put_off(error)

    def _checked(self, batch, answer):
        batch._go_on()
        if answer.get("refused_whole") and self._cut(batch):
            return
        self._conclude(batch, answer["results"])
        if answer["running"]:
            delay = timedelta(seconds=answer["retry_after"])
            batch.check_at = fields.Datetime.now() + delay
            batch.task_ids.filtered(lambda task: task.state == "submitted")._move("pending")
            if error := batch._overdue_error():
                batch._show(error.code, error.message)
                self._report(batch.site_id, {batch: error})

    def _cut(self, batch):
        """Send the halves of a file apart that the site refused as a whole, until what spoils it
        stands alone and everything else is through.

        :return: whether there is anything to cut
        """
        tasks = batch._tasks_under_way().sorted("id")
        origin = batch.origin_id or batch
        if len(tasks) < 2 or len(origin.cut_ids) >= MAX_CUTS:
            return False
        adapter = batch.site_id._adapter()
        half = len(tasks) // 2
        for part in (tasks[:half], tasks[half:]):
            cut = batch.create(
                {"site_id": batch.site_id.id, "lane": batch.lane, "origin_id": origin.id}
            )
            # refused for the moment; with its batch at once, so that no younger task is in the way
            part._move("error")
            part._move("ready", batch_id=cut.id, ticket=False)
            self._fill(adapter, cut, part)
        batch.state = "done"
        return True

    def _conclude(self, batch, results):
        """Close the tasks that have a result and are not closed yet (004-33, 004-34).

        :param dict results: task -> None or the error that refused it
        """
        under_way = batch._tasks_under_way()
        results = {task: error for task, error in results.items() if task in under_way}
        failures = {task: error for task, error in results.items() if error}
        for task, error in failures.items():
            task._fail(error)
        again = [task for task, error in failures.items() if isinstance(error, NotShownError)]
        tasks = self.env["integrator.task"]
        tasks.union(*(results.keys() - failures.keys()))._succeed()
        tasks.union(*again)._send_again()
        self._report(batch.site_id, {task: failures[task] for task in failures.keys() - again})
        if not batch._tasks_under_way():
            batch.state = "done"

    def _wake_later(self):
        """Come back exactly when the first waiting task or ticket is due (004-22)."""
        now = fields.Datetime.now()
        tasks = self.env["integrator.task"].search(
            [("state", "in", ("waiting", "ready")), ("update_at", ">", now)],
            order="update_at",
            limit=1,
        )
        batches = self.env[self._queue].search(
            [("state", "in", BATCH_OPEN), ("check_at", ">", now)], order="check_at", limit=1
        )
        for at in tasks.mapped("update_at") + batches.mapped("check_at"):
            self.env["integrator.site"]._wake(self._stage, at=at)
