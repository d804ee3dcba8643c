# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class StockPackage(models.Model):
    _inherit = "stock.package"

    integrator_tracking = fields.Char(
        string="Tracking number",
        copy=False,
        help="Of this package, where a delivery leaves in several. Empty: that of the delivery.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """A number that is set or changed is news of the deliveries that it left with."""
        result = super().write(vals)
        if "integrator_tracking" in vals:
            lines = (
                self.env["stock.move.line"].sudo().search([("result_package_id", "in", self.ids)])
            )
            for picking in lines.picking_id.filtered(lambda picking: picking.state == "done"):
                picking._integrator_note_tracking()
        return result
