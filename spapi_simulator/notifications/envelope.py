# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Envelope of every notification."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..state.subscriptions import Subscription
from ..times import format_time

if TYPE_CHECKING:
    from ..world import World

ORDER_CHANGE = "ORDER_CHANGE"
FEED_FINISHED = "FEED_PROCESSING_FINISHED"
LISTING_ISSUES = "LISTINGS_ITEM_ISSUES_CHANGE"
LISTING_STATUS = "LISTINGS_ITEM_STATUS_CHANGE"
FULFILLMENT = "FULFILLMENT_ORDER_STATUS"
REPORT_FINISHED = "REPORT_PROCESSING_FINISHED"


@dataclass(frozen=True)
class Envelope:
    """Envelope of a notification: its time, application and subscription, and the id by which
    repeats are known."""

    at: str
    application_id: str
    subscription_id: str
    notification_id: str

    @classmethod
    def of(cls, world: World, subscription: Subscription | None) -> Envelope:
        """Return a fresh envelope; without a subscription it names a made-up one."""
        return cls(
            at=format_time(world.now()),
            application_id="amzn1.sp.solution.simulator",
            subscription_id=subscription.subscription_id if subscription else "simulator",
            notification_id=str(uuid.uuid4()),
        )
