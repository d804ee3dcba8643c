# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds and their queues: feeds of one type of one seller run one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

QUEUED = "IN_QUEUE"
RUNNING = "IN_PROGRESS"
DONE = "DONE"
FATAL = "FATAL"
CANCELLED = "CANCELLED"


@dataclass
class Feed:
    """One feed; `marks` are the faults it was created under, by kind."""

    feed_id: str
    feed_type: str
    merchant_id: str
    marketplace_ids: list[str]
    document_id: str
    created: datetime
    options: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: str = QUEUED
    started: datetime | None = None
    ended: datetime | None = None
    result_document_id: str = ""

    def stuck(self, now: datetime) -> bool:
        """Whether a fault holds the feed back at this moment."""
        options = self.marks.get("stuck")
        if options is None:
            return False
        seconds = options.get("seconds")
        return seconds is None or now < self.created + timedelta(seconds=float(seconds))


class Feeds:
    """Every feed. `finish` is called with a feed whose time has come."""

    def __init__(self, finish: Callable[[Feed], None]) -> None:
        self._finish = finish
        self._rows: dict[str, Feed] = {}
        self._waiting: dict[tuple[str, str], list[Feed]] = {}
        self._free: dict[tuple[str, str], datetime] = {}
        self._number = 50000000000

    def new_id(self) -> str:
        """Return the next feed id."""
        self._number += 1
        return str(self._number)

    def add(self, feed: Feed) -> None:
        """Keep a feed and put it in its queue."""
        self._rows[feed.feed_id] = feed
        self._waiting.setdefault((feed.merchant_id, feed.feed_type), []).append(feed)

    def get(self, feed_id: str) -> Feed | None:
        """Return a feed by id, or None."""
        return self._rows.get(feed_id)

    def all(self, merchant_id: str = "") -> list[Feed]:
        """Return every feed, of one merchant when one is named."""
        return [row for row in self._rows.values() if merchant_id in ("", row.merchant_id)]

    def cancel(self, feed: Feed, now: datetime) -> bool:
        """Cancel a feed that still waits; False when it is too late."""
        if feed.status != QUEUED:
            return False
        feed.status, feed.ended = CANCELLED, now
        self._waiting[feed.merchant_id, feed.feed_type].remove(feed)
        return True

    def settle(self, now: datetime, seconds: float) -> None:
        """Bring every queue to the present; a feed takes `seconds`, half of them waiting."""
        for key in self._waiting:
            self._settle_queue(key, now, timedelta(seconds=seconds))

    def release(self) -> None:
        """Let go of the feeds that a fault held back."""
        for feed in self._rows.values():
            feed.marks.pop("stuck", None)

    def _settle_queue(self, key: tuple[str, str], now: datetime, length: timedelta) -> None:
        queue = self._waiting[key]
        while queue:
            feed = queue[0]
            begin = max(feed.created, self._free.get(key, feed.created))
            if feed.stuck(now):
                feed.status = feed.marks["stuck"].get("status", QUEUED)
                return
            if now < begin + length:
                if now >= begin + length / 2:
                    feed.status, feed.started = RUNNING, begin + length / 2
                return
            feed.started, feed.ended = begin + length / 2, begin + length
            self._free[key] = feed.ended
            queue.pop(0)
            self._finish(feed)
