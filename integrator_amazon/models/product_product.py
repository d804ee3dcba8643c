# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    integrator_listing_ids = fields.One2many(
        "integrator.listing",
        "product_id",
        string="Listings",
        groups="integrator.group_integrator_user",
    )
