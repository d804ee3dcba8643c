# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The money of a demo order line, exact to the last minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .. import currencies
from ..marketplaces import Marketplace

ZERO = Decimal(0)
TAX_RATES: dict[str, Decimal] = {
    "DE": Decimal("0.19"),
    "FR": Decimal("0.20"),
    "IT": Decimal("0.22"),
    "ES": Decimal("0.21"),
    "GB": Decimal("0.20"),
    "NL": Decimal("0.21"),
    "BE": Decimal("0.21"),
    "PL": Decimal("0.23"),
    "SE": Decimal("0.25"),
    "US": Decimal("0.0825"),
}


def quantum(shop: Marketplace) -> Decimal:
    """Return the smallest amount of the marketplace's currency."""
    return currencies.quantum(shop.currency)


def rounded(amount: Decimal, shop: Marketplace) -> Decimal:
    """Return an amount in whole minor units, half up."""
    return amount.quantize(quantum(shop), rounding=ROUND_HALF_UP)


def as_money(amount: Decimal, shop: Marketplace) -> dict[str, str]:
    """Return an amount as Amazon's Money."""
    return {"amount": f"{rounded(amount, shop):f}", "currencyCode": shop.currency}


@dataclass(frozen=True)
class LineMoney:
    """Price of a line for the buyer: consumer amounts per part; a discount is positive here.

    A line has a discount of the item or one of its shipping, not both.
    """

    item: Decimal
    shipping: Decimal = ZERO
    gift_wrap: Decimal = ZERO
    cod_fee: Decimal = ZERO
    discount: Decimal = ZERO
    shipping_discount: Decimal = ZERO
    taxed: bool = False

    def parts(self, shop: Marketplace) -> dict[str, tuple[Decimal, Decimal]]:
        """Return (amount without tax, tax) per part; without `taxed` there is no tax to see."""
        consumer = {
            "ITEM": self.item,
            "SHIPPING": self.shipping,
            "GIFT_WRAP": self.gift_wrap,
            "COD_FEE": self.cod_fee,
            "DISCOUNT": -self.discount - self.shipping_discount,
        }
        return {
            name: self._split(rounded(amount, shop), shop)
            for name, amount in consumer.items()
            if amount
        }

    def _split(self, amount: Decimal, shop: Marketplace) -> tuple[Decimal, Decimal]:
        rate = TAX_RATES.get(shop.country, Decimal("0.20")) if self.taxed else ZERO
        if not shop.with_tax:
            return amount, rounded(amount * rate, shop)
        net = rounded(amount / (1 + rate), shop)
        return net, amount - net


def proceeds(money: LineMoney, shop: Marketplace) -> tuple[dict[str, Any], dict[str, Decimal]]:
    """Return a line's proceeds and its subtotals by type."""
    parts = money.parts(shop)
    subtotals = {name: net for name, (net, _tax) in parts.items()}
    taxes = {name: tax for name, (_net, tax) in parts.items() if tax}
    target = "SHIPPING" if money.shipping_discount and not money.discount else "ITEM"
    breakdowns = [_breakdown(name, net, shop, target) for name, net in subtotals.items()]
    if taxes:
        subtotals["TAX"] = sum(taxes.values(), ZERO)
        row = {"type": "TAX", "subtotal": as_money(subtotals["TAX"], shop)}
        details = [{"subtype": key, "value": as_money(tax, shop)} for key, tax in taxes.items()]
        breakdowns.append({**row, "detailedBreakdowns": details})
    total = sum(subtotals.values(), ZERO)
    return {"proceedsTotal": as_money(total, shop), "breakdowns": breakdowns}, subtotals


def _breakdown(name: str, amount: Decimal, shop: Marketplace, target: str) -> dict[str, Any]:
    row: dict[str, Any] = {"type": name, "subtotal": as_money(amount, shop)}
    if name == "DISCOUNT":
        row["detailedBreakdowns"] = [{"subtype": target, "value": as_money(amount, shop)}]
    return row
