# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The body of confirmShipment (Orders API v0): one call tells one package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .build_error import (
    BuildError,
    check_choice,
    check_text,
    check_unique,
    check_whole,
    write_time,
)

__all__ = [
    "BuildError",
    "ShipmentConfirmation",
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


@dataclass(frozen=True)
class ShipmentConfirmation:
    """One package.

    :param package_reference_id: positive number, unique in the order; the same number again
        edits what was said about the package.
    :param carrier_code: Amazon's code of the carrier, or `Other`.
    :param carrier_name: name of the carrier; needed with `Other`.
    :param ship_date: aware time at which the package left.
    :param shipping_method: name of the service, if it shall be told.
    :param cod_collection_method: `DirectPayment` or empty; only in Japan.
    """

    marketplace_id: str
    package_reference_id: int
    carrier_code: str
    tracking_number: str
    ship_date: datetime
    items: tuple[ShippedItem, ...]
    carrier_name: str = ""
    shipping_method: str = ""
    cod_collection_method: str = ""


def build_shipment_confirmation(shipment: ShipmentConfirmation) -> dict[str, Any]:
    """Return the body of confirmShipment (001-23, 000-28).

    :raise BuildError: naming the field that is wrong.
    """
    check_text("marketplace_id", shipment.marketplace_id)
    check_choice("cod_collection_method", shipment.cod_collection_method, ("", "DirectPayment"))
    body = {"marketplaceId": shipment.marketplace_id, "packageDetail": _package(shipment)}
    if shipment.cod_collection_method:
        body["codCollectionMethod"] = shipment.cod_collection_method
    return body


def _package(shipment: ShipmentConfirmation) -> dict[str, Any]:
    check_whole("package_reference_id", shipment.package_reference_id, 1)
    check_text("carrier_code", shipment.carrier_code)
    check_text("tracking_number", shipment.tracking_number)
    is_other = shipment.carrier_code == OTHER_CARRIER
    check_text("carrier_name", shipment.carrier_name, required=is_other)
    check_text("shipping_method", shipment.shipping_method, required=False)
    if not shipment.items:
        raise BuildError("items", "there are none")
    check_unique("order_item_id", (item.order_item_id for item in shipment.items))
    package = {
        "packageReferenceId": str(shipment.package_reference_id),
        "carrierCode": shipment.carrier_code,
        "carrierName": shipment.carrier_name,
        "shippingMethod": shipment.shipping_method,
        "trackingNumber": shipment.tracking_number.strip(),
        "shipDate": write_time("ship_date", shipment.ship_date),
        "orderItems": [_item(item) for item in shipment.items],
    }
    return {name: value for name, value in package.items() if value}


def _item(item: ShippedItem) -> dict[str, Any]:
    check_text("order_item_id", item.order_item_id)
    check_whole("quantity", item.quantity, 1)
    row: dict[str, Any] = {"orderItemId": item.order_item_id, "quantity": item.quantity}
    if item.transparency_codes:
        row["transparencyCodes"] = list(item.transparency_codes)
    return row
