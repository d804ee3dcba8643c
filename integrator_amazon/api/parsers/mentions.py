# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that name orders without telling what is in them: notifications and statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from ..values import DocumentError, Node, parse_time, read_json, unreadable
from .orders import STATUSES, is_sold_elsewhere
from .table import Row, read_rows

#: Statuses of the older Orders API, which notifications and reports still use.
OLD_STATUSES = {
    "pendingavailability": "pending",
    "pending": "pending",
    "unshipped": "unshipped",
    "partiallyshipped": "partially_shipped",
    "shipped": "shipped",
    "shipping": "partially_shipped",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "unfulfillable": "unfulfillable",
}
_FULFILLMENT = "FULFILLMENT_ORDER_STATUS"
_BY = {"AFN": "site", "AMAZON": "site", "MFN": "merchant", "MERCHANT": "merchant"}

#: Fields in which envelopes carry the content: Amazon EventBridge, and a topic of SNS.
_EVENT, _TOPIC = "detail", "Message"


def parse_order_statement(source: BinaryIO, charset: str) -> Iterator[dict[str, Any]]:
    """Give the orders of GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL, each once.

    Orders that were sold elsewhere and only shipped by Amazon are left out: they are no orders of
    the marketplace.

    :param charset: see `table.detect_charset`.
    :raise DocumentError: when it is no such report.
    """
    seen: set[str] = set()
    for row in read_rows(source, charset, ("amazon-order-id", "order-status")):
        order_id = row["amazon-order-id"]
        if not order_id:
            yield unreadable(row.error("missing", "amazon-order-id"))
            continue
        if order_id in seen or is_sold_elsewhere(order_id, row["sales-channel"]):
            continue
        seen.add(order_id)
        yield _mention(
            order_id,
            row["order-status"],
            row["fulfillment-channel"],
            updated_at=_row_time(row, "last-updated-date"),
            ordered_at=_row_time(row, "purchase-date"),
        )


def parse_notifications(raw: bytes) -> list[dict[str, Any]]:
    """Return the orders, and as `remote_listing` the listings, that the messages of a queue name.

    A notification of another type is skipped; an unreadable message is reported by its place and
    does not stop the others.

    :param raw: JSON `{"messages": [{"messageId", "receiptHandle", "body"}]}`.
    :raise DocumentError: when it is no such document.
    """
    found = [_try_message(message) for message in read_json(raw, "utf-8").rows("messages")]
    return [mention for mention in found if mention]


def _try_message(message: Node) -> dict[str, Any] | None:
    try:
        return _read_message(_unwrapped(message))
    except DocumentError as error:
        return unreadable(DocumentError(error.reason, f"{message.path}.body"))


def _unwrapped(message: Node) -> Node:
    """Return the notification that a message carries, out of its envelopes."""
    inner = _read_inner(message, "body")
    if isinstance(inner.value.get(_TOPIC), str):
        inner = _read_inner(inner, _TOPIC)
    if not isinstance(inner.value.get(_EVENT), dict):
        return inner
    named = {"NotificationType": inner.text("detail-type")}
    return Node({**named, **inner.value[_EVENT]}, f"{inner.path}.{_EVENT}")


def _read_inner(node: Node, name: str) -> Node:
    return read_json(node.text(name).encode(), "utf-8")


def _payload(inner: Node) -> Node:
    return inner.object("Payload") if "Payload" in inner.value else inner.object("payload")


def _read_message(inner: Node) -> dict[str, Any] | None:
    payload = _payload(inner)
    change = payload.object("OrderChangeNotification")
    if not change.value:
        return _read_other(inner, payload)
    summary = change.object("Summary")
    time = change.object("OrderChangeTrigger").time("TimeOfOrderChange")
    return _mention(
        change.text("AmazonOrderId", required=True),
        summary.text("OrderStatus"),
        summary.text("FulfillmentType"),
        updated_at=time or inner.time("EventTime"),
        ordered_at=summary.time("PurchaseDate"),
        marketplace_code=summary.text("MarketplaceId"),
    )


def _read_other(inner: Node, payload: Node) -> dict[str, Any] | None:
    """Return the listing that LISTINGS_ITEM_ISSUES_CHANGE or LISTINGS_ITEM_STATUS_CHANGE names, or
    the order of ours that FULFILLMENT_ORDER_STATUS names."""
    kind = inner.text("NotificationType") or inner.text("notificationType")
    if not kind:
        raise inner.error("no notification of Amazon's")
    if kind == _FULFILLMENT:
        return _read_fulfillment(payload)
    if not kind.startswith("LISTINGS_ITEM_"):
        return None
    sku = payload.text("Sku") or payload.text("sku")
    place = payload.text("MarketplaceId") or payload.text("marketplaceId")
    return {"remote_listing": (place, sku)} if sku else None


def _read_fulfillment(payload: Node) -> dict[str, Any] | None:
    """Return our number of the order of a FULFILLMENT_ORDER_STATUS, which Amazon only ships.

    It comes late, several times and in any order, and Amazon's own example has statuses that are
    not documented. So its content is not used: the order is read.
    """
    ours = payload.object("FulfillmentOrderStatusNotification").text("SellerFulfillmentOrderId")
    if not ours:
        return None
    hint = {"remote_order_id": "", "seller_order_id": ours, "updated_at": None}
    return {**hint, "sold_elsewhere": True, "lines": None}


def _mention(order_id: str, status: str, channel: str, **values: Any) -> dict[str, Any]:
    key = status.replace(" ", "").replace("_", "").replace("-", "").lower()
    return {
        "remote_order_id": order_id,
        "remote_status": STATUSES.get(status) or OLD_STATUSES.get(key, "unknown"),
        "remote_status_text": status,
        "fulfilled_by": _BY.get(channel.upper(), ""),
        "sold_elsewhere": is_sold_elsewhere(order_id),
        "lines": None,
        **values,
    }


def _row_time(row: Row, column: str) -> datetime | None:
    if not row[column]:
        return None
    try:
        return parse_time(row[column])
    except ValueError:
        # it only says how young the row is; the order itself is asked for
        return None
