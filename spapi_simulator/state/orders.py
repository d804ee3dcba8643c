# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders in the form of the Orders API 2026-01-01, and what was done to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..marketplaces import MARKETPLACES
from ..times import format_time, parse_time

STATUSES = frozenset(
    {
        "PENDING_AVAILABILITY",
        "PENDING",
        "UNSHIPPED",
        "PARTIALLY_SHIPPED",
        "SHIPPED",
        "CANCELLED",
        "UNFULFILLABLE",
    }
)
OPEN_STATUSES = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED"})


@dataclass
class StoredOrder:
    """One order.

    `data` holds everything, also what a view leaves out while the order is PENDING. `earlier`
    counts what was fulfilled before the order came here, `cancelled` what was cancelled;
    `own_item_ids` gives the item for the seller's own item number (sent in acknowledgements);
    every change is noted in `journal`, which all orders share.
    """

    data: dict[str, Any]
    merchant_id: str
    shipments: list[dict[str, Any]] = field(default_factory=list)
    acknowledgements: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    earlier: Counter[str] = field(default_factory=Counter)
    cancelled: Counter[str] = field(default_factory=Counter)
    own_item_ids: dict[str, str] = field(default_factory=dict)
    journal: list[str] = field(default_factory=list, repr=False)

    @property
    def order_id(self) -> str:
        """Amazon's order id."""
        return str(self.data["orderId"])

    @property
    def status(self) -> str:
        """The fulfillmentStatus."""
        return str(self.data["fulfillment"]["fulfillmentStatus"])

    @property
    def updated(self) -> datetime:
        """The lastUpdatedTime."""
        return parse_time(self.data["lastUpdatedTime"])

    @property
    def created(self) -> datetime:
        """The createdTime."""
        return parse_time(self.data["createdTime"])

    @property
    def by_amazon(self) -> bool:
        """Return whether Amazon ships it (FBA)."""
        return self.data["fulfillment"].get("fulfilledBy") == "AMAZON"

    def items(self) -> dict[str, dict[str, Any]]:
        """Return the order items by orderItemId."""
        return {str(item["orderItemId"]): item for item in self.data["orderItems"]}

    def fulfilled(self, item_id: str) -> int:
        """Return how many units of an item have been shipped."""
        shipped = (row["quantity"] for row in self._packed() if row["orderItemId"] == item_id)
        return self.earlier[item_id] + sum(shipped)

    def unfulfilled(self, item_id: str) -> int:
        """Return how many units of an item still wait."""
        ordered = int(self.items()[item_id]["quantityOrdered"])
        return max(0, ordered - self.cancelled[item_id] - self.fulfilled(item_id))

    def touch(self, now: datetime) -> None:
        """Record that something about the order changed."""
        self.data["lastUpdatedTime"] = format_time(now)
        self.journal.append(self.order_id)

    def update_status(self, now: datetime) -> None:
        """Work out quantities and status after a shipment or a cancellation."""
        for item_id, item in self.items().items():
            item["fulfillment"]["quantityFulfilled"] = self.fulfilled(item_id)
            item["fulfillment"]["quantityUnfulfilled"] = self.unfulfilled(item_id)
        shipped = any(self.fulfilled(item_id) for item_id in self.items())
        waiting = any(self.unfulfilled(item_id) for item_id in self.items())
        status = {
            (True, False): "SHIPPED",
            (True, True): "PARTIALLY_SHIPPED",
            (False, False): "CANCELLED",
        }.get((shipped, waiting), self.status)
        self.data["fulfillment"]["fulfillmentStatus"] = status
        self.touch(now)

    def cancel(self, now: datetime, by: str, reason: str) -> None:
        """Cancel what has not been shipped; `by` is BUYER, MERCHANT or AMAZON."""
        for item_id, item in self.items().items():
            self.cancelled[item_id] += self.unfulfilled(item_id)
            execution = {"cancelledBy": by, "cancelReason": reason}
            item.setdefault("cancellation", {})["cancellationExecution"] = execution
        self.update_status(now)

    def _packed(self) -> list[dict[str, Any]]:
        return [row for shipment in self.shipments for row in shipment["orderItems"]]


class Orders:
    """Every order of every seller; `journal` holds the ids of those that changed."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self._rows: dict[str, StoredOrder] = {}

    def add(self, order: dict[str, Any], merchant_id: str, now: datetime) -> StoredOrder:
        """Keep an order; what a complete order needs and this one lacks is filled in.

        :raise ValueError: without orderId or orderItems, or when the id is taken.
        """
        if not order.get("orderId") or not order.get("orderItems"):
            raise ValueError("an order needs orderId and orderItems")
        if order["orderId"] in self._rows:
            raise ValueError(f"order {order['orderId']} exists already")
        stored = StoredOrder(_completed(order, now), merchant_id, journal=self.journal)
        for item_id, item in stored.items().items():
            given = item["fulfillment"]
            stored.earlier[item_id] = int(given["quantityFulfilled"])
            rest = int(item["quantityOrdered"]) - int(given["quantityUnfulfilled"])
            stored.cancelled[item_id] = max(0, rest - stored.earlier[item_id])
        self._rows[stored.order_id] = stored
        self.journal.append(stored.order_id)
        return stored

    def get(self, order_id: str, merchant_id: str = "") -> StoredOrder | None:
        """Return an order by id, only if it belongs to the merchant when one is named."""
        stored = self._rows.get(order_id)
        return stored if stored and merchant_id in ("", stored.merchant_id) else None

    def all(self, merchant_id: str = "") -> list[StoredOrder]:
        """Return every order, of one merchant when one is named."""
        return [row for row in self._rows.values() if merchant_id in ("", row.merchant_id)]


def _completed(order: dict[str, Any], now: datetime) -> dict[str, Any]:
    data: dict[str, Any] = _own(order)
    data.setdefault("createdTime", format_time(now))
    data.setdefault("lastUpdatedTime", format_time(now))
    channel = data.setdefault("salesChannel", {})
    channel.setdefault("channelName", "AMAZON")
    channel.setdefault("marketplaceId", "A1PA6795UKMFR9")
    shop = MARKETPLACES.get(channel["marketplaceId"])
    channel.setdefault("marketplaceName", shop.name if shop else "Amazon")
    fulfillment = data.setdefault("fulfillment", {})
    fulfillment.setdefault("fulfillmentStatus", "UNSHIPPED")
    fulfillment.setdefault("fulfilledBy", "MERCHANT")
    for item in data["orderItems"]:
        _complete_item(item, fulfillment["fulfillmentStatus"])
    return data


def _own(value: Any) -> Any:
    """Return a copy in which nothing is shared: one amount may stand in two places of a draft."""
    if isinstance(value, dict):
        return {key: _own(row) for key, row in value.items()}
    return [_own(row) for row in value] if isinstance(value, list) else value


def _complete_item(item: dict[str, Any], status: str) -> None:
    ordered = int(item["quantityOrdered"])
    given = item.setdefault("fulfillment", {})
    given.setdefault("quantityFulfilled", ordered if status == "SHIPPED" else 0)
    rest = 0 if status == "CANCELLED" else ordered - given["quantityFulfilled"]
    given.setdefault("quantityUnfulfilled", rest)
