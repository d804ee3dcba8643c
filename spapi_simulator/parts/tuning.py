# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings that are asked for often, by name."""

from __future__ import annotations

from ..engine import restore
from ..settings import Settings
from ..world import Kept
from .base import Part


class TuningPart(Part):
    """The simulator's settings and rates."""

    @property
    def rates(self) -> dict[str, tuple[float, int]]:
        """Usage plans that differ from Amazon's default: (requests per second, burst)."""
        return self.world.buckets.overrides

    @rates.setter
    def rates(self, rates: dict[str, tuple[float, int]]) -> None:
        self.world.buckets.overrides = dict(rates)

    @property
    def unlimited(self) -> bool:
        """Return whether throttling is off."""
        return self.world.buckets.unlimited

    @unlimited.setter
    def unlimited(self, value: bool) -> None:
        self.world.buckets.unlimited = value

    @property
    def feed_seconds(self) -> float:
        """Return the seconds that a feed takes by the simulator's clock."""
        return self.settings.feed_seconds

    @feed_seconds.setter
    def feed_seconds(self, value: float) -> None:
        self.settings.feed_seconds = value

    @property
    def report_seconds(self) -> float:
        """Return the seconds that a report takes by the simulator's clock."""
        return self.settings.report_seconds

    @report_seconds.setter
    def report_seconds(self, value: float) -> None:
        self.settings.report_seconds = value

    @property
    def visibility_seconds(self) -> float:
        """Return the age in seconds that a change of an order must have before searchOrders shows
        it."""
        return self.settings.visibility_seconds

    @visibility_seconds.setter
    def visibility_seconds(self, value: float) -> None:
        self.settings.visibility_seconds = value

    @property
    def regions(self) -> set[str]:
        """Return those of NA, EU and FE that this endpoint serves; a real one serves one."""
        return self.settings.regions

    @regions.setter
    def regions(self, value: set[str]) -> None:
        self.settings.regions = set(value)

    @property
    def settings(self) -> Settings:
        """Return the settings, see :class:`Settings`."""
        return self.world.settings

    @property
    def notify_orders(self) -> bool:
        """Return whether changes of orders go to the default queue without a subscription."""
        return self.settings.notify_orders

    @notify_orders.setter
    def notify_orders(self, value: bool) -> None:
        self.settings.notify_orders = value

    def snapshot(self) -> Kept:
        """Return a copy of orders, listings and returns, to go back to with `restore`."""
        with self.world.lock:
            return self.world.snapshot()

    def restore(self, kept: Kept) -> None:
        """Let everything be as it was at a `snapshot`; feeds, faults and calls that came since are
        forgotten."""
        with self.world.lock:
            restore(self.world, kept)
