# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..access import check_operator
from ..reason import Reason


class IntegratorExplanation(models.TransientModel):
    """“What does this mean?”: what happened, what it means, who has to act, and the button that
    resolves it."""

    _name = "integrator.explanation"
    _description = "What does this mean?"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    reason = Reason(compute="_compute_texts", help="What happened.")
    meaning = fields.Text(compute="_compute_texts", help="What lies behind it.")
    cure = fields.Text(string="What to do", compute="_compute_texts", help="Who acts, and how.")
    cure_label = fields.Char(
        string="Next step", compute="_compute_texts", help="What the button does."
    )

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for explanation in self:
            record = explanation._record()
            explanation.reason = record._explained_reason()
            found = record._explanation()
            explanation.meaning = found.meaning
            explanation.cure = found.remedy
            explanation.cure_label = record._cure()[0]

    # === ACTION METHODS === #

    def action_cure(self):
        """Button: open where it is solved, or try again."""
        self.ensure_one()
        check_operator(self)
        _label, action = self._record()._cure()
        return (action and action()) or {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, record):
        """Explain the reason of a record.

        :param record: of a model with `integrator.error.mixin`
        """
        check_operator(record)
        explanation = self.create({"res_model": record._name, "res_id": record.id})
        return explanation._get_records_action(
            name=self.env._("What does this mean?"), target="new"
        )

    def _record(self):
        """The record that is explained, as its reader may see it.

        :raise AccessError: for who may not
        """
        record = self.env[self.res_model].sudo(False).browse(self.res_id).exists()
        check_operator(record)
        return record
