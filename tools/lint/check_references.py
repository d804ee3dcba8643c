# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No code refers to what its reader does not have: the reason is written in words.

Requirement ids stand in the docstrings of tests only, because docs/requirements.md is made from
those. Numbers of issues name the public repository that they are of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = {".csv", ".js", ".md", ".py", ".rst", ".sh", ".toml", ".xml"}

REQUIREMENT = re.compile(r"(?<![\w-])00[0-4]-\d\d(?![\w-])")
NOTES = re.compile(r"\b(?i:pains?|leaps?) \d|\bFACTS(?:\.md|\s+§)|\bDESIG[N]\b")
#: The name of a repository makes the number one that everybody can look up.
ISSUE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+ )?\bissues? #?\d", re.IGNORECASE)

#: Where requirements are listed, and what is made of that list.
LISTS = {"tools/requirements.tsv", "tools/docs/requirements_page.py", "docs/requirements.md"}
#: Made from the code, which is checked.
MADE = {"docs/errors.md", "docs/models.md", "docs/personal-data.md", "docs/settings.md"}


def reference_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Tell which lines refer to documents that are not in the repository.

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
