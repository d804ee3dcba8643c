# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Common parts of the order reports: the choice of orders, and their values in reports' words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..state.orders import StoredOrder
from ..state.reports import Report
from ..times import parse_time

if TYPE_CHECKING:
    from ..world import World

_SERVICES = {
    "EXPEDITED": "Expedited",
    "FREE_ECONOMY": "FreeEconomy",
    "NEXT_DAY": "NextDay",
    "PRIORITY": "Priority",
    "SAME_DAY": "SameDay",
    "SECOND_DAY": "SecondDay",
    "SCHEDULED": "Scheduled",
}
_PAID = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})


def placed(world: World, report: Report) -> list[StoredOrder]:
    """Return the orders that were placed in a report's span and marketplaces, oldest first."""
    found = [
        order
        for order in world.orders.all(report.merchant_id)
        if report.start <= order.created <= report.end
        and order.data["salesChannel"].get("marketplaceId") in report.marketplace_ids
    ]
    return sorted(found, key=lambda order: (order.created, order.order_id))


def to_ship(world: World, report: Report) -> list[StoredOrder]:
    """Return those that the merchant ships and that are paid, shipped ones included."""
    return [
        order for order in placed(world, report) if not order.by_amazon and order.status in _PAID
    ]


def lines(orders: list[StoredOrder]) -> Iterator[tuple[StoredOrder, dict[str, Any]]]:
    """Yield each item with its order; a line whose quantity went to zero is not reported."""
    for order in orders:
        for item in order.data["orderItems"]:
            if item["quantityOrdered"]:
                yield order, item


def report_time(text: str) -> str:
    """Return a time with an offset, as reports write it."""
    return parse_time(text).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def service(order: StoredOrder) -> str:
    """Return the service level in the word of reports."""
    return _SERVICES.get(order.data["fulfillment"].get("fulfillmentServiceLevel"), "Standard")


def address(order: StoredOrder) -> dict[str, str]:
    """Return the delivery address, possibly empty."""
    return (order.data.get("recipient") or {}).get("deliveryAddress") or {}


def buyer(order: StoredOrder) -> dict[str, str]:
    """Return the buyer, possibly empty."""
    return order.data.get("buyer") or {}


def merchant_order_id(order: StoredOrder) -> str:
    """Return the seller's own number, empty before an acknowledgement with it."""
    rows = order.data.get("orderAliases", [])
    return next((row["aliasId"] for row in rows if row["aliasType"] == "SELLER_ORDER_ID"), "")


def promotion_ids(item: dict[str, Any]) -> list[str]:
    """Return the ids of an item's promotions."""
    return [row["promotionId"] for row in item.get("promotion", {}).get("breakdowns", [])]


def gift(item: dict[str, Any]) -> dict[str, str]:
    """Return the gift option of an item, possibly empty."""
    return item["fulfillment"].get("packing", {}).get("giftOption", {})


def ioss_number(item: dict[str, Any]) -> str:
    """Return the IOSS number under which an item travels, if any."""
    shipping = item["fulfillment"].get("shipping", {})
    return str(shipping.get("internationalShipping", {}).get("iossNumber", ""))


def has_program(order: StoredOrder, program: str) -> bool:
    """Return whether an order belongs to a programme such as PRIME."""
    return program in order.data.get("programs", [])
