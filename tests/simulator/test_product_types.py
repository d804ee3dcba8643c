# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product Type Definitions API 2020-09-01, and listings that are held against them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from .client import DE, FR, Amazon, attributes

TYPES = "/definitions/2020-09-01/productTypes"


def _definition(amazon: Amazon, code: str, **query: str) -> dict[str, Any]:
    return amazon.request("GET", f"{TYPES}/{code}", params={"marketplaceIds": DE, **query}).json()


def _schema(amazon: Amazon, code: str, **query: str) -> dict[str, Any]:
    link = _definition(amazon, code, **query)["schema"]
    content = amazon.http.get(link["link"]["resource"]).content
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    assert link["checksum"] == base64.b64encode(digest).decode()
    return amazon.http.get(link["link"]["resource"]).json()


def _shirt(**more: Any) -> dict[str, Any]:
    def said(value: Any, **place: str) -> list[dict[str, Any]]:
        return [{"value": value, "marketplace_id": DE, **place}]

    given = {
        "item_name": said("A shirt", language_tag="de_DE"),
        "brand": said("Acme", language_tag="de_DE"),
        "bullet_point": said("Soft", language_tag="de_DE"),
        "country_of_origin": said("DE"),
        "department": said("mens"),
        "supplier_declared_has_product_identifier_exemption": said(value=True),
    }
    return {**given, **{name: said(value) for name, value in more.items()}}


def _put(amazon: Amazon, given: dict[str, Any], **query: str) -> dict[str, Any]:
    body = {"productType": "SHIRT", "requirements": "LISTING", "attributes": given}
    return amazon.item("PUT", "A", body, **query).json()


def _blamed(answer: dict[str, Any]) -> list[str]:
    return [row["attributeNames"][0] for row in answer["issues"]]


def test_types_are_found_by_words_and_by_a_title(amazon: Amazon) -> None:
    asked = {"marketplaceIds": DE}
    by_title = amazon.request("GET", TYPES, params={**asked, "itemName": "Blue T-Shirt, M"}).json()
    every = amazon.request("GET", TYPES, params=asked).json()
    both = {**asked, "itemName": "x", "keywords": "y"}
    assert [row["name"] for row in by_title["productTypes"]] == ["SHIRT"]
    assert len(every["productTypes"]) == 4
    assert amazon.request("GET", TYPES, params=both).status_code == 400


@pytest.mark.parametrize("code", ["PRODUCT", "KITCHEN", "SHIRT", "LUGGAGE"])
def test_each_schema_is_valid_and_fits_its_checksum(amazon: Amazon, code: str) -> None:
    Draft201909Validator.check_schema(_schema(amazon, code))


def test_only_with_the_seller_are_there_shipping_templates(amazon: Amazon) -> None:
    alone = _schema(amazon, "SHIRT")["properties"]
    own = _schema(amazon, "SHIRT", sellerId=amazon.seller.merchant_id)["properties"]
    assert "merchant_shipping_group" not in alone
    value = own["merchant_shipping_group"]["items"]["properties"]["value"]
    assert value["enum"] == ["legacy-template-id", "aa11-bulky"]


def test_a_type_that_is_not_enforced_requires_nothing(amazon: Amazon) -> None:
    assert "required" not in _schema(amazon, "SHIRT", requirementsEnforced="NOT_ENFORCED")
    offer = _schema(amazon, "SHIRT", requirements="LISTING_OFFER_ONLY")
    assert set(offer["properties"]) >= {"purchasable_offer", "condition_type"}
    assert "brand" not in offer["properties"]


def test_a_parent_has_no_identifier_and_no_offer(amazon: Amazon) -> None:
    parent = _schema(amazon, "KITCHEN", parentageLevel="PARENT")
    assert "variation_theme" in parent["properties"]
    assert not {"purchasable_offer", "merchant_suggested_asin"} & parent["properties"].keys()
    unknown = {"marketplaceIds": DE, "parentageLevel": "UNCLE"}
    assert amazon.request("GET", f"{TYPES}/KITCHEN", params=unknown).status_code == 400


def test_unknown_types_and_foreign_marketplaces_are_refused(amazon: Amazon) -> None:
    assert amazon.request("GET", f"{TYPES}/NONE", params={"marketplaceIds": DE}).status_code == 404
    two = {"marketplaceIds": f"{DE},{FR}"}
    assert amazon.request("GET", f"{TYPES}/SHIRT", params=two).status_code == 400


def test_a_listing_that_fits_is_taken(amazon: Amazon) -> None:
    assert _put(amazon, _shirt())["status"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({"brand": None}, "brand"),
        ({"size": "M"}, "color"),
        ({"department": "kids"}, "department"),
        ({"wheels": 4}, "wheels"),
        ({"merchant_shipping_group": "no-such"}, "merchant_shipping_group"),
    ],
)
def test_an_unfit_value_is_reported(amazon: Amazon, change: dict[str, Any], blamed: str) -> None:
    said = {name: value for name, value in change.items() if value}
    given = {name: rows for name, rows in _shirt(**said).items() if change.get(name, 1)}
    preview = _put(amazon, given, mode="VALIDATION_PREVIEW")
    real = _put(amazon, given)
    assert _blamed(preview) == _blamed(real) == [blamed]
    assert {preview["status"], real["status"]} == {"INVALID"}
    assert amazon.simulator.listing("A") is None


def test_a_change_of_one_attribute_may_leave_out_the_others(amazon: Amazon) -> None:
    _put(amazon, _shirt())
    step = {"op": "replace", "path": "/attributes/brand", "value": attributes("A")["item_name"]}
    body = {"productType": "SHIRT", "patches": [step]}
    assert amazon.item("PATCH", "A", body).json()["status"] == "ACCEPTED"


def test_previews_have_a_rate_of_their_own(amazon: Amazon) -> None:
    amazon.simulator.unlimited = False
    query = {"mode": "VALIDATION_PREVIEW"}
    body = {"productType": "SHIRT", "attributes": _shirt()}
    answers = [amazon.item("PUT", "A", body, **query).status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]
