# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""POST_ORDER_ACKNOWLEDGEMENT_DATA: acknowledge an order, or cancel the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ..state.feeds import Feed
from ..state.orders import StoredOrder
from . import envelope
from .envelope import text_of
from .grammar import Element
from .order_messages import (
    ITEM_CODE,
    MAX_LENGTH,
    ORDER_ID,
    QUANTITY,
    find_order,
    item_id_of,
    refuse,
)

if TYPE_CHECKING:
    from ..world import World

CANCEL_REASONS = frozenset(
    {
        "NoInventory",
        "ShippingAddressUndeliverable",
        "CustomerExchange",
        "BuyerCanceled",
        "GeneralAdjustment",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "CustomerReturn",
        "MerchandiseNotReceived",
        "CannotVerifyInformation",
        "PricingError",
        "RejectOrder",
        "WeatherDelay",
    }
)
_ITEM = (
    ITEM_CODE,
    Element("MerchantOrderItemID", 0, longest=MAX_LENGTH),
    Element("CancelReason", 0, values=CANCEL_REASONS),
    Element("Quantity", 0, pattern=QUANTITY),
)
CONTENT = (
    ORDER_ID,
    Element("MerchantOrderID", 0, longest=MAX_LENGTH),
    Element("StatusCode", values=frozenset({"Success", "Failure"})),
    Element("Item", 0, None, content=_ITEM),
)


def process(world: World, feed: Feed, content: bytes) -> bytes:
    """Run the feed and return its processing report."""
    return envelope.process(world, feed, content, KIND)


def _run(world: World, feed: Feed, node: etree._Element) -> None:
    order = find_order(world, feed, node)
    item_ids = [item_id_of(order, item) for item in node.findall("Item")]
    failure = text_of(node, "StatusCode") == "Failure"
    reason = text_of(node, "Item/CancelReason")
    for item_id, item in zip(item_ids, node.findall("Item"), strict=True):
        if own := text_of(item, "MerchantOrderItemID"):
            order.own_item_ids[own] = item_id
    if failure:
        _cancel(world, order, reason)
    else:
        _accept(world, order, text_of(node, "MerchantOrderID"))
    order.acknowledgements.append(
        {
            "status": text_of(node, "StatusCode"),
            "merchant_order_id": text_of(node, "MerchantOrderID"),
            "cancel_reason": reason,
            "item_ids": item_ids,
            "merchant_item_ids": [
                text_of(item, "MerchantOrderItemID") for item in node.findall("Item")
            ],
            "feed_id": feed.feed_id,
        }
    )


def _cancel(world: World, order: StoredOrder, reason: str) -> None:
    if any(order.fulfilled(item_id) for item_id in order.items()):
        raise refuse(order, "The order cannot be cancelled: an item has been shipped.")
    if order.by_amazon:
        raise refuse(order, "Orders fulfilled by Amazon cannot be cancelled by the seller.")
    if order.status == "CANCELLED":
        raise refuse(order, "The order has been cancelled already.")
    order.cancel(world.now(), "MERCHANT", reason or "NoInventory")


def _accept(world: World, order: StoredOrder, merchant_order_id: str) -> None:
    if order.status == "CANCELLED":
        raise refuse(order, "The order has been cancelled.")
    if not merchant_order_id:
        return
    aliases = order.data.setdefault("orderAliases", [])
    aliases[:] = [row for row in aliases if row["aliasType"] != "SELLER_ORDER_ID"]
    aliases.append({"aliasId": merchant_order_id, "aliasType": "SELLER_ORDER_ID"})
    order.touch(world.now())


KIND = envelope.MessageKind("OrderAcknowledgement", CONTENT, _run)
