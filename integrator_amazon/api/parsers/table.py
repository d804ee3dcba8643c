# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tab separated reports, read as they flow in; the charset is found out by what the bytes say."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..charsets import codec_of
from .document_error import DocumentError

#: What a report is tried to be when nobody says, in this order; the last takes any bytes.
CHARSETS = ("utf-8", "windows-31j", "cp1252", "latin-1")
#: A cell that is longer is none.
_LARGEST_CELL = 64 * 1024
_SAMPLE = 1024 * 1024
#: What a spreadsheet or Amazon may write first -> the charset that it proves.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]{2}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def detect_charset(source: BinaryIO, named: str = "") -> str:
    """Return the charset of a document: what its first bytes prove, else the named one if the bytes
    are of it, else the first that they can be of. The source is left at its beginning.

    :param named: as the Content-Type named it.
    """
    source.seek(0)
    beginning = source.read(len(codecs.BOM_UTF8))
    marked = [charset for mark, charset in _MARKS.items() if beginning.startswith(mark)]
    for charset in filter(None, (*marked, named, *CHARSETS)):
        source.seek(0)
        try:
            reader = io.TextIOWrapper(source, encoding=codec_of(charset), errors="strict")
            if _is_plausible(reader, charset):
                return charset
        except (UnicodeDecodeError, LookupError):
            continue
        finally:
            reader.detach()
            source.seek(0)
    return CHARSETS[-1]


def _is_plausible(reader: Any, charset: str) -> bool:
    """Read to the end, and doubt Japanese that has no two Japanese characters side by side, or
    characters of nobody: accents of Europe look so.

    :raise UnicodeDecodeError: when the bytes are not of that charset.
    """
    found = foreign = False
    while text := reader.read(_SAMPLE):
        found = found or bool(_JAPANESE.search(text))
        foreign = foreign or bool(_PRIVATE.search(text))
    return charset != "windows-31j" or (found and not foreign)


class Row(dict[str, str]):
    """One row: column -> text without blanks around it; a column that is not there is empty."""

    def __init__(self, values: dict[str, str], line: int) -> None:
        super().__init__(values)
        self.line = line

    def __missing__(self, name: str) -> str:
        return ""

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


def read_rows(source: BinaryIO, charset: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """Give the rows of a table with a head, one by one.

    :param charset: see `detect_charset`.
    :param columns: columns that have to be in its head.
    :raise DocumentError: for another head, or a row with more cells than the head.
    """
    text = io.TextIOWrapper(source, encoding=codec_of(charset), errors="replace", newline="")
    try:
        yield from _rows(text, columns)
    except csv.Error as error:
        raise DocumentError(str(error), "the table") from None
    finally:
        text.detach()


def read_head(source: BinaryIO, charset: str) -> list[str]:
    """Return the names in the head of a table, in lower case. The source is left at its beginning.

    :raise DocumentError: when the first line is none of a table.
    """
    text = io.TextIOWrapper(source, encoding=codec_of(charset), errors="replace", newline="")
    try:
        return _head(_table(text))
    except csv.Error as error:
        raise DocumentError(str(error), "the head") from None
    finally:
        text.detach()
        source.seek(0)


def _rows(text: Any, columns: tuple[str, ...]) -> Iterator[Row]:
    table = _table(text)
    head = _head(table)
    missing = [name for name in columns if name not in head]
    if missing:
        raise DocumentError(f"no column {missing[0]}", "the head")
    for cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(dict(zip(head, map(_clean, cells), strict=False)), table.line_num)
        if len(cells) > len(head):
            raise row.error("more cells than columns")
        yield row


def _table(text: Any) -> Any:
    # a quotation mark is a character like any other: titles have inches
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)


def _head(table: Any) -> list[str]:
    return [name.strip().strip("\ufeff").strip('"').lower() for name in next(table, [])]


def _clean(cell: str) -> str:
    """Return a cell as a database takes it: no NUL, no edges."""
    return cell.replace("\x00", "").strip()
