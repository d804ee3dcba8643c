# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading of single values of Amazon's answers; `shapes` checks answers by the same functions.

What is null or an empty text counts as missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from ..values import Money, parse_time

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII)
_MOST = 2**31 - 1
#: From here on a number of seconds is one of milliseconds (it would be the year 5138).
_MILLISECONDS = 10**11


def read_text(value: Any) -> str:
    """Return a text; an id without quotes is still an id.

    :raise ValueError: for anything but a text or a whole number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{str(value)[:50]!r} is no text")
    return (value or "").replace("\x00", "").strip()


def read_units(value: Any) -> int:
    """Return pieces, 0 when it is missing: a number, or a decimal in a text such as `"2.0"`.

    :raise ValueError: for a negative number, a part of a piece, or no number.
    """
    number = read_decimal(value)
    if number is None:
        return 0
    if number != number.to_integral_value() or not 0 <= number <= _MOST:
        raise ValueError(f"{str(value)[:50]!r} is no number of pieces")
    return int(number)


def read_decimal(value: Any) -> Decimal | None:
    """Return a decimal of a text or a number, None when it is missing.

    :raise ValueError: when it is something else.
    """
    if value in (None, ""):
        return None
    plain = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
    text = str(value).strip() if plain else ""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{str(value)[:50]!r} is no number")
    return Decimal(text)


def read_moment(value: Any) -> datetime | None:
    """Return a time, None when it is missing; Japan has sent UNIX times.

    :raise ValueError: when it is not a time.
    """
    if value in (None, ""):
        return None
    if isinstance(value, str) and not value.strip().isdecimal():
        return parse_time(value)
    seconds = read_decimal(value) or Decimal(0)
    if seconds >= _MILLISECONDS:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(int(seconds), timezone.utc)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{str(value)[:50]!r} is no time") from error


def read_money(value: Any) -> Money | None:
    """Return an amount, None when it is missing; it is called `value` or `amount`.

    :raise ValueError: when it is not an amount with a currency.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError("an amount is no object")
    text = value.get("value") if value.get("value") is not None else value.get("amount")
    amount = read_decimal(text)
    currency = read_text(value.get("currencyCode"))
    if amount is None or not currency:
        raise ValueError("an amount has no number or no currency")
    return Money(amount, currency.upper())


def read_amount(value: Any) -> int:
    """Return the pieces of `{unit, value}`, 0 when it is missing.

    :raise ValueError: when it is no such object, or in another unit than pieces.
    """
    if value is None:
        return 0
    if not isinstance(value, Mapping):
        raise ValueError("an amount is no object")
    unit = read_text(value.get("unit")).upper()
    if unit not in ("", "EACHES"):
        raise ValueError(f"{unit[:50]!r} are no pieces")
    return read_units(value.get("value"))


def read_word(value: Any, words: Mapping[str, str], default: str = "unknown") -> str:
    """Return our word for one of Amazon's, whether it is written `CompletePartialled` or
    `COMPLETE_PARTIALLED`; the default for one that is not known.

    :param words: Amazon's word in lower case without underscores -> ours.
    """
    return words.get(read_text(value).lower().replace("_", "").replace("-", ""), default)


def read_link(value: Any) -> str:
    """Return an address that may be opened, empty for anything else; some come percent-encoded."""
    text = read_text(value)
    if text[:10].lower().startswith(("http%3a", "https%3a")):
        text = unquote(text).strip()
    return text if text.lower().startswith(("https://", "http://")) else ""


def read_texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a list, none when it is missing; empty ones are left out.

    :raise ValueError: when it is not a list of texts.
    """
    if value is not None and not isinstance(value, list):
        raise ValueError("no list of texts")
    return tuple(text for text in (read_text(row) for row in value or ()) if text)
