# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks what no file may contain: in the neutral addon nothing of one site, in no file a place of
one machine, in no code a document that its reader does not have.

Requirement ids stand in the docstrings of tests only, because docs/requirements.md is made from
those. Numbers of issues name the public repository that they are of.
"""

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
    """Yield lines with forbidden texts.

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


SUFFIXES = {".csv", ".js", ".md", ".py", ".rst", ".sh", ".toml", ".xml"}

REQUIREMENT = re.compile(r"(?<![\w-])00[0-4]-\d\d(?![\w-])")
NOTES = re.compile(r"\b(?i:pains?|leaps?) \d|\bFACTS(?:\.md|\s+§)|\bDESIG[N]\b")
#: The name of a repository makes the number one that everybody can look up.
ISSUE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+ )?\bissues? #?\d", re.IGNORECASE)

#: Files that list requirements, and those made of that list.
LISTS = {"tools/requirements.tsv", "tools/docs/requirements_page.py", "docs/requirements.md"}
#: Made from the code, which is checked.
MADE = {"docs/errors.md", "docs/models.md", "docs/personal-data.md", "docs/settings.md"}


def reference_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield lines that refer to documents outside of the repository.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    for file in files:
        if file.suffix in SUFFIXES and file.as_posix() not in LISTS | MADE:
            is_test = "tests" in file.parts
            lines = (root / file).read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                if _refers(line, is_test):
                    yield f"{file}:{number}: state the reason in words, not by a number"


def _refers(line: str, is_test: bool) -> bool:
    issue = ISSUE.search(line)
    return bool(
        NOTES.search(line)
        or (issue and not issue["repository"])
        or (REQUIREMENT.search(line) and not is_test)
    )
