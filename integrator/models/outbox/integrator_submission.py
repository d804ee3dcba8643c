# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...const import BATCH_OPEN, RETRY_MINUTES
from ...exceptions import ThrottledError, TransientError


class IntegratorSubmission(models.Model):
    """One submission of one or more tasks: the intent before the call, the ticket after it.

    `attempted_at` is committed before the remote is called. A submission that has it and no ticket
    is one whose answer was lost, by a crash or a time-out: the remote is asked before anything is
    sent again.
    """

    _name = "integrator.submission"
    _inherit = ["integrator.site.mixin", "integrator.retention.mixin"]
    _description = "Submission to a channel"
    _order = "id desc"
    _rec_name = "ticket"
    _goes_before_site = True

    lane = fields.Char(required=True, readonly=True, help="Tasks of one lane travel together.")
    state = fields.Selection(
        [("prepared", "Prepared"), ("submitted", "Submitted"), ("done", "Done")],
        default="prepared",
        required=True,
        readonly=True,
        index=True,
    )
    task_ids = fields.One2many("integrator.task", "submission_id", readonly=True)
    content = fields.Binary(attachment=True, readonly=True, help="What was sent, byte by byte.")
    result = fields.Binary(attachment=True, readonly=True, help="The remote's result.")
    catalogue = fields.Boolean(readonly=True, help="It is about listings, not about orders.")
    attempted_at = fields.Datetime(string="Tried on", readonly=True)
    submitted_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(
        string="Result on",
        readonly=True,
        help="When the channel's result came. What it accepted is then looked for on the channel.",
    )
    check_at = fields.Datetime(readonly=True, index=True)
    ticket = fields.Char(readonly=True, index="btree_not_null")
    refs = fields.Json(readonly=True)
    origin_id = fields.Many2one(
        "integrator.submission",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The submission that the channel refused as a whole and that this is a part of.",
    )
    cut_ids = fields.One2many("integrator.submission", "origin_id", readonly=True)

    _queue_idx = models.Index("(site_id, id) WHERE state IN ('prepared', 'submitted')")

    # === BUSINESS METHODS === #

    def _raw(self):
        """The bytes that are, or were, sent."""
        return base64.b64decode(self.content or b"")

    def _result_raw(self):
        """The bytes of the kept result; empty while there is none."""
        return base64.b64decode(self.result or b"")

    def _keep_result(self, content):
        """Keep the remote's result so that it is fetched once only.

        :param bytes content: as received
        """
        self.write({"result": base64.b64encode(content), "answered_at": fields.Datetime.now()})

    @api.model
    def _count_in_flight(self, site, lane):
        """Return the number of submissions of a lane for which the site has not given a result."""
        domain = [("site_id", "=", site.id), ("lane", "=", lane)]
        domain += [("state", "in", BATCH_OPEN), ("answered_at", "=", False)]
        return self.search_count(domain)

    @api.model
    def _is_stuck(self, site, lane):
        """Return whether the site has been at work on a submission of a lane for too long.

        :param str lane: as the adapter names it
        """
        limit = fields.Datetime.now() - timedelta(minutes=site.stuck_minutes)
        domain = [("site_id", "=", site.id), ("lane", "=", lane), ("state", "=", "submitted")]
        domain += [("submitted_at", "<", limit), ("answered_at", "=", False)]
        return bool(self.search_count(domain, limit=1))

    def _is_overtaken(self):
        """Return whether younger tasks about the same have left another way since this was
        built."""
        tasks = self.task_ids
        targets = {(task.kind, task.target_ref) for task in tasks}
        younger = tasks.search(
            [
                ("site_id", "=", self.site_id.id),
                ("id", ">", min(tasks.ids, default=0)),
                ("kind", "in", [*{kind for kind, _ref in targets}]),
                ("target_ref", "in", [*{ref for _kind, ref in targets}]),
                ("state", "in", ("submitted", "pending", "success")),
            ]
        )
        return any((task.kind, task.target_ref) in targets for task in younger)

    # === OUTCOME === #

    def _tasks_under_way(self):
        """The tasks whose outcome is still open."""
        return self.task_ids.filtered(lambda task: task.state in ("submitted", "pending"))

    def _is_partly_sent(self):
        """Return whether parts of it have left and others are still to go."""
        return self.state == "prepared" and bool((self.refs or {}).get("more"))

    def _put_off(self, error):
        """Check again later, because the answer is missing. The tasks show the reason, and the
        alert stays open, until it comes; being throttled is no reason.

        :param error: the `IntegratorError` of the call
        :return: the error
        """
        self.check_at = self._later(error)
        if not isinstance(error, ThrottledError):
            self._show(error.code, error.message)
        return error

    def _go_on(self):
        """Clear the reason on the tasks: the remote answers again."""
        self._show(False, False)

    def _show(self, code, message):
        tasks = self.task_ids.filtered(lambda task: task.state in ("ready", "submitted", "pending"))
        tasks.write({"error_code": code, "error_message": message})

    def _later(self, error):
        """Return the time at which it makes sense to ask again after an error."""
        delay = error.retry_after or RETRY_MINUTES[0] * 60
        return fields.Datetime.now() + timedelta(seconds=ceil(delay))

    def _dissolve(self):
        """Give the tasks of submissions that never left back to the queue."""
        unsent = self.filtered(
            lambda submission: submission.state == "prepared" and not submission.attempted_at
        )
        unsent.task_ids.filtered(lambda task: task.state == "ready")._release()
        unsent.unlink()

    def _wait_reason(self):
        """Return the reason for which a built submission has not left; empty where it waits for
        nothing."""
        held = self.state == "prepared" and not self.attempted_at and self.check_at
        if not held or held <= fields.Datetime.now():
            return ""
        return self.env._(
            "%(site)s takes only so many calls in a time, and they are used up for now. It goes on "
            "by itself at %(time)s, together with what has come by then.",
            site=self.site_id.name,
            time=format_datetime(self.env, held, dt_format="short"),
        )

    # === EMERGENCY STOP === #

    def _is_stopped(self):
        """Return whether the emergency switch keeps this from leaving."""
        return bool(self.task_ids - self.task_ids.filtered_domain(self.site_id._open_domain()))

    def _stop(self):
        """Give the tasks back to the queue; what may have left already is asked after when the
        switch is on again."""
        if self.attempted_at:
            self.check_at = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        else:
            self._dissolve()

    def _overdue_error(self):
        """The error that is shown when the site takes too long; the ticket is still polled, and its
        tasks stay as they are.

        :return: `TransientError`, or None while there is time
        """
        self.ensure_one()
        hours = self.site_id.ticket_hours
        if not hours or not self.submitted_at or self.result:
            return None
        if fields.Datetime.now() < self.submitted_at + timedelta(hours=hours):
            return None
        return TransientError(
            self.env._(
                "%(site)s has been at work on the submission %(ticket)s for more than %(hours)s "
                "hours; %(count)s tasks wait for it. It is asked for on and on. If it stays so, "
                "open a case at the channel with this number; what is urgent takes another way "
                "where there is one.",
                site=self.site_id.name,
                ticket=self.ticket,
                hours=hours,
                count=len(self._tasks_under_way()),
            ),
            code="ticket_overdue",
        )

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Submissions that are done go once the retention has removed their tasks."""
        return [("state", "=", "done"), ("task_ids", "=", False)]
