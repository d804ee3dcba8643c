# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class OrderFollower(models.AbstractModel):
    """Lets sale orders follow what the remote says after the import (000-04)."""

    _name = "integrator.order.follower"
    _description = "Order follower"

    def _follow(self, orders):
        """Let imported orders follow what changed at the remote.

        :param orders: `integrator.order` with news
        """
        for order in orders:
            if order.remote_status == "cancelled":
                self._follow_cancellation(order)
            order._followed()

    def _follow_cancellation(self, order):
        """Cancel the sale order unless something has left already; then a person decides."""
        sale_order = order.sale_order_id
        if not sale_order or sale_order.state == "cancel":
            return
        if sale_order.picking_ids.filtered(lambda picking: picking.state == "done"):
            sale_order.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Cancelled by the site after delivery"),
                note=self.env._(
                    "%s has been cancelled there, but a delivery has left. Try to stop the "
                    "parcel, or expect a return.",
                    order.remote_order_id,
                ),
            )
        else:
            sale_order._action_cancel()
