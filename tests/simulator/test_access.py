# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Roles, regions, marketplaces, and what belongs to whom."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from spapi_simulator.state.sellers import DELIVERY, INVENTORY, LISTING

from .client import DE, US, Amazon, order

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


def _details(answer: httpx.Response) -> str:
    assert answer.status_code == 403
    error = answer.json()["errors"][0]
    assert error["code"] == "Unauthorized"
    return str(error["details"])


def test_a_missing_role_is_named(amazon: Amazon) -> None:
    amazon.seller.roles = {INVENTORY}
    assert LISTING in _details(amazon.item("GET", "A"))
    assert amazon.search().status_code == 200


def test_the_account_tells_marketplaces_with_currency_and_language(amazon: Amazon) -> None:
    rows = amazon.request("GET", PARTICIPATIONS).json()["payload"]
    german = next(row["marketplace"] for row in rows if row["marketplace"]["id"] == DE)
    account = amazon.request("GET", "/sellers/v1/account").json()["payload"]
    assert (german["defaultCurrencyCode"], german["defaultLanguageCode"]) == ("EUR", "de_DE")
    assert (german["name"], german["domainName"]) == ("Amazon.de", "www.amazon.de")
    assert account["sellingPlan"] == "PROFESSIONAL"


def test_an_endpoint_of_one_region_shows_only_its_marketplaces(amazon: Amazon) -> None:
    amazon.simulator.regions = {"NA"}
    rows = amazon.request("GET", PARTICIPATIONS).json()["payload"]
    assert [row["marketplace"]["id"] for row in rows] == [US]


def test_a_marketplace_of_another_region_is_refused(amazon: Amazon) -> None:
    amazon.simulator.regions = {"NA"}
    assert "another region" in _details(amazon.search(marketplaceIds=DE))


def test_a_seller_of_another_region_is_refused(amazon: Amazon) -> None:
    amazon.seller.marketplace_ids = [DE]
    amazon.simulator.regions = {"NA"}
    assert "another region" in _details(amazon.request("GET", PARTICIPATIONS))


@pytest.mark.parametrize(
    "ask",
    [
        lambda amazon: amazon.search(marketplaceIds=US),
        lambda amazon: amazon.item("GET", "A", marketplaceIds=US),
        lambda amazon: amazon.create_feed("JSON_LISTINGS_FEED", "none", US),
    ],
)
def test_a_marketplace_without_participation_is_refused(
    amazon: Amazon, ask: Callable[[Amazon], httpx.Response]
) -> None:
    amazon.seller.marketplace_ids = [DE]
    assert "participate" in _details(ask(amazon))


def test_an_unknown_marketplace_is_a_bad_request(amazon: Amazon) -> None:
    assert amazon.search(marketplaceIds="NOWHERE").status_code == 400


def test_orders_and_listings_of_another_seller_stay_hidden(amazon: Amazon) -> None:
    other = amazon.simulator.add_seller()
    order_id = amazon.simulator.add_order(order(), seller=other)
    path = f"/orders/2026-01-01/orders/{order_id}"
    assert amazon.search().json()["orders"] == []
    assert amazon.request("GET", path).status_code == 404
    foreign = f"/listings/2021-08-01/items/{other.merchant_id}/A?marketplaceIds={DE}"
    assert "does not belong" in _details(amazon.request("GET", foreign))


def test_personal_data_needs_the_restricted_roles(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.seller.roles = {INVENTORY}
    data = amazon.order(order_id)
    assert data["recipient"]["deliveryAddress"] == {"city": "München", "countryCode": "DE"}
    assert data["buyer"] == {}
    amazon.seller.roles = {INVENTORY, DELIVERY}
    data = amazon.order(order_id)
    assert data["recipient"]["deliveryAddress"]["name"] == "Erika Mustermann"
    assert set(data["buyer"]) == {"buyerEmail"}


def test_an_unserved_operation_is_refused_and_recorded(amazon: Amazon) -> None:
    unknown = amazon.request("GET", "/nothing/here")
    known = amazon.request("GET", "/reports/2021-06-30/schedules?reportTypes=A")
    assert unknown.status_code == 404
    assert known.status_code in (404, 501)  # 501 where Amazon's models are at hand
    assert known.json()["errors"][0]["code"]
    assert [row["path"] for row in amazon.simulator.calls()][-1] == "/reports/2021-06-30/schedules"
