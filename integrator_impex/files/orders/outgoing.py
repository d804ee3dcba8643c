# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows that another shop reads: stock, prices, and the state of its orders."""

from __future__ import annotations

import csv
import io

from lxml import etree


def write_rows(rows: list[dict[str, str]], names: tuple[str, ...], form: str) -> bytes:
    """Return a table, or a document with an element `row` per row.

    :param names: of the columns, in their order.
    :param form: `csv` or `xml`.
    """
    return _xml(rows, names) if form == "xml" else _csv(rows, names)


def _csv(rows: list[dict[str, str]], names: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _xml(rows: list[dict[str, str]], names: tuple[str, ...]) -> bytes:
    root = etree.Element("rows")
    for row in rows:
        element = etree.SubElement(root, "row")
        for name in names:
            etree.SubElement(element, name).text = row[name]
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def read_rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows that `write_rows` has written."""
    if content.startswith(b"<?xml"):
        root = etree.fromstring(content)
        return [{cell.tag: cell.text or "" for cell in row} for row in root]
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
