# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Updates of orders as other systems send them, in JSON or as rows of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ..causes import (
    UPDATE_LINE_NO_KEY,
    UPDATE_NO_KEY,
    UPDATE_NOT_READABLE,
    UPDATE_QUANTITY,
    UPDATE_VALUE,
)
from ..problems import FileRefused
from .rows import rows_together

#: Keys of an update for the whole order.
TEXTS = ("order", "delivery", "tracking", "carrier", "status", "message_id")
#: Keys of a line of an update.
LINE_TEXTS = ("line", "sku", "status", "invoice")
LINE_NUMBERS = ("ordered", "delivered")
LINE_DAYS = ("confirmed", "expected_from", "expected_until", "invoice_date")
LINE_FLAGS = ("rejected", "guaranteed")
MAX_TEXT = 200
MAX_LINES = 2000
#: More than any order has of anything.
MAX_QUANTITY = Decimal(10**9)
YES, NO = ("1", "true", "yes", "y"), ("", "0", "false", "no", "n")


def read_json(content: bytes) -> list[dict[str, Any]]:
    """Return the updates of a JSON text: one, or a list.

    :raise FileRefused: when one of them is none.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise FileRefused(UPDATE_NOT_READABLE.at()) from None
    return [read_update(one) for one in (found if isinstance(found, list) else [found])]


def read_csv(content: bytes) -> list[dict[str, Any]]:
    """Return the updates of a table with a row per line; rows of one update follow each other.

    :raise FileRefused: when one of them is none.
    """
    try:
        text = content.decode("utf-8-sig")
        sample = text.partition("\n")[0]
        delimiter = ";" if sample.count(";") > sample.count(",") else ","
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused(UPDATE_NOT_READABLE.at()) from None
    return [read_update(_joined(group)) for group in rows_together(rows, _key_of_row)]


def _key_of_row(row: dict[str, str]) -> tuple[str, ...]:
    names = ("message_id", "order", "delivery", "tracking")
    return tuple((row.get(name) or "").strip() for name in names)


def _joined(rows: list[dict[str, str]]) -> dict[str, Any]:
    first = rows[0]
    names = (*LINE_TEXTS, *LINE_NUMBERS, *LINE_DAYS, *LINE_FLAGS)
    lines = [
        {**{name: row.get(name) or "" for name in names}, "status": row.get("line_status") or ""}
        for row in rows
        if row.get("line") or row.get("sku")
    ]
    return {**{name: first.get(name) or "" for name in (*TEXTS, "shipped")}, "lines": lines}


def read_update(raw: Any) -> dict[str, Any]:
    """Return an update in the form that is kept: texts without blanks around them, quantities as
    texts of numbers, days as ISO dates; missing values are left out.

    :raise FileRefused: when something is no such value, or it belongs to nothing.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("lines", []), list):
        raise FileRefused(UPDATE_NOT_READABLE.at())
    update = dict(_texts(raw, TEXTS))
    if not {"order", "delivery", "tracking"} & update.keys():
        raise FileRefused(UPDATE_NO_KEY.at())
    update["shipped"] = _flag(raw, "shipped")
    if len(raw.get("lines", [])) > MAX_LINES:
        raise FileRefused(UPDATE_VALUE.at(name="lines"))
    update["lines"] = [_line(line) for line in raw.get("lines", [])]
    return update


def _line(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise FileRefused(UPDATE_NOT_READABLE.at())
    line = dict(_texts(raw, LINE_TEXTS))
    if not {"line", "sku"} & line.keys():
        raise FileRefused(UPDATE_LINE_NO_KEY.at())
    for name in LINE_NUMBERS:
        if (number := _number(raw, name)) is not None:
            line[name] = number
    for name in LINE_DAYS:
        if day := _day(raw, name):
            line[name] = day
    for name in LINE_FLAGS:
        if _flag(raw, name):
            line[name] = True
    return line


def _texts(raw: dict[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = raw.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise FileRefused(UPDATE_VALUE.at(name=name))
        text = str(value).strip()
        if len(text) > MAX_TEXT or not text.isprintable():
            raise FileRefused(UPDATE_VALUE.at(name=name))
        if text:
            yield name, text


def _number(raw: dict[str, Any], name: str) -> str | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise FileRefused(UPDATE_VALUE.at(name=name)) from None
    if isinstance(value, bool) or not number.is_finite() or number > MAX_QUANTITY:
        raise FileRefused(UPDATE_VALUE.at(name=name))
    if number < 0:
        raise FileRefused(UPDATE_QUANTITY.at())
    return str(number)


def _day(raw: dict[str, Any], name: str) -> str | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise FileRefused(UPDATE_VALUE.at(name=name)) from None


def _flag(raw: dict[str, Any], name: str) -> bool:
    value = raw.get(name)
    if isinstance(value, bool) or value is None:
        return bool(value)
    text = str(value).strip().lower()
    if text not in YES + NO:
        raise FileRefused(UPDATE_VALUE.at(name=name))
    return text in YES
