# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dates of a file that does not say whether the day or the month comes first."""

from __future__ import annotations

from datetime import datetime, timezone

import api_support  # noqa: F401 - switches deadlines off
import pytest
from api.parsers.readings import DayOrder, read_moment


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-10-02 06:00:00 UTC", 6),
        ("2026-10-02T06:00:00Z", 6),
        ("2026-10-02 06:00:00", 6),
        ("2026-10-02 06:00:00 +02:00", 4),
        ("2026-10-02 06:00:00 -05:00", 11),
        ("02.10.2026 06:00:00 -0530", 11.5),
    ],
)
def test_a_time_is_utc_whatever_zone_it_names(text: str, hour: float) -> None:
    """001-27."""
    expected = datetime(2026, 10, 2, int(hour), int(hour % 1 * 60), tzinfo=timezone.utc)
    assert read_moment(text, day_first=False) == expected


def order(*dates: str) -> DayOrder:
    found = DayOrder()
    for text in dates:
        found.look(text)
    return found


@pytest.mark.parametrize(
    ("dates", "start", "end", "day_first"),
    [
        # 2 March or 3 February: the period tells
        (("02/03/2026",), "01/03/2026", "15/03/2026", True),
        # it begins and ends with its rows
        (("02/03/2026", "05/03/2026"), "02/03/2026", "05/03/2026 23:00", None),
        (("02/03/2026 10:00",), "02/03/2026", "13/03/2026", True),
        # both lie within
        (("02/03/2026",), "2026-01-01", "2026-12-31", None),
        # a day above twelve tells for all
        (("02/03/2026", "13/03/2026"), "2026-01-01", "2026-12-31", True),
        (("02/03/2026", "03/13/2026"), "2026-01-01", "2026-12-31", False),
        # it does not matter
        (("03/03/2026",), "2026-01-01", "2026-12-31", True),
    ],
)
def test_a_file_has_one_order_of_day_and_month(
    dates: tuple[str, ...], start: str, end: str, day_first: bool | None
) -> None:
    """001-27: nothing is guessed."""
    assert order(*dates).day_first(start, end) is day_first


def test_a_date_that_no_order_allows_any_more_is_refused() -> None:
    """001-27."""
    with pytest.raises(ValueError, match="like those before it"):
        order("13/03/2026", "03/13/2026")
