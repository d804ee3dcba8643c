# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines of remote orders (Orders API 2026-01-01, `orderItems`)."""

from __future__ import annotations

from typing import Any

from .charges import Purse, read_charges
from .document_error import DocumentError
from .json_node import Node


def read_lines(order: Node, purse: Purse) -> list[dict[str, Any]]:
    """Return the lines of an order in the neutral form.

    :raise DocumentError: for a line without id or quantity, with a negative quantity, or for two
        lines with one id.
    """
    lines: dict[str, dict[str, Any]] = {}
    for item in order.rows("orderItems", required=True):
        line = _read_line(item, purse)
        if line["remote_line_id"] in lines:
            raise item.error("the line is there twice", "orderItemId")
        lines[line["remote_line_id"]] = line
    return list(lines.values())


def _read_line(item: Node, purse: Purse) -> dict[str, Any]:
    product = item.object("product")
    packing = item.object("fulfillment").object("packing")
    quantity = item.whole("quantityOrdered", required=True) or 0
    shipped, cancelled = _read_progress(item, quantity)
    return {
        "remote_line_id": item.text("orderItemId", required=True),
        "sku": product.text("sellerSku"),
        "remote_product_id": product.text("asin"),
        "title": product.text("title"),
        "quantity": quantity,
        "quantity_shipped": shipped,
        "quantity_cancelled": cancelled,
        "gift_message": _read_gift_message(packing),
        "promotion_ids": _read_promotions(item),
        "tax_model": _first(item.object("tax").rows("taxCollections"), "model"),
        "tax_scheme": _first(
            item.object("tax").rows("taxCalculationBreakdowns"), "reportingScheme"
        ),
        "tax_known": _is_tax_known(item),
        "charges": read_charges(item, quantity, purse),
        "amount_total": purse.take(item.object("proceeds"), "proceedsTotal"),
    }


def _read_progress(item: Node, quantity: int) -> tuple[int, int]:
    """Return how many units are shipped and how many are cancelled.

    Amazon names no cancelled quantity: it is what is neither shipped nor still to be shipped.
    """
    fulfillment = item.object("fulfillment")
    shipped = fulfillment.whole("quantityFulfilled") or 0
    waiting = fulfillment.whole("quantityUnfulfilled")
    if waiting is None:
        executed = item.object("cancellation").object("cancellationExecution").value
        waiting = 0 if executed else quantity - shipped
    return shipped, max(0, quantity - shipped - waiting)


def _is_tax_known(item: Node) -> bool:
    """Tell whether Amazon says what the tax is, if only that there is none."""
    rows = item.object("proceeds").rows("breakdowns")
    tax = item.object("tax")
    computed = tax.rows("taxCollections") or tax.rows("taxCalculationBreakdowns")
    return bool(computed) or any(row.text("type") == "TAX" for row in rows)


def _read_gift_message(packing: Node) -> str:
    """Return the message; no order waits because its decoration cannot be read."""
    try:
        return packing.object("giftOption").text("giftMessage")
    except DocumentError:
        return ""


def _read_promotions(item: Node) -> list[str]:
    try:
        return _texts(item.object("promotion").rows("breakdowns"), "promotionId")
    except DocumentError:
        return []


def _texts(rows: list[Node], name: str) -> list[str]:
    return [text for text in (row.text(name) for row in rows) if text]


def _first(rows: list[Node], name: str) -> str:
    return next(iter(_texts(rows, name)), "")
