# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents of the Orders API 2026-01-01: a page of searchOrders, or one getOrder answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from ..marketplaces import UNTAXED_PRICES
from .charges import Purse
from .document_error import DocumentError, unreadable
from .json_node import Node, read_json
from .order_lines import read_lines
from .people import read_address, read_buyer

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

#: How an order is related to the one in whose place it is sent.
_INSTEAD_OF = frozenset({"REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"})
_BY = {"AMAZON": "site", "MERCHANT": "merchant"}


def parse_orders_document(raw: bytes, charset: str | None = None) -> list[dict[str, Any]]:
    """Return all orders of a document in the neutral form, or none.

    Missing personal data and unknown fields do no harm; an unknown status is kept as text. An order
    in which something cannot be read stands there as `unreadable`, with its id.

    :param raw: the bytes as received.
    :param charset: as the Content-Type named it; UTF-8 without one.
    :return: neutral orders; `unexplained` is what Amazon's total has beyond the sum of all
        charges, zero when it all adds up.
    :raise DocumentError: when it is no document of orders, or an order has no id.
    """
    return [_try_order(node) for node in _order_nodes(read_json(raw, charset))]


def _try_order(node: Node) -> dict[str, Any]:
    order_id = node.text("orderId", required=True)
    try:
        return _read_order(node)
    except DocumentError as error:
        return unreadable(error, order_id, **_read_version(node))


def _read_version(node: Node) -> dict[str, Any]:
    """Return how young an order is that cannot be read otherwise, if that can be read."""
    try:
        return {"updated_at": node.time("lastUpdatedTime", required=True)}
    except DocumentError:
        return {}


def _order_nodes(root: Node) -> list[Node]:
    if "order" in root.value:
        return [root.object("order")]
    if not isinstance(root.value.get("orders"), list):
        raise root.error("neither a page of orders nor an order")
    return root.rows("orders")


def _read_order(node: Node) -> dict[str, Any]:
    purse = Purse()
    channel = node.object("salesChannel")
    total = purse.take(node.object("proceeds"), "grandTotal")
    lines = read_lines(node, purse)
    if channel.text("marketplaceId") in UNTAXED_PRICES:
        for line in lines:
            line["tax_known"] = True
    return {
        "remote_order_id": node.text("orderId", required=True),
        **_read_fulfillment(node.object("fulfillment")),
        "marketplace_code": channel.text("marketplaceId"),
        "channel_name": channel.text("marketplaceName"),
        "ordered_at": node.time("createdTime", required=True),
        "updated_at": node.time("lastUpdatedTime", required=True),
        "shipped_at": _read_last_parcel(node),
        "programs": node.texts("programs"),
        "seller_order_id": _read_alias(node),
        "replaces": _read_original(node),
        "currency": purse.currency,
        "amount_total": total,
        "unexplained": _unexplained(total, lines),
        "buyer": read_buyer(node),
        "address": read_address(node),
        **_read_cancellation(node),
        "lines": lines,
    }


def _read_original(node: Node) -> str:
    """Return the id of the order in whose place this one is sent, for nothing."""
    for row in node.rows("associatedOrders"):
        if row.text("associationType") in _INSTEAD_OF:
            return row.text("orderId")
    return ""


def _read_last_parcel(node: Node) -> datetime | None:
    """Return when the last parcel left that Amazon knows the time of."""
    times = [row.time("shipTime") for row in node.rows("packages")]
    return max((time for time in times if time), default=None)


def _read_fulfillment(node: Node) -> dict[str, Any]:
    text = node.text("fulfillmentStatus")
    return {
        "remote_status": STATUSES.get(text, "unknown"),
        "remote_status_text": text,
        # somebody else's parcel would leave twice, one of ours never
        "fulfilled_by": _BY.get(node.text("fulfilledBy"), ""),
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
