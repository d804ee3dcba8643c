# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator as tests and demos use it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from .app import App
from .clock import Clock
from .contract import find_models, load
from .engine import advance
from .fault_book import Fault
from .faults import KINDS
from .parts.catalogue import CataloguePart
from .parts.fulfillment import FulfillmentPart
from .parts.orders import OrderPart
from .parts.queue import QueuePart
from .parts.settlements import SettlementPart
from .parts.tuning import TuningPart
from .server import Server
from .settings import Settings
from .state.sellers import Seller
from .world import World


class Simulator(OrderPart, SettlementPart, CataloguePart, FulfillmentPart, QueuePart, TuningPart):
    """A local, stateful Amazon Selling Partner API on real HTTP.

    :param port: TCP port on loopback, 0 for any free one.
    :param models_dir: folder of Amazon's models; None looks for them, an empty text goes without.
    :param feed_seconds: how long a feed takes by the simulator's clock; 0 means it is done when it
        is first asked for.
    :param now: a timezone-aware time at which the clock stands until `advance`; None lets it run.
    """

    def __init__(
        self,
        port: int = 0,
        models_dir: str | Path | None = None,
        feed_seconds: float = 0,
        now: datetime | None = None,
    ) -> None:
        settings = Settings(feed_seconds=feed_seconds)
        self.world = World(load(find_models(models_dir)), Clock(now), settings)
        self._port = port
        self._server: Server | None = None

    # Running

    def start(self) -> Simulator:
        """Listen; returns itself."""
        self.world.stopping.clear()
        self._server = Server(App(self.world), self._port)
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening; the state stays."""
        if self._server:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the address at which it listens, for the API, for tokens and for the control API.

        :raise RuntimeError: when it was not started.
        """
        if self._server is None:
            raise RuntimeError("the simulator is not running")
        return self._server.url

    # Sellers

    @property
    def seller(self) -> Seller:
        """The default selling partner."""
        return self.world.seller

    def add_seller(self, **values: Any) -> Seller:
        """Add a selling partner; what is left out is made up. See :class:`Seller`."""
        with self.world.lock:
            return self.world.sellers.create(**values)

    def revoke(self, seller: Seller | None = None) -> None:
        """Withdraw a seller's consent: its refresh token and its access tokens end."""
        with self.world.lock:
            chosen = seller or self.seller
            chosen.authorised = False
            self.world.tokens.revoke(chosen.merchant_id)

    # Time and faults

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new present."""
        with self.world.lock:
            moment = self.world.clock.advance(seconds)
            advance(self.world)
            return moment

    def now(self) -> datetime:
        """Return the simulator's present."""
        return self.world.now()

    def fault(self, operation: str, kind: str, times: int = 1, **options: Any) -> None:
        """Let the next `times` calls of an operation (``*``: any) meet a fault.

        :raise ValueError: for an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; there are {', '.join(sorted(KINDS))}")
        with self.world.lock:
            self.world.faults.add(Fault(operation, kind, times, options))

    @property
    def faults_left(self) -> int:
        """Return the number of faults that are still to be met."""
        with self.world.lock:
            return sum(fault.times for fault in self.world.faults.rows)

    def clear_faults(self) -> None:
        """Forget every fault and let go of the feeds and reports that one holds back."""
        with self.world.lock:
            self.world.calm()

    def reset(self) -> None:
        """Forget orders, listings, feeds, further sellers, calls; buckets are full again."""
        with self.world.lock:
            self.world.clear()

    # What happened

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the calls so far: operation, method, path, query, status (0: no answer),
        request_id, at."""
        with self.world.lock:
            rows = list(self.world.calls)
        return [row for row in rows if operation in (None, row["operation"])]

    @property
    def violations(self) -> list[str]:
        """Answers of ours that Amazon's models do not allow, and failures of the simulator."""
        with self.world.lock:
            return list(self.world.violations)

    @property
    def bad_requests(self) -> list[str]:
        """Requests that Amazon's models do not allow; each was answered with 400."""
        with self.world.lock:
            return list(self.world.bad_requests)
