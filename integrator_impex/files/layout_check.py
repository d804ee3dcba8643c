# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks a layout by itself; the addon checks its model and fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from .causes import (
    CHARSET_UNKNOWN,
    LAYOUT_CHARACTER,
    LAYOUT_CONSTANT,
    LAYOUT_EMPTY,
    LAYOUT_LINES,
    LAYOUT_MISSING,
    LAYOUT_NAME,
    LAYOUT_NO_KEY,
    LAYOUT_NO_LOOKUP,
    LAYOUT_NO_SOURCE,
    LAYOUT_PATH,
    LAYOUT_RANGE,
    LAYOUT_TWICE,
    LAYOUT_VALUE,
)
from .charsets import codec_of
from .constants import PLACEHOLDERS, Context, fixed_value
from .layout import (
    Column,
    Condition,
    CsvFormat,
    Descriptor,
    Forms,
    Group,
    Nested,
    SetUp,
    XlsxFormat,
    XmlFormat,
)
from .masks import compile_mask
from .problems import FileRefused, Problem, ValueRefused
from .tables import MAX_COLUMNS
from .values import build_codec
from .xml_paths import XmlPath, parse_path
from .xml_records import CHARSETS as XML_CHARSETS

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,5}")
_SORT = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*( desc)?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MAX_SKIP = 1000
MAX_NESTED = 3
_KEYED = ("merge", "update", "delete")


def check(descriptor: Descriptor) -> list[Problem]:
    """Return what is wrong with a layout, each with the path of the place."""
    return list(_descriptor_problems(descriptor))


@lru_cache(maxsize=200)
def _problems(descriptor: Descriptor) -> tuple[Problem, ...]:
    return tuple(_descriptor_problems(descriptor))


def require_valid(descriptor: Descriptor) -> None:
    """Refuse a layout that makes no sense.

    :raise FileRefused: with everything that is wrong with it.
    """
    if found := _problems(descriptor):
        raise FileRefused(found)


def check_setup(setup: SetUp) -> list[Problem]:
    """Return what is wrong with a set-up and its layouts."""
    found = [
        Problem(problem.cause, problem.words, path=f"descriptors[{at}].{problem.path}")
        for at, descriptor in enumerate(setup.descriptors)
        for problem in _descriptor_problems(descriptor)
    ]
    found += _twice((one.name for one in setup.descriptors), "descriptors", "name")
    found += _twice((group.name for group in setup.groups), "groups", "name")
    for at, group in enumerate(setup.groups):
        found += _group_problems(group, f"groups[{at}]")
    return found


def _group_problems(group: Group, path: str) -> Iterator[Problem]:
    if not group.name.strip():
        yield LAYOUT_MISSING.at(path=f"{path}.name", key="name")
    if not group.descriptors:
        yield LAYOUT_EMPTY.at(path=f"{path}.descriptors")


def _descriptor_problems(descriptor: Descriptor) -> Iterator[Problem]:
    if not descriptor.name.strip():
        yield LAYOUT_MISSING.at(path="name", key="name")
    if not _FIELD.fullmatch(descriptor.model):
        yield LAYOUT_NAME.at(path="model")
    if not descriptor.columns:
        yield LAYOUT_EMPTY.at(path="columns")
    elif descriptor.mode in _KEYED and not descriptor.keys:
        yield LAYOUT_NO_KEY.at(path="columns")
    yield from _refusals("mask", lambda: compile_mask(descriptor.mask, descriptor.mask_kind))
    yield from _format_problems(descriptor.format)
    yield from _form_problems(descriptor.forms)
    names = [column.name for column in descriptor.columns]
    names += [nested.field for nested in descriptor.nested]
    yield from _twice(names, "columns", "field")
    yield from _place_problems(descriptor)
    for at, column in enumerate(descriptor.columns):
        yield from _column_problems(column, descriptor, f"columns[{at}]")
    for at, nested in enumerate(descriptor.nested):
        yield from _nested_problems(nested, descriptor, f"nested[{at}]", 1)
    yield from _export_problems(descriptor)


def _refusals(path: str, attempt: Callable[[], object]) -> Iterator[Problem]:
    """Try something; what it refuses is a problem at a path."""
    try:
        attempt()
    except ValueRefused as refused:
        yield refused.cause.at(path=path, **refused.words)
    except FileRefused as refused:
        yield from (
            Problem(problem.cause, problem.words, path=path) for problem in refused.problems
        )


def _format_problems(form: CsvFormat | XlsxFormat | XmlFormat) -> Iterator[Problem]:
    if isinstance(form, XmlFormat):
        if form.charset not in XML_CHARSETS:
            yield CHARSET_UNKNOWN.at(path="format.charset", charset=form.charset)
        yield from _refusals("format.rows", lambda: _rows_path(form))
        return
    if not 0 <= form.skip <= MAX_SKIP:
        yield LAYOUT_RANGE.at(path="format.skip", low=0, high=MAX_SKIP)
    if isinstance(form, CsvFormat):
        yield from _refusals("format.charset", lambda: codec_of(form.charset))
        odd = {"\r", "\n", "\0", "\ufeff"}
        if len(form.delimiter) != 1 or form.delimiter in odd:
            yield LAYOUT_CHARACTER.at(path="format.delimiter")
        elif len(form.quote) > 1 or form.quote in odd | {form.delimiter, " "}:
            yield LAYOUT_CHARACTER.at(path="format.quote")


def _rows_path(form: XmlFormat) -> None:
    path = parse_path(form.rows, form.namespaces)
    if path.attribute or len(path.steps) < 2:
        raise ValueRefused(LAYOUT_PATH)


def _form_problems(forms: Forms) -> Iterator[Problem]:
    samples = {"number": "decimal", "date": "date", "datetime": "datetime", "boolean": "boolean"}
    for name, kind in samples.items():
        column = Column("x", type=kind)  # type: ignore[arg-type]
        yield from _refusals(f"forms.{name}", lambda column=column: build_codec(column, forms))


def _twice(names: Iterable[str], path: str, key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield LAYOUT_TWICE.at(path=f"{path}[{at}].{key}", name=name)
        seen.add(name)


def _place_problems(descriptor: Descriptor) -> Iterator[Problem]:
    """Yield the places of a table that two columns would take."""
    if isinstance(descriptor.format, XmlFormat):
        return
    columns = list(descriptor.all_columns())
    sources = (column.source.casefold() for column in columns if not column.position)
    yield from _twice((source for source in sources if source), "columns", "source")
    yield from _twice(
        (f"#{one.position}" for one in columns if one.position), "columns", "position"
    )


def _column_problems(column: Column, descriptor: Descriptor, path: str) -> Iterator[Problem]:
    if not _FIELD.fullmatch(column.field):
        yield LAYOUT_NAME.at(path=f"{path}.field")
    yield from _source_problems(column, descriptor, path)
    if not 0 <= column.position <= MAX_COLUMNS:
        yield LAYOUT_RANGE.at(path=f"{path}.position", low=0, high=MAX_COLUMNS)
    if column.max_length < 0:
        yield LAYOUT_RANGE.at(path=f"{path}.max_length", low=0, high="…")
    if (column.type == "reference") != bool(column.lookup):
        yield LAYOUT_NO_LOOKUP.at(path=f"{path}.lookup")
    elif column.lookup:
        yield from _lookup_problems(column, path)
    refused = list(_refusals(f"{path}.format", lambda: build_codec(column, descriptor.forms)))
    yield from refused
    if not refused:
        yield from _fixed_problems(column, path)


def _source_problems(column: Column, descriptor: Descriptor, path: str) -> Iterator[Problem]:
    form = descriptor.format
    if isinstance(form, XmlFormat):
        if column.source:
            yield from _refusals(
                f"{path}.source", lambda: parse_path(column.source, form.namespaces)
            )
        elif not column.constant:
            yield LAYOUT_NO_SOURCE.at(path=path)
    elif not column.position and not column.constant and not (column.source and form.head):
        yield LAYOUT_NO_SOURCE.at(path=path)


def _lookup_problems(column: Column, path: str) -> Iterator[Problem]:
    lookup = column.lookup
    if lookup and not _FIELD.fullmatch(lookup.model):
        yield LAYOUT_NAME.at(path=f"{path}.lookup.model")
    if lookup and not lookup.by:
        yield LAYOUT_EMPTY.at(path=f"{path}.lookup.by")
    for at, name in enumerate(lookup.by if lookup else ()):
        if not _FIELD.fullmatch(name):
            yield LAYOUT_NAME.at(path=f"{path}.lookup.by[{at}]")


def _fixed_problems(column: Column, path: str) -> Iterator[Problem]:
    """Yield problems of the values that the layout itself holds."""
    for name in ("constant", "default"):
        text = getattr(column, name)
        for word in _PLACEHOLDER.findall(text):
            if word not in PLACEHOLDERS:
                yield LAYOUT_CONSTANT.at(path=f"{path}.{name}", name=f"{{{word}}}")
        try:
            fixed_value(column, text, Context(file="file"))
        except ValueRefused:
            yield LAYOUT_VALUE.at(path=f"{path}.{name}")


def _nested_problems(
    nested: Nested, descriptor: Descriptor, path: str, depth: int
) -> Iterator[Problem]:
    if not _FIELD.fullmatch(nested.field):
        yield LAYOUT_NAME.at(path=f"{path}.field")
    if not nested.columns:
        yield LAYOUT_EMPTY.at(path=f"{path}.columns")
    elif nested.mode in _KEYED and not any(column.key for column in nested.columns):
        yield LAYOUT_NO_KEY.at(path=f"{path}.columns")
    yield from _nested_place(nested, descriptor, path)
    yield from _twice((column.name for column in nested.columns), f"{path}.columns", "field")
    for at, column in enumerate(nested.columns):
        yield from _column_problems(column, descriptor, f"{path}.columns[{at}]")
    if depth == MAX_NESTED and nested.nested:
        yield LAYOUT_RANGE.at(path=f"{path}.nested", low=0, high=MAX_NESTED)
        return
    for at, inner in enumerate(nested.nested):
        yield from _nested_problems(inner, descriptor, f"{path}.nested[{at}]", depth + 1)


def _nested_place(nested: Nested, descriptor: Descriptor, path: str) -> Iterator[Problem]:
    form = descriptor.format
    if isinstance(form, XmlFormat):
        yield from _refusals(f"{path}.path", lambda: _lines_path(nested, form))
    elif nested.path or nested.nested:
        yield LAYOUT_LINES.at(path=path)
    elif not descriptor.keys:
        # by the key one knows which rows are of one record
        yield LAYOUT_NO_KEY.at(path="columns")


def _lines_path(nested: Nested, form: XmlFormat) -> XmlPath:
    path = parse_path(nested.path, form.namespaces)
    if path.attribute or not path.steps:
        raise ValueRefused(LAYOUT_PATH)
    return path


def _export_problems(descriptor: Descriptor) -> Iterator[Problem]:
    for at, condition in enumerate(descriptor.conditions):
        yield from _condition_problems(condition, f"conditions[{at}]")
    for at, name in enumerate(descriptor.sort):
        if not _SORT.fullmatch(name):
            yield LAYOUT_NAME.at(path=f"sort[{at}]")
    if any(mark in descriptor.file_name for mark in ("/", "\\", "\0", "..")):
        yield LAYOUT_NAME.at(path="file_name")


def _condition_problems(condition: Condition, path: str) -> Iterator[Problem]:
    if not _FIELD.fullmatch(condition.field):
        yield LAYOUT_NAME.at(path=f"{path}.field")
    if condition.operator.endswith("in") != isinstance(condition.value, tuple):
        yield LAYOUT_VALUE.at(path=f"{path}.value")
