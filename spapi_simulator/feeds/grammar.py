# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A small checker of element order: the order feeds are sequences, and Amazon insists on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ..times import parse_time


class SchemaError(Exception):
    """An element that does not belong where it stands; `line` is its line in the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Element:
    """One place in a sequence.

    `name` may list alternatives as ``A|B``; `most` None means any number; `content` is the
    sequence inside; `values`, `pattern` (`patterns`: of an alternative), `longest` (characters) and
    `time` restrict the text.
    """

    name: str
    least: int = 1
    most: int | None = 1
    content: tuple[Element, ...] | None = None
    values: frozenset[str] | None = None
    pattern: str = ""
    patterns: Mapping[str, str] = field(default_factory=dict)
    longest: int | None = None
    time: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The alternatives."""
        return tuple(self.name.split("|"))


def check(node: etree._Element, content: tuple[Element, ...]) -> None:
    """Check the children of a node against a sequence.

    :raise SchemaError: at the first child that does not fit.
    """
    children = [child for child in node if isinstance(child.tag, str)]
    position = 0
    for place in content:
        count = 0
        while position < len(children) and children[position].tag in place.names:
            if place.most is not None and count >= place.most:
                break
            _check_one(children[position], place)
            position, count = position + 1, count + 1
        if count < place.least:
            raise _unexpected(node, children[position : position + 1], place)
    if position < len(children):
        raise _unexpected(node, children[position:], None)


def _check_one(node: etree._Element, place: Element) -> None:
    if place.content is not None:
        check(node, place.content)
        return
    text = (node.text or "").strip()
    if place.values is not None and text not in place.values:
        wanted = ", ".join(sorted(place.values))
        raise SchemaError(
            node.sourceline or 0,
            f"cvc-enumeration-valid: Value '{text}' is not facet-valid with respect to "
            f"enumeration '[{wanted}]'. It must be a value from the enumeration.",
        )
    pattern = place.patterns.get(node.tag, place.pattern)
    if pattern and not re.fullmatch(pattern, text):
        raise SchemaError(
            node.sourceline or 0,
            f"cvc-pattern-valid: Value '{text}' is not facet-valid with respect to pattern "
            f"'{pattern}' for type '{node.tag}'.",
        )
    if place.longest is not None and len(text) > place.longest:
        raise SchemaError(
            node.sourceline or 0,
            f"cvc-maxLength-valid: Value '{text}' with length = '{len(text)}' is not facet-valid "
            f"with respect to maxLength '{place.longest}' for type '{node.tag}'.",
        )
    if place.time:
        _check_time(node, text)


def _check_time(node: etree._Element, text: str) -> None:
    try:
        parse_time(text)
    except ValueError:
        problem = f"cvc-datatype-valid.1.2.1: '{text}' is not a valid value for 'dateTime'."
        raise SchemaError(node.sourceline or 0, problem) from None


def _unexpected(
    parent: etree._Element, rest: list[etree._Element], wanted: Element | None
) -> SchemaError:
    expected = "{" + ", ".join(wanted.names) + "}" if wanted else "no more elements"
    if not rest:
        text = f"The content of element '{parent.tag}' is not complete. {expected} is expected."
        return SchemaError(parent.sourceline or 0, f"cvc-complex-type.2.4.b: {text}")
    text = f"Invalid content was found starting with element '{rest[0].tag}'."
    where = f" One of '{expected}' is expected." if wanted else " No child element is expected."
    return SchemaError(rest[0].sourceline or 0, f"cvc-complex-type.2.4.a: {text}{where}")
