# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL: all orders, without personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..state.order_status import STATUS_WORDS
from ..state.orders import StoredOrder
from ..state.reports import Report
from . import order_data as source
from .money import amounts
from .table import write_table, yes

if TYPE_CHECKING:
    from ..world import World

_COLUMNS = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
]
_ADDRESS = {
    "ship-city": "city",
    "ship-state": "stateOrRegion",
    "ship-postal-code": "postalCode",
    "ship-country": "countryCode",
}


def write(world: World, report: Report) -> str | None:
    """Return the report: a line per item, pending ones without prices, cancelled ones too."""
    hidden = set(report.marks.get("leave_out", {}).get("order_ids", ()))
    orders = [row for row in source.placed(world, report) if row.order_id not in hidden]
    rows = [_row(order, item) for order in orders for item in order.data["orderItems"]]
    return write_table(_COLUMNS, rows)


def _row(order: StoredOrder, item: dict[str, Any]) -> dict[str, str]:
    pending = order.status.startswith("PENDING")
    return {
        **_order_cells(order),
        **({} if pending else _open_cells(order, item)),
        "product-name": item["product"].get("title", ""),
        "sku": item["product"].get("sellerSku", ""),
        "asin": item["product"].get("asin", ""),
        "item-status": _item_status(order, item),
        "quantity": str(item["quantityOrdered"]),
    }


def _order_cells(order: StoredOrder) -> dict[str, str]:
    name = order.data["salesChannel"]["marketplaceName"]
    return {
        "amazon-order-id": order.order_id,
        "merchant-order-id": source.merchant_order_id(order),
        "purchase-date": source.report_time(order.data["createdTime"]),
        "last-updated-date": source.report_time(order.data["lastUpdatedTime"]),
        "order-status": STATUS_WORDS.get(order.status, order.status),
        "fulfillment-channel": "AFN" if order.by_amazon else "MFN",
        "sales-channel": name,
        "order-channel": name,
        "ship-service-level": source.service(order),
        "is-business-order": yes(source.has_program(order, "AMAZON_BUSINESS")),
    }


def _open_cells(order: StoredOrder, item: dict[str, Any]) -> dict[str, str]:
    """Return the cells that a pending order does not show."""
    money, place = amounts(order, item), source.address(order)
    return {
        **money.cells(),
        **{name: place.get(key, "") for name, key in _ADDRESS.items()},
        "promotion-ids": ",".join(source.promotion_ids(item)),
        "purchase-order-number": source.buyer(order).get("buyerPurchaseOrderNumber", ""),
        "price-designation": item["product"].get("price", {}).get("priceDesignation", ""),
    }


def _item_status(order: StoredOrder, item: dict[str, Any]) -> str:
    item_id = str(item["orderItemId"])
    if order.status in ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"):
        return "Unshipped" if order.unfulfilled(item_id) else "Shipped"
    return STATUS_WORDS.get(order.status, order.status)
