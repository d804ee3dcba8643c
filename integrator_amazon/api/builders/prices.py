# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices as Amazon's JSON wants them."""

from __future__ import annotations

from decimal import Decimal

from ..json_values import json_number
from .build_error import BuildError

#: Decimals per currency (ISO 4217); all others of Amazon's currencies have two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3}
_HIGHEST = Decimal(10) ** 9


def price_number(field: str, amount: Decimal, currency: str) -> int | float:
    """Return a price as a JSON number; yen are whole.

    :raise BuildError: for what is no Decimal, not above zero, or finer than the currency.
    """
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise BuildError(field, "is not a Decimal")
    if not 0 < amount < _HIGHEST:
        raise BuildError(field, "is not above zero, or too high")
    exponent = EXPONENTS.get(currency, 2)
    if amount != round(amount, exponent):
        raise BuildError(field, f"has more than {exponent} decimals, which {currency} allows")
    return json_number(amount)
