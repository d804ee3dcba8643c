# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices as Amazon's JSON wants them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..json_values import json_number
from .build_error import BuildError

#: A price: Decimal, or the text of one. Never a float.
Price = Decimal | str

#: Decimals per currency (ISO 4217); all others of Amazon's currencies have two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3}
_HIGHEST = Decimal(10) ** 9


def price_number(field: str, amount: Price, currency: str) -> int | float:
    """Return a price as a JSON number; yen are whole.

    :raise BuildError: for what is no decimal, not above zero, or finer than the currency.
    """
    price = _decimal(field, amount)
    if not 0 < price < _HIGHEST:
        raise BuildError(field, "is not above zero, or too high")
    exponent = EXPONENTS.get(currency, 2)
    if price != round(price, exponent):
        raise BuildError(field, f"has more than {exponent} decimals, which {currency} allows")
    return json_number(price)


def _decimal(field: str, amount: Price) -> Decimal:
    if not isinstance(amount, (Decimal, str)):
        raise BuildError(field, "is neither a Decimal nor the text of one")
    try:
        price = Decimal(amount)
    except InvalidOperation:
        raise BuildError(field, "is not a decimal") from None
    if not price.is_finite():
        raise BuildError(field, "is not a decimal")
    return price
