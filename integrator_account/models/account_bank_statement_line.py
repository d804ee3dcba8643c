# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: the payout of a settlement is found by itself."""
        lines = super().create(vals_list)
        matcher_sudo = self.env["integrator.settlement.matcher"].sudo()
        matcher_sudo._match_if_possible(matcher_sudo._match_bank_lines, lines.sudo())
        return lines
