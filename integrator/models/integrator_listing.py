# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegratorListing(models.Model):
    """One product offered on one marketplace of a site.

    The listing outlives the product: when the product is deleted it still knows its SKU, so that
    the offer can be closed (001-42).
    """

    _name = "integrator.listing"
    _description = "Listing"
    _rec_name = "sku"
    _order = "sku, id"

    site_id = fields.Many2one("integrator.site", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    product_id = fields.Many2one("product.product", ondelete="set null", index=True)
    marketplace_code = fields.Char(required=True, default="", readonly=True)
    sku = fields.Char(string="SKU", required=True, index=True)
    remote_id = fields.Char(string="Remote product id", readonly=True)
    channel = fields.Selection(
        [("merchant", "Shipped by us"), ("site", "Shipped by the site")],
        default="merchant",
        required=True,
    )
    state = fields.Selection(
        [("new", "Not sent"), ("live", "Live"), ("closed", "Closed")],
        default="new",
        readonly=True,
        required=True,
    )
    section_ids = fields.One2many("integrator.listing.section", "listing_id", readonly=True)
    task_ids = fields.One2many("integrator.task", "listing_id", readonly=True)

    _sku_uniq = models.UniqueIndex(
        "(site_id, marketplace_code, sku)", "This SKU is already offered on this marketplace."
    )

    def write(self, vals):
        if "sku" in vals and any(
            listing.state == "live" and listing.sku != vals["sku"] for listing in self
        ):
            raise UserError(
                self.env._(
                    "The SKU of a live listing cannot be changed: the site would see a new "
                    "product and the old offer would stay. Close the listing first."
                )
            )
        return super().write(vals)

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

    def _section(self, name):
        """The section of this listing with that name, made when missing."""
        self.ensure_one()
        section = self.section_ids.filtered(lambda section: section.name == name)
        return section or self.section_ids.create({"listing_id": self.id, "name": name})


class IntegratorListingSection(models.Model):
    """One part of a listing: what was last sent, and what the site was last seen to show."""

    _name = "integrator.listing.section"
    _description = "Section of a listing"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, ondelete="cascade", index=True
    )
    name = fields.Selection(
        [("product", "Product"), ("inventory", "Inventory"), ("price", "Price")], required=True
    )
    state = fields.Selection(
        [
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("verified", "Verified"),
            ("refused", "Refused"),
        ],
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    sent_value = fields.Json(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    verified_at = fields.Datetime(readonly=True)

    _name_uniq = models.UniqueIndex("(listing_id, name)", "A listing has each section once.")
