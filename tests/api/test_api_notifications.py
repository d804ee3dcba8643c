# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications of Amazon's queue: which orders and listings they name."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from api.parsers.mentions import (
    parse_notifications,
)
from api.values import DocumentError
from api_support import mutated
from hypothesis import given, settings
from hypothesis import strategies as st

ORDER_ID = "302-1234567-1234567"
COPY_ID = "S01-1234567-1234567"
UTC = timezone.utc


def message(**change):
    notification = {"AmazonOrderId": ORDER_ID, "Summary": {"OrderStatus": "Unshipped"}}
    notification["OrderChangeTrigger"] = {"TimeOfOrderChange": "2026-11-01T10:00:00.000Z"}
    return {"Payload": {"OrderChangeNotification": notification | change}}


def queue(*bodies):
    rows = [{"messageId": "m", "receiptHandle": "r", "body": body} for body in bodies]
    return json.dumps({"messages": rows}).encode()


def test_a_notification_names_its_order():
    """000-02."""
    [mention] = parse_notifications(queue(json.dumps(message())))
    assert mention["remote_order_id"] == ORDER_ID
    assert mention["remote_status"] == "unshipped"
    assert mention["updated_at"] == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_other_notifications_are_passed_over():
    other = {"notificationType": "FEED_PROCESSING_FINISHED", "payload": {"x": {}}}
    assert parse_notifications(queue(json.dumps(other))) == []


def fulfillment(order_id="WH-OUT-1", **change):
    said = {"FulfillmentOrderStatus": "PROCESSED", "StatusUpdatedDateTime": "soon"} | change
    notification = {"SellerFulfillmentOrderId": order_id} | said
    payload = {"FulfillmentOrderStatusNotification": notification}
    return {"NotificationType": "FULFILLMENT_ORDER_STATUS", "Payload": payload}


def test_a_notification_of_a_fulfilment_order_is_a_hint_and_no_order():
    """Other contents are not read: unknown words and invalid times do no harm."""
    bodies = [fulfillment(), message(), fulfillment("WH-OUT-2"), fulfillment()]
    bodies.append(fulfillment("", EventType="TYPE3945"))
    raw = queue(*(json.dumps(body) for body in bodies))
    found = parse_notifications(raw)
    assert [row["seller_order_id"] for row in found if row.get("sold_elsewhere")] == [
        *("WH-OUT-1", "WH-OUT-2", "WH-OUT-1")
    ]
    assert [row["remote_order_id"] for row in found if row["remote_order_id"]] == [ORDER_ID]


def test_a_notification_of_a_copy_is_marked_as_no_sale():
    raw = queue(json.dumps(message(AmazonOrderId=COPY_ID)), json.dumps(message()))
    assert [row["sold_elsewhere"] for row in parse_notifications(raw)] == [True, False]


@pytest.mark.parametrize(
    "body", ["not json", "[]", "{}", json.dumps(message(AmazonOrderId="")), '{"Message": "x"}']
)
def test_a_message_that_cannot_be_read_stops_only_itself(body):
    """000-13: it is reported by its place, an unknown type, too."""
    odd, mention = parse_notifications(queue(body, json.dumps(message())))
    assert "$.messages[0].body" in odd["unreadable"]
    assert mention["remote_order_id"] == ORDER_ID


LISTING = {"NotificationType": "LISTINGS_ITEM_ISSUES_CHANGE"}


LISTING["Payload"] = {"MarketplaceId": "M1", "Sku": "S-1"}


@pytest.mark.parametrize(
    "body",
    [
        LISTING,
        {"detail-type": "LISTINGS_ITEM_ISSUES_CHANGE", "detail": LISTING},
        {"detail-type": LISTING["NotificationType"], "detail": {"Payload": LISTING["Payload"]}},
        {"Type": "Notification", "Message": json.dumps(LISTING)},
    ],
)
def test_a_notification_is_taken_out_of_its_envelopes(body):
    """EventBridge, the only way for listings, and topics."""
    assert parse_notifications(queue(json.dumps(body))) == [{"remote_listing": ("M1", "S-1")}]


@settings(max_examples=150, deadline=None)
@given(mutated(queue(json.dumps(message()))) | st.binary(max_size=200))
def test_any_bytes_get_an_answer_or_a_named_error(raw):
    """000-13, 000-20: no crash, no hang."""
    try:
        parse_notifications(raw)
    except DocumentError as error:
        assert error.where
