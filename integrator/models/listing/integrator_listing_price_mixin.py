# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListingPriceMixin(models.AbstractModel):
    """What a listing costs: the policy."""

    _name = "integrator.listing.price.mixin"
    _description = "Price settings of listings"

    price_source = fields.Selection(
        [
            ("site", "Pricelist of the marketplace"),
            ("own", "A pricelist of its own"),
            ("fixed", "A fixed price"),
        ],
        string="Price comes from",
        default="site",
        required=True,
        help="The marketplace's pricelist, else the channel's, else the sales price.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        index="btree_not_null",
        help="The pricelist of this listing alone.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        compute_sudo=True,
        help="The currency of the marketplace.",
    )
    price_fixed = fields.Monetary(
        string="Fixed price",
        help="As buyers see it: in the marketplace's currency, with tax where the marketplace "
        "shows prices with tax.",
    )
    price_minimum = fields.Monetary(
        string="Minimum",
        help="The price that buyers see is never lower, and the channel may not lower it further. "
        "0: no limit.",
    )
    price_maximum = fields.Monetary(
        string="Maximum",
        help="The price that buyers see is never higher, and the channel may not raise it further. "
        "0: no limit.",
    )

    _price_bounds = models.Constraint(
        "CHECK(price_fixed >= 0 AND price_minimum >= 0 AND price_maximum >= 0 "
        "AND (price_maximum = 0 OR price_minimum <= price_maximum))",
        "Prices cannot be negative, nor the minimum above the maximum.",
    )

    # === COMPUTE METHODS === #

    def _compute_currency_id(self):
        for (site, code), listings in self.grouped(self._place_key).items():
            listings.currency_id = site._adapter()._currency(site, code)

    # === BUSINESS METHODS === #

    @staticmethod
    def _place_key(listing):
        return listing.site_id, listing.marketplace_code

    def _offer_pricelist(self):
        """The pricelist of the offer; none: the sales price."""
        self.ensure_one()
        if self.price_source == "own":
            return self.pricelist_id
        return self.marketplace_id.offer_pricelist_id or self.site_id.pricelist_id
