# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A running simulator for each test, with a clock that only tests move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from spapi_simulator import Simulator

from .client import Amazon

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Return a simulator at noon of 2026-11-20; every test ends without violations."""
    with Simulator(now=NOW) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def amazon(simulator: Simulator) -> Iterator[Amazon]:
    """Return the default seller's client."""
    client = Amazon(simulator)
    yield client
    client.close()
