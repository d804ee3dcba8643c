# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Later effects of listing calls, and restrictions of sellers."""

from __future__ import annotations

import json

from .client import DE, Amazon, attributes


def _put(amazon: Amazon, sku: str = "A") -> str:
    body = {"productType": "PRODUCT", "attributes": attributes(sku)}
    return amazon.item("PUT", sku, body).json()["status"]


def test_an_accepted_change_is_shown_later(amazon: Amazon) -> None:
    amazon.simulator.settings.listing_seconds = 600
    assert _put(amazon) == "ACCEPTED"
    assert amazon.simulator.listing("A") is None
    amazon.simulator.advance(601)
    assert amazon.simulator.listing("A") is not None


def test_an_ignored_change_is_accepted_and_never_shown(amazon: Amazon) -> None:
    amazon.simulator.settings.ignored_skus = {"A"}
    assert _put(amazon) == _put(amazon, "B") == "ACCEPTED"
    assert amazon.simulator.listings() == ["B"]


def test_an_issue_appears_by_the_clock_and_is_published(amazon: Amazon) -> None:
    amazon.simulator.settings.notify_listings = True
    _put(amazon)
    amazon.simulator.add_issue("A", severity="ERROR", code="8541", seconds=1800)
    assert amazon.item("GET", "A", includedData="issues").json()["issues"] == []
    amazon.simulator.advance(1801)
    [issue] = amazon.item("GET", "A", includedData="issues").json()["issues"]
    events = [json.loads(row["body"]) for row in amazon.simulator.queue_messages()]
    details = [event["detail"] for event in events]
    assert events[0]["detail-type"] == "LISTINGS_ITEM_ISSUES_CHANGE"
    assert issue["code"] == "8541"
    kinds = [row["NotificationType"] for row in details]
    assert kinds == ["LISTINGS_ITEM_ISSUES_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE"]
    assert details[0]["Payload"]["Severities"] == ["ERROR"]
    assert details[1]["Payload"]["Status"] == []


def test_a_restricted_asin_is_refused_with_its_reason(amazon: Amazon) -> None:
    amazon.seller.restricted_asins["B012345678"] = "APPROVAL_REQUIRED"
    query = {"asin": "B012345678", "sellerId": amazon.seller.merchant_id, "marketplaceIds": DE}
    path = "/listings/2021-08-01/restrictions"
    [row] = amazon.request("GET", path, params=query).json()["restrictions"]
    free = amazon.request("GET", path, params={**query, "asin": "B087654321"}).json()
    asin = {"merchant_suggested_asin": [{"value": "B012345678"}]}
    body = {"productType": "PRODUCT", "requirements": "LISTING_OFFER_ONLY", "attributes": asin}
    answer = amazon.item("PUT", "A", body).json()
    assert row["reasons"][0]["reasonCode"] == "APPROVAL_REQUIRED"
    assert free["restrictions"] == []
    assert answer["status"] == "INVALID"
    assert answer["issues"][0]["categories"] == ["QUALIFICATION_REQUIRED"]
