# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders: adding them, and what happens to them at Amazon's side."""

from __future__ import annotations

from typing import Any

from .. import demo, steering, transitions
from ..state.sellers import Seller
from .base import Part


class OrderPart(Part):
    """The simulator's orders and returns."""

    def add_order(self, order: dict[str, Any], seller: Seller | str | None = None) -> str:
        """Keep an order in the form of the Orders API 2026-01-01 and return its id.

        :raise ValueError: without orderId or orderItems, or when the id is taken.
        """
        with self.world.lock:
            owner = steering.merchant_id(self.world, seller)
            return self.world.orders.add(order, owner, self.world.now()).order_id

    def update_order(self, order_id: str, **changes: Any) -> dict[str, Any]:
        """Change keys of an order; objects are merged, lastUpdatedTime moves unless it is given.

        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            return steering.update_order(self.world, order_id, changes)

    def release(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING order become UNSHIPPED, with prices and an address."""
        with self.world.lock:
            return steering.release(self.world, order_id)

    def cancel(
        self, order_id: str, by: str = "BUYER", reason: str = "BuyerCanceled"
    ) -> dict[str, Any]:
        """Cancel an order at Amazon's side."""
        with self.world.lock:
            return steering.cancel(self.world, order_id, by, reason)

    def ship_elsewhere(
        self,
        order_id: str,
        quantities: dict[str, int] | None = None,
        carrier: str = "UPS",
        tracking: str = "",
    ) -> dict[str, Any]:
        """Ship an order in Seller Central, or by another program.

        :param quantities: units by orderItemId; None ships all that waits.
        :raise ShippingProblem: when the order does not allow it.
        """
        with self.world.lock:
            args = (order_id, quantities, carrier, tracking)
            return transitions.ship_elsewhere(self.world, *args)

    def ship_fba(self, order_id: str, quantities: dict[str, int] | None = None) -> dict[str, Any]:
        """Let Amazon ship an FBA order, or the named units by orderItemId.

        :raise ValueError: when the merchant ships it.
        """
        with self.world.lock:
            return transitions.ship_fba(self.world, order_id, quantities)

    def cancel_items(
        self,
        order_id: str,
        quantities: dict[str, int],
        by: str = "BUYER",
        reason: str = "BuyerCanceled",
        zero: bool = False,
    ) -> dict[str, Any]:
        """Cancel units by orderItemId; `zero` shows the lines smaller, down to quantity 0.

        :raise ValueError: for an unknown item or too large a quantity.
        """
        with self.world.lock:
            return transitions.cancel_items(self.world, order_id, quantities, by, reason, zero)

    def request_cancel(
        self,
        order_id: str,
        item_ids: list[str] | None = None,
        reason: str = "Ordered by mistake",
    ) -> dict[str, Any]:
        """Let the buyer ask to cancel items (None: all); nothing is cancelled yet."""
        with self.world.lock:
            return transitions.request_cancel(self.world, order_id, item_ids, reason)

    def refund_elsewhere(
        self,
        order_id: str,
        item_id: str,
        components: dict[str, Any] | None = None,
        reason: str = "CustomerReturn",
    ) -> dict[str, Any]:
        """Let Amazon refund an item: amount by type such as Principal or Tax (None: everything).

        :raise ValueError: when nothing of it was shipped.
        """
        with self.world.lock:
            return transitions.refund_elsewhere(self.world, order_id, item_id, components, reason)

    def mark_unfulfillable(self, order_id: str) -> dict[str, Any]:
        """Let Amazon give up an order that it cannot fulfil."""
        with self.world.lock:
            return transitions.mark_unfulfillable(self.world, order_id)

    def make_available(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING_AVAILABILITY order become PENDING."""
        with self.world.lock:
            return transitions.make_available(self.world, order_id)

    def order(self, order_id: str) -> dict[str, Any]:
        """Return an order as getOrder says it with all of includedData.

        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            return steering.order(self.world, order_id)

    def shipments(self, order_id: str) -> list[dict[str, Any]]:
        """Return the packages confirmed for an order."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).shipments)

    def acknowledgements(self, order_id: str) -> list[dict[str, Any]]:
        """Return the acknowledgements of an order: status, merchant_order_id, cancel_reason,
        item_ids, feed_id."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).acknowledgements)

    def refunds(self, order_id: str) -> list[dict[str, Any]]:
        """Return the refunds of an order: item_id, reason, components (Decimal by type), ids."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).refunds)

    def reports(self) -> list[dict[str, Any]]:
        """Return the reports: report_id, report_type, status, merchant_id, options, content (the
        text, None while there is none)."""
        with self.world.lock:
            return steering.reports(self.world)

    def add_return(
        self, order_id: str, item_id: str, quantity: int = 1, **values: Any
    ) -> dict[str, Any]:
        """Let a buyer ask to return goods and return the line of the returns report.

        :param values: reason, rma (Amazon's, made up when left out), merchant_rma, status,
            resolution, carrier, tracking, in_policy, refunded, created (aware, now when left out).
        :raise KeyError: for an unknown order or item.
        """
        with self.world.lock:
            return steering.add_return(self.world, order_id, item_id, quantity, values)

    def returns(self) -> list[dict[str, Any]]:
        """Return the returns so far, as `add_return` answers them."""
        with self.world.lock:
            return steering.returns(self.world)

    def demo(self, **options: Any) -> dict[str, list[str]]:
        """Add demo orders for the SKUs that are listed; see :func:`spapi_simulator.demo.add`."""
        with self.world.lock:
            return demo.add(self.world, **options)
