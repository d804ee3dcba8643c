# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The border between Decimal, which we reckon in, and the numbers of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?(E[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_WIDEST = 18  # digits before or after the point; no amount has more


def parse_amount(value: Any) -> Decimal:
    """Return an amount of Amazon's text or of a JSON number as it was read.

    :raise ValueError: when it is something else, or wider than any amount.
    """
    # before anything is reckoned: 1e999999999 is a number of JSON as well
    readable = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
    if isinstance(value, int) and abs(value) >= 10**_WIDEST:
        readable = False  # also keeps out integers that are too long to be printed
    if not readable or not _DECIMAL.fullmatch(str(value)):
        raise ValueError("not a decimal")
    amount = Decimal(value)
    if amount and abs(amount.adjusted()) > _WIDEST:
        raise ValueError("not a decimal")
    return amount


def parse_currency(value: Any) -> str:
    """Return the code of a currency.

    :raise ValueError: when it is none of ISO 4217's form.
    """
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("not an ISO 4217 code")
    return value


def json_number(value: Decimal) -> int | float:
    """Return a decimal as the JSON number that reads exactly the same.

    :raise ValueError: when no JSON number of Python does (more than about 15 digits).
    """
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has too many digits for JSON")
    return number


def jsonable(value: Any) -> Any:
    """Return a copy of nested dicts and lists in which every Decimal is a JSON number."""
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    return value


def dump_json(value: Any) -> bytes:
    """Return a value as UTF-8 JSON without blanks."""
    text = json.dumps(jsonable(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")
