# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON_LISTINGS_FEED: the four operations and what goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .client import DE, FR, Amazon, attributes, listing


def _availability(amazon: Amazon, sku: str = "A") -> list[dict[str, Any]]:
    found = amazon.simulator.listing(sku)
    assert found is not None
    return found["attributes"]["fulfillment_availability"]


def _patch(op: str, name: str, *value: dict[str, Any]) -> dict[str, Any]:
    patch: dict[str, Any] = {"op": op, "path": f"/attributes/{name}"}
    if value:
        patch["value"] = list(value)
    return patch


def _run(amazon: Amazon, *patches: dict[str, Any]) -> dict[str, Any]:
    return amazon.list_items(listing(1, "A", "PATCH", productType="PRODUCT", patches=list(patches)))


def test_an_update_lists_a_new_product(amazon: Amazon) -> None:
    """001-01: the listing appears in the simulator."""
    report = amazon.list_items(listing(1, "A"), listing(2, "B/1 ß"))
    found = amazon.simulator.listing("B/1 ß")
    assert report["summary"] == {
        "errors": 0,
        "warnings": 0,
        "messagesProcessed": 2,
        "messagesAccepted": 2,
        "messagesInvalid": 0,
    }
    assert found is not None
    summary = found["summaries"][0]
    assert (summary["itemName"], summary["status"]) == (
        "Title of B/1 ß",
        ["BUYABLE", "DISCOVERABLE"],
    )
    assert summary["asin"].startswith("B0") and len(summary["asin"]) == 10
    assert found["offers"][0]["price"] == {"currencyCode": "EUR", "amount": "19.99"}


def test_an_update_removes_what_it_does_not_name(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    fewer = {key: value for key, value in attributes("A").items() if key != "purchasable_offer"}
    amazon.list_items(listing(1, "A", attributes=fewer))
    found = amazon.simulator.listing("A")
    assert found is not None
    assert "purchasable_offer" not in found["attributes"]
    assert found["summaries"][0]["status"] == ["DISCOVERABLE"]


def test_an_update_leaves_other_marketplaces_alone(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    french = attributes("A", FR, 24.99)
    amazon.list_items(listing(1, "A", attributes=french), shops=(FR,))
    found = amazon.simulator.listing("A")
    assert found is not None
    prices = {row["marketplaceId"]: row["price"]["amount"] for row in found["offers"]}
    assert prices == {DE: "19.99", FR: "24.99"}


def test_replace_wipes_the_fields_it_does_not_name_and_merge_keeps_them(amazon: Amazon) -> None:
    """001-06: the handling days survive a merge of the quantity, not a replace."""
    amazon.list_items(listing(1, "A"))
    channel = {"fulfillment_channel_code": "DEFAULT"}
    _run(amazon, _patch("merge", "fulfillment_availability", {**channel, "quantity": 7}))
    assert _availability(amazon) == [{**channel, "quantity": 7, "lead_time_to_ship_max_days": 3}]
    _run(amazon, _patch("replace", "fulfillment_availability", {**channel, "quantity": 8}))
    assert _availability(amazon) == [{**channel, "quantity": 8}]


def test_another_channel_is_added_until_the_old_one_is_deleted(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    fba, own = ({"fulfillment_channel_code": code} for code in ("AMAZON_EU", "DEFAULT"))
    _run(amazon, _patch("replace", "fulfillment_availability", fba))
    assert [row["fulfillment_channel_code"] for row in _availability(amazon)] == [
        "DEFAULT",
        "AMAZON_EU",
    ]
    _run(amazon, _patch("delete", "fulfillment_availability", own))
    assert _availability(amazon) == [fba]


def test_delete_removes_what_its_selectors_name(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    gone = {"marketplace_id": DE, "currency": "EUR", "audience": "ALL"}
    _run(amazon, _patch("delete", "purchasable_offer", gone))
    found = amazon.simulator.listing("A")
    assert found is not None and found["offers"] == []


def test_prices_of_two_audiences_stand_side_by_side(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    business = {
        "marketplace_id": DE,
        "currency": "EUR",
        "audience": "B2B",
        "our_price": [{"schedule": [{"value_with_tax": 18}]}],
    }
    _run(amazon, _patch("add", "purchasable_offer", business))
    found = amazon.simulator.listing("A")
    assert found is not None
    assert {row["offerType"]: row["price"]["amount"] for row in found["offers"]} == {
        "B2C": "19.99",
        "B2B": "18",
    }


def test_a_partial_update_replaces_only_what_it_names(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    title = [{"value": "New", "language_tag": "de_DE", "marketplace_id": DE}]
    message = listing(
        1, "A", "PARTIAL_UPDATE", productType="PRODUCT", attributes={"item_name": title}
    )
    amazon.list_items(message)
    found = amazon.simulator.listing("A")
    assert found is not None
    assert found["summaries"][0]["itemName"] == "New" and found["offers"]


def test_delete_removes_the_listing(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"))
    amazon.list_items(listing(1, "A", "DELETE"))
    assert amazon.simulator.listing("A") is None


def test_a_patch_of_an_unknown_sku_is_accepted_and_changes_nothing(amazon: Amazon) -> None:
    report = _run(amazon, _patch("replace", "item_name", {"value": "x", "marketplace_id": DE}))
    assert report["summary"]["messagesAccepted"] == 1
    assert amazon.simulator.listing("A") is None


def test_variations_find_their_parent(amazon: Amazon) -> None:
    """001-12: a parent and its children with their theme."""
    here = {"marketplace_id": DE}
    same = {"variation_theme": [{"name": "SIZE/COLOR"}]}
    facts = attributes("P")
    offer = ("externally_assigned_product_identifier", "condition_type", "purchasable_offer")
    parent = {
        **{name: facts[name] for name in facts.keys() - {*offer, "fulfillment_availability"}},
        **same,
        "parentage_level": [{"value": "parent", **here}],
    }
    child = {
        **attributes("C1"),
        **same,
        "parentage_level": [{"value": "child", **here}],
        "child_parent_sku_relationship": [
            {"child_relationship_type": "variation", "parent_sku": "P", **here}
        ],
    }
    kitchen = {"productType": "KITCHEN"}
    amazon.list_items(listing(1, "C1", attributes=child, **kitchen))
    orphan = amazon.simulator.listing("C1")
    assert orphan is not None and [row["code"] for row in orphan["issues"]] == ["8058"]
    message = listing(2, "P", attributes=parent, requirements="LISTING_PRODUCT_ONLY", **kitchen)
    amazon.list_items(message)
    family = [amazon.simulator.listing(sku) for sku in ("P", "C1")]
    relations = [row["relationships"][0]["relationships"][0] for row in family if row]
    assert relations[0]["childSkus"] == ["C1"]
    assert relations[0]["variationTheme"]["theme"] == "SIZE/COLOR"
    assert relations[1]["parentSkus"] == ["P"]
    assert [row["issues"] for row in family if row] == [[], []]
    amazon.list_items(listing(1, "C1", "DELETE"))
    alone = amazon.simulator.listing("P")
    assert alone is not None and alone["relationships"][0]["relationships"] == []


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in attributes("A").items() if key != name}


def _with(name: str, **entry: Any) -> dict[str, Any]:
    return {**attributes("A"), name: [entry]}


@pytest.mark.parametrize(
    ("given", "attribute"),
    [
        (_without("item_name"), "item_name"),
        (
            _without("externally_assigned_product_identifier"),
            "externally_assigned_product_identifier",
        ),
        (
            _with("fulfillment_availability", fulfillment_channel_code="DEFAULT", quantity=-1),
            "fulfillment_availability",
        ),
        (_with("fulfillment_availability", quantity=1), "fulfillment_availability"),
        (
            _with(
                "purchasable_offer",
                currency="EUR",
                our_price=[{"schedule": [{"value_with_tax": 0}]}],
            ),
            "purchasable_offer",
        ),
        (
            _with("purchasable_offer", our_price=[{"schedule": [{"value_with_tax": 5}]}]),
            "purchasable_offer",
        ),
        (_with("item_name", value="x" * 201), "item_name"),
        (_with("item_name", value="x", marketplace_id=FR), "item_name"),
        ({**attributes("A"), "brand": "Acme"}, "brand"),
    ],
)
def test_attributes_that_do_not_fit_are_reported_per_message(
    amazon: Amazon, given: dict[str, Any], attribute: str
) -> None:
    report = amazon.list_items(listing(1, "A", attributes=given), listing(2, "B"))
    issue = report["issues"][0]
    assert (issue["messageId"], issue["sku"], issue["severity"]) == (1, "A", "ERROR")
    assert issue["attributeName"] == attribute
    assert report["summary"]["messagesInvalid"] == report["summary"]["messagesAccepted"] == 1
    assert amazon.simulator.listings() == ["B"]


@pytest.mark.parametrize(
    "message",
    [
        {"sku": "A", "operationType": "DELETE"},
        {"messageId": 0, "sku": "A", "operationType": "DELETE"},
        {"messageId": 1, "sku": "", "operationType": "DELETE"},
        {"messageId": 1, "sku": "A", "operationType": "UPSERT"},
        {"messageId": 1, "sku": "A", "operationType": "DELETE", "productType": "PRODUCT"},
        {"messageId": 1, "sku": "A", "operationType": "UPDATE", "attributes": attributes("A")},
        {"messageId": 1, "sku": "A", "operationType": "PATCH", "productType": "PRODUCT"},
        {"messageId": 1, "sku": "A" * 41, "operationType": "DELETE"},
        {
            "messageId": 1,
            "sku": "A",
            "operationType": "PATCH",
            "productType": "PRODUCT",
            "patches": [{"op": "merge", "path": "/attributes/a/b", "value": [{}]}],
        },
        {
            "messageId": 1,
            "sku": "A",
            "operationType": "PATCH",
            "productType": "PRODUCT",
            "patches": [{"op": "merge", "path": "/attributes/item_name"}],
        },
        "text",
    ],
)
def test_messages_that_do_not_fit_the_schema_are_invalid(amazon: Amazon, message: Any) -> None:
    report = amazon.list_items(message)
    assert report["summary"]["messagesInvalid"] == 1
    assert report["issues"][0]["severity"] == "ERROR"


def test_a_message_id_serves_once(amazon: Amazon) -> None:
    report = amazon.list_items(listing(1, "A"), listing(1, "B"))
    assert amazon.simulator.listings() == ["A"]
    assert "more than once" in report["issues"][0]["message"]


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        json.dumps({"header": {"sellerId": "OTHER", "version": "2.0"}, "messages": [{}]}),
        json.dumps({"header": {"sellerId": "A2SIMULATOR01", "version": "1.0"}, "messages": [{}]}),
        json.dumps({"header": {"sellerId": "A2SIMULATOR01", "version": "2.0"}, "messages": []}),
    ],
)
def test_a_feed_that_cannot_be_read_is_reported_as_a_whole(amazon: Amazon, content: str) -> None:
    report = json.loads(amazon.report(amazon.submit("JSON_LISTINGS_FEED", content)))
    assert report["summary"]["messagesProcessed"] == 0
    assert report["summary"]["errors"] == 1
    assert "messageId" not in report["issues"][0]


def test_the_report_carries_the_listings_when_the_header_asks_for_them(amazon: Amazon) -> None:
    wanted = {"includedData": ["summaries", "issues"], "apiVersion": "2021-08-01"}
    header = {"sellerId": amazon.seller.merchant_id, "version": "2.0", "report": wanted}
    feed = json.dumps({"header": header, "messages": [listing(1, "A")]})
    report = json.loads(amazon.report(amazon.submit("JSON_LISTINGS_FEED", feed)))
    assert report["header"]["report"] == wanted
    assert [row["sku"] for row in report["items"]] == ["A"]
    assert report["summary"]["itemSummary"]["items"] == 1
