# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...const import RETRY_MINUTES
from ...exceptions import TransientError, UnexpectedError
from ...reason import Reason
from ...utils import labels_of, try_lock, wait_for_rows
from .integrator_operation_view_mixin import CANCEL_ACTION, OPEN_STATES

#: Kinds that ask the stages for work, see `integrator.operation.request`.
REQUEST_KINDS = [
    ("send_products", "Send all products"),
    ("fetch_orders", "Fetch orders"),
    ("send_shipments", "Send shipping data"),
    ("send_order_status", "Send the status of orders"),
]

#: The activity that asks somebody to answer.
QUESTION_ACTIVITY = "integrator.mail_activity_operation"


class IntegratorOperation(models.Model):
    """A piece of work that may take long and may ask: exporting an order, synchronising, binding.

    It goes on in small pieces, each committed with the position after it. So an operation that
    waits for an answer is only a row, and whatever ends a worker costs at most one piece, which is
    then done again. What is done is said by a model of its own per kind, see
    `integrator.operation.kind`.
    """

    _name = "integrator.operation"
    _description = "Operation"
    _inherit = [
        "integrator.site.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "integrator.operation.view.mixin",
        "integrator.retention.mixin",
    ]
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("export", "Export an order"),
            ("synchronise", "Synchronise orders"),
            ("bind", "Bind orders"),
            ("unbind", "Unbind orders"),
            *REQUEST_KINDS,
        ],
        required=True,
        readonly=True,
        help="What is done.",
    )
    user_id = fields.Many2one(
        "res.users", string="Asked by", readonly=True, help="Who started it, and is asked."
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Sales order",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The order that it is about.",
    )
    parameters = fields.Json(readonly=True, help="What was asked for, in detail.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Under way"),
            ("waiting", "Waits for an answer"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="How it stands.",
    )
    progress = fields.Float(
        string="Progress (%)",
        compute="_compute_progress",
        compute_sudo=True,
        help="How far it is.",
    )
    total = fields.Integer(
        string="Records", compute="_compute_progress", compute_sudo=True, help="What it is about."
    )
    done = fields.Integer(
        compute="_compute_progress", compute_sudo=True, help="Those that came to a good end."
    )
    failed = fields.Integer(
        compute="_compute_progress",
        compute_sudo=True,
        help="Those that need a person; open them to see why.",
    )
    expected = fields.Text(
        compute="_compute_expected",
        help="What was said beforehand: what will happen, and how long it takes.",
    )
    position = fields.Json(readonly=True, help="Where it goes on.")
    retry_at = fields.Datetime(
        string="Next try on", readonly=True, help="When it is tried again by itself."
    )
    attempts = fields.Integer(readonly=True, help="Tries of the present piece that failed.")
    started_at = fields.Datetime(
        string="Started on", readonly=True, help="When the first piece was begun."
    )
    ended_at = fields.Datetime(string="Ended on", readonly=True, help="When it came to its end.")
    error_code = fields.Char(string="Cause", readonly=True, help="Stable name of why it failed.")
    error_message = Reason(
        string="Reason", readonly=True, help="Why it failed, and what to do about it."
    )
    step_ids = fields.One2many(
        "integrator.operation.step", "operation_id", readonly=True, help="What has happened."
    )
    choice_ids = fields.One2many(
        "integrator.operation.choice",
        "operation_id",
        domain=[("is_open", "=", True)],
        readonly=True,
        string="Answers",
        help="Every answer that can be given now.",
    )
    remote_order_ids = fields.One2many(
        "integrator.remote.order",
        "operation_id",
        string="Orders shipped by the channel",
        readonly=True,
        help="What it made.",
    )

    _queue_idx = models.Index("(site_id, id) WHERE state IN ('queued', 'running')")

    # === COMPUTE METHODS === #

    @api.depends("kind", "order_id")
    def _compute_display_name(self):
        labels = labels_of(self, "kind")
        for operation in self:
            parts = [labels.get(operation.kind, ""), operation.sudo().order_id.name]
            operation.display_name = " ".join(filter(None, parts))

    # === START === #

    @api.model
    def _start(self, kind, site, order=None, **parameters):
        """Begin an operation; everything happens in the background.

        :param str kind: a value of `kind`
        :param order: `sale.order` that it is about
        :param parameters: JSON-able, as the model of the kind takes them
        :return: tuple (operation, whether one that was under way already was joined)
        :raise UserError: where it cannot be begun at all, with what to do first
        """
        user_id = parameters.pop("user_id", None) or self.env.uid
        worker = self._worker(kind)
        order = order if order is not None else self.env["sale.order"]
        # two people who ask for the same at once wait for each other here
        wait_for_rows(site)
        if known := worker._find_joined(site, order, parameters):
            return known, True
        worker._check_start(site, order, parameters)
        operation = self.create(
            {
                "kind": kind,
                "site_id": site.id,
                "order_id": order.id,
                "parameters": parameters,
                "position": {"at": next(iter(worker._pieces()))},
                "user_id": user_id,
            }
        )
        self.env["integrator.site"]._trigger_stages("operate")
        return operation, False

    @api.model
    def _worker(self, kind):
        """The model of a kind of operation."""
        return self.env[f"integrator.operation.{kind}"]

    # === PIECES === #

    def _advance(self):
        """Do the next piece. The stage commits afterwards."""
        self.ensure_one()
        if self._is_unwanted():
            self._stop()
            return
        if self.state == "queued":
            self.write({"state": "running", "started_at": self.started_at or fields.Datetime.now()})
        worker = self._worker(self.kind)
        piece = worker._pieces()[self.position["at"]]
        # the piece itself may want to rest
        self.retry_at = False
        following = piece(self)
        if self.state != "running":
            return
        self.attempts = 0
        if self._open_questions():
            self._suspend()
        elif following:
            self._go_to(following)
        else:
            self._end()

    def _go_to(self, piece, **position):
        """Note the piece that comes next.

        :param str piece: one of the kind's `_pieces`
        :param position: what that piece has to know, JSON-able
        """
        self.position = {**(self.position or {}), "at": piece, **position}

    def _pause(self, minutes):
        """Go on after some minutes, unless what it waits for comes before."""
        self.retry_at = fields.Datetime.now() + timedelta(minutes=minutes)
        self.env["integrator.site"]._trigger_stages("operate", at=self.retry_at)

    def _suspend(self):
        """Wait for answers; nothing is held meanwhile."""
        self.state = "waiting"
        questions = self._open_questions()
        self.activity_schedule(
            QUESTION_ACTIVITY,
            summary=self.env._("Questions to answer: %s", len(questions)),
            note=escape(questions[:1].text),
            user_id=self._person().id,
        )

    def _end(self):
        """Come to a good end."""
        self._worker(self.kind)._finish(self)
        self.write({"state": "done", "ended_at": fields.Datetime.now()})

    def _fail(self, error):
        """Stop with a reason that a person has to resolve.

        :param IntegratorError error:
        """
        self._worker(self.kind)._abandon(self)
        self._note("error", error.last_message, cause=error.code)
        self.write(
            {
                "state": "failed",
                "ended_at": fields.Datetime.now(),
                "error_code": error.code,
                "error_message": error.last_message,
            }
        )
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("%s has failed", self.display_name),
            note=escape(error.last_message),
            user_id=self._person().id,
        )

    def _person(self):
        """The user who is asked and notified: the one who has started it, else the responsible
        person of the site."""
        return self.user_id.filtered("active") or self.site_id._responsible()

    def _note_failure(self, error):
        """A piece has raised: what passes by itself is tried again, anything else ends it.

        :param IntegratorError error:
        """
        self.ensure_one()
        passing = isinstance(error, TransientError)
        unexpected = isinstance(error, UnexpectedError)
        attempts = self.attempts + 1
        if not passing and not (
            unexpected and attempts < self.env["integrator.site"]._max_attempts()
        ):
            self.attempts = attempts
            self._fail(error)
            return
        seconds = error.retry_after or 60 * RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
        if error.message != self.error_message:
            self._note("warning", error.message, cause=error.code)
        self.write(
            {
                # what the piece has written is undone with it
                "state": "running",
                "started_at": self.started_at or fields.Datetime.now(),
                "attempts": attempts,
                "retry_at": fields.Datetime.now() + timedelta(seconds=seconds),
                "error_message": error.message,
            }
        )
        self.env["integrator.site"]._trigger_stages("operate", at=self.retry_at)

    # === STEPS === #

    def _note(self, kind, text, **values):
        """Add a step.

        :param str kind: `information`, `warning` or `error`
        :param str text: for people, translated
        """
        return self.env["integrator.operation.step"].create(
            {"operation_id": self.id, "kind": kind, "text": text, **values}
        )

    def _add_question(self, cause, text, choices, line_ref="", product=None, data=None):
        """Ask the person who started it. A remembered rule may answer at once.

        :param str cause: stable name of what differs
        :param choices: `operation_types.Choice`, at least one
        :param str line_ref: what of the operation it is about
        :param product: `product.product` that it is about
        :return: the step
        """
        product = product or self.env["product.product"]
        step = self._note(
            "question", text, cause=cause, line_ref=line_ref, product_id=product.id, data=data or {}
        )
        self.env["integrator.operation.choice"].create(
            [
                {
                    "step_id": step.id,
                    "action": choice.action,
                    "name": choice.name,
                    "values": dict(choice.values),
                }
                for choice in choices
            ]
        )
        if rule := self.env["integrator.operation.rule"]._find(step):
            rule._apply(step)
        return step

    def _open_questions(self):
        return self.step_ids.filtered(lambda step: step.kind == "question" and not step.answer)

    def _answers(self, *causes):
        """The questions that were answered, oldest first.

        :param str causes: of these causes only; none: of any
        """
        return self.step_ids.filtered(
            lambda step: step.answer and (not causes or step.cause in causes)
        ).sorted("id")

    def _reopen(self):
        """Continue at the piece that failed, once a person has resolved the reason."""
        self.write(
            {
                "state": "queued",
                "ended_at": False,
                "retry_at": False,
                "error_code": False,
                "error_message": False,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_warning"])
        self.env["integrator.site"]._trigger_stages("operate")

    def _is_answered(self):
        """An answer has come: go on when it was the last one that was waited for."""
        self.ensure_one()
        if self.state != "waiting" or self._open_questions():
            return
        self.activity_feedback([QUESTION_ACTIVITY])
        self.write({"state": "queued", "retry_at": False})
        self.env["integrator.site"]._trigger_stages("operate")

    # === CANCELLATION === #

    def action_cancel(self):
        """Button: stop before the next piece. What is at the site already stays there."""
        check_operator(self)
        for operation in self.sudo():
            operation._cancel()

    def _cancel(self):
        """Stop an operation; what it has prepared and not yet sent is taken back.

        :return: whether it was under way
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return False
        text = self.env._("Cancelled by %s.", self.env.user.name)
        self._note("information", text, cause=CANCEL_ACTION)
        if try_lock(self):
            self._stop()
        else:
            # a worker is at one of its pieces, one after the other: it looks before the next one
            self.env["integrator.site"]._trigger_stages("operate")
        return True

    def _stop(self):
        """Cancel the operation."""
        self._worker(self.kind)._abandon(self)
        self.write({"state": "cancelled", "ended_at": fields.Datetime.now(), "retry_at": False})
        self.activity_feedback([QUESTION_ACTIVITY])

    def _is_unwanted(self):
        """Return whether somebody has cancelled it while a worker was at it."""
        return bool(self.step_ids.filtered(lambda step: step.cause == CANCEL_ACTION))

    @api.model
    def _stop_unwanted(self, site):
        """Cancel an operation that began to wait for an answer while it was being cancelled."""
        domain = [("site_id", "=", site.id), ("state", "=", "waiting")]
        waiting = self.search([*domain, ("step_ids.cause", "=", CANCEL_ACTION)])
        for operation in try_lock(waiting):
            operation._stop()

    def action_try_again(self):
        """Button: begin anew what has failed or was cancelled."""
        check_operator(self)
        self.ensure_one()
        if self.state not in ("failed", "cancelled"):
            raise UserError(self.env._("Only what has failed or was cancelled is begun anew."))
        return self._worker(self.kind).sudo()._begin_anew(self.sudo())._open_form()

    # === API === #

    def _do_action(self, action_id, remember=False):
        """Answer a question, or cancel.

        :param str action_id: as `_prepare_actions` names it
        :param bool remember: answer the same by itself from now on
        :return: whether it had an effect; not when somebody was quicker
        :raise UserError: for an action that the operation does not know
        """
        self.ensure_one()
        if action_id == CANCEL_ACTION:
            return self._cancel()
        number, _colon, action = str(action_id).partition(":")
        choice = self.step_ids.choice_ids.filtered(
            lambda choice: str(choice.step_id.id) == number and choice.action == action
        )
        if not choice:
            raise UserError(
                self.env._(
                    "“%s” is not an action of this operation. Read it again for those that it has.",
                    action_id,
                )
            )
        return choice.step_id._answer(choice, remember=remember)

    @api.model
    def _retention_domain(self):
        """Operations that ended before the retention; remote orders stay."""
        domain = Domain("state", "not in", OPEN_STATES)
        return domain & Domain("ended_at", "<", self.env["integrator.site"]._retention_date())
