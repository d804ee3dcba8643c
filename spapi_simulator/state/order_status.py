# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The facts of an order that are published when it changes, and its statuses in older APIs."""

from __future__ import annotations

from typing import NamedTuple


class Facts(NamedTuple):
    """Status, units shipped and open per item, the buyer's request."""

    status: str
    quantities: tuple[tuple[int, int], ...]
    cancel_requested: bool


STATUS_WORDS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
