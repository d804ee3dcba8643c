# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListing(models.Model):
    _inherit = "integrator.listing"

    settled_profit = fields.Monetary(
        string="Profit by settlements",
        currency_field="settled_currency_id",
        compute="_compute_settled_profit",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Total of all rows of settlements with its SKU, on all marketplaces of the channel.",
    )
    settled_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )

    def _compute_settled_profit(self):
        report = self.env["integrator.profit.report"].sudo()
        groups = report._read_group(
            [("site_id", "in", self.site_id.ids), ("sku", "in", self.mapped("sku"))],
            ["site_id", "sku"],
            ["profit:sum"],
        )
        profits = {(site.id, sku): profit for site, sku, profit in groups}
        for listing in self:
            listing.settled_profit = profits.get((listing.site_id.id, listing.sku), 0.0)
