# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_ORDER_REPORT_DATA_SHIPPING: OrderReport messages in an AmazonEnvelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from ..state.orders import StoredOrder
from ..state.reports import Report
from . import order_data as source
from .money import LineAmounts, amounts
from .table import yes

if TYPE_CHECKING:
    from ..world import World

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ADDRESS = (
    ("Name", "name"),
    ("AddressFieldOne", "addressLine1"),
    ("AddressFieldTwo", "addressLine2"),
    ("AddressFieldThree", "addressLine3"),
    ("City", "city"),
    ("StateOrRegion", "stateOrRegion"),
    ("PostalCode", "postalCode"),
    ("CountryCode", "countryCode"),
    ("PhoneNumber", "phone"),
)
# part of the price -> (type of its amount, type of its tax); the first two are always there
_COMPONENTS = {
    "ITEM": ("Principal", "Tax"),
    "SHIPPING": ("Shipping", "ShippingTax"),
    "GIFT_WRAP": ("GiftWrap", "GiftWrapTax"),
    "COD_FEE": ("COD", "CODTax"),
    "OTHER": ("Other", ""),
}
_ALWAYS = ("ITEM", "SHIPPING")


def write(world: World, report: Report) -> str | None:
    """Return the report, without its declaration."""
    orders = [order for order in source.to_ship(world, report) if _items(order)]
    if not orders:
        return None
    root = etree.Element("AmazonEnvelope", nsmap={"xsi": _XSI})
    root.set(f"{{{_XSI}}}noNamespaceSchemaLocation", "amzn-envelope.xsd")
    header = _add(root, "Header")
    _add(header, "DocumentVersion", "1.01")
    _add(header, "MerchantIdentifier", report.merchant_id)
    _add(root, "MessageType", "OrderReport")
    named = report.options.get("ShowSalesChannel") == "true"
    for number, order in enumerate(orders, start=1):
        message = _add(root, "Message")
        _add(message, "MessageID", str(number))
        _add_order(message, order, named)
    return str(etree.tostring(root, pretty_print=True, encoding="unicode"))


def _add_order(message: etree._Element, order: StoredOrder, named: bool) -> None:
    node = _add(message, "OrderReport")
    _add(node, "AmazonOrderID", order.order_id)
    _add(node, "AmazonSessionID", order.order_id)
    created = source.report_time(order.data["createdTime"])
    _add(node, "OrderDate", created)
    _add(node, "OrderPostedDate", created)
    if named:
        _add(node, "SalesChannel", order.data["salesChannel"]["marketplaceName"])
    _add_billing(node, order)
    _add_fulfillment(node, order)
    for item in _items(order):
        _add_item(node, order, item)
    buyer = source.buyer(order)
    _add(node, "IsBusinessOrder", yes(source.has_program(order, "AMAZON_BUSINESS")))
    if buyer.get("buyerPurchaseOrderNumber"):
        _add(node, "PurchaseOrderNumber", buyer["buyerPurchaseOrderNumber"])
    _add(node, "IsPrime", yes(source.has_program(order, "PRIME")))
    _add(node, "IsIba", yes(source.has_program(order, "INVOICE_BY_AMAZON")))


def _add_billing(parent: etree._Element, order: StoredOrder) -> None:
    buyer = source.buyer(order)
    node = _add(parent, "BillingData")
    _add_known(node, "BuyerEmailAddress", buyer.get("buyerEmail"))
    _add_known(node, "BuyerName", buyer.get("buyerName"))
    _add_known(node, "BuyerPhoneNumber", source.address(order).get("phone"))
    _add_known(node, "BuyerCompanyName", buyer.get("buyerCompanyName"))


def _add_fulfillment(parent: etree._Element, order: StoredOrder) -> None:
    node = _add(parent, "FulfillmentData")
    _add(node, "FulfillmentMethod", "Ship")
    _add(node, "FulfillmentServiceLevel", source.service(order))
    given = source.address(order)
    place = _add(node, "Address")
    for name, key in _ADDRESS:
        _add_known(place, name, given.get(key))


def _add_item(parent: etree._Element, order: StoredOrder, item: dict[str, Any]) -> None:
    node, product, money = _add(parent, "Item"), item["product"], amounts(order, item)
    _add(node, "AmazonOrderItemCode", str(item["orderItemId"]))
    _add(node, "SKU", product.get("sellerSku", ""))
    _add(node, "Title", product.get("title", ""))
    _add(node, "Quantity", str(item["quantityOrdered"]))
    _add(node, "ProductTaxCode", "PTC_PRODUCT_TAXABLE_A")
    _add_price(node, money)
    _add_promotion(node, money, source.promotion_ids(item))
    gift = source.gift(item)
    _add_known(node, "GiftWrapLevel", gift.get("giftWrapLevel"))
    _add_known(node, "GiftMessageText", gift.get("giftMessage"))
    _add_known(node, "PriceDesignation", product.get("price", {}).get("priceDesignation"))
    _add_known(node, "IossNumber", source.ioss_number(item))


def _add_price(parent: etree._Element, money: LineAmounts) -> None:
    node = _add(parent, "ItemPrice")
    for part, (kind, tax_kind) in _COMPONENTS.items():
        if part in _ALWAYS or money.prices.get(part) or money.taxes.get(part):
            _add_component(node, kind, money.price(part), money.currency)
            if tax_kind:
                _add_component(node, tax_kind, money.tax(part), money.currency)


def _add_promotion(parent: etree._Element, money: LineAmounts, ids: list[str]) -> None:
    """The discounts stand in the first promotion, negative; Amazon does not split them."""
    if not ids and not money.discounts:
        return
    for number, key in enumerate(ids or ["Discount"]):
        node = _add(parent, "Promotion")
        _add(node, "PromotionClaimCode", key)
        _add(node, "MerchantPromotionID", key)
        for part in ("ITEM", "SHIPPING"):
            amount = money.text(-money.discounts.get(part, 0)) if not number else money.text(0)
            _add_component(node, _COMPONENTS[part][0], amount, money.currency)


def _add_component(parent: etree._Element, kind: str, amount: str, currency: str) -> None:
    node = _add(parent, "Component")
    _add(node, "Type", kind)
    _add(node, "Amount", amount).set("currency", currency)


def _items(order: StoredOrder) -> list[dict[str, Any]]:
    return [item for _order, item in source.lines([order])]


def _add_known(parent: etree._Element, name: str, text: str | None) -> None:
    if text:
        _add(parent, name, text)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, name)
    node.text = text
    return node
