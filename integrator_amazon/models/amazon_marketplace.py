# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AmazonMarketplace(models.Model):
    """A marketplace of Amazon: data, shipped with the addon."""

    _name = "integrator.amazon.marketplace"
    _inherit = "integrator.rights.mixin"
    _description = "Amazon marketplace"
    _order = "region, name"
    _key_fields = frozenset({"code"})

    name = fields.Char(required=True, help="As Amazon writes it in reports, for example Amazon.de.")
    code = fields.Char(string="Marketplace id", required=True, index=True)
    country_code = fields.Char(string="Country code", required=True)
    region = fields.Selection(
        [("NA", "North America"), ("EU", "Europe"), ("FE", "Far East")],
        required=True,
        help="One account belongs to one region; each region has its own address.",
    )
    currency_name = fields.Char(string="Currency", required=True)
    language = fields.Char(required=True, help="Language tag of texts, for example de_DE.")
    fulfillment_channel = fields.Char(
        required=True, help="Code of Amazon's own fulfilment in listings, for example AMAZON_EU."
    )

    price_with_tax = fields.Boolean(
        string="Prices with tax",
        default=True,
        help="Whether buyers see prices with tax. How yours leave is set at each marketplace of a "
        "channel.",
    )
    refunds_by_feed = fields.Boolean(
        string="Takes refunds",
        default=True,
        help="Whether credit notes can be sent to Amazon here. Off: refund in Seller Central.",
    )
    refund_tax_apart = fields.Boolean(
        string="Tax of refunds apart",
        help="Whether the tax of a refund is sent beside the amount. Off: where prices contain the "
        "tax, Amazon wants one amount that contains it, too, and refuses both apart.",
    )

    _code_uniq = models.UniqueIndex("(code)", "This marketplace exists already.")

    @api.depends("country_code")
    def _compute_display_name(self):
        for marketplace in self:
            marketplace.display_name = f"{marketplace.name} ({marketplace.country_code})"

    @api.model
    def _of_order(self, order):
        """The marketplace that a remote order came from; none when Amazon has a new one."""
        return self.search([("code", "=", order.marketplace_code)], limit=1)
