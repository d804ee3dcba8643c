# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications: destinations, subscriptions, and what is published."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spapi_simulator import Simulator

from .client import FR, Amazon, order

SUBSCRIPTION = "/notifications/v1/subscriptions/ORDER_CHANGE"


def published(simulator: Simulator) -> list[dict[str, Any]]:
    """Return the messages of the default queue."""
    return [json.loads(row["body"]) for row in simulator.queue_messages()]


def changes(simulator: Simulator) -> list[tuple[str, str]]:
    """Return (type of change, status) of the ORDER_CHANGE messages."""
    rows = [row["Payload"]["OrderChangeNotification"] for row in published(simulator)]
    return [(row["OrderChangeType"], row["Summary"]["OrderStatus"]) for row in rows]


def test_a_destination_needs_a_grantless_token_and_a_queue(amazon: Amazon) -> None:
    made = amazon.create_destination()
    payload = made.json()["payload"]
    assert payload["resource"]["sqs"]["arn"] == amazon.simulator.queue_arn
    assert amazon.create_destination().status_code == 409
    assert amazon.create_destination("b", "arn:aws:sqs:eu-west-1:1:none").status_code == 400
    assert amazon.request("GET", "/notifications/v1/destinations").status_code == 403
    assert amazon.http.get("/notifications/v1/destinations").status_code == 403
    listed = amazon.grantless("GET", "destinations").json()["payload"]
    one = amazon.grantless("GET", f"destinations/{payload['destinationId']}").json()["payload"]
    assert listed == [one]


def test_a_subscription_lives_until_it_is_deleted(amazon: Amazon) -> None:
    assert amazon.request("GET", SUBSCRIPTION).status_code == 404
    made = amazon.subscribe().json()["payload"]
    assert amazon.request("GET", SUBSCRIPTION).json()["payload"] == made
    assert amazon.subscribe().status_code == 409
    path = f"subscriptions/ORDER_CHANGE/{made['subscriptionId']}"
    destination = f"destinations/{made['destinationId']}"
    assert amazon.grantless("GET", path).json()["payload"] == made
    assert amazon.grantless("DELETE", destination).status_code == 409
    assert amazon.grantless("DELETE", path).status_code == 200
    assert amazon.request("GET", SUBSCRIPTION).status_code == 404
    assert amazon.grantless("DELETE", destination).status_code == 200


def test_bad_subscriptions_are_refused(amazon: Amazon) -> None:
    assert amazon.subscribe(destinationId="nowhere").status_code == 400
    assert amazon.subscribe("PRICING_HEALTH").status_code == 400
    assert amazon.grantless("POST", "subscriptions/ORDER_CHANGE", json={}).status_code == 403


def test_every_change_of_status_is_sent_to_a_subscriber(amazon: Amazon) -> None:
    simulator = amazon.simulator
    amazon.subscribe()
    order_id = simulator.add_order(order(status="PENDING"))
    simulator.release(order_id)
    amazon.confirm(order_id)
    simulator.update_order(order_id, programs=["PRIME"])
    simulator.cancel(order_id)
    assert changes(simulator) == [
        ("OrderStatusChange", "Pending"),
        ("OrderStatusChange", "Unshipped"),
        ("OrderStatusChange", "PartiallyShipped"),
        ("OrderStatusChange", "Shipped"),
    ]
    message = published(simulator)[0]["Payload"]["OrderChangeNotification"]
    assert (message["AmazonOrderId"], message["SellerId"]) == (
        order_id,
        amazon.seller.merchant_id,
    )


def test_nothing_is_sent_without_a_subscription(simulator: Simulator) -> None:
    simulator.add_order(order())
    assert published(simulator) == []
    simulator.notify_orders = True
    simulator.add_order(order(2))
    assert changes(simulator) == [("OrderStatusChange", "Unshipped")]


def test_a_request_of_the_buyer_is_a_change_of_its_own(simulator: Simulator) -> None:
    simulator.notify_orders = True
    order_id = simulator.add_order(order())
    item = simulator.order(order_id)["orderItems"][0]
    request = {"requester": "BUYER", "cancelReason": "Ordered by mistake"}
    item["cancellation"] = {"cancellationRequest": request}
    simulator.update_order(order_id, orderItems=[item])
    assert changes(simulator)[-1] == ("BuyerRequestedChange", "Unshipped")


def test_an_event_filter_keeps_others_out(amazon: Amazon) -> None:
    chosen = {"eventFilterType": "ORDER_CHANGE", "marketplaceIds": [FR]}
    amazon.subscribe(processingDirective={"eventFilter": chosen})
    amazon.simulator.add_order(order())
    assert published(amazon.simulator) == []


def test_another_sellers_orders_are_not_sent(amazon: Amazon) -> None:
    amazon.subscribe()
    seller = amazon.simulator.add_seller(client_id="amzn1.application-oa2-client.other")
    amazon.simulator.add_order(order(), seller)
    assert published(amazon.simulator) == []


@pytest.mark.parametrize("copies", [1, 3])
def test_each_message_can_come_several_times(simulator: Simulator, copies: int) -> None:
    simulator.notify_orders = True
    simulator.settings.notification_copies = copies
    simulator.add_order(order())
    messages = simulator.queue_messages()
    ids = {json.loads(row["body"])["NotificationMetadata"]["NotificationId"] for row in messages}
    assert (len(messages), len(ids)) == (copies, 1)
    assert len({row["message_id"] for row in messages}) == copies


def test_the_end_of_a_report_is_published(amazon: Amazon) -> None:
    amazon.subscribe("REPORT_PROCESSING_FINISHED")
    amazon.simulator.add_order(order())
    found = amazon.ask_report("GET_ORDER_REPORT_DATA_SHIPPING")
    payload = published(amazon.simulator)[0]["payload"]["reportProcessingFinishedNotification"]
    assert payload["reportDocumentId"] == found["reportDocumentId"]


def test_the_end_of_a_feed_is_published(amazon: Amazon) -> None:
    amazon.subscribe("FEED_PROCESSING_FINISHED")
    feed_id = amazon.submit("POST_ORDER_FULFILLMENT_DATA", "<a/>")
    amazon.feed(feed_id)
    payload = published(amazon.simulator)[0]["payload"]["feedProcessingFinishedNotification"]
    assert (payload["feedId"], payload["processingStatus"]) == (feed_id, "DONE")


@pytest.mark.parametrize(
    "kind", ["ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED"]
)
def test_a_test_message_can_be_asked_for(amazon: Amazon, kind: str) -> None:
    destination_id = amazon.create_destination().json()["payload"]["destinationId"]
    path = f"subscriptions/{kind}/testNotification"
    body = {"destinationId": destination_id, "testNotification": {"payloadVersion": "1.0"}}
    assert amazon.grantless("POST", path, json=body).status_code == 200
    (message,) = published(amazon.simulator)
    assert kind in (message.get("NotificationType"), message.get("notificationType"))
    assert amazon.grantless("POST", path, json={"destinationId": "none"}).status_code == 400
