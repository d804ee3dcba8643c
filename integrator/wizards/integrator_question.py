# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..utils import labels_of

#: Records that a question names; of more it says how many there are.
MAX_LINES = 20


class IntegratorQuestion(models.TransientModel):
    """Asks before a decision is done, and shows its effect on each record."""

    _name = "integrator.question"
    _description = "Question before a decision"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    decision = fields.Selection(
        [("approve", "Approve"), ("reject", "Reject"), ("ignore", "Leave as it is")],
        required=True,
        readonly=True,
        help="What is done.",
    )
    lines = fields.Text(readonly=True, help="What it is about, and what becomes of it.")
    note = fields.Text(readonly=True, help="What follows.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Button: do it."""
        check_operator(self)
        self.ensure_one()
        return self._decided()._decide_as(self.decision)

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, records, decision):
        """Ask about records.

        :param records: of a model with `integrator.decision.mixin`
        :param str decision: a value of `decision`
        :return: the action that opens the question
        :raise UserError: where nothing is left to decide
        """
        if not records:
            raise UserError(self.env._("Nothing of what you chose is left to decide."))
        lines = [record._decision_line(decision) for record in records[:MAX_LINES]]
        if len(records) > MAX_LINES:
            lines.append(self.env._("and %s more", len(records) - MAX_LINES))
        question = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "decision": decision,
                "lines": "\n".join(lines),
                "note": records._decision_note(decision),
            }
        )
        return question._get_records_action(
            name=labels_of(self, "decision")[decision], target="new"
        )

    def _decided(self):
        """
        :raise UserError: where nothing can be decided about such records
        """
        model = self.env.get(self.res_model)
        known = self.env["integrator.decision.mixin"]
        if model is None or not isinstance(model, type(known)):
            raise UserError(self.env._("Nothing of what you chose is left to decide."))
        return model.browse(self.res_ids)
