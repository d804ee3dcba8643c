# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""FBA stock and multi-channel fulfilment."""

from __future__ import annotations

from typing import Any

from .. import fulfillment_steering as steering
from ..state.sellers import Seller
from .base import Part

_GERMANY = "A1PA6795UKMFR9"


class FulfillmentPart(Part):
    """Stock at Amazon, and the orders that Amazon ships without having sold them."""

    def set_fba_stock(
        self, sku: str, quantity: int, shop: str = _GERMANY, seller: Seller | str | None = None
    ) -> dict[str, Any]:
        """Let so many pieces of a SKU be there to be shipped in the region of a marketplace."""
        with self.world.lock:
            return steering.set_stock(self.world, sku, quantity, shop, seller)

    def fba_stock(
        self, sku: str, shop: str = _GERMANY, seller: Seller | str | None = None
    ) -> dict[str, Any]:
        """Return what lies there: fulfillable, reserved, searched, unfulfillable, inbound, total.

        :raise KeyError: when Amazon does not keep the SKU.
        """
        with self.world.lock:
            return steering.stock(self.world, sku, shop, seller)

    def plan_fulfillment(self, order_id: str = "*", **plan: Any) -> None:
        """Say what is going to happen to an order, or to every one that comes: see
        :class:`spapi_simulator.state.fulfillment.Plan`."""
        with self.world.lock:
            steering.plan(self.world, order_id, plan)

    def fulfillment(self, order_id: str) -> dict[str, Any]:
        """Return an order as getFulfillmentOrder does, with `copy_id`.

        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            return steering.show(self.world, order_id)

    def fulfillments(self) -> list[dict[str, Any]]:
        """Return every order."""
        with self.world.lock:
            return steering.show_all(self.world)

    def move_fulfillment(self, order_id: str, status: str) -> dict[str, Any]:
        """Let an order come to a status at once, through all that lies between.

        :raise ValueError: when it cannot come there.
        """
        with self.world.lock:
            return steering.move(self.world, order_id, status)

    def receive_returns(self, order_id: str, conditions: dict[str, str]) -> dict[str, Any]:
        """Let returned pieces arrive: number of the return -> condition."""
        with self.world.lock:
            return steering.receive(self.world, order_id, conditions)

    def notify_fulfillment(self, order_id: str) -> None:
        """Send a notification of an order although nothing happened."""
        with self.world.lock:
            steering.notify(self.world, order_id)
