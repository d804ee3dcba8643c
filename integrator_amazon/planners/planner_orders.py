# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import models


class AmazonPlannerOrders(models.AbstractModel):
    """Amazon's additions to the updates of orders: the cancellation of single pieces, and when a
    refund is possible."""

    _name = "integrator.amazon.planner.orders"
    _inherit = "integrator.adapter"
    _description = "Amazon planner: orders"

    def _plan_fewer_pieces(self, event, order):
        line = self.env["sale.order.line"].browse(int(event.source_ref.split(",")[1])).exists()
        if line.order_id.state == "cancel" or not line._integrator_amazon_units_to_cancel(order):
            return []
        return [replace(order._prepare_update("cancellation"), target_ref=event.source_ref)]

    # === REFUNDS === #

    def _refund_refusal(self, site, order):
        marketplace = self.env["integrator.amazon.marketplace"]._of_order(order)
        if order.fulfilled_by == "site":
            return self.env._(
                "Amazon ships and refunds %s itself; nothing is sent.", order.remote_order_id
            )
        if order.remote_status == "cancelled" and not order._amazon_shipped_lines():
            return self.env._(
                "%s is cancelled on Amazon, so the buyer pays nothing there; nothing is sent.",
                order.remote_order_id,
            )
        if marketplace.refunds_by_feed or not marketplace:
            return ""
        return self.env._(
            "%s takes no refunds from outside. Refund the buyer in Seller Central, under Manage "
            "Orders.",
            marketplace.name,
        )

    def _refund_waits_for(self, task):
        """Amazon refunds what was confirmed as shipped, item by item."""
        order = task.order_id
        due, _less = task.move_id._integrator_refund_due(order)
        shipped = order._amazon_shipped_lines()
        if not due or any(line in shipped for line, _kind in due):
            return ""
        if shipped and order.sale_order_id.state == "cancel":
            return self.env._(
                "Amazon refunds only what was confirmed as shipped, and what is left of %s is "
                "cancelled here. Refund it in Seller Central.",
                order.remote_order_id,
            )
        return self.env._(
            "Amazon refunds only what was confirmed as shipped. Confirm the delivery of %s; or, if "
            "nothing leaves, cancel the order instead.",
            order.remote_order_id,
        )
