# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Content of a test notification: an order, a feed and a report that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..state.feeds import DONE, Feed
from ..state.fulfillment import McfOrder
from ..state.orders import Orders
from ..state.reports import Report
from . import fulfillment_change, job_finished, order_change
from .envelope import FEED_FINISHED, FULFILLMENT, ORDER_CHANGE, REPORT_FINISHED, Envelope

Maker = Callable[[str, datetime, Envelope], dict[str, Any]]
ORDER_ID = "999-0000000-0000000"


def order(merchant_id: str, now: datetime, envelope: Envelope) -> dict[str, Any]:
    """Return an ORDER_CHANGE of an order that does not exist."""
    product = {"sellerSku": "TEST", "asin": "B000000000"}
    item = {"orderItemId": "1", "quantityOrdered": 1, "product": product}
    made = Orders().add({"orderId": ORDER_ID, "orderItems": [item]}, merchant_id, now)
    return order_change.build(made, envelope, *order_change.STATUS)


def feed(merchant_id: str, now: datetime, envelope: Envelope) -> dict[str, Any]:
    """Return the end of a feed that does not exist."""
    made = Feed(
        feed_id="0",
        feed_type="JSON_LISTINGS_FEED",
        document_id="",
        merchant_id=merchant_id,
        marketplace_ids=[],
        created=now,
        status=DONE,
    )
    return job_finished.of_feed(made, envelope)


def report(merchant_id: str, now: datetime, envelope: Envelope) -> dict[str, Any]:
    """Return the end of a report that does not exist."""
    made = Report(
        report_id="0",
        report_type="GET_MERCHANT_LISTINGS_ALL_DATA",
        start=now,
        end=now,
        merchant_id=merchant_id,
        marketplace_ids=[],
        created=now,
        status=DONE,
    )
    return job_finished.of_report(made, envelope)


def fulfillment(merchant_id: str, now: datetime, envelope: Envelope) -> dict[str, Any]:
    """Return a notification of an order of multi-channel fulfilment that does not exist."""
    made = McfOrder(merchant_id, {"sellerFulfillmentOrderId": "TEST"}, {}, now, now, now)
    return fulfillment_change.build(made, envelope)


MAKERS: dict[str, Maker] = {
    ORDER_CHANGE: order,
    FEED_FINISHED: feed,
    REPORT_FINISHED: report,
    FULFILLMENT: fulfillment,
}
