# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import as_operator
from odoo.addons.integrator.exceptions import IntegratorError

from ..api.product_types.definition import search_types


class AmazonFindType(models.TransientModel):
    """Find the product type that fits some listings, by Amazon's own suggestion (001-01)."""

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
        compute="_compute_words",
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
    def _compute_words(self):
        for wizard in self:
            subject = wizard.listing_ids[:1]._origin._subject() if wizard.listing_ids else None
            wizard.words = subject.name if subject else ""

    def action_search(self):
        """Button: ask Amazon which types fit.

        :raise UserError: when it cannot be asked, or knows none
        """
        operator = as_operator(self)
        operator.ensure_one()
        listing = as_operator(operator.listing_ids[:1])
        if not listing or not (operator.words or "").strip():
            raise UserError(self.env._("Choose listings and write what to search for."))
        found = operator._find(listing)
        if not found:
            raise UserError(
                self.env._(
                    "Amazon finds no product type for “%s”. Try a single, more general word.",
                    operator.words,
                )
            )
        rows = [(0, 0, {"code": one.code, "name": one.name}) for one in found]
        operator.line_ids = [(5, 0, 0), *rows]
        return self._reopen()

    def _find(self, listing):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", listing.marketplace_code)], limit=1
        )
        site = listing.site_id
        try:
            with site._adapter()._gateway(site) as gateway:
                return search_types(gateway, listing.marketplace_code, self.words, place.language)
        except IntegratorError as error:
            raise UserError(error.message) from error

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Find the product type"),
        }


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
        operator = as_operator(self)
        operator.ensure_one()
        listings = as_operator(operator.wizard_id.listing_ids)
        listings.amazon_product_type = operator.code
        if len(listings) == 1:
            return listings.with_env(self.env).action_amazon_attributes()
        return {"type": "ir.actions.act_window_close"}
