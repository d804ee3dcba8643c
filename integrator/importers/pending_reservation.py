# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class PendingReservation(models.AbstractModel):
    """Keeps the pieces of orders that await payment, without a sale order: such an order has no
    prices and no address yet, but its pieces are sold.

    A reservation is one stock move per line, without a picking, towards a location where nothing
    ever arrives. It ends when the order is cancelled or not paid in time; when it is paid, in the
    transaction in which the sale order takes the pieces over.
    """

    _name = "integrator.pending.reservation"
    _description = "Reservation before payment"

    def _domain(self, now):
        """The orders whose reservation has to be made or ended."""
        due = Domain("reservation_due", "=", True) & Domain("state", "in", ("pending", "cancelled"))
        late = Domain("state", "=", "pending") & Domain("reservation", "=", "reserved")
        late &= Domain("reserved_until", "<=", now)
        return (due | late) & (Domain("retry_at", "=", False) | Domain("retry_at", "<=", now))

    def _settle(self, orders):
        """Bring reservations in line with where the orders stand.

        :param orders: `integrator.order`, pending or cancelled
        """
        for order in orders:
            if order._is_unpaid_too_long():
                self._expire(order)
            elif order._wants_reservation():
                self._reserve(order)
            else:
                self._release(order)
            order.write({"reservation_due": False, "retry_at": False})

    # === RESERVE === #

    def _reserve(self, order):
        """Keep what the order asks for; a SKU that nobody knows keeps nothing."""
        end = order.reserved_until
        self._release(order)
        values = self._prepare_moves(order)
        moves = self.env["stock.move"].with_company(order.company_id).create(values)
        moves._action_confirm(merge=False)
        moves._action_assign()
        end = end or fields.Datetime.now() + timedelta(days=order.site_id.reserve_days)
        order.write({"reservation": "reserved", "reserved_until": end})

    def _prepare_moves(self, order):
        lines = order.line_ids.filtered(lambda line: line._quantity_open() and line.sku)
        finder = self.env["integrator.product.finder"]
        products = finder._find_products(order.site_id, set(lines.mapped("sku")))
        return [
            self._prepare_move(line, products[line.sku])
            for line in lines
            if line.sku in products and products[line.sku].is_storable
        ]

    def _prepare_move(self, line, product):
        site = line.order_id.site_id
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": line._quantity_open(),
            "location_id": site.warehouse_id.lot_stock_id.id,
            "location_dest_id": site._pending_location().id,
            "warehouse_id": site.warehouse_id.id,
            "company_id": site.company_id.id,
            "origin": line.order_id.remote_order_id,
            # goods that come in later are reserved by Odoo's own scheduler
            "reservation_date": fields.Date.today(),
            "integrator_line_id": line.id,
        }

    # === RELEASE === #

    def _release(self, orders):
        """Free the pieces: the orders are cancelled, or their sale orders are about to take them.

        :param orders: `integrator.order`
        """
        held = orders.filtered(lambda order: order.reservation == "reserved")
        moves = held.line_ids.reservation_move_ids
        moves.filtered(lambda move: move.state != "cancel")._action_cancel()
        held.write({"reservation": "released", "reserved_until": False})

    def _expire(self, order):
        """Nobody has paid for too long: the pieces are free, and the responsible reads of it."""
        if order.reservation == "expired":
            return
        end, site = order.reserved_until, order.site_id
        self._release(order)
        order.write({"reservation": "expired", "reserved_until": end})
        site.message_post(
            body=self.env._(
                "%(order)s has not been paid within %(days)s days, so its pieces are free again. "
                "Should it be paid later, it is imported as usual.",
                order=order.remote_order_id,
                days=site.reserve_days,
            ),
            partner_ids=site._responsible().partner_id.ids,
        )
