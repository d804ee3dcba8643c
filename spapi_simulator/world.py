# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that one simulator remembers, in one place."""

from __future__ import annotations

import copy
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from .buckets import Buckets
from .clock import Clock
from .contract import Contract
from .fault_book import FaultBook
from .feeds import finish
from .listing_changes import settle as settle_listings
from .notifications import tell_changes, tell_feed, tell_report
from .notifications.order_change import Facts
from .reports import finish as finish_report
from .settings import Settings
from .settlements.closing import close_due, publish_again
from .settlements.sales import book
from .state.documents import Documents
from .state.feeds import Feed, Feeds
from .state.later import Later
from .state.ledger import Ledger
from .state.listings import Listings
from .state.orders import Orders
from .state.pages import Pages
from .state.queues import Queues
from .state.reports import Report, Reports
from .state.returns import Return
from .state.sellers import Seller, Sellers
from .state.subscriptions import Subscriptions
from .state.tokens import Tokens

# A demo may run for days: only the last calls are kept.
_KEPT_CALLS = 100_000
_REPORTS_KEPT = timedelta(days=90)
# What a snapshot has: things that are there, no work that is under way.
_KEPT = ("orders", "listings", "returns", "told", "ledger")
# A snapshot: name of an attribute -> its copy.
Kept = dict[str, Any]


class World:
    """The state of one simulator; `lock` guards all of it.

    :param contract: Amazon's models, possibly none.
    :param clock: the simulator's clock.
    :param settings: see :class:`Settings`.
    """

    def __init__(self, contract: Contract, clock: Clock, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.contract = contract
        self.clock = clock
        self.settings = settings
        self.buckets = Buckets(clock)
        self.tokens = Tokens()
        self.feeds = Feeds(self._finish_feed, 50_000_000_000)
        self.reports = Reports(self._finish_report, 60_000_000_000)
        self.clear()

    def clear(self) -> None:
        """Forget everything but clock, settings, rates and access tokens; buckets are full again,
        and ids of feeds and reports go on, since nobody gets the same twice.

        Access tokens stay good: a client that keeps one does not notice.
        """
        self.sellers = Sellers()
        self.seller = self.sellers.add(Seller())
        self.orders = Orders()
        self.listings = Listings()
        self.documents = Documents()
        self.pages = Pages()
        self.faults = FaultBook()
        self.feeds.forget_all()
        self.reports.forget_all()
        self.queues = Queues()
        self.subscriptions = Subscriptions()
        self.later = Later()
        self.told: dict[str, Facts] = {}
        self.returns: list[Return] = []
        self.ledger = Ledger()
        self.calls: deque[dict[str, Any]] = deque(maxlen=_KEPT_CALLS)
        self.violations: list[str] = []
        self.bad_requests: list[str] = []
        self.buckets.fill()

    def calm(self) -> None:
        """Forget every fault and let go of what one holds back."""
        self.faults.clear()
        self.feeds.release()
        self.reports.release()

    def snapshot(self) -> Kept:
        """Return a copy of what a selling partner has, for `restore`."""
        return copy.deepcopy({name: getattr(self, name) for name in _KEPT})

    def restore(self, kept: Kept) -> None:
        """Go back to a `snapshot`, without anything else that came before or since."""
        self.clear()
        for name, value in copy.deepcopy(kept).items():
            setattr(self, name, value)
        publish_again(self)

    def now(self) -> datetime:
        """Return the simulator's present."""
        return self.clock.now()

    def settle(self) -> None:
        """Do what is due: show listing data, process feeds, write reports; tell what changed."""
        settle_listings(self)
        self.feeds.settle(self.now(), self.settings.feed_seconds)
        self.reports.settle(self.now(), self.settings.report_seconds)
        self._settle_accounts()
        tell_changes(self)

    def _settle_accounts(self) -> None:
        for order_id in dict.fromkeys(self.orders.journal):
            if order := self.orders.get(order_id):
                book(self, order)
        close_due(self)
        self.reports.forget_before(self.now() - _REPORTS_KEPT)

    def _finish_feed(self, feed: Feed) -> None:
        finish(self, feed)
        tell_feed(self, feed)

    def _finish_report(self, report: Report) -> None:
        finish_report(self, report)
        tell_report(self, report)
