# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductIntegration(models.Model):
    _name = "product.integration"
    _inherit = ["integrator.amazon.status.mixin", "product.integration"]
