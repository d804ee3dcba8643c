# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Token buckets of one process, for tests without a database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_WHOLE = 1.0 - 1e-9  # a token that only rounding keeps from being whole is whole


@dataclass
class _Bucket:
    tokens: float
    rate: float
    burst: int
    updated: float

    def refill(self, now: float) -> None:
        flowed = max(0.0, now - self.updated) * self.rate
        self.tokens = min(float(self.burst), self.tokens + flowed)
        self.updated = now


class MemoryLimiter:
    """Buckets of one process, safe between threads; see `api.quota.guards.Limiter`.

    :param clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def acquire(
        self, account: str, bucket_name: str, rate: float, burst: int, reserve: int = 0
    ) -> float:
        """Take a token, see `Limiter.acquire`."""
        with self._lock:
            bucket = self._open(account, bucket_name, rate, burst)
            if bucket.tokens >= _WHOLE + reserve:
                bucket.tokens = max(0.0, bucket.tokens - 1.0)
                return 0.0
            return (1.0 + reserve - bucket.tokens) / bucket.rate

    def observe(self, account: str, bucket_name: str, rate: float) -> None:
        """Raise the rate, see `Limiter.observe`."""
        with self._lock:
            bucket = self._buckets.get((account, bucket_name))
            if bucket is not None and rate > bucket.rate:
                bucket.refill(self._clock())
                bucket.rate = rate

    def give_back(self, account: str, bucket_name: str) -> None:
        """Put a token back, see `Limiter.give_back`."""
        with self._lock:
            bucket = self._buckets[account, bucket_name]
            bucket.refill(self._clock())
            bucket.tokens = min(float(bucket.burst), bucket.tokens + 1.0)

    def penalise(self, account: str, bucket_name: str, left: int = 0) -> None:
        """Empty the bucket, see `Limiter.penalise`."""
        with self._lock:
            bucket = self._buckets.get((account, bucket_name))
            if bucket is not None:
                bucket.refill(self._clock())
                bucket.tokens = min(bucket.tokens, float(left))

    def _open(self, account: str, bucket_name: str, rate: float, burst: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get((account, bucket_name))
        if bucket is None:
            bucket = self._buckets[(account, bucket_name)] = _Bucket(float(burst), rate, burst, now)
        bucket.refill(now)
        return bucket
