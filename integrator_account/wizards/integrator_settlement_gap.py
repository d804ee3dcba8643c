# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..access import check_accountant


class IntegratorSettlementGap(models.TransientModel):
    """Reason for which a settlement may be posted although the one before it is missing."""

    _name = "integrator.settlement.gap"
    _description = "Accept a hole in the chain"

    settlement_id = fields.Many2one("integrator.settlement", required=True, readonly=True)
    hold_reason = fields.Text(related="settlement_id.hold_reason", related_sudo=False)
    reason = fields.Char(
        string="Why it is right", required=True, help="It stays on the settlement."
    )

    def action_accept(self):
        """Button: the hole is right."""
        check_accountant(self)
        check_accountant(self.settlement_id)
        settlement_sudo = self.settlement_id.sudo()
        settlement_sudo.gap_reason = f"{self.reason} ({self.env.user.name})"
        settlement_sudo._check_and_post()
        return True
