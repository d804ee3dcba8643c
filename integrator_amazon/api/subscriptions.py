# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Subscriptions to Amazon's notifications, and their destinations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from .errors.causes_api import SPAPI_404_NOT_FOUND
from .errors.causes_edge import QUEUE_NOT_FOUND
from .errors.exceptions import Rejected
from .http.gateway import Gateway

ORDER_CHANGE = "ORDER_CHANGE"
FULFILLMENT_ORDER_STATUS = "FULFILLMENT_ORDER_STATUS"
_VERSION = "1.0"


def queue_arn(url: str, region: str) -> str:
    """Return the name by which a destination names a queue.

    :param url: of the queue, `https://sqs.eu-west-1.amazonaws.com/<account>/<name>`.
    :param region: of AWS.
    :raise Configuration: when it is not the address of a queue.
    """
    parts = urlsplit(url).path.strip("/").split("/")
    if len(parts) != 2 or not parts[0].isdigit() or not region:
        raise QUEUE_NOT_FOUND.error(detail="no account, queue or region")
    partition = "aws-cn" if region.startswith("cn-") else "aws"
    return f"arn:{partition}:sqs:{region}:{parts[0]}:{parts[1]}"


def subscribe(gateway: Gateway, arn: str, kinds: Iterable[str]) -> tuple[list[str], list[str]]:
    """Subscribe a queue to changes; existing subscriptions stay as they are.

    :param arn: of the queue, which lets Amazon send.
    :param kinds: notification types.
    :return: kinds that are new, and those that go to another queue.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    destination = _find_destination(gateway, arn)
    made, elsewhere = [], []
    for kind in kinds:
        known = _find_subscription(gateway, kind)
        if known is None:
            body = {"payloadVersion": _VERSION, "destinationId": destination}
            gateway.call("createSubscription", path={"notificationType": kind}, body=body)
            made.append(kind)
        elif known.get("destinationId") != destination:
            elsewhere.append(kind)
    return made, elsewhere


def _find_destination(gateway: Gateway, arn: str) -> str:
    """Return the id of the destination of a queue, which is made where there is none."""
    for row in gateway.call("getDestinations").payload:
        if ((row.get("resource") or {}).get("sqs") or {}).get("arn") == arn:
            return str(row["destinationId"])
    body = {
        "name": f"odoo {arn.rpartition(':')[2]}"[:256],
        "resourceSpecification": {"sqs": {"arn": arn}},
    }
    return str(gateway.call("createDestination", body=body).payload["destinationId"])


def _find_subscription(gateway: Gateway, kind: str) -> dict[str, Any] | None:
    try:
        answer = gateway.call("getSubscription", path={"notificationType": kind})
    except Rejected as error:
        if error.cause is SPAPI_404_NOT_FOUND:
            return None
        raise
    return dict(answer.payload)
