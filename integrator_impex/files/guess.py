# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a sample file seems to be like. A person looks at the guess before it is used."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from .charsets import guess_charset, open_text
from .layout import CsvFormat, XmlFormat
from .xml_records import read_elements

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


def _score(sample: str, delimiter: str) -> tuple[int, int]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for _, row in zip(range(ROWS), rows, strict=False) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def guess_xml(source: BinaryIO) -> tuple[str, list[str]]:
    """Return the path of the records of a document and the paths below the first one that hold
    texts.

    :param source: seekable.
    :raise FileRefused: when it is no XML.
    """
    from lxml import etree

    from .xml_records import PARSER_OPTIONS

    source.seek(0)
    names: list[str] = []
    for _event, element in etree.iterparse(source, ("start",), **PARSER_OPTIONS):
        names.append(etree.QName(element).localname)
        if len(names) == 2:
            break
    source.seek(0)
    rows = "/".join(names)
    for _number, element in read_elements(source, XmlFormat(rows=rows)):
        paths = [f"@{name}" for name in element.attrib]
        paths += [child.tag for child in element if isinstance(child.tag, str) and not len(child)]
        return rows, paths
    return rows, []
