# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications API v1: destinations of the application, subscriptions of its sellers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ApiError, invalid_input, not_found
from ..http import Answer, Call
from ..notifications import TYPES, send_sample
from ..routing import Route
from ..state.sellers import ALL_ROLES
from ..state.subscriptions import Destination, Subscription

if TYPE_CHECKING:
    from ..world import World

SCOPE = "sellingpartnerapi::notifications"


def create_destination(world: World, call: Call) -> Answer:
    """Serve createDestination (grantless): the queue must exist, and be named only once."""
    fields = call.fields()
    arn = (fields["resourceSpecification"].get("sqs") or {}).get("arn")
    if not arn:
        raise invalid_input("The simulator delivers to SQS only: resourceSpecification.sqs.arn")
    if world.queues.of_arn(arn) is None:
        raise invalid_input(f"The queue {arn} does not exist or does not allow SP-API to send.")
    rows = world.subscriptions.of_client(call.client_id)
    if any(fields["name"] == row.name or row.arn == arn for row in rows):
        raise ApiError(409, "Conflict", "A destination with this name or queue exists already.")
    destination = Destination(call.client_id, fields["name"], arn)
    world.subscriptions.destinations[destination.destination_id] = destination
    return Answer.of({"payload": _as_json(destination)})


def get_destinations(world: World, call: Call) -> Answer:
    """Serve getDestinations (grantless)."""
    rows = world.subscriptions.of_client(call.client_id)
    return Answer.of({"payload": [_as_json(row) for row in rows]})


def get_destination(world: World, call: Call) -> Answer:
    """Serve getDestination (grantless)."""
    return Answer.of({"payload": _as_json(_own_destination(world, call))})


def delete_destination(world: World, call: Call) -> Answer:
    """Serve deleteDestination (grantless): only one that no subscription uses."""
    found = _own_destination(world, call)
    if any(row.destination_id == found.destination_id for row in _rows(world)):
        raise ApiError(409, "Conflict", "The destination has subscriptions.")
    del world.subscriptions.destinations[found.destination_id]
    return Answer.of({})


def send_test(world: World, call: Call) -> Answer:
    """Serve sendTestNotification (grantless): a made-up message goes to the destination."""
    fields, kind = call.fields(), _kind(call)
    destination = world.subscriptions.destinations.get(str(fields.get("destinationId")))
    if destination is None or destination.client_id != call.client_id:
        raise invalid_input("The destinationId is not valid.")
    send_sample(world, kind, destination)
    return Answer.of({})


def create_subscription(world: World, call: Call) -> Answer:
    """Serve createSubscription: one per seller, application and notification type."""
    assert call.seller is not None
    fields, kind = call.fields(), _kind(call)
    destination = world.subscriptions.destinations.get(fields["destinationId"])
    if destination is None or destination.client_id != call.client_id:
        raise invalid_input("The destinationId is not valid.")
    if _own(world, call, kind):
        raise ApiError(409, "Conflict", "A subscription to this notification exists already.")
    made = Subscription(
        call.client_id,
        call.seller.merchant_id,
        kind,
        fields["payloadVersion"],
        destination.destination_id,
        fields.get("processingDirective") or {},
    )
    world.subscriptions.rows[made.subscription_id] = made
    return Answer.of({"payload": _subscription_json(made)})


def get_subscription(world: World, call: Call) -> Answer:
    """Serve getSubscription."""
    found = _own(world, call, _kind(call))
    if found is None:
        raise not_found("There is no subscription to this notification type.")
    return Answer.of({"payload": _subscription_json(found)})


def get_subscription_by_id(world: World, call: Call) -> Answer:
    """Serve getSubscriptionById (grantless)."""
    return Answer.of({"payload": _subscription_json(_by_id(world, call))})


def delete_subscription(world: World, call: Call) -> Answer:
    """Serve deleteSubscriptionById (grantless)."""
    del world.subscriptions.rows[_by_id(world, call).subscription_id]
    return Answer.of({})


def _kind(call: Call) -> str:
    kind = call.arguments["notificationType"]
    if kind not in TYPES:
        raise invalid_input(f"The simulator does not send notifications of the type {kind}.")
    return kind


def _rows(world: World) -> list[Subscription]:
    return list(world.subscriptions.rows.values())


def _own(world: World, call: Call, kind: str) -> Subscription | None:
    assert call.seller is not None
    rows = world.subscriptions.of_merchant(call.seller.merchant_id, kind)
    return next((row for row in rows if row.client_id == call.client_id), None)


def _by_id(world: World, call: Call) -> Subscription:
    found = world.subscriptions.rows.get(call.arguments["subscriptionId"])
    if found is None or (found.client_id, found.notification_type) != (call.client_id, _kind(call)):
        raise not_found("The subscription was not found.")
    return found


def _own_destination(world: World, call: Call) -> Destination:
    found = world.subscriptions.destinations.get(call.arguments["destinationId"])
    if found is None or found.client_id != call.client_id:
        raise not_found("The destination was not found.")
    return found


def _as_json(row: Destination) -> dict[str, Any]:
    resource = {"sqs": {"arn": row.arn}}
    return {"name": row.name, "destinationId": row.destination_id, "resource": resource}


def _subscription_json(row: Subscription) -> dict[str, Any]:
    data: dict[str, Any] = {
        "subscriptionId": row.subscription_id,
        "payloadVersion": row.payload_version,
        "destinationId": row.destination_id,
    }
    if row.directive:
        data["processingDirective"] = row.directive
    return data


_DESTINATIONS = "/notifications/v1/destinations"
_DESTINATION = _DESTINATIONS + "/{destinationId}"
_TYPE = "/notifications/v1/subscriptions/{notificationType}"
_BY_ID = _TYPE + "/{subscriptionId}"
ROUTES = (
    Route("createDestination", "POST", _DESTINATIONS, create_destination, scope=SCOPE),
    Route("getDestinations", "GET", _DESTINATIONS, get_destinations, scope=SCOPE),
    Route("getDestination", "GET", _DESTINATION, get_destination, scope=SCOPE),
    Route("deleteDestination", "DELETE", _DESTINATION, delete_destination, scope=SCOPE),
    Route("createSubscription", "POST", _TYPE, create_subscription, ALL_ROLES),
    Route("getSubscription", "GET", _TYPE, get_subscription, ALL_ROLES),
    Route("sendTestNotification", "POST", _TYPE + "/testNotification", send_test, scope=SCOPE),
    Route("getSubscriptionById", "GET", _BY_ID, get_subscription_by_id, scope=SCOPE),
    Route("deleteSubscriptionById", "DELETE", _BY_ID, delete_subscription, scope=SCOPE),
)
