# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import models

from odoo.addons.integrator.neutral import Update


class AmazonPlannerOrders(models.AbstractModel):
    _name = "integrator.amazon.planner.orders"
    _inherit = "integrator.adapter"
    _description = "Amazon planner: orders"

    def _plan_orders(self, site, events):
        planners = {
            "confirmation": self._plan_confirmation,
            "shipped": self._plan_shipment,
            "tracking": self._plan_shipment,
            "cancellation": self._plan_cancellation,
            "refund": self._plan_refund,
        }
        orders = (
            self.env["integrator.order"]
            .search(
                [
                    ("site_id", "=", site.id),
                    ("sale_order_id", "in", events.mapped("record_id")),
                    # what Amazon ships itself is read-only for us
                    ("fulfilled_by", "=", "merchant"),
                ]
            )
            .grouped(lambda order: order.sale_order_id.id)
        )
        return {
            event: planners[event.record_operation](site, event, orders[event.record_id])
            for event in events
            if event.record_id in orders and event.record_operation in planners
        }

    def _plan_confirmation(self, site, event, order):
        if order.confirm_sent_at:
            return []
        return [order._prepare_update("acknowledgement")]

    def _plan_cancellation(self, site, event, order):
        """The whole order, or units of one line; never what Amazon has cancelled itself or what
        has left."""
        if order.remote_status in ("cancelled", "shipped") or order.cancel_sent_at:
            return []
        if not event.source_ref:
            return [order._prepare_update("cancellation")]
        line = self.env["sale.order.line"].browse(int(event.source_ref.split(",")[1])).exists()
        if line.order_id.state == "cancel" or not line._integrator_amazon_units_to_cancel(order):
            return []
        return [replace(order._prepare_update("cancellation"), target_ref=event.source_ref)]

    def _plan_shipment(self, site, event, order):
        """A delivery that left; without a tracking number it waits for one."""
        picking = self.env["stock.picking"].browse(int(event.source_ref.split(",")[1])).exists()
        parcels = self.env["integrator.parcel"]
        if picking.state != "done" or parcels._are_sent(picking, order):
            return []
        return [parcels._prepare_update(picking, order, event.operation_timestamp)]

    # === REFUNDS === #

    def _plan_refund(self, site, event, order):
        """Plan a credit note that gives back more than Amazon was sent."""
        move = self.env["account.move"].browse(int(event.source_ref.split(",")[1])).exists()
        if not move or not move._integrator_refund_is_due(order):
            return []
        return [
            Update(
                kind="refund",
                # a credit note may be about several orders
                target_ref=f"{move._name},{move.id},{order.id}",
                target_name=f"{order.remote_order_id} {move.name}",
                order_id=order.id,
                move_id=move.id,
            )
        ]

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
