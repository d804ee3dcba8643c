# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings: what the seller said about each SKU, per marketplace."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .attributes import Entries


@dataclass
class Listing:
    """One SKU of one seller with its attributes and the issues that Amazon found.

    `children` are the SKUs of its variations; they may come before the parent does.
    """

    merchant_id: str
    sku: str
    asin: str
    product_type: str
    created: datetime
    updated: datetime
    marketplace_ids: set[str] = field(default_factory=set)
    attributes: dict[str, Entries] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    children: set[str] = field(default_factory=set)

    def parents(self) -> set[str]:
        """Return the SKUs of which this is a variation."""
        rows = self.attributes.get("child_parent_sku_relationship", [])
        return {str(row["parent_sku"]) for row in rows if row.get("parent_sku")}

    def first(self, name: str, marketplace_id: str = "") -> dict[str, Any]:
        """Return the first entry of an attribute that counts in a marketplace, or an empty one."""
        for entry in self.attributes.get(name, []):
            if not marketplace_id or entry.get("marketplace_id") in (None, marketplace_id):
                return entry
        return {}


class Listings:
    """Every listing of every seller."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Listing] = {}
        self._children: dict[tuple[str, str], set[str]] = {}
        self._parents: dict[tuple[str, str], set[str]] = {}

    def get(self, merchant_id: str, sku: str) -> Listing | None:
        """Return a listing, or None."""
        return self._rows.get((merchant_id, sku))

    def put(self, listing: Listing) -> None:
        """Keep a listing, also after a change."""
        key = (listing.merchant_id, listing.sku)
        self._rows[key] = listing
        listing.children = self._children.setdefault(key, set())
        self._link(key, listing.parents())

    def remove(self, merchant_id: str, sku: str) -> None:
        """Forget a listing, if there is one."""
        self._rows.pop((merchant_id, sku), None)
        self._link((merchant_id, sku), set())

    def all(self, merchant_id: str = "") -> list[Listing]:
        """Return every listing, of one merchant when one is named."""
        return [row for row in self._rows.values() if merchant_id in ("", row.merchant_id)]

    def _link(self, key: tuple[str, str], parents: set[str]) -> None:
        """Update the parents of a listing, and those that it has left."""
        merchant_id, sku = key
        for parent in self._parents.get(key, set()) - parents:
            self._children[merchant_id, parent].discard(sku)
        for parent in parents:
            self._children.setdefault((merchant_id, parent), set()).add(sku)
        self._parents[key] = parents


def made_up_asin(text: str) -> str:
    """Return an ASIN: the same for the same product identifier, as in a catalogue."""
    digest = hashlib.sha256(text.encode()).digest()
    return "B0" + base64.b32encode(digest).decode()[:8]
