# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING: a line per order item, with personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..state.orders import StoredOrder
from ..state.reports import Report
from . import order_data as source
from .money import amounts
from .table import write_table, yes

if TYPE_CHECKING:
    from ..world import World

_COLUMNS = [
    "order-id",
    "order-item-id",
    "purchase-date",
    "payments-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-purchased",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "ship-service-level",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "ship-phone-number",
    "gift-wrap-type",
    "gift-message-text",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "item-promotion-id",
    "ship-promotion-discount",
    "ship-promotion-id",
    "payment-method-fee",
    "delivery-start-date",
    "delivery-end-date",
    "delivery-time-zone",
    "delivery-Instructions",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "buyer-company-name",
    "is-prime",
    "ioss-number",
]
_PROMOTION = (
    "item-promotion-discount",
    "item-promotion-id",
    "ship-promotion-discount",
    "ship-promotion-id",
)
_ADDRESS = {
    "recipient-name": "name",
    "ship-address-1": "addressLine1",
    "ship-address-2": "addressLine2",
    "ship-address-3": "addressLine3",
    "ship-city": "city",
    "ship-state": "stateOrRegion",
    "ship-postal-code": "postalCode",
    "ship-country": "countryCode",
    "ship-phone-number": "phone",
}


def write(world: World, report: Report) -> str | None:
    """Return the report; the option ShowSalesChannel adds the column sales-channel."""
    rows = [
        row
        for order, item in source.lines(source.to_ship(world, report))
        for row in _parted(_row(order, item), world.settings.report_promotion_rows)
    ]
    named = ["sales-channel"] if report.options.get("ShowSalesChannel") == "true" else []
    columns = [*_COLUMNS, *named]
    return write_table([one for one in columns if one not in world.settings.report_without], rows)


def _parted(row: dict[str, str], apart: bool) -> list[dict[str, str]]:
    """Return the rows of an item: its promotions stand apart where that is wanted."""
    promotion = {name: row[name] for name in _PROMOTION}
    if not apart or not any(promotion.values()):
        return [row]
    blank = {name: row[name] for name in ("order-id", "order-item-id")}
    return [row | dict.fromkeys(_PROMOTION, ""), blank | promotion]


def _row(order: StoredOrder, item: dict[str, Any]) -> dict[str, str]:
    return {**_order_cells(order), **_item_cells(item), **_money_cells(order, item)}


def _order_cells(order: StoredOrder) -> dict[str, str]:
    buyer, place = source.buyer(order), source.address(order)
    created = source.report_time(order.data["createdTime"])
    return {
        "order-id": order.order_id,
        "purchase-date": created,
        "payments-date": created,
        "buyer-email": buyer.get("buyerEmail", ""),
        "buyer-name": buyer.get("buyerName", ""),
        "buyer-phone-number": place.get("phone", ""),
        "ship-service-level": source.service(order),
        **{name: place.get(key, "") for name, key in _ADDRESS.items()},
        "is-business-order": yes(source.has_program(order, "AMAZON_BUSINESS")),
        "purchase-order-number": buyer.get("buyerPurchaseOrderNumber", ""),
        "buyer-company-name": buyer.get("buyerCompanyName", ""),
        "is-prime": yes(source.has_program(order, "PRIME")),
        "sales-channel": order.data["salesChannel"]["marketplaceName"],
    }


def _item_cells(item: dict[str, Any]) -> dict[str, str]:
    product, gift = item["product"], source.gift(item)
    return {
        "order-item-id": str(item["orderItemId"]),
        "sku": product.get("sellerSku", ""),
        "product-name": product.get("title", ""),
        "quantity-purchased": str(item["quantityOrdered"]),
        "gift-wrap-type": gift.get("giftWrapLevel", ""),
        "gift-message-text": gift.get("giftMessage", ""),
        "item-promotion-id": ",".join(source.promotion_ids(item)),
        "ship-promotion-id": "",
        "price-designation": product.get("price", {}).get("priceDesignation", ""),
        "ioss-number": source.ioss_number(item),
    }


def _money_cells(order: StoredOrder, item: dict[str, Any]) -> dict[str, str]:
    money = amounts(order, item)
    return {
        **money.cells(),
        "payment-method-fee": money.price("COD_FEE"),
    }
