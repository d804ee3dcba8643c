# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents that cannot be read: what of them is refused, with its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from api.parsers.orders import DocumentError, parse_orders_document
from order_samples import (
    MINIMAL,
    changed,
    money,
    page,
    parse,
    utc,
)

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
    """The import decides which is younger."""
    younger = {**MINIMAL, "lastUpdatedTime": "2026-11-20T08:15:30Z"}
    orders = parse_orders_document(page(younger, MINIMAL))
    assert [order["updated_at"].day for order in orders] == [20, 19]


def test_a_line_that_is_there_twice_makes_its_order_unreadable() -> None:
    order = parse({**MINIMAL, "orderItems": MINIMAL["orderItems"] * 2})
    where = "$.order.orderItems[1].orderItemId"
    assert order["unreadable"] == f"cannot be parsed at {where}: the line is there twice"


def test_a_decoration_that_cannot_be_read_stops_nothing() -> None:
    """A gift option that is not an object, a promotion that is not a list."""
    for path in ("fulfillment.packing.giftOption", "promotion.breakdowns"):
        order = parse(changed(f"orderItems.0.{path}", True))
        assert order["lines"][0]["quantity"] == 3


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
