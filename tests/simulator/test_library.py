# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator serves python-amazon-sp-api as Amazon does, with the library's oddities."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sp_api.api import Feeds, ListingsItems, Orders, Sellers
from sp_api.auth import AccessTokenClient, access_token_client
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base import SellingApiForbiddenException, SellingApiRequestThrottledException

from spapi_simulator import Simulator

from .client import DE, JSON, listing, listings_feed, order


@pytest.fixture
def library(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Return the arguments that point the library at the simulator."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    access_token_client.cache.clear()
    host = simulator.url.removeprefix("http://")
    tokens = type("LoopbackTokens", (AccessTokenClient,), {"scheme": "http://", "host": host})
    yield {
        "marketplace": SimpleNamespace(
            endpoint=simulator.url, marketplace_id=DE, region="eu-west-1"
        ),
        "credentials": {
            "refresh_token": simulator.seller.refresh_token,
            "lwa_app_id": simulator.seller.client_id,
            "lwa_client_secret": simulator.seller.client_secret,
        },
        "auth_token_client_class": tokens,
    }
    access_token_client.cache.clear()


def test_the_library_reads_orders(simulator: Simulator, library: dict[str, Any]) -> None:
    order_id = simulator.add_order(order())
    simulator.add_order(order(2))
    client = Orders(version="2026-01-01", **library)
    first = client.search_orders(
        createdAfter="2026-11-01T00:00:00Z", maxResultsPerPage=1, includedData=["BUYER", "PROCEEDS"]
    )
    one = client.get_order(order_id, includedData=["FULFILLMENT"])
    assert first.payload["orders"][0]["orderId"] == order_id
    assert first.next_token and first.payload["createdBefore"]
    assert one.payload["order"]["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    client.close()


def test_the_library_confirms_a_shipment(simulator: Simulator, library: dict[str, Any]) -> None:
    order_id = simulator.add_order(order(quantity=1))
    package = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "T",
        "shipDate": "2026-11-20T11:00:00Z",
        "orderItems": [{"orderItemId": "1", "quantity": 1}],
    }
    client = Orders(**library)
    client.confirm_shipment(order_id, marketplaceId=DE, packageDetail=package)
    assert simulator.shipments(order_id)[0]["trackingNumber"] == "T"
    client.close()


def test_the_library_submits_a_feed(simulator: Simulator, library: dict[str, Any]) -> None:
    client = Feeds(**library)
    content = listings_feed(simulator.seller, listing(1, "Größe")).encode()
    _document, created = client.submit_feed("JSON_LISTINGS_FEED", io.BytesIO(content), JSON)
    feed = client.get_feed(created.payload["feedId"]).payload
    report = json.loads(client.get_feed_document(feed["resultFeedDocumentId"]))
    assert feed["processingStatus"] == "DONE"
    assert report["summary"]["messagesAccepted"] == 1
    assert simulator.listing("Größe") is not None
    client.close()


def test_the_library_reads_a_listing(simulator: Simulator, library: dict[str, Any]) -> None:
    body = {"productType": "PRODUCT", "attributes": listing(1, "A")["attributes"]}
    client = ListingsItems(**library)
    seller_id = simulator.seller.merchant_id
    put = client.put_listings_item(seller_id, "A", marketplaceIds=DE, body=body)
    read = client.get_listings_item(seller_id, "A", marketplaceIds=DE, includedData="summaries")
    found = client.search_listings_items(seller_id, marketplaceIds=DE)
    assert put.payload["status"] == "ACCEPTED"
    assert read.payload["summaries"][0]["itemName"] == "Title of A"
    assert found.payload["numberOfResults"] == 1
    client.close()


def test_the_library_sees_amazons_errors(simulator: Simulator, library: dict[str, Any]) -> None:
    client = Sellers(**library)
    assert len(client.get_marketplace_participation().payload) == 6
    simulator.fault("*", "throttle")
    with pytest.raises(SellingApiRequestThrottledException):
        client.get_marketplace_participation()
    simulator.advance(3600)
    with pytest.raises(SellingApiForbiddenException):
        client.get_marketplace_participation()
    client.close()


def test_the_library_sees_a_refused_credential(library: dict[str, Any]) -> None:
    library["credentials"]["lwa_client_secret"] = "wrong"
    client = Sellers(**library)
    with pytest.raises(AuthorizationError) as caught:
        client.get_marketplace_participation()
    assert (caught.value.error_code, caught.value.status_code) == ("invalid_client", 401)
    client.close()
