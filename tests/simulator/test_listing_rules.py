# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listing data that Amazon refuses at once, or later."""

from __future__ import annotations

from typing import Any

import pytest

from .client import DE, Amazon, attributes, listing

HERE = {"marketplace_id": DE}
OFFER = {**HERE, "currency": "EUR", "audience": "ALL"}
STOCK = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}


def _price(value: float, **more: Any) -> list[dict[str, Any]]:
    return [{"schedule": [{"value_with_tax": value, **more}]}]


def _sale(value: float, start: str = "2026-12-10", end: str = "2026-12-12") -> Any:
    return _price(value, start_at=start, end_at=end)


def _tiers(*levels: tuple[float, float], kind: str = "fixed") -> list[dict[str, Any]]:
    rows = [{"lower_bound": bound, "value": value} for bound, value in levels]
    return [{"schedule": [{"discount_type": kind, "levels": rows}]}]


def _patch(amazon: Amazon, op: str, name: str, *entries: dict[str, Any], **body: Any) -> str:
    """Return the attribute that a patch of A is refused for; empty: it is taken."""
    step: dict[str, Any] = {"op": op, "path": f"/attributes/{name}"}
    step.update({"value": list(entries)} if entries else {})
    answer = amazon.item("PATCH", "A", {"productType": "PRODUCT", "patches": [step], **body})
    issues = answer.json()["issues"]
    return str(issues[0]["attributeNames"][0]) if issues else ""


@pytest.mark.parametrize(
    "name",
    [
        "brand",
        "bullet_point",
        "color",
        "country_of_origin",
        "item_name",
        "item_type_keyword",
        "product_description",
        "supplier_declared_dg_hz_regulation",
    ],
)
def test_the_catch_all_type_asks_for_what_a_product_has(amazon: Amazon, name: str) -> None:
    given = {key: rows for key, rows in attributes("A").items() if key != name}
    answer = amazon.item("PUT", "A", {"productType": "PRODUCT", "attributes": given}).json()
    assert [row["attributeNames"] for row in answer["issues"]] == [[name]]


def test_the_catch_all_type_knows_no_variants(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    level = {"value": "parent", **HERE}
    assert _patch(amazon, "replace", "parentage_level", level) == "parentage_level"


@pytest.mark.parametrize(
    "offer",
    [
        {"our_price": _price(0)},
        {"our_price": [{"schedule": [{}]}]},
        {"our_price": _price(20), "discounted_price": _price(15)},
        {"our_price": _price(20), "discounted_price": _sale(0)},
        {"our_price": _price(20), "discounted_price": _sale(20)},
        {"our_price": _price(20), "discounted_price": _sale(15, end="2026-12-10")},
        {"our_price": _price(20), "discounted_price": _sale(15, start="soon")},
        {"our_price": _price(20), "audience": "B2B", "discounted_price": _sale(15)},
        {"our_price": _price(20), "audience": "XYZ"},
        {"our_price": _price(20), "currency": "USD"},
        {"our_price": _price(20), "colour": "red"},
        {"our_price": _price(20), "minimum_seller_allowed_price": _price(21)},
        {"our_price": _price(20), "maximum_seller_allowed_price": _price(19)},
        *(
            {"our_price": _price(20), "audience": "B2B", "quantity_discount_plan": plan}
            for plan in (
                [{"schedule": [{"discount_type": "fixed"}]}],
                _tiers((1.5, 9)),
                _tiers((5, 20)),
                _tiers((5, 19), (10, 19)),
                _tiers((10, 19), (5, 18)),
                _tiers((5, 10), (10, 5), kind="percent"),
                _tiers(*((number, 20 - number) for number in range(2, 8))),
            )
        ),
    ],
)
def test_an_offer_that_nobody_could_buy_is_refused(amazon: Amazon, offer: dict[str, Any]) -> None:
    amazon.list_items(listing(1, "A"))
    assert _patch(amazon, "replace", "purchasable_offer", {**OFFER, **offer}) == "purchasable_offer"


def test_an_offer_with_everything_is_taken(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    sale = _sale(15, "2026-12-10T00:00:00+01:00", "2026-12-12T00:00:00+01:00")
    public = {**OFFER, "our_price": _price(20), "discounted_price": sale}
    trade = {"our_price": _price(18), "quantity_discount_plan": _tiers((5, 17), (10, 16.5))}
    business = {**OFFER, "audience": "B2B", **trade}
    assert _patch(amazon, "replace", "purchasable_offer", public, business) == ""
    dear = {**business, "our_price": _price(21)}
    assert _patch(amazon, "replace", "purchasable_offer", public, dear) == "purchasable_offer"


@pytest.mark.parametrize(
    "change",
    [
        {"lead_time_to_ship_max_days": 31},
        {"fulfillment_channel_code": "NONSENSE"},
        {"restock_date": "soon"},
        {"quantity": 1.5},
        {"marketplace_id": DE},
    ],
)
def test_stock_that_makes_no_sense_is_refused(amazon: Amazon, change: dict[str, Any]) -> None:
    amazon.list_items(listing(1, "A"))
    entry = {**STOCK, **change}
    found = _patch(amazon, "replace", "fulfillment_availability", entry)
    assert found == "fulfillment_availability"


def test_a_picture_has_an_address_and_amazon_has_to_reach_it(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    name = "main_product_image_locator"
    assert _patch(amazon, "replace", name, {"media_location": "abc", **HERE}) == name
    for address, codes in (
        ("https://shop.example.com/a.jpg", []),
        ("http://localhost:8069/a.jpg", ["20008"]),
        ("https://192.168.0.7/a.jpg", ["20008"]),
    ):
        assert _patch(amazon, "replace", name, {"media_location": address, **HERE}) == ""
        found = amazon.simulator.listing("A")
        assert found is not None and [row["code"] for row in found["issues"]] == codes


@pytest.mark.parametrize("theme", [{"name": "BOGUS"}, {"name": "COLOR", **HERE}])
def test_a_theme_is_one_of_the_type_and_has_a_name_only(
    amazon: Amazon, theme: dict[str, Any]
) -> None:
    amazon.list_items(listing(1, "A", productType="KITCHEN"))
    kitchen = {"productType": "KITCHEN"}
    assert _patch(amazon, "replace", "variation_theme", theme, **kitchen) == "variation_theme"
    assert _patch(amazon, "replace", "variation_theme", {"name": "COLOR"}, **kitchen) == ""


def test_nothing_is_deleted_by_its_name_alone(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    assert _patch(amazon, "delete", "brand") == "brand"
    assert _patch(amazon, "delete", "brand", {"language_tag": "de_DE", **HERE}) == ""


def test_a_merge_is_for_quantities_and_discounts(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    title = {"value": "x", "language_tag": "de_DE", **HERE}
    assert _patch(amazon, "merge", "item_name", title) == "item_name"
    days = {**STOCK, "lead_time_to_ship_max_days": 4}
    assert _patch(amazon, "merge", "fulfillment_availability", days) == "fulfillment_availability"
    assert _patch(amazon, "merge", "fulfillment_availability", STOCK) == ""


def test_a_sale_may_outlive_its_replacement(amazon: Amazon) -> None:
    """The switch `sticky_fields`."""
    amazon.simulator.settings.sticky_fields = {"discounted_price"}
    amazon.list_items(listing(1, "A"))
    plain = {**OFFER, "our_price": _price(20)}
    _patch(amazon, "replace", "purchasable_offer", {**plain, "discounted_price": _sale(15)})
    assert _patch(amazon, "replace", "purchasable_offer", plain) == ""
    found = amazon.simulator.listing("A")
    assert found is not None
    assert found["attributes"]["purchasable_offer"][0]["discounted_price"] == _sale(15)


def test_a_sku_with_a_comma_is_found_when_it_is_asked_for_alone(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "RED,M"), listing(2, "B"))
    asked = {"identifiersType": "SKU", "marketplaceIds": DE}
    path = f"/listings/2021-08-01/items/{amazon.seller.merchant_id}"
    for identifiers, skus in (("RED,M", ["RED,M"]), ("RED,M,B", ["B"])):
        params = {**asked, "identifiers": identifiers}
        items = amazon.request("GET", path, params=params).json()["items"]
        assert [item["sku"] for item in items] == skus


def test_some_skus_only_pass_in_a_feed(amazon: Amazon) -> None:
    """The switch `forbidden_skus`."""
    amazon.simulator.settings.forbidden_skus = {"A/B"}
    amazon.list_items(listing(1, "A/B"))
    assert amazon.simulator.listing("A/B")
    assert amazon.item("GET", "A/B").status_code == 403
    step = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [STOCK]}
    body = {"productType": "PRODUCT", "patches": [step]}
    assert amazon.item("PATCH", "A/B", body).status_code == 403


@pytest.mark.parametrize("code", ["ABCDEFGH", "4006381333932", "123"])
def test_a_barcode_has_to_be_one(amazon: Amazon, code: str) -> None:
    amazon.list_items(listing(1, "A"))
    name = "externally_assigned_product_identifier"
    assert _patch(amazon, "replace", name, {"type": "ean", "value": code, **HERE}) == name
    good = {"type": "ean", "value": "4006381333931", **HERE}
    assert _patch(amazon, "replace", name, good) == ""
