# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents that nobody thought of."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import api_support  # noqa: F401 - switches deadlines off
from api.parsers.feed_report import parse_json_report, parse_xml_report
from api.parsers.orders import DocumentError, parse_orders_document
from hypothesis import given
from hypothesis import strategies as st

CENTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
KINDS = st.sampled_from(["ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "TAX", "NEW_ONE"])
SUBTYPES = st.sampled_from(["ITEM", "SHIPPING", "OTHER"])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = [
    "order", "orders", "orderId", "createdTime", "lastUpdatedTime", "orderItems", "orderItemId",
    "quantityOrdered", "proceeds", "grandTotal", "amount", "currencyCode", "breakdowns", "type",
    "subtotal", "fulfillment", "shipByWindow", "latestDateTime", "buyer", "recipient", "tax",
    "deliveryAddress", "taxRegistrations", "cancellation", "product", "price", "unitPrice",
    "issues", "summary", "messagesProcessed", "messageId", "attributeNames",
]  # fmt: skip


def money(amount: Decimal) -> dict[str, str]:
    """Return money as Amazon writes it."""
    return {"amount": f"{amount:.2f}", "currencyCode": "EUR"}


def breakdown(kind: str, parts: list[tuple[str, Decimal]]) -> dict[str, Any]:
    """Return a breakdown whose details add up to its subtotal."""
    return {
        "type": kind,
        "subtotal": money(sum((amount for _of, amount in parts), Decimal(0))),
        "detailedBreakdowns": [{"subtype": of, "value": money(amount)} for of, amount in parts],
    }


PARTS = st.lists(st.tuples(SUBTYPES, CENTS), min_size=1, max_size=3)
BREAKDOWNS = st.lists(st.builds(breakdown, KINDS, PARTS), min_size=1, max_size=4)
DISCOUNTS = st.lists(st.builds(breakdown, st.just("DISCOUNT"), PARTS), max_size=2)


def total(rows: list[dict[str, Any]]) -> Decimal:
    """Return the sum of subtotals."""
    return sum((Decimal(row["subtotal"]["amount"]) for row in rows), Decimal(0))


@given(
    st.lists(st.tuples(BREAKDOWNS, DISCOUNTS), min_size=1, max_size=4),
    st.integers(-500, 500).map(lambda cents: Decimal(cents) / 100),
)
def test_charges_and_the_unexplained_rest_always_make_the_total(
    items: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]], rest: Decimal
) -> None:
    """No cent is lost or made up."""
    grand = sum((total(plus) - total(minus) for plus, minus in items), rest)
    order = {
        "orderId": "1",
        "createdTime": "2026-11-19T08:15:30Z",
        "lastUpdatedTime": "2026-11-19T08:15:30Z",
        "proceeds": {"grandTotal": money(grand)},
        "orderItems": [
            {
                "orderItemId": str(at),
                "quantityOrdered": 1,
                "proceeds": {
                    "proceedsTotal": money(total(plus) - total(minus)),
                    "breakdowns": plus + minus,
                },
            }
            for at, (plus, minus) in enumerate(items)
        ],
    }
    (parsed,) = parse_orders_document(json.dumps({"order": order}).encode())
    assert parsed["unexplained"] == rest
    assert parsed["amount_total"] == grand
    for line in parsed["lines"]:
        assert sum((row["amount"] for row in line["charges"]), Decimal(0)) == line["amount_total"]
        assert all(row["amount"] <= 0 for row in line["charges"] if row["kind"] == "discount")
        assert all(isinstance(row["amount"], Decimal) for row in line["charges"])


@given(st.integers(0, 1000), CENTS)
def test_a_derived_item_price_is_exact(quantity: int, unit: Decimal) -> None:
    item = {
        "orderItemId": "1",
        "quantityOrdered": quantity,
        "product": {"price": {"unitPrice": money(unit)}},
    }
    order = {
        "orderId": "1",
        "createdTime": "2026-11-19T08:15:30Z",
        "lastUpdatedTime": "2026-11-19T08:15:30Z",
        "orderItems": [item],
    }
    (parsed,) = parse_orders_document(json.dumps({"order": order}).encode())
    assert parsed["lines"][0]["charges"] == [{"kind": "item", "of": "", "amount": unit * quantity}]


def named(value: Any) -> Any:
    """Return nested JSON in which keys are names that the parsers look for."""
    if isinstance(value, dict):
        keys = [NAMES[sum(map(ord, key)) % len(NAMES)] for key in value]
        return dict(zip(keys, (named(item) for item in value.values()), strict=True))
    return [named(item) for item in value] if isinstance(value, list) else value


ENTRIES = [
    lambda content: parse_orders_document(content),
    lambda content: parse_orders_document(content, "utf-16"),
    lambda content: parse_json_report(content),
    lambda content: parse_xml_report(content),
]


def check_only_document_errors(content: bytes) -> None:
    """Feed bytes to every parser; only DocumentError may escape."""
    for parse in ENTRIES:
        try:
            parse(content)
        except DocumentError as error:
            assert error.where and error.reason


@given(st.binary(max_size=300))
def test_of_any_bytes_only_document_errors_escape(content: bytes) -> None:
    check_only_document_errors(content)


@given(JSON)
def test_of_any_json_only_document_errors_escape(value: Any) -> None:
    check_only_document_errors(json.dumps(value).encode("utf-8", "replace"))


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), max_size=3), JSON)
def test_of_any_json_with_amazons_names_only_document_errors_escape(
    orders: list[dict[str, Any]], other: Any
) -> None:
    start = {"orderId": "1", "createdTime": "2026-11-19T08:15:30Z",
             "lastUpdatedTime": "2026-11-19T08:15:30Z",
             "orderItems": [{"orderItemId": "1", "quantityOrdered": 1}]}  # fmt: skip
    for document in (
        {"orders": [{**start, **named(order)} for order in orders]},
        {"order": {**start, **named(orders[0] if orders else {})}},
        {"summary": {"messagesProcessed": 1}, "issues": named(orders)},
        named(other),
    ):
        check_only_document_errors(json.dumps(document).encode("utf-8", "replace"))


@given(st.text(alphabet="<>/&;!?'\"=[]-abcAmazonEnvelopeResult \n\x00\ufeff", max_size=80))
def test_of_anything_like_xml_only_document_errors_escape(text: str) -> None:
    for content in (text, f"<AmazonEnvelope>{text}</AmazonEnvelope>", f"<?xml {text}?><a/>"):
        check_only_document_errors(content.encode())


@given(st.text(max_size=12))
def test_of_any_charset_only_document_errors_escape(charset: str) -> None:
    try:
        parse_orders_document(b'{"orders": []}', charset)
    except DocumentError as error:
        assert error.where
