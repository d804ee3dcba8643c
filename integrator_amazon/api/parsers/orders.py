# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents of the Orders API 2026-01-01: a page of searchOrders, or one getOrder answer."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..marketplaces import UNTAXED_PRICES
from ..values import DocumentError, Money, Node, read_json, unreadable

__all__ = ["DocumentError", "parse_orders_document", "parse_packages"]

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

#: Relation of an order to the one that it replaces.
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
    :raise DocumentError: when it is not a document of orders, or an order has no id.
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
    order_id = node.text("orderId", required=True)
    channel = node.object("salesChannel")
    total = purse.take(node.object("proceeds"), "grandTotal")
    lines = _read_lines(node, purse)
    if channel.text("marketplaceId") in UNTAXED_PRICES:
        for line in lines:
            line["tax_known"] = True
    return {
        "remote_order_id": order_id,
        **_read_fulfillment(node.object("fulfillment")),
        "marketplace_code": channel.text("marketplaceId"),
        "channel_name": channel.text("marketplaceName"),
        "ordered_at": node.time("createdTime", required=True),
        "updated_at": node.time("lastUpdatedTime", required=True),
        "shipped_at": _read_last_parcel(node),
        "programs": node.texts("programs"),
        "seller_order_id": _read_alias(node),
        "sold_elsewhere": is_sold_elsewhere(
            order_id, channel.text("channelName"), channel.text("marketplaceName")
        ),
        "replaces": _read_original(node),
        "currency": purse.currency,
        "amount_total": total,
        "unexplained": _unexplained(total, lines),
        "buyer": _read_buyer(node),
        "address": _read_address(node),
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
    """Read whether the buyer asks for a cancellation that is still open."""
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


# === LINES === #


def _read_lines(order: Node, purse: Purse) -> list[dict[str, Any]]:
    """Return the lines of an order in the neutral form.

    :raise DocumentError: for a line without id or quantity, with a negative quantity, or for two
        lines with one id.
    """
    lines: dict[str, dict[str, Any]] = {}
    for item in order.rows("orderItems", required=True):
        line = _read_line(item, purse)
        if line["remote_line_id"] in lines:
            raise item.error("the line is there twice", "orderItemId")
        lines[line["remote_line_id"]] = line
    return list(lines.values())


def _read_line(item: Node, purse: Purse) -> dict[str, Any]:
    product = item.object("product")
    packing = item.object("fulfillment").object("packing")
    quantity = item.whole("quantityOrdered", required=True) or 0
    shipped, cancelled = _read_progress(item, quantity)
    return {
        "remote_line_id": item.text("orderItemId", required=True),
        "sku": product.text("sellerSku"),
        "remote_product_id": product.text("asin"),
        "title": product.text("title"),
        "quantity": quantity,
        "quantity_shipped": shipped,
        "quantity_cancelled": cancelled,
        "gift_message": _read_gift_message(packing),
        "promotion_ids": _read_promotions(item),
        "tax_model": _first(item.object("tax").rows("taxCollections"), "model"),
        "tax_scheme": _first(
            item.object("tax").rows("taxCalculationBreakdowns"), "reportingScheme"
        ),
        "tax_known": _is_tax_known(item),
        "charges": _read_charges(item, quantity, purse),
        "amount_total": purse.take(item.object("proceeds"), "proceedsTotal"),
    }


def _read_progress(item: Node, quantity: int) -> tuple[int, int]:
    """Return how many units are shipped and how many are cancelled.

    Amazon names no cancelled quantity: it is what is neither shipped nor still to be shipped.
    """
    fulfillment = item.object("fulfillment")
    shipped = fulfillment.whole("quantityFulfilled") or 0
    waiting = fulfillment.whole("quantityUnfulfilled")
    if waiting is None:
        executed = item.object("cancellation").object("cancellationExecution").value
        waiting = 0 if executed else quantity - shipped
    return shipped, max(0, quantity - shipped - waiting)


def _is_tax_known(item: Node) -> bool:
    """Return whether Amazon gives the tax, which may be zero."""
    rows = item.object("proceeds").rows("breakdowns")
    tax = item.object("tax")
    computed = tax.rows("taxCollections") or tax.rows("taxCalculationBreakdowns")
    return bool(computed) or any(row.text("type") == "TAX" for row in rows)


def _read_gift_message(packing: Node) -> str:
    """Return the message; no order waits because its decoration cannot be read."""
    try:
        return packing.object("giftOption").text("giftMessage")
    except DocumentError:
        return ""


def _read_promotions(item: Node) -> list[str]:
    try:
        return _texts(item.object("promotion").rows("breakdowns"), "promotionId")
    except DocumentError:
        return []


def _texts(rows: list[Node], name: str) -> list[str]:
    return [text for text in (row.text(name) for row in rows) if text]


def _first(rows: list[Node], name: str) -> str:
    return next(iter(_texts(rows, name)), "")


# === MONEY OF A LINE === #

Charge = dict[str, Any]

#: Amazon's type or subtype -> our kind. What Amazon adds later counts as "other".
KINDS = {
    "ITEM": "item",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod_fee",
    "OTHER": "other",
    "TAX": "tax",
    "DISCOUNT": "discount",
}
#: Only these come with detailed breakdowns.
_DETAILED = frozenset({"tax", "discount"})


class Purse:
    """Adds up charges, and sees to it that all money of an order is of one currency."""

    def __init__(self) -> None:
        self.currency = ""

    def take(self, node: Node, name: str) -> Decimal | None:
        """Return the amount under a key, None when it is missing.

        :raise DocumentError: when it is not an amount of money, or of another currency than before.
        """
        money: Money | None = node.money(name)
        if money is None:
            return None
        if self.currency and money.currency != self.currency:
            raise node.error("two currencies in one order", name)
        self.currency = money.currency
        return money.amount


def _read_charges(item: Node, quantity: int, purse: Purse) -> list[Charge]:
    """Return the charges of an order item: kind, what it is of, amount.

    Discounts are negative whatever their sign was. Zero amounts say nothing and are left out, but
    for the item itself. Without breakdowns the item's price is unit price times quantity.

    :param item: an element of `orderItems`.
    :param quantity: its `quantityOrdered`.
    :raise DocumentError: when an amount is no money.
    """
    charges = [
        charge
        for row in item.object("proceeds").rows("breakdowns")
        for charge in _read_breakdown(row, purse)
    ]
    if not item.object("proceeds").rows("breakdowns"):
        unit = purse.take(item.object("product").object("price"), "unitPrice")
        charges = [] if unit is None else [_charge("item", "", unit * quantity)]
    return [charge for charge in charges if charge["amount"] or charge["kind"] == "item"]


def _read_breakdown(row: Node, purse: Purse) -> list[Charge]:
    subtotal = purse.take(row, "subtotal")
    if subtotal is None:
        raise row.error("missing", "subtotal")
    kind = KINDS.get(row.text("type", required=True), "other")
    details = _read_details(row, purse) if kind in _DETAILED else []
    if kind == "discount":
        details = [(of, -abs(amount)) for of, amount in details]
        subtotal = -abs(subtotal)
    return [_charge(kind, of, amount) for of, amount in _fitting(details, subtotal)]


def _read_details(row: Node, purse: Purse) -> list[tuple[str, Decimal]]:
    details = []
    for detail in row.rows("detailedBreakdowns"):
        amount = purse.take(detail, "value")
        if amount is not None:
            details.append((KINDS.get(detail.text("subtype"), "other"), amount))
    return details


def _fitting(details: list[tuple[str, Decimal]], subtotal: Decimal) -> list[tuple[str, Decimal]]:
    """Return the details if they add up to the subtotal, else the subtotal alone.

    The tax on a discount lessens the tax, whether Amazon writes it with or without its sign, or
    has taken it off the other details already.
    """
    signed = [(of, -abs(amount) if of == "discount" else amount) for of, amount in details]
    others = [(of, amount) for of, amount in details if of != "discount"]
    for rows in (details, signed, others):
        if rows and sum(amount for _of, amount in rows) == subtotal:
            return rows
    return [("", subtotal)]


def _charge(kind: str, of: str, amount: Decimal) -> Charge:
    return {"kind": kind, "of": of, "amount": amount}


# === BUYER AND ADDRESS: which of it is there depends on the roles of the application === #

#: Our key -> Amazon's, in the order of an address label.
_ADDRESS = {
    "name": "name",
    "company": "companyName",
    "street": "addressLine1",
    "street2": "addressLine2",
    "street3": "addressLine3",
    "city": "city",
    "zip": "postalCode",
    "state": "stateOrRegion",
    "country": "countryCode",
    "phone": "phone",
    "district": "districtOrCounty",
}

#: Placeholders that people, and Amazon in Japan, write for an empty value.
_PLACEHOLDER = re.compile(r"[-–—_.,/\s]*")
_STREETS = ("street", "street2", "street3")


def tidy_place(address: dict[str, str]) -> dict[str, str]:
    """Return an address without dashes that stand for nothing, its first filled line as street.

    :param address: with the keys of a neutral address.
    """
    tidy = {key: "" if _PLACEHOLDER.fullmatch(text) else text for key, text in address.items()}
    filled = [tidy[key] for key in _STREETS if tidy[key]]
    return {**tidy, **dict.fromkeys(_STREETS, ""), **dict(zip(_STREETS, filled, strict=False))}


def _read_buyer(order: Node) -> dict[str, Any]:
    """Return name, email, company, purchase order, VAT number, phone; missing is empty.

    The Orders API has no phone of the buyer, only one of the address. `invoice_address` is there
    when a business buyer registered one for its taxes.
    """
    registered = _registered_address(order)
    buyer = order.object("buyer")
    return {
        "name": buyer.text("buyerName"),
        "email": buyer.text("buyerEmail"),
        "company": buyer.text("buyerCompanyName"),
        "purchase_order": buyer.text("buyerPurchaseOrderNumber"),
        "vat": _read_vat(order),
        "phone": "",
        **({"invoice_address": registered} if registered else {}),
    }


def _read_address(order: Node) -> dict[str, str]:
    """Return the delivery address; missing is empty.

    Brazil gives streets in `extendedFields` too; they stand in where the first line is missing.
    """
    return _read_place(order.object("recipient").object("deliveryAddress"))


def _registered_address(order: Node) -> dict[str, str]:
    for row in order.object("tax").rows("taxRegistrations"):
        place = _read_place(row.object("taxRegistrationAddress"))
        if row.text("entityType") == "BUYER" and place["street"]:
            return {**place, "name": row.text("legalName") or place["name"]}
    return {}


def _read_place(node: Node) -> dict[str, str]:
    """Return an address; missing is empty."""
    address = {key: node.text(name) for key, name in _ADDRESS.items()}
    extended = node.object("extendedFields")
    parts = [extended.text("streetName"), extended.text("streetNumber")]
    if not any(address[key] for key in _STREETS):
        address["street"] = ", ".join(part for part in parts if part)
    address["district"] = address["district"] or node.text("municipality")
    return tidy_place(address)


def _read_vat(order: Node) -> str:
    for row in order.object("tax").rows("taxRegistrations"):
        if row.text("entityType") == "BUYER" and row.text("taxRegistrationNumber"):
            return row.text("taxRegistrationNumber")
    return ""


# === ORDERS THAT WERE NOT SOLD ON AMAZON === #
#
# What Amazon ships for us from elsewhere (multi-channel fulfilment), and what it sends back to us
# (removals), stands in its lists of orders as well. Taken for sales they would be sold twice.

#: Numbers that Amazon gives to what it ships without having sold it.
_ELSEWHERE_ID = re.compile(r"S\d{2}-\d{7}-\d{7}", re.ASCII | re.IGNORECASE)
_ELSEWHERE_CHANNEL = "nonamazon"


def is_sold_elsewhere(order_id: str, *channels: str) -> bool:
    """Return whether an order was not sold on Amazon.

    :param order_id: Amazon's.
    :param channels: whatever the document says of the channel: `Non-Amazon`, `NON_AMAZON`,
        `Non-Amazon US`; not every document says it.
    """
    plain = (re.sub(r"[\s_-]", "", channel).lower() for channel in channels)
    return bool(_ELSEWHERE_ID.fullmatch(order_id)) or any(
        text.startswith(_ELSEWHERE_CHANNEL) for text in plain
    )


# === PACKAGES === #


def parse_packages(raw: bytes, charset: str | None = None) -> dict[str, str]:
    """Return package reference -> tracking number of the packages that an order has.

    :param raw: the answer of getOrder, as received.
    :param charset: as the Content-Type named it; UTF-8 without one.
    :raise DocumentError: naming the place that cannot be read.
    """
    order = read_json(raw, charset).object("order")
    return {
        row.text("packageReferenceId"): row.text("trackingNumber") for row in order.rows("packages")
    }
