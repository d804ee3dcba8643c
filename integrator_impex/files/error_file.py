# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The error file: the rows of the input that were not taken, as they were, with the reasons.

It has the form of the input (dialect, charset, sheet, elements) and one column or element more, so
that it can be corrected and imported again as it is: the added column is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, BinaryIO

from lxml import etree

from .charsets import guess_charset
from .csv_table import CsvWriter
from .formulas import guard
from .layout import CsvFormat, Descriptor, XlsxFormat, XmlFormat
from .problems import Problem
from .records import ERRORS, table_groups
from .tables import RowNotes, TableWriter
from .xlsx_table import XlsxWriter
from .xml_records import XmlWriter, read_elements

#: Rows of records (`Record.row`) in ascending order, with reasons as texts or problems; one that
#: has several may come more than once.
Reasons = Iterable[tuple[int, Sequence[Problem | str]]]


def write_error_file(
    descriptor: Descriptor, source: BinaryIO, target: BinaryIO, reasons: Reasons
) -> int:
    """Write the records that were not taken, each with its reasons, and return their number.

    The input is read anew, side by side with the reasons, so that neither has to be kept.

    :param source: the input, seekable.
    :param target: takes the bytes and stays open.
    :param reasons: texts are written as they are; of problems, row, column and sentence are.
    :raise FileRefused: when the input cannot be read.
    """
    source.seek(0)
    reader = RowNotes(reasons)
    if isinstance(descriptor.format, XmlFormat):
        return _write_elements(descriptor.format, source, target, reader)
    return _write_rows(descriptor, descriptor.format, source, target, reader)


def reason_text(reasons: Iterable[Problem | str]) -> str:
    """Return the reasons of a row as one text."""
    return "; ".join(str(reason) for reason in reasons)


def _write_rows(
    descriptor: Descriptor,
    form: CsvFormat | XlsxFormat,
    source: BinaryIO,
    target: BinaryIO,
    reasons: RowNotes[Problem | str],
) -> int:
    writer = _writer(form, source, target)
    heads, groups = table_groups(descriptor, source)
    place = _error_place(heads) if heads is not None else None
    for _ in range(form.skip):
        writer.write_row([])
    if heads is not None:
        writer.write_row([*_to_width(heads, place), ERRORS])
    count = 0
    for group in groups:
        found = reasons.of(group[0].number)
        if not found:
            continue
        count += 1
        for row in group:
            # without a head there is no column to know it by: it stands behind all others
            cells = _to_width(row.cells, place)
            writer.write_row([*cells, guard(reason_text(found)) if row is group[0] else ""])
    writer.close()
    return count


def _error_place(heads: Sequence[str]) -> int:
    """Return where the reasons stand: where they stood before, else behind the last column."""
    return list(heads).index(ERRORS) if ERRORS in heads else len(heads)


def _to_width(cells: Sequence[Any], place: int | None) -> list[Any]:
    """Return so many cells; None: all of them."""
    if place is None:
        return list(cells)
    return [*cells[:place], *[""] * (place - len(cells))]


def _writer(form: CsvFormat | XlsxFormat, source: BinaryIO, target: BinaryIO) -> TableWriter:
    if isinstance(form, XlsxFormat):
        return XlsxWriter(target, form)
    guess = guess_charset(source)
    if guess.bom:
        # the mark of the file goes before what the layout says, here as in reading
        form = replace(form, charset=guess.charset, bom=True)
    return CsvWriter(target, form, keep=True)


def _write_elements(
    form: XmlFormat, source: BinaryIO, target: BinaryIO, reasons: RowNotes[Problem | str]
) -> int:
    count = 0
    writer = XmlWriter(target, form)
    for number, element in read_elements(source, form):
        if found := reasons.of(number):
            count += 1
            # with the document's own element its white space would come, too
            copy = deepcopy(element)
            copy.tail = None
            for old in copy.findall(ERRORS):
                copy.remove(old)
            etree.SubElement(copy, ERRORS).text = _clean(reason_text(found))
            writer.write_element(copy)
    writer.close()
    return count


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
