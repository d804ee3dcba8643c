# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings and feeds."""

from __future__ import annotations

from typing import Any

from .. import steering
from ..state.sellers import Seller
from .base import Part


class CataloguePart(Part):
    """The simulator's listings and feeds."""

    def listing(self, sku: str, seller: Seller | str | None = None) -> dict[str, Any] | None:
        """Return a listing as getListingsItem says it, plus `productType`; None: not listed."""
        with self.world.lock:
            return steering.listing(self.world, sku, seller)

    def listings(self, seller: Seller | str | None = None) -> list[str]:
        """Return the SKUs that a seller has listed."""
        with self.world.lock:
            return steering.skus(self.world, seller)

    def add_issue(self, sku: str, seller: Seller | str | None = None, **issue: Any) -> None:
        """Put an issue on a listing, as Amazon does some time after accepting it.

        :raise KeyError: for an unknown SKU.
        """
        with self.world.lock:
            steering.add_issue(self.world, sku, seller, issue)

    def feeds(self) -> list[dict[str, Any]]:
        """Return the feeds: feed_id, feed_type, status, merchant_id, content (as uploaded)."""
        with self.world.lock:
            return steering.feeds(self.world)
