# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Override of `stock`: what has left, or has come back, may be exported."""
        result = super()._action_done()
        for picking in self.filtered(lambda picking: picking.state == "done"):
            picking._integrator_flag_done()
        return result

    def _integrator_flag_done(self):
        """Set the flags of a delivery or return that is done."""
        self.ensure_one()
        orders_sudo = self.sudo().move_ids.sale_line_id.order_id
        kinds = {"outgoing": "delivered", "incoming": "returned"}
        code = kinds.get(self.picking_type_code)
        if not (orders_sudo and code):
            return
        for order in orders_sudo:
            order._integrator_set_flag(code, picking=self)
            if code == "delivered" and order.delivery_status == "full":
                order.message_post(
                    body=self.env._("All deliveries are done: the order is complete.")
                )
                order._integrator_set_flag("complete")


class StockMove(models.Model):
    _inherit = "stock.move"

    integrator_reported_qty = fields.Float(
        string="Reported as delivered",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="By the last update of an order feed.",
    )
    integrator_is_reported = fields.Boolean(
        string="Reported", readonly=True, copy=False, help="An order feed has spoken of it."
    )
    integrator_is_rejected = fields.Boolean(
        string="Will not come", readonly=True, copy=False, help="By an update of an order feed."
    )
    integrator_expected_on = fields.Date(
        string="Expected on",
        readonly=True,
        copy=False,
        help="By an order feed: the confirmed day, else the last of the estimated days.",
    )
    integrator_is_guaranteed = fields.Boolean(string="Day is guaranteed", readonly=True, copy=False)
    integrator_report = fields.Char(
        string="Report", readonly=True, copy=False, help="The other system's own words."
    )
