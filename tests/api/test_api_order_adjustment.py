# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refunds and cancelled units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from api.builders import BuildError
from api.builders.order_adjustment import (
    AdjustedItem,
    OrderAdjustment,
    RefundComponent,
    build_order_adjustment,
)
from lxml import etree

ORDER_ID = "028-1234567-7654321"
PRINCIPAL = RefundComponent("Principal", Decimal("10.00"), "EUR")


def adjust(item: AdjustedItem, **values: Any) -> bytes:
    """Return a feed of one order with one item."""
    order = {"message_id": 1, "amazon_order_id": ORDER_ID, "items": (item,), **values}
    return build_order_adjustment("A2MERCHANT", [OrderAdjustment(**order)])


def refund(*components: RefundComponent, **values: Any) -> AdjustedItem:
    """Return an item for which money goes back."""
    given = {"amazon_order_item_code": "1001", "reason": "CustomerReturn", **values}
    return AdjustedItem(components=components, **given)


def tags(content: bytes) -> list[tuple[str, str]]:
    """Return tag and text of all elements below the order, in document order."""
    order = etree.fromstring(content).find("Message/OrderAdjustment")
    return [(row.tag, row.text or "") for row in order.iterdescendants()]


def test_a_refund_names_its_parts_in_amazons_order() -> None:
    """001-25: amounts per item and reason."""
    shipping = RefundComponent("Shipping", Decimal("4.9"), "EUR")
    content = adjust(refund(PRINCIPAL, shipping, merchant_adjustment_item_id="RINV/7"))
    assert tags(content) == [
        ("AmazonOrderID", ORDER_ID),
        ("AdjustedItem", ""),
        ("AmazonOrderItemCode", "1001"),
        ("MerchantAdjustmentItemID", "RINV/7"),
        ("AdjustmentReason", "CustomerReturn"),
        ("ItemPriceAdjustments", ""),
        ("Component", ""),
        ("Type", "Principal"),
        ("Amount", "10.00"),
        ("Component", ""),
        ("Type", "Shipping"),
        ("Amount", "4.9"),
    ]
    amounts = etree.fromstring(content).iter("Amount")
    assert [amount.attrib for amount in amounts] == [{"currency": "EUR"}] * 2
    assert etree.fromstring(content).findtext("MessageType") == "OrderAdjustment"


def test_units_are_cancelled_without_money() -> None:
    item = AdjustedItem("1001", "NoInventory", quantity_cancelled=2)
    assert tags(adjust(item))[2:] == [
        ("AmazonOrderItemCode", "1001"),
        ("AdjustmentReason", "NoInventory"),
        ("QuantityCancelled", "2"),
    ]


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("amazon_order_item_code", refund(PRINCIPAL, amazon_order_item_code="")),
        ("reason", refund(PRINCIPAL, reason="Because")),
        ("merchant_adjustment_item_id", refund(PRINCIPAL, merchant_adjustment_item_id="\x00")),
        ("merchant_adjustment_item_id", refund(PRINCIPAL, merchant_adjustment_item_id="1" * 51)),
        ("amazon_order_item_code", refund(PRINCIPAL, amazon_order_item_code="A1")),
        ("components", refund()),
        ("components", refund(PRINCIPAL, quantity_cancelled=1)),
        ("components", refund(PRINCIPAL, PRINCIPAL)),
        ("type", refund(RefundComponent("Price", Decimal(1), "EUR"))),
        ("currency", refund(RefundComponent("Principal", Decimal(1), ""))),
        ("amount", refund(RefundComponent("Principal", Decimal("-1"), "EUR"))),
        ("amount", refund(RefundComponent("Principal", Decimal("1.5"), "JPY"))),
        ("amount", refund(RefundComponent("Principal", 1.5, "EUR"))),  # type: ignore[arg-type]
        ("quantity_cancelled", AdjustedItem("1", "NoInventory", quantity_cancelled=0)),
    ],
)
def test_an_invalid_refund_is_refused_by_its_field(field: str, item: AdjustedItem) -> None:
    with pytest.raises(BuildError) as caught:
        adjust(item)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "values"), [("items", {"items": ()}), ("amazon_order_id", {"amazon_order_id": "S1"})]
)
def test_an_order_that_cannot_be_refunded_is_refused_by_its_field(
    field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(BuildError) as caught:
        adjust(refund(PRINCIPAL), **values)
    assert caught.value.field == field
