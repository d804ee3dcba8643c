# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records of a file by its layout, read and written one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from .causes import (
    HEAD_AGAIN,
    HEAD_COLUMN_MISSING,
    HEAD_MISSING,
    HEAD_TWICE,
    RECORD_TOO_LONG,
    REQUIRED,
    ROW_TOO_LONG,
    SHEET_EMPTY,
    XML_UNWRITABLE,
)
from .constants import Context, fixed_value
from .formulas import guard, unguard
from .layout import Column, CsvFormat, Descriptor, Forms, Nested, XlsxFormat, XmlFormat
from .layout_check import require_valid
from .problems import FileRefused, Problem, ValueRefused
from .tables import TableRow, is_blank, read_table, table_writer, trim
from .values import Codec, build_codec
from .xml_paths import XmlPath, parse_path
from .xml_records import XmlWriter, read_elements

#: A column that the error file adds; it is never read.
ERRORS = "_errors"
#: A record of a table with more rows is not one.
MAX_LINES = 10_000
#: Types of a native cell of a workbook.
_NATIVE = ("integer", "decimal", "boolean", "date")


@dataclass
class Record:
    """One record as the file has it.

    :param row: number of its first row, or of its element; names it within the file.
    :param values: `Column.name` -> value; None: the field is to be emptied; what is not in it is
        to be left as it is.
    :param lines: one2many field -> its lines.
    :param problems: why it cannot be taken; its values are then incomplete.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[Record]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def all_problems(self) -> list[Problem]:
        """Return what is wrong with it and with its lines."""
        inner = (line for lines in self.lines.values() for line in lines)
        return [*self.problems, *(problem for line in inner for problem in line.all_problems())]


def read_records(
    descriptor: Descriptor, source: BinaryIO, context: Context | None = None
) -> Iterator[Record]:
    """Give the records of a file, one by one; a record that cannot be taken holds its problems.

    :param source: the file; workbooks have to be seekable.
    :raise FileRefused: when the file cannot be read (on), or does not fit the layout.
    """
    require_valid(descriptor)
    context = context or Context()
    if isinstance(descriptor.format, XmlFormat):
        return _read_xml(descriptor, descriptor.format, source, context)
    return _read_tables(descriptor, source, context)


class _Reader:
    """Reads the cells of one column."""

    def __init__(self, column: Column, forms: Forms, guarded: bool, context: Context) -> None:
        self.column = column
        self._codec = build_codec(column, forms)
        self._guarded = guarded and column.type in ("text", "selection", "reference")
        self._constant = fixed_value(column, column.constant, context)
        self._default = fixed_value(column, column.default, context)

    def fill(self, record: Record, cell: Any, is_there: bool) -> None:
        """Put what a cell says into a record.

        :param is_there: whether the file has the cell at all.
        """
        column = self.column
        if column.constant:
            record.values[column.name] = self._constant
        elif isinstance(cell, list) or not is_blank(cell):
            self._read_value(record, cell)
        elif column.default:
            record.values[column.name] = self._default
        elif column.required or column.key:
            record.problems.append(REQUIRED.at(record.row, column.title))
        elif is_there and column.blank == "clear":
            record.values[column.name] = None

    def _read_value(self, record: Record, cell: Any) -> None:
        if self._guarded and isinstance(cell, str):
            cell = unguard(cell)
        try:
            record.values[self.column.name] = self._codec.read_cell(cell)
        except ValueRefused as refused:
            record.problems.append(refused.at(record.row, self.column.title, cell))


# === TABLES === #


def _read_tables(descriptor: Descriptor, source: BinaryIO, context: Context) -> Iterator[Record]:
    form = descriptor.format
    if isinstance(form, XmlFormat):
        raise TypeError(form)
    rows = read_table(source, form)
    heads = read_head(rows, form)
    table = _Table(descriptor, heads, isinstance(form, CsvFormat) and form.guard, context)
    for group in table.groups(rows):
        yield table.record(group)


def read_head(rows: Iterator[TableRow], form: CsvFormat | XlsxFormat) -> tuple[str, ...] | None:
    """Take the rows before the first record from a table and return the names of its columns.

    :raise FileRefused: when there is no head although there should be one.
    """
    for _ in range(form.skip):
        next(rows, None)
    if not form.head:
        return None
    head = next((row for row in rows if not row.is_blank), None)
    if head is None:
        raise FileRefused((SHEET_EMPTY if isinstance(form, XlsxFormat) else HEAD_MISSING).at())
    if head.problems:
        raise FileRefused(head.problems)
    names = list(_texts(head.cells))
    while not names[-1]:
        names.pop()
    return tuple(names)


def _texts(cells: Iterable[Any]) -> tuple[str, ...]:
    return tuple("" if cell is None else trim(str(cell)) for cell in cells)


class _Table:
    """A table by its layout.

    :param heads: names of its columns, None without a head.
    """

    def __init__(
        self,
        descriptor: Descriptor,
        heads: tuple[str, ...] | None,
        guarded: bool,
        context: Context,
    ) -> None:
        self._heads = heads

        def readers(columns: Iterable[Column]) -> list[tuple[_Reader, int | None]]:
            return [
                (_Reader(column, descriptor.forms, guarded, context), self._place(column))
                for column in columns
            ]

        self._readers = readers(descriptor.columns)
        self._lines = [(nested.field, readers(nested.columns)) for nested in descriptor.nested]
        places = (place for reader, place in self._readers if reader.column.key)
        self._keys = [place for place in places if place is not None]

    def _place(self, column: Column) -> int | None:
        """Return where a column stands, the first is 0, None when it is not in the file.

        :raise FileRefused: when it has to be there, or is there twice.
        """
        if column.constant:
            return None
        if column.position:
            return column.position - 1
        places = [at for at, head in enumerate(self._heads or ()) if _same(head, column.source)]
        if len(places) > 1:
            raise FileRefused(HEAD_TWICE.at(column=column.source, head=column.source))
        if not places and (column.key or column.required) and not column.default:
            heads = ", ".join(self._heads or ())
            raise FileRefused(
                HEAD_COLUMN_MISSING.at(column=column.source, head=column.source, heads=heads)
            )
        return places[0] if places else None

    def groups(self, rows: Iterator[TableRow]) -> Iterator[list[TableRow]]:
        """Give the rows of each record: one, or with lines the ones that follow with its key.

        :raise FileRefused: when a record has too many rows.
        """
        group: list[TableRow] = []
        for row in rows:
            if row.is_blank:
                continue
            if group and not self._goes_on(group[0], row):
                yield group
                group = []
            group.append(row)
            if len(group) > MAX_LINES:
                raise FileRefused(RECORD_TOO_LONG.at(group[0].number, limit=MAX_LINES))
        if group:
            yield group

    def _goes_on(self, first: TableRow, row: TableRow) -> bool:
        if not self._lines or not self._keys:
            return False
        keys = [self._cell(row, place)[0] for place in self._keys]
        if all(is_blank(key) for key in keys):
            return True
        return keys == [self._cell(first, place)[0] for place in self._keys]

    @staticmethod
    def _cell(row: TableRow, place: int | None) -> tuple[Any, bool]:
        """Return a cell and whether it is there: a row may end early."""
        if place is None or place >= len(row.cells):
            return None, False
        return row.cells[place], True

    def record(self, rows: Sequence[TableRow]) -> Record:
        """Return the record of its rows."""
        record = Record(rows[0].number)
        record.problems += [one for row in rows for one in self._row_problems(row)]
        # of a cell that cannot be read it is not said as well what else is wrong with it
        unread = {problem.column for problem in rows[0].problems}
        for reader, place in self._readers:
            if place is None or f"#{place + 1}" not in unread:
                reader.fill(record, *self._cell(rows[0], place))
        for field_name, readers in self._lines:
            lines = (self._line(row, readers) for row in rows)
            record.lines[field_name] = [line for line in lines if line]
        return record

    def _line(self, row: TableRow, readers: list[tuple[_Reader, int | None]]) -> Record | None:
        cells = [self._cell(row, place) for _reader, place in readers]
        if all(is_blank(cell) for cell, _is_there in cells):
            return None
        line = Record(row.number)
        for (reader, _place), cell in zip(readers, cells, strict=True):
            reader.fill(line, *cell)
        return line

    def _row_problems(self, row: TableRow) -> Iterator[Problem]:
        heads = self._heads
        for problem in row.problems:
            yield name_column(problem, heads)
        if heads and len(heads) > 1 and _repeats(row, heads):
            yield HEAD_AGAIN.at(row.number)
        if heads and any(not is_blank(cell) for cell in row.cells[len(heads) :]):
            yield ROW_TOO_LONG.at(row.number, count=len(row.cells), heads=len(heads))


def name_column(problem: Problem, heads: Sequence[str] | None) -> Problem:
    """Return a problem of a row with the name of its column in the place of the number."""
    if not heads or not problem.column.startswith("#"):
        return problem
    place = int(problem.column[1:]) - 1
    name = heads[place] if place < len(heads) else problem.column
    return Problem(problem.cause, problem.words, problem.row, name, problem.value, problem.path)


def _repeats(row: TableRow, heads: Sequence[str]) -> bool:
    """Return whether a row has the names of all columns once more."""
    return len(row.cells) >= len(heads) and all(
        isinstance(cell, str) and _same(trim(cell), head)
        for cell, head in zip(row.cells, heads, strict=False)
    )


def _same(head: str, source: str) -> bool:
    return head.casefold() == source.strip().casefold()


def unused_heads(descriptor: Descriptor, source: BinaryIO) -> list[str]:
    """Return the names of columns of a table that the layout does not read.

    :param source: seekable; it is left at its beginning.
    :raise FileRefused: when it cannot be read.
    """
    form = descriptor.format
    if isinstance(form, XmlFormat) or not form.head:
        return []
    parts = (descriptor, *descriptor.nested)
    columns = [column for part in parts for column in part.columns]
    source.seek(0)
    heads = read_head(read_table(source, form), form) or ()
    source.seek(0)
    places = {column.position for column in columns}
    return [
        head
        for place, head in enumerate(heads, 1)
        if head not in ("", ERRORS)
        and place not in places
        and not any(_same(head, column.source) for column in columns)
    ]


def table_groups(descriptor: Descriptor, source: BinaryIO) -> tuple[Any, Iterator[list[TableRow]]]:
    """Return the head of a table and the rows of each of its records, for the error file."""
    form = descriptor.format
    if isinstance(form, XmlFormat):
        raise TypeError(form)
    rows = read_table(source, form)
    heads = read_head(rows, form)
    return heads, _Table(descriptor, heads, False, Context()).groups(rows)


def count_records(descriptor: Descriptor, source: BinaryIO) -> int:
    """Return how many records a file has; their values are not looked at.

    :raise FileRefused: see `read_records`.
    """
    if isinstance(descriptor.format, XmlFormat):
        return sum(1 for _element in read_elements(source, descriptor.format))
    _heads, groups = table_groups(descriptor, source)
    return sum(1 for _group in groups)


# === XML === #


def _read_xml(
    descriptor: Descriptor, form: XmlFormat, source: BinaryIO, context: Context
) -> Iterator[Record]:
    branch = _Branch(descriptor.columns, descriptor.nested, descriptor.forms, form, context)
    for number, element in read_elements(source, form):
        yield branch.record(element, number)


class _Branch:
    """The columns of a record or of a line in XML."""

    def __init__(
        self,
        columns: Sequence[Column],
        nested: Sequence[Nested],
        forms: Forms,
        form: XmlFormat,
        context: Context,
    ) -> None:
        self._columns = [
            (_Reader(column, forms, False, context), path_of(column, form)) for column in columns
        ]
        self._nested = [
            (
                one.field,
                parse_path(one.path, form.namespaces),
                _Branch(one.columns, one.nested, forms, form, context),
            )
            for one in nested
        ]

    def record(self, element: Any, number: int) -> Record:
        record = Record(number)
        for reader, path in self._columns:
            texts = path.texts(element) if path else []
            cell = texts[0] if len(texts) == 1 else texts or None
            if isinstance(cell, list) and all(is_blank(text) for text in cell):
                cell = ""
            reader.fill(record, cell, bool(texts))
        for name, path, branch in self._nested:
            found = path.elements(element)
            record.lines[name] = [branch.record(inner, number) for inner in found]
        return record


def path_of(column: Column, form: XmlFormat) -> XmlPath | None:
    """Return where a column stands in XML, None for a constant without a place."""
    return parse_path(column.source, form.namespaces) if column.source else None


# === WRITING === #


class RecordWriter:
    """Writes records into a file by its layout; the same records make the same bytes.

    A record is a mapping: `Column.name` -> value, one2many field -> list of such mappings. A value
    that is None or not there is a blank cell; in XML, None is an element without text, and what is
    not there is no element.

    :param target: takes the bytes and stays open. `close` has to be called at the end.
    :raise FileRefused: when the layout cannot be written.
    """

    def __init__(
        self, descriptor: Descriptor, target: BinaryIO, context: Context | None = None
    ) -> None:
        require_valid(descriptor)
        context = context or Context()
        if isinstance(descriptor.format, XmlFormat):
            self._records: _XmlRecords | _TableRecords = _XmlRecords(
                descriptor, descriptor.format, target, context
            )
        else:
            self._records = _TableRecords(descriptor, descriptor.format, target, context)
        self._number = 0

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write a record.

        :raise FileRefused: when a value cannot be written, with the record's number as row.
        """
        self._number += 1
        try:
            self._records.write_record(values)
        except FileRefused as refused:
            raise FileRefused(problem.on(self._number) for problem in refused.problems) from None

    def close(self) -> None:
        """Complete the file."""
        self._records.close()


def write_records(
    descriptor: Descriptor,
    records: Iterable[Mapping[str, Any]],
    target: BinaryIO,
    context: Context | None = None,
) -> None:
    """Write a whole file; see `RecordWriter`."""
    writer = RecordWriter(descriptor, target, context)
    for values in records:
        writer.write_record(values)
    writer.close()


class _Printer:
    """Writes the cells of one column."""

    def __init__(
        self, column: Column, forms: Forms, guarded: bool, native: bool, context: Context
    ) -> None:
        self.column = column
        self._codec: Codec = build_codec(column, forms)
        self._guarded = guarded and column.type in ("text", "selection", "reference")
        self._native = native and column.type in _NATIVE and not column.separator
        self._constant = fixed_value(column, column.constant, context)

    def cell(self, values: Mapping[str, Any]) -> Any:
        """Return what stands in the cell: a text, or what a workbook has of its own.

        :raise FileRefused: when the value is none of this column.
        """
        value = values.get(self.column.name) if self._constant is None else self._constant
        if value is None or value == ():
            return ""
        try:
            text = self._codec.write_cell(value)
        except ValueRefused as refused:
            raise FileRefused(refused.at(None, self.column.title, value)) from None
        if self._native:
            return value
        return guard(text) if self._guarded else text


class _TableRecords:
    def __init__(
        self,
        descriptor: Descriptor,
        form: CsvFormat | XlsxFormat,
        target: BinaryIO,
        context: Context,
    ) -> None:
        guarded = isinstance(form, CsvFormat) and form.guard
        places = column_places(descriptor)
        self._width = max(places.values(), default=-1) + 1

        def printers(columns: Iterable[Column]) -> list[tuple[_Printer, int]]:
            native = isinstance(form, XlsxFormat)
            return [
                (_Printer(column, descriptor.forms, guarded, native, context), places[column])
                for column in columns
                if column in places
            ]

        self._columns = printers(descriptor.columns)
        self._keys = printers(descriptor.keys)
        self._lines = [(nested.field, printers(nested.columns)) for nested in descriptor.nested]
        self._writer = table_writer(target, form)
        for _ in range(form.skip):
            self._writer.write_row([])
        if form.head:
            self._write({place: column.source or column.name for column, place in places.items()})

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write the rows of a record: one, or as many as it has lines."""
        lines = [(values.get(name) or [], printers) for name, printers in self._lines]
        for number in range(max([1, *(len(rows) for rows, _printers in lines)])):
            cells: dict[int, Any] = {}
            self._fill(cells, self._keys if number else self._columns, values)
            for rows, printers in lines:
                if number < len(rows):
                    self._fill(cells, printers, rows[number])
            self._write(cells)

    @staticmethod
    def _fill(
        cells: dict[int, Any], printers: Iterable[tuple[_Printer, int]], values: Mapping[str, Any]
    ) -> None:
        for printer, place in printers:
            cells[place] = printer.cell(values)

    def _write(self, cells: Mapping[int, Any]) -> None:
        self._writer.write_row([cells.get(place, "") for place in range(self._width)])

    def close(self) -> None:
        """Complete the file."""
        self._writer.close()


def column_places(descriptor: Descriptor) -> dict[Column, int]:
    """Return where each column is written: at its position, the others in order between them."""
    columns = [column for column in descriptor.all_columns() if column.source or column.position]
    taken = {column.position - 1 for column in columns if column.position}
    free = (place for place in range(len(columns) + len(taken)) if place not in taken)
    return {column: column.position - 1 if column.position else next(free) for column in columns}


class _XmlRecords:
    def __init__(
        self, descriptor: Descriptor, form: XmlFormat, target: BinaryIO, context: Context
    ) -> None:
        self._twig = _Twig(descriptor.columns, descriptor.nested, descriptor.forms, form, context)
        self._writer = XmlWriter(target, form)

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write the element of a record."""
        element = self._writer.new_element()
        self._twig.fill(element, values)
        self._writer.write_element(element)

    def close(self) -> None:
        """Complete the file."""
        self._writer.close()


class _Twig:
    """Writes the columns of a record or of a line into an element."""

    def __init__(
        self,
        columns: Iterable[Column],
        nested: Iterable[Nested],
        forms: Forms,
        form: XmlFormat,
        context: Context,
    ) -> None:
        self._printers = [
            (_Printer(column, forms, False, False, context), path)
            for column in columns
            if (path := path_of(column, form))
        ]
        self._nested = [
            (
                one.field,
                parse_path(one.path, form.namespaces),
                _Twig(one.columns, one.nested, forms, form, context),
            )
            for one in nested
        ]

    def fill(self, element: Any, values: Mapping[str, Any]) -> None:
        """Write values into an element.

        :raise FileRefused: when one cannot be written.
        """
        for printer, path in self._printers:
            if printer.column.constant or printer.column.name in values:
                self._put(path.make(element), path, printer, values)
        for name, path, twig in self._nested:
            for line in values.get(name) or []:
                twig.fill(path.make(element, anew=True), line)

    @staticmethod
    def _put(element: Any, path: XmlPath, printer: _Printer, values: Mapping[str, Any]) -> None:
        text = printer.cell(values)
        try:
            if path.attribute:
                element.set(path.attribute, text)
            else:
                element.text = text
        except ValueError:
            raise FileRefused(XML_UNWRITABLE.at(None, printer.column.title)) from None
