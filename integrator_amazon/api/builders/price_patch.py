# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The price section of a listing (001-08, 001-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .build_error import BuildError, check_text
from .listing_messages import (
    ANY_PRODUCT_TYPE,
    Message,
    patch_message,
    patch_step,
    write_day,
)
from .prices import price_number


@dataclass(frozen=True)
class Sale:
    """A lower price between two days, both included."""

    price: Decimal
    start: date
    end: date


@dataclass(frozen=True)
class PricePatch:
    """The price of one listing on one marketplace, tax included where the marketplace has it so.

    :param currency: ISO 4217 code of the marketplace.
    :param sale: None removes a sale price that is there.
    :param minimum: below it Amazon shall not let an automatic price go; None sends none.
    :param maximum: the same upwards.
    """

    message_id: int
    sku: str
    marketplace_id: str
    currency: str
    price: Decimal
    sale: Sale | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    product_type: str = ANY_PRODUCT_TYPE


def build_price_patch(patch: PricePatch) -> Message:
    """Return the message of a price section: the whole offer is replaced.

    :raise BuildError: naming the field that is wrong.
    """
    check_text("marketplace_id", patch.marketplace_id)
    check_text("currency", patch.currency)
    _check_order(patch)
    offer: dict[str, Any] = {
        "marketplace_id": patch.marketplace_id,
        "currency": patch.currency,
        "audience": "ALL",
        "our_price": _schedule(patch, "price", patch.price),
    }
    if patch.sale:
        offer["discounted_price"] = _sale_schedule(patch, patch.sale)
    if patch.minimum is not None:
        offer["minimum_seller_allowed_price"] = _schedule(patch, "minimum", patch.minimum)
    if patch.maximum is not None:
        offer["maximum_seller_allowed_price"] = _schedule(patch, "maximum", patch.maximum)
    return patch_message(patch, [patch_step("replace", "purchasable_offer", [offer])])


def _schedule(patch: PricePatch, field: str, amount: Decimal) -> list[dict[str, Any]]:
    value = price_number(field, amount, patch.currency)
    return [{"schedule": [{"value_with_tax": value}]}]


def _sale_schedule(patch: PricePatch, sale: Sale) -> list[dict[str, Any]]:
    entry = {
        "start_at": write_day("sale.start", sale.start),
        "end_at": write_day("sale.end", sale.end),
        "value_with_tax": price_number("sale.price", sale.price, patch.currency),
    }
    return [{"schedule": [entry]}]


def _check_order(patch: PricePatch) -> None:
    """Check that the prices and the days of a sale stand in the order that Amazon demands."""
    if patch.minimum is not None and patch.minimum > patch.price:
        raise BuildError("minimum", "is above the price")
    if patch.maximum is not None and patch.maximum < patch.price:
        raise BuildError("maximum", "is below the price")
    if patch.sale and patch.sale.price >= patch.price:
        raise BuildError("sale.price", "is not below the price")
    if patch.sale and patch.sale.end < patch.sale.start:
        raise BuildError("sale.end", "is before its start")
