# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator.access import check_operator


class StockPicking(models.Model):
    _inherit = "stock.picking"

    integrator_amazon_can_ship = fields.Boolean(
        compute="_compute_integrator_amazon_can_ship",
        help="An account could ship this delivery from its stock at Amazon.",
    )

    def _compute_integrator_amazon_can_ship(self):
        sites_sudo = self.env["integrator.site"].sudo().search([("amazon_fulfillment", "=", True)])
        for picking in self:
            picking.integrator_amazon_can_ship = (
                picking.company_id in sites_sudo.company_id
                and picking.picking_type_code == "outgoing"
                and picking.state not in ("done", "cancel")
                and bool(picking.sale_id)
                and not picking.integrator_remote_order_id
            )

    def action_integrator_amazon_ship(self):
        """Button: let Amazon ship the order of the delivery."""
        check_operator(self)
        self.ensure_one()
        return self.sale_id.action_integrator_export()
