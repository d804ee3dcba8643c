# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts of order reports, which have components where the Orders API has breakdowns.

Taxes of discounts are not named in them. Amazon's tax of a part is sometimes that before its
discount and sometimes that after it; its rate shows which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
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

#: Currencies without decimals: a comma in an amount can only part its thousands.
_WHOLE = frozenset({"JPY", "KRW"})
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII)
_COMMA = re.compile(r"-?\d{1,15},\d{1,2}", re.ASCII)
_GROUPS = re.compile(r"-?\d{1,3}(,\d{3}){2,4}|-?\d{1,3}(,\d{3}){1,4}\.\d{1,2}", re.ASCII)
_POINT_GROUPS = re.compile(r"-?\d{1,3}(\.\d{3}){1,4},\d{1,2}", re.ASCII)
_WHOLE_GROUPS = re.compile(r"-?\d{1,3}([.,]\d{3}){1,4}", re.ASCII)

#: Rates of value added tax where prices hold it, in percent.
_RATES = tuple(
    Decimal(rate)
    for rate in (
        *("2.1", "2.6", "3", "3.8", "4", "5", "5.5", "6", "7", "7.7", "8", "8.1", "9", "9.5"),
        *("10", "12", "13", "13.5", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23"),
        *("24", "25", "25.5", "27"),
    )
)


def read_amount(text: str, currency: str = "") -> Decimal | None:
    """Return an amount in whatever locale it is written; None for an empty text.

    :param currency: ISO code; where it has no decimals, every separator parts thousands.
    :raise ValueError: when it is not an amount, or could be two.
    """
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text.strip())
    if not text:
        return None
    if currency in _WHOLE and _WHOLE_GROUPS.fullmatch(text):
        return Decimal(re.sub("[.,]", "", text))
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _COMMA.fullmatch(text) or _POINT_GROUPS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _GROUPS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    raise ValueError("not an amount")


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
        _add(sums, COMPONENTS.get(component) or _unknown(component), amount)
    taken: dict[tuple[str, str], Decimal] = {}
    for component, amount in discounts:
        kind = "tax" if "Tax" in component else "discount"
        _add(taken, (kind, _discounted(component)), -abs(amount))
    if prices_include_tax:
        _take_out_discount_taxes(taken, sums)
        _take_out_taxes(sums)
    merged = [*sums.items(), *((_as_charge(key), amount) for key, amount in taken.items())]
    return [
        {"kind": kind, "of": of, "amount": amount}
        for (kind, of), amount in _added_up(merged).items()
        if amount or kind == "item"
    ]


def _add(sums: dict[tuple[str, str], Decimal], key: tuple[str, str], amount: Decimal) -> None:
    sums[key] = sums.get(key, Decimal(0)) + amount


def _added_up(pairs: Iterable[tuple[tuple[str, str], Decimal]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = {}
    for key, amount in pairs:
        _add(sums, key, amount)
    return sums


def _as_charge(key: tuple[str, str]) -> tuple[str, str]:
    """Return the charge of what is taken off: all taxes of discounts are one."""
    return ("tax", "discount") if key[0] == "tax" else key


def _unknown(component: str) -> tuple[str, str]:
    return ("tax", "") if component.endswith("Tax") else ("other", "")


def _discounted(component: str) -> str:
    """Return which part a discount, or the tax of one, is of."""
    kind, of = COMPONENTS.get(component, ("other", ""))
    return of if kind == "tax" else kind


def _take_out_taxes(sums: dict[tuple[str, str], Decimal]) -> None:
    """Make gross amounts net by the tax that is named for them."""
    for (kind, of), tax in list(sums.items()):
        if kind == "tax" and (of, "") in sums:
            sums[(of, "")] -= tax


def _take_out_discount_taxes(
    taken: dict[tuple[str, str], Decimal], sums: dict[tuple[str, str], Decimal]
) -> None:
    """Make gross discounts net: by the tax that is named for them, else by that of their part."""
    for (kind, of), amount in list(taken.items()):
        if kind != "discount":
            continue
        if ("tax", of) not in taken:
            gross, tax = sums.get((of, ""), Decimal(0)), sums.get(("tax", of), Decimal(0))
            if not (gross and tax) or not _is_tax_of_whole(gross, tax, amount):
                continue
            coin = Decimal(1).scaleb(int(tax.as_tuple().exponent))
            taken[("tax", of)] = (amount * tax / gross).quantize(coin, ROUND_HALF_UP)
        taken[(kind, of)] -= taken[("tax", of)]


def _is_tax_of_whole(gross: Decimal, tax: Decimal, discount: Decimal) -> bool:
    """Return whether a tax is that of a part before its discount, by the rate that fits."""
    before, after = gross - tax, gross + discount - tax
    return after <= 0 or _miss(before, tax) <= _miss(after, tax)


def _miss(net: Decimal, tax: Decimal) -> Decimal:
    """Return by how much the nearest rate misses a tax."""
    return min(abs(net * rate / 100 - tax) for rate in _RATES)
