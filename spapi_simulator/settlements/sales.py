# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The money of sales and refunds: what the buyer paid, what Amazon withholds and what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from .. import currencies
from ..marketplaces import MARKETPLACES, Marketplace
from ..state.ledger import ZERO, Line
from ..state.orders import StoredOrder

if TYPE_CHECKING:
    from ..world import World

# A row's amount type, description and amount.
Amount = tuple[str, str, Decimal]
COMMISSION = Decimal("0.15")
# Of a commission that is given back Amazon keeps a fifth, at most five of the currency.
_KEPT_SHARE, _KEPT_MOST = Decimal("0.20"), Decimal("5.00")
_UNIT_FEE, _UNIT_SHARE = Decimal("2.70"), Decimal("0.03")
# Country -> share of the commission that comes on top for its digital services tax.
_DIGITAL = {
    "GB": Decimal("0.02"),
    "FR": Decimal("0.03"),
    "IT": Decimal("0.03"),
    "ES": Decimal("0.03"),
    "CA": Decimal("0.03"),
}
# Part of an order item -> what settlements call it.
_PRICES = {
    "ITEM": "Principal",
    "SHIPPING": "Shipping",
    "GIFT_WRAP": "GiftWrap",
    "COD_FEE": "COD",
    "OTHER": "ExportCharge",
}
_TAXES = {"SHIPPING": "ShippingTax", "GIFT_WRAP": "GiftWrapTax"}
_TAX_NAMES = frozenset({"Tax", *_TAXES.values()})
# Region or country -> how Amazon calls the taxes that it withholds: of the goods, of shipping, of
# the rest.
_WITHHELD = {
    "NA": ("MarketplaceFacilitatorTax", "Other"),
    "EU": ("MarketplaceFacilitatorVAT", "Giftwrap"),
    "FE": ("LowValueGoodsTax", "Other"),
}


@dataclass
class Sale:
    """Sale of one item: prices, taxes and discounts (negative) by Amazon's names.

    `withheld`: Amazon keeps the tax; `by_amazon`: Amazon ships.
    """

    shop: Marketplace
    quantity: int
    prices: dict[str, Decimal]
    taxes: dict[str, Decimal] = field(default_factory=dict)
    discounts: dict[str, Decimal] = field(default_factory=dict)
    withheld: bool = False
    by_amazon: bool = False

    def amounts(self) -> list[Amount]:
        """Return the rows of a sale: prices, taxes, discounts, withheld taxes, fees."""
        return [
            *(("ItemPrice", name, amount) for name, amount in self.prices.items()),
            *(("ItemPrice", name, amount) for name, amount in self.taxes.items()),
            *(("Promotion", name, amount) for name, amount in self.discounts.items()),
            *withheld(self.shop, self._collected()),
            *self._fees(),
        ]

    def _collected(self) -> dict[str, Decimal]:
        if not self.withheld:
            return {}
        taxes = dict(self.taxes)
        taxes["Tax"] = taxes.get("Tax", ZERO) + self.discounts.get("TaxDiscount", ZERO)
        return taxes

    def _paid(self, price: str, tax: str) -> Decimal:
        """Return what the buyer paid for a part, as commissions count it."""
        paid = self.prices.get(price, ZERO) + self.discounts.get(price, ZERO)
        return paid + (self.taxes.get(tax, ZERO) if self.shop.with_tax else ZERO)

    def _fees(self) -> Iterator[Amount]:
        commission = self._share(COMMISSION, self._paid("Principal", "Tax"))
        shipping, wrap = (
            self._paid("Shipping", "ShippingTax"),
            self._paid("GiftWrap", "GiftWrapTax"),
        )
        yield "ItemFees", "Commission", -commission
        if self.by_amazon:
            yield "ItemFees", "FBAPerUnitFulfillmentFee", -self._unit_fee() * self.quantity
        if shipping:
            kept = ("ShippingChargeback", shipping) if self.by_amazon else ("ShippingHB", None)
            yield "ItemFees", kept[0], -(kept[1] or self._share(COMMISSION, shipping))
        if wrap and self.by_amazon:
            yield "ItemFees", "GiftwrapChargeback", -wrap
        elif wrap:
            yield "ItemFees", "GiftwrapCommission", -self._share(COMMISSION, wrap)
        if self.shop.country in _DIGITAL:
            name = "DigitalServicesFeeFBA" if self.by_amazon else "DigitalServicesFee"
            yield "ItemFees", name, -self._share(_DIGITAL[self.shop.country], commission)

    def _unit_fee(self) -> Decimal:
        piece = self._paid("Principal", "Tax") / (self.quantity or 1)
        return self._share(Decimal(1), _UNIT_FEE + piece * _UNIT_SHARE)

    def _share(self, share: Decimal, amount: Decimal) -> Decimal:
        return rounded(share * amount, self.shop)


def refund_amounts(
    shop: Marketplace, components: dict[str, Decimal], is_withheld: bool
) -> list[Amount]:
    """Return the rows of a refund.

    :param components: what the buyer gets back by Amazon's names, positive.
    :param is_withheld: whether Amazon had kept the tax.
    """
    taxes = {name: amount for name, amount in components.items() if name in _TAX_NAMES}
    base = components.get("Principal", ZERO) + (taxes.get("Tax", ZERO) if shop.with_tax else ZERO)
    commission = rounded(COMMISSION * base, shop)
    kept = min(rounded(_KEPT_SHARE * commission, shop), _KEPT_MOST)
    given_back = withheld(shop, {name: -tax for name, tax in taxes.items()} if is_withheld else {})
    rows = [("ItemPrice", name, -amount) for name, amount in components.items()]
    fees = [("ItemFees", "Commission", commission), ("ItemFees", "RefundCommission", -kept)]
    return [*rows, *given_back, *(fees if commission else [])]


def withheld(shop: Marketplace, taxes: dict[str, Decimal]) -> Iterator[Amount]:
    """Give the rows of taxes that Amazon keeps."""
    name, rest = _WITHHELD[shop.region]
    parts = {"Tax": "Principal", "ShippingTax": "Shipping", "GiftWrapTax": rest}
    for tax, amount in taxes.items():
        if amount:
            yield "ItemWithheldTax", f"{name}-{parts[tax]}", -amount


def rounded(amount: Decimal, shop: Marketplace) -> Decimal:
    """Return an amount in the smallest units of the marketplace's currency."""
    return amount.quantize(currencies.quantum(shop.currency), rounding=ROUND_HALF_UP)


def book(world: World, order: StoredOrder) -> None:
    """Write down what was shipped and refunded of an order since the last time."""
    shop = MARKETPLACES.get(str(order.data["salesChannel"].get("marketplaceId")))
    if shop is None or order.status in ("PENDING", "PENDING_AVAILABILITY"):
        return
    sold = [line for item_id in order.items() for line in _shipped(world, order, item_id, shop)]
    if sold:
        _add_sale(world, order, shop, sold)
    count = world.ledger.refunds_booked[order.order_id]
    for number, refund in enumerate(order.refunds[count:], start=count + 1):
        _add_refund(world, order, shop, refund, number)
    world.ledger.refunds_booked[order.order_id] = len(order.refunds)


def _add_sale(world: World, order: StoredOrder, shop: Marketplace, lines: list[Line]) -> None:
    event = world.ledger.add(
        (order.merchant_id, shop.id),
        "Order",
        order.updated,
        lines,
        order_id=order.order_id,
        merchant_order_id=_own_number(order),
        fulfillment="AFN" if order.by_amazon else "MFN",
    )
    event.shipment_id = f"D{event.number:08d}"
    event.posted += timedelta(days=world.settings.deferral_days)


def _add_refund(
    world: World, order: StoredOrder, shop: Marketplace, refund: dict[str, Any], number: int
) -> None:
    item = order.items()[refund["item_id"]]
    code = refund["item_id"]
    if world.settings.refund_item_codes_differ:
        code = f"9{code}"
    rows = refund_amounts(shop, refund["components"], _is_withheld(item))
    lines = [
        Line(
            *row,
            item_code=code,
            sku=item["product"].get("sellerSku", ""),
            merchant_adjustment_item_id=refund["adjustment_id"],
        )
        for row in rows
    ]
    event = world.ledger.add(
        (order.merchant_id, shop.id),
        "Refund",
        order.updated,
        lines,
        order_id=order.order_id,
        merchant_order_id=_own_number(order),
        fulfillment="AFN" if order.by_amazon else "MFN",
    )
    event.adjustment_id = f"amzn1:crow:{event.number:08d}{number:02d}"


def _shipped(world: World, order: StoredOrder, item_id: str, shop: Marketplace) -> list[Line]:
    """Return the rows of the pieces of an item that left since the last time."""
    item, key = order.items()[item_id], (order.order_id, item_id)
    before, now = world.ledger.booked[key], order.fulfilled(item_id)
    ordered = int(item["quantityOrdered"])
    if now <= before or not ordered or not item.get("proceeds"):
        return []
    world.ledger.booked[key] = now
    promotions = [row["promotionId"] for row in item.get("promotion", {}).get("breakdowns", [])]
    own_ids = {theirs: own for own, theirs in order.own_item_ids.items()}
    return [
        Line(
            amount_type,
            description,
            # what is left to round goes with the last piece
            rounded(amount * now / ordered, shop) - rounded(amount * before / ordered, shop),
            item_code=item_id,
            sku=item["product"].get("sellerSku", ""),
            quantity=now - before,
            promotion_id=promotions[0] if promotions and amount_type == "Promotion" else "",
            merchant_item_id=own_ids.get(item_id, ""),
        )
        for amount_type, description, amount in sale_of(item, shop, order.by_amazon).amounts()
    ]


def sale_of(item: dict[str, Any], shop: Marketplace, by_amazon: bool) -> Sale:
    """Return the sale of a whole order item."""
    proceeds = item.get("proceeds") or {}
    rows = proceeds.get("breakdowns") or []
    sale = Sale(
        shop, int(item["quantityOrdered"]), {}, withheld=_is_withheld(item), by_amazon=by_amazon
    )
    for row in rows:
        if row["type"] == "TAX":
            for part, amount in _details(row):
                if part == "DISCOUNT":
                    _add(sale.discounts, "TaxDiscount", amount)
                else:
                    _add(sale.taxes, _TAXES.get(part, "Tax"), amount)
        elif row["type"] == "DISCOUNT":
            for part, amount in _details(row):
                _add(sale.discounts, "Shipping" if part == "SHIPPING" else "Principal", amount)
        else:
            _add(sale.prices, _PRICES.get(row["type"], "ExportCharge"), _money(row["subtotal"]))
    if not rows and "proceedsTotal" in proceeds:
        sale.prices["Principal"] = _money(proceeds["proceedsTotal"])
    return sale


def _details(row: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    details = row.get("detailedBreakdowns") or [{"subtype": "ITEM", "value": row["subtotal"]}]
    return ((detail.get("subtype", "ITEM"), _money(detail["value"])) for detail in details)


def _is_withheld(item: dict[str, Any]) -> bool:
    collections = item.get("tax", {}).get("taxCollections", [])
    return any(row.get("model") == "MARKETPLACE_FACILITATOR" for row in collections)


def _own_number(order: StoredOrder) -> str:
    rows = order.data.get("orderAliases", [])
    return next((row["aliasId"] for row in rows if row["aliasType"] == "SELLER_ORDER_ID"), "")


def _add(amounts: dict[str, Decimal], name: str, amount: Decimal) -> None:
    amounts[name] = amounts.get(name, ZERO) + amount


def _money(row: dict[str, str]) -> Decimal:
    return Decimal(row["amount"])
