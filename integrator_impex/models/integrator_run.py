# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorRun(models.Model):
    _inherit = "integrator.run"

    stage = fields.Selection(
        selection_add=[("update_orders", "Update orders"), ("export_orders", "Export orders")],
        ondelete={"update_orders": "cascade", "export_orders": "cascade"},
    )
