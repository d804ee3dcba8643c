# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""LISTINGS_ITEM_ISSUES_CHANGE (2023-12-13) and LISTINGS_ITEM_STATUS_CHANGE (1.0)."""

from __future__ import annotations

from typing import Any

from ..state.listing_view import statuses
from ..state.listings import Listing
from ..times import format_time
from .envelope import LISTING_ISSUES, LISTING_STATUS, Envelope


def of_issues(listing: Listing, shop: str, envelope: Envelope) -> dict[str, Any]:
    """Return the notification that the issues of a listing have changed; it names none."""
    severities = sorted({str(issue["severity"]) for issue in listing.issues})
    suppressed = ["SEARCH_SUPPRESSED"] if "ERROR" in severities else []
    more = {"Severities": severities, "EnforcementActions": suppressed}
    return _notice(LISTING_ISSUES, "2023-12-13", listing, shop, more, envelope)


def of_status(listing: Listing, shop: str, envelope: Envelope) -> dict[str, Any]:
    """Return the notification that a listing can be bought, or not any more."""
    more = {"CreatedDate": format_time(listing.created), "Status": statuses(listing, shop)}
    return _notice(LISTING_STATUS, "1.0", listing, shop, more, envelope)


def _notice(
    kind: str, version: str, listing: Listing, shop: str, more: dict[str, Any], envelope: Envelope
) -> dict[str, Any]:
    return {
        "NotificationVersion": "1.0",
        "NotificationType": kind,
        "PayloadVersion": version,
        "EventTime": envelope.at,
        "Payload": {
            "SellerId": listing.merchant_id,
            "MarketplaceId": shop,
            "Asin": listing.asin,
            "Sku": listing.sku,
            **more,
        },
        "NotificationMetadata": {
            "ApplicationId": envelope.application_id,
            "SubscriptionId": envelope.subscription_id,
            "PublishTime": envelope.at,
            "NotificationId": envelope.notification_id,
        },
    }
