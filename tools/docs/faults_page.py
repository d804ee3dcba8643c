# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/faults.md from the full run of the fault matrix.

`FAULT_MATRIX=full bin/test integrator_amazon:TestFaultMatrix` runs it; the page is what was seen.
Names of operations instead of `full` run their rows only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"

Row = tuple[str, str, list[tuple[str, str]], set[str]]

BEGIN, END = "<!-- matrix -->\n", "<!-- /matrix -->\n"


def write(rows: Iterable[Row], words: Mapping[str, str]) -> None:
    """Write the part of the page that is between its two marks; rows that are not seen anew stay.

    :param rows: tuples (operation, fault, list of (code, reason), models on which “Try again” was
        pressed).
    :param words: fault -> what it is.
    """
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    table, _end, after = rest.partition(END)
    known = _known(table)
    for row in rows:
        known[row[1]][row[0]] = _line(*row)
    lines = []
    for fault in (fault for fault in words if known[fault]):
        lines += [f"## {fault}: {words[fault]}", "", "| operation | what is shown | it goes on |"]
        lines += ["|---|---|---|", *known[fault].values(), ""]
    content = "\n".join(["", *lines, ""])
    PAGE.write_text(before + BEGIN + content + END + after, encoding="utf-8")


def _known(table: str) -> dict[str, dict[str, str]]:
    """The rows of the page: fault -> operation -> row."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    fault = ""
    for line in table.splitlines():
        if line.startswith("## "):
            fault = line[3:].partition(":")[0]
        elif line.startswith("| ") and not line.startswith("| operation "):
            known[fault][line.split("|")[1].strip()] = line
    return known


def _line(operation: str, _fault: str, reasons: list[tuple[str, str]], pressed: set[str]) -> str:
    shown = "<br>".join(f"`{code}` {_plain(reason)}" for code, reason in reasons)
    goes_on = "after “Try again”" if pressed else "by itself"
    return f"| {operation} | {shown or 'nothing: it is over at once'} | {goes_on} |"


def _plain(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
