# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Token buckets, one per selling partner, application and operation, as Amazon keeps them."""

from __future__ import annotations

from datetime import datetime

from .clock import Clock
from .rates import RATES


class Buckets:
    """The buckets of a simulator: they start full and refill by the simulator's clock.

    :param clock: the clock that fills them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._levels: dict[tuple[str, str], tuple[float, datetime]] = {}
        self.overrides: dict[str, tuple[float, int]] = {}
        self.unlimited = False

    def plan(self, operation: str) -> tuple[float, int] | None:
        """Return (requests per second, burst) of an operation; None when it has no plan."""
        return self.overrides.get(operation) or RATES.get(operation)

    def take(self, owner: str, operation: str) -> bool:
        """Take one call out of the owner's bucket; False means the bucket is empty (429)."""
        plan = self.plan(operation)
        if self.unlimited or plan is None:
            return True
        level = self._level(owner, operation, plan)
        allowed = level >= 1
        self._levels[owner, operation] = (level - allowed, self._clock.now())
        return allowed

    def _level(self, owner: str, operation: str, plan: tuple[float, int]) -> float:
        rate, burst = plan
        stored = self._levels.get((owner, operation))
        if stored is None:
            return float(burst)
        level, since = stored
        # The millionth forgives binary fractions: 1 / rate seconds must give one whole call.
        return min(burst, level + rate * (self._clock.now() - since).total_seconds() + 1e-6)

    def fill(self) -> None:
        """Fill every bucket."""
        self._levels.clear()
