# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The border between Decimal, which we reckon in, and the numbers of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


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
