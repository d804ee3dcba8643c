# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The error of builders, and the checks that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from ..values import format_time

#: Amazon's order ids.
_ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)
#: Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Amazon's ids of order items.
_ITEM_CODE = re.compile(r"\d{1,20}", re.ASCII)
LARGEST_ID = 2_147_483_647
#: Characters that Amazon's order feeds take of most texts; a longer one spoils the whole file.
MAX_TEXT = 50

#: A price: Decimal, or the text of one. Never a float.
Price = Decimal | str

#: Decimals per currency (ISO 4217); all others of Amazon's currencies have two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3}
_HIGHEST = Decimal(10) ** 9


class BuildError(ValueError):
    """A message cannot be built from what was given.

    :param field: name of the field that is wrong.
    :param reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def check_text(field: str, value: str, required: bool = True, longest: int | None = None) -> None:
    """Check that a text is there and can be written as XML.

    :param longest: characters that it may have; None: any number.
    :raise BuildError: naming the field.
    """
    if not isinstance(value, str):
        raise BuildError(field, "is not a text")
    if required and not value.strip():
        raise BuildError(field, "is empty")
    if _NOT_XML.search(value):
        raise BuildError(field, "holds a character that cannot be sent")
    if longest is not None and len(value) > longest:
        raise BuildError(field, f"“{value}” is longer than {longest} characters")


def check_whole(field: str, value: int) -> None:
    """Check that a number is whole and between 1 and the largest that Amazon takes.

    :raise BuildError: naming the field.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise BuildError(field, "is not a whole number")
    if not 1 <= value <= LARGEST_ID:
        raise BuildError(field, f"is not between 1 and {LARGEST_ID}")


def check_choice(field: str, value: str, choices: Iterable[str]) -> None:
    """Check that a value is one of Amazon's.

    :raise BuildError: naming the field and the choices.
    """
    if value not in choices:
        raise BuildError(field, f"is none of {', '.join(sorted(choices))}")


def check_order_id(field: str, value: str) -> None:
    """Check that a value has the form of Amazon's order ids, `000-0000000-0000000`.

    :raise BuildError: naming the field.
    """
    if not isinstance(value, str) or not _ORDER_ID.fullmatch(value):
        raise BuildError(field, "is not an Amazon order id (000-0000000-0000000)")


def check_item_code(field: str, value: str) -> None:
    """Check that a value has the form of Amazon's order item ids, which are digits.

    :raise BuildError: naming the field.
    """
    if not isinstance(value, str) or not _ITEM_CODE.fullmatch(value):
        raise BuildError(field, f"“{value}” is not an order item id of Amazon")


def check_unique(field: str, values: Iterable[object]) -> None:
    """Check that no value is there twice.

    :raise BuildError: naming the field and the value.
    """
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise BuildError(field, f"{value} is there twice")
        seen.add(value)


def write_time(field: str, value: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC.

    :raise BuildError: naming the field, for a time without a zone.
    """
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BuildError(field, "is not a time with a time zone")
    return format_time(value)


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
