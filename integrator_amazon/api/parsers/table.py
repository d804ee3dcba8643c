# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tab separated reports, read as they flow in; the charset is found out by what the bytes say."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Generator, Mapping
from typing import Any, BinaryIO

from ..values import DocumentError, codec_of

#: Encodings that are tried in this order when none is given; the last takes any bytes.
CHARSETS = ("utf-8", "windows-31j", "cp1252", "latin-1")
#: A cell that is longer is none.
_LARGEST_CELL = 64 * 1024
_SAMPLE = 1024 * 1024
#: First bytes that a spreadsheet or Amazon may write -> the charset that they prove.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_FOREIGN = re.compile("[^\x00-\x7f]")
#: Lead bytes of what Japanese is mostly written in: kana and the everyday characters. Accents of
#: Europe, read so, become rare characters and half-width kana.
_EVERYDAY = range(0x82, 0x98)


def detect_charset(source: BinaryIO, named: str = "") -> str:
    """Return the charset of a document: what its first bytes prove, else what the transfer named if
    the bytes are of it, else the first that they can be of. The source is left at its beginning.

    :param named: as the Content-Type named it.
    """
    source.seek(0)
    beginning = source.read(len(codecs.BOM_UTF8))
    marked = [charset for mark, charset in _MARKS.items() if beginning.startswith(mark)]
    for charset in (*marked, *([named] if _is_charset(named) else []), *CHARSETS):
        source.seek(0)
        reader = io.TextIOWrapper(source, encoding=codec_of(charset), errors="strict")
        try:
            # what is named is only held against the bytes
            if _is_plausible(reader, charset) or charset == named:
                return charset
        except UnicodeDecodeError:
            continue
        finally:
            reader.detach()
            source.seek(0)
    return CHARSETS[-1]


def _is_charset(name: str) -> bool:
    try:
        return bool(name) and bool(codecs.lookup(codec_of(name)))
    except LookupError:
        return False


def _is_plausible(reader: Any, charset: str) -> bool:
    """Read to the end, and doubt Japanese that is not mostly of everyday characters: text that
    fits two languages is of the one that is written more.

    :raise UnicodeDecodeError: when the bytes are not of that charset.
    """
    everyday = rare = 0
    while text := reader.read(_SAMPLE):
        if charset != "windows-31j":
            continue
        for character in _FOREIGN.findall(text):
            if character.encode("cp932")[0] in _EVERYDAY:
                everyday += 1
            else:
                rare += 1
    return charset != "windows-31j" or everyday > rare


class Row(dict[str, str]):
    """One row: column -> text without blanks around it; a column that is not there is empty.

    :param flaw: why nothing of it can be relied on, if so.
    """

    def __init__(self, values: dict[str, str], line: int, flaw: str = "") -> None:
        super().__init__(values)
        self.line = line
        self._flaw = flaw

    def __missing__(self, name: str) -> str:
        return ""

    def check(self) -> None:
        """Make sure that the cells are those of their columns.

        :raise DocumentError: when they are not.
        """
        if self._flaw:
            raise self.error(self._flaw)

    def error(self, reason: str, column: str = "") -> DocumentError:
        """Return the exception for this row, or a column of it."""
        place = f"line {self.line}"
        return DocumentError(reason, f"{place}, column {column}" if column else place)

    def required(self, column: str) -> str:
        """Return the text of a column.

        :raise DocumentError: when it is empty.
        """
        if not self[column]:
            raise self.error("missing", column)
        return self[column]


def read_rows(
    source: BinaryIO,
    charset: str,
    columns: tuple[str, ...],
    spellings: Mapping[str, str] | None = None,
) -> Generator[Row, None, None]:
    """Give the rows of a table with a head, one by one.

    :param charset: see `detect_charset`.
    :param columns: columns that have to be in its head.
    :param spellings: how a head may be written, in lower case -> name of the column.
    :raise DocumentError: for another head.
    """
    text = io.TextIOWrapper(source, encoding=codec_of(charset), errors="replace", newline="")
    try:
        yield from _rows(text, columns, spellings or {})
    except csv.Error as error:
        raise DocumentError(str(error), "the table") from None
    finally:
        # who reads no further may have closed the source already
        if not source.closed:
            text.detach()


def read_head(source: BinaryIO, charset: str) -> list[str]:
    """Return the names in the head of a table, in lower case. The source is left at its beginning.

    :raise DocumentError: when the first line is none of a table.
    """
    text = io.TextIOWrapper(source, encoding=codec_of(charset), errors="replace", newline="")
    try:
        return _head(_table(text), {})
    except csv.Error as error:
        raise DocumentError(str(error), "the head") from None
    finally:
        text.detach()
        source.seek(0)


def _rows(
    text: Any, columns: tuple[str, ...], spellings: Mapping[str, str]
) -> Generator[Row, None, None]:
    table = _table(text)
    head = _head(table, spellings)
    missing = [name for name in columns if name not in head]
    if missing:
        raise DocumentError(f"no column {missing[0]}", "the head")
    for cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        # no database keeps a NUL
        clean = (cell.replace("\x00", "").strip() for cell in cells)
        flaw = "more cells than columns" if len(cells) > len(head) else ""
        yield Row(dict(zip(head, clean, strict=False)), table.line_num, flaw)


def _table(text: Any) -> Any:
    # a quotation mark is a character like any other: titles have inches
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)


def _head(table: Any, spellings: Mapping[str, str]) -> list[str]:
    return [_column(name, spellings) for name in next(table, [])]


def _column(name: str, spellings: Mapping[str, str]) -> str:
    """Return the name of a column; what stands behind it in brackets translates it."""
    plain = name.strip().strip("\ufeff").strip('"').lower().partition(" (")[0]
    return spellings.get(plain, plain)
