# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Destinations of an application, and subscriptions of a seller."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Destination:
    """Place to which notifications of an application go: a queue by ARN."""

    client_id: str
    name: str
    arn: str
    destination_id: str = field(default_factory=_new_id)


@dataclass
class Subscription:
    """One notification type of one seller, sent to one destination."""

    client_id: str
    merchant_id: str
    notification_type: str
    payload_version: str
    destination_id: str
    directive: dict[str, Any] = field(default_factory=dict)
    subscription_id: str = field(default_factory=_new_id)

    def wants(self, change_type: str, marketplace_id: str) -> bool:
        """Return whether the event filter lets a change of an order through."""
        chosen = self.directive.get("eventFilter") or {}
        kinds, shops = chosen.get("orderChangeTypes"), chosen.get("marketplaceIds")
        return change_type in (kinds or [change_type]) and marketplace_id in (
            shops or [marketplace_id]
        )


class Subscriptions:
    """Every destination and subscription."""

    def __init__(self) -> None:
        self.destinations: dict[str, Destination] = {}
        self.rows: dict[str, Subscription] = {}

    def of_client(self, client_id: str) -> list[Destination]:
        """Return the destinations of an application."""
        return [row for row in self.destinations.values() if row.client_id == client_id]

    def of_merchant(self, merchant_id: str, notification_type: str) -> list[Subscription]:
        """Return the subscriptions of a seller to a notification type."""
        return [
            row
            for row in self.rows.values()
            if (row.merchant_id, row.notification_type) == (merchant_id, notification_type)
        ]
