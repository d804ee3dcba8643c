# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that one simulator remembers, in one place."""

from __future__ import annotations

import copy
import threading
from collections import deque
from datetime import datetime
from typing import Any

from .buckets import Buckets
from .clock import Clock
from .contract import Contract
from .fault_book import FaultBook
from .settings import Settings
from .state.documents import Documents
from .state.fba_stock import FbaStocks
from .state.feeds import Feeds
from .state.fulfillment import McfOrders
from .state.later import Later
from .state.ledger import Ledger
from .state.listings import Listings
from .state.order_status import Facts
from .state.orders import Orders
from .state.pages import Pages
from .state.queues import Queues
from .state.reports import Reports
from .state.returns import Return
from .state.sellers import Seller, Sellers
from .state.subscriptions import Subscriptions
from .state.tokens import Tokens

# A demo may run for days: only the last calls are kept.
_KEPT_CALLS = 100_000
# What a snapshot has: things that are there, no work that is under way.
_KEPT = ("orders", "listings", "returns", "published", "ledger", "fba", "fulfillment")
# A snapshot: name of an attribute -> its copy.
Kept = dict[str, Any]


class World:
    """The state of one simulator; `lock` guards all of it. What time does to it is in `engine`.

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
        self.feeds = Feeds(50_000_000_000)
        self.reports = Reports(60_000_000_000)
        self.clear()

    def clear(self) -> None:
        """Forget everything but clock, settings, rates and access tokens; buckets are full again,
        and ids of feeds and reports continue, since they are never used twice.

        Access tokens stay good: a client that keeps one does not notice.
        """
        self.sellers = Sellers()
        self.seller = self.sellers.add(Seller())
        self.orders = Orders()
        self.listings = Listings()
        self.fba = FbaStocks()
        self.fulfillment = McfOrders()
        self.documents = Documents()
        self.pages = Pages()
        self.faults = FaultBook()
        self.feeds.forget_all()
        self.reports.forget_all()
        self.queues = Queues()
        self.subscriptions = Subscriptions()
        self.later = Later()
        self.published: dict[str, Facts] = {}
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
        """Go back to a `snapshot`, without anything else that came before or since; see also
        `engine.restore`."""
        self.clear()
        for name, value in copy.deepcopy(kept).items():
            setattr(self, name, value)

    def now(self) -> datetime:
        """Return the simulator's present."""
        return self.clock.now()
