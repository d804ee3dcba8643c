# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents: what is taken from them, and when all of one is refused."""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from api.parsers.orders import DocumentError, parse_orders_document
from api_support import sample_files


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    """Return money as Amazon writes it."""
    return {"amount": amount, "currencyCode": currency}


FULL: dict[str, Any] = {
    "orderId": "028-1234567-7654321",
    "orderAliases": [
        {"aliasType": "OTHER", "aliasId": "x"},
        {"aliasType": "SELLER_ORDER_ID", "aliasId": "S00042"},
    ],
    "createdTime": "2026-11-19T08:15:30.123Z",
    "lastUpdatedTime": "2026-11-20T10:00:00+01:00",
    "programs": ["PRIME", "AMAZON_BUSINESS"],
    "salesChannel": {
        "channelName": "AMAZON",
        "marketplaceId": "A1PA6795UKMFR9",
        "marketplaceName": "Amazon.de",
    },
    "buyer": {
        "buyerName": "Erika Muster",
        "buyerEmail": "x@marketplace.amazon.de",
        "buyerCompanyName": "Muster GmbH",
        "buyerPurchaseOrderNumber": "PO-1",
    },
    "recipient": {
        "deliveryAddress": {
            "name": "Erika Muster",
            "companyName": "Lager",
            "addressLine1": "Weg 1",
            "addressLine2": "Hof",
            "addressLine3": "Tor 3",
            "city": "Berlin",
            "districtOrCounty": "Mitte",
            "stateOrRegion": "BE",
            "postalCode": "10115",
            "countryCode": "DE",
            "phone": "+49 30 1",
        }
    },
    "proceeds": {"grandTotal": money("52.90")},
    "tax": {
        "taxRegistrations": [
            {"entityType": "MERCHANT", "taxRegistrationNumber": "DE999"},
            {"entityType": "BUYER"},
            {"entityType": "BUYER", "taxRegistrationNumber": "DE123"},
        ]
    },
    "fulfillment": {
        "fulfillmentStatus": "PARTIALLY_SHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {
            "earliestDateTime": "2026-11-20T00:00:00Z",
            "latestDateTime": "2026-11-21T22:59:59Z",
        },
        "deliverByWindow": {"latestDateTime": "2026-11-25T22:59:59Z"},
    },
    "orderItems": [
        {
            "orderItemId": "1001",
            "quantityOrdered": 3,
            "product": {
                "asin": "B000000001",
                "title": "Tasse",
                "sellerSku": "CUP/1",
                "price": {"unitPrice": money("15.00")},
            },
            "proceeds": {
                "proceedsTotal": money("52.90"),
                "breakdowns": [
                    {"type": "ITEM", "subtotal": money("45.00")},
                    {"type": "SHIPPING", "subtotal": money("4.90")},
                    {"type": "GIFT_WRAP", "subtotal": money("3.00")},
                    {"type": "COD_FEE", "subtotal": money("0.00")},
                    {
                        "type": "DISCOUNT",
                        "subtotal": money("5.00"),
                        "detailedBreakdowns": [
                            {"subtype": "ITEM", "value": money("4.00")},
                            {"subtype": "SHIPPING", "value": money("1.00")},
                        ],
                    },
                    {
                        "type": "TAX",
                        "subtotal": money("5.00"),
                        "detailedBreakdowns": [
                            {"subtype": "ITEM", "value": money("4.50")},
                            {"subtype": "SHIPPING", "value": money("0.90")},
                            {"subtype": "DISCOUNT", "value": money("0.40")},
                        ],
                    },
                ],
            },
            "promotion": {"breakdowns": [{"promotionId": "WINTER"}, {}, {"promotionId": "TWO"}]},
            "cancellation": {"cancellationRequest": {"requester": "BUYER", "cancelReason": "late"}},
            "fulfillment": {
                "quantityFulfilled": 1,
                "quantityUnfulfilled": 1,
                "packing": {"giftOption": {"giftMessage": "Alles Gute", "giftWrapLevel": "x"}},
            },
            "tax": {
                "taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "A"}],
                "taxCalculationBreakdowns": [{"reportingScheme": "IOSS"}],
            },
        }
    ],
}


def raw(order: Any) -> bytes:
    """Return the document of a getOrder answer."""
    return json.dumps({"order": order}).encode()


def parse(order: dict[str, Any]) -> dict[str, Any]:
    """Return the neutral form of one order."""
    (neutral,) = parse_orders_document(raw(order))
    return neutral


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the full order with one value replaced, or removed when it is `...`."""
    order = copy.deepcopy(FULL)
    *steps, last = path.split(".")
    place: Any = order
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return order


def utc(*parts: int) -> datetime:
    """Return an aware time in UTC."""
    return datetime(*parts, tzinfo=timezone.utc)


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


MINIMAL: dict[str, Any] = {
    "orderId": "1",
    "createdTime": "2026-11-19T08:15:30Z",
    "lastUpdatedTime": "2026-11-19T08:15:30Z",
    "orderItems": [{"orderItemId": "1", "quantityOrdered": 1}],
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
def test_who_ships_is_told_apart(said: str | None, kept: str) -> None:
    """Who is not known is neither of the two."""
    assert parse(changed("fulfillment.fulfilledBy", said))["fulfilled_by"] == kept


# Money


def item_with(**values: Any) -> dict[str, Any]:
    """Return the full order with one item of other values, and no total."""
    order = changed("proceeds", None)
    order["orderItems"][0].update(values)
    return order


def charges(order: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the charges of the first line as (kind, of, amount)."""
    (line,) = parse(order)["lines"]
    return [(row["kind"], row["of"], str(row["amount"])) for row in line["charges"]]


@pytest.mark.parametrize("kind", ["ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "TAX"])
def test_each_kind_of_charge_has_its_neutral_name_also_as_what_a_tax_is_of(kind: str) -> None:
    tax = {
        "type": "TAX",
        "subtotal": money("1.00"),
        "detailedBreakdowns": [{"subtype": kind, "value": money("1.00")}],
    }
    rows = [{"type": kind, "subtotal": money("2.00")}, tax]
    expected = [(kind.lower(), "", "2.00"), ("tax", kind.lower(), "1.00")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == expected


def test_without_breakdowns_the_item_costs_unit_price_times_quantity() -> None:
    for proceeds in (None, {}, {"breakdowns": []}, {"proceedsTotal": money("45.00")}):
        assert charges(item_with(proceeds=proceeds)) == [("item", "", "45.00")]


def test_without_breakdowns_and_price_there_are_no_charges() -> None:
    assert charges(item_with(proceeds=None, product=None)) == []


def test_a_free_item_keeps_its_charge_and_other_zeros_are_left_out() -> None:
    rows = [{"type": kind, "subtotal": money("0.00")} for kind in ("ITEM", "SHIPPING", "TAX")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == [("item", "", "0.00")]


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_discount_is_negative_whatever_its_sign_was(sign: str) -> None:
    row = {
        "type": "DISCOUNT",
        "subtotal": money(sign + "3.00"),
        "detailedBreakdowns": [
            {"subtype": "ITEM", "value": money(sign + "2.00")},
            {"subtype": "SHIPPING", "value": money(sign + "1.00")},
        ],
    }
    expected = [("discount", "item", "-2.00"), ("discount", "shipping", "-1.00")]
    assert charges(item_with(proceeds={"breakdowns": [row]})) == expected


@pytest.mark.parametrize("kind", ["TAX", "DISCOUNT"])
def test_details_that_do_not_add_up_are_not_believed(kind: str) -> None:
    row = {
        "type": kind,
        "subtotal": money("3.00"),
        "detailedBreakdowns": [{"subtype": "ITEM", "value": money("2.99")}],
    }
    amount = "-3.00" if kind == "DISCOUNT" else "3.00"
    assert charges(item_with(proceeds={"breakdowns": [row]})) == [(kind.lower(), "", amount)]


def test_details_of_other_kinds_and_without_a_value_are_passed_over() -> None:
    rows = [
        {
            "type": "ITEM",
            "subtotal": money("3.00"),
            "detailedBreakdowns": [{"subtype": "ITEM", "value": money("3.00")}],
        },
        {
            "type": "TAX",
            "subtotal": money("1.00"),
            "detailedBreakdowns": [{"subtype": "ITEM"}, {"value": money("1.00")}],
        },
    ]
    expected = [("item", "", "3.00"), ("tax", "other", "1.00")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == expected


def test_a_kind_that_amazon_adds_later_counts_as_other() -> None:
    row = {"type": "DELIVERY_TIP", "subtotal": money("1.00")}
    assert charges(item_with(proceeds={"breakdowns": [row]})) == [("other", "", "1.00")]


def test_what_the_total_has_beyond_the_charges_is_named() -> None:
    """A difference is shown with its amount, not spread and not dropped."""
    assert parse(changed("proceeds.grandTotal", money("55.00")))["unexplained"] == Decimal("2.10")
    assert parse(changed("proceeds.grandTotal", money("50.00")))["unexplained"] == Decimal("-2.90")


def test_without_a_total_the_totals_of_the_lines_stand_for_it() -> None:
    order = changed("proceeds", None)
    order["orderItems"][0]["proceeds"]["proceedsTotal"] = money("53.00")
    assert parse(order)["unexplained"] == Decimal("0.10")
    assert parse(order)["amount_total"] is None


@pytest.mark.parametrize(
    "amount", [10**15 - 1, 7, Decimal("7.25"), "7", "-7.50", "0E-8", "1.5e1", "7.000"]
)
def test_an_amount_is_exact_in_every_form_of_a_decimal(amount: Any) -> None:
    text = str(amount)
    document = raw(changed("proceeds.grandTotal.amount", "@")).replace(
        b'"@"', text.encode() if not isinstance(amount, str) else json.dumps(text).encode()
    )
    assert parse_orders_document(document)[0]["amount_total"] == Decimal(text)


# Quantities and cancellations


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
def test_what_is_neither_shipped_nor_waiting_is_cancelled(
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


# Addresses


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


# Documents


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


#: Reason -> (path in the order, what stands there; `...`: it is missing).
BROKEN: dict[str, list[tuple[str, Any]]] = {
    "missing": [
        ("orderId", ...),
        ("orderId", "  "),
        ("createdTime", ...),
        ("lastUpdatedTime", ...),
        ("orderItems", ...),
        ("orderItems.0.orderItemId", ...),
        ("orderItems.0.quantityOrdered", ...),
        ("orderItems.0.proceeds.breakdowns.0.subtotal", ...),
        ("orderItems.0.proceeds.breakdowns.0.type", ...),
    ],
    "not a text": [
        ("orderId", ["1"]),
        ("orderItems.0.product.sellerSku", {}),
        ("orderItems.0.product.title", True),
    ],
    "not an ISO 8601 time": [
        ("createdTime", "yesterday"),
        ("createdTime", 1732060800),
        ("lastUpdatedTime", "2026-13-01T00:00:00Z"),
        ("lastUpdatedTime", "0001-01-01T00:00:00+23:00"),
        ("fulfillment.shipByWindow.latestDateTime", "soon"),
    ],
    "empty": [
        ("orderItems", []),
    ],
    "not a list": [
        ("orderItems", {}),
        ("programs", "PRIME"),
    ],
    "not an object": [
        ("orderItems.0.product", "x"),
        ("proceeds.grandTotal", "52.90"),
        ("buyer", []),
    ],
    "a negative number": [
        ("orderItems.0.quantityOrdered", -1),
        ("orderItems.0.fulfillment.quantityFulfilled", -1),
    ],
    "not a whole number": [
        ("orderItems.0.quantityOrdered", "2"),
        ("orderItems.0.quantityOrdered", 1.5),
        ("orderItems.0.quantityOrdered", True),
    ],
    "a number out of range": [
        ("orderItems.0.quantityOrdered", 10**12),
    ],
    "two currencies in one order": [
        ("orderItems.0.proceeds.proceedsTotal", money("5", "USD")),
    ],
    "not a decimal": [
        ("proceeds.grandTotal.amount", "12,50"),
        ("proceeds.grandTotal.amount", ""),
        ("proceeds.grandTotal.amount", "NaN"),
        ("proceeds.grandTotal.amount", "Infinity"),
        ("proceeds.grandTotal.amount", "1E99"),
        ("proceeds.grandTotal.amount", "9" * 16),
        ("proceeds.grandTotal.amount", "１２"),
        ("proceeds.grandTotal.amount", None),
        ("proceeds.grandTotal.amount", True),
        ("proceeds.grandTotal.amount", 10**20),
    ],
    "not an ISO 4217 code": [
        ("proceeds.grandTotal.currencyCode", ...),
        ("proceeds.grandTotal.currencyCode", "eur"),
    ],
}


def place(path: str) -> str:
    """Return the JSON path that a document names for a path in the order."""
    return "$.order." + re.sub(r"\.(\d+)", r"[\1]", path)


@pytest.mark.parametrize(
    ("reason", "path", "value"),
    [(reason, *row) for reason, rows in BROKEN.items() for row in rows],
)
def test_a_malformed_order_is_named_with_reason_and_place(
    reason: str, path: str, value: Any
) -> None:
    """000-13: what cannot be parsed is marked so, with its place."""
    text = f"cannot be parsed at {place(path)}: {reason}"
    if path == "orderId":
        with pytest.raises(DocumentError) as caught:
            parse(changed(path, value))
        assert str(caught.value) == text
    else:
        order_id = "028-1234567-7654321"
        named = {"remote_order_id": order_id, "unreadable": text}
        young = {} if path == "lastUpdatedTime" else {"updated_at": utc(2026, 11, 20, 9)}
        assert parse(changed(path, value)) == {**named, **young}


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [("orderItems", [1], "not an object"), ("programs", ["PRIME", {}], "not a text")],
)
def test_a_malformed_element_of_a_list_is_named_by_its_number(
    path: str, value: list[Any], reason: str
) -> None:
    where = f"$.order.{path}[{len(value) - 1}]"
    assert parse(changed(path, value))["unreadable"] == f"cannot be parsed at {where}: {reason}"


def breakdown(kind: str, amount: str, details: Any = ()) -> dict[str, Any]:
    """Return an entry of `proceeds.breakdowns`."""
    rows = [{"subtype": of, "value": money(part)} for of, part in details]
    return {"type": kind, "subtotal": money(amount), "detailedBreakdowns": rows}


def page(*orders: Any) -> bytes:
    """Return the document of a searchOrders answer."""
    return json.dumps({"orders": orders}).encode()


def test_one_broken_order_stops_only_itself() -> None:
    """000-20: it is named, so that the document is taken as a whole all the same."""
    broken = {**MINIMAL, "orderId": "2", "createdTime": None}
    first, second, third = parse_orders_document(page(MINIMAL, broken, MINIMAL | {"orderId": "3"}))
    assert (first["remote_order_id"], third["remote_order_id"]) == ("1", "3")
    assert second == {
        "remote_order_id": "2",
        "updated_at": utc(2026, 11, 19, 8, 15, 30),
        "unreadable": "cannot be parsed at $.orders[1].createdTime: missing",
    }


def test_an_order_without_an_id_refuses_the_whole_document() -> None:
    """000-20, 000-21: nobody could ask for it."""
    with pytest.raises(DocumentError) as caught:
        parse_orders_document(page(MINIMAL, {**MINIMAL, "orderId": ""}))
    assert caught.value.where == "$.orders[1].orderId"


def test_an_order_that_is_there_twice_is_given_twice() -> None:
    """Who takes them over knows which is younger."""
    younger = {**MINIMAL, "lastUpdatedTime": "2026-11-20T08:15:30Z"}
    orders = parse_orders_document(page(younger, MINIMAL))
    assert [order["updated_at"].day for order in orders] == [20, 19]


def test_a_line_that_is_there_twice_makes_its_order_unreadable() -> None:
    order = parse({**MINIMAL, "orderItems": MINIMAL["orderItems"] * 2})
    where = "$.order.orderItems[1].orderItemId"
    assert order["unreadable"] == f"cannot be parsed at {where}: the line is there twice"


def test_a_decoration_that_cannot_be_read_stops_nothing() -> None:
    """A gift option that is no object, a promotion that is no list."""
    for path in ("fulfillment.packing.giftOption", "promotion.breakdowns"):
        order = parse(changed(f"orderItems.0.{path}", True))
        assert order["lines"][0]["quantity"] == 3


def test_a_replacement_names_the_order_that_it_replaces() -> None:
    """000-04: it is sent for nothing."""
    rows = [{"orderId": "9", "associationType": "REPLACEMENT_ORIGINAL_ID"}]
    assert parse({**MINIMAL, "associatedOrders": rows})["replaces"] == "9"
    rows[0]["associationType"] = "SOMETHING_NEW"
    assert parse({**MINIMAL, "associatedOrders": rows})["replaces"] == ""


@pytest.mark.parametrize(
    ("marketplace", "known"), [("A1PA6795UKMFR9", False), ("ATVPDKIKX0DER", True)]
)
def test_a_tax_that_is_not_told_is_told_apart_from_none(marketplace: str, known: bool) -> None:
    """000-27: where prices hold a tax, its absence says nothing of it."""
    item = {**MINIMAL["orderItems"][0], "proceeds": {"breakdowns": [breakdown("ITEM", "9.99")]}}
    order = {**MINIMAL, "salesChannel": {"marketplaceId": marketplace}, "orderItems": [item]}
    assert parse(order)["lines"][0]["tax_known"] is known
    item["proceeds"]["breakdowns"].append(breakdown("TAX", "0.00"))
    assert parse(order)["lines"][0]["tax_known"] is True


def test_a_discounts_tax_that_is_taken_off_already_counts_once() -> None:
    """000-27: the details without it are the whole tax."""
    details = [("ITEM", "19.00"), ("SHIPPING", "4.83"), ("DISCOUNT", "1.90")]
    row = breakdown("TAX", "23.83", details)
    item = {**MINIMAL["orderItems"][0], "proceeds": {"breakdowns": [row]}}
    charges = parse({**MINIMAL, "orderItems": [item]})["lines"][0]["charges"]
    assert [(one["of"], one["amount"]) for one in charges] == [
        ("item", Decimal("19.00")),
        ("shipping", Decimal("4.83")),
    ]


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


@pytest.mark.parametrize(
    ("content", "charset", "where"),
    [
        (b"", None, "byte 0 (line 1, column 1)"),
        (b'{"orders": [', None, "byte 12 (line 1, column 13)"),
        ('{"a": "日本",\n "b" 1}'.encode(), None, "byte 21 (line 2, column 6)"),
        (b'{"a": "\xff"}', None, "byte 7"),
        (b"\x93\xfa", "utf-8", "byte 0"),
        (b"{}", "no-such-charset", "$"),
        (b"[]", None, "$"),
        (b"3", None, "$"),
        (b"{}", None, "$"),
        (b'{"orders": {}}', None, "$"),
        (b'{"orders": null}', None, "$"),
        (b'{"errors": []}', None, "$"),
        (b'{"order": NaN}', None, "$"),
        (b'{"order": []}', None, "$.order"),
        (b'{"orders": [[]]}', None, "$.orders[0]"),
        (b"[" * 200_000, None, "$"),
        (b'{"orders": [' + b"9" * 5000 + b"]}", None, None),
    ],
)
def test_a_document_that_is_none_is_refused_with_its_place(
    content: bytes, charset: str | None, where: str | None
) -> None:
    """000-13: a truncated body is "cannot be parsed at …"."""
    with pytest.raises(DocumentError) as caught:
        parse_orders_document(content, charset)
    assert where in (None, caught.value.where)


def test_an_error_names_no_value_of_the_document() -> None:
    """It could be somebody's name; the place and the rule are enough."""
    for path in (
        "buyer",
        "createdTime",
        "proceeds.grandTotal.amount",
        "orderItems.0.quantityOrdered",
    ):
        assert "Erika" not in parse(changed(path, "Erika Muster"))["unreadable"]


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
def test_what_amazon_only_ships_is_marked_as_no_sale(path: str, value: str) -> None:
    """Multi-channel fulfilment shows in the list of orders, and is told by our own number."""
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
