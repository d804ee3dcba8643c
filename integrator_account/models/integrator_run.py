# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorRun(models.Model):
    _inherit = "integrator.run"

    stage = fields.Selection(
        selection_add=[("settle", "Take over settlements"), ("estimate", "Estimate fees")],
        ondelete={"settle": "cascade", "estimate": "cascade"},
    )
