# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from .integrator_marketplace import COLLECTIONS


class IntegratorOrderLine(models.Model):
    """The taxes on remote orders by who collects them: what the tax control adds up (pain 13)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order.line"

    site_id = fields.Many2one(related="order_id.site_id", store=True)
    channel_name = fields.Char(related="order_id.channel_name", store=True)
    ordered_at = fields.Datetime(related="order_id.ordered_at", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id", store=True)
    tax_collection = fields.Selection(
        COLLECTIONS,
        string="Tax collected by",
        compute="_compute_tax_collection",
        store=True,
        help="Who collects the tax on the line and pays it to the state.",
    )
    amount_tax = fields.Monetary(
        string="Tax",
        compute="_compute_amount_tax",
        store=True,
        help="All tax on the line, as the site says it.",
    )

    @api.depends("tax_model", "tax_scheme")
    def _compute_tax_collection(self):
        for line in self:
            line.tax_collection = line._collection()

    @api.depends("charges")
    def _compute_amount_tax(self):
        for line in self:
            line.amount_tax = float(line._amounts().get("tax", Decimal(0)))
