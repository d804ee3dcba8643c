# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listing data is taken over at once, later, or never, as the settings say; issues may follow."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .notifications import tell_issues, tell_status
from .state.issues import Issue
from .state.later import LateIssue
from .state.listing_view import statuses
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
        apply(world.listings, submission, world.now())


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
        tell_issues(world, found, shop)
        if statuses(found, shop) != status:
            tell_status(world, found, shop)


def settle(world: World) -> None:
    """Do what is due by now."""
    for what in world.later.due(world.now()):
        if isinstance(what, Submission):
            apply(world.listings, what, world.now())
        elif world.listings.get(what.merchant_id, what.sku):
            put_issue(world, what.merchant_id, what.sku, what.issue)


def find_later(world: World, late: LateIssue, seconds: float) -> None:
    """Have an issue found after so many seconds of the simulator's clock."""
    world.later.add(world.now() + timedelta(seconds=seconds), late)
