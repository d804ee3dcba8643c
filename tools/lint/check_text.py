# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no file may say: the neutral addon nothing of one site, no file a place of one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .addon_files import below

NEUTRAL_ADDON = "integrator"
SITES = re.compile("ama" + "zon", re.IGNORECASE)

#: Written in parts, so that this file does not find itself.
PLACES = (
    (re.compile(r"(?<![\w./-])/" + r"(?:root|work)/"), "a path of one machine"),
    (re.compile(r"(?<![\w./-])/" + r"home/(?!…|\.\.\.)\w"), "a path of one machine"),
    (re.compile(r"/t" + r"mp/(?:try|home\d)"), "a path of one machine"),
    (re.compile("py" + r"pi\.org|python" + r"hosted\.org"), "a package registry"),
    (re.compile("registry" + r"\.npmjs|deb\." + r"debian\.org"), "a package registry"),
)


def text_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Tell which files say what they must not.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    neutral = set(below(files, NEUTRAL_ADDON))
    for file in files:
        if file in neutral and SITES.search(file.as_posix()):
            yield f"{file}: names a site in the neutral addon"
        for number, line in enumerate(_lines(root / file), 1):
            if file in neutral and SITES.search(line):
                yield f"{file}:{number}: names a site in the neutral addon"
            yield from (
                f"{file}:{number}: names {what}" for found, what in PLACES if found.search(line)
            )


def _lines(file: Path) -> list[str]:
    """Return the lines of a text file, none of a binary one."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
