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

    fee_estimate_ids = fields.One2many(
        "integrator.fee.estimate",
        "listing_id",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    estimated_fees = fields.Monetary(
        compute="_compute_estimated_fees",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="What the channel would keep of one piece at the present price, as it estimates "
        "itself.",
    )
    estimated_fees_text = fields.Char(
        string="Estimated fees of a piece",
        compute="_compute_estimated_fees",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="The parts of the estimate and its day, or why there is none.",
    )

    def _compute_estimated_fees(self):
        for listing in self:
            estimate = listing.fee_estimate_ids
            listing.estimated_fees = estimate.total
            listing.estimated_fees_text = estimate._describe()

    def _compute_settled_profit(self):
        report_sudo = self.env["integrator.profit.report"].sudo()
        groups = report_sudo._read_group(
            [
                ("site_id", "in", self.site_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("kind", "=", "settled"),
            ],
            ["site_id", "sku"],
            ["profit:sum"],
        )
        profits = {(site.id, sku): profit for site, sku, profit in groups}
        for listing in self:
            listing.settled_profit = profits.get((listing.site_id.id, listing.sku), 0.0)
