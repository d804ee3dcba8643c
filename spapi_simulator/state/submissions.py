# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listing data that a seller hands in: by putListingsItem, patchListingsItem or a listings feed.

Rules: Listings Items API 2021-08-01 and the JSON listings feed schema v2.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import attributes as parts
from .issues import Issue
from .listings import Listing, Listings, made_up_asin


@dataclass(frozen=True)
class Submission:
    """One message about one SKU.

    `operation` is UPDATE, PARTIAL_UPDATE, PATCH or DELETE; `marketplace_ids` are those of the
    request or of the feed.
    """

    merchant_id: str
    sku: str
    operation: str
    marketplace_ids: tuple[str, ...]
    product_type: str = ""
    requirements: str = "LISTING"
    attributes: dict[str, Any] = field(default_factory=dict)
    patches: tuple[dict[str, Any], ...] = ()


@dataclass
class Outcome:
    """Outcome of a submission: `issues` with an ERROR mean that nothing was taken over."""

    issues: list[Issue] = field(default_factory=list)
    listing: Listing | None = None

    @property
    def accepted(self) -> bool:
        """Return whether the data was taken over."""
        return not any(row["severity"] == "ERROR" for row in self.issues)


def apply(
    listings: Listings, submission: Submission, now: datetime, sticky: Collection[str] = ()
) -> Listing | None:
    """Take a checked submission over and return the listing it made or changed.

    :param sticky: fields of entries that stay although a patch replaces the entry without them.

    A change of a SKU that does not exist changes nothing: that is how Amazon's feeds behave
    (amzn/selling-partner-api-models issue 4801).
    """
    existing = listings.get(submission.merchant_id, submission.sku)
    if submission.operation == "DELETE":
        _withdraw(listings, existing, submission)
        return None
    if existing is None and submission.operation != "UPDATE":
        return None
    listing = existing or _created(submission, now)
    before = copy.deepcopy(listing.attributes)
    _CHANGES[submission.operation](listing, submission)
    if submission.operation == "PATCH":
        parts.keep_fields(listing.attributes, before, sticky)
    listing.product_type = submission.product_type or listing.product_type
    listing.marketplace_ids.update(submission.marketplace_ids)
    listing.updated = now
    listing.issues = []
    listings.put(listing)
    return listing


def _withdraw(listings: Listings, listing: Listing | None, submission: Submission) -> None:
    if listing is None:
        return
    listing.marketplace_ids -= set(submission.marketplace_ids)
    if not listing.marketplace_ids:
        listings.remove(submission.merchant_id, submission.sku)


def _created(submission: Submission, now: datetime) -> Listing:
    asin = identifier(submission.attributes) or made_up_asin(submission.sku)
    return Listing(submission.merchant_id, submission.sku, asin, submission.product_type, now, now)


def identifier(attributes: dict[str, Any]) -> str:
    """Return the ASIN that the attributes lead to, or an empty text when they name none."""
    suggested = _value(attributes, "merchant_suggested_asin")
    code = _value(attributes, "externally_assigned_product_identifier")
    return suggested or (made_up_asin(code) if code else "")


def _value(attributes: dict[str, Any], name: str) -> str:
    rows = attributes.get(name) or [{}]
    return str(rows[0].get("value") or "")


def _replace_all(listing: Listing, submission: Submission) -> None:
    """UPDATE: attributes that are not sent go, as far as these marketplaces are concerned."""
    others = listing.marketplace_ids - set(submission.marketplace_ids)
    kept = {
        name: [row for row in rows if row.get("marketplace_id") in others]
        for name, rows in listing.attributes.items()
    }
    for name, rows in submission.attributes.items():
        kept[name] = kept.get(name, []) + copy.deepcopy(rows)
    listing.attributes = {name: rows for name, rows in kept.items() if rows}


def _replace_some(listing: Listing, submission: Submission) -> None:
    for name, rows in submission.attributes.items():
        listing.attributes[name] = parts.put(name, listing.attributes.get(name, []), rows)


def _patch(listing: Listing, submission: Submission) -> None:
    for patch in submission.patches:
        name = patch["path"].rpartition("/")[2]
        change = parts.OPERATIONS[patch["op"]]
        rows = change(name, listing.attributes.get(name, []), patch.get("value") or [])
        listing.attributes[name] = rows
        if not rows:
            del listing.attributes[name]


_CHANGES: dict[str, Callable[[Listing, Submission], None]] = {
    "UPDATE": _replace_all,
    "PARTIAL_UPDATE": _replace_some,
    "PATCH": _patch,
}
