# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The statuses of orders in the words of the older APIs, which reports and notifications speak."""

from __future__ import annotations

STATUS_WORDS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
