# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts that are too long for Amazon (000-36)."""

from __future__ import annotations

#: Characters that Amazon takes, by attribute.
LONGEST = {"item_name": 200, "product_description": 2000}

#: What shows a reader that something is missing.
ELLIPSIS = "…"


def is_cut(text: str, length: int) -> bool:
    """Tell whether a text is longer than allowed."""
    return len(text) > length


def cut(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut between words where that is possible."""
    if not is_cut(text, length):
        return text
    kept = text[: length - len(ELLIPSIS)]
    words, blank, _rest = kept.rpartition(" ")
    # a word that fills half of the room is cut rather than left out
    return (words if blank and len(words) * 2 > length else kept).rstrip() + ELLIPSIS
