# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Guesses the form of a sample file. A person looks at the guess before it is used."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from .causes import XML_BROKEN
from .charsets import CHARSETS, codec_of, guess_charset, is_beyond_ascii, open_text
from .layout import CsvFormat, Descriptor, Namespace, XlsxFormat, XmlFormat
from .problems import FileRefused, ValueRefused
from .records import read_head
from .tables import read_table
from .xml_records import PARSER_OPTIONS, read_elements

#: Reads a text by a form.
Parse = Callable[[str, str], object]
#: First bytes of every workbook.
WORKBOOK = b"PK\x03\x04"
#: Charsets in which every file can be read, be it written in them or not.
ONE_BYTE = {name for name in CHARSETS if re.match("cp[18]|cp437|iso|koi8|mac", name)}
#: Of equally good ones the first is taken.
NUMBER_FORMS = ("1234.56", "1234,56", "1.234,56", "1,234.56", "1 234,56", "1'234.56")
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
DELIMITERS = ";,\t|"
#: Characters and rows that are looked at.
SAMPLE = 64 * 1024
ROWS = 20


def guess_csv(source: BinaryIO) -> CsvFormat:
    """Return the format that a table seems to have.

    The delimiter is the one by which most rows have the same number of cells, and more than one.

    :param source: seekable.
    :raise FileRefused: when it cannot be read in its charset.
    """
    charset = guess_charset(source)
    with open_text(source, charset.charset) as text:
        sample = text.read(SAMPLE)
    source.seek(0)
    best = max(DELIMITERS, key=lambda delimiter: _score(sample, delimiter))
    return CsvFormat(delimiter=best, charset=charset.charset, bom=charset.bom)


def is_workbook(source: BinaryIO) -> bool:
    """Return whether a file begins as a workbook does; it is left at its beginning.

    :param source: seekable.
    """
    beginning = source.read(len(WORKBOOK))
    source.seek(0)
    return beginning == WORKBOOK


def as_workbook(descriptor: Descriptor) -> Descriptor:
    """Return a layout of tables as text as that of the same table in a workbook."""
    form = descriptor.format
    if not isinstance(form, CsvFormat):
        raise TypeError(form)
    return replace(descriptor, format=XlsxFormat(head=form.head, skip=form.skip))


def as_found(descriptor: Descriptor, source: BinaryIO) -> Descriptor:
    """Return a layout as a file of it is: programs for tables save as a workbook, with another
    delimiter or as UTF-8, as it is usual where they run. Otherwise it is the layout itself.

    :param source: seekable; it is left at its beginning.
    """
    if not isinstance(descriptor.format, CsvFormat):
        return descriptor
    if is_workbook(source):
        return as_workbook(descriptor)
    form = descriptor.format
    if codec_of(form.charset) in ONE_BYTE and is_beyond_ascii(source):
        form = replace(form, charset="utf-8")
    forms = [form, *(replace(form, delimiter=one) for one in DELIMITERS if one not in form.quote)]
    needed = [
        one.source for one in descriptor.columns if one.key and one.source and not one.position
    ]
    fitting = (one for one in forms if form.head and _has_heads(source, one, needed))
    return replace(descriptor, format=next(fitting, form))


def _has_heads(source: BinaryIO, form: CsvFormat, needed: Sequence[str]) -> bool:
    source.seek(0)
    try:
        heads = read_head(read_table(source, form), form) or ()
    except FileRefused:
        return False
    finally:
        source.seek(0)
    return {name.strip().casefold() for name in needed} <= {head.casefold() for head in heads}


def guess_kind(source: BinaryIO) -> str:
    """Return the kind of format that a file has: xlsx, xml or csv; it is left at its beginning.

    :param source: seekable.
    """
    if is_workbook(source):
        return "xlsx"
    charset = guess_charset(source)
    with open_text(source, charset.charset) as text:
        beginning = text.read(SAMPLE).lstrip()
    source.seek(0)
    return "xml" if beginning.startswith("<") else "csv"


def guess_form(texts: Iterable[str], forms: Sequence[str], parse: Parse) -> str:
    """Return the form in which most texts are written, of equally many the first.

    :param forms: see `layout.Forms`.
    :param parse: `values.parse_number` or `values.parse_date`.
    """

    def count(form: str) -> int:
        return sum(_is_of(text, form, parse) for text in found)

    found = [text for text in texts if text.strip()]
    return max(forms, key=count)


def _is_of(text: str, form: str, parse: Parse) -> bool:
    try:
        parse(text, form)
    except ValueRefused:
        return False
    return True


def _score(sample: str, delimiter: str) -> tuple[int, int]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for _, row in zip(range(ROWS), rows, strict=False) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def guess_xml(source: BinaryIO) -> tuple[XmlFormat, list[str]]:
    """Return the format that a document seems to have and the paths below its first record that
    hold texts.

    :param source: seekable.
    :raise FileRefused: when it is not XML.
    """
    source.seek(0)
    names: list[etree.QName] = []
    try:
        for _event, element in etree.iterparse(source, ("start",), **PARSER_OPTIONS):
            names.append(etree.QName(element))
            if len(names) == 2:
                break
    except etree.XMLSyntaxError as error:
        raise FileRefused(XML_BROKEN.at(reason=(error.msg or "").split(", line ")[0])) from None
    source.seek(0)
    space = names[0].namespace or ""
    form = XmlFormat(
        rows="/".join(name.localname for name in names),
        namespaces=(Namespace("", space),) if space else (),
    )
    for _number, element in read_elements(source, form):
        tags = [etree.QName(child) for child in element if not len(child)]
        paths = [f"@{name}" for name in element.attrib if not name.startswith("{")]
        return form, [*paths, *(tag.localname for tag in tags if (tag.namespace or "") == space)]
    return form, []
