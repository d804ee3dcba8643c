# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class OrderIntegration(models.Model):
    _name = "order.integration"
    _inherit = ["integrator.amazon.status.mixin", "order.integration"]
