# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cells and values: what a text of a file means by its column, and how a value is written.

| type | value |
|---|---|
| text, selection, reference | `str` |
| integer | `int` |
| decimal | `Decimal` |
| boolean | `bool` |
| date | `date` |
| datetime | aware `datetime` in UTC |

With a separator the value is a tuple of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import re2

from .causes import (
    DIGITS_LOST,
    LAYOUT_BOOLEAN,
    LAYOUT_DATE,
    LAYOUT_NUMBER,
    LAYOUT_PATTERN,
    LAYOUT_TIME,
    LAYOUT_ZONE,
    NO_BOOLEAN,
    NO_CHOICE,
    NO_DATE,
    NO_INTEGER,
    NO_NUMBER,
    NO_TIME,
    NUMBER_TOO_LONG,
    PATTERN_MISSED,
    SEPARATOR_INSIDE,
    TIME_SKIPPED,
    TOO_LONG,
    TOO_MANY_VALUES,
    WRONG_TYPE,
)
from .layout import Column, Forms
from .problems import ValueRefused
from .tables import is_blank, trim

Value = Any
#: Values that a reader gives: None where nothing is.
Cell = Any
#: Digits of a number; more are a mistake.
MAX_DIGITS = 38
#: From here on a workbook's number may be another one than what was entered.
_EXACT = 10**15
#: Form that spreadsheet programs give long numbers, such as those of bar codes.
_SHORTENED = re.compile(r"[-+]?\d([.,]\d+)?E\+\d{2,3}")
_YES = ("true", "1", "yes", "y", "t", "on")
_NO = ("false", "0", "no", "n", "f", "off")
_SPACES = " \u00a0\u202f\u2009"
_APOSTROPHES = "'’"
_DATE_PARTS = ("%[Yy]", "%[mbB]", "%d")


# === NUMBERS === #


@dataclass(frozen=True)
class Marks:
    """Marks with which numbers are written.

    :param decimal: what stands before the fraction.
    :param group: what may stand between thousands; empty: nothing.
    """

    decimal: str
    group: str = ""

    @property
    def example(self) -> str:
        """The number 1234.56 in this form."""
        return f"1{self.group}234{self.decimal}56"


@lru_cache(maxsize=100)
def parse_marks(form: str) -> Marks:
    """Return the marks of a form, which is the number 1234.56 as the file writes it.

    :raise ValueRefused: when it is not.
    """
    found = re.fullmatch(r"1([.,'’ \u00a0\u202f\u2009]?)234([.,])56", form)
    if not found or found[1] == found[2]:
        raise ValueRefused(LAYOUT_NUMBER)
    return Marks(found[2], found[1])


@lru_cache(maxsize=100)
def _number_pattern(marks: Marks) -> re.Pattern[str]:
    alike = next((same for same in (_SPACES, _APOSTROPHES) if marks.group in same), marks.group)
    whole = "[0-9]+"
    if marks.group:
        # thousands stand where they belong: 1.23 is not 123
        whole = f"(?:[0-9]{{1,3}}(?:[{re.escape(alike)}][0-9]{{3}})+|[0-9]+)"
    point = re.escape(marks.decimal)
    return re.compile(f"([+-]?)({whole})?(?:{point}([0-9]*))?")


def parse_number(text: str, form: str) -> Decimal:
    """Return the number that a text is.

    :raise ValueRefused: when it is none.
    """
    marks = parse_marks(form)
    found = _number_pattern(marks).fullmatch(text.strip().replace("−", "-"))
    if not found or not (found[2] or found[3]):
        raise ValueRefused(NO_NUMBER, form=marks.example)
    whole = found[2] or ""
    if marks.group:
        whole = re.sub("[^0-9]", "", whole)
    fraction = found[3] or ""
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise ValueRefused(NUMBER_TOO_LONG)
    return Decimal(f"{found[1]}{whole or '0'}.{fraction or '0'}" if fraction else found[1] + whole)


def format_number(value: Decimal | int, form: str) -> str:
    """Return a number as text, without marks between thousands and without an exponent."""
    return format(Decimal(value), "f").replace(".", parse_marks(form).decimal)


# === DATES AND TIMES === #


def parse_date(text: str, form: str) -> date:
    """Return the date that a text is in one of the patterns of a form.

    :raise ValueRefused: when it is in none.
    """
    for pattern in form.split("|"):
        try:
            # a date has no zone
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueRefused(NO_DATE, form=_readable(form))


def parse_time(text: str, form: str, zone: str) -> datetime:
    """Return the time that a text is, in UTC.

    :param form: patterns; empty: ISO 8601.
    :param zone: of texts that do not name one. Of the hour that clocks go back over, the first one
        is meant.
    :raise ValueRefused: when it is none, or does not exist in that zone.
    """
    for pattern in form.split("|"):
        try:
            # without a zone the one of the column is added
            found = (
                datetime.strptime(text.strip(), pattern)  # noqa: DTZ007
                if pattern
                else _parse_iso(text.strip())
            )
            return to_utc(found, zone)
        except (ValueError, OverflowError) as error:
            if isinstance(error, ValueRefused):
                raise
    raise ValueRefused(NO_TIME, form=_readable(form) or "2026-12-31 23:59:59")


_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,9}))? ?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def _parse_iso(text: str) -> datetime:
    found = _ISO.fullmatch(text)
    if not found:
        raise ValueError(text)
    day, minutes, seconds, fraction, zone = found.groups()
    micro = (fraction or "")[:6].ljust(6, "0")
    offset = (zone or "").replace("Z", "+00:00")
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return datetime.fromisoformat(f"{day}T{minutes or '00:00'}{seconds or ':00'}.{micro}{offset}")


def to_utc(moment: datetime, zone: str) -> datetime:
    """Return a time in UTC.

    :param zone: of a time that has none.
    :raise ValueRefused: when it does not exist there, or the zone does not.
    """
    if moment.tzinfo:
        return moment.astimezone(timezone.utc)
    place = zone_of(zone)
    found = moment.replace(tzinfo=place).astimezone(timezone.utc)
    if found.astimezone(place).replace(tzinfo=None) != moment:
        raise ValueRefused(TIME_SKIPPED, zone=zone)
    return found


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone.

    :raise ValueRefused: when there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueRefused(LAYOUT_ZONE, zone=name) from None


def format_date(value: date, form: str) -> str:
    """Return a date as text in the first pattern of a form."""
    return _strftime(value, form.split("|")[0])


def format_time(value: datetime, form: str, zone: str) -> str:
    """Return a time as text in a zone, in the first pattern of a form; ISO 8601 without."""
    if not value.tzinfo:
        value = value.replace(tzinfo=timezone.utc)
    local = value.astimezone(zone_of(zone))
    pattern = form.split("|")[0]
    return _strftime(local, pattern) if pattern else local.isoformat()


def _strftime(value: date, pattern: str) -> str:
    # the C library leaves out the zeros of years below 1000
    return value.strftime(pattern.replace("%Y", f"{value.year:04d}"))


def _readable(form: str) -> str:
    """Return patterns as people write them."""
    words = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss"}
    for directive, word in words.items():
        form = form.replace(directive, word)
    return form.replace("|", ", ")


# === COLUMNS === #


@dataclass(frozen=True)
class Codec:
    """Reads and writes the values of one column.

    :param read_one: text → value.
    :param write_one: value → text.
    :param python: classes of its values.
    """

    column: Column
    read_one: Callable[[str], Value]
    write_one: Callable[[Value], str]
    python: tuple[type, ...]
    pattern: Any = None
    zone: str = "UTC"

    def read_cell(self, cell: Cell) -> Value:
        """Return the value of a cell that is not blank.

        :param cell: a text, a list of texts, or a value of a workbook.
        :raise ValueRefused: when it is none.
        """
        column = self.column
        if isinstance(cell, list):
            if not column.separator:
                raise ValueRefused(TOO_MANY_VALUES)
            return tuple(self._one(text) for text in cell if not is_blank(text))
        if column.separator and isinstance(cell, str):
            parts = [part for part in cell.split(column.separator) if part.strip()]
            return tuple(self._one(part) for part in parts)
        value = self._one(cell)
        return (value,) if column.separator else value

    def _one(self, cell: Cell) -> Value:
        if not isinstance(cell, str):
            native = self._native(cell)
            if native is not None:
                return native
            if _is_number(cell) and abs(Decimal(cell)) >= _EXACT:
                raise ValueRefused(DIGITS_LOST)
            cell = cell_text(cell)
        text = cell if self.column.keep_spaces else trim(cell)
        if self.column.type in ("text", "reference") and _SHORTENED.fullmatch(text):
            raise ValueRefused(DIGITS_LOST)
        if self.pattern is not None:
            found = self.pattern.fullmatch(text)
            if not found:
                raise ValueRefused(PATTERN_MISSED, pattern=self.column.pattern)
            text = found[1] or "" if self.pattern.groups else text
        return self.read_one(text)

    def _native(self, cell: Cell) -> Value:
        """Return the value of a workbook's cell that is of this type already, else None."""
        wanted = self.column.type
        if wanted == "datetime" and isinstance(cell, datetime):
            return to_utc(cell, self.zone)
        if wanted == "datetime" and isinstance(cell, date):
            return to_utc(datetime.combine(cell, time()), self.zone)
        if wanted == "date" and isinstance(cell, datetime):
            return cell.date()
        if wanted in ("integer", "decimal") and _is_number(cell):
            return _whole(Decimal(cell)) if wanted == "integer" else Decimal(cell)
        return cell if wanted in ("boolean", "date") and isinstance(cell, self.python) else None

    def write_cell(self, value: Value) -> str:
        """Return the text of a value that is not None.

        :raise ValueRefused: when it is none of this column, or cannot be written.
        """
        separator = self.column.separator
        if not separator:
            return self._text(value)
        texts = [
            self._text(one) for one in (value if isinstance(value, tuple | list) else (value,))
        ]
        if any(separator in text or not text.strip() for text in texts):
            raise ValueRefused(SEPARATOR_INSIDE, separator=separator)
        return separator.join(texts)

    def _text(self, value: Value) -> str:
        # to Python a boolean is a number and a time is a date
        loose = isinstance(value, bool | datetime) and type(value) not in self.python
        if loose or not isinstance(value, self.python):
            raise ValueRefused(WRONG_TYPE, type=self.column.type)
        return self.write_one(value)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def cell_text(cell: Cell) -> str:
    """Return the text of a workbook's cell, as its owner sees it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueRefused(NO_INTEGER)
    return int(number)


def build_codec(column: Column, forms: Forms) -> Codec:
    """Return what reads and writes the values of a column.

    :raise ValueRefused: when a form of it is none; see `layout_check.py`.
    """
    builders = {
        "text": _text_codec,
        "reference": _text_codec,
        "selection": _selection_codec,
        "integer": _integer_codec,
        "decimal": _decimal_codec,
        "boolean": _boolean_codec,
        "date": _date_codec,
        "datetime": _time_codec,
    }
    return builders[column.type](column, forms, compile_pattern(column.pattern))


def compile_pattern(pattern: str, groups: int = 1) -> Any:
    """Return a compiled pattern of RE2, None for an empty one.

    :param groups: so many it may have.
    :raise ValueRefused: when it is none, or has more groups.
    """
    if not pattern:
        return None
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueRefused(LAYOUT_PATTERN, reason=_reason(error)) from None
    if found.groups > groups:
        raise ValueRefused(LAYOUT_PATTERN, reason=f"more than {groups} group(s)")
    return found


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


def _text_codec(column: Column, _forms: Forms, pattern: Any) -> Codec:
    limit = column.max_length

    def read(text: str) -> str:
        if limit and len(text) > limit:
            if not column.cut:
                raise ValueRefused(TOO_LONG, limit=limit)
            text = text[:limit]
        return text

    return Codec(column, read, str, (str,), pattern)


def _selection_codec(column: Column, _forms: Forms, pattern: Any) -> Codec:
    values = {choice.word.casefold(): choice.value for choice in column.choices}
    words: dict[str, str] = {}
    for choice in column.choices:
        words.setdefault(choice.value, choice.word)

    def read(text: str) -> str:
        if not values:
            return text
        if text in words:
            return text
        if text.casefold() not in values:
            choices = ", ".join(choice.word for choice in column.choices)
            raise ValueRefused(NO_CHOICE, words=choices)
        return values[text.casefold()]

    return Codec(column, read, lambda value: words.get(value, value), (str,), pattern)


def _integer_codec(column: Column, forms: Forms, pattern: Any) -> Codec:
    form = column.format or forms.number
    parse_marks(form)

    def read(text: str) -> int:
        try:
            return _whole(parse_number(text, form))
        except ValueRefused as refused:
            raise ValueRefused(
                refused.cause if refused.cause is NUMBER_TOO_LONG else NO_INTEGER
            ) from None

    return Codec(column, read, lambda value: format_number(value, form), (int,), pattern)


def _decimal_codec(column: Column, forms: Forms, pattern: Any) -> Codec:
    form = column.format or forms.number
    parse_marks(form)
    return Codec(
        column,
        lambda text: parse_number(text, form),
        lambda value: format_number(value, form),
        (Decimal, int),
        pattern,
    )


def parse_words(form: str) -> tuple[str, str]:
    """Return the words for yes and no of a form.

    :raise ValueRefused: when they are not two.
    """
    words = tuple(word.strip() for word in form.split("/"))
    if len(words) != 2 or not all(words) or words[0].casefold() == words[1].casefold():
        raise ValueRefused(LAYOUT_BOOLEAN)
    return words[0], words[1]


def _boolean_codec(column: Column, forms: Forms, pattern: Any) -> Codec:
    form = column.format or forms.boolean
    yes, no = parse_words(form) if form else (_YES[0], _NO[0])
    known = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
    if form:
        known = {yes.casefold(): True, no.casefold(): False}

    def read(text: str) -> bool:
        if text.casefold() not in known:
            raise ValueRefused(NO_BOOLEAN, words=", ".join(known))
        return known[text.casefold()]

    return Codec(column, read, lambda value: yes if value else no, (bool,), pattern)


def _date_codec(column: Column, forms: Forms, pattern: Any) -> Codec:
    form = column.format or forms.date
    if not all(re.search(part, each) for each in form.split("|") for part in _DATE_PARTS):
        raise ValueRefused(LAYOUT_DATE)
    return Codec(
        column,
        lambda text: parse_date(text, form),
        lambda value: format_date(value, form),
        (date,),
        pattern,
    )


def _time_codec(column: Column, forms: Forms, pattern: Any) -> Codec:
    form = column.format or forms.datetime
    zone = column.time_zone or forms.time_zone
    zone_of(zone)
    patterns = form.split("|") if form else []
    dated = all(re.search(part, each) for each in patterns for part in _DATE_PARTS)
    # what is written has the hour, what is read may be the day alone
    if not dated or (patterns and not re.search("%[HI]", patterns[0])):
        raise ValueRefused(LAYOUT_TIME)
    return Codec(
        column,
        lambda text: parse_time(text, form, zone),
        lambda value: format_time(value, form, zone),
        (datetime,),
        pattern,
        zone,
    )
