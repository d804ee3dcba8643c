# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Times as Amazon writes them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import api_support  # noqa: F401 - switches deadlines off
import pytest
from api.values import format_time, parse_time
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "micro", "hour"),
    [
        ("2026-11-20T10:00:00Z", 0, 10),
        ("2026-11-20T10:00:00z", 0, 10),
        ("2026-11-20T10:00:00.5Z", 500000, 10),
        ("2026-11-20T10:00:00.123456789Z", 123456, 10),
        ("2026-11-20T11:00:00+01:00", 0, 10),
        ("2026-11-20T05:30:00-0430", 0, 10),
        ("2026-11-20 10:00:00", 0, 10),
        (" 2026-11-20T10:00:00Z ", 0, 10),
    ],
)
def test_every_form_is_read_as_aware_utc(text: str, micro: int, hour: int) -> None:
    read = parse_time(text)
    assert read == datetime(2026, 11, 20, hour, 0, 0, micro, tzinfo=timezone.utc)
    assert read.tzinfo is timezone.utc


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "2026-11-20",
        "20.11.2026 10:00:00",
        "2026-02-30T10:00:00Z",
        "2026-11-20T25:00:00Z",
        "9999-12-31T23:59:59-10:00",
        "2026-11-20T10:00:00+99:00",
        "\u0662026-11-20T10:00:00Z",
    ],
)
def test_an_invalid_time_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError):
        parse_time(value)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1971, 1, 2), datetime(2100, 1, 1), timezones=ZONES))
def test_a_written_time_reads_the_same_to_the_second(moment: datetime) -> None:
    assert parse_time(format_time(moment)) == moment.replace(microsecond=0)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_time(datetime(2026, 1, 1))
