# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    integrator_site_id = fields.Many2one("integrator.site", readonly=True, copy=False)
    integrator_buyer_key = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Tells the buyers of one site apart without keeping what is not needed.",
    )
