# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dates and amounts of files that do not name their format: whether the day or the month comes
first, and which sign stands before the decimals.

Both are decided once for the whole file. Read row by row, 09/06/25 could be June in one row and
September in the next, and "1.234" a thousand times more. For amounts, a sum that the file itself
gives decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

_MOMENT = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:[T ]\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?"
    r"\s*(UTC|GMT|Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_YEAR, _SHORT_YEAR = 4, 2


@lru_cache(maxsize=4096)
def read_moment(text: str, day_first: bool) -> datetime:
    """Return a date, or a date with a time, as an aware time in UTC; without a zone it is UTC.

    Read are the year first (2026-06-17), the day first where points part them (17.06.2026), and
    what depends on the country (06/17/26), each with or without a time.

    :param day_first: which it is where it depends on the country.
    :raise ValueError: when it is not a date.
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError("is not a date")
    first, sign, second, third, hour, minute, second_of, zone = found.groups()
    year, month, day = _ordered((first, second, third), day_first or sign == ".")
    moment = datetime(
        year, month, day, int(hour or 0), int(minute or 0), int(second_of or 0), tzinfo=timezone.utc
    )
    return moment - _offset(zone or "")


def _ordered(parts: tuple[str, str, str], day_first: bool) -> tuple[int, int, int]:
    """Return year, month and day.

    :raise ValueError: when none of the parts can be a year.
    """
    first, second, third = parts
    if len(first) == _YEAR and len(third) <= _SHORT_YEAR:
        return int(first), int(second), int(third)
    if len(first) > _SHORT_YEAR or len(third) not in (_YEAR, _SHORT_YEAR):
        raise ValueError("is not a date")
    year = int(third) + (2000 if len(third) == _SHORT_YEAR else 0)
    day, month = (first, second) if day_first else (second, first)
    return year, int(month), int(day)


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-"):
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


class DayOrder:
    """Orders of day and month that the dates of a file still allow.

    :ivar spans: order (whether the day comes first) -> first and last moment that count.
    """

    def __init__(self) -> None:
        self.spans: dict[bool, tuple[datetime, datetime] | None] = {True: None, False: None}
        self._differ = False

    def look(self, text: str, counts: bool = True) -> None:
        """Look at a date.

        :param counts: whether somebody will rely on it; else it is a hint.
        :raise ValueError: when no order that the file allows up to here makes a date of one that
            counts.
        """
        read = {order: moment for order in self.spans if (moment := _try(text, order))}
        if not read:
            if counts:
                raise ValueError("is not a date that is written like those before it")
            return
        self.spans = {order: self.spans[order] for order in read}
        if counts:
            self._differ = self._differ or len(set(read.values())) > 1
            self.spans = {order: _widened(self.spans[order], at) for order, at in read.items()}

    def day_first(self, start: str, end: str) -> bool | None:
        """Return whether the day comes first; None when it matters and the file does not show it.

        :param start: date before which nothing lies, as the file writes it.
        :param end: date after which nothing lies.
        """
        orders = set(self.spans)
        if len(orders) > 1 and self._differ:
            orders = {order for order in orders if self._is_within(order, start, end)}
            if len(orders) != 1:
                return None
        return True in orders

    def _is_within(self, order: bool, start: str, end: str) -> bool:
        first, last = self.spans[order] or (None, None)
        begin, finish = _try(start, order), _try(end, order)
        if first is None or last is None or begin is None or finish is None:
            return False
        # a day without a time is its midnight
        return begin.date() <= first.date() and last.date() <= finish.date()


def _widened(span: tuple[datetime, datetime] | None, moment: datetime) -> tuple[datetime, datetime]:
    return (min(span[0], moment), max(span[1], moment)) if span else (moment, moment)


def _try(text: str, day_first: bool) -> datetime | None:
    try:
        return read_moment(text, day_first)
    except (ValueError, OverflowError):
        return None


#: More is no amount, and would not add up exactly over a million rows.
_MAX_DIGITS, _MAX_DECIMALS = 12, 6
#: Marks between thousands in any country, besides the mark that is free.
_BLANKS = " \u00a0\u202f\u2009'’"
_MINUS = ("-", "\u2212")


@dataclass(frozen=True)
class NumberReading:
    """One way to read numbers.

    :param mark: what stands before the decimals.
    """

    mark: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        thousands = f"[{'.' if self.mark == ',' else ','}{_BLANKS}]"
        grouped = rf"\d{{1,3}}(?P<by>{thousands})\d{{3}}(?:(?P=by)\d{{3}})*"
        whole = rf"(?P<whole>{grouped}|\d+)"
        decimals = rf"(?:{re.escape(self.mark)}(?P<decimals>\d+))?"
        object.__setattr__(self, "_pattern", re.compile(whole + decimals, re.ASCII))

    def parse(self, text: str) -> Decimal | None:
        """Return a number, `(55.00)` and `-55.00` as a negative one; None for anything else."""
        negative, text = _unsigned(text.strip().strip('"').strip())
        found = self._pattern.fullmatch(text)
        if not found:
            return None
        digits, decimals = re.sub(r"\D", "", found["whole"]), found["decimals"] or ""
        if len(digits) > _MAX_DIGITS or len(decimals) > _MAX_DECIMALS:
            return None
        amount = Decimal(f"{digits}.{decimals}" if decimals else digits)
        return -amount if negative else amount


POINT, COMMA = NumberReading("."), NumberReading(",")
READINGS = (POINT, COMMA)


class Tally:
    """Adds amounts up under each reading that is still possible.

    :param total: the sum that the file names, as it is written there.
    """

    def __init__(self, total: str) -> None:
        self.totals = _readable(READINGS, total)
        self.sums = dict.fromkeys(self.totals, Decimal(0))
        # whether the readings that are left mean different things
        self._differ = len(set(self.totals.values())) > 1

    def add(self, text: str) -> None:
        """Add an amount.

        :raise ValueError: when no reading that the file allows up to here makes a number of it.
        """
        amounts = _readable(self.sums, text)
        if not amounts:
            raise ValueError("is not an amount that is written like those before it")
        self.sums = {reading: self.sums[reading] + amount for reading, amount in amounts.items()}
        self._differ = self._differ or len(set(amounts.values())) > 1

    def reading(self) -> NumberReading | None:
        """Return how the file writes numbers: the reading under which the amounts make the total,
        else the only one that means anything; None when two mean different things."""
        fits = [reading for reading, total in self.sums.items() if total == self.totals[reading]]
        candidates = fits or list(self.sums)
        return candidates[0] if len(candidates) == 1 or not self._differ else None


def _unsigned(text: str) -> tuple[bool, str]:
    """Return whether a number is negative, and what is left of it without its sign."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.startswith(_MINUS):
        return True, text[1:].strip()
    return False, text.removeprefix("+")


def _readable(readings: Iterable[NumberReading], text: str) -> dict[NumberReading, Decimal]:
    read = ((reading, reading.parse(text)) for reading in readings)
    return {reading: amount for reading, amount in read if amount is not None}
