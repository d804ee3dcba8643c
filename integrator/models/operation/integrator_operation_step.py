# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...access import check_operator
from ...reason import Reason, reason_for
from ...utils import wait_for_rows

#: Answer that ends the whole operation.
CANCEL_ALL = "cancel"


class IntegratorOperationStep(models.Model):
    """Something that has happened in an operation, or a question in it."""

    _name = "integrator.operation.step"
    _description = "Step of an operation"
    _order = "operation_id desc, id"
    _rec_name = "text"

    operation_id = fields.Many2one(
        "integrator.operation", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="operation_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("information", "Information"),
            ("warning", "Warning"),
            ("error", "Error"),
            ("question", "Question"),
        ],
        required=True,
        readonly=True,
        help="What sort of step it is.",
    )
    text = Reason(required=True, readonly=True, help="What happened, or what is asked.")
    cause = fields.Char(readonly=True, help="Stable name of what it is about.")
    line_ref = fields.Char(readonly=True, help="The line that it is about.")
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="set null", help="The product of that line."
    )
    data = fields.Json(readonly=True, help="Figures that belong to it.")
    choice_ids = fields.One2many(
        "integrator.operation.choice", "step_id", readonly=True, help="What can be answered."
    )
    answer = fields.Char(readonly=True, help="Stable name of the answer that was given.")
    answer_name = Reason(
        string="Answered", compute="_compute_answer_name", help="The answer that was given."
    )
    answered_by = fields.Many2one(
        "res.users", string="Answered by", readonly=True, help="Who has answered."
    )
    answered_at = fields.Datetime(readonly=True, help="When it was answered.")
    rule_id = fields.Many2one(
        "integrator.operation.rule",
        string="By rule",
        readonly=True,
        ondelete="set null",
        help="The remembered rule that has answered.",
    )

    @api.depends("answer", "choice_ids.name")
    def _compute_answer_name(self):
        for step in self:
            step.answer_name = step._chosen().name

    def _chosen(self):
        return self.choice_ids.filtered(lambda choice: choice.action == self.answer)[:1]

    def _answer_values(self):
        """The values that the answer changes, see `operation_types.Choice.values`."""
        return self._chosen().values or {}

    def _answer(self, choice, remember=False, rule=None):
        """Take an answer; the first one counts.

        :param choice: `integrator.operation.choice` of this step
        :param bool remember: make it a rule of the site, for the product if there is one
        :param rule: `integrator.operation.rule` that answers
        :return: whether it was the first one
        """
        self.ensure_one()
        wait_for_rows(self.operation_id)
        if self.answer or self.operation_id.state in ("done", "failed", "cancelled"):
            return False
        self.write(
            {
                "answer": choice.action,
                "answered_by": False if rule else self.env.uid,
                "answered_at": fields.Datetime.now(),
                "rule_id": rule.id if rule else False,
            }
        )
        if remember:
            self.rule_id = self.env["integrator.operation.rule"]._remember(self)
        if choice.action == CANCEL_ALL:
            self.operation_id._cancel()
        else:
            self.operation_id._is_answered()
        return True

    def _prepare_details(self):
        """A step as callers get it.

        :return: dict, JSON-able
        """
        return {
            "id": self.id,
            "at": fields.Datetime.to_string(self.create_date),
            "type": self.kind,
            "text": self.text,
            "cause": self.cause or None,
            "line": self.line_ref or None,
            "data": self.data or {},
            "answer": self.answer or None,
            "answers": [
                {"id": f"{self.id}:{choice.action}", "name": choice.name}
                for choice in self.choice_ids
            ],
        }


class IntegratorOperationChoice(models.Model):
    """One answer that a question takes."""

    _name = "integrator.operation.choice"
    _description = "Answer to a question of an operation"
    _order = "step_id, id"

    step_id = fields.Many2one(
        "integrator.operation.step",
        string="Question",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    operation_id = fields.Many2one(
        related="step_id.operation_id", store=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="operation_id.company_id", store=True, index=True)
    action = fields.Char(required=True, readonly=True, help="Stable name of the answer.")
    name = Reason(required=True, readonly=True, help="The answer.")
    values = fields.Json(readonly=True, help="What it changes.")
    text = Reason(related="step_id.text", string="Asked")
    product_id = fields.Many2one(related="step_id.product_id")
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")
    is_first = fields.Boolean(
        compute="_compute_is_first", help="The first answer of a question stands beside it."
    )

    @api.depends("step_id.choice_ids")
    def _compute_is_first(self):
        for choice in self:
            choice.is_first = choice == choice.step_id.choice_ids[:1]

    @api.depends("step_id.answer", "operation_id.state")
    def _compute_is_open(self):
        for choice in self:
            choice.is_open = not choice.step_id.answer and choice.operation_id.state in (
                "queued",
                "running",
                "waiting",
            )

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("step_id.answer", "=", False),
            ("operation_id.state", "in", ("queued", "running", "waiting")),
        ]

    def action_choose(self):
        """Button: give this answer."""
        return self._choose(remember=False)

    def action_choose_always(self):
        """Button: give this answer, and the same by itself from now on."""
        return self._choose(remember=True)

    def _choose(self, remember):
        check_operator(self)
        self.ensure_one()
        choice_sudo = self.sudo()
        if choice_sudo.step_id._answer(choice_sudo, remember=remember):
            name = reason_for(self.env, choice_sudo.name)
            return self.env["integrator.todo"]._notify_done(
                self.env._("Answered: %s. The operation goes on.", name)
            )
        return self.env["integrator.site"]._notify(
            self.env._("Somebody has answered this already; the first answer counts."),
            kind="warning",
        )
