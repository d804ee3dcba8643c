# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feed POST_ORDER_FULFILLMENT_DATA: packages in bulk, one message each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from .build_error import (
    MAX_TEXT,
    BuildError,
    check_item_code,
    check_order_id,
    check_text,
    check_unique,
    check_whole,
    write_time,
)
from .order_envelope import add_text, build_envelope
from .shipment_confirmation import OTHER_CARRIER, ShippedItem

__all__ = [
    "BuildError",
    "OrderFulfillment",
    "ShippedItem",
    "build_order_fulfillment",
    "read_order_fulfillment",
]

FEED_TYPE = "POST_ORDER_FULFILLMENT_DATA"
MAX_TRANSPARENCY_CODES = 10


@dataclass(frozen=True)
class OrderFulfillment:
    """One package.

    :param message_id: 1 … 2147483647, unique in the feed; the report names it.
    :param fulfillment_id: our number of the package; the same again edits it.
    :param ship_date: aware time at which it left.
    :param carrier_code: Amazon's code of the carrier, or `Other` with a name.
    :param tracking_number: empty only for services that give none.
    """

    message_id: int
    amazon_order_id: str
    fulfillment_id: int
    ship_date: datetime
    items: tuple[ShippedItem, ...]
    carrier_code: str
    carrier_name: str = ""
    shipping_method: str = ""
    tracking_number: str = ""


def build_order_fulfillment(merchant_id: str, messages: Sequence[OrderFulfillment]) -> bytes:
    """Return the bytes of the feed.

    :param merchant_id: the merchant token.
    :raise BuildError: naming the field that is wrong.
    """
    return build_envelope(merchant_id, "OrderFulfillment", messages, _write_package)


def read_order_fulfillment(content: bytes) -> dict[int, tuple[str, dict[str, int]]]:
    """Return the packages of a feed, for the record of what was sent.

    :param content: as `build_order_fulfillment` gave it.
    :return: message id -> tuple (tracking number, order item id -> units).
    """
    packages = {}
    for message in etree.fromstring(content).iter("Message"):
        package = message.find("OrderFulfillment")
        tracking = package.findtext("FulfillmentData/ShipperTrackingNumber") or ""
        items = {
            item.findtext("AmazonOrderItemCode"): int(item.findtext("Quantity"))
            for item in package.iter("Item")
        }
        packages[int(message.findtext("MessageID"))] = (tracking, items)
    return packages


def _write_package(element: Any, package: OrderFulfillment) -> None:
    check_order_id("amazon_order_id", package.amazon_order_id)
    check_whole("fulfillment_id", package.fulfillment_id)
    if not package.items:
        raise BuildError("items", "there are none")
    check_unique("order_item_id", (item.order_item_id for item in package.items))
    add_text(element, "AmazonOrderID", package.amazon_order_id)
    add_text(element, "MerchantFulfillmentID", package.fulfillment_id)
    add_text(element, "FulfillmentDate", write_time("ship_date", package.ship_date))
    _write_travel(etree.SubElement(element, "FulfillmentData"), package)
    for item in package.items:
        _write_item(etree.SubElement(element, "Item"), item)


def _write_travel(element: Any, package: OrderFulfillment) -> None:
    """Write how it travels; older schemas take a code or a name, never both."""
    check_text("carrier_code", package.carrier_code)
    is_other = package.carrier_code == OTHER_CARRIER
    # a name that is not sent may be as long as it likes
    name = package.carrier_name if is_other else ""
    check_text("carrier_name", name, required=is_other, longest=MAX_TEXT)
    check_text("shipping_method", package.shipping_method, required=False, longest=MAX_TEXT)
    tracking = package.tracking_number.strip()
    check_text("tracking_number", tracking, required=False, longest=MAX_TEXT)
    add_text(element, "CarrierCode", package.carrier_code)
    add_text(element, "CarrierName", name)
    add_text(element, "ShippingMethod", package.shipping_method)
    add_text(element, "ShipperTrackingNumber", tracking)


def _write_item(element: Any, item: ShippedItem) -> None:
    check_item_code("order_item_id", item.order_item_id)
    check_whole("quantity", item.quantity)
    if len(item.transparency_codes) > MAX_TRANSPARENCY_CODES:
        raise BuildError("transparency_codes", f"more than {MAX_TRANSPARENCY_CODES} of them")
    add_text(element, "AmazonOrderItemCode", item.order_item_id)
    add_text(element, "Quantity", item.quantity)
    for code in item.transparency_codes:
        add_text(element, "TransparencyCode", code)
