# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The body of confirmShipment (Orders API v0): one call per package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .build_error import (
    MAX_TEXT,
    BuildError,
    check_choice,
    check_item_code,
    check_text,
    check_unique,
    check_whole,
    write_time,
)

__all__ = [
    "BuildError",
    "ShippedItem",
    "build_shipment_confirmation",
]

#: The carrier code of carriers that Amazon does not list; it demands a name.
OTHER_CARRIER = "Other"


@dataclass(frozen=True)
class ShippedItem:
    """Units of one order item in the package.

    :param transparency_codes: codes of the units, for products of the Transparency programme.
    """

    order_item_id: str
    quantity: int
    transparency_codes: tuple[str, ...] = ()


def build_shipment_confirmation(
    *,
    marketplace_id: str,
    package_reference_id: int,
    carrier_code: str,
    tracking_number: str,
    ship_date: datetime,
    items: Sequence[ShippedItem],
    carrier_name: str | None = None,
    shipping_method: str | None = None,
    cod_collection_method: str | None = None,
) -> dict[str, Any]:
    """Return the body of confirmShipment.

    :param package_reference_id: positive number, unique in the order; the same number again
        edits what was said about the package.
    :param carrier_code: Amazon's code of the carrier, or `Other`.
    :param ship_date: aware time at which the package left.
    :param items: what is in the package, each order item once.
    :param carrier_name: name of the carrier; needed with `Other`, not sent with any other code.
    :param shipping_method: name of the service, if it is to be sent.
    :param cod_collection_method: `DirectPayment`; only in Japan.
    :raise BuildError: naming the field that is wrong.
    """
    check_text("marketplace_id", marketplace_id)
    check_choice("cod_collection_method", cod_collection_method or "", ("", "DirectPayment"))
    package = {
        **_carrier(carrier_code, carrier_name or "", shipping_method or ""),
        "packageReferenceId": _reference(package_reference_id),
        "trackingNumber": _tracking(tracking_number),
        "shipDate": write_time("ship_date", ship_date),
        "orderItems": _items(items),
    }
    body = {"marketplaceId": marketplace_id, "packageDetail": package}
    if cod_collection_method:
        body["codCollectionMethod"] = cod_collection_method
    return body


def _carrier(code: str, name: str, method: str) -> dict[str, str]:
    check_text("carrier_code", code)
    is_other = code == OTHER_CARRIER
    # a name that is not sent may be as long as it likes
    name = name if is_other else ""
    check_text("carrier_name", name, required=is_other, longest=MAX_TEXT)
    check_text("shipping_method", method, required=False, longest=MAX_TEXT)
    values = {"carrierCode": code, "carrierName": name, "shippingMethod": method}
    return {key: value for key, value in values.items() if value}


def _reference(number: int) -> str:
    check_whole("package_reference_id", number)
    return str(number)


def _tracking(number: str) -> str:
    check_text("tracking_number", number)
    check_text("tracking_number", number.strip(), longest=MAX_TEXT)
    return number.strip()


def _items(items: Sequence[ShippedItem]) -> list[dict[str, Any]]:
    if not items:
        raise BuildError("items", "there are none")
    check_unique("order_item_id", (item.order_item_id for item in items))
    return [_item(item) for item in items]


def _item(item: ShippedItem) -> dict[str, Any]:
    check_item_code("order_item_id", item.order_item_id)
    check_whole("quantity", item.quantity)
    row: dict[str, Any] = {"orderItemId": item.order_item_id, "quantity": item.quantity}
    if item.transparency_codes:
        row["transparencyCodes"] = list(item.transparency_codes)
    return row
