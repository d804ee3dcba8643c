# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Confirming a package, by confirmShipment or by a fulfilment feed: the rules are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..times import format_time
from .orders import OPEN_STATUSES, StoredOrder

# Clocks differ a little; Amazon does not refuse a package for that.
_SLACK = timedelta(seconds=60)


class ShippingProblem(Exception):
    """A package that Amazon refuses; `item_id` is the item with the error, if it is one."""

    def __init__(self, message: str, item_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.item_id = item_id


@dataclass(frozen=True)
class Package:
    """One package: what is in it (quantity by orderItemId) and how it travels."""

    reference: str
    ship_date: datetime
    items: dict[str, int]
    carrier_code: str = ""
    carrier_name: str = ""
    method: str = ""
    tracking: str = ""
    source: str = "confirmShipment"
    feed_id: str = ""

    def shipment(self) -> dict[str, Any]:
        """Return the package as `Simulator.shipments` gives it."""
        lines = [{"orderItemId": key, "quantity": count} for key, count in self.items.items()]
        return {
            "packageReferenceId": self.reference,
            "carrierCode": self.carrier_code,
            "carrierName": self.carrier_name,
            "shippingMethod": self.method,
            "trackingNumber": self.tracking,
            "shipDate": format_time(self.ship_date),
            "orderItems": lines,
            "source": self.source,
            "feed_id": self.feed_id,
        }


def check(order: StoredOrder, package: Package, now: datetime) -> None:
    """Check a package against its order.

    :raise ShippingProblem: with the sentence that Amazon would answer.
    """
    replaced = _replaced(order, package.reference)
    if order.by_amazon:
        raise ShippingProblem("Only merchant fulfilled orders can be confirmed by the seller.")
    if order.status not in OPEN_STATUSES and not (replaced and order.status == "SHIPPED"):
        raise ShippingProblem(
            "Failed to create package due to not finding a matching package or order already "
            "fulfilled. ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find "
            "package to update for order (), errorMetric=PackageToUpdateNotFound, "
            f"packageIndex=null) Order status: {order.status}."
        )
    if package.ship_date < order.created - _SLACK:
        raise ShippingProblem("The ship date cannot be before the order date.")
    if package.ship_date > now + _SLACK:
        raise ShippingProblem("The ship date cannot be in the future.")
    _check_items(order, package, replaced)


def confirm(order: StoredOrder, package: Package, now: datetime) -> None:
    """Record a package; one with a known reference replaces the earlier one.

    :raise ShippingProblem: when the order does not allow it.
    """
    check(order, package, now)
    replaced = _replaced(order, package.reference)
    if replaced:
        order.shipments.remove(replaced)
    order.shipments.append(package.shipment())
    packages = order.data.setdefault("packages", [])
    packages[:] = [row for row in packages if row["packageReferenceId"] != package.reference]
    packages.append(_as_order_package(package, now))
    order.update_status(now)


def _replaced(order: StoredOrder, reference: str) -> dict[str, Any] | None:
    found = (row for row in order.shipments if row["packageReferenceId"] == reference)
    return next(found, None)


def _check_items(order: StoredOrder, package: Package, replaced: dict[str, Any] | None) -> None:
    earlier = {
        row["orderItemId"]: row["quantity"] for row in (replaced or {}).get("orderItems", [])
    }
    known = order.items()
    for item_id, quantity in package.items.items():
        if item_id not in known:
            raise ShippingProblem(f"Invalid OrderItemId {item_id} for this order.", item_id)
        if quantity < 1:
            raise ShippingProblem(f"The quantity of {item_id} must be positive.", item_id)
        if quantity > order.unfulfilled(item_id) + earlier.get(item_id, 0):
            raise ShippingProblem(
                f"The quantity of OrderItemId {item_id} exceeds the unshipped quantity.", item_id
            )


def _as_order_package(package: Package, now: datetime) -> dict[str, Any]:
    lines = [{"orderItemId": key, "quantity": count} for key, count in package.items.items()]
    data = {
        "packageReferenceId": package.reference,
        "createdTime": format_time(now),
        "packageStatus": {"status": "SHIPPED"},
        "carrier": package.carrier_name or package.carrier_code,
        "shipTime": format_time(package.ship_date),
        "shippingService": package.method,
        "trackingNumber": package.tracking,
        "packageItems": lines,
    }
    return {key: value for key, value in data.items() if value}
