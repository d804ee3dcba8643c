# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests and answers are held against models: here against a small one of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spapi_simulator import Simulator
from spapi_simulator.contract import find_models

from .client import DE, Amazon, attributes, envelope, listing, order
from .conftest import NOW

TEXT = {"type": "string"}
DOCUMENT = {"type": "object", "required": ["contentType"], "properties": {"contentType": TEXT}}
ORDERS = {
    "get": {
        "operationId": "searchOrders",
        "parameters": [
            {"name": "createdAfter", "in": "query", "required": True, "type": "string"},
            {
                "name": "fulfilledBy",
                "in": "query",
                "type": "array",
                "items": {"type": "string", "enum": ["MERCHANT", "AMAZON"]},
            },
            {"name": "maxResultsPerPage", "in": "query", "type": "integer", "maximum": 50},
        ],
        "responses": {"200": {"schema": {"$ref": "#/definitions/Answer"}}},
    }
}
MODEL = {
    "swagger": "2.0",
    "paths": {
        "/orders/2026-01-01/orders": ORDERS,
        "/feeds/2021-06-30/documents": {
            "post": {
                "operationId": "createFeedDocument",
                "parameters": [
                    {"name": "body", "in": "body", "required": True, "schema": DOCUMENT}
                ],
                "responses": {"202": {}},
            }
        },
        "/tokens/{id}": {"get": {"operationId": "getToken", "responses": {}}},
    },
    "definitions": {
        "Answer": {
            "type": "object",
            "properties": {"orders": {"type": "array", "items": {"$ref": "#/definitions/Order"}}},
        },
        "Order": {"type": "object", "properties": {"createdTime": {**TEXT, "format": "date-time"}}},
    },
}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Amazon]:
    """Return a client of a simulator with the small model."""
    folder = tmp_path / "small-api-model"
    folder.mkdir()
    (folder / "small.json").write_text(json.dumps(MODEL))
    with Simulator(models_dir=tmp_path, now=NOW) as simulator:
        client = Amazon(simulator)
        yield client
        client.close()


def _search(amazon: Amazon, **query: Any) -> int:
    query = {"createdAfter": "2026-01-01T00:00:00Z", **query}
    return amazon.request("GET", "/orders/2026-01-01/orders", params=query).status_code


def test_parameters_are_held_against_the_model(strict: Amazon) -> None:
    assert _search(strict, fulfilledBy="MERCHANT,AMAZON", MarketplaceIds="x", other="y") == 200
    assert _search(strict, fulfilledBy="NOBODY") == 400
    assert _search(strict, maxResultsPerPage="51") == 400
    assert _search(strict, maxResultsPerPage="x") == 400
    assert strict.search().status_code == 400  # no createdAfter
    assert len(strict.simulator.bad_requests) == 4
    assert strict.simulator.violations == []


@pytest.mark.parametrize("content", [b"{}", b"{", b'{"contentType": 1}', b"[]"])
def test_bodies_are_held_against_the_model(strict: Amazon, content: bytes) -> None:
    answer = strict.request("POST", "/feeds/2021-06-30/documents", content=content)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


def test_an_answer_that_the_model_does_not_allow_is_sent_and_recorded(strict: Amazon) -> None:
    strict.simulator.add_order(order(extra="fine"))
    stored = strict.simulator.world.orders.all()[0]
    stored.data["lastUpdatedTime"] = "2026-11-20T12:00:00Z"
    assert _search(strict) == 200 and strict.simulator.violations == []
    path = "/feeds/2021-06-30/documents"
    sent = strict.request("POST", path, json={"contentType": "text/xml", "path": path})
    assert sent.status_code == 201
    assert strict.simulator.violations == ["createFeedDocument: status 201 is not in the model"]


def test_a_known_operation_that_is_not_served_answers_501(strict: Amazon) -> None:
    answer = strict.request("GET", "/tokens/1")
    assert answer.status_code == 501
    assert strict.simulator.calls()[-1]["operation"] == "getToken"


def test_a_failure_of_the_simulator_is_a_500_and_a_violation(strict: Amazon) -> None:
    strict.simulator.add_order(order())
    strict.simulator.world.orders.all()[0].data["createdTime"] = "no time"
    assert _search(strict) == 500
    assert "the simulator failed" in strict.simulator.violations[0]


def test_models_are_found_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPAPI_MODELS", str(tmp_path))
    assert find_models(None) == tmp_path
    assert find_models("") is None
    assert find_models(tmp_path / "nowhere") is None


def test_without_models_nothing_is_checked() -> None:
    with Simulator(models_dir="", now=NOW) as simulator:
        client = Amazon(simulator)
        assert client.search().status_code == 200
        assert (
            client.request("POST", "/feeds/2021-06-30/documents", content=b"{").status_code == 400
        )
        confirmed = client.confirm(simulator.add_order(order()), packageReferenceId=1)
        assert "invalid type" in confirmed.json()["errors"][0]["message"]
        assert client.request("GET", "/reports/2021-06-30/schedules").status_code == 404
        assert simulator.violations == []
        client.close()


def test_a_full_walk_ends_without_violations(amazon: Amazon) -> None:
    """Sellers, listings, every kind of order, shipment, feeds: all answers fit the models."""
    simulator = amazon.simulator
    simulator.unlimited = True
    amazon.request("GET", "/sellers/v1/account").raise_for_status()
    amazon.list_items(*(listing(number, f"SKU-{number}") for number in range(1, 6)))
    amazon.item("PUT", "ONE", {"productType": "PRODUCT", "attributes": attributes("ONE")})
    sections = (
        "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,"
        "relationships,productTypes"
    )
    assert amazon.item("GET", "ONE", includedData=sections).status_code == 200
    kinds = simulator.demo(count=48)
    included = (
        "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,"
        "PAYMENT,FULFILLMENT_ORDERS"
    )
    orders = amazon.search(includedData=included).json()["orders"]
    assert len(orders) == 48
    _ship_and_acknowledge(amazon, kinds["tax"][0])
    feeds = amazon.request("GET", "/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED")
    assert feeds.json()["feeds"][0]["processingStatus"] == "DONE"
    assert simulator.violations == []


def _ship_and_acknowledge(amazon: Amazon, order_id: str) -> None:
    items = amazon.order(order_id)["orderItems"]
    lines = [{"orderItemId": row["orderItemId"], "quantity": 1} for row in items]
    amazon.confirm(order_id, shop=DE, orderItems=lines).raise_for_status()
    body = f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Success</StatusCode>"
    feed = envelope(amazon.seller, "OrderAcknowledgement", body)
    report = amazon.report(amazon.submit("POST_ORDER_ACKNOWLEDGEMENT_DATA", feed))
    assert b"<MessagesSuccessful>1<" in report
    assert amazon.order(order_id)["packages"]
