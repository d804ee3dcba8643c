# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Paths that fit templates with `{names}`."""

from __future__ import annotations

from urllib.parse import unquote


def match_parts(template: list[str], parts: list[str]) -> dict[str, str] | None:
    """Return the decoded named parts when a path fits a template, else None."""
    if len(template) != len(parts):
        return None
    arguments = {}
    for wanted, given in zip(template, parts, strict=True):
        if wanted.startswith("{"):
            arguments[wanted[1:-1]] = unquote(given)
        elif wanted != given:
            return None
    return arguments
