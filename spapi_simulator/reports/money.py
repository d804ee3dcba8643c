# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The amounts of an order line as in reports.

Where prices include the tax, a price in a report includes it and its tax column repeats it; in
the US and Canada the tax comes on top. The tax of a discount is taken off the tax column of what
was discounted, so that prices minus discounts (plus tax, where it is on top) are the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .. import currencies
from ..marketplaces import MARKETPLACES
from ..state.orders import StoredOrder

_ZERO = Decimal(0)
_DISCOUNTED = ("ITEM", "SHIPPING")


@dataclass
class LineAmounts:
    """Prices, taxes and discounts (positive) of a line by part: ITEM, SHIPPING, GIFT_WRAP, …"""

    currency: str
    prices: dict[str, Decimal]
    taxes: dict[str, Decimal]
    discounts: dict[str, Decimal]

    def price(self, part: str) -> str:
        """Return what a part costs, as text."""
        return self.text(self.prices.get(part, _ZERO))

    def tax(self, part: str) -> str:
        """Return the tax of a part, as text."""
        return self.text(self.taxes.get(part, _ZERO))

    def discount(self, part: str) -> str:
        """Return what was taken off a part, as text."""
        return self.text(self.discounts.get(part, _ZERO))

    def cells(self) -> dict[str, str]:
        """Return the columns that all tables of orders have."""
        return {
            "currency": self.currency,
            "item-price": self.price("ITEM"),
            "item-tax": self.tax("ITEM"),
            "shipping-price": self.price("SHIPPING"),
            "shipping-tax": self.tax("SHIPPING"),
            "gift-wrap-price": self.price("GIFT_WRAP"),
            "gift-wrap-tax": self.tax("GIFT_WRAP"),
            "item-promotion-discount": self.discount("ITEM"),
            "ship-promotion-discount": self.discount("SHIPPING"),
        }

    def text(self, amount: Decimal | int) -> str:
        """Return an amount as text."""
        return currencies.text(amount, self.currency)


def amounts(order: StoredOrder, item: dict[str, Any]) -> LineAmounts:
    """Return the money of an item; a pending one has none."""
    shop = MARKETPLACES.get(order.data["salesChannel"].get("marketplaceId", ""))
    proceeds = item.get("proceeds") or {}
    rows = proceeds.get("breakdowns") or []
    nets = _by_type(rows)
    taxes = _taxes(rows)
    discounts = _discounts(rows)
    discount_tax = taxes.pop("DISCOUNT", _ZERO)
    shares = _shares(discount_tax, discounts)
    prices = dict(nets)
    if shop is None or shop.with_tax:
        prices = {part: nets.get(part, _ZERO) + taxes.get(part, _ZERO) for part in {*nets, *taxes}}
        discounts = {part: amount - shares[part] for part, amount in discounts.items()}
    for part, share in shares.items():
        taxes[part] = taxes.get(part, _ZERO) + share
    currency = proceeds.get("proceedsTotal", {}).get("currencyCode") or (
        shop.currency if shop else "EUR"
    )
    return LineAmounts(currency, prices, taxes, discounts)


def _shares(tax: Decimal, discounts: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return the tax of all discounts by the part that is discounted; the last takes the rest."""
    total = sum(discounts.values(), _ZERO)
    if not total:
        return {"ITEM": tax} if tax else dict.fromkeys(discounts, _ZERO)
    *others, last = discounts
    shares = {part: (tax * discounts[part] / total).quantize(tax) for part in others}
    return {**shares, last: tax - sum(shares.values(), _ZERO)}


def _by_type(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        if row["type"] not in ("TAX", "DISCOUNT"):
            found[row["type"]] = found.get(row["type"], _ZERO) + _amount(row["subtotal"])
    return found


def _taxes(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    return _details(rows, "TAX", "ITEM")


def _discounts(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for part, amount in _details(rows, "DISCOUNT", "ITEM").items():
        target = part if part in _DISCOUNTED else "ITEM"
        found[target] = found.get(target, _ZERO) - amount
    return found


def _details(rows: list[dict[str, Any]], kind: str, default: str) -> dict[str, Decimal]:
    """Return the detailed amounts of a type; without details all of it belongs to `default`."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row["type"] != kind:
            continue
        details = row.get("detailedBreakdowns") or [{"subtype": default, "value": row["subtotal"]}]
        for detail in details:
            part = detail.get("subtype", default)
            found[part] = found.get(part, _ZERO) + _amount(detail["value"])
    return found


def _amount(money: dict[str, str]) -> Decimal:
    return Decimal(money["amount"])
