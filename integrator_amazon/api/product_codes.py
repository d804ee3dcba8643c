# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Barcodes that Amazon knows products by: EAN, UPC and GTIN."""

from __future__ import annotations

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
