# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one number of a price or of a quantity, out of attributes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from .attributes import Attributes


def offered_figure(name: str, attributes: Attributes) -> Decimal | None:
    """Return the price for everybody, or the pieces that we ship.

    :param name: `price` or `inventory`; everything else has no such number.
    """
    reader = _READERS.get(name)
    return reader(attributes) if reader else None


def _price(attributes: Attributes) -> Decimal | None:
    for offer in attributes.get("purchasable_offer") or ():
        if offer.get("audience", "ALL") != "ALL":
            continue
        for price in offer.get("our_price") or ():
            for step in price.get("schedule") or ():
                return _number(step.get("value_with_tax"))
    return None


def _pieces(attributes: Attributes) -> Decimal | None:
    for entry in attributes.get("fulfillment_availability") or ():
        if entry.get("fulfillment_channel_code", "DEFAULT") == "DEFAULT":
            return _number(entry.get("quantity"))
    return None


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_READERS: dict[str, Callable[[Attributes], Decimal | None]] = {
    "price": _price,
    "inventory": _pieces,
}
