# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that one simulator remembers, in one place."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .buckets import Buckets
from .clock import Clock
from .contract import Contract
from .fault_book import FaultBook
from .feeds import finish
from .marketplaces import REGIONS
from .state.documents import Documents
from .state.feeds import Feeds
from .state.listings import Listings
from .state.orders import Orders
from .state.pages import Pages
from .state.sellers import Seller, Sellers
from .state.tokens import Tokens

# A demo may run for days: only the last calls are kept.
_KEPT_CALLS = 100_000


@dataclass
class Settings:
    """What tests and demos may set.

    `feed_seconds`: how long a feed takes; `visibility_seconds`: how old a change of an order must
    be before searchOrders shows it; `regions`: which of NA, EU and FE this endpoint serves.
    """

    feed_seconds: float = 0.0
    visibility_seconds: float = 0.0
    regions: set[str] = field(default_factory=lambda: set(REGIONS))


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
        self.clear()

    def clear(self) -> None:
        """Forget everything but clock, settings, rates and access tokens; buckets are full again.

        Access tokens stay good: a client that keeps one does not notice.
        """
        self.sellers = Sellers()
        self.seller = self.sellers.add(Seller())
        self.orders = Orders()
        self.listings = Listings()
        self.documents = Documents()
        self.pages = Pages()
        self.faults = FaultBook()
        self.feeds = Feeds(lambda feed: finish(self, feed))
        self.calls: deque[dict[str, Any]] = deque(maxlen=_KEPT_CALLS)
        self.violations: list[str] = []
        self.bad_requests: list[str] = []
        self.buckets.fill()

    def now(self) -> datetime:
        """Return the simulator's present."""
        return self.clock.now()

    def settle(self) -> None:
        """Process the feeds whose time has come."""
        self.feeds.settle(self.now(), self.settings.feed_seconds)
