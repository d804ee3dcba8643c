# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorImpexSecret(models.Model):
    """Passwords and keys of locations."""

    _name = "integrator.impex.secret"
    _inherit = "integrator.secret.mixin"
    _description = "Secret of a file location"

    _owner_field = "location_id"

    location_id = fields.Many2one("integrator.impex.location", required=True, ondelete="cascade")

    _name_uniq = models.UniqueIndex("(location_id, name)", "A location keeps one secret per name.")
