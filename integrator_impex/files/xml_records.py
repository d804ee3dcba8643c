# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents in XML, read and written one record at a time.

No entities, no document type, no network; depth and size of a record are bounded, and what is done
with is let go, so that memory does not grow with the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from lxml import etree

from .causes import (
    XML_BROKEN,
    XML_DEEP,
    XML_DOCTYPE,
    XML_EMPTY,
    XML_RECORD_LARGE,
    XML_ROOT,
)
from .layout import XmlFormat
from .problems import FileRefused
from .xml_paths import Step, parse_path

#: Charsets in which documents are written, and their names in a declaration.
CHARSETS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso8859-1": "iso-8859-1", "ascii": "us-ascii"}
MAX_DEPTH = 40
#: Elements in one record.
MAX_ELEMENTS = 20_000
#: Nothing is loaded from elsewhere, and nothing is expanded.
PARSER_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def read_elements(source: BinaryIO, form: XmlFormat) -> Iterator[tuple[int, Any]]:
    """Give the number and the element of each record; an element is empty after the next is asked
    for.

    :raise FileRefused: when it is no such document.
    """
    steps = parse_path(form.rows, form.namespaces).steps
    events = etree.iterparse(
        source,
        events=("start", "end"),
        **PARSER_OPTIONS,
    )
    try:
        yield from _Walk(steps).records(events)
    except etree.XMLSyntaxError as error:
        # the first one is the cause of the others
        found = [(one.message, one.line, one.column) for one in events.error_log]
        found.append(((error.msg or "").split(", line ")[0], *error.position))
        reason, line, column = found[0]
        if line == 0:
            raise FileRefused(XML_EMPTY.at()) from None
        problem = XML_BROKEN.at(reason=f"{reason.strip()}, line {line}, column {column}")
        raise FileRefused(problem) from None


class _Walk:
    """The way through a document.

    :param steps: from the root to a record.
    """

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._steps = steps
        self._depth = 0
        #: Number of open elements that are the first steps of the path.
        self._fitting = 0
        self._inside = 0

    def records(self, events: Any) -> Iterator[tuple[int, Any]]:
        number = 0
        for event, element in events:
            if event == "start":
                self._enter(element)
                continue
            is_record = self._depth == self._fitting == len(self._steps)
            if is_record:
                number += 1
                yield number, element
            if self._fitting < len(self._steps) or is_record:
                _release(element)
            self._leave()

    def _enter(self, element: Any) -> None:
        if not self._depth:
            self._check_root(element)
        if self._fitting == self._depth < len(self._steps):
            self._fitting += self._steps[self._depth].fits(element)
            self._inside = 0
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FileRefused(XML_DEEP.at(limit=MAX_DEPTH))
        self._inside += 1
        if self._inside > MAX_ELEMENTS and self._fitting == len(self._steps):
            name = etree.QName(self._steps[-1].tag).localname
            raise FileRefused(XML_RECORD_LARGE.at(element=name, limit=MAX_ELEMENTS))

    def _leave(self) -> None:
        self._depth -= 1
        self._fitting = min(self._fitting, self._depth)

    def _check_root(self, root: Any) -> None:
        if root.getroottree().docinfo.doctype:
            raise FileRefused(XML_DOCTYPE.at())
        if root.tag != self._steps[0].tag:
            raise FileRefused(XML_ROOT.at(found=root.tag, expected=self._steps[0].tag))


def _release(element: Any) -> None:
    """Free an element that is done with, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class XmlWriter:
    """Writes records; the same records make the same bytes.

    :param target: takes the bytes and stays open.
    """

    def __init__(self, target: BinaryIO, form: XmlFormat) -> None:
        self._steps = parse_path(form.rows, form.namespaces).steps
        self._prefixes = {space.prefix or None: space.uri for space in form.namespaces}
        self._stack = ExitStack()
        charset = CHARSETS[form.charset]
        self._file = self._stack.enter_context(etree.xmlfile(target, encoding=charset))
        self._file.write_declaration()
        for place, step in enumerate(self._steps[:-1]):
            marks = {step.attribute: step.value} if step.attribute else {}
            spaces = self._prefixes if not place else None
            opened = self._file.element(step.tag, marks, nsmap=spaces)
            self._stack.enter_context(opened)
            self._file.write("\n")

    def new_element(self) -> Any:
        """Return an empty element of a record."""
        step = self._steps[-1]
        element = etree.Element(step.tag, nsmap=self._prefixes)
        if step.attribute:
            element.set(step.attribute, step.value)
        return element

    def write_element(self, element: Any) -> None:
        """Write a record; what the charset does not have is written by its number."""
        self._file.write(element, pretty_print=True)

    def close(self) -> None:
        """Complete the document."""
        self._stack.close()
