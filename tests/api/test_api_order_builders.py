# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order acknowledgements in XML and shipment confirmations in JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import api_support  # noqa: F401 - switches deadlines off
import pytest
from api.builders import BuildError
from api.builders.order_acknowledgement import (
    CANCEL_REASONS,
    AcknowledgedItem,
    OrderAcknowledgement,
    build_order_acknowledgement,
)
from api.builders.order_fulfillment import OrderFulfillment, build_order_fulfillment
from api.builders.shipment_confirmation import ShippedItem, build_shipment_confirmation
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

ORDER_ID = "028-1234567-7654321"
NOON = datetime(2026, 11, 20, 13, tzinfo=timezone(timedelta(hours=1)))


def tree(element: Any) -> Any:
    """Return an element as nested pairs of tag and children or text, in document order."""
    return element.tag, [tree(child) for child in element] or element.text


def acknowledge(**values: Any) -> bytes:
    """Return a feed of one order."""
    order = OrderAcknowledgement(**{"message_id": 1, "amazon_order_id": ORDER_ID, **values})
    return build_order_acknowledgement("A2MERCHANT", [order])


def body_of(content: bytes) -> Any:
    """Return the one order of a feed as nested pairs."""
    return tree(etree.fromstring(content).find("Message/OrderAcknowledgement"))


def test_the_envelope_has_amazons_elements_in_amazons_order() -> None:
    """000-05: another order of elements is a schema error at Amazon."""
    content = acknowledge(items=(AcknowledgedItem("1001"),))
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    header = [("DocumentVersion", "1.01"), ("MerchantIdentifier", "A2MERCHANT")]
    order = [
        ("AmazonOrderID", ORDER_ID),
        ("StatusCode", "Success"),
        ("Item", [("AmazonOrderItemCode", "1001")]),
    ]
    message = [("MessageID", "1"), ("OrderAcknowledgement", order)]
    assert tree(etree.fromstring(content)) == (
        "AmazonEnvelope",
        [("Header", header), ("MessageType", "OrderAcknowledgement"), ("Message", message)],
    )


def test_own_numbers_are_sent_if_given() -> None:
    """001-21."""
    item = AcknowledgedItem("1001", merchant_order_item_id="sol-7", quantity=2)
    _tag, order = body_of(acknowledge(merchant_order_id="S00042", items=(item,)))
    assert order[1] == ("MerchantOrderID", "S00042")
    assert order[3][1] == [
        ("AmazonOrderItemCode", "1001"),
        ("MerchantOrderItemID", "sol-7"),
        ("Quantity", "2"),
    ]


def test_none_as_own_number_is_left_out() -> None:
    item = AcknowledgedItem("1001", merchant_order_item_id=None, cancel_reason=None)
    assert (
        b"Merchant" not in acknowledge(merchant_order_id=None, items=(item,)).split(b"</Header>")[1]
    )


@pytest.mark.parametrize("reason", sorted(CANCEL_REASONS))
def test_a_failure_cancels_the_order_for_a_reason(reason: str) -> None:
    """001-22."""
    items = (AcknowledgedItem("1001", cancel_reason=reason),)
    _tag, order = body_of(acknowledge(status_code="Failure", items=items))
    assert order[1] == ("StatusCode", "Failure")
    assert order[2][1] == [("AmazonOrderItemCode", "1001"), ("CancelReason", reason)]


def test_an_order_can_be_taken_over_without_naming_its_items() -> None:
    assert body_of(acknowledge())[1][-1] == ("StatusCode", "Success")


def test_many_orders_are_one_feed_with_their_own_message_ids() -> None:
    orders = [OrderAcknowledgement(at, ORDER_ID) for at in (5, 3, 2_147_483_647)]
    root = etree.fromstring(build_order_acknowledgement("A", orders))
    assert [element.text for element in root.iter("MessageID")] == ["5", "3", "2147483647"]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("message_id", {"message_id": 0}),
    ("message_id", {"message_id": 2**31}),
    ("amazon_order_id", {"amazon_order_id": ""}),
    ("amazon_order_id", {"amazon_order_id": "S00042"}),
    ("amazon_order_id", {"amazon_order_id": ORDER_ID + "\n"}),
    ("amazon_order_id", {"amazon_order_id": None}),
    ("status_code", {"status_code": "Cancelled"}),
    ("merchant_order_id", {"merchant_order_id": "a\x0bb"}),
    ("merchant_order_id", {"merchant_order_id": "S" * 51}),
    ("merchant_order_item_id", {"items": (AcknowledgedItem("1", "7" * 51),)}),
    ("amazon_order_item_code", {"items": (AcknowledgedItem("A1"),)}),
    ("items", {"status_code": "Failure"}),
    ("cancel_reason", {"status_code": "Failure", "items": (AcknowledgedItem("1"),)}),
    (
        "cancel_reason",
        {"status_code": "Failure", "items": (AcknowledgedItem("1", cancel_reason="Because"),)},
    ),
    ("cancel_reason", {"items": (AcknowledgedItem("1", cancel_reason="NoInventory"),)}),
    ("amazon_order_item_code", {"items": (AcknowledgedItem(""),)}),
    ("amazon_order_item_code", {"items": (AcknowledgedItem("1"), AcknowledgedItem("1"))}),
    ("merchant_order_item_id", {"items": (AcknowledgedItem("1", "\ud800"),)}),
    ("quantity", {"items": (AcknowledgedItem("1", quantity=0),)}),
]


@pytest.mark.parametrize(("field", "values"), WRONG)
def test_an_acknowledgement_that_cannot_be_sent_is_refused_by_its_field(
    field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(BuildError) as caught:
        acknowledge(**values)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "build"),
    [
        (
            "merchant_id",
            lambda: build_order_acknowledgement("", [OrderAcknowledgement(1, ORDER_ID)]),
        ),
        ("messages", lambda: build_order_acknowledgement("A", [])),
        (
            "message_id",
            lambda: build_order_acknowledgement("A", [OrderAcknowledgement(1, ORDER_ID)] * 2),
        ),
    ],
)
def test_a_feed_that_cannot_be_sent_is_refused_by_its_field(
    field: str, build: Callable[[], bytes]
) -> None:
    with pytest.raises(BuildError) as caught:
        build()
    assert caught.value.field == field


@given(st.text(max_size=60))
def test_any_own_number_is_written_so_that_it_reads_the_same_or_is_refused(number: str) -> None:
    try:
        content = acknowledge(merchant_order_id=number)
    except BuildError as error:
        assert error.field == "merchant_order_id"
        return
    read = etree.fromstring(content).findtext("Message/OrderAcknowledgement/MerchantOrderID") or ""
    assert read == number


# Shipment confirmation


def confirm(**values: Any) -> dict[str, Any]:
    """Return the body for one package."""
    return build_shipment_confirmation(
        **{
            "marketplace_id": "A1PA6795UKMFR9",
            "package_reference_id": 17,
            "carrier_code": "DHL",
            "tracking_number": "00340434",
            "ship_date": NOON,
            "items": (ShippedItem("1001", 2),),
            **values,
        }
    )


def test_a_package_has_the_form_of_amazons_model() -> None:
    """000-28, 001-23."""
    assert confirm() == {
        "marketplaceId": "A1PA6795UKMFR9",
        "packageDetail": {
            "packageReferenceId": "17",
            "carrierCode": "DHL",
            "trackingNumber": "00340434",
            "shipDate": "2026-11-20T12:00:00Z",
            "orderItems": [{"orderItemId": "1001", "quantity": 2}],
        },
    }


def test_a_package_can_tell_more() -> None:
    body = confirm(
        carrier_code="Other",
        carrier_name="Bicycle",
        shipping_method="Same day",
        tracking_number=" 12 ",
        cod_collection_method="DirectPayment",
        items=(ShippedItem("1", 1, ("AZ:1",)), ShippedItem("2", 3)),
    )
    assert body["codCollectionMethod"] == "DirectPayment"
    package = body["packageDetail"]
    assert (package["carrierName"], package["shippingMethod"]) == ("Bicycle", "Same day")
    assert package["trackingNumber"] == "12"
    assert package["orderItems"] == [
        {"orderItemId": "1", "quantity": 1, "transparencyCodes": ["AZ:1"]},
        {"orderItemId": "2", "quantity": 3},
    ]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("marketplace_id", {"marketplace_id": ""}),
        ("package_reference_id", {"package_reference_id": 0}),
        ("package_reference_id", {"package_reference_id": "1"}),
        ("carrier_code", {"carrier_code": ""}),
        ("carrier_name", {"carrier_code": "Other"}),
        ("carrier_name", {"carrier_code": "Other", "carrier_name": " "}),
        ("tracking_number", {"tracking_number": ""}),
        ("tracking_number", {"tracking_number": None}),
        ("tracking_number", {"tracking_number": "1" * 51}),
        ("carrier_name", {"carrier_code": "Other", "carrier_name": "B" * 51}),
        ("shipping_method", {"shipping_method": "S" * 51}),
        ("order_item_id", {"items": (ShippedItem("A1", 1),)}),
        ("ship_date", {"ship_date": datetime(2026, 1, 1)}),
        ("ship_date", {"ship_date": "2026-01-01T00:00:00Z"}),
        ("items", {"items": ()}),
        ("order_item_id", {"items": (ShippedItem("", 1),)}),
        ("order_item_id", {"items": (ShippedItem("1", 1), ShippedItem("1", 1))}),
        ("quantity", {"items": (ShippedItem("1", 0),)}),
        ("quantity", {"items": (ShippedItem("1", 1.0),)}),
        ("cod_collection_method", {"cod_collection_method": "Cash"}),
    ],
)
def test_a_package_that_cannot_be_sent_is_refused_by_its_field(
    field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(BuildError) as caught:
        confirm(**values)
    assert caught.value.field == field


def test_a_listed_carrier_is_sent_without_its_name() -> None:
    """So that a long name of ours costs no parcel."""
    package = confirm(carrier_name="Spedition " * 10)["packageDetail"]
    assert package["carrierCode"] == "DHL" and "carrierName" not in package


LONG_TEXTS = [
    ("tracking_number", {"tracking_number": "1" * 51}),
    ("carrier_name", {"carrier_code": "Other", "carrier_name": "B" * 51}),
    ("shipping_method", {"shipping_method": "S" * 51}),
    ("order_item_id", {"items": (ShippedItem("A1", 1),)}),
]


@pytest.mark.parametrize(("field", "values"), LONG_TEXTS)
def test_a_package_of_a_feed_keeps_to_amazons_lengths(field: str, values: dict[str, Any]) -> None:
    """F7: one text above 50 characters would spoil the file for all."""
    given = {"items": (ShippedItem("1001", 1),), "carrier_code": "DHL", **values}
    package = OrderFulfillment(1, ORDER_ID, 7, NOON, **given)
    with pytest.raises(BuildError) as caught:
        build_order_fulfillment("A2SELLER", [package])
    assert caught.value.field == field


def fulfill(*items: ShippedItem) -> Any:
    """Return the elements of a package's feed that name its items."""
    package = OrderFulfillment(1, ORDER_ID, 7, NOON, items=items, carrier_code="DHL")
    feed = etree.fromstring(build_order_fulfillment("A2SELLER", [package]))
    return [tree(item)[1] for item in feed.iter("Item")]


def test_a_package_of_a_feed_names_each_item_once() -> None:
    codes = tuple(f"CODE{number}" for number in range(10))
    first, second = fulfill(ShippedItem("1001", 2), ShippedItem("1" * 20, 10, codes))
    assert first == [("AmazonOrderItemCode", "1001"), ("Quantity", "2")]
    assert second[:2] == [("AmazonOrderItemCode", "1" * 20), ("Quantity", "10")]
    assert [text for _tag, text in second[2:]] == list(codes)


@pytest.mark.parametrize(
    ("field", "items"),
    [
        ("order_item_id", (ShippedItem("1001", 1), ShippedItem("1001", 1))),
        ("order_item_id", (ShippedItem("1" * 21, 1),)),
        ("transparency_codes", (ShippedItem("1001", 11, ("CODE",) * 11),)),
    ],
)
def test_a_package_of_a_feed_that_amazon_would_not_take_is_refused(
    field: str, items: tuple[ShippedItem, ...]
) -> None:
    with pytest.raises(BuildError) as caught:
        fulfill(*items)
    assert caught.value.field == field
