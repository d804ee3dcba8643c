# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The price section of a listing (001-08, 001-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .build_error import BuildError, check_text
from .listing_messages import (
    ANY_PRODUCT_TYPE,
    Message,
    patch_message,
    patch_step,
    write_day,
)
from .prices import Price, price_number


@dataclass(frozen=True)
class Sale:
    """A lower price between two days, both included; the days as dates or ISO 8601 texts."""

    amount: Price
    start: date | str
    end: date | str


def build_price_patch(
    message_id: int,
    sku: str,
    product_type: str = ANY_PRODUCT_TYPE,
    *,
    marketplace_id: str,
    currency: str,
    amount: Price,
    sale: Sale | None = None,
    minimum: Price | None = None,
    maximum: Price | None = None,
) -> Message:
    """Return the message of a price section: the whole offer is replaced.

    :param currency: ISO 4217 code of the marketplace.
    :param amount: price as Decimal or as text of one, with tax where the marketplace has it so.
    :param sale: None removes a sale price that is there.
    :param minimum: below it Amazon shall not let an automatic price go; None sends none.
    :param maximum: the same upwards.
    :raise BuildError: naming the field that is wrong.
    """
    check_text("marketplace_id", marketplace_id)
    check_text("currency", currency)
    price = price_number("amount", amount, currency)
    offer: dict[str, Any] = {
        "marketplace_id": marketplace_id,
        "currency": currency,
        "audience": "ALL",
        "our_price": _schedule(price),
        **_bounds(price, minimum, maximum, currency),
    }
    if sale:
        offer["discounted_price"] = _sale(sale, price, currency)
    steps = [patch_step("replace", "purchasable_offer", [offer])]
    return patch_message(message_id, sku, product_type, steps)


def _schedule(price: float, **days: str) -> list[dict[str, Any]]:
    return [{"schedule": [{**days, "value_with_tax": price}]}]


def _bounds(
    price: float, minimum: Price | None, maximum: Price | None, currency: str
) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if minimum is not None:
        lowest = price_number("minimum", minimum, currency)
        if lowest > price:
            raise BuildError("minimum", "is above the price")
        bounds["minimum_seller_allowed_price"] = _schedule(lowest)
    if maximum is not None:
        highest = price_number("maximum", maximum, currency)
        if highest < price:
            raise BuildError("maximum", "is below the price")
        bounds["maximum_seller_allowed_price"] = _schedule(highest)
    return bounds


def _sale(sale: Sale, price: float, currency: str) -> list[dict[str, Any]]:
    lowered = price_number("sale.amount", sale.amount, currency)
    start, end = write_day("sale.start", sale.start), write_day("sale.end", sale.end)
    if lowered >= price:
        raise BuildError("sale.amount", "is not below the price")
    if end < start:
        raise BuildError("sale.end", "is before its start")
    return _schedule(lowered, start_at=start, end_at=end)
