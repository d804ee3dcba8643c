# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""confirmShipment of the Orders API v0."""

from __future__ import annotations

from typing import Any

import pytest

from .client import FR, Amazon, order


def _status(amazon: Amazon, order_id: str) -> str:
    return str(amazon.order(order_id)["fulfillment"]["fulfillmentStatus"])


def test_packages_ship_an_order_step_by_step(amazon: Amazon) -> None:
    """001-23: the confirmation arrives with carrier and tracking number."""
    order_id = amazon.simulator.add_order(order(quantity=2))
    amazon.simulator.advance(30)
    assert amazon.confirm(order_id).status_code == 204
    assert _status(amazon, order_id) == "PARTIALLY_SHIPPED"
    second = amazon.confirm(order_id, packageReferenceId="2", trackingNumber="TWO")
    data = amazon.order(order_id)
    assert second.content == b""
    assert data["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert data["lastUpdatedTime"] == "2026-11-20T12:00:30Z"
    assert [row["trackingNumber"] for row in data["packages"]][1] == "TWO"
    assert data["packages"][0]["packageItems"] == [{"orderItemId": "1", "quantity": 1}]
    assert data["orderItems"][0]["fulfillment"] == {
        "quantityFulfilled": 2,
        "quantityUnfulfilled": 0,
    }


def test_the_same_reference_edits_the_package(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order(quantity=1))
    amazon.confirm(order_id).raise_for_status()
    # a carrier that the feeds do not know yet
    amazon.confirm(order_id, carrierCode="Evri", trackingNumber="CORRECTED").raise_for_status()
    shipments = amazon.simulator.shipments(order_id)
    assert [row["trackingNumber"] for row in shipments] == ["CORRECTED"]
    assert len(amazon.order(order_id)["packages"]) == 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"orderItems": [{"orderItemId": "9", "quantity": 1}]}, "Invalid OrderItemId 9"),
        ({"orderItems": [{"orderItemId": "1", "quantity": 3}]}, "exceeds"),
        ({"orderItems": [{"orderItemId": "1", "quantity": 0}]}, "positive"),
        ({"shipDate": "2026-11-20T09:00:00Z"}, "before the order date"),
        ({"shipDate": "2026-11-20T13:00:00Z"}, "future"),
        ({"shipDate": "02/21/2022"}, "Invalid Input"),
        ({"carrierCode": "Other"}, "CarrierName is required"),
        ({"carrierCode": "dhl"}, "not a known carrier"),
        ({"carrierCode": "PostNL"}, "not a known carrier"),
        ({"trackingNumber": "0" * 51}, "longer than 50"),
        ({"trackingNumber": ""}, "trackingNumber"),
        ({"shippingMethod": "E" * 51}, "longer than 50"),
        ({"carrierCode": "Other", "carrierName": "B" * 51}, "longer than 50"),
        ({"packageReferenceId": "A1"}, "must be a positive numeric value"),
        ({"packageReferenceId": "0"}, "must be a positive numeric value"),
        ({"packageReferenceId": 1}, "invalid type [packageDetail.packageReferenceId]"),
        ({"orderItems": []}, "orderItems"),
    ],
)
def test_a_package_that_does_not_fit_is_refused(
    amazon: Amazon, change: dict[str, Any], text: str
) -> None:
    order_id = amazon.simulator.add_order(order())
    answer = amazon.confirm(order_id, **change)
    assert answer.status_code == 400
    assert text in answer.json()["errors"][0]["message"]
    assert amazon.simulator.shipments(order_id) == []


@pytest.mark.parametrize(
    ("status", "by"),
    [("PENDING", "MERCHANT"), ("CANCELLED", "MERCHANT"), ("SHIPPED", "AMAZON")],
)
def test_orders_that_cannot_be_shipped_are_refused(amazon: Amazon, status: str, by: str) -> None:
    state = {"fulfillmentStatus": status, "fulfilledBy": by}
    order_id = amazon.simulator.add_order(order(fulfillment=state))
    assert amazon.confirm(order_id).status_code == 400


def test_another_marketplace_and_an_unknown_order_are_refused(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    assert amazon.confirm(order_id, shop=FR).status_code == 400
    assert amazon.confirm("302-0000000-0000099").status_code == 404


def test_a_carrier_of_ones_own_needs_a_name(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.confirm(order_id, carrierCode="Other", carrierName="Bote").raise_for_status()
    assert amazon.order(order_id)["packages"][0]["carrier"] == "Bote"
