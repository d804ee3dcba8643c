# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tab-separated reports: a line of column names, then a line per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LINE_ENDERS = str.maketrans({"\t": " ", "\r": " ", "\n": " "})


def write_table(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str | None:
    """Return the text of a table, None without rows; what a row does not name stays empty."""
    names = list(columns)
    lines = ["\t".join(_cell(row.get(name, "")) for name in names) for row in rows]
    return "\r\n".join(["\t".join(names), *lines, ""]) if lines else None


def yes(value: object) -> str:
    """Return a truth as order reports write it."""
    return "true" if value else "false"


def _cell(text: str | None) -> str:
    return (text or "").translate(_LINE_ENDERS)
