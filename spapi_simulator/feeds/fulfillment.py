# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""POST_ORDER_FULFILLMENT_DATA: confirm packages in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ..carriers import FEED_CARRIERS
from ..state.feeds import Feed
from ..state.orders import StoredOrder
from ..state.shipping import Package, ShippingProblem, confirm
from ..times import parse_time
from . import envelope
from .envelope import text_of
from .grammar import Element
from .order_messages import (
    ITEM_OR_MERCHANT_ID,
    MAX_LENGTH,
    ORDER_OR_MERCHANT_ID,
    QUANTITY,
    find_order,
    item_id_of,
    refuse,
)

if TYPE_CHECKING:
    from ..world import World

_DATA = (
    Element("CarrierCode", 0, values=FEED_CARRIERS),
    Element("CarrierName", 0, longest=MAX_LENGTH),
    Element("ShippingMethod", 0, longest=MAX_LENGTH),
    Element("ShipperTrackingNumber", 0, longest=MAX_LENGTH),
)
_ITEM = (
    ITEM_OR_MERCHANT_ID,
    Element("MerchantFulfillmentItemID", 0, pattern=r"\d+"),
    Element("Quantity", 0, pattern=QUANTITY),
    Element("TransparencyCode", 0, 10),
)
CONTENT = (
    ORDER_OR_MERCHANT_ID,
    Element("MerchantFulfillmentID", 0, pattern=r"\d+"),
    Element("FulfillmentDate", time=True),
    Element("FulfillmentData", 0, content=_DATA),
    Element("CODCollectionMethod", 0, values=frozenset({"DirectPayment"})),
    Element("Item", 0, None, content=_ITEM),
    Element("ShipFromAddress", 0),
    Element("ShipFromSupplySourceId", 0),
)


def process(world: World, feed: Feed, content: bytes) -> bytes:
    """Run the feed and return its processing report."""
    return envelope.process(world, feed, content, KIND)


def _run(world: World, feed: Feed, node: etree._Element) -> None:
    order = find_order(world, feed, node)
    reference = text_of(node, "MerchantFulfillmentID") or str(len(order.shipments) + 1)
    package = Package(
        reference=reference,
        ship_date=parse_time(text_of(node, "FulfillmentDate")),
        items=_items(order, node),
        carrier_code=text_of(node, "FulfillmentData/CarrierCode"),
        carrier_name=text_of(node, "FulfillmentData/CarrierName"),
        method=text_of(node, "FulfillmentData/ShippingMethod"),
        tracking=text_of(node, "FulfillmentData/ShipperTrackingNumber"),
        source=feed.feed_type,
        feed_id=feed.feed_id,
    )
    if package.carrier_code == "Other" and not package.carrier_name:
        raise refuse(order, "CarrierName is required when CarrierCode is Other.")
    try:
        confirm(order, package, world.now())
    except ShippingProblem as problem:
        raise refuse(order, problem.message, problem.item_id) from None


def _items(order: StoredOrder, node: etree._Element) -> dict[str, int]:
    """Return quantity by item; no Item element means the rest of the whole order."""
    rows = node.findall("Item")
    if not rows:
        return {key: order.unfulfilled(key) for key in order.items() if order.unfulfilled(key)}
    items: dict[str, int] = {}
    for row in rows:
        item_id = item_id_of(order, row)
        quantity = int(text_of(row, "Quantity") or order.unfulfilled(item_id))
        items[item_id] = items.get(item_id, 0) + quantity
    return items


KIND = envelope.MessageKind("OrderFulfillment", CONTENT, _run)
