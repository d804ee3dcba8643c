# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Paths of a layout in XML: `address/city`, `@id`, `name[@lang='ru']`, `.` for the element itself.

A small part of XPath, so that the same path can be read and written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from .causes import LAYOUT_PATH, LAYOUT_PREFIX
from .layout import Namespace
from .problems import ValueRefused

_NAME = r"(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*"
_STEP = re.compile(rf"({_NAME})(?:\[@({_NAME})=(?:'([^']*)'|\"([^\"]*)\")\])?")
_ATTRIBUTE = re.compile(rf"@({_NAME})")
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True)
class Step:
    """One level of a path.

    :param tag: as lxml writes it, with the namespace in braces.
    :param attribute: an attribute that has to have a value; empty: none.
    """

    tag: str
    attribute: str = ""
    value: str = ""

    def fits(self, element: Any) -> bool:
        """Return whether an element is one of this step."""
        if element.tag != self.tag:
            return False
        return not self.attribute or element.get(self.attribute) == self.value


@dataclass(frozen=True)
class XmlPath:
    """A path below an element.

    :param attribute: what is read at its end; empty: the text.
    """

    steps: tuple[Step, ...]
    attribute: str = ""

    def elements(self, element: Any) -> list[Any]:
        """Return the elements at the end of the path, in the document's order."""
        found = [element]
        for step in self.steps:
            found = [child for parent in found for child in parent if step.fits(child)]
        return found

    def texts(self, element: Any) -> list[str]:
        """Return what stands at the path: nothing where it is not there."""
        found = self.elements(element)
        if self.attribute:
            return [text for one in found if (text := one.get(self.attribute)) is not None]
        return ["".join(one.itertext()) if len(one) else one.text or "" for one in found]

    def make(self, element: Any, anew: bool = False) -> Any:
        """Return the element at the end of the path, made where it is not there.

        :param anew: the last step is made even when there is one already.
        """
        for place, step in enumerate(self.steps, 1):
            there = next((child for child in element if step.fits(child)), None)
            if there is None or (anew and place == len(self.steps)):
                there = etree.SubElement(element, step.tag)
                if step.attribute:
                    there.set(step.attribute, step.value)
            element = there
        return element


def parse_path(text: str, namespaces: Iterable[Namespace] = ()) -> XmlPath:
    """Return a path.

    :raise ValueRefused: when it is none, or has a prefix without a namespace.
    """
    return _parse(text, tuple(namespaces))


@lru_cache(maxsize=1000)
def _parse(text: str, namespaces: tuple[Namespace, ...]) -> XmlPath:
    uris = {"xml": _XML, **{space.prefix: space.uri for space in namespaces}}
    if text == ".":
        return XmlPath(())
    *before, last = _split(text)
    if attribute := _ATTRIBUTE.fullmatch(last):
        named = _qualify(attribute[1], uris, False)
        return XmlPath(tuple(_step(part, uris) for part in before), named)
    return XmlPath(tuple(_step(part, uris) for part in (*before, last)))


def _split(text: str) -> list[str]:
    """Split at slashes that do not stand in a quoted value."""
    return re.findall(r"(?:[^/'\"]|'[^']*'|\"[^\"]*\")+|(?<=/)(?=/|$)|^(?=/)", text) or [""]


def _step(text: str, uris: Mapping[str, str]) -> Step:
    found = _STEP.fullmatch(text)
    if not found:
        raise ValueRefused(LAYOUT_PATH)
    name, attribute, single, double = found.groups()
    value = single if single is not None else double or ""
    named = _qualify(attribute, uris, False) if attribute else ""
    return Step(_qualify(name, uris, True), named, value)


def _qualify(name: str, uris: Mapping[str, str], is_element: bool) -> str:
    prefix, colon, local = name.rpartition(":")
    if colon and prefix not in uris:
        raise ValueRefused(LAYOUT_PREFIX, prefix=prefix)
    # the empty prefix is the namespace of elements without one, as in documents
    uri = uris[prefix] if colon else uris.get("", "") if is_element else ""
    return f"{{{uri}}}{local}" if uri else local
