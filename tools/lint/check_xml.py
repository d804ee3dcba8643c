# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""XML files of the addons: well-formed, with one header, and nothing to press without a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .addon_files import addons

#: Elements that people press, and the attributes that name them for screen readers.
PRESSED = ("button", "a", "img")
NAMES = ("string", "title", "t-att-title", "aria-label", "t-att-aria-label", "alt", "t-out")
HEADER = b'<?xml version="1.0" encoding="UTF-8" ?>\n'


def xml_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield problems of the XML files of the addons.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    names = {addon.name for addon in addons(root)}
    for file in files:
        if file.suffix != ".xml" or file.parts[0] not in names:
            continue
        content = (root / file).read_bytes()
        if "static" not in file.parts and not content.startswith(HEADER):
            yield f"{file}: does not begin with {HEADER.decode().strip()}"
        try:
            tree = ElementTree.fromstring(content)  # noqa: S314 - our own files
        except ElementTree.ParseError as error:
            yield f"{file}: is no XML ({error})"
            continue
        for element in tree.iter():
            if element.tag in PRESSED and not _is_named(element):
                yield f"{file}: <{element.tag} {element.attrib}> has neither words nor a title"


def _is_named(element: ElementTree.Element) -> bool:
    """Return whether an element is named without its icon: by a text, a title, or a field
    within."""
    if "".join(element.itertext()).strip():
        return True
    return any(
        part.tag == "field" or any(part.get(name) for name in NAMES) for part in element.iter()
    )
