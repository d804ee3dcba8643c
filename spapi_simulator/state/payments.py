# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments of a buyer for an item, and refunds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .orders import StoredOrder

Refund = dict[str, Any]
ZERO = Decimal(0)

# Component type of an adjustment -> the limits it counts against. Goodwill has none.
BUCKET_OF: dict[str, tuple[str, ...]] = {
    "Principal": ("ITEM", "TOTAL"),
    "Tax": ("ITEM", "TOTAL"),
    "Shipping": ("SHIPPING", "TOTAL"),
    "ShippingTax": ("SHIPPING", "TOTAL"),
    "GiftWrap": ("GIFT_WRAP", "TOTAL"),
    "GiftWrapTax": ("GIFT_WRAP", "TOTAL"),
    "COD": ("COD_FEE", "TOTAL"),
    "CODTax": ("COD_FEE", "TOTAL"),
    "RestockingFee": (),
    "RestockingFeeTax": (),
    "Surcharge": ("TOTAL",),
    "ReturnShipping": (),
    "Goodwill": (),
    "ExportCharge": ("TOTAL",),
    "Other": ("TOTAL",),
    "FreeReplacementReturnShipping": (),
}
COMPONENTS = frozenset(BUCKET_OF)
_PARTS = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE")


def paid(order: StoredOrder, item_id: str) -> dict[str, Decimal]:
    """Return what was paid for an item: each part with its tax, and TOTAL after discounts."""
    proceeds = order.items()[item_id].get("proceeds", {})
    limits = dict.fromkeys(_PARTS, ZERO)
    for row in proceeds.get("breakdowns", []):
        if row["type"] in limits:
            limits[row["type"]] += Decimal(row["subtotal"]["amount"])
        elif row["type"] == "TAX":
            _add_tax(limits, row)
    limits["TOTAL"] = Decimal(proceeds.get("proceedsTotal", {}).get("amount", "0"))
    return limits


def _add_tax(limits: dict[str, Decimal], row: dict[str, Any]) -> None:
    details = row.get("detailedBreakdowns")
    if not details:
        limits["ITEM"] += Decimal(row["subtotal"]["amount"])
    for detail in details or []:
        if detail.get("subtype") in limits:
            limits[detail["subtype"]] += Decimal(detail["value"]["amount"])


def refunded(order: StoredOrder, item_id: str) -> dict[str, Decimal]:
    """Return what earlier refunds of an item took of each limit."""
    taken: dict[str, Decimal] = {}
    for refund in order.refunds:
        if refund["item_id"] == item_id:
            for kind, amount in refund["components"].items():
                for bucket in BUCKET_OF[kind]:
                    taken[bucket] = taken.get(bucket, ZERO) + amount
    return taken
