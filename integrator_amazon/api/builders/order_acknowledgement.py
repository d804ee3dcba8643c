# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feed POST_ORDER_ACKNOWLEDGEMENT_DATA: taking an order over, or cancelling all of it.

Source: the requirements of the feed on developer-docs.amazon.com; the XML is built from its
description, in the order of elements that it demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .build_error import (
    MAX_TEXT,
    BuildError,
    check_choice,
    check_item_code,
    check_order_id,
    check_text,
    check_unique,
    check_whole,
)
from .order_envelope import add_text, build_envelope

__all__ = [
    "CANCEL_REASONS",
    "AcknowledgedItem",
    "BuildError",
    "OrderAcknowledgement",
    "build_order_acknowledgement",
]

FEED_TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
STATUS_CODES = frozenset({"Success", "Failure"})
CANCEL_REASONS = frozenset(
    {
        "BuyerCanceled",
        "CannotVerifyInformation",
        "CarrierCoverageFailure",
        "CarrierCreditDecision",
        "CustomerExchange",
        "CustomerReturn",
        "GeneralAdjustment",
        "MerchandiseNotReceived",
        "NoInventory",
        "PricingError",
        "RejectOrder",
        "RiskAssessmentInformationNotValid",
        "ShippingAddressUndeliverable",
        "WeatherDelay",
    }
)


@dataclass(frozen=True)
class AcknowledgedItem:
    """One line of the order.

    :param amazon_order_item_code: Amazon's order item id.
    :param merchant_order_item_id: our own id of the line, if it is to be sent.
    :param cancel_reason: one of `CANCEL_REASONS`; only and always with a failure.
    :param quantity: units, if they are to be sent.
    """

    amazon_order_item_code: str
    merchant_order_item_id: str | None = None
    cancel_reason: str | None = None
    quantity: int | None = None


@dataclass(frozen=True)
class OrderAcknowledgement:
    """One order.

    :param message_id: 1 … 2147483647, unique in the feed; the report names it.
    :param amazon_order_id: Amazon's order id.
    :param status_code: `Success` takes the order over; `Failure` cancels the whole order, which
        must never be said after one of its items has left (it would refund them all).
    :param items: lines; a failure names them all with their reason.
    :param merchant_order_id: our own order number, if it is to be sent.
    """

    message_id: int
    amazon_order_id: str
    status_code: str = "Success"
    items: tuple[AcknowledgedItem, ...] = ()
    merchant_order_id: str | None = None


def build_order_acknowledgement(
    merchant_id: str, messages: Sequence[OrderAcknowledgement]
) -> bytes:
    """Return the bytes of the feed.

    :param merchant_id: the merchant token.
    :raise BuildError: naming the field that is wrong.
    """
    return build_envelope(merchant_id, "OrderAcknowledgement", messages, _write_order)


def _write_order(element: Any, order: OrderAcknowledgement) -> None:
    check_order_id("amazon_order_id", order.amazon_order_id)
    check_choice("status_code", order.status_code, STATUS_CODES)
    own_id = order.merchant_order_id or ""
    check_text("merchant_order_id", own_id, required=False, longest=MAX_TEXT)
    fails = order.status_code == "Failure"
    if fails and not order.items:
        raise BuildError("items", "a cancellation names its items and their reason")
    check_unique("amazon_order_item_code", (row.amazon_order_item_code for row in order.items))
    add_text(element, "AmazonOrderID", order.amazon_order_id)
    add_text(element, "MerchantOrderID", order.merchant_order_id)
    add_text(element, "StatusCode", order.status_code)
    for item in order.items:
        _write_item(etree.SubElement(element, "Item"), item, fails)


def _write_item(element: Any, item: AcknowledgedItem, fails: bool) -> None:
    check_item_code("amazon_order_item_code", item.amazon_order_item_code)
    own_id = item.merchant_order_item_id or ""
    check_text("merchant_order_item_id", own_id, required=False, longest=MAX_TEXT)
    if fails:
        check_choice("cancel_reason", item.cancel_reason or "", CANCEL_REASONS)
    elif item.cancel_reason:
        raise BuildError("cancel_reason", "only goes with a cancellation")
    if item.quantity is not None:
        check_whole("quantity", item.quantity)
    add_text(element, "AmazonOrderItemCode", item.amazon_order_item_code)
    add_text(element, "MerchantOrderItemID", item.merchant_order_item_id)
    add_text(element, "CancelReason", item.cancel_reason)
    add_text(element, "Quantity", item.quantity)
