# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts of a file that does not say how it writes its decimals: "1.234" is a thousand times more
in one country than in another. A sum that the file names itself is the judge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

#: More is no amount, and would not add up exactly over a million rows.
_MAX_DIGITS, _MAX_DECIMALS = 12, 6
#: What parts thousands in any country, besides the mark that is free.
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
