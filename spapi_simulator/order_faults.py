# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Faults of the orders in an answer: values that no model allows or knows."""

from __future__ import annotations

from typing import Any

Order = dict[str, Any]
_BUYER = ("buyerName", "buyerEmail")
_ADDRESS = (
    "name",
    "addressLine1",
    "addressLine2",
    "city",
    "stateOrRegion",
    "postalCode",
    "countryCode",
    "phone",
)


def orders_of(payload: Any) -> list[Order]:
    """Return the orders in an answer of searchOrders or getOrder."""
    found = [*payload.get("orders", []), payload.get("order") or {}]
    return [row for row in found if row]


def null_buyer(order: Order, whole: bool) -> None:
    """Make the keys of buyer and address null, or `whole` objects."""
    if whole:
        order.update(buyer=None, recipient=None)
        return
    order["buyer"] = dict.fromkeys(_BUYER)
    order["recipient"] = {"deliveryAddress": dict.fromkeys(_ADDRESS)}


def unknown_values(order: Order, charge: str) -> None:
    """Put values into an order that no documentation lists.

    :param charge: the type that the last charge gets which is neither ITEM nor TAX; empty: none.
    """
    order.setdefault("programs", []).append("MOON_DELIVERY")
    order.setdefault("fulfillment", {}).update(
        fulfilledBy="SOMEBODY", fulfillmentServiceLevel="TELEPORT"
    )
    order["newSection"] = {"key": ["value"]}
    for item in order["orderItems"]:
        item["tax"] = {
            "taxCollections": [{"model": "SOMETHING_NEW", "responsibleParty": "Nobody"}],
            "taxCalculationBreakdowns": [{"reportingScheme": "SCHEME_X"}],
        }
        rows = item.get("proceeds", {}).get("breakdowns", [])
        others = [row for row in rows if row["type"] not in ("ITEM", "TAX")]
        if charge and others:
            others[-1]["type"] = charge
