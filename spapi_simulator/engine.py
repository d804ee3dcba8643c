# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Changes that time brings: listings are shown, feeds and reports end, accounts are settled."""

from __future__ import annotations

from datetime import timedelta

from .feeds import finish as finish_feed
from .fulfillment_life import advance as advance_fulfillment
from .listing_changes import advance as advance_listings
from .notifications import publish_changes, publish_feed, publish_report
from .reports import finish as finish_report
from .settlements.closing import close_due, publish_again
from .settlements.sales import book
from .state.feeds import Feed
from .state.reports import Report
from .world import Kept, World

_REPORTS_KEPT = timedelta(days=90)


def advance(world: World) -> None:
    """Do what is due, then publish the changes."""

    def end_feed(feed: Feed) -> None:
        finish_feed(world, feed)
        publish_feed(world, feed)

    def end_report(report: Report) -> None:
        finish_report(world, report)
        publish_report(world, report)

    advance_listings(world)
    advance_fulfillment(world)
    world.feeds.finish_due(world.now(), world.settings.feed_seconds, end_feed)
    world.reports.finish_due(world.now(), world.settings.report_seconds, end_report)
    _settle_accounts(world)
    publish_changes(world)


def restore(world: World, kept: Kept) -> None:
    """Go back to a snapshot, with the settlement reports that it has."""
    world.restore(kept)
    publish_again(world)


def _settle_accounts(world: World) -> None:
    for order_id in dict.fromkeys(world.orders.journal):
        if order := world.orders.get(order_id):
            book(world, order)
    close_due(world)
    world.reports.forget_before(world.now() - _REPORTS_KEPT)
