# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..neutral import Update


class IntegratorPlannerOrders(models.AbstractModel):
    """Turns events on sale orders into tasks of the kinds that are among the capabilities of the
    site. A part of every adapter."""

    _name = "integrator.planner.orders"
    _description = "Planner: orders"

    def _plan_orders(self, site, events):
        """The updates of orders that we ship.

        :param events: `order.integration`
        :return: dict event -> list of `neutral.Update`
        """
        planners = self._order_planners(site)
        orders = (
            self.env["integrator.order"]
            .search(
                [
                    ("site_id", "=", site.id),
                    ("sale_order_id", "in", events.mapped("record_id")),
                    # what the site ships itself is read-only for us
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

    def _order_planners(self, site):
        """The method that plans an event, by its operation; none where the site does not support
        it."""
        planners = (
            ("confirmation", "acknowledgement", self._plan_confirmation),
            ("shipped", "shipment", self._plan_shipment),
            ("tracking", "shipment", self._plan_shipment),
            ("cancellation", "cancellation", self._plan_cancellation),
            ("refund", "refund", self._plan_refund),
            ("invoice", "invoice", self._plan_invoice),
        )
        return {operation: plan for operation, kind, plan in planners if site._can(kind)}

    def _plan_confirmation(self, site, event, order):
        if order.confirm_sent_at:
            return []
        return [order._prepare_update("acknowledgement")]

    def _plan_cancellation(self, site, event, order):
        """The whole order, or pieces of one line; never what the site has cancelled itself or what
        has left."""
        if order.remote_status in ("cancelled", "shipped") or order.cancel_sent_at:
            return []
        if not event.source_ref:
            site._close_question(order.sale_order_id, self._fewer_title())
            return [order._prepare_update("cancellation")]
        if site._can("cancellation:pieces"):
            return self._plan_fewer_pieces(event, order)
        self._ask_about_fewer_pieces(site, order)
        return []

    def _ask_about_fewer_pieces(self, site, order):
        """The buyer still pays for pieces that will not come: a person has to settle it, each time
        that fewer are sold."""
        text = self.env._(
            "%(order)s has fewer pieces now than the buyer has paid for, and single pieces cannot "
            "be cancelled on %(site)s. Settle it with the buyer there, or set the quantity back, "
            "or cancel the whole order.",
            order=order.remote_order_id,
            site=site.name,
        )
        sale_order = order.sale_order_id
        site._schedule_question(sale_order, self._fewer_title(), text, again=True)

    def _fewer_title(self):
        return self.env._("Fewer pieces than sold")

    def _plan_fewer_pieces(self, event, order):
        """Hook: fewer pieces of one line are wanted; for sites that let pieces be cancelled.

        :param event: `order.integration` whose `source_ref` names the sale order line
        :param order: `integrator.order`
        :return: list of `neutral.Update`
        """
        return []

    def _plan_shipment(self, site, event, order):
        """A delivery that left; without a tracking number it waits for one."""
        picking = self.env["stock.picking"].browse(int(event.source_ref.split(",")[1])).exists()
        parcels = self.env["integrator.parcel"]
        if picking.state != "done" or parcels._are_sent(picking, order):
            return []
        return [parcels._prepare_update(picking, order, event.operation_timestamp)]

    # === REFUNDS === #

    def _plan_refund(self, site, event, order):
        """Plan a credit note that gives back more than the site was sent."""
        move = self.env["account.move"].browse(int(event.source_ref.split(",")[1])).exists()
        if not move or not move._integrator_refund_is_due(order):
            return []
        return [self._prepare_move_update("refund", move, order)]

    # === INVOICES === #

    def _plan_invoice(self, site, event, order):
        """Plan a posted invoice or credit note, also one that was posted again. A person who
        requests everything anew gets what the site does not have."""
        move = self.env["account.move"].browse(int(event.source_ref.split(",")[1])).exists()
        if not move or (event.site_id and move._integrator_is_at_site(order)):
            return []
        return [self._prepare_move_update("invoice", move, order)]

    def _prepare_move_update(self, kind, move, order):
        """Return the update of one order of an invoice or credit note, which may have several."""
        return Update(
            kind=kind,
            target_ref=f"{move._name},{move.id},{order.id}",
            target_name=f"{order.remote_order_id} {move.name}",
            order_id=order.id,
            move_id=move.id,
        )
