# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of an offer beside its form: prices that somebody could pay.

Sources: "Manage purchasable offers"; amzn/selling-partner-api-models issues 4394 and 4632.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from ..times import parse_time

_PRICES = (
    "our_price",
    "discounted_price",
    "minimum_seller_allowed_price",
    "maximum_seller_allowed_price",
)


def offer_problem(row: dict[str, Any]) -> str:
    """Return what is wrong with an offer beyond its form."""
    if "currency" not in row:
        return "currency is required"
    amounts = [value for name in _PRICES for value in _amounts(row, name)]
    if not all(_positive(value) for value in amounts):
        return "prices must be above 0"
    return _bounds_problem(row) or _sale_problem(row) or _levels_problem(row)


def _bounds_problem(row: dict[str, Any]) -> str:
    ours = [Decimal(str(value)) for value in _amounts(row, "our_price")]
    lowest = [Decimal(str(value)) for value in _amounts(row, "minimum_seller_allowed_price")]
    highest = [Decimal(str(value)) for value in _amounts(row, "maximum_seller_allowed_price")]
    if ours and ((lowest and ours[0] < lowest[0]) or (highest and ours[0] > highest[0])):
        return "our_price is outside of the prices that the seller allows"
    return ""


def _sale_problem(row: dict[str, Any]) -> str:
    sales = [step for sale in row.get("discounted_price") or () for step in _steps(sale)]
    if sales and row.get("audience", "ALL") != "ALL":
        return "discounted_price is for the audience ALL only"
    ours = [Decimal(str(value)) for value in _amounts(row, "our_price")]
    for step in sales:
        if ours and Decimal(str(step.get("value_with_tax", 0))) >= ours[0]:
            return "discounted_price must be below our_price"
        if not _in_order(step.get("start_at"), step.get("end_at")):
            return "discounted_price must end after it starts"
    return ""


def _levels_problem(row: dict[str, Any]) -> str:
    ours = [Decimal(str(value)) for value in _amounts(row, "our_price")]
    plans = [step for plan in row.get("quantity_discount_plan") or () for step in _steps(plan)]
    for plan in plans:
        levels = [level for level in plan.get("levels") or () if isinstance(level, dict)]
        bounds = [level.get("lower_bound", 0) for level in levels]
        values = [Decimal(str(level.get("value", 0))) for level in levels]
        fixed = plan.get("discount_type") == "fixed"
        lower = [*ours[:1], *values] if fixed else [-value for value in values]
        if bounds != sorted(set(bounds)) or lower != sorted(set(lower), reverse=True):
            return "each level must have a larger quantity and a lower price than the one before"
    return ""


def business_problem(rows: list[dict[str, Any]]) -> str:
    """Return that business buyers would pay more than everybody."""
    prices: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        for value in _amounts(row, "our_price"):
            place, audience = str(row.get("marketplace_id")), str(row.get("audience", "ALL"))
            prices[place, audience] = Decimal(str(value))
    for (place, audience), price in prices.items():
        if audience == "B2B" and price > prices.get((place, "ALL"), price):
            return "the business price is above the price for everybody"
    return ""


def _amounts(row: dict[str, Any], name: str) -> list[Any]:
    """Return the values of a price; what is no amount is the schema's business."""
    found = [step.get("value_with_tax") for part in row.get(name) or () for step in _steps(part)]
    return [value for value in found if isinstance(value, int | float)]


def _steps(part: Any) -> list[dict[str, Any]]:
    steps = part.get("schedule") or [] if isinstance(part, dict) else []
    return [step for step in steps if isinstance(step, dict)]


def _in_order(start: Any, end: Any) -> bool:
    try:
        return parse_time(start) < parse_time(end)
    except (AttributeError, TypeError, ValueError):
        # that it is not a time at all is the schema's business
        return True


def _positive(value: Any) -> bool:
    try:
        return Decimal(str(value)) > 0
    except InvalidOperation:
        return False
