# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices and other amounts as Amazon wants them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .build_error import BuildError

#: A price: Decimal, or the text of one. Never a float.
Price = Decimal | str

#: Decimals per currency (ISO 4217); all others of Amazon's currencies have two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3}
_HIGHEST = Decimal(10) ** 9


def check_amount(field: str, amount: Price, currency: str) -> Decimal:
    """Return an amount as a decimal.

    :raise BuildError: for what is no decimal, not above zero, or finer than the currency.
    """
    value = _decimal(field, amount)
    if not 0 < value < _HIGHEST:
        raise BuildError(field, "is not above zero, or too high")
    exponent = EXPONENTS.get(currency, 2)
    if value != round(value, exponent):
        raise BuildError(field, f"has more than {exponent} decimals, which {currency} allows")
    return value


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
