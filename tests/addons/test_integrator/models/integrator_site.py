# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(selection_add=[("dummy", "Dummy")], ondelete={"dummy": "cascade"})
