# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feed POST_PAYMENT_ADJUSTMENT_DATA: refunds, and cancellation of single units.

Amounts are positive: they go back to the buyer. A refund is possible after the shipment is
confirmed, a cancellation of units before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from .build_error import (
    MAX_TEXT,
    BuildError,
    check_amount,
    check_choice,
    check_item_code,
    check_order_id,
    check_text,
    check_unique,
    check_whole,
)
from .order_envelope import add_text, build_envelope

__all__ = [
    "ADJUSTMENT_REASONS",
    "AdjustedItem",
    "BuildError",
    "OrderAdjustment",
    "RefundComponent",
    "build_order_adjustment",
]

FEED_TYPE = "POST_PAYMENT_ADJUSTMENT_DATA"
# fmt: off
ADJUSTMENT_REASONS = frozenset({
    "Abandoned", "CarrierCoverageFailure", "CarrierCreditDecision", "CouldNotShip",
    "CustomerAddressIncorrect", "CustomerCancel", "CustomerReturn", "DifferentItem", "Exchange",
    "GeneralAdjustment", "NoInventory", "Other", "PriceError", "ProductOutofStock",
    "RefusedDelivery", "RiskAssessmentInformationNotValid", "TransactionRecord", "Undeliverable",
})
COMPONENT_TYPES = frozenset({
    "COD", "CODTax", "ExportCharge", "FreeReplacementReturnShipping", "GiftWrap", "GiftWrapTax",
    "Goodwill", "Other", "Principal", "RestockingFee", "RestockingFeeTax", "ReturnShipping",
    "Shipping", "ShippingTax", "Surcharge", "Tax",
})
# fmt: on


@dataclass(frozen=True)
class RefundComponent:
    """A part of a refund: what for (one of `COMPONENT_TYPES`), how much, in which currency."""

    type: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class AdjustedItem:
    """One line of the order: money that goes back, or units that will not be sent.

    :param amazon_order_item_code: Amazon's order item id.
    :param reason: one of `ADJUSTMENT_REASONS`.
    :param components: parts of the refund, each type once; none when only units are cancelled.
    :param merchant_adjustment_item_id: our own id of the refund line, if it is to be sent.
    :param quantity_cancelled: units that are cancelled; None for a refund.
    """

    amazon_order_item_code: str
    reason: str
    components: tuple[RefundComponent, ...] = ()
    merchant_adjustment_item_id: str | None = None
    quantity_cancelled: int | None = None


@dataclass(frozen=True)
class OrderAdjustment:
    """One order; `message_id` is unique in the feed, the report names it."""

    message_id: int
    amazon_order_id: str
    items: tuple[AdjustedItem, ...]


def build_order_adjustment(merchant_id: str, messages: Sequence[OrderAdjustment]) -> bytes:
    """Return the bytes of the feed.

    :param merchant_id: the merchant token.
    :raise BuildError: naming the field that is wrong.
    """
    return build_envelope(merchant_id, "OrderAdjustment", messages, _write_order)


def _write_order(element: Any, order: OrderAdjustment) -> None:
    check_order_id("amazon_order_id", order.amazon_order_id)
    if not order.items:
        raise BuildError("items", "there are none")
    add_text(element, "AmazonOrderID", order.amazon_order_id)
    for item in order.items:
        _write_item(etree.SubElement(element, "AdjustedItem"), item)


def _write_item(element: Any, item: AdjustedItem) -> None:
    check_item_code("amazon_order_item_code", item.amazon_order_item_code)
    check_choice("reason", item.reason, ADJUSTMENT_REASONS)
    own_id = item.merchant_adjustment_item_id
    check_text("merchant_adjustment_item_id", own_id or "", required=False, longest=MAX_TEXT)
    if bool(item.components) == (item.quantity_cancelled is not None):
        raise BuildError("components", "either money goes back or units are cancelled")
    add_text(element, "AmazonOrderItemCode", item.amazon_order_item_code)
    add_text(element, "MerchantAdjustmentItemID", own_id)
    add_text(element, "AdjustmentReason", item.reason)
    if item.components:
        _write_components(etree.SubElement(element, "ItemPriceAdjustments"), item.components)
    if item.quantity_cancelled is not None:
        check_whole("quantity_cancelled", item.quantity_cancelled)
        add_text(element, "QuantityCancelled", item.quantity_cancelled)


def _write_components(element: Any, components: tuple[RefundComponent, ...]) -> None:
    check_unique("components", (component.type for component in components))
    for component in components:
        check_choice("type", component.type, COMPONENT_TYPES)
        check_text("currency", component.currency)
        amount = check_amount("amount", component.amount, component.currency)
        row = etree.SubElement(element, "Component")
        add_text(row, "Type", component.type)
        etree.SubElement(row, "Amount", currency=component.currency).text = format(amount, "f")
