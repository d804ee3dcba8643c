# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/faults.md from the full run of the fault matrix.

`FAULT_MATRIX=full bin/test integrator_amazon:TestFaultMatrix` runs it; the page is what was seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "faults.md"

Row = tuple[str, str, list[tuple[str, str]], set[str]]

BEGIN, END = "<!-- matrix -->\n", "<!-- /matrix -->\n"


def write(rows: Iterable[Row], words: Mapping[str, str]) -> None:
    """Write the part of the page that is between its two marks.

    :param rows: tuples (operation, fault, list of (code, reason), models on which “Retry” was
        pressed).
    :param words: fault -> what it is.
    """
    by_fault: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_fault[row[1]].append(row)
    lines = []
    for fault, found in by_fault.items():
        lines += [f"## {fault}: {words[fault]}", "", "| operation | what is shown | it goes on |"]
        lines += ["|---|---|---|", *(_line(*row) for row in found), ""]
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    content = "\n".join(["", *lines, ""])
    PAGE.write_text(before + BEGIN + content + END + after, encoding="utf-8")


def _line(operation: str, _fault: str, reasons: list[tuple[str, str]], pressed: set[str]) -> str:
    shown = "<br>".join(f"`{code}` {_plain(reason)}" for code, reason in reasons)
    goes_on = "after “Retry”" if pressed else "by itself"
    return f"| {operation} | {shown or 'nothing: it is over at once'} | {goes_on} |"


def _plain(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
