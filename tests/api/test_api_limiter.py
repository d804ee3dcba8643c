# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Token buckets: never more than Amazon allows, never less than we may."""

from __future__ import annotations

import threading

import api_support  # noqa: F401 - switches deadlines off
import pytest
from api.quota.limiter import MemoryLimiter
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT, BUCKET = "seller", "getOrder"


class FakeClock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_new_bucket_is_full_and_then_names_the_wait() -> None:
    limiter = MemoryLimiter(FakeClock())
    assert [limiter.acquire(ACCOUNT, BUCKET, 0.5, 3) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 3) == pytest.approx(2.0)


def test_after_the_named_wait_there_is_a_token_and_before_it_there_is_none() -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    limiter.acquire(ACCOUNT, BUCKET, 0.0056, 1)
    wait = limiter.acquire(ACCOUNT, BUCKET, 0.0056, 1)
    clock.now += wait - 0.01
    assert limiter.acquire(ACCOUNT, BUCKET, 0.0056, 1) > 0
    clock.now += 0.01
    assert limiter.acquire(ACCOUNT, BUCKET, 0.0056, 1) == 0.0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    limiter.acquire(ACCOUNT, BUCKET, 10.0, 2)
    clock.now += 1_000_000
    taken = [limiter.acquire(ACCOUNT, BUCKET, 10.0, 2) for _ in range(3)]
    assert [wait == 0 for wait in taken] == [True, True, False]


def test_accounts_and_lanes_do_not_share_a_bucket() -> None:
    limiter = MemoryLimiter(FakeClock())
    assert limiter.acquire("a", "x", 0.1, 1) == 0.0
    assert limiter.acquire("b", "x", 0.1, 1) == 0.0
    assert limiter.acquire("a", "y", 0.1, 1) == 0.0
    assert limiter.acquire("a", "x", 0.1, 1) > 0


def test_a_higher_rate_of_the_header_counts_and_a_lower_one_does_not() -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    limiter.acquire(ACCOUNT, BUCKET, 0.5, 1)
    limiter.observe(ACCOUNT, BUCKET, 4.0)
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 1) == pytest.approx(0.25)
    limiter.observe(ACCOUNT, BUCKET, 0.1)
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 1) == pytest.approx(0.25)


def test_what_flowed_in_before_the_header_flowed_at_the_old_rate() -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    limiter.acquire(ACCOUNT, BUCKET, 0.5, 1)
    clock.now += 1.0
    limiter.observe(ACCOUNT, BUCKET, 5.0)
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 1) == pytest.approx(0.1)


def test_a_penalised_bucket_is_empty() -> None:
    limiter = MemoryLimiter(FakeClock())
    limiter.acquire(ACCOUNT, BUCKET, 0.5, 30)
    limiter.penalise(ACCOUNT, BUCKET)
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 30) == pytest.approx(2.0)


def test_words_about_a_bucket_that_does_not_exist_do_no_harm() -> None:
    limiter = MemoryLimiter(FakeClock())
    limiter.observe(ACCOUNT, BUCKET, 5.0)
    limiter.penalise(ACCOUNT, BUCKET)
    assert limiter.acquire(ACCOUNT, BUCKET, 0.5, 1) == 0.0


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    limiter.acquire(ACCOUNT, BUCKET, 1.0, 1)
    clock.now -= 500
    assert limiter.acquire(ACCOUNT, BUCKET, 1.0, 1) == pytest.approx(1.0)


@given(
    rate=st.floats(0.001, 50),
    burst=st.integers(1, 40),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_more_is_taken_than_amazon_allows(
    rate: float, burst: int, pauses: list[float]
) -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    taken = []
    for pause in pauses:
        clock.now += pause
        for _attempt in range(3):
            if limiter.acquire(ACCOUNT, BUCKET, rate, burst) == 0.0:
                taken.append(clock.now)
    for at, start in enumerate(taken):
        for count, end in enumerate(taken[at:], start=1):
            assert count <= burst + (end - start) * rate + 1e-6


@given(rate=st.floats(0.001, 50), burst=st.integers(1, 20))
def test_who_waits_as_told_always_gets_a_token(rate: float, burst: int) -> None:
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    for _round in range(burst + 20):
        wait = limiter.acquire(ACCOUNT, BUCKET, rate, burst)
        if wait:
            clock.now += wait
            assert limiter.acquire(ACCOUNT, BUCKET, rate, burst) == 0.0


def test_threads_together_take_no_more_than_the_burst() -> None:
    limiter = MemoryLimiter(FakeClock())
    taken: list[float] = []
    start = threading.Barrier(8)

    def take() -> None:
        start.wait(10)
        taken.extend(limiter.acquire(ACCOUNT, BUCKET, 0.001, 50) for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(taken) == 400
    assert taken.count(0.0) == 50
