# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications: changes are published to the queues that are subscribed."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from ..state.feeds import Feed
from ..state.fulfillment import McfOrder, McfReturn, McfShipment
from ..state.listings import Listing
from ..state.orders import StoredOrder
from ..state.queues import DEFAULT_QUEUE, Queue
from ..state.reports import Report
from ..state.subscriptions import Destination, Subscription
from ..times import format_time
from . import fulfillment_change, job_finished, listing_change, order_change, samples
from .envelope import (
    FEED_FINISHED,
    FULFILLMENT,
    LISTING_ISSUES,
    LISTING_STATUS,
    ORDER_CHANGE,
    REPORT_FINISHED,
    Envelope,
)

if TYPE_CHECKING:
    from ..world import World

# Those of listings go to EventBridge only, so a queue cannot be subscribed to them.
TYPES = frozenset({ORDER_CHANGE, FEED_FINISHED, REPORT_FINISHED, FULFILLMENT})
# Notification type -> the name of its schema among Amazon's models
_SCHEMAS = {
    ORDER_CHANGE: "OrderChangeNotification",
    FEED_FINISHED: "FeedProcessingFinishedNotification",
    REPORT_FINISHED: "ReportProcessingFinishedNotification",
    FULFILLMENT: "FulfillmentOrderStatusNotification",
    LISTING_ISSUES: "ListingsItemIssuesChangeNotification_2023-12-13",
    # none for LISTING_STATUS: Amazon's schema and its own example disagree on the type's name
}


def publish_changes(world: World) -> None:
    """Publish the orders that changed since the last time."""
    changed = dict.fromkeys(world.orders.journal)
    world.orders.journal.clear()
    for order_id in changed:
        order = world.orders.get(order_id)
        if order and (world.settings.notify_orders or _subscribed(world, order)):
            _publish_change(world, order)


def publish_order(world: World, order: StoredOrder, change_type: str, reason: str) -> None:
    """Publish an order, whether it changed or not; to the default queue without a subscription."""
    shop = str(order.data["salesChannel"].get("marketplaceId"))
    asked = _subscribed(world, order)
    chosen: list[Subscription | None] = [row for row in asked if row.wants(change_type, shop)]
    for subscription in chosen if asked else [None]:
        envelope = Envelope.of(world, subscription)
        data = order_change.build(order, envelope, change_type, reason)
        _send(world, ORDER_CHANGE, data, subscription)


def publish_feed(world: World, feed: Feed) -> None:
    """Publish to the subscribers that a feed has ended."""
    for subscription in world.subscriptions.of_merchant(feed.merchant_id, FEED_FINISHED):
        data = job_finished.of_feed(feed, Envelope.of(world, subscription))
        _send(world, FEED_FINISHED, data, subscription)


def publish_report(world: World, report: Report) -> None:
    """Publish to the subscribers that a report has ended."""
    for subscription in world.subscriptions.of_merchant(report.merchant_id, REPORT_FINISHED):
        data = job_finished.of_report(report, Envelope.of(world, subscription))
        _send(world, REPORT_FINISHED, data, subscription)


def publish_fulfillment(
    world: World,
    order: McfOrder,
    shipment: McfShipment | None = None,
    returned: McfReturn | None = None,
    always: bool = False,
) -> None:
    """Publish to the subscribers that something happened to an order of multi-channel fulfilment;
    without any, to the default queue where the settings say so, or `always`."""
    asked = list(world.subscriptions.of_merchant(order.merchant_id, FULFILLMENT))
    wanted = always or world.settings.notify_fulfillment
    nobody = [None] if wanted and not asked else []
    for subscription in [*asked, *nobody]:
        envelope = Envelope.of(world, subscription)
        data = fulfillment_change.build(order, envelope, shipment, returned)
        _send(world, FULFILLMENT, data, subscription)


def publish_issues(world: World, listing: Listing, shop: str) -> None:
    """Publish that the issues of a listing have changed, when the settings say so."""
    if world.settings.notify_listings:
        data = listing_change.of_issues(listing, shop, Envelope.of(world, None))
        _send_event(world, LISTING_ISSUES, data)


def publish_status(world: World, listing: Listing, shop: str) -> None:
    """Publish that a listing can be bought or not any more, when the settings say so."""
    if world.settings.notify_listings:
        data = listing_change.of_status(listing, shop, Envelope.of(world, None))
        _send_event(world, LISTING_STATUS, data)


def send_sample(world: World, kind: str, destination: Destination) -> None:
    """Send a notification about something that does not exist to a destination."""
    envelope = Envelope.of(world, None)
    data = samples.MAKERS[kind](world.seller.merchant_id, world.now(), envelope)
    _put(world, kind, data, world.queues.of_arn(destination.arn) or world.queues.add(DEFAULT_QUEUE))


def _subscribed(world: World, order: StoredOrder) -> list[Subscription]:
    return world.subscriptions.of_merchant(order.merchant_id, ORDER_CHANGE)


def _publish_change(world: World, order: StoredOrder) -> None:
    """Publish a change of status, quantities or requests of the buyer, as Amazon does; nothing
    else."""
    known, present = world.published.get(order.order_id), order_change.facts(order)
    if known == present:
        return
    world.published[order.order_id] = present
    asked_now = present.cancel_requested and not (known and known.cancel_requested)
    change = order_change.REQUESTED if asked_now else order_change.STATUS
    publish_order(world, order, *change)


def _send(world: World, kind: str, data: dict[str, Any], subscription: Subscription | None) -> None:
    _put(world, kind, data, _queue(world, subscription))


def _send_event(world: World, kind: str, data: dict[str, Any]) -> None:
    """Send what goes to EventBridge only, as a rule there puts it into a queue."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": "aws.partner/sellingpartnerapi.amazon.com/simulator",
        "account": "123456789012",
        "time": format_time(world.now()),
        "region": "eu-west-1",
        "resources": [],
    }
    _put(world, kind, data, _queue(world, None), event)


def _put(
    world: World,
    kind: str,
    data: dict[str, Any],
    queue: Queue,
    event: dict[str, Any] | None = None,
) -> None:
    """Put a notification into a queue, in the envelope of an event where there is one."""
    schema = _SCHEMAS.get(kind)
    problem = schema and world.contract.notification_problem(schema, data)
    if problem:
        world.violations.append(f"{kind}: {problem}")
    for _number in range(max(1, world.settings.notification_copies)):
        queue.send(json.dumps({**event, "detail": data} if event else data), world.now())


def _queue(world: World, subscription: Subscription | None) -> Queue:
    destination = subscription and world.subscriptions.destinations.get(subscription.destination_id)
    found = world.queues.of_arn(destination.arn) if destination else None
    return found or world.queues.add(DEFAULT_QUEUE)
