# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings Items API 2021-08-01."""

from __future__ import annotations

from typing import Any

import pytest

from .client import DE, FR, Amazon, attributes, ean, listing

SEARCH = "/listings/2021-08-01/items/A2SIMULATOR01"


def _search(amazon: Amazon, **query: Any) -> dict[str, Any]:
    return amazon.request("GET", SEARCH, params={"marketplaceIds": DE, **query}).json()


def _skus(data: dict[str, Any]) -> list[str]:
    return [row["sku"] for row in data["items"]]


def _put(amazon: Amazon, sku: str, given: dict[str, Any], **query: str) -> dict[str, Any]:
    body = {"productType": "PRODUCT", "attributes": given}
    return amazon.item("PUT", sku, body, **query).json()


def test_a_listing_is_put_read_patched_and_deleted(amazon: Amazon) -> None:
    put = _put(amazon, "A/1 ß+%", attributes("A"))
    patch = {
        "op": "merge",
        "path": "/attributes/fulfillment_availability",
        "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
    }
    body = {"productType": "PRODUCT", "patches": [patch]}
    patched = amazon.item("PATCH", "A/1 ß+%", body).json()
    read = amazon.item("GET", "A/1 ß+%", includedData="summaries,fulfillmentAvailability").json()
    deleted = amazon.item("DELETE", "A/1 ß+%").json()
    statuses = [row["status"] for row in (put, patched, deleted)]
    assert statuses == ["ACCEPTED"] * 3 and put["submissionId"]
    assert set(read) == {"sku", "summaries", "fulfillmentAvailability"}
    assert read["summaries"][0]["status"] == ["DISCOVERABLE"]
    assert amazon.item("GET", "A/1 ß+%").status_code == 404


def test_an_unknown_sku_is_not_found(amazon: Amazon) -> None:
    answer = amazon.item("GET", "A")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == f"SKU 'A' not found in marketplace {DE}"


def test_bad_data_is_an_answer_of_200_with_the_status_invalid(amazon: Amazon) -> None:
    answer = amazon.item("PUT", "A", {"productType": "PRODUCT", "attributes": {"brand": []}})
    data = answer.json()
    assert (answer.status_code, data["status"]) == (200, "INVALID")
    assert data["issues"][0]["attributeNames"] == ["item_name"]
    assert data["issues"][0]["categories"] == ["MISSING_ATTRIBUTE"]
    assert amazon.simulator.listing("A") is None


def test_a_patch_of_an_unknown_sku_is_invalid(amazon: Amazon) -> None:
    patch = {"op": "delete", "path": "/attributes/brand", "value": [{"marketplace_id": DE}]}
    data = amazon.item("PATCH", "A", {"productType": "PRODUCT", "patches": [patch]}).json()
    assert (data["status"], data["issues"][0]["code"]) == ("INVALID", "13013")


def test_a_preview_changes_nothing(amazon: Amazon) -> None:
    query = {"mode": "VALIDATION_PREVIEW", "includedData": "identifiers,issues"}
    good = _put(amazon, "A", attributes("A"), **query)
    bad = _put(amazon, "A", {"brand": []}, **query)
    assert (good["status"], bad["status"]) == ("VALID", "INVALID")
    assert good["identifiers"][0]["asin"].startswith("B0") and bad["identifiers"] == []
    assert amazon.simulator.listing("A") is None


def test_an_asin_that_is_named_is_taken_over(amazon: Amazon) -> None:
    offer = {"merchant_suggested_asin": [{"value": "B012345678"}]}
    body = {"productType": "PRODUCT", "requirements": "LISTING_OFFER_ONLY", "attributes": offer}
    assert amazon.item("PUT", "A", body).json()["status"] == "ACCEPTED"
    found = amazon.simulator.listing("A")
    assert found is not None and found["summaries"][0]["asin"] == "B012345678"


@pytest.mark.parametrize(
    ("method", "body", "query"),
    [
        ("GET", None, {"marketplaceIds": ""}),
        ("GET", None, {"includedData": "everything"}),
        ("PUT", {"attributes": {"brand": []}}, {}),
        ("PUT", {"productType": "PRODUCT", "attributes": {}}, {"marketplaceIds": f"{DE},{FR}"}),
        ("PATCH", {"productType": "PRODUCT", "patches": []}, {}),
    ],
)
def test_requests_that_do_not_fit_are_refused(
    amazon: Amazon, method: str, body: Any, query: dict[str, str]
) -> None:
    assert amazon.item(method, "A", body, **query).status_code == 400


def test_a_search_finds_skus_in_pages(amazon: Amazon) -> None:
    amazon.list_items(*(listing(number, f"S{number:02d}") for number in range(1, 26)))
    query = {"sortBy": "sku", "sortOrder": "ASC", "pageSize": 20}
    first = _search(amazon, **query)
    second = _search(amazon, **query, pageToken=first["pagination"]["nextToken"])
    other = _search(amazon, pageSize=20, pageToken=first["pagination"]["nextToken"])
    assert _skus(first) + _skus(second) == [f"S{number:02d}" for number in range(1, 26)]
    assert first["numberOfResults"] == 25 and "pagination" not in second
    assert "errors" in other


def test_a_search_chooses_by_identifier_status_time_and_issues(amazon: Amazon) -> None:
    amazon.simulator.unlimited = True
    amazon.list_items(listing(1, "A"), listing(2, "B"))
    amazon.simulator.advance(60)
    unsold = {key: row for key, row in attributes("C").items() if key != "purchasable_offer"}
    amazon.list_items(listing(1, "C", attributes=unsold))
    amazon.simulator.add_issue("B", severity="WARNING")
    asin = _search(amazon, identifiers="A", identifiersType="SKU")["items"][0]
    asked = [
        ({"identifiers": "A,C,none", "identifiersType": "SKU"}, ["C", "A"]),
        (
            {"identifiers": asin["summaries"][0]["asin"], "identifiersType": "ASIN"},
            ["A"],
        ),
        ({"identifiers": ean("B"), "identifiersType": "EAN"}, ["B"]),
        ({"withStatus": "BUYABLE"}, ["B", "A"]),
        ({"withoutStatus": "BUYABLE"}, ["C"]),
        ({"createdAfter": "2026-11-20T12:00:30Z"}, ["C"]),
        ({"withIssueSeverity": "WARNING"}, ["B"]),
        ({"marketplaceIds": FR}, []),
    ]
    for query, expected in asked:
        assert _skus(_search(amazon, **query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"pageSize": 21},
        {"identifiers": ",".join(map(str, range(21))), "identifiersType": "SKU"},
        {"identifiers": "A"},
        {"pageToken": "made-up"},
    ],
)
def test_a_search_that_does_not_fit_is_refused(amazon: Amazon, query: dict[str, Any]) -> None:
    assert "errors" in _search(amazon, **query)


def test_an_issue_comes_later_and_takes_the_offer_away(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    amazon.simulator.add_issue("A", message="The image is bad.")
    data = amazon.item("GET", "A", includedData="summaries,issues").json()
    assert data["issues"][0]["message"] == "The image is bad."
    assert data["summaries"][0]["status"] == []
    with pytest.raises(KeyError):
        amazon.simulator.add_issue("B")
