# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of order reports, which speak of components where the Orders API speaks of breakdowns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

#: Component of the XML report, or column of the flat one -> (kind, of).
COMPONENTS = {
    "Principal": ("item", ""),
    "Shipping": ("shipping", ""),
    "GiftWrap": ("gift_wrap", ""),
    "COD": ("cod_fee", ""),
    "Tax": ("tax", "item"),
    "ShippingTax": ("tax", "shipping"),
    "GiftWrapTax": ("tax", "gift_wrap"),
    "CODTax": ("tax", "cod_fee"),
}

_AMOUNT = re.compile(r"-?\d{1,15}([.,]\d{1,10})?", re.ASCII)


def read_amount(text: str) -> Decimal:
    """Return an amount; a decimal comma is taken for a point, an empty text for nothing.

    :raise ValueError: when it is no amount.
    """
    text = text.strip()
    if not text:
        return Decimal(0)
    if not _AMOUNT.fullmatch(text):
        raise ValueError("not an amount")
    return Decimal(text.replace(",", "."))


def build_charges(
    amounts: Iterable[tuple[str, Decimal]],
    discounts: Iterable[tuple[str, Decimal]],
    prices_include_tax: bool,
) -> list[dict[str, Any]]:
    """Return neutral charges: net amounts, taxes apart, discounts negative.

    :param amounts: component and amount, such as `("Principal", Decimal("19.99"))`.
    :param discounts: component that is discounted, and amount of either sign.
    :param prices_include_tax: whether amounts hold the tax that is named beside them.
    """
    sums: dict[tuple[str, str], Decimal] = {}
    for component, amount in amounts:
        key = COMPONENTS.get(component) or _unknown(component)
        sums[key] = sums.get(key, Decimal(0)) + amount
    if prices_include_tax:
        _take_out_taxes(sums)
    for component, amount in discounts:
        key = ("tax" if "Tax" in component else "discount", _discounted(component))
        sums[key] = sums.get(key, Decimal(0)) - abs(amount)
    return [
        {"kind": kind, "of": of, "amount": amount}
        for (kind, of), amount in sums.items()
        if amount or kind == "item"
    ]


def _unknown(component: str) -> tuple[str, str]:
    return ("tax", "") if component.endswith("Tax") else ("other", "")


def _discounted(component: str) -> str:
    if "Tax" in component:
        return "discount"
    return COMPONENTS.get(component, ("other", ""))[0]


def _take_out_taxes(sums: dict[tuple[str, str], Decimal]) -> None:
    """Make gross amounts net by the tax that is named for them."""
    for (kind, of), tax in list(sums.items()):
        if kind == "tax" and (of, "") in sums:
            sums[(of, "")] -= tax
