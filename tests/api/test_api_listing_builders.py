# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages and documents of listing feeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from api.attributes import offered_figure, offered_figures
from api.builders import BuildError
from api.builders import listing_messages as feed
from api.builders.build_error import check_amount
from api.builders.listing_messages import Known, build_section_message
from api.values import dump_json, json_number, jsonable
from api_support import ROOT, sample_files
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

TITLE = {"item_name": [{"value": "Größe 日本", "language_tag": "de_DE", "marketplace_id": "M"}]}
STOCK = {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 5}]}


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
    "patch": lambda n: build_section_message(
        "inventory", n, "S", "PRODUCT", STOCK, Known(exists=True)
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


def test_delete_message_names_nothing_but_the_sku() -> None:
    expected = {"messageId": 3, "sku": "S", "operationType": "DELETE"}
    assert feed.build_delete_message(3, "S") == expected


def test_a_patch_message_can_go_by_the_listings_items_api_too() -> None:
    """Stock and price go directly while the feed is stuck."""
    message = EXAMPLES["patch"](1)
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
    ("attributes", lambda: feed.build_product_message(1, "S", "T", {"a/b": [1]})),
    ("requirements", lambda: feed.build_product_message(1, "S", "T", TITLE, "ALL")),
    ("seller_id", lambda: feed.build_listings_feed("", [EXAMPLES["delete"](1)])),
    ("issue_locale", lambda: feed.build_listings_feed("A", [EXAMPLES["delete"](1)], "")),
    ("messages", lambda: feed.build_listings_feed("A", [])),
    ("messages", lambda: feed.build_listings_feed("A", [{"messageId": 1}] * 25_001)),
    ("messageId", lambda: feed.build_listings_feed("A", [{"messageId": 0}])),
    ("messageId", lambda: feed.build_listings_feed("A", [EXAMPLES["delete"](1)] * 2)),
]


@pytest.mark.parametrize(("field", "build"), WRONG)
def test_an_unsendable_value_is_refused_by_the_name_of_its_field(
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
    number = json_number(check_amount("amount", amount, "EUR"))
    assert Decimal(str(number)) == amount
    assert json.loads(dump_json({"x": amount}), parse_float=Decimal)["x"] == amount


@given(st.integers(1, 10**8))
def test_a_price_in_yen_is_whole(amount: int) -> None:
    for said in (Decimal(amount), f"{amount}.00"):
        assert dump_json(check_amount("amount", said, "JPY")) == str(amount).encode()


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        *(("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0)),
        *(("BHD", 3), ("KWD", 3), ("OMR", 3)),
        *(("EUR", 2), ("USD", 2), ("SEK", 2), ("XYZ", 2)),
    ],
)
def test_a_price_has_the_decimals_of_its_currency(currency: str, decimals: int) -> None:
    """001-08: ISO 4217."""
    finest = Decimal(1).scaleb(-decimals) + 1
    assert check_amount("amount", finest, currency) == finest
    with pytest.raises(BuildError, match="decimals"):
        check_amount("amount", finest + Decimal(1).scaleb(-decimals - 1), currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (24.99, "EUR"),
        ("0", "EUR"),
        ("-1", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1,5", "EUR"),
        ("1.999", "EUR"),
        ("9999999999", "EUR"),
        ("1.5", "JPY"),
    ],
)
def test_an_amount_at_which_nobody_sells_is_refused(amount: Any, currency: str) -> None:
    """001-08."""
    with pytest.raises(BuildError, match="amount"):
        check_amount("amount", amount, currency)


def test_every_price_of_an_offer_is_a_figure() -> None:
    """001-08, 001-09: the guard rails measure sales, business prices and discounts, too."""

    def price(value: float) -> list[dict[str, Any]]:
        return [{"schedule": [{"value_with_tax": value}]}]

    levels = [{"lower_bound": 5, "value": 16.5}, {"lower_bound": 10, "value": 15}]
    plan = [{"schedule": [{"discount_type": "fixed", "levels": levels}]}]
    public = {"our_price": price(20), "discounted_price": price(0)}
    business = {"audience": "B2B", "our_price": price(18), "quantity_discount_plan": plan}
    attributes = {"purchasable_offer": [public, business]}
    assert offered_figures("price", attributes) == {
        "price": 20,
        "sale": 0,
        "business": 18,
        "business from 5": Decimal("16.5"),
        "business from 10": 15,
    }
    assert offered_figure("price", attributes) == 20
    fba = {"fulfillment_channel_code": "AMAZON_EU", "quantity": 3}
    assert offered_figures("inventory", {"fulfillment_availability": [fba]}) == {}
    assert offered_figures("inventory", STOCK) == {"quantity": 5}
    assert offered_figures("image", attributes) == {}


def test_a_number_that_json_cannot_say_exactly_is_refused() -> None:
    assert json_number(Decimal("1E+3")) == 1000
    with pytest.raises(ValueError, match="digits"):
        json_number(Decimal("0.12345678901234567890123"))


def test_jsonable_reaches_every_decimal() -> None:
    value = {"a": [Decimal("1.5"), {"b": (Decimal(2),)}], "c": "x", "d": None}
    assert jsonable(value) == {"a": [1.5, {"b": [2]}], "c": "x", "d": None}
