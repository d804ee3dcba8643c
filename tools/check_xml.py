# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""XML files of the addons: well-formed, with one header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .addon_files import addons

HEADER = b'<?xml version="1.0" encoding="UTF-8" ?>\n'


def xml_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Tell what is wrong with the XML files of the addons.

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
            ElementTree.fromstring(content)  # noqa: S314 - our own files
        except ElementTree.ParseError as error:
            yield f"{file}: is no XML ({error})"
