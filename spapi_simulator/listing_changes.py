# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listing data is taken over at once, later, or never, as the settings say; issues may follow."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .notifications import publish_issues, publish_status
from .state.issues import NO_PARENT, Issue, orphaned, unreachable
from .state.later import LateIssue
from .state.listing_view import statuses
from .state.listings import Listing
from .state.submissions import Submission, apply

if TYPE_CHECKING:
    from .world import World


def take_over(world: World, submission: Submission) -> None:
    """Take over a submission that was accepted, by `listing_seconds` and `ignored_skus`."""
    if submission.sku in world.settings.ignored_skus:
        return
    wait = world.settings.listing_seconds
    if wait:
        world.later.add(world.now() + timedelta(seconds=wait), submission)
    else:
        _apply(world, submission)


def _apply(world: World, submission: Submission) -> None:
    """Take data over, and find what only shows when it is used."""
    kept = world.settings.sticky_fields
    listing = apply(world.listings, submission, world.now(), kept)
    if listing is None:
        return
    listing.issues += [unreachable(name) for name in _unreachable_images(listing)]
    family = [world.listings.get(listing.merchant_id, sku) for sku in sorted(listing.children)]
    for member in (listing, *filter(None, family)):
        known = (world.listings.get(member.merchant_id, sku) for sku in member.parents())
        others = [row for row in member.issues if row["code"] != NO_PARENT]
        member.issues = others if all(known) else [*others, orphaned()]


def _unreachable_images(listing: Listing) -> list[str]:
    """Return the image attributes whose address only answers inside of a network."""
    return [
        name
        for name, rows in listing.attributes.items()
        if "_image_locator" in name
        if any(_is_local(str(row.get("media_location") or "")) for row in rows)
    ]


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal", ".test"))


def put_issue(world: World, merchant_id: str, sku: str, issue: Issue) -> None:
    """Put an issue on a listing, as Amazon does some time after accepting it.

    :raise KeyError: for an unknown SKU.
    """
    found = world.listings.get(merchant_id, sku)
    if found is None:
        raise KeyError(sku)
    before = {shop: statuses(found, shop) for shop in found.marketplace_ids}
    found.issues.append(issue)
    found.updated = world.now()
    for shop, status in sorted(before.items()):
        publish_issues(world, found, shop)
        if statuses(found, shop) != status:
            publish_status(world, found, shop)


def advance(world: World) -> None:
    """Do what is due by now."""
    for what in world.later.due(world.now()):
        if isinstance(what, Submission):
            _apply(world, what)
        elif world.listings.get(what.merchant_id, what.sku):
            put_issue(world, what.merchant_id, what.sku, what.issue)


def find_later(world: World, late: LateIssue, seconds: float) -> None:
    """Have an issue found after so many seconds of the simulator's clock."""
    world.later.add(world.now() + timedelta(seconds=seconds), late)
