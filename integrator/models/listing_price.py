# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListing(models.Model):
    """What a listing costs (001-08, 001-09)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    price_source = fields.Selection(
        [
            ("site", "Pricelist of the marketplace"),
            ("own", "A pricelist of its own"),
            ("fixed", "A fixed price"),
        ],
        default="site",
        required=True,
        help="The marketplace's pricelist, else the site's, else the sales price.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", check_company=True, help="Of this listing alone."
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        compute_sudo=True,
        help="Of the marketplace.",
    )
    price_fixed = fields.Monetary(string="Fixed price", help="In the marketplace's currency.")
    price_minimum = fields.Monetary(
        string="Minimum",
        help="The price is never lower, and the site may not lower it further. 0: no limit.",
    )
    price_maximum = fields.Monetary(
        string="Maximum",
        help="The price is never higher, and the site may not raise it further. 0: no limit.",
    )

    _price_bounds = models.Constraint(
        "CHECK(price_fixed >= 0 AND price_minimum >= 0 AND price_maximum >= 0 "
        "AND (price_maximum = 0 OR price_minimum <= price_maximum))",
        "Prices cannot be negative, nor the minimum above the maximum.",
    )

    def _compute_currency_id(self):
        for listing in self:
            listing.currency_id = listing._currency()

    def _currency(self):
        """The currency of the marketplace.

        :return: `res.currency`
        """
        self.ensure_one()
        return self.site_id._adapter()._currency(self.site_id, self.marketplace_code)

    # === THE PRICE === #

    def _prices(self):
        """What listings cost now; pricelists are computed for many products at once.

        :return: dict listing -> dict `currency` (ISO code), `amount` (decimal as text; zero: there
            is no price) and `steps` (list of tuples label, figure)
        """
        found = {}
        for (pricelist, currency), listings in self.grouped(self._price_group).items():
            prices = pricelist._get_products_price(listings.product_id, 1.0, currency=currency)
            for listing in listings:
                price = prices.get(listing.product_id.id, 0.0)
                amount = f"{currency.round(price):.{currency.decimal_places}f}"
                found[listing] = {"currency": currency.name, "amount": amount, "steps": []}
        return found

    @staticmethod
    def _price_group(listing):
        return listing._offer_pricelist(), listing.currency_id

    def _offer_pricelist(self):
        """The pricelist of the offer; none: the sales price."""
        self.ensure_one()
        if self.price_source == "own":
            return self.pricelist_id
        return self.marketplace_id.offer_pricelist_id or self.site_id.pricelist_id
