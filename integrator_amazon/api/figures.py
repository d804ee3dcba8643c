# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The numbers that a section offers, out of its attributes: what guard rails measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from .attributes import Attributes

#: The number that stands for a section: the price for everybody, the pieces that we ship.
FIRST = {"price": "price", "inventory": "quantity"}


def offered_figure(name: str, attributes: Attributes) -> Decimal | None:
    """Return the price for everybody, or the pieces that we ship.

    :param name: `price` or `inventory`; everything else has no such number.
    """
    return offered_figures(name, attributes).get(FIRST.get(name, ""))


def offered_figures(name: str, attributes: Attributes) -> dict[str, Decimal]:
    """Return every number at which something is sold, or the pieces that are.

    :param name: `price` or `inventory`; everything else has none.
    :return: `quantity`; or `price`, `sale`, `business`, `business sale` and, per quantity,
        `business from 10`, as far as they are offered.
    """
    reader = _READERS.get(name)
    return dict(reader(attributes)) if reader else {}


def _prices(attributes: Attributes) -> Iterator[tuple[str, Decimal]]:
    for offer in attributes.get("purchasable_offer") or ():
        business = offer.get("audience", "ALL") != "ALL"
        for field, word in (("our_price", ""), ("discounted_price", "sale")):
            words = ["business" if business else "", word]
            label = " ".join(filter(None, words)) or "price"
            for step in _steps(offer, field):
                yield from _figure(label, step.get("value_with_tax"))
        for step in _steps(offer, "quantity_discount_plan"):
            for level in step.get("levels") or ():
                yield from _figure(f"business from {level.get('lower_bound')}", level.get("value"))


def _steps(offer: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    for price in offer.get(field) or ():
        yield from price.get("schedule") or ()


def _pieces(attributes: Attributes) -> Iterator[tuple[str, Decimal]]:
    for entry in attributes.get("fulfillment_availability") or ():
        if entry.get("fulfillment_channel_code", "DEFAULT") == "DEFAULT":
            yield from _figure("quantity", entry.get("quantity"))


def _figure(label: str, value: Any) -> Iterator[tuple[str, Decimal]]:
    """What Amazon shows may be no number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return
    if number.is_finite():
        yield label, number


_READERS: dict[str, Callable[[Attributes], Iterator[tuple[str, Decimal]]]] = {
    "price": _prices,
    "inventory": _pieces,
}
