# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Barcodes (EAN, UPC, GTIN) and texts of products as Amazon accepts them."""

from __future__ import annotations

from typing import NamedTuple

#: Kind of a barcode by its number of digits.
KINDS = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}


def identifier_kind(code: str) -> str:
    """Return Amazon's word for a barcode; empty when it is none, or mistyped.

    A number of one's own, for the warehouse, is no barcode: its last digit checks the others.
    """
    if not (code.isascii() and code.isdecimal()):
        return ""
    digits = [int(digit) for digit in reversed(code)]
    total = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return KINDS.get(len(code), "") if total % 10 == 0 else ""


class Limit(NamedTuple):
    """Length of a text that Amazon takes; both figures count.

    :param characters: at most so many.
    :param size: at most so many bytes in UTF-8; letters such as ä take two.
    """

    characters: int
    size: int


#: Limits of Amazon, by attribute.
LIMITS = {"item_name": Limit(200, 800), "product_description": Limit(2000, 2000)}

#: Sign for a reader that something is missing.
ELLIPSIS = "…"


def is_cut(text: str, limit: Limit) -> bool:
    """Return whether a text is longer than allowed."""
    return len(text) > limit.characters or len(text.encode()) > limit.size


def cut(text: str, limit: Limit) -> str:
    """Return a text within a limit, cut between words where that is possible."""
    if not is_cut(text, limit):
        return text
    room = limit.size - len(ELLIPSIS.encode())
    kept = text[: limit.characters - len(ELLIPSIS)].encode()[:room].decode(errors="ignore")
    words, blank, _rest = kept.rpartition(" ")
    # a word that fills half of the room is cut rather than left out
    return (words if blank and len(words) * 2 > len(kept) else kept).rstrip() + ELLIPSIS
