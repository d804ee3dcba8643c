# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    """The SKU of what is listed is not changed silently (000-34)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def write(self, vals):
        if "default_code" in vals:
            self._check_listed_sku(vals["default_code"])
        return super().write(vals)

    def _check_listed_sku(self, sku):
        """Refuse another internal reference while offers are live under the present one.

        :raise UserError: that names the listings, and what to do
        """
        changed = self.filtered(lambda product: (product.default_code or "") != (sku or ""))
        listings = self.env["integrator.listing"].sudo()
        live = listings.search([("product_id", "in", changed.ids), ("state", "=", "live")])
        live = live.filtered(lambda listing: listing.sku == listing.product_id.default_code)
        if live:
            raise UserError(
                self.env._(
                    "%(sku)s is listed on %(sites)s under this reference. The site would see a new "
                    "product and the old offer would stay. Archive the product first, which closes "
                    "its offers; or add a second listing with the new SKU.",
                    sku=", ".join(live.mapped("sku")),
                    sites=", ".join(sorted(set(live.site_id.mapped("name")))),
                )
            )
