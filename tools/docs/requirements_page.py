# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/requirements.md: each requirement, the tests that prove it, and what we adapted.

Run it from the repository: `python3 -m tools.docs.requirements_page`.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "requirements.md"
TEXTS = ROOT / "tools" / "requirements.tsv"

#: Subject of each group of requirements, by the first part of its ids.
CHAPTERS = {
    "000": "Orders in, stage by stage",
    "001": "Catalogue, orders and the two modes",
    "002": "Operations, export of orders and binding",
    "003": "Import and export of files",
    "004": "Order status synchronisation",
}

RANGE = re.compile(r"(00[0-4])-(\d\d)(?: … (?:\1-)?(\d\d))?")

#: Adaptations of requirements whose words cannot be met literally.
ADAPTED = {
    "000-02": "Amazon knows no acknowledgement of documents: taking over is noted locally.",
    "000-06": "Seven scheduled actions: the five steps, of which the last is plan and send.",
    "000-23": "The acknowledgement is a task like any other: plan and send are its two actions.",
    "001-31": "A person's request is a row; the scheduled actions work on it within a minute.",
    "001-42": "Archiving is a write event of its own with `active: false`.",
    "001-48": "One row speaks of one variant, `record_model` says so.",
    "001-58": "All rows of a wizard are one INSERT, so there is one commit.",
    "001-59": "The wizard says in words that nothing is deleted.",
    "001-80": "The access key is the LWA client id today; label and help say so.",
    "001-81": "The secret key is client secret and refresh token, in a table nobody can read.",
    "001-83": "Odoo's scheduler counts minutes; below that the stage asks to be woken.",
    "001-85": "Two menus, Products and Orders, each a list with filters and groupings.",
    "004-26": "Row locks instead of one run at a time: two workers share a queue.",
    "004-37": "The stage `send` sends and checks.",
}


def main() -> None:
    """Write the page."""
    PAGE.write_text("\n".join(_lines(texts(), collect())) + "\n", encoding="utf-8")


def texts() -> dict[str, str]:
    """Return requirement id -> what the suite shall do."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: row["requirement"]
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }


def _lines(wanted: dict[str, str], proofs: dict[str, set[str]]) -> Iterator[str]:
    yield from (
        "# Requirements",
        "",
        "What the suite has to do, the tests that prove it, and how we adapted what cannot be met",
        "literally. `bin/refresh` makes this page: a test names in its docstring what it proves.",
    )
    for chapter, title in CHAPTERS.items():
        yield from ("", f"## {chapter}: {title}", "")
        yield from ("| id | requirement | tests | adapted |", "|---|---|---|---|")
        for identifier in sorted(name for name in wanted if name.startswith(chapter)):
            tests = "<br>".join(sorted(proofs.get(identifier, ()))) or "none yet"
            adapted = ADAPTED.get(identifier, "")
            yield f"| {identifier} | {wanted[identifier]} | {tests} | {adapted} |"


def collect() -> dict[str, set[str]]:
    """Return requirement id -> names of the tests that prove it."""
    proofs: dict[str, set[str]] = {}
    for path in sorted(ROOT.glob("**/test_*.py")):
        for name, docstring in _docstrings(ast.parse(path.read_text(encoding="utf-8"))):
            for identifier in expand(docstring):
                place = f"`{path.relative_to(ROOT)}`: {name}"
                proofs.setdefault(identifier, set()).add(place)
    return proofs


def expand(text: str) -> list[str]:
    """Return the ids that a docstring names; `001-39 … 001-42` are four.

    :param text: any text.
    """
    found = []
    for seed, first, last in RANGE.findall(text):
        found += [f"{seed}-{number:02d}" for number in range(int(first), int(last or first) + 1)]
    return found


def _docstrings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) or (
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ):
            readable = node.name.removeprefix("test_").replace("_", " ")
            yield readable, ast.get_docstring(node) or ""


if __name__ == "__main__":
    main()
