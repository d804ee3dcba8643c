# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: The collector of the tax of a sale, who pays it to the state.
COLLECTIONS = [
    ("seller", "You"),
    ("marketplace", "The marketplace"),
    ("ioss", "Import One-Stop Shop (IOSS)"),
    ("uoss", "Union One-Stop Shop (UOSS)"),
]
#: Fields by which other prices are offered.
OFFER_FIELDS = {"offer_pricelist_id", "business_pricelist_id", "offer_tax"}


class IntegratorMarketplace(models.Model):
    """One marketplace of a site, as its orders are to be entered. It is made when its first order
    comes in; everything on it may stay empty."""

    _name = "integrator.marketplace"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Marketplace of a channel"
    _order = "site_id, name, id"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    name = fields.Char(required=True, help="As the channel calls it.")
    code = fields.Char(required=True, readonly=True, help="The channel's own id of it.")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Pricelist of its sale orders. Empty: one in the order's currency.",
    )
    offer_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Offer prices",
        check_company=True,
        help="Prices that are offered here. Empty: those of the channel.",
    )
    business_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Business prices",
        check_company=True,
        help="Prices for business buyers; its rules with a minimum quantity become quantity "
        "discounts. Empty: none.",
    )
    offer_tax = fields.Selection(
        [
            ("included", "With tax"),
            ("excluded", "Without tax"),
            ("same", "As in the pricelist"),
        ],
        string="Offered prices",
        compute="_compute_offer_tax",
        store=True,
        readonly=False,
        help="How prices leave. With tax: the sales taxes of the product (by the fiscal position "
        "beside, if there is one) are added where its price does not include them, as buyers in "
        "Europe or Japan see it. Without tax: they are taken off where it does, as in the United "
        "States. As in the pricelist: the number stays as it is, for pricelists that hold the "
        "marketplace's prices already.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="That ships its orders. Empty: that of the channel.",
    )
    seller_position_id = fields.Many2one(
        "account.fiscal.position",
        string="Fiscal position",
        check_company=True,
        help="For orders whose tax you collect and pay.",
    )
    marketplace_position_id = fields.Many2one(
        "account.fiscal.position",
        string="… tax by the marketplace",
        check_company=True,
        help="For orders whose tax the marketplace collects and pays.",
    )
    ioss_position_id = fields.Many2one(
        "account.fiscal.position",
        string="… IOSS",
        check_company=True,
        help="For imports under the Import One-Stop Shop.",
    )
    uoss_position_id = fields.Many2one(
        "account.fiscal.position",
        string="… UOSS",
        check_company=True,
        help="For sales under the Union One-Stop Shop.",
    )

    _code_uniq = models.UniqueIndex("(site_id, code)", "This marketplace is there already.")

    # === COMPUTE METHODS === #

    @api.depends("site_id", "code")
    def _compute_offer_tax(self):
        for place in self:
            place.offer_tax = place.site_id._adapter()._offer_tax(place.site_id, place.code)

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & OFFER_FIELDS:
            self.site_id._note_offers_changed()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _of_orders(self, orders):
        """The marketplaces of orders, made where they are new.

        :param orders: `integrator.order` of one site
        :return: dict marketplace code -> marketplace
        """
        site = orders.site_id
        names = {order.marketplace_code or "": order.channel_name for order in orders}
        return {marketplace.code: marketplace for marketplace in self._ensure(site, names)}

    @api.model
    def _ensure(self, site, names):
        """Marketplaces of a site, made where they are new.

        :param dict names: code -> name, which may be empty
        """
        known = self.search([("site_id", "=", site.id), ("code", "in", list(names))])
        missing = names.keys() - set(known.mapped("code"))
        return known | self.create(
            [
                {"site_id": site.id, "code": code, "name": names[code] or code or site.name}
                for code in sorted(missing)
            ]
        )

    def _fiscal_position(self, collection):
        """The fiscal position of an order.

        :param str collection: who collects its tax, of `COLLECTIONS`
        """
        return self[f"{collection}_position_id"]
