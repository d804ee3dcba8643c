# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From an order of an order report to its neutral form.

Order reports hold paid orders that wait for shipment and say nothing of their state; the time they
give is that of the payment, so that anything the Orders API says is younger. An order without its
prices, or without their currency, is incomplete: the Orders API gives them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from .orders import is_sold_elsewhere

ADDRESS = (
    *("name", "company", "street", "street2", "street3", "city", "zip"),
    *("state", "country", "phone", "district"),
)
BUYER = ("name", "email", "company", "purchase_order", "vat", "phone")


def build_order(
    remote_order_id: str,
    ordered_at: datetime,
    posted_at: datetime,
    currency: str,
    lines: list[dict[str, Any]],
    channel_name: str = "",
    **values: Any,
) -> dict[str, Any]:
    """Return a neutral order; what a report does not say is empty.

    :param ordered_at: when the buyer ordered.
    :param posted_at: when the payment was there.
    :param lines: what `build_line` gave.
    :param channel_name: where it was sold; what was sold elsewhere is shipped by Amazon.
    :param values: any other key of a neutral order.
    """
    sold_elsewhere = is_sold_elsewhere(remote_order_id, channel_name)
    return {
        "remote_order_id": remote_order_id,
        "complete": all(_is_complete(line, currency) for line in lines),
        "remote_status": "unshipped",
        "remote_status_text": "Unshipped",
        "status_known": False,
        "fulfilled_by": "site" if sold_elsewhere else "merchant",
        "marketplace_code": "",
        "channel_name": channel_name,
        "ordered_at": ordered_at,
        "updated_at": posted_at,
        "ship_by": None,
        "deliver_by": None,
        "service_level": "",
        "programs": [],
        "seller_order_id": "",
        "sold_elsewhere": sold_elsewhere,
        "replaces": "",
        "currency": currency,
        "amount_total": None,
        "unexplained": 0,
        "buyer": dict.fromkeys(BUYER, ""),
        "address": dict.fromkeys(ADDRESS, ""),
        "cancel_requested": False,
        "cancel_reason": "",
        "lines": lines,
        **values,
    }


def _is_complete(line: dict[str, Any], currency: str) -> bool:
    """Return whether a line has the price of its pieces, and the currency."""
    charges = line["charges"]
    is_priced = not line["quantity"] or any(charge["kind"] == "item" for charge in charges)
    return is_priced and bool(currency or not any(charge["amount"] for charge in charges))


def is_tax_known(amounts: Iterable[tuple[str, Decimal]], prices_include_tax: bool) -> bool:
    """Return whether the amounts of a line include its tax.

    Reports write a zero also for sellers for whom Amazon computes no tax.
    """
    taxes = [amount for component, amount in amounts if component.endswith("Tax")]
    return not prices_include_tax or any(taxes)


def build_line(
    remote_line_id: str,
    sku: str,
    quantity: int,
    charges: list[dict[str, Any]],
    **values: Any,
) -> dict[str, Any]:
    """Return a neutral line.

    :param charges: what `report_money.build_charges` gave.
    :param values: any other key of a neutral line.
    """
    return {
        "remote_line_id": remote_line_id,
        "sku": sku,
        "remote_product_id": "",
        "title": "",
        "quantity": quantity,
        "quantity_shipped": 0,
        "quantity_cancelled": 0,
        "gift_message": "",
        "promotion_ids": [],
        "tax_model": "",
        "tax_scheme": "",
        "tax_known": True,
        "charges": charges,
        "amount_total": None,
        **values,
    }
