# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""POST_PAYMENT_ADJUSTMENT_DATA: refunds after shipment, cancelled quantities before it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..state.feeds import Feed
from ..state.orders import OPEN_STATUSES, StoredOrder
from ..state.payments import BUCKET_OF, COMPONENTS, Refund, paid, refunded
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

REASONS = frozenset(
    {
        "NoInventory",
        "CustomerReturn",
        "GeneralAdjustment",
        "CouldNotShip",
        "DifferentItem",
        "Abandoned",
        "CustomerCancel",
        "PriceError",
        "ProductOutofStock",
        "CustomerAddressIncorrect",
        "Exchange",
        "Other",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "TransactionRecord",
        "Undeliverable",
        "RefusedDelivery",
    }
)
TAXES = frozenset({"Tax", "ShippingTax", "GiftWrapTax", "CODTax"})
_COMPONENT = (
    Element("Type", values=COMPONENTS),
    Element("Amount", pattern=r"-?\d+(\.\d{1,2})?"),
)
_COMPONENTS = Element("Component", most=None, content=_COMPONENT)
_PROMOTION = (Element("PromotionClaimCode", 0), Element("MerchantPromotionID", 0), _COMPONENTS)
_ITEM = (
    ITEM_OR_MERCHANT_ID,
    Element("MerchantAdjustmentItemID", 0, longest=MAX_LENGTH),
    Element("AdjustmentReason", values=REASONS),
    Element("ItemPriceAdjustments", 0, content=(_COMPONENTS,)),
    Element("PromotionAdjustments", 0, None, content=_PROMOTION),
    Element("DirectPaymentAdjustments", 0),
    Element("QuantityCancelled", 0, pattern=QUANTITY),
    Element("Quantity", 0, pattern=QUANTITY),
)
CONTENT = (
    ORDER_OR_MERCHANT_ID,
    Element("ActionType", 0, values=frozenset({"Refund", "Cancel"})),
    Element("CODCollectionMethod", 0, values=frozenset({"DirectPayment"})),
    Element("AdjustedItem", most=None, content=_ITEM),
)


def process(world: World, feed: Feed, content: bytes) -> bytes:
    """Run the feed and return its processing report."""
    return envelope.process(world, feed, content, KIND)


def _run(world: World, feed: Feed, node: etree._Element) -> None:
    order = find_order(world, feed, node)
    shop = order.data["salesChannel"].get("marketplaceId")
    if shop in world.settings.no_refund_marketplaces:
        raise refuse(order, f"Payment adjustments are not available in the marketplace {shop}.")
    if shop in world.settings.no_tax_refund_marketplaces:
        _check_tax(order, node)
    items = node.findall("AdjustedItem")
    cancels = [item for item in items if item.find("QuantityCancelled") is not None]
    quantities = [_cancelled(order, item) for item in cancels]
    refunds = [_refund(feed, order, item) for item in items if item not in cancels]
    for item_id, quantity in quantities:
        order.cancelled[item_id] += quantity
    order.refunds.extend(refunds)
    order.update_status(world.now())


def _check_tax(order: StoredOrder, node: etree._Element) -> None:
    """Refuse a tax beside a price that contains it."""
    kinds = {text_of(row, "Type") for row in node.findall(".//Component")}
    if kinds & TAXES:
        text = "The requested refund amount for the tax or shipping tax is not eligible"
        raise refuse(order, text)


def _cancelled(order: StoredOrder, node: etree._Element) -> tuple[str, int]:
    item_id = item_id_of(order, node)
    quantity = int(text_of(node, "QuantityCancelled"))
    if order.status not in OPEN_STATUSES:
        raise refuse(order, f"Nothing can be cancelled: the order is {order.status}.", item_id)
    if quantity > order.unfulfilled(item_id):
        raise refuse(order, "The cancelled quantity exceeds the unshipped quantity.", item_id)
    return item_id, quantity


def _refund(feed: Feed, order: StoredOrder, node: etree._Element) -> Refund:
    item_id = item_id_of(order, node)
    if not order.fulfilled(item_id):
        raise refuse(order, "A refund is only possible after the shipment was confirmed.", item_id)
    components = _components(order, item_id, node)
    _check_amounts(order, item_id, components)
    return {
        "item_id": item_id,
        "reason": text_of(node, "AdjustmentReason"),
        "components": components,
        "adjustment_id": text_of(node, "MerchantAdjustmentItemID"),
        "feed_id": feed.feed_id,
    }


def _components(order: StoredOrder, item_id: str, node: etree._Element) -> dict[str, Decimal]:
    """Return the amount of each component type; promotions given back reduce the refund."""
    totals: dict[str, Decimal] = {}
    currency = order.data.get("proceeds", {}).get("grandTotal", {}).get("currencyCode")
    for path, sign in (("ItemPriceAdjustments", 1), ("PromotionAdjustments", -1)):
        for row in node.findall(f"{path}/Component"):
            amount = _amount(order, item_id, row, currency)
            kind = text_of(row, "Type")
            totals[kind] = totals.get(kind, Decimal(0)) + sign * abs(amount)
    return totals


def _amount(order: StoredOrder, item_id: str, row: etree._Element, currency: Any) -> Decimal:
    node = row.find("Amount")
    given = node.get("currency") if node is not None else None
    if not given or (currency and given != currency):
        raise refuse(order, f"The currency {given} is not that of the order.", item_id)
    try:
        amount = Decimal(text_of(row, "Amount"))
    except InvalidOperation:
        raise refuse(order, "The amount is not a number.", item_id) from None
    if amount < 0 and row.getparent().tag == "ItemPriceAdjustments":
        raise refuse(order, "Refund amounts must be positive.", item_id)
    return amount


def _check_amounts(order: StoredOrder, item_id: str, components: dict[str, Decimal]) -> None:
    limits = paid(order, item_id)
    earlier = refunded(order, item_id)
    asked: dict[str, Decimal] = {}
    for kind, amount in components.items():
        for bucket in BUCKET_OF[kind]:
            asked[bucket] = asked.get(bucket, Decimal(0)) + amount
    for bucket, amount in asked.items():
        if amount + earlier.get(bucket, Decimal(0)) > limits[bucket]:
            text = f"The refund of {amount} exceeds what was paid ({bucket}: {limits[bucket]})."
            raise refuse(order, text, item_id)


KIND = envelope.MessageKind("OrderAdjustment", CONTENT, _run)
