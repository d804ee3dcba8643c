# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sheets of workbooks (xlsx), read and written row by row.

Openpyxl reads; XlsxWriter writes, since it keeps one row in memory and the same rows make the same
bytes. A text is written as a text, so that no spreadsheet program takes it for a formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
import xlsxwriter
from lxml.etree import XMLSyntaxError
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter.exceptions import XlsxWriterException

from .archive import Archive, Limits
from .causes import (
    CELL_TOO_LONG_FOR_SHEET,
    FORMULA_WITHOUT_VALUE,
    NO_SHEET,
    NO_WORKBOOK,
    SHEET_ERROR,
    SHEET_FULL,
    TOO_MANY_COLUMNS,
)
from .layout import XlsxFormat
from .problems import FileRefused, Problem
from .sizes import MEGABYTE
from .tables import MAX_COLUMNS, TableRow

#: A workbook is a zip of XML, which packs better than what people send otherwise.
LIMITS = Limits(entries=2000, total=512 * MEGABYTE, ratio=500)
_PROLOG = 64 * 1024
_MEDIA = re.compile(r"\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|bin|vml|svg)$", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")
_BROKEN = (
    *(InvalidFileException, zipfile.BadZipFile, ParseError, XMLSyntaxError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, EOFError),
)
#: More digits are not kept by a workbook's numbers.
_DIGITS = 15
_MAX_ROWS = 1_048_576
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - stands in the place of the time


def read_xlsx(source: BinaryIO, form: XlsxFormat) -> Iterator[TableRow]:
    """Give the rows of a sheet; see `tables.read_table`.

    The value of a formula is the result that was saved with it; one without is a problem of its
    row.

    :raise FileRefused: for what is no workbook, or is made to attack.
    """
    _check(source)
    sheet = _sheet(source, form, False)
    results: Iterator[Any] | None = None
    at = 0
    for number, cells in enumerate(_rows(sheet), 1):
        if any(cell.data_type == "f" for cell in cells):
            # only now: to read a sheet twice takes twice the time
            results = results or _rows(_sheet(source, form, True))
            saved: tuple[Any, ...] = ()
            while at < number:
                saved, at = next(results, ()), at + 1
            yield _row(number, cells, saved)
        else:
            yield _row(number, cells, ())


def _check(source: BinaryIO) -> None:
    """Refuse archives that are made to attack, and XML with a document type declaration."""
    source.seek(0)
    archive = Archive(source, LIMITS)
    for member in archive.members:
        if _MEDIA.search(member.name):
            continue
        with archive.open(member.name) as file:
            prolog = file.read(_PROLOG)
        root = _ROOT.search(prolog)
        if prolog and (not root or b"<!DOCTYPE" in prolog[: root.start()].upper()):
            raise FileRefused(NO_WORKBOOK.at())
    source.seek(0)


def _sheet(source: BinaryIO, form: XlsxFormat, results: bool) -> Any:
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=results, keep_links=False)
    except _BROKEN:
        raise FileRefused(NO_WORKBOOK.at()) from None
    if form.sheet and form.sheet not in book.sheetnames:
        raise FileRefused(NO_SHEET.at(sheet=form.sheet))
    sheets = [book[form.sheet]] if form.sheet else book.worksheets
    if not sheets or not hasattr(sheets[0], "reset_dimensions"):
        raise FileRefused(NO_SHEET.at(sheet=form.sheet))
    # the size of the sheet is found by its rows
    sheets[0].reset_dimensions()
    return sheets[0]


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    try:
        yield from sheet.iter_rows()
    except _BROKEN:
        raise FileRefused(NO_WORKBOOK.at()) from None


def _row(number: int, cells: tuple[Any, ...], saved: tuple[Any, ...]) -> TableRow:
    problems: list[Problem] = []
    values: list[object] = []
    for place, cell in enumerate(cells[:MAX_COLUMNS], 1):
        if cell.data_type == "f":
            cell = saved[place - 1] if place <= len(saved) else None
            if cell is None or cell.value is None:
                problems.append(FORMULA_WITHOUT_VALUE.at(number, f"#{place}"))
        if cell is not None and cell.data_type == "e":
            problems.append(SHEET_ERROR.at(number, f"#{place}", cell.value))
        values.append(_value(cell.value) if cell is not None else None)
    if any(cell.value is not None for cell in cells[MAX_COLUMNS:]):
        problems.append(TOO_MANY_COLUMNS.at(number, limit=MAX_COLUMNS))
    while values and values[-1] is None:
        values.pop()
    return TableRow(number, tuple(values), tuple(problems))


def _value(value: Any) -> object:
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, float):
        # as it stands in the file: the shortest text that is this number
        return Decimal(repr(value))
    return value


class XlsxWriter:
    """Writes rows into the one sheet of a workbook; see `tables.TableWriter`.

    Numbers, booleans, dates and times of a day become cells of that kind, all else texts.
    """

    def __init__(self, target: BinaryIO, form: XlsxFormat, title: str = "Data") -> None:
        options = {"constant_memory": True, "in_memory": False}
        self._book = xlsxwriter.Workbook(target, options)
        self._book.set_properties({"created": _CREATED})
        try:
            self._sheet = self._book.add_worksheet(form.sheet or title)
        except XlsxWriterException:
            raise FileRefused(NO_SHEET.at(sheet=form.sheet)) from None
        self._text = self._book.add_format({"num_format": "@"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._number = 0

    def write_row(self, cells: Iterable[object]) -> None:
        """Write a row; see `tables.TableWriter`."""
        if self._number >= _MAX_ROWS:
            raise FileRefused(SHEET_FULL.at())
        for place, cell in enumerate(cells):
            self._write_cell(place, cell)
        self._number += 1

    def _write_cell(self, place: int, cell: object) -> None:
        sheet, row = self._sheet, self._number
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, place, cell)
        elif isinstance(cell, int | Decimal) and _is_exact(cell):
            sheet.write_number(row, place, float(cell))
        elif isinstance(cell, date) and cell.year >= 1900:
            # a date of a workbook is read as its midnight
            is_day = not isinstance(cell, datetime) or cell.time() == time.min
            sheet.write_datetime(row, place, cell, self._date if is_day else self._moment)
        elif sheet.write_string(row, place, str(cell), self._text):
            raise FileRefused(CELL_TOO_LONG_FOR_SHEET.at(row + 1, f"#{place + 1}"))

    def close(self) -> None:
        """Complete the workbook."""
        self._book.close()


def _is_exact(number: int | Decimal) -> bool:
    number = Decimal(number)
    return len(number.as_tuple().digits) <= _DIGITS and abs(number.adjusted()) <= _DIGITS
