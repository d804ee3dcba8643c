# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

#: Days that a dispute is expected to take.
USUAL_DAYS = 60


class IntegratorKeepData(models.TransientModel):
    """Asks why the personal data of an order in dispute has to be kept."""

    _name = "integrator.keep.data"
    _description = "Keep personal data"

    order_ids = fields.Many2many(
        "integrator.order",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
        help="Orders whose buyer is not masked.",
    )
    reason = fields.Char(required=True, help="For example: claim of the buyer, case number.")
    until = fields.Date(
        required=True,
        default=lambda self: fields.Date.today() + timedelta(days=USUAL_DAYS),
        help="The last day; then the data is masked unless somebody prolongs it before.",
    )

    def action_keep(self):
        """Button: keep it until that day, or until it is released."""
        self.order_ids._keep_personal_data(self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
