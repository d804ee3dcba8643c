# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages and documents of listing feeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from api.builders import BuildError
from api.builders import listings_feed as feed
from api.builders.prices import price_number
from api.json_values import dump_json, json_number, jsonable
from api_support import ROOT, sample_files
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

TITLE = {"item_name": [{"value": "Größe 日本", "language_tag": "de_DE", "marketplace_id": "M"}]}
PRICE = {"marketplace_id": "M", "currency": "EUR"}


def schema(name: str) -> Draft7Validator:
    """Return one of Amazon's schemas; one that allows everything where they are not at hand."""
    folder = sample_files("SOURCE.txt")
    base = folder[0].parent.parent if folder else ROOT.parent / "shared" / "spapi"
    file = base / "models" / "schemas" / "feeds" / name
    return Draft7Validator(json.loads(file.read_text()) if file.exists() else {})


MESSAGE_SCHEMA = schema("listings-feed-message-schema-v2.json")
EXAMPLES: dict[str, Callable[[int], dict[str, Any]]] = {
    "product": lambda n: feed.build_product_message(n, "SKU/1", "LUGGAGE", TITLE),
    "partial": lambda n: feed.build_product_message(n, "S", "LUGGAGE", TITLE, partial=True),
    "inventory": lambda n: feed.build_inventory_patch(
        n, "S", quantity=0, lead_time_days=2, restock_date=date(2026, 12, 1)
    ),
    "price": lambda n: feed.build_price_patch(
        n,
        "S",
        **PRICE,
        amount=Decimal("24.99"),
        sale=feed.Sale("19.99", "2026-12-01", date(2026, 12, 31)),
        minimum=Decimal("10"),
        maximum="99.90",
    ),
    "attributes": lambda n: feed.build_attributes_patch(
        n, "S", "PRODUCT", {"merchant_shipping_group": [{"value": "x"}], "swatch": None}
    ),
    "delete": lambda n: feed.build_delete_message(n, "S"),
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_message_is_what_amazons_schema_allows(kind: str) -> None:
    message = EXAMPLES[kind](1)
    assert list(MESSAGE_SCHEMA.iter_errors(message)) == []
    assert json.loads(dump_json(message)) == message


def test_product_message_replaces_the_whole_listing_and_partial_only_what_it_names() -> None:
    """001-01, 001-02."""
    whole = feed.build_product_message(7, "S", "LUGGAGE", TITLE, requirements="LISTING_OFFER_ONLY")
    assert whole == {
        "messageId": 7,
        "sku": "S",
        "operationType": "UPDATE",
        "productType": "LUGGAGE",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": TITLE,
    }
    part = feed.build_product_message(7, "S", "LUGGAGE", TITLE, partial=True)
    assert part["operationType"] == "PARTIAL_UPDATE" and "requirements" not in part


def test_inventory_patch_merges_so_that_what_it_does_not_name_stays() -> None:
    """001-04: `replace` would wipe the lead time out."""
    message = feed.build_inventory_patch(1, "S", quantity=5)
    assert message["productType"] == "PRODUCT"
    assert message["patches"] == [
        {
            "op": "merge",
            "path": "/attributes/fulfillment_availability",
            "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 5}],
        }
    ]


def test_inventory_patch_carries_lead_time_and_restock_date() -> None:
    """001-05, 001-06."""
    for day in (date(2026, 12, 1), "2026-12-01"):
        message = feed.build_inventory_patch(1, "S", quantity=0, lead_time_days=3, restock_date=day)
        assert message["patches"][0]["value"][0] == {
            "fulfillment_channel_code": "DEFAULT",
            "quantity": 0,
            "lead_time_to_ship_max_days": 3,
            "restock_date": "2026-12-01",
        }


def test_price_patch_replaces_the_offer_of_one_marketplace() -> None:
    """001-08: without a sale an old sale price goes away, as the whole offer is replaced."""
    message = feed.build_price_patch(1, "S", **PRICE, amount="24.99")
    (step,) = message["patches"]
    assert (step["op"], step["path"]) == ("replace", "/attributes/purchasable_offer")
    assert step["value"] == [
        {
            "marketplace_id": "M",
            "currency": "EUR",
            "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": 24.99}]}],
        }
    ]


def test_price_patch_carries_sale_and_bounds() -> None:
    """001-09."""
    offer = EXAMPLES["price"](1)["patches"][0]["value"][0]
    sale = {"start_at": "2026-12-01", "end_at": "2026-12-31", "value_with_tax": 19.99}
    assert offer["discounted_price"] == [{"schedule": [sale]}]
    assert offer["minimum_seller_allowed_price"] == [{"schedule": [{"value_with_tax": 10}]}]
    assert offer["maximum_seller_allowed_price"] == [{"schedule": [{"value_with_tax": 99.9}]}]


def test_attributes_patch_sets_and_deletes() -> None:
    """001-10, 001-15."""
    steps = EXAMPLES["attributes"](1)["patches"]
    assert steps == [
        {
            "op": "replace",
            "path": "/attributes/merchant_shipping_group",
            "value": [{"value": "x"}],
        },
        {"op": "delete", "path": "/attributes/swatch"},
    ]


def test_delete_message_names_nothing_but_the_sku() -> None:
    expected = {"messageId": 3, "sku": "S", "operationType": "DELETE"}
    assert feed.build_delete_message(3, "S") == expected


def test_a_patch_message_can_go_by_the_listings_items_api_too() -> None:
    """PAINS 4: stock and price go directly while the feed is stuck."""
    message = EXAMPLES["inventory"](1)
    body = feed.build_patch_body(message)
    assert body == {"productType": "PRODUCT", "patches": message["patches"]}
    with pytest.raises(BuildError, match="operationType"):
        feed.build_patch_body(EXAMPLES["delete"](1))


WRONG: list[tuple[str, Callable[[], object]]] = [
    ("message_id", lambda: feed.build_delete_message(0, "S")),
    ("message_id", lambda: feed.build_delete_message(2**31, "S")),
    ("message_id", lambda: feed.build_delete_message(True, "S")),
    ("message_id", lambda: feed.build_delete_message("1", "S")),  # type: ignore[arg-type]
    ("sku", lambda: feed.build_delete_message(1, "  ")),
    ("sku", lambda: feed.build_delete_message(1, None)),  # type: ignore[arg-type]
    ("sku", lambda: feed.build_delete_message(1, "a\x00b")),
    ("product_type", lambda: feed.build_product_message(1, "S", "", TITLE)),
    ("attributes", lambda: feed.build_product_message(1, "S", "T", {})),
    ("attributes", lambda: feed.build_product_message(1, "S", "T", {"x": "y"})),
    ("attributes", lambda: feed.build_attributes_patch(1, "S", "T", {"a/b": [1]})),
    ("attributes", lambda: feed.build_attributes_patch(1, "S", "T", {})),
    ("requirements", lambda: feed.build_product_message(1, "S", "T", TITLE, "ALL")),
    ("quantity", lambda: feed.build_inventory_patch(1, "S", quantity=-1)),
    ("quantity", lambda: feed.build_inventory_patch(1, "S", quantity=1.5)),
    ("lead_time_days", lambda: feed.build_inventory_patch(1, "S", quantity=1, lead_time_days=-1)),
    ("restock_date", lambda: feed.build_inventory_patch(1, "S", quantity=1, restock_date="soon")),
    ("restock_date", lambda: feed.build_inventory_patch(1, "S", quantity=1, restock_date=3)),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount=24.99)),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="0")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="-1")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="NaN")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="Infinity")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="1,5")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="1.999")),
    ("amount", lambda: feed.build_price_patch(1, "S", **PRICE, amount="9999999999")),
    (
        "amount",
        lambda: feed.build_price_patch(1, "S", marketplace_id="M", currency="JPY", amount="1.5"),
    ),
    (
        "currency",
        lambda: feed.build_price_patch(1, "S", marketplace_id="M", currency="", amount="1"),
    ),
    (
        "marketplace_id",
        lambda: feed.build_price_patch(1, "S", marketplace_id="", currency="EUR", amount="1"),
    ),
    ("minimum", lambda: feed.build_price_patch(1, "S", **PRICE, amount="5", minimum="6")),
    ("maximum", lambda: feed.build_price_patch(1, "S", **PRICE, amount="5", maximum="4")),
    (
        "sale.amount",
        lambda: feed.build_price_patch(
            1, "S", **PRICE, amount="5", sale=feed.Sale("5", "2026-01-01", "2026-01-02")
        ),
    ),
    (
        "sale.end",
        lambda: feed.build_price_patch(
            1, "S", **PRICE, amount="5", sale=feed.Sale("4", "2026-01-02", "2026-01-01")
        ),
    ),
    (
        "sale.start",
        lambda: feed.build_price_patch(
            1, "S", **PRICE, amount="5", sale=feed.Sale("4", "", "2026-01-01")
        ),
    ),
    ("seller_id", lambda: feed.build_listings_feed("", [EXAMPLES["delete"](1)])),
    ("issue_locale", lambda: feed.build_listings_feed("A", [EXAMPLES["delete"](1)], "")),
    ("messages", lambda: feed.build_listings_feed("A", [])),
    ("messages", lambda: feed.build_listings_feed("A", [{"messageId": 1}] * 25_001)),
    ("messageId", lambda: feed.build_listings_feed("A", [{"messageId": 0}])),
    ("messageId", lambda: feed.build_listings_feed("A", [EXAMPLES["delete"](1)] * 2)),
]


@pytest.mark.parametrize(("field", "build"), WRONG)
def test_what_cannot_be_sent_is_refused_by_the_name_of_its_field(
    field: str, build: Callable[[], object]
) -> None:
    with pytest.raises(BuildError) as caught:
        build()
    assert caught.value.field == field
    assert str(caught.value) == f"{field}: {caught.value.reason}"
    assert isinstance(caught.value, ValueError)


def test_a_feed_is_utf_8_json_that_amazons_schema_allows() -> None:
    messages = [build(at) for at, build in enumerate(EXAMPLES.values(), start=1)]
    content = feed.build_listings_feed("A2MERCHANT", messages, "de_DE")
    document = json.loads(content)
    header = {"sellerId": "A2MERCHANT", "version": "2.0", "issueLocale": "de_DE"}
    assert document == {"header": header, "messages": messages}
    assert "Größe 日本".encode() in content
    envelope = schema("listings-feed-schema-v2.json")
    properties = envelope.schema.get("properties", {})
    for name, part in properties.items():
        part = {key: value for key, value in part.items() if key != "items"}
        assert list(Draft7Validator(part).iter_errors(document[name])) == []


def test_a_feed_beyond_ten_mebibytes_is_refused() -> None:
    long = {"item_name": [{"value": "x" * 600_000}]}
    messages = [feed.build_product_message(at, "S", "T", long) for at in range(1, 19)]
    assert len(feed.build_listings_feed("A", messages[:17])) < feed.MAX_BYTES
    with pytest.raises(BuildError) as caught:
        feed.build_listings_feed("A", messages)
    assert caught.value.field == "messages"


def test_25_000_messages_are_allowed() -> None:
    messages = [feed.build_delete_message(at, "S") for at in range(1, 25_001)]
    assert json.loads(feed.build_listings_feed("A", messages))["messages"] == messages


@given(st.decimals("0.01", "999999.99", places=2))
def test_a_price_is_sent_to_the_cent(amount: Decimal) -> None:
    number = price_number("amount", amount, "EUR")
    assert Decimal(str(number)) == amount
    assert json.loads(dump_json({"x": amount}), parse_float=Decimal)["x"] == amount


@given(st.integers(1, 10**8))
def test_a_price_in_yen_is_whole(amount: int) -> None:
    assert json.dumps(price_number("amount", Decimal(amount), "JPY")) == str(amount)
    assert json.dumps(price_number("amount", f"{amount}.00", "JPY")) == str(amount)


def test_a_number_that_json_cannot_say_exactly_is_refused() -> None:
    assert json_number(Decimal("1E+3")) == 1000
    with pytest.raises(ValueError, match="digits"):
        json_number(Decimal("0.12345678901234567890123"))


def test_jsonable_reaches_every_decimal() -> None:
    value = {"a": [Decimal("1.5"), {"b": (Decimal(2),)}], "c": "x", "d": None}
    assert jsonable(value) == {"a": [1.5, {"b": [2]}], "c": "x", "d": None}
