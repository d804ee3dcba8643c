# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The returns report, GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE: one row per item of a return."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any, BinaryIO

from ..values import DocumentError, unreadable
from .table import Row, read_rows

__all__ = ["DocumentError", "parse_returns"]

_COLUMNS = ("order id", "amazon rma id", "merchant sku", "return quantity")
#: Column -> key of a neutral return line.
_LINE = {
    "sku": "merchant sku",
    "remote_product_id": "asin",
    "remote_line_id": "order item id",
    "title": "item name",
    "reason": "return reason",
    "resolution": "resolution",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAX_PIECES = 100_000


def parse_returns(source: BinaryIO, charset: str) -> Iterator[dict[str, Any]]:
    """Give the returns of a report in the neutral form; rows of one return may stand apart.

    A return with a row that cannot be read is left out: it would be of fewer pieces than it is.

    :param source: the decompressed document.
    :param charset: see `table.detect_charset`.
    :raise DocumentError: when it is no such report.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    flaws: dict[tuple[str, str], DocumentError] = {}
    for row in read_rows(source, charset, _COLUMNS):
        order_id = row["order id"]
        key = (order_id, row["amazon rma id"] or row["merchant rma id"] or order_id)
        try:
            row.check()
            row.required("order id")
            one = found.setdefault(key, _read_return(row, *key))
            one["lines"].append(_read_line(row))
        except DocumentError as error:
            flaws.setdefault(key, error)
    yield from (one for key, one in found.items() if key not in flaws)
    yield from map(unreadable, flaws.values())


def _read_return(row: Row, order_id: str, number: str) -> dict[str, Any]:
    return {
        "remote_return_id": number,
        "remote_order_id": order_id,
        "requested_at": _read_day(row, "return request date"),
        "remote_status": row["return request status"],
        "carrier": row["return carrier"],
        "tracking": row["tracking id"],
        "lines": [],
    }


def _read_line(row: Row) -> dict[str, Any]:
    return {
        **{key: row[column] for key, column in _LINE.items()},
        "quantity": _read_pieces(row),
    }


def _read_pieces(row: Row) -> int:
    text = row.required("return quantity")
    if not (text.isascii() and text.isdigit() and int(text) <= _MAX_PIECES):
        raise row.error("is not a number of pieces", "return quantity")
    return int(text)


def _read_day(row: Row, column: str) -> datetime | None:
    """Return a day such as 26-Nov-2026; the month is English in every locale."""
    if not row[column]:
        return None
    with suppress(ValueError):
        return datetime.strptime(row[column], "%Y-%m-%d").replace(tzinfo=timezone.utc)
    day, _dash, rest = row[column].partition("-")
    month, _dash, year = rest.partition("-")
    try:
        return datetime(int(year), _MONTHS.index(month.title()) + 1, int(day), tzinfo=timezone.utc)
    except ValueError:
        raise row.error("is not a day such as 26-Nov-2026", column) from None
