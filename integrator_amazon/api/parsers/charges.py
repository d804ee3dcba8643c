# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The money of an order line, itemised (Orders API 2026-01-01, `proceeds.breakdowns`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .json_node import Money, Node

Charge = dict[str, Any]

#: Amazon's type or subtype -> our kind. What Amazon adds later counts as "other".
KINDS = {
    "ITEM": "item",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod_fee",
    "OTHER": "other",
    "TAX": "tax",
    "DISCOUNT": "discount",
}
#: Only these come with detailed breakdowns.
_DETAILED = frozenset({"tax", "discount"})


class Purse:
    """Adds up charges, and sees to it that all money of an order is of one currency."""

    def __init__(self) -> None:
        self.currency = ""

    def take(self, node: Node, name: str) -> Decimal | None:
        """Return the amount under a key, None when it is missing.

        :raise DocumentError: when it is no money, or of another currency than before.
        """
        money: Money | None = node.money(name)
        if money is None:
            return None
        if self.currency and money.currency != self.currency:
            raise node.error("two currencies in one order", name)
        self.currency = money.currency
        return money.amount


def read_charges(item: Node, quantity: int, purse: Purse) -> list[Charge]:
    """Return the charges of an order item: kind, what it is of, amount.

    Discounts are negative whatever their sign was. Zero amounts say nothing and are left out, but
    for the item itself. Without breakdowns the item's price is unit price times quantity.

    :param item: an element of `orderItems`.
    :param quantity: its `quantityOrdered`.
    :raise DocumentError: when an amount is no money.
    """
    charges = [
        charge
        for row in item.object("proceeds").rows("breakdowns")
        for charge in _read_breakdown(row, purse)
    ]
    if not item.object("proceeds").rows("breakdowns"):
        unit = purse.take(item.object("product").object("price"), "unitPrice")
        charges = [] if unit is None else [_charge("item", "", unit * quantity)]
    return [charge for charge in charges if charge["amount"] or charge["kind"] == "item"]


def _read_breakdown(row: Node, purse: Purse) -> list[Charge]:
    subtotal = purse.take(row, "subtotal")
    if subtotal is None:
        raise row.error("missing", "subtotal")
    kind = KINDS.get(row.text("type", required=True), "other")
    details = _read_details(row, purse) if kind in _DETAILED else []
    if kind == "discount":
        details = [(of, -abs(amount)) for of, amount in details]
        subtotal = -abs(subtotal)
    return [_charge(kind, of, amount) for of, amount in _fitting(details, subtotal)]


def _read_details(row: Node, purse: Purse) -> list[tuple[str, Decimal]]:
    details = []
    for detail in row.rows("detailedBreakdowns"):
        amount = purse.take(detail, "value")
        if amount is not None:
            details.append((KINDS.get(detail.text("subtype"), "other"), amount))
    return details


def _fitting(details: list[tuple[str, Decimal]], subtotal: Decimal) -> list[tuple[str, Decimal]]:
    """Return the details if they add up to the subtotal, else the subtotal alone.

    The tax on a discount lessens the tax, whether Amazon writes it with or without its sign, or
    has taken it off the other details already.
    """
    signed = [(of, -abs(amount) if of == "discount" else amount) for of, amount in details]
    others = [(of, amount) for of, amount in details if of != "discount"]
    for rows in (details, signed, others):
        if rows and sum(amount for _of, amount in rows) == subtotal:
            return rows
    return [("", subtotal)]


def _charge(kind: str, of: str, amount: Decimal) -> Charge:
    return {"kind": kind, "of": of, "amount": amount}
