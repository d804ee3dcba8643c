# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegratorListing(models.Model):
    """One SKU of a product, offered on one marketplace of a site.

    A product may have several SKUs on a marketplace. The listing outlives the product: when the
    product is deleted it still knows its SKU, so that the offer can be closed (001-42).
    What it says is in its sections; the rules by which stock, price, images and relations come
    about are in the files `listing_…`.
    """

    _name = "integrator.listing"
    _inherit = ["integrator.rights.mixin", "mail.thread"]
    _description = "Listing"
    _rec_name = "sku"
    _order = "sku, id"
    _check_company_auto = True
    _key_fields = frozenset({"marketplace_id", "site_id", "sku"})

    site_id = fields.Many2one(
        "integrator.site",
        required=True,
        ondelete="cascade",
        index=True,
        help="The account that offers it.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        ondelete="set null",
        index=True,
        help="Empty for the common parent of variants, and when the product was deleted.",
    )
    marketplace_code = fields.Char(
        required=True, default="", readonly=True, help="The site's own id of the marketplace."
    )
    marketplace_id = fields.Many2one(
        "integrator.marketplace",
        compute="_compute_marketplace_id",
        inverse="_inverse_marketplace_id",
        search="_search_marketplace_id",
        domain="[('site_id', '=', site_id)]",
        help="Where it is offered; pricelists and more are set there.",
    )
    sku = fields.Char(
        string="SKU", required=True, index=True, help="The number by which the site knows it."
    )
    remote_id = fields.Char(
        string="Remote product id", readonly=True, help="The site's own number of the product."
    )
    channel = fields.Selection(
        [
            ("merchant", "Shipped by us"),
            ("site", "Shipped by the site"),
            ("unknown", "Not known yet"),
        ],
        default="merchant",
        required=True,
        readonly=True,
        help="Who ships it, as the site says. A quantity is told only of what you ship.",
    )
    switching = fields.Boolean(
        readonly=True,
        help="The site has been told, or is going to be, that somebody else ships it from now on.",
    )
    language = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        help="Of its texts. Empty: the language of the marketplace.",
    )
    condition = fields.Selection(
        [
            ("new", "New"),
            ("refurbished", "Refurbished"),
            ("used_like_new", "Used, like new"),
            ("used_very_good", "Used, very good"),
            ("used_good", "Used, good"),
            ("used_acceptable", "Used, acceptable"),
        ],
        default="new",
        required=True,
        help="Of the pieces that are sold under this SKU.",
    )
    shipping_group = fields.Char(
        help="Shipping template of your account that overrides the account's default. Empty: the "
        "default.",
    )
    state = fields.Selection(
        [("new", "Not sent"), ("live", "Live"), ("closed", "Closed")],
        default="new",
        readonly=True,
        required=True,
        help="Live: the site has shown it.",
    )
    section_ids = fields.One2many("integrator.listing.section", "listing_id", readonly=True)
    task_ids = fields.One2many("integrator.task", "listing_id", readonly=True)

    _sku_uniq = models.UniqueIndex(
        "(site_id, marketplace_code, sku)", "This SKU is already offered on this marketplace."
    )

    @api.depends("site_id", "marketplace_code")
    def _compute_marketplace_id(self):
        places = self.env["integrator.marketplace"].search([("site_id", "in", self.site_id.ids)])
        known = {(place.site_id, place.code): place for place in places}
        for listing in self:
            listing.marketplace_id = known.get((listing.site_id, listing.marketplace_code))

    def _inverse_marketplace_id(self):
        for listing in self.sudo().filtered("marketplace_id"):
            listing.marketplace_code = listing.marketplace_id.code

    def _search_marketplace_id(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        places = self.env["integrator.marketplace"].browse(value)
        return [("marketplace_code", "in", places.mapped("code"))]

    @api.model_create_multi
    def create(self, vals_list):
        # listings are made by the thousand: their log is for what people decide
        quiet = self.with_context(tracking_disable=True)
        return super(IntegratorListing, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        live = {}
        if "sku" in vals:
            live = {one: one.sku for one in self.sudo() if one.state == "live"}
        result = super().write(vals)
        if any(live[listing] != listing.sku for listing in live):
            raise UserError(
                self.env._(
                    "The SKU of a live listing cannot be changed: the site would see a new "
                    "product and the old offer would stay. Close the listing first."
                )
            )
        return result

    def _mapped_attributes(self):
        """Hook: what else the section *product* says, by rules that map Odoo's fields.

        :return: dict listing -> dict attribute -> value in the site's form; listings may be left
            out. It goes over what the adapter says by itself
        """
        return {}

    @api.model
    def _known_by_product(self, products):
        """What the listings of products are called, for the log of their deletion (001-42).

        :return: dict product id -> list of dicts site, sku, remote_id
        """
        known = defaultdict(list)
        for listing in self.search([("product_id", "in", products.ids)]):
            known[listing.product_id.id].append(
                {
                    "listing_id": listing.id,
                    "site": listing.site_id.name,
                    "sku": listing.sku,
                    "remote_id": listing.remote_id or None,
                }
            )
        return dict(known)
