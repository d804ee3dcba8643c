# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms that readers of tables give and writers of tables take: rows of cells, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Generic, Protocol, TypeVar

from .layout import CsvFormat, XlsxFormat
from .problems import Problem

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
#: A row with more is refused.
MAX_COLUMNS = 1000
#: A cell or a line of text with more characters is refused.
MAX_CELL = 1_000_000


@dataclass(frozen=True)
class TableRow:
    """One row as it stands in the file.

    :param number: as a spreadsheet program counts it, the first row is 1.
    :param cells: texts; in a workbook also numbers, booleans, dates and None.
    :param problems: what is wrong with the row itself, column by number.
    """

    number: int
    cells: tuple[object, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands in it."""
        return all(is_blank(cell) for cell in self.cells)


Note = TypeVar("Note")


class RowNotes(Generic[Note]):
    """Notes of some rows of a file that is read once more: both are gone through side by side, so
    that neither has to be kept.

    :param notes: number of a row and what is known of it, in ascending order; a row may come more
        than once.
    """

    def __init__(self, notes: Iterable[tuple[int, Sequence[Note]]]) -> None:
        self._left = iter(notes)
        self._next = next(self._left, None)

    def of(self, number: int) -> list[Note]:
        """Return what is known of a row; rows are asked for in ascending order."""
        found: list[Note] = []
        while self._next and self._next[0] <= number:
            if self._next[0] == number:
                found += self._next[1]
            self._next = next(self._left, None)
        return found


def is_blank(cell: object) -> bool:
    """Return whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not trim(cell))


def trim(text: str) -> str:
    """Return a text without what is not seen around it: blanks, and the marks of no width that
    come along when it is copied from a page."""
    text = text.strip()
    while text and (text[0] in INVISIBLE or text[-1] in INVISIBLE):
        text = text.strip(INVISIBLE).strip()
    return text


class TableWriter(Protocol):
    """Writes rows; `close` has to be called at the end, and leaves the target open."""

    def write_row(self, cells: Iterable[object]) -> None:
        """Write a row: texts, numbers, booleans, dates or None.

        :raise FileRefused: when a cell cannot be written.
        """

    def close(self) -> None:
        """Complete the file."""


def read_table(source: BinaryIO, form: CsvFormat | XlsxFormat) -> Iterator[TableRow]:
    """Give the rows of a table, blank ones too, the head first.

    :param source: for a workbook it has to be seekable.
    :raise FileRefused: when the file cannot be read (on).
    """
    from .csv_table import read_csv
    from .xlsx_table import read_xlsx

    return read_csv(source, form) if isinstance(form, CsvFormat) else read_xlsx(source, form)


def table_writer(target: BinaryIO, form: CsvFormat | XlsxFormat) -> TableWriter:
    """Return a writer of rows in a format."""
    from .csv_table import CsvWriter
    from .xlsx_table import XlsxWriter

    return CsvWriter(target, form) if isinstance(form, CsvFormat) else XlsxWriter(target, form)
