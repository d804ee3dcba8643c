# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents: what is taken from them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from api.parsers.orders import parse_orders_document
from api_support import sample_files
from order_samples import (
    FULL,
    MINIMAL,
    changed,
    item_with,
    parse,
    utc,
)


def test_everything_of_an_order_is_in_its_neutral_form() -> None:
    """000-03: lines, prices, taxes, promotions."""
    # long: it is one value, and every key of it is the contract
    assert parse(FULL) == {
        "remote_order_id": "028-1234567-7654321",
        "remote_status": "partially_shipped",
        "remote_status_text": "PARTIALLY_SHIPPED",
        "fulfilled_by": "merchant",
        "marketplace_code": "A1PA6795UKMFR9",
        "channel_name": "Amazon.de",
        "ordered_at": utc(2026, 11, 19, 8, 15, 30, 123000),
        "updated_at": utc(2026, 11, 20, 9),
        "shipped_at": None,
        "ship_by": utc(2026, 11, 21, 22, 59, 59),
        "deliver_by": utc(2026, 11, 25, 22, 59, 59),
        "service_level": "STANDARD",
        "programs": ["PRIME", "AMAZON_BUSINESS"],
        "seller_order_id": "S00042",
        "sold_elsewhere": False,
        "replaces": "",
        "currency": "EUR",
        "amount_total": Decimal("52.90"),
        "unexplained": Decimal(0),
        "buyer": {
            "name": "Erika Muster",
            "email": "x@marketplace.amazon.de",
            "company": "Muster GmbH",
            "purchase_order": "PO-1",
            "vat": "DE123",
            "phone": "",
        },
        "address": {
            "name": "Erika Muster",
            "company": "Lager",
            "street": "Weg 1",
            "street2": "Hof",
            "street3": "Tor 3",
            "city": "Berlin",
            "zip": "10115",
            "state": "BE",
            "country": "DE",
            "phone": "+49 30 1",
            "district": "Mitte",
        },
        "cancel_requested": True,
        "cancel_reason": "late",
        "lines": [
            {
                "remote_line_id": "1001",
                "sku": "CUP/1",
                "remote_product_id": "B000000001",
                "title": "Tasse",
                "quantity": 3,
                "quantity_shipped": 1,
                "quantity_cancelled": 1,
                "gift_message": "Alles Gute",
                "promotion_ids": ["WINTER", "TWO"],
                "tax_model": "MARKETPLACE_FACILITATOR",
                "tax_scheme": "IOSS",
                "tax_known": True,
                "charges": [
                    {"kind": "item", "of": "", "amount": Decimal("45.00")},
                    {"kind": "shipping", "of": "", "amount": Decimal("4.90")},
                    {"kind": "gift_wrap", "of": "", "amount": Decimal("3.00")},
                    {"kind": "discount", "of": "item", "amount": Decimal("-4.00")},
                    {"kind": "discount", "of": "shipping", "amount": Decimal("-1.00")},
                    {"kind": "tax", "of": "item", "amount": Decimal("4.50")},
                    {"kind": "tax", "of": "shipping", "amount": Decimal("0.90")},
                    {"kind": "tax", "of": "discount", "amount": Decimal("-0.40")},
                ],
                "amount_total": Decimal("52.90"),
            }
        ],
    }


def test_an_order_of_which_amazon_shows_almost_nothing_is_taken() -> None:
    """The import never depends on personal data."""
    order = parse(MINIMAL)
    assert set(order["buyer"].values()) == set(order["address"].values()) == {""}
    assert (order["remote_status"], order["remote_status_text"]) == ("unknown", "")
    assert (order["currency"], order["amount_total"], order["unexplained"]) == ("", None, 0)
    assert (order["ship_by"], order["programs"], order["cancel_requested"]) == (None, [], False)
    (line,) = order["lines"]
    assert line["charges"] == [] and line["amount_total"] is None
    assert (line["quantity"], line["quantity_shipped"], line["quantity_cancelled"]) == (1, 0, 0)


def test_null_counts_as_missing_everywhere() -> None:
    empty = {key: FULL[key] if key in MINIMAL else None for key in FULL}
    empty["orderItems"] = [
        {
            key: value if key in ("orderItemId", "quantityOrdered") else None
            for key, value in row.items()
        }
        for row in FULL["orderItems"]
    ]
    order = parse(empty)
    assert {**order, "remote_order_id": "", "lines": []}["remote_status"] == "unknown"
    assert order["lines"][0]["charges"] == []


def test_unknown_fields_do_no_harm() -> None:
    order = changed("newSection", {"deep": [1, {"x": None}]})
    order["orderItems"][0]["product"]["newThing"] = True
    assert parse(order) == parse(FULL)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("PENDING_AVAILABILITY", "pending"),
        ("PENDING", "pending"),
        ("UNSHIPPED", "unshipped"),
        ("PARTIALLY_SHIPPED", "partially_shipped"),
        ("SHIPPED", "shipped"),
        ("CANCELLED", "cancelled"),
        ("UNFULFILLABLE", "unfulfillable"),
        ("ON_HOLD", "unknown"),
        ("", "unknown"),
    ],
)
def test_each_status_has_its_neutral_name_and_its_own_words(text: str, status: str) -> None:
    """002-74, 002-78: what is not mapped is reported, not guessed."""
    order = parse(changed("fulfillment.fulfillmentStatus", text))
    assert (order["remote_status"], order["remote_status_text"]) == (status, text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("AMAZON", "site"), ("MERCHANT", "merchant"), ("NEW", ""), (None, "")],
)
def test_orders_of_both_shippers_are_distinguished(said: str | None, kept: str) -> None:
    """An unknown shipper is neither of the two."""
    assert parse(changed("fulfillment.fulfilledBy", said))["fulfilled_by"] == kept


@pytest.mark.parametrize(
    ("fulfillment", "cancellation", "expected"),
    [
        ({"quantityFulfilled": 0, "quantityUnfulfilled": 3}, None, (0, 0)),
        ({"quantityFulfilled": 3, "quantityUnfulfilled": 0}, None, (3, 0)),
        ({"quantityFulfilled": 1, "quantityUnfulfilled": 0}, None, (1, 2)),
        ({"quantityFulfilled": 0, "quantityUnfulfilled": 0}, None, (0, 3)),
        ({"quantityFulfilled": 4, "quantityUnfulfilled": 0}, None, (4, 0)),
        ({"quantityFulfilled": 1}, None, (1, 0)),
        ({"quantityFulfilled": 1}, {"cancellationExecution": {"cancelledBy": "BUYER"}}, (1, 2)),
        (None, {"cancellationExecution": {"cancelledBy": "AMAZON"}}, (0, 3)),
        (None, None, (0, 0)),
    ],
)
def test_units_neither_shipped_nor_waiting_are_cancelled(
    fulfillment: Any, cancellation: Any, expected: tuple[int, int]
) -> None:
    order = item_with(fulfillment=fulfillment, cancellation=cancellation)
    (line,) = parse(order)["lines"]
    assert (line["quantity_shipped"], line["quantity_cancelled"]) == expected


def test_a_cancelled_line_of_no_units_is_taken() -> None:
    (line,) = parse(item_with(quantityOrdered=0, fulfillment=None, proceeds=None))["lines"]
    assert (line["quantity"], line["quantity_cancelled"]) == (0, 0)


@pytest.mark.parametrize(
    ("cancellation", "requested", "reason"),
    [
        (None, False, ""),
        ({}, False, ""),
        ({"cancellationRequest": {"requester": "BUYER"}}, True, ""),
        ({"cancellationRequest": {"requester": "BUYER", "cancelReason": "a"}}, True, "a"),
        ({"cancellationExecution": {"cancelledBy": "AMAZON", "cancelReason": "b"}}, False, "b"),
        (
            {
                "cancellationRequest": {"requester": "BUYER", "cancelReason": "a"},
                "cancellationExecution": {"cancelledBy": "MERCHANT", "cancelReason": "b"},
            },
            False,
            "b",
        ),
    ],
)
def test_a_buyers_request_counts_until_it_is_carried_out(
    cancellation: Any, requested: bool, reason: str
) -> None:
    """The buyer asked to cancel, the parcel must not leave."""
    order = parse(item_with(cancellation=cancellation))
    assert (order["cancel_requested"], order["cancel_reason"]) == (requested, reason)


def test_a_brazilian_street_stands_in_where_the_first_line_is_missing() -> None:
    address = {
        "extendedFields": {"streetName": "Avenida Paulista", "streetNumber": "1000"},
        "municipality": "Bela Vista",
    }
    read = parse(changed("recipient.deliveryAddress", address))["address"]
    assert (read["street"], read["district"]) == ("Avenida Paulista, 1000", "Bela Vista")


def test_texts_come_without_what_a_database_refuses() -> None:
    order = changed("buyer.buyerName", " A\x00nna \ud800")
    assert parse(order)["buyer"]["name"] == "Anna ?"


def test_an_id_without_quotes_is_still_an_id() -> None:
    assert parse(changed("orderItems.0.orderItemId", 1001))["lines"][0]["remote_line_id"] == "1001"


def test_a_page_gives_its_orders_in_their_order() -> None:
    page = {"orders": [{**MINIMAL, "orderId": name} for name in "cab"], "pagination": {}}
    orders = parse_orders_document(json.dumps(page).encode())
    assert [order["remote_order_id"] for order in orders] == ["c", "a", "b"]


def test_an_empty_page_gives_no_orders() -> None:
    assert parse_orders_document(b'{"orders": []}') == []


def test_a_charset_and_a_byte_order_mark_are_heeded() -> None:
    text = json.dumps({"order": changed("buyer.buyerName", "日本")}, ensure_ascii=False)
    for content, charset in (
        (text.encode("cp932"), "windows-31j"),
        (b"\xef\xbb\xbf" + text.encode(), "utf-8"),
        (text.encode(), None),
        (text.encode(), ""),
        (text.encode("utf-16"), "UTF-16"),
    ):
        assert parse_orders_document(content, charset)[0]["buyer"]["name"] == "日本"


def test_a_replacement_names_the_order_that_it_replaces() -> None:
    """000-04: it is sent for nothing."""
    rows = [{"orderId": "9", "associationType": "REPLACEMENT_ORIGINAL_ID"}]
    assert parse({**MINIMAL, "associatedOrders": rows})["replaces"] == "9"
    rows[0]["associationType"] = "SOMETHING_NEW"
    assert parse({**MINIMAL, "associatedOrders": rows})["replaces"] == ""


@pytest.mark.parametrize(
    ("given", "street", "street2"),
    [
        ({"addressLine1": "", "addressLine2": "Hauptstr. 1"}, "Hauptstr. 1", ""),
        ({"addressLine1": "--", "addressLine3": "Tor 3"}, "Tor 3", ""),
        ({"addressLine1": "Weg 1", "addressLine3": "Tor 3"}, "Weg 1", "Tor 3"),
    ],
)
def test_the_first_filled_line_is_the_street(given: dict, street: str, street2: str) -> None:
    place = {"city": "--", "stateOrRegion": "東京都", **given}
    address = parse({**MINIMAL, "recipient": {"deliveryAddress": place}})["address"]
    assert (address["street"], address["street2"], address["city"]) == (street, street2, "")
    assert address["state"] == "東京都"


def static_answers(file: Path) -> list[dict[str, Any]]:
    """Return the answers of a sample of Amazon's sandbox."""
    return [row["response"] for row in json.loads(file.read_text())["static"]]


def test_all_orders_of_amazons_sandbox_go_through_and_add_up() -> None:
    for file in sample_files("sandbox_orders2026_*_200.json"):
        for answer in static_answers(file):
            said = answer.get("orders") or [answer["order"]]
            orders = parse_orders_document(json.dumps(answer).encode())
            assert [order["remote_order_id"] for order in orders] == [
                row["orderId"] for row in said
            ]
            assert all(order["unexplained"] == 0 for order in orders)
            assert all(order["amount_total"] > 0 for order in orders)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("orderId", "S01-1234567-1234567"),
        ("salesChannel.channelName", "NON_AMAZON"),
        ("salesChannel.marketplaceName", "Non-Amazon"),
        ("salesChannel.marketplaceName", "Non-Amazon US"),
    ],
)
def test_fulfilment_orders_are_marked_as_no_sale(path: str, value: str) -> None:
    """Multi-channel fulfilment shows in the list of orders, and is recognised by our own number."""
    order = parse(changed(path, value))
    assert (order["sold_elsewhere"], order["seller_order_id"]) == (True, "S00042")


@pytest.mark.parametrize("order_id", ["S-1234567", "302-1234567-1234567", "D01-1234567-1234567"])
def test_other_numbers_are_sales(order_id: str) -> None:
    assert parse(changed("orderId", order_id))["sold_elsewhere"] is False


def test_an_order_has_left_when_its_last_parcel_has() -> None:
    """Of some parcels Amazon tells no time."""
    order = changed("packages", [])
    assert parse(order)["shipped_at"] is None
    times = ("2026-11-20T09:00:00Z", "2026-11-23T07:30:00Z", "2026-11-21T10:00:00Z")
    order["packages"] = [{"shipTime": time} for time in times] + [{"packageReferenceId": "4"}]
    assert parse(order)["shipped_at"] == utc(2026, 11, 23, 7, 30)
