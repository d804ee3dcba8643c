# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from tools.environment.paths import ROOT

PAGE = ROOT / "docs" / "assumptions.md"


def rows() -> list[list[str]]:
    """Return the cells of every assumption."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "we assume" and set(row[0]) != {"-"}]


def test_each_assumption_says_what_happens_when_it_is_false() -> None:
    """000-26."""
    assert len(rows()) > 10
    for assumption, otherwise in rows():
        assert assumption.endswith("."), assumption
        assert len(otherwise) > 20, assumption


def test_nothing_is_assumed_twice() -> None:
    """000-26."""
    names = [assumption for assumption, _otherwise in rows()]
    assert len(names) == len(set(names))
