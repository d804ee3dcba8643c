# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import as_user_error

from ..api.product_types.definition import search_types


class AmazonFindType(models.TransientModel):
    """Find the product type that fits some listings, by Amazon's own suggestion."""

    _name = "integrator.amazon.find.type"
    _description = "Find the product type"

    listing_ids = fields.Many2many(
        "integrator.listing",
        string="Listings",
        required=True,
        default=lambda self: self._default_listings(),
        help="They get the product type that you choose.",
    )
    words = fields.Char(
        string="Search for",
        compute="_compute_texts",
        store=True,
        readonly=False,
        help="The product's title, or single words such as “t-shirt”.",
    )
    line_ids = fields.One2many(
        "integrator.amazon.find.type.line", "wizard_id", readonly=True, help="The best first."
    )

    @api.model
    def _default_listings(self):
        ids = self.env.context.get("active_ids") or []
        listings = self.env.context.get("active_model") == "integrator.listing"
        return self.env["integrator.listing"].browse(ids if listings else [])

    @api.depends("listing_ids")
    def _compute_texts(self):
        for wizard in self:
            listing = wizard.listing_ids[:1]._origin
            # it is computed as the system, also of what a client only proposes
            check_operator(listing)
            wizard.words = listing._subject().name if listing else ""

    def action_search(self):
        """Button: ask Amazon which types fit.

        :raise UserError: when it cannot be asked, or knows none
        """
        check_operator(self)
        self.ensure_one()
        check_operator(self.listing_ids)
        if not self.listing_ids or not (self.words or "").strip():
            raise UserError(self.env._("Choose listings and write what to search for."))
        wizard_sudo = self.sudo()
        found = wizard_sudo._find(wizard_sudo.listing_ids[:1])
        if not found:
            raise UserError(
                self.env._(
                    "Amazon finds no product type for “%s”. Try a single, more general word.",
                    self.words,
                )
            )
        rows = [(0, 0, {"code": one.code, "name": one.name}) for one in found]
        wizard_sudo.line_ids = [(5, 0, 0), *rows]
        return self._reopen()

    def _find(self, listing):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", listing.marketplace_code)], limit=1
        )
        site = listing.site_id
        with as_user_error():
            with site._adapter()._gateway(site) as gateway:
                return search_types(gateway, listing.marketplace_code, self.words, place.language)

    def _reopen(self):
        return self._get_records_action(name=self.env._("Find the product type"), target="new")


class AmazonFindTypeLine(models.TransientModel):
    """One product type that Amazon suggests."""

    _name = "integrator.amazon.find.type.line"
    _description = "Suggested product type"
    _order = "id"

    wizard_id = fields.Many2one("integrator.amazon.find.type", required=True, ondelete="cascade")
    code = fields.Char(string="Product type", help="Amazon's word.")
    name = fields.Char(string="Called", help="In the marketplace's language.")

    def action_choose(self):
        """Button: the listings are of this type from now on."""
        check_operator(self)
        self.ensure_one()
        listings = self.wizard_id.listing_ids
        check_operator(listings)
        listings.sudo().amazon_product_type = self.code
        if len(listings) == 1:
            return listings.action_amazon_attributes()
        return {"type": "ir.actions.act_window_close"}
