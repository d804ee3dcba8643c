# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Layouts: what a file is like, and which part of it is which field.

A `Descriptor` holds data only. There is no place in it for SQL, expressions or code; patterns are
those of RE2, which takes linear time. It travels as JSON (`layout_json.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Type = Literal[
    "text", "integer", "decimal", "boolean", "date", "datetime", "selection", "reference"
]
Mode = Literal["merge", "insert", "update", "delete"]
NestedMode = Literal["merge", "insert", "update", "delete", "replace"]
Blank = Literal["leave", "clear"]
Unresolved = Literal["refuse", "wait", "leave"]
When = Literal["always", "insert", "update"]
MaskKind = Literal["glob", "regex"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "ilike", "child_of"]
Direction = Literal["import", "export"]
LineEnd = Literal["\r\n", "\n"]
Quoting = Literal["minimal", "all"]


@dataclass(frozen=True)
class CsvFormat:
    """A table as text.

    :param delimiter: one character between cells.
    :param quote: one character around cells; empty: cells are never quoted.
    :param charset: see `charsets.CHARSETS`; a byte order mark in the file goes before it.
    :param bom: a byte order mark is written.
    :param head: the first row names the columns.
    :param skip: rows before the head that are passed over.
    :param quoting: which cells are quoted when it is written.
    :param guard: texts that a spreadsheet would take for a formula are written with an apostrophe
        before them, and it is taken off when they are read; see `formulas.py`. For files that only
        programs read it is switched off.
    """

    kind: Literal["csv"] = "csv"
    delimiter: str = ";"
    quote: str = '"'
    charset: str = "utf-8"
    bom: bool = False
    head: bool = True
    skip: int = 0
    line_end: LineEnd = "\r\n"
    quoting: Quoting = "minimal"
    guard: bool = True


@dataclass(frozen=True)
class XlsxFormat:
    """A sheet of a workbook; formulas are never evaluated.

    :param sheet: its name; empty: the first one.
    :param head: the first row names the columns.
    :param skip: rows before the head that are passed over.
    """

    kind: Literal["xlsx"] = "xlsx"
    sheet: str = ""
    head: bool = True
    skip: int = 0


@dataclass(frozen=True)
class Namespace:
    """A prefix of the layout's paths and the namespace that it stands for."""

    prefix: str
    uri: str


@dataclass(frozen=True)
class XmlFormat:
    """Elements of an XML document.

    :param rows: path from the root to the element that is one record, such as `orders/order`.
    :param charset: in which it is written; a document says its own when it is read.
    :param namespaces: what the prefixes of paths stand for.
    """

    kind: Literal["xml"] = "xml"
    rows: str = "records/record"
    charset: str = "utf-8"
    namespaces: tuple[Namespace, ...] = ()


Format = CsvFormat | XlsxFormat | XmlFormat


@dataclass(frozen=True)
class Forms:
    """Forms of values where a column does not set its own.

    :param number: the number 1234.56 as the file writes it: `1234.56`, `1.234,56`, `1 234,56`.
    :param date: patterns as of `strptime`, separated by `|`, the first one is for writing.
    :param datetime: the same; empty: ISO 8601.
    :param boolean: words for yes and no, such as `yes/no`; empty: the usual ones are understood.
    :param time_zone: of times that do not name theirs.
    """

    number: str = "1234.56"
    date: str = "%Y-%m-%d"
    datetime: str = ""
    boolean: str = ""
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Lookup:
    """Search of the record that a text stands for.

    :param model: where it is looked for.
    :param by: fields that hold the text, tried in this order.
    :param unresolved: what happens when there is none: the row is refused, or waits until there
        is one, or only this field is left as it was.
    """

    model: str
    by: tuple[str, ...]
    unresolved: Unresolved = "refuse"


@dataclass(frozen=True)
class Choice:
    """A word of the file and the value of a selection field that it stands for."""

    word: str
    value: str


@dataclass(frozen=True)
class Column:
    """One field, and where it stands.

    :param field: name of the field.
    :param source: head of the column, or path of the element or attribute below the record's
        element (`address/city`, `@id`, `name[@lang='ru']`); empty only with a constant or position.
    :param position: number of the column, the first is 1, for tables without (unique) heads.
    :param key: the field is part of what finds the record.
    :param required: a row without a value is refused.
    :param label: for people.
    :param language: code of the language of this text.
    :param default: stands for a blank cell and for a column that is not in the file.
    :param constant: is the value whatever the file says; may hold `{now}`, `{today}`, `{file}`.
    :param format: as in `Forms`, by the type.
    :param time_zone: as in `Forms`.
    :param blank: a cell that is there and blank leaves the field as it was, or empties it.
    :param separator: the cell holds several values with this between them.
    :param max_length: longer texts are refused, or cut; 0: any length.
    :param cut: see above.
    :param pattern: an RE2 pattern that the whole cell has to match; its group, if it has one, is
        the value.
    :param keep_spaces: spaces around a text belong to it.
    :param choices: words of a selection; without, the file holds the values themselves.
    :param when: the field is written always, or only on new or only on existing records.
    """

    field: str
    source: str = ""
    position: int = 0
    type: Type = "text"
    key: bool = False
    required: bool = False
    label: str = ""
    language: str = ""
    default: str = ""
    constant: str = ""
    format: str = ""
    time_zone: str = ""
    blank: Blank = "leave"
    separator: str = ""
    max_length: int = 0
    cut: bool = False
    pattern: str = ""
    keep_spaces: bool = False
    choices: tuple[Choice, ...] = ()
    lookup: Lookup | None = None
    when: When = "always"

    @property
    def name(self) -> str:
        """Name of the value in a record: the field, and its language if it has one."""
        return f"{self.field}@{self.language}" if self.language else self.field

    @property
    def title(self) -> str:
        """Return the title of the column in the file, or towards people."""
        return self.source or (f"#{self.position}" if self.position else self.name)


@dataclass(frozen=True)
class Nested:
    """Lines of a record.

    In a table they stand in columns of the same rows: rows that follow with the same key, or with
    a blank one, are further lines of one record. In XML they are elements below its element.

    :param field: the one2many field.
    :param path: XML only: from the record's element to the one of a line, such as `lines/line`.
    :param mode: as of a record; `replace`: the record has exactly these lines afterwards.
    :param nested: lines of the lines, XML only.
    """

    field: str
    columns: tuple[Column, ...]
    path: str = ""
    mode: NestedMode = "merge"
    nested: tuple[Nested, ...] = ()
    when: When = "always"


@dataclass(frozen=True)
class Condition:
    """Condition for the records of an export: a field, an operator, and a value to compare with."""

    field: str
    operator: Operator
    value: str | int | float | bool | None | tuple[str, ...] | tuple[int, ...] = None


@dataclass(frozen=True)
class Descriptor:
    """The layout of a file, for import, export, or both.

    :param name: unique in a set-up.
    :param model: name of the model.
    :param mask: which files of a folder or zip are of this layout, by their name alone.
    :param file_name: of exports; `{timestamp}` is the time of the run.
    :param service: code of what acts on it; empty: the one for the format's kind.
    :param conditions: of exports; all of them hold.
    :param sort: of exports: fields, each with ` desc` behind it if it is.
    """

    name: str
    model: str
    columns: tuple[Column, ...] = ()
    title: str = ""
    mode: Mode = "merge"
    format: Format = CsvFormat()
    forms: Forms = Forms()
    nested: tuple[Nested, ...] = ()
    mask: str = ""
    mask_kind: MaskKind = "glob"
    file_name: str = ""
    service: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that find a record."""
        return tuple(column for column in self.columns if column.key)

    def all_columns(self) -> Iterator[Column]:
        """Give the columns of the record, then those of its lines."""
        yield from self.columns
        for nested in self.nested:
            yield from _columns(nested)


def _columns(nested: Nested) -> Iterator[Column]:
    yield from nested.columns
    for inner in nested.nested:
        yield from _columns(inner)


@dataclass(frozen=True)
class Group:
    """A data group: layouts in the order in which they are worked on."""

    name: str
    direction: Direction
    descriptors: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class SetUp:
    """Settings that travel from one database to another."""

    descriptors: tuple[Descriptor, ...] = ()
    groups: tuple[Group, ...] = ()
