# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Common parts of the three order feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ..state.feeds import Feed
from ..state.orders import StoredOrder
from .envelope import MessageError, text_of
from .grammar import Element

if TYPE_CHECKING:
    from ..world import World

ORDER_ID_PATTERN = r"\d{3}-\d{7}-\d{7}"
UNKNOWN_ORDER = "18028"
UNKNOWN_ITEM = "18032"
REFUSED = "18000"

ORDER_ID = Element("AmazonOrderID", pattern=ORDER_ID_PATTERN)
# Most texts of Amazon's order feeds.
MAX_LENGTH = 50
# MerchantOrderID is free text, so the choice has no pattern: an odd id is simply not found.
ORDER_OR_MERCHANT_ID = Element("AmazonOrderID|MerchantOrderID", longest=MAX_LENGTH)
ITEM_PATTERN = r"\d{1,20}"
ITEM_CODE = Element("AmazonOrderItemCode", pattern=ITEM_PATTERN)
ITEM_OR_MERCHANT_ID = Element(
    "AmazonOrderItemCode|MerchantOrderItemID",
    longest=MAX_LENGTH,
    patterns={"AmazonOrderItemCode": ITEM_PATTERN},
)
QUANTITY = r"[1-9]\d*"


def find_order(world: World, feed: Feed, node: etree._Element) -> StoredOrder:
    """Return the order a message is about, by Amazon's id or by the seller's.

    :raise MessageError: when the seller has no such order.
    """
    order_id = text_of(node, "AmazonOrderID")
    merchant_order_id = text_of(node, "MerchantOrderID")
    if order_id:
        found = world.orders.get(order_id, feed.merchant_id)
    else:
        rows = world.orders.all(feed.merchant_id)
        found = next((row for row in rows if merchant_order_id in _aliases(row)), None)
    if found is None:
        text = f"The order {order_id or merchant_order_id} does not exist for this account."
        raise MessageError(UNKNOWN_ORDER, text, AmazonOrderID=order_id or merchant_order_id)
    return found


def item_id_of(order: StoredOrder, node: etree._Element) -> str:
    """Return the orderItemId an Item element names.

    :raise MessageError: when the order has no such item.
    """
    item_id = text_of(node, "AmazonOrderItemCode") or order.own_item_ids.get(
        text_of(node, "MerchantOrderItemID"), ""
    )
    if item_id not in order.items():
        text = f"The order item code {item_id} does not belong to the order {order.order_id}."
        raise MessageError(
            UNKNOWN_ITEM, text, AmazonOrderID=order.order_id, AmazonOrderItemCode=item_id
        )
    return item_id


def refuse(order: StoredOrder, text: str, item_id: str = "") -> MessageError:
    """Return the error of a message that the order does not allow."""
    item = {"AmazonOrderItemCode": item_id} if item_id else {}
    return MessageError(REFUSED, text, AmazonOrderID=order.order_id, **item)


def _aliases(order: StoredOrder) -> list[str]:
    return [row["aliasId"] for row in order.data.get("orderAliases", [])]
