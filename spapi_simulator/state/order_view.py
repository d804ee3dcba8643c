# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""View of an order by getOrder and searchOrders.

Sections follow includedData; a PENDING order shows no money and no address; personal data needs
the restricted roles (Orders API 2026-01-01).
"""

from __future__ import annotations

import copy
from typing import Any

from .orders import OPEN_STATUSES, StoredOrder
from .sellers import ALL_ROLES, DELIVERY, TAX_INVOICING, TAX_REMITTANCE

# includedData value -> (keys of the order, keys of each item)
SECTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "BUYER": (("buyer",), ()),
    "RECIPIENT": (("recipient",), ()),
    "PROCEEDS": (("proceeds",), ("proceeds",)),
    "EXPENSE": ((), ("expense",)),
    "PROMOTION": ((), ("promotion",)),
    "CANCELLATION": ((), ("cancellation",)),
    "FULFILLMENT": (("fulfillment",), ("fulfillment",)),
    "PACKAGES": (("packages",), ()),
    "TAX": (("tax",), ("tax",)),
    "PAYMENT": (("payment",), ()),
    "FULFILLMENT_ORDERS": (("fulfillmentOrders",), ()),
}
_WITHOUT_PAYMENT = frozenset({"BUYER", "RECIPIENT", "PROCEEDS", "PROMOTION", "TAX", "PAYMENT"})
_PENDING = frozenset({"PENDING", "PENDING_AVAILABILITY"})
_PUBLIC_ADDRESS = ("city", "districtOrCounty", "stateOrRegion", "municipality", "countryCode")


def view(
    order: StoredOrder,
    included: set[str] | None = None,
    roles: set[str] | frozenset[str] = ALL_ROLES,
) -> dict[str, Any]:
    """Return an order as the Orders API answers it.

    :param included: values of includedData; None means all of them.
    :param roles: names of the roles that the application has.
    """
    data = copy.deepcopy(order.data)
    shown = set(SECTIONS) if included is None else set(included)
    if order.status in _PENDING:
        shown -= _WITHOUT_PAYMENT
        for item in data["orderItems"]:
            item["product"].pop("price", None)
    for name in SECTIONS.keys() - shown:
        _remove(data, name)
    _protect(data, order, roles)
    return data


def _remove(data: dict[str, Any], section: str) -> None:
    order_keys, item_keys = SECTIONS[section]
    for key in order_keys:
        data.pop(key, None)
    for item in data["orderItems"]:
        for key in item_keys:
            item.pop(key, None)


def _protect(data: dict[str, Any], order: StoredOrder, roles: set[str] | frozenset[str]) -> None:
    """Leave out the personal data for which the roles do not suffice."""
    buyer = data.get("buyer", {})
    mailable = not order.by_amazon and order.status in OPEN_STATUSES | {"SHIPPED"}
    if DELIVERY not in roles or not mailable:
        buyer.pop("buyerEmail", None)
    if not {TAX_INVOICING, TAX_REMITTANCE} & set(roles):
        for key in set(buyer) - {"buyerEmail"}:
            del buyer[key]
        data.pop("tax", None)
    address = data.get("recipient", {}).get("deliveryAddress")
    if address and DELIVERY not in roles:
        kept = {key: address[key] for key in _PUBLIC_ADDRESS if key in address}
        data["recipient"] = {"deliveryAddress": kept}
