# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator's own clock: buckets, tokens, feeds and links live by it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


class Clock:
    """A clock that tests may move.

    :param start: a timezone-aware time at which the clock stands still until it is moved; None
        lets it run with the machine's clock.
    """

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("the clock needs a timezone-aware time")
        self._start = start
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the simulator's present, timezone-aware, UTC."""
        base = self._start or datetime.now(timezone.utc)
        return base.astimezone(timezone.utc) + self._offset

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward by `seconds` (>= 0) and return the new present.

        :raise ValueError: for a negative number.
        """
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._offset += timedelta(seconds=seconds)
        return self.now()
