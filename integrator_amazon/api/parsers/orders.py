# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents of the Orders API 2026-01-01: a page of searchOrders, or one getOrder answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .charges import Purse
from .document_error import DocumentError
from .json_node import Node, read_json
from .order_lines import read_lines
from .people import read_address, read_buyer
from .sold_elsewhere import is_sold_elsewhere

__all__ = ["DocumentError", "parse_orders_document"]

#: fulfillmentStatus -> neutral status; what Amazon adds later is "unknown".
STATUSES = {
    "PENDING_AVAILABILITY": "pending",
    "PENDING": "pending",
    "UNSHIPPED": "unshipped",
    "PARTIALLY_SHIPPED": "partially_shipped",
    "SHIPPED": "shipped",
    "CANCELLED": "cancelled",
    "UNFULFILLABLE": "unfulfillable",
}


def parse_orders_document(raw: bytes, charset: str | None = None) -> list[dict[str, Any]]:
    """Return all orders of a document in the neutral form, or none (000-13, 000-20, 000-21).

    Missing personal data and unknown fields do no harm; an unknown status is kept as text.

    :param raw: the bytes as received.
    :param charset: as the Content-Type named it; UTF-8 without one.
    :return: neutral orders; `unexplained` is what Amazon's total has beyond the sum of all
        charges, zero when it all adds up.
    :raise DocumentError: naming the first place that cannot be read.
    """
    root = read_json(raw, charset)
    orders: dict[str, dict[str, Any]] = {}
    for node in _order_nodes(root):
        order = _read_order(node)
        if order["remote_order_id"] in orders:
            raise node.error("the order is there twice", "orderId")
        orders[order["remote_order_id"]] = order
    return list(orders.values())


def _order_nodes(root: Node) -> list[Node]:
    if "order" in root.value:
        return [root.object("order")]
    if not isinstance(root.value.get("orders"), list):
        raise root.error("neither a page of orders nor an order")
    return root.rows("orders")


def _read_order(node: Node) -> dict[str, Any]:
    purse = Purse()
    order_id = node.text("orderId", required=True)
    channel = node.object("salesChannel")
    total = purse.take(node.object("proceeds"), "grandTotal")
    lines = read_lines(node, purse)
    return {
        "remote_order_id": order_id,
        **_read_fulfillment(node.object("fulfillment")),
        "marketplace_code": channel.text("marketplaceId"),
        "channel_name": channel.text("marketplaceName"),
        "ordered_at": node.time("createdTime", required=True),
        "updated_at": node.time("lastUpdatedTime", required=True),
        "programs": node.texts("programs"),
        "seller_order_id": _read_alias(node),
        "sold_elsewhere": is_sold_elsewhere(
            order_id, channel.text("channelName"), channel.text("marketplaceName")
        ),
        "currency": purse.currency,
        "amount_total": total,
        "unexplained": _unexplained(total, lines),
        "buyer": read_buyer(node),
        "address": read_address(node),
        **_read_cancellation(node),
        "lines": lines,
    }


def _read_fulfillment(node: Node) -> dict[str, Any]:
    text = node.text("fulfillmentStatus")
    return {
        "remote_status": STATUSES.get(text, "unknown"),
        "remote_status_text": text,
        # an order of Amazon's that we took for ours shows at once; one of ours that we took for
        # Amazon's would never leave
        "fulfilled_by": "site" if node.text("fulfilledBy") == "AMAZON" else "merchant",
        "ship_by": node.object("shipByWindow").time("latestDateTime"),
        "deliver_by": node.object("deliverByWindow").time("latestDateTime"),
        "service_level": node.text("fulfillmentServiceLevel"),
    }


def _read_alias(node: Node) -> str:
    for alias in node.rows("orderAliases"):
        if alias.text("aliasType") == "SELLER_ORDER_ID":
            return alias.text("aliasId")
    return ""


def _read_cancellation(node: Node) -> dict[str, Any]:
    """Read whether the buyer asks for a cancellation that nobody has carried out yet."""
    cells = [item.object("cancellation") for item in node.rows("orderItems")]
    open_cells = [cell for cell in cells if not cell.object("cancellationExecution").value]
    requests = [cell.object("cancellationRequest") for cell in open_cells]
    executions = [cell.object("cancellationExecution") for cell in cells]
    reasons = [cell.text("cancelReason") for cell in requests + executions]
    return {
        "cancel_requested": any(request.value for request in requests),
        "cancel_reason": next((reason for reason in reasons if reason), ""),
    }


def _unexplained(total: Decimal | None, lines: list[dict[str, Any]]) -> Decimal:
    """Return what the total has beyond the charges.

    Without a total, the totals of the lines stand for it; without these there is nothing to
    explain (an order that is not paid yet shows no money).
    """
    charges = sum((charge["amount"] for line in lines for charge in line["charges"]), Decimal(0))
    totals = [line["amount_total"] for line in lines]
    if total is None and all(amount is not None for amount in totals):
        total = sum(totals, Decimal(0))
    return Decimal(0) if total is None else total - charges
