# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decimals of currencies (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}


def quantum(currency: str) -> Decimal:
    """Return the smallest amount of a currency."""
    return Decimal(1).scaleb(-_DIGITS.get(currency, 2))


def text(amount: Decimal | int, currency: str) -> str:
    """Return an amount as text with as many decimals as its currency has."""
    return f"{Decimal(amount).quantize(quantum(currency), rounding=ROUND_HALF_UP):f}"
