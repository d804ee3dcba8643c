# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...neutral import read_listing


class IntegratorListingImport(models.Model):
    """A SKU that the site offers and Odoo does not know as a listing: which product is it?

    One answer makes the listings of all its marketplaces. They are live, and what the
    site shows is what is verified: the first synchronisation sends only what really differs.
    """

    _name = "integrator.listing.import"
    _inherit = "integrator.match.mixin"
    _description = "Listing to match"

    barcode = fields.Char(readonly=True, help="The product's number, as the channel knows it.")
    channel = fields.Selection(
        [("merchant", "You ship"), ("site", "The channel ships")],
        string="Who ships",
        readonly=True,
        help="Who ships it, as the channel shows.",
    )
    conflict = fields.Boolean(
        string="Shipped by both",
        readonly=True,
        help="There are two offers of it, one shipped by you and one by the channel.",
    )
    places = fields.Json(readonly=True)
    place_names = fields.Char(
        string="Marketplaces", compute="_compute_place_names", help="Where it is offered."
    )
    state = fields.Selection(
        [("matched", "Matched"), ("to_match", "To match")],
        compute="_compute_state",
        store=True,
        help="Matched: its listings are made.",
    )
    candidate_ids = fields.One2many(
        "integrator.listing.import.candidate", "import_id", readonly=True
    )

    _sku_uniq = models.UniqueIndex("(site_id, sku)", "This SKU is asked about already.")

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_state(self):
        for row in self:
            row.state = "matched" if row.product_id else "to_match"

    @api.depends("places")
    def _compute_place_names(self):
        markets = self.env["integrator.marketplace"].search([("site_id", "in", self.site_id.ids)])
        names = {(market.site_id, market.code): market.name for market in markets}
        for row in self:
            codes = sorted(row.places or ())
            row.place_names = ", ".join(names.get((row.site_id, code), code) for code in codes)

    # === TAKING OVER === #

    @api.model
    def _take(self, site, values):
        """Keep what the site offers; a SKU that is a product's reference is matched at once.

        :param list[neutral.Listing] values: what it shows
        """
        rows = self.search(
            [("site_id", "=", site.id), ("sku", "in", [value.sku for value in values])]
        ).grouped("sku")
        fresh = self.browse()
        for value in values:
            row = rows.get(value.sku)
            if not row:
                row = rows[value.sku] = self.create(self._prepare_row(site, value))
                fresh |= row
            row.places = {**(row.places or {}), value.marketplace_code: value.as_json()}
            row.conflict = row.conflict or value.conflict
            if row.product_id:
                row._keep_answer()
        fresh._match()

    def _prepare_row(self, site, value):
        return {
            "site_id": site.id,
            "sku": value.sku,
            "title": value.title,
            "remote_product_id": value.remote_id,
            "barcode": value.barcode,
            "channel": value.channel,
        }

    def _match(self):
        """Match by the exact SKU; for the others find candidates."""
        same = self.env["product.product"].search(
            [
                ("default_code", "in", self.mapped("sku")),
                ("company_id", "in", [False, *self.company_id.ids]),
            ]
        )
        listed = self.env["integrator.listing"].search(
            [
                ("site_id", "in", self.site_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("product_id", "!=", False),
            ]
        )
        products = dict(same.grouped("default_code"))
        # a SKU of this account means one product, whatever its reference is by now
        products |= {sku: some.product_id for sku, some in listed.grouped("sku").items()}
        for row in self:
            product = products.get(row.sku, same.browse())
            if len(product) == 1:
                row.product_id = product
            else:
                found = self.env["integrator.candidate.finder"]._find(row)
                row.candidate_ids = [(0, 0, values) for values in found]

    def _keep_answer(self):
        """Make or take over the listing of each marketplace."""
        listings = self.env["integrator.listing"]
        known = listings.search([("site_id", "=", self.site_id.id), ("sku", "=", self.sku)])
        by_place = known.grouped("marketplace_code")
        for code, value in (self.places or {}).items():
            listing = by_place.get(code) or listings.create(
                {"site_id": self.site_id.id, "marketplace_code": code, "sku": self.sku}
            )
            listing._adopt(self.product_id, read_listing(value))

    def _answered_text(self):
        """Override: the listings that were made."""
        matched = self.filtered("product_id")
        return self.env._(
            "Offered from now on as your product: %s.", ", ".join(matched.mapped("sku"))
        )


class IntegratorListingImportCandidate(models.Model):
    """A product that may be what the site offers. It is never taken without a person."""

    _name = "integrator.listing.import.candidate"
    _inherit = "integrator.candidate.mixin"
    _description = "Candidate for a listing to match"
    _sku_field = "import_id"

    import_id = fields.Many2one(
        "integrator.listing.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True)
