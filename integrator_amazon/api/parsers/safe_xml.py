# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Streamed reading of XML from outside: no entities, no DTD, no network, flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from ..values import DocumentError


def iterate_elements(raw: bytes | BinaryIO, roots: frozenset[str]) -> Iterator[Any]:
    """Give each element when it is complete, children before parents.

    What the caller is done with it gives to `release`, or memory grows with the document.

    :param raw: the bytes, or a file of them.
    :param roots: names that the root element may have.
    :raise DocumentError: for what is no well-formed XML, has a document type declaration (Amazon
        sends none, and it is what attacks are made of), or another root.
    """
    elements = etree.iterparse(
        BytesIO(raw) if isinstance(raw, bytes) else raw,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    known = False
    try:
        for event, element in elements:
            if not known:
                _check_root(element, roots)
                known = True
            if event == "end":
                yield element
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "not well-formed").split(", line ")[0]
        raise DocumentError(reason, f"line {line}, column {column}") from None


def release(element: Any) -> None:
    """Free an element that is done, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def text_of(element: Any, path: str) -> str:
    """Return the text of the first element under a path, empty when there is none."""
    return (element.findtext(path) or "").strip()


def _check_root(root: Any, roots: frozenset[str]) -> None:
    if root.getroottree().docinfo.doctype:
        raise DocumentError("a document type declaration is not accepted", "the beginning")
    if root.tag not in roots:
        raise DocumentError(f"the root is none of {', '.join(sorted(roots))}", "the root element")
