# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning
from odoo.fields import Domain

from ...access import check_operator

#: Fields of a site that change what it is told of many listings -> what has to be compared then.
RECONCILED_FIELDS = {
    "automatic": "all",
    "product_domain": "all",
    "warehouse_id": "offer",
    "stock_buffer": "offer",
    "pricelist_id": "offer",
    "send_relationships": "all",
    "send_shipping": "all",
    "image_base_url": "all",
}


class IntegratorSite(models.Model):
    """How the catalogue goes out."""

    # settings of the catalogue: pylint: disable=consider-merging-classes-inherited
    _name = "integrator.site"
    _inherit = ["integrator.site.setup.mixin", "integrator.site"]

    send_relationships = fields.Boolean(
        string="Send relationships",
        default=True,
        help="Variants are shown together, and accessories with what they belong to.",
    )
    send_shipping = fields.Boolean(
        string="Send shipping templates",
        default=True,
        help="The shipping template of a listing overrides the account's default.",
    )
    close_by = fields.Selection(
        [("delete", "Deleting the offer"), ("zero", "Offering no pieces")],
        string="Close by",
        default="delete",
        required=True,
        help="What closes the listing of a product that was deleted, archived or is not offered "
        "any more.",
    )
    direct_threshold = fields.Integer(
        string="Send directly up to",
        default=5,
        help="So few changes of stock, price and the like go at once, one call each; more go "
        "together in a feed. 0: always a feed.",
    )
    stuck_minutes = fields.Integer(
        string="A feed is stuck after",
        default=120,
        help="Minutes without a result after which stock and prices take the direct way.",
    )
    image_base_url = fields.Char(
        string="Address for images",
        help="Under which the channel reaches this Odoo from outside, for example "
        "https://shop.example.com. Empty: the address of Odoo.",
    )
    reconcile_minutes = fields.Integer(
        string="Compare stock and prices every",
        default=60,
        help="Minutes after which stock and prices of all live listings are compared with Odoo, "
        "whether or not a change was noticed; what differs from what was last sent is sent again. "
        "0: only at night.",
    )
    reconcile_nightly = fields.Boolean(
        string="Compare everything every night",
        default=True,
        help="Once a night everything that Odoo has for all live listings is compared with what "
        "was last sent: also what makes no event, such as a translation.",
    )
    reconcile_ids = fields.One2many("integrator.reconcile", "site_id", readonly=True)

    # listing drift
    daily_drift_check = fields.Boolean(
        string="Look for drift every night",
        default=True,
        help="Once a day what the channel shows is fetched and compared with what was sent; issues "
        "that came later are seen, too.",
    )
    drift_check_limit = fields.Integer(
        string="Listings per night",
        help="At most so many are looked at in one night: those that sell most, and those that "
        "were not looked at for longest. 0: all.",
    )
    drift_ids = fields.One2many(
        "integrator.drift.policy",
        "site_id",
        string="Who wins",
        help="What is done by itself when the channel shows something else.",
    )

    _reconcile_positive = models.Constraint(
        "CHECK(reconcile_minutes >= 0)", "Minutes cannot be negative; 0 switches it off."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        watched = {name: scope for name, scope in self._reconciled_fields().items() if name in vals}
        before = {(site, name): site[name] for site in self for name in watched}
        result = super().write(vals)
        for (site, name), value in before.items():
            if site[name] != value:
                self.env["integrator.reconcile"]._want(site, watched[name])
        return result

    # === ACTION METHODS === #

    def action_reconcile(self):
        """Button: compare all listings with Odoo now; what differs is sent."""
        check_operator(self)
        self.env["integrator.reconcile"]._want(self, "all", "person")
        return self._notify(
            self.env._("The listings are compared in the background; what differs is sent.")
        )

    def action_import_listings(self):
        """Button: ask the site for all its listings; what is unknown waits to be matched."""
        check_operator(self)
        now = fields.Datetime.now()
        for site in self.sudo():
            source = site._adapter()._listings_source(site)
            site.env["integrator.fetch.request"]._request(site, [(now, False)], source=source)
        self._wake("fetch")
        return self._notify(
            self.env._("The listings are fetched in the background; see “Products to match”.")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _reconciled_fields(self):
        """Hook: fields of a site that change what it is told of many listings.

        :return: dict name of the field -> `offer` (stock and price) or `all`
        """
        return RECONCILED_FIELDS

    @api.model
    def _priced_by(self, pricelists):
        """The automatic sites that take prices from pricelists, also by way of others.

        :param pricelists: `product.pricelist` records
        """
        sites = self._automatic_sites()
        if not (pricelists and sites):
            return sites.browse()
        lists = pricelists.sudo()._integrator_followers()
        places = sites.marketplace_ids
        used = places.filtered(
            lambda place: (place.offer_pricelist_id | place.business_pricelist_id) & lists
        )
        own = (
            self.env["integrator.listing"]
            .sudo()
            ._read_group(
                [("pricelist_id", "in", lists.ids), ("site_id", "in", sites.ids)], ["site_id"]
            )
        )
        found = sites.filtered(lambda site: site.pricelist_id & lists) | used.site_id
        return found.union(*(site for [site] in own))

    def _listed(self, products):
        """Those of the products that these sites have a listing of."""
        listings = self.env["integrator.listing"].sudo()
        domain = [("site_id", "in", self.ids), ("product_id", "in", products.ids)]
        return listings.search([*domain, ("state", "!=", "closed")]).product_id

    def _is_stuck(self, lane):
        """Whether the site has been at work on a submission of a lane for too long.

        :param str lane: as the adapter names it
        """
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(minutes=self.stuck_minutes)
        domain = [("site_id", "=", self.id), ("lane", "=", lane), ("state", "=", "submitted")]
        domain += [("submitted_at", "<", limit), ("answered_at", "=", False)]
        return bool(self.env["integrator.submission"].search_count(domain, limit=1))

    def _note_offers_changed(self):
        """Override: all prices are compared."""
        self.env["integrator.reconcile"]._want(self, "offer")
        return super()._note_offers_changed()

    def _ask_before_dropping(self, offered):
        """Override: it closes the listings that match it no more."""
        super()._ask_before_dropping(offered)
        live = Domain("site_id", "=", self.id) & Domain("state", "=", "live")
        dropped = live & Domain("product_id", "any", offered)
        dropped &= Domain("product_id", "not any", self._product_domain())
        listings = self.env["integrator.listing"].sudo()
        count = listings.search_count(dropped)
        if not count:
            return
        text = self.env._(
            "%(count)s of %(live)s live listings of %(site)s match “Products to offer” no more, "
            "for example %(skus)s. They would be closed on the channel.",
            count=count,
            live=listings.search_count(live),
            site=self.name,
            skus=", ".join(listings.search(dropped, limit=3).mapped("sku")),
        )
        action = self.env.ref("integrator.integrator_drop_listings_action")
        values = {"site_id": self.id, "product_domain": self.product_domain, "text": text}
        context = {f"default_{name}": value for name, value in values.items()}
        raise RedirectWarning(text, action.id, self.env._("Go on…"), context)
