# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...const import (
    RETRY_MINUTES,
    TASK_FINISHED,
    TASK_SEVERITY,
    TASK_TRANSITIONS,
)
from ...exceptions import TaskBusyError, UnclearError
from ...reason import Reason
from ...utils import labels_of, try_lock

#: Waiting tasks that become ready at one run.
MAX_WOKEN = 10000
#: Column of a remote order with the time at which all of it was confirmed to the site, by task
#: kind.
SENT_FIELDS = {"acknowledgement": "confirm_sent_at", "cancellation": "cancel_sent_at"}


class IntegratorTask(models.Model):
    """One update for one site, made from events.

    The task holds no values to send: the sender reads the current state of the records.
    While a task is open (waiting or ready, and in no submission), further events on the same
    target join it instead of making another.
    """

    _name = "integrator.task"
    _inherit = [
        "integrator.digest.mixin",
        "integrator.site.mixin",
        "integrator.error.mixin",
        "integrator.task.gate.mixin",
        "integrator.retention.mixin",
    ]
    _description = "Update"
    _order = "id desc"
    _rec_name = "target_name"
    _digest_sequence = 10

    kind = fields.Selection(
        [
            ("product", "Product"),
            ("inventory", "Quantity"),
            ("price", "Price"),
            ("image", "Images"),
            ("relationship", "Relations"),
            ("shipping", "Shipping template"),
            ("delist", "Close listing"),
            ("acknowledgement", "Acknowledgement"),
            ("shipment", "Shipment"),
            ("cancellation", "Cancellation"),
            ("refund", "Refund"),
            ("invoice", "Invoice"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("ready", "Ready"),
            ("submitted", "Submitted"),
            ("pending", "Pending"),
            ("success", "Success"),
            ("error", "Error"),
            ("obsolete", "Obsolete"),
        ],
        default="ready",
        required=True,
        readonly=True,
        index=True,
    )
    state_timestamp = fields.Datetime(
        string="Since", default=lambda self: fields.Datetime.now(), readonly=True
    )
    target_ref = fields.Char(required=True, readonly=True, index=True)
    target_name = fields.Char(string="About", readonly=True)
    update_at = fields.Datetime(
        string="Not before",
        readonly=True,
        index=True,
        help="The task is not sent earlier.",
    )
    consumption_ids = fields.Many2many(
        "integrator.consumption", string="Made of", readonly=True, help="The events seen for it."
    )
    attempts = fields.Integer(readonly=True)
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = Reason(string="Reason", readonly=True)
    result_data = fields.Json(string="Result", readonly=True)
    picking_id = fields.Many2one("stock.picking", readonly=True, ondelete="set null", index=True)
    move_id = fields.Many2one("account.move", readonly=True, ondelete="set null", index=True)
    manual = fields.Boolean(
        readonly=True, help="A person asked for it: sent also when automatic is off."
    )
    after_task_id = fields.Many2one(
        "integrator.task",
        string="After the update",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    submission_id = fields.Many2one(
        "integrator.submission", readonly=True, ondelete="set null", index=True
    )
    ticket = fields.Char(readonly=True, index="btree_not_null", help="What the remote answered.")
    batch_ref = fields.Char(string="Batch", readonly=True, help="All ids of the answer.")

    # guard task
    approval_ids = fields.One2many("integrator.approval", "task_id", readonly=True)
    approval_id = fields.Many2one(
        "integrator.approval",
        string="Waits for approval",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What has to be decided before it is sent.",
    )
    hold_reason = fields.Char(
        string="Held because",
        compute="_compute_hold_reason",
        help="Why it is not sent now, although nothing is wrong with it.",
    )

    # what a person decided
    decision = fields.Char(readonly=True, copy=False, help="What a person decided, and why.")
    decided_by = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, help="Who decided."
    )
    decided_at = fields.Datetime(
        string="Decided on", readonly=True, copy=False, help="When it was decided."
    )

    _open_uniq = models.UniqueIndex(
        "(site_id, kind, target_ref) WHERE state IN ('waiting', 'ready') AND submission_id IS NULL",
        "This is already waiting to be sent.",
    )
    _queue_idx = models.Index("(site_id, kind, id) WHERE state IN ('waiting', 'ready')")
    _ready_idx = models.Index("(site_id, id) WHERE state = 'ready' AND submission_id IS NULL")
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends(
        "approval_id", "state", "site_id.stopped", "submission_id.check_at", "submission_id.state"
    )
    def _compute_hold_reason(self):
        stopped = self.env._("Pushes are stopped on the channel. It is sent when they go on.")
        for task in self:
            queued = task.state in ("waiting", "ready")
            free = not queued or task.filtered_domain(task.site_id._open_domain())
            held = task.approval_id.reason or task.submission_id._wait_reason()
            task.hold_reason = held if free else stopped

    # === ACTION METHODS === #

    def action_retry(self):
        """Button: put failed tasks back into the queue."""
        check_operator(self)
        failed = self.filtered(lambda task: task.state == "error")
        names = failed.mapped("target_name")
        failed.sudo()._retry()
        todo = self.env["integrator.todo"]
        return todo._notify_done(
            todo._in_names(
                [name for name in names if name],
                none=self.env._("Nothing of it is left to be sent again."),
                one=self.env._("Is sent again: %(names)s."),
                many=self.env._("%(count)s updates are sent again: %(names)s."),
            )
        )

    def action_ask_dismiss(self):
        """Button: ask why these are given up."""
        check_operator(self)
        return self.env["integrator.decide"]._open(self, "dismiss")

    def action_open_target(self):
        """Button: open the record that the task is about."""
        self.ensure_one()
        record = self.picking_id or self.move_id or self.order_id or self.listing_id
        return record._get_records_action()

    def _own_cure(self):
        """Override of `integrator.error.mixin`: the record is corrected first, then it is
        retried."""
        if self.state != "error" or not (
            self.picking_id or self.move_id or self.order_id or self.listing_id
        ):
            return super()._own_cure()
        return self.env._("Open the record"), self.action_open_target

    # === QUEUE === #

    @api.model
    def _enqueue(self, site, update, **values):
        """Make a task, or join the open one of the same kind and target.

        :param Update update: what has to be sent; its `update_at` moves the time of an open task
            only towards now, so that a change ends its wait
        :param values: other columns of a new task; `manual` and the forerunner hold for an open
            one, too
        :return: the task
        :raise TaskBusyError: when another worker holds the open one
        """
        task = self.search(
            [
                ("site_id", "=", site.id),
                ("kind", "=", update.kind),
                ("target_ref", "=", update.target_ref),
                ("state", "in", ("waiting", "ready")),
                ("submission_id", "=", False),
            ],
            limit=1,
        )
        if not task:
            return self.create({"site_id": site.id, **update.as_values(), **values})
        if not try_lock(task):
            raise TaskBusyError(
                self.env._("“%s” is just being sent. Try again in a minute.", task.target_name)
            )
        if not update.update_at:
            task.update_at = False
        task.manual = task.manual or values.get("manual", False)
        if task.approval_id:  # looked at again, as it is now
            task._move("ready")
        if task.state == "ready" and values.get("after_task_id"):
            # a product that is made anew would replace what was sent before
            task._move("waiting", after_task_id=values["after_task_id"])
        return task

    @api.model
    def _due_domain(self, site):
        """Waiting tasks whose time has come and whose forerunner, if any, has ended."""
        due = Domain("update_at", "=", False) | Domain("update_at", "<=", fields.Datetime.now())
        first = "after_task_id.state"
        free = Domain("after_task_id", "=", False) | Domain(first, "=", "success")
        refused = Domain(first, "in", ("error", "obsolete"))
        waiting = Domain("site_id", "=", site.id) & Domain("state", "=", "waiting")
        return waiting & Domain("approval_id", "=", False) & (due & free | refused)

    @api.model
    def _release_waiting(self, site):
        """Make waiting tasks ready whose time has come and whose forerunner succeeded; those whose
        forerunner was refused get its reason."""
        due = self.search(self._due_domain(site), order="id", limit=MAX_WOKEN)
        refused = due.filtered(lambda task: task.after_task_id.state in ("error", "obsolete"))
        for task in refused:
            first = task.after_task_id
            task._move(
                "error",
                error_code="forerunner_failed",
                error_message=self.env._(
                    "The product itself was not accepted: %s",
                    first.error_message or self.env._("it is no longer offered"),
                ),
            )
        (due - refused)._move("ready")
        self._revive(site)

    @api.model
    def _revive(self, site):
        """Tasks that failed only because of their forerunner follow it when it succeeds."""
        self.search(
            [
                ("site_id", "=", site.id),
                ("state", "=", "error"),
                ("error_code", "=", "forerunner_failed"),
                ("after_task_id.state", "=", "success"),
            ]
        )._retry()

    # === STATES === #

    def _move(self, state, **values):
        """The one method that moves states.

        :param str state: the new state
        :param values: other columns to write with it
        :raise UserError: when a task's present state does not allow it; nothing is written
        """
        for task in self:
            if state not in TASK_TRANSITIONS[task.state]:
                raise UserError(
                    self.env._(
                        "A task that is “%(old)s” cannot become “%(new)s”.",
                        old=task.state,
                        new=state,
                    )
                )
        if state != "error":
            values.setdefault("error_code", False)
        if state not in ("error", "obsolete"):
            values.setdefault("error_message", False)
        self.write({**values, "state": state, "state_timestamp": fields.Datetime.now()})
        self._after_move(state, values)

    def _after_move(self, state, values):
        """Follow up a new state: approvals of tasks that moved on are outdated, and orders note
        when the site was asked."""
        if "approval_id" not in values and (held := self.filtered("approval_id")):
            held.approval_id.filtered(lambda row: row.state == "open").state = "outdated"
            held.approval_id = False
        if state == "submitted":
            self._note_orders_sent(fields.Datetime.now())

    def _fail(self, error):
        """Stop with a reason a person can act on.

        :param error: an `IntegratorError`
        """
        for task in self:
            task._move(
                "error",
                error_code=error.code,
                error_message=error.last_message,
                attempts=task.attempts + 1,
            )
        if not isinstance(error, UnclearError):
            self._note_orders_sent(False)
        self._ask_about_cancellations(error)

    def _ask_about_cancellations(self, error):
        """Ask the responsible person about cancellations that the site refused, or may have."""
        refused, unclear = self._cancellation_titles()
        if isinstance(error, UnclearError):
            title = unclear
            text = self.env._("It is unclear whether %(site)s cancelled %(order)s: %(reason)s")
        else:
            title = refused
            text = self.env._(
                "%(site)s did not cancel %(order)s: %(reason)s The buyer still waits. Confirm the "
                "order again and ship it, or settle it with a credit note."
            )
        for task in self.filtered(lambda task: task.kind == "cancellation"):
            if order := task.order_id.sale_order_id:
                names = {"site": task.site_id.name, "order": task.order_id.remote_order_id}
                question = text % {**names, "reason": error.message}
                task.site_id._schedule_question(order, title, question, again=True)

    def _cancellation_titles(self):
        """Return the titles of the questions about a cancellation: one that was refused, and an
        unclear one."""
        return self.env._("Cancellation refused"), self.env._("Cancellation unclear")

    def _close_cancellation_questions(self):
        """Close the questions about cancellations, since it is known whether the site has
        cancelled."""
        for task in self.filtered(lambda task: task.kind == "cancellation"):
            if order := task.order_id.sale_order_id:
                for title in self._cancellation_titles():
                    task.site_id._close_question(order, title)

    def _send_again(self):
        """Put tasks back that have just failed because the site does not show what it accepted."""
        for task in self:
            if not task._end_if_superseded(submission_id=False):
                task._move("ready", submission_id=False, update_at=False)

    def _succeed(self, **values):
        """The remote has done it; only ever called with a result in hand."""
        self._move("success", **values)
        for task in self.filtered("picking_id"):
            task.picking_id._integrator_record_sent(task.order_id)
        self._close_older()

    def _close_older(self):
        """Mark older failed tasks of the same targets obsolete, and let the tasks that depended on
        them depend on these."""
        domain = [("site_id", "in", self.site_id.ids), ("state", "=", "error")]
        domain += [("target_ref", "in", self.mapped("target_ref"))]
        failed = self.search(domain).grouped(lambda task: task._subject())
        for task in self.sorted("id"):
            older = failed.get(task._subject(), self.browse())
            older = older.filtered(
                lambda other, task=task: other.id < task.id and other.state == "error"
            )
            self.search([("after_task_id", "in", older.ids)]).after_task_id = task
            older._move("obsolete")

    def _subject(self):
        """Key of the target; equal for tasks that replace each other."""
        return self.site_id, self.kind, self.target_ref

    def _release(self, error=None):
        """Give tasks back to the queue whose submission the remote did not take.

        :param error: the `TransientError` or `UnexpectedError` that sent them back, if any
        """
        now = fields.Datetime.now()
        for task in self:
            delay = task._retry_delay(error)
            if error and not delay:
                task._fail(error)
                continue
            values = {"submission_id": False, "update_at": False}
            if error:
                values["attempts"] = task.attempts + 1
                values["update_at"] = now + timedelta(seconds=delay)
                values |= {"error_code": error.code, "error_message": error.message}
            if not task._end_if_superseded(**values):
                task.write(values)

    def _retry_delay(self, error):
        """Seconds until the next attempt; 0 when a person has to look first."""
        if error is None or error.retry_after:
            return error.retry_after if error else 0
        if self.attempts + 1 >= self.env["integrator.site"]._max_attempts():
            return 0
        return RETRY_MINUTES[min(self.attempts, len(RETRY_MINUTES) - 1)] * 60

    def _end_if_superseded(self, **values):
        """End a task where a younger open one has the same target; tasks that waited for this one
        wait for that one.

        :param values: other columns of the ended task
        :return: whether there is a younger one
        """
        younger = self.search(
            [
                ("site_id", "=", self.site_id.id),
                ("kind", "=", self.kind),
                ("target_ref", "=", self.target_ref),
                ("state", "in", ("waiting", "ready")),
                ("submission_id", "=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if younger:
            self.search([("after_task_id", "=", self.id)]).after_task_id = younger
            if younger.state == self.state:
                # a target that changes again and again must not stay young
                younger.state_timestamp = min(younger.state_timestamp, self.state_timestamp)
            self._move("obsolete", **values)
        return bool(younger)

    def _take_back(self, reason=False):
        """Take tasks out of the queue, but for those that the remote has or may have. A submission
        that was built and has not left is built again without them.

        :param str reason: why, for people
        """
        open_tasks = self.filtered(
            lambda task: task.state in ("waiting", "error")
            or (task.state == "ready" and not task.submission_id.attempted_at)
        )
        submissions = open_tasks.submission_id
        open_tasks._move("obsolete", **({"error_message": reason} if reason else {}))
        submissions._dissolve()

    def _give_up(self):
        """A person has decided that these need not be sent any more."""
        self._take_back()
        self._note_declined()

    def _withdraw(self):
        """Take back tasks that the present state of their record no longer calls for."""
        self._take_back()

    def _worst(self):
        """The task that needs most attention; an empty record when there is none."""
        return self.sorted(lambda task: TASK_SEVERITY.index(task.state))[:1]

    # === DECISIONS === #

    def _retry(self):
        """Put those of these tasks that failed back into the queue."""
        failed = self.filtered(lambda task: task.state == "error")
        if not failed:
            # who calls this at every run must not wake the next run by it
            return
        for task in failed:
            values = {"submission_id": False, "attempts": 0, "update_at": False, "manual": True}
            state = "waiting" if task.after_task_id.state not in (False, "success") else "ready"
            if not task._end_if_superseded(**values):
                task._move(state, **values)
        self.env["integrator.site"]._trigger_stages("send")

    # === BUSINESS METHODS === #

    def _digest_domain(self):
        return [("state", "=", "error")]

    def _digest_step(self):
        return self.env._("Correct it, then press “Try again”.")

    def _digest_about(self):
        order = self.order_id
        return self.picking_id or self.move_id or order.sale_order_id or order or self

    def _pass_guard(self):
        """Hook: hold those of the tasks that a person has to approve first.

        :return: the tasks that may go
        """
        return self

    def _note_declined(self):
        """Hook: a person has decided not to send this."""

    def _timeline_rows(self):
        """See `integrator.timeline._rows`."""
        return [
            self._prepare_row(self.create_date, "request", self.env._("Queued")),
            *self._sent_rows(),
            *self._approval_rows(),
            *self._end_rows(),
        ]

    def _prepare_row(self, at, kind, what, **values):
        kinds = labels_of(self, "kind")
        what = f"{kinds[self.kind]}: {what}"
        return {"at": at, "kind": kind, "site_name": self.site_id.name, "what": what, **values}

    def _sent_rows(self):
        submission = self.submission_id
        if not submission.submitted_at:
            return []
        detail = self.env._("Reference %s", submission.ticket) if submission.ticket else False
        return [
            self._prepare_row(submission.submitted_at, "request", self.env._("Sent"), detail=detail)
        ]

    def _approval_rows(self):
        rows = []
        for approval in self.approval_ids:
            held = self.env._("Held for approval")
            reason = approval.reason
            rows.append(self._prepare_row(approval.create_date, "decision", held, detail=reason))
            if approval.decided_by:
                states = labels_of(approval, "state")
                what, who = states[approval.state], approval.decided_by.name
                rows.append(self._prepare_row(approval.write_date, "decision", what, who=who))
        return rows

    def _end_rows(self):
        """Return the row of the present state, with the number of tries that it took."""
        rows = []
        if self.decided_at:
            rows.append(
                self._prepare_row(
                    self.decided_at,
                    "decision",
                    self.env._("Decided by a person"),
                    detail=self.decision,
                    who=self.decided_by.name,
                )
            )
        states = labels_of(self, "state")
        kind = {"error": "error", "success": "answer"}.get(self.state)
        if kind:
            tries = self.env._("after %s tries", self.attempts) if self.attempts > 1 else ""
            detail = " ".join(filter(None, [self.error_message, tries]))
            row = self._prepare_row(self.state_timestamp, kind, states[self.state], detail=detail)
            rows.append({**row, "code": self.error_code})
        return rows

    def _note_orders_sent(self, moment):
        for kind, tasks in self.grouped("kind").items():
            whole = tasks.filtered(lambda task: task.target_ref.startswith("integrator.order,"))
            if kind in SENT_FIELDS:
                whole.order_id.write({SENT_FIELDS[kind]: moment})

    def _note_decision(self, user, decision, reason):
        """Keep who decided what, and why.

        :param user: the person
        :param str decision: `retry` or `dismiss`
        :param str reason: in his words; may be empty
        """
        labels = {"retry": self.env._("Try again"), "dismiss": self.env._("Give up")}
        text = ": ".join(filter(None, [labels[decision], reason]))
        self.write({"decision": text, "decided_by": user.id, "decided_at": fields.Datetime.now()})

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Finished tasks are deleted after the retention; unresolved ones stay."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "in", TASK_FINISHED), ("state_timestamp", "<", limit)]
