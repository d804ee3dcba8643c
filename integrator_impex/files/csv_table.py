# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables as text (CSV), read and written row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TextIO

from .causes import (
    CELL_TOO_LONG,
    CELL_UNWRITABLE,
    CHARSET_CANNOT,
    CHARSET_WRONG,
    NO_TABLE,
    NO_WORKBOOK,
    NUL_INSIDE,
    QUOTES_BROKEN,
    TOO_MANY_COLUMNS,
)
from .charsets import UNDECODABLE, codec_of, open_text
from .layout import CsvFormat
from .problems import FileRefused, Problem
from .tables import MAX_CELL, MAX_COLUMNS, TableRow

#: First bytes of workbooks of the form before xlsx.
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
#: Pages of the web and XML, which some programs call tables.
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|!doctype|html|table)\b", re.IGNORECASE)
_BEGINNING = 64
#: The first line by which some programs name the delimiter for spreadsheet programs.
_DELIMITER_LINE = re.compile("sep=.?", re.IGNORECASE)
#: Charsets whose files begin with a mark in any case, and the order of bytes that we write.
_MARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def read_csv(source: BinaryIO, form: CsvFormat) -> Iterator[TableRow]:
    """Give the rows of a file; see `tables.read_table`.

    :raise FileRefused: when its quotation marks do not fit, a line has no end, or the charset is
        not known. Bytes that are not of the charset are a problem of their row only.
    """
    if csv.field_size_limit() < MAX_CELL:
        csv.field_size_limit(MAX_CELL)
    beginning = source.read(_BEGINNING) if source.seekable() else b""
    if beginning:
        source.seek(-len(beginning), io.SEEK_CUR)
    if beginning.startswith(OLD_WORKBOOK):
        raise FileRefused(NO_WORKBOOK.at())
    if _MARKUP.match(beginning):
        raise FileRefused(NO_TABLE.at())
    with open_text(source, form.charset) as text:
        yield from _rows(csv.reader(_lines(text), strict=True, **_dialect(form)), form.charset)


def _dialect(form: CsvFormat) -> dict[str, Any]:
    if form.quote:
        return {"delimiter": form.delimiter, "quotechar": form.quote}
    return {"delimiter": form.delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(MAX_CELL):
        if len(line) == MAX_CELL:
            raise FileRefused(CELL_TOO_LONG.at(limit=MAX_CELL))
        yield line


def _rows(reader: Any, charset: str) -> Iterator[TableRow]:
    number = 0
    while True:
        number += 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(_broken(error, number)) from None
        except FileRefused as refused:
            raise FileRefused(problem.on(number) for problem in refused.problems) from None
        if number == 1 and _DELIMITER_LINE.fullmatch("".join(cells)):
            cells = ()
        yield TableRow(number, cells[:MAX_COLUMNS], tuple(_problems(number, cells, charset)))


def _broken(error: csv.Error, number: int) -> Problem:
    text = str(error)
    if "field larger" in text:
        return CELL_TOO_LONG.at(number, limit=MAX_CELL)
    return (NUL_INSIDE if "NUL" in text else QUOTES_BROKEN).at(number)


def _problems(number: int, cells: tuple[str, ...], charset: str) -> Iterator[Problem]:
    if len(cells) > MAX_COLUMNS:
        yield TOO_MANY_COLUMNS.at(number, limit=MAX_COLUMNS)
    for place, cell in enumerate(cells[:MAX_COLUMNS], 1):
        if UNDECODABLE in cell:
            yield CHARSET_WRONG.at(number, f"#{place}", cell, charset=charset)
        elif "\0" in cell:
            yield NUL_INSIDE.at(number, f"#{place}")


class CsvWriter:
    """Writes rows as text; see `tables.TableWriter`.

    :param target: takes the bytes.
    :param keep: characters that the charset does not have become question marks instead of being
        refused.
    """

    def __init__(self, target: BinaryIO, form: CsvFormat, keep: bool = False) -> None:
        self._target = target
        self._form = form
        self._errors = "replace" if keep else "strict"
        codec = codec_of(form.charset)
        # by the other name Python would write a mark before each row
        self._codec = _MARKED.get(codec, codec)
        if codec in _MARKED or (form.bom and codec.startswith("utf")):
            self._target.write("\ufeff".encode(self._codec))
        quoting = csv.QUOTE_ALL if form.quoting == "all" else csv.QUOTE_MINIMAL
        options = {"quoting": quoting, **_dialect(form)}
        # a line end of its own: with it the library quotes what holds either of its characters
        self._writer = csv.writer(self, lineterminator="\r\n", **options)
        self._number = 0

    def write_row(self, cells: Iterable[object]) -> None:
        """Write a row; see `tables.TableWriter`."""
        self._number += 1
        texts = ["" if cell is None else str(cell) for cell in cells]
        try:
            self._writer.writerow(texts)
        except csv.Error:
            raise FileRefused(CELL_UNWRITABLE.at(self._number)) from None
        except UnicodeEncodeError as error:
            found = CHARSET_CANNOT.at(
                self._number,
                charset=self._form.charset,
                character=error.object[error.start : error.end],
            )
            raise FileRefused(found) from None

    def _write(self, line: str) -> None:
        """Take a row from the library."""
        text = line.removesuffix("\r\n") + self._form.line_end
        self._target.write(text.encode(self._codec, self._errors))

    # under the name that the library calls, which is one of a model's methods to the checks
    write = _write

    def close(self) -> None:
        """Nothing is left to write."""
