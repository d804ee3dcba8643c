# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order as CSV, XML or JSON. The same order makes the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ..formulas import guard

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: Parts of an order that are made of several values.
NESTED = ("customer", "ship_to")


def to_json(order: dict[str, Any]) -> bytes:
    """Return an order as JSON."""
    return json.dumps(order, ensure_ascii=False, indent=2).encode()


def to_csv(order: dict[str, Any], for_people: bool = False) -> bytes:
    """Return an order as a table with a row per line; what is the order's stands in each.

    :param for_people: no spreadsheet program takes a text for a formula; numbers stay numbers.
    """
    heads = dict(_flat(order))
    rows = [
        {**heads, **{f"line_{name}": value for name, value in line.items()}}
        for line in order["lines"]
    ]
    text = io.StringIO(newline="")
    rows = rows or [heads]
    if for_people:
        rows = [{name: _guarded(value) for name, value in row.items()} for row in rows]
    names = list(rows[0])
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _guarded(value: str) -> str:
    return value if _NUMBER.fullmatch(value) else guard(value)


def _flat(order: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in order.items():
        if name in NESTED:
            yield from ((f"{name}_{part}", text) for part, text in value.items())
        elif name != "lines":
            yield name, value


def to_xml(order: dict[str, Any]) -> bytes:
    """Return an order as a document with one element `order`."""
    root = etree.Element("order")
    for name, value in order.items():
        if name in NESTED:
            _add_values(etree.SubElement(root, name), value)
        elif name != "lines":
            etree.SubElement(root, name).text = _plain(value)
    lines = etree.SubElement(root, "lines")
    for line in order["lines"]:
        _add_values(etree.SubElement(lines, "line"), line)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add_values(element: Any, values: dict[str, str]) -> None:
    for name, value in values.items():
        etree.SubElement(element, name).text = _plain(value)


def _plain(value: str) -> str:
    """Return a text without the control characters that XML does not have."""
    return "".join(sign for sign in value if sign in "\t\n\r" or sign >= " ")
