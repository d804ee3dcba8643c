# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListing(models.Model):
    _inherit = "integrator.listing"

    remote_id = fields.Char(string="ASIN / remote id")
    amazon_product_type = fields.Char(
        default="PRODUCT", help="Amazon's product type; PRODUCT is the catch-all for offers."
    )
    amazon_fnsku = fields.Char(string="FNSKU", readonly=True)
    amazon_status_text = fields.Char(
        readonly=True, help="BUYABLE, DISCOVERABLE, in Amazon's words."
    )
    amazon_issues = fields.Json(readonly=True)

    def _amazon_marketplace(self):
        """The marketplace record of this listing."""
        return self.env["integrator.amazon.marketplace"].search(
            [("code", "=", self.marketplace_code)], limit=1
        )
