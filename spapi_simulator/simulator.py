# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator as tests and demos use it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from . import demo, queue_steering, steering, transitions
from .app import App
from .clock import Clock
from .contract import find_models, load
from .fault_book import Fault
from .faults import KINDS
from .server import Server
from .settings import Settings
from .state.queues import ACCOUNT, DEFAULT_QUEUE
from .state.sellers import Seller
from .world import World


class Simulator:
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
        """Where it listens, for the API, for tokens and for the control API.

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

    # Orders

    def add_order(self, order: dict[str, Any], seller: Seller | str | None = None) -> str:
        """Keep an order in the form of the Orders API 2026-01-01 and return its id.

        :raise ValueError: without orderId or orderItems, or when the id is taken.
        """
        with self.world.lock:
            owner = steering.merchant_id(self.world, seller)
            return self.world.orders.add(order, owner, self.world.now()).order_id

    def update_order(self, order_id: str, **changes: Any) -> dict[str, Any]:
        """Change keys of an order; objects are merged, lastUpdatedTime moves unless it is given.

        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            return steering.update_order(self.world, order_id, changes)

    def release(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING order become UNSHIPPED, with prices and an address."""
        with self.world.lock:
            return steering.release(self.world, order_id)

    def cancel(
        self, order_id: str, by: str = "BUYER", reason: str = "BuyerCanceled"
    ) -> dict[str, Any]:
        """Cancel an order at Amazon's side."""
        with self.world.lock:
            return steering.cancel(self.world, order_id, by, reason)

    def ship_elsewhere(
        self,
        order_id: str,
        quantities: dict[str, int] | None = None,
        carrier: str = "UPS",
        tracking: str = "",
    ) -> dict[str, Any]:
        """Ship an order in Seller Central, or by another program.

        :param quantities: units by orderItemId; None ships all that waits.
        :raise ShippingProblem: when the order does not allow it.
        """
        with self.world.lock:
            args = (order_id, quantities, carrier, tracking)
            return transitions.ship_elsewhere(self.world, *args)

    def ship_fba(self, order_id: str, quantities: dict[str, int] | None = None) -> dict[str, Any]:
        """Let Amazon ship an FBA order, or the named units by orderItemId.

        :raise ValueError: when the merchant ships it.
        """
        with self.world.lock:
            return transitions.ship_fba(self.world, order_id, quantities)

    def cancel_items(
        self,
        order_id: str,
        quantities: dict[str, int],
        by: str = "BUYER",
        reason: str = "BuyerCanceled",
        zero: bool = False,
    ) -> dict[str, Any]:
        """Cancel units by orderItemId; `zero` shows the lines smaller, down to quantity 0.

        :raise ValueError: for an unknown item or too large a quantity.
        """
        with self.world.lock:
            return transitions.cancel_items(self.world, order_id, quantities, by, reason, zero)

    def request_cancel(
        self,
        order_id: str,
        item_ids: list[str] | None = None,
        reason: str = "Ordered by mistake",
    ) -> dict[str, Any]:
        """Let the buyer ask to cancel items (None: all); nothing is cancelled yet."""
        with self.world.lock:
            return transitions.request_cancel(self.world, order_id, item_ids, reason)

    def mark_unfulfillable(self, order_id: str) -> dict[str, Any]:
        """Let Amazon give up an order that it cannot fulfil."""
        with self.world.lock:
            return transitions.mark_unfulfillable(self.world, order_id)

    def make_available(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING_AVAILABILITY order become PENDING."""
        with self.world.lock:
            return transitions.make_available(self.world, order_id)

    def order(self, order_id: str) -> dict[str, Any]:
        """Return an order as getOrder says it with all of includedData.

        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            return steering.order(self.world, order_id)

    def shipments(self, order_id: str) -> list[dict[str, Any]]:
        """Return the packages confirmed for an order."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).shipments)

    def acknowledgements(self, order_id: str) -> list[dict[str, Any]]:
        """Return the acknowledgements of an order: status, merchant_order_id, cancel_reason,
        item_ids, feed_id."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).acknowledgements)

    def refunds(self, order_id: str) -> list[dict[str, Any]]:
        """Return the refunds of an order: item_id, reason, components (Decimal by type), ids."""
        with self.world.lock:
            return list(steering.stored(self.world, order_id).refunds)

    # Listings and feeds

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

    # What comes back in reports

    def reports(self) -> list[dict[str, Any]]:
        """Return the reports: report_id, report_type, status, merchant_id, options, content (the
        text, None while there is none)."""
        with self.world.lock:
            return steering.reports(self.world)

    def add_return(
        self, order_id: str, item_id: str, quantity: int = 1, **values: Any
    ) -> dict[str, Any]:
        """Let a buyer ask to return goods and return the line of the returns report.

        :param values: reason, rma (Amazon's, made up when left out), merchant_rma, status,
            resolution, carrier, tracking, in_policy, refunded.
        :raise KeyError: for an unknown order or item.
        """
        with self.world.lock:
            return steering.add_return(self.world, order_id, item_id, quantity, values)

    def returns(self) -> list[dict[str, Any]]:
        """Return the returns so far, as `add_return` answers them."""
        with self.world.lock:
            return steering.returns(self.world)

    # Notifications

    @property
    def queue_url(self) -> str:
        """The URL of the default queue; its endpoint is `url`, any credentials are good."""
        return f"{self.url}/{ACCOUNT}/{DEFAULT_QUEUE}"

    @property
    def queue_arn(self) -> str:
        """The ARN of the default queue, for createDestination."""
        return self.world.queues.add(DEFAULT_QUEUE).arn

    def add_queue(self, name: str) -> str:
        """Make a further queue and return its ARN."""
        with self.world.lock:
            return self.world.queues.add(name).arn

    def queue_messages(self, name: str = DEFAULT_QUEUE) -> list[dict[str, Any]]:
        """Return what is in a queue: message_id, body (text), receive_count, visible.

        :raise KeyError: for an unknown queue.
        """
        with self.world.lock:
            return queue_steering.messages(self.world, name)

    def send_message(self, body: str, name: str = DEFAULT_QUEUE) -> str:
        """Put any text into a queue and return its message id."""
        with self.world.lock:
            return queue_steering.send(self.world, body, name)

    def notify(self, order_id: str, requested: bool = False) -> None:
        """Send an ORDER_CHANGE of an order although nothing of it changed.

        :param requested: as a request of the buyer to cancel, not as a change of status.
        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            queue_steering.notify(self.world, order_id, requested)

    @property
    def notify_orders(self) -> bool:
        """Whether changes of orders go to the default queue although nobody subscribed."""
        return self.settings.notify_orders

    @notify_orders.setter
    def notify_orders(self, value: bool) -> None:
        self.settings.notify_orders = value

    # Time, faults, throttling

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new present."""
        with self.world.lock:
            moment = self.world.clock.advance(seconds)
            self.world.settle()
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
        """How many faults are still to be met."""
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

    @property
    def rates(self) -> dict[str, tuple[float, int]]:
        """Usage plans that differ from Amazon's default: (requests per second, burst)."""
        return self.world.buckets.overrides

    @rates.setter
    def rates(self, rates: dict[str, tuple[float, int]]) -> None:
        self.world.buckets.overrides = dict(rates)

    @property
    def unlimited(self) -> bool:
        """Whether throttling is off."""
        return self.world.buckets.unlimited

    @unlimited.setter
    def unlimited(self, value: bool) -> None:
        self.world.buckets.unlimited = value

    @property
    def feed_seconds(self) -> float:
        """How long a feed takes by the simulator's clock."""
        return self.settings.feed_seconds

    @feed_seconds.setter
    def feed_seconds(self, value: float) -> None:
        self.settings.feed_seconds = value

    @property
    def report_seconds(self) -> float:
        """How long a report takes by the simulator's clock."""
        return self.settings.report_seconds

    @report_seconds.setter
    def report_seconds(self, value: float) -> None:
        self.settings.report_seconds = value

    @property
    def visibility_seconds(self) -> float:
        """How old a change of an order must be before searchOrders shows it."""
        return self.settings.visibility_seconds

    @visibility_seconds.setter
    def visibility_seconds(self, value: float) -> None:
        self.settings.visibility_seconds = value

    @property
    def regions(self) -> set[str]:
        """Which of NA, EU and FE this endpoint serves; a real one serves one."""
        return self.settings.regions

    @regions.setter
    def regions(self, value: set[str]) -> None:
        self.settings.regions = set(value)

    @property
    def settings(self) -> Settings:
        """What may be set, see :class:`Settings`."""
        return self.world.settings

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

    def demo(self, **options: Any) -> dict[str, list[str]]:
        """Add demo orders for the SKUs that are listed; see :func:`spapi_simulator.demo.add`."""
        with self.world.lock:
            return demo.add(self.world, **options)
