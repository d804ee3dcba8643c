# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Urgent work finds quota, however much other work there is."""

import pytest
from api.quota.operations import SHARES, reserve_of
from memory_limiter import MemoryLimiter

BURST = 10


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def take(limiter: MemoryLimiter, priority: str) -> float:
    return limiter.acquire("account", "createFeed", 0.5, BURST, reserve_of(priority, BURST))


def drain(limiter: MemoryLimiter, priority: str) -> int:
    """Take all that a class of work can get; return how many."""
    taken = 0
    while not take(limiter, priority):
        taken += 1
    return taken


def test_each_class_leaves_something_for_those_above_it():
    limiter = MemoryLimiter(Clock())
    assert [drain(limiter, name) for name in reversed(SHARES)] == [6, 1, 1, 1, 1]


@pytest.mark.parametrize("priority", SHARES)
def test_a_class_alone_gets_the_whole_rate(priority):
    clock = Clock()
    limiter = MemoryLimiter(clock)
    drain(limiter, priority)
    clock.now += 4
    assert drain(limiter, priority) == 2


def test_the_wait_is_until_its_own_turn():
    limiter = MemoryLimiter(Clock())
    drain(limiter, "content")
    assert take(limiter, "content") == pytest.approx(2.0)
    assert take(limiter, "orders") == 0.0


@pytest.mark.parametrize("burst", [1, 2, 5, 10, 15, 30])
def test_one_token_can_always_be_had(burst):
    for priority in SHARES:
        assert 0 <= reserve_of(priority, burst) < burst
