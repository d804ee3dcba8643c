# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Kinds of order that a demo shows only when it is asked for them by name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .draft import Draft
from .kinds import business, by_amazon, tax

_SHIPPING = Decimal("4.90")
_COD_FEE = Decimal("3.00")
IOSS_NUMBER = "IM4420001201"
_PARTIES = {"US": "Amazon.com Services LLC"}
_EUROPEAN_PARTY = "Amazon Services Europe S.a.r.L."


def facilitator(draft: Draft) -> None:
    """Amazon collects and pays the tax: marketplace facilitator (US), deemed reseller (EU)."""
    _collected(draft, draft.add_line(quantity=2, shipping=_SHIPPING, taxed=True))


def ioss(draft: Draft) -> None:
    """Goods from outside into the EU, the tax paid through Amazon's IOSS number."""
    line = draft.add_line(shipping=_SHIPPING, taxed=True)
    _collected(draft, line, "IOSS")
    line["fulfillment"]["shipping"] = {"internationalShipping": {"iossNumber": IOSS_NUMBER}}


def uoss(draft: Draft) -> None:
    """Goods that a foreign seller keeps in the EU, the tax paid by Amazon (Union OSS)."""
    _collected(draft, draft.add_line(taxed=True), "UOSS")


def mixed_tax(draft: Draft) -> None:
    """One line taxed by the seller, the other by Amazon."""
    draft.add_line(taxed=True)
    _collected(draft, draft.add_line(taxed=True), "UOSS")


def business_exempt(draft: Draft) -> None:
    """A company in another country with its VAT number: without tax."""
    business(draft)
    draft.lines.clear()
    draft.totals.clear()
    line = draft.add_line(quantity=10)
    line["product"]["price"]["priceDesignation"] = "BUSINESS_PRICE"


def cash_on_delivery(draft: Draft) -> None:
    """The buyer pays at the door, for a fee."""
    draft.add_line(cod_fee=_COD_FEE, shipping=_SHIPPING, taxed=True)
    draft.extra["payment"] = {"paymentExecutions": [{"paymentMethod": "CASH_ON_DELIVERY"}]}


def partially_cancelled(draft: Draft) -> None:
    """One of three pieces of a line was cancelled, the rest waits; the other line is whole."""
    line = draft.add_line(quantity=3)
    line["fulfillment"]["quantityUnfulfilled"] = 2
    execution = {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"}
    line["cancellation"] = {"cancellationExecution": execution}
    draft.add_line()


def zero_line(draft: Draft) -> None:
    """A line that was cancelled as a whole and is listed with quantity 0 and no amounts."""
    draft.add_line()
    gone = draft.add_line(quantity=0)
    execution = {"cancelledBy": "BUYER", "cancelReason": "BuyerCanceled"}
    gone["cancellation"] = {"cancellationExecution": execution}


def fba_unshipped(draft: Draft) -> None:
    """Amazon has not shipped it yet (FBA)."""
    by_amazon(draft)
    draft.lines[0]["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 1}
    draft.status = "UNSHIPPED"


def unfulfillable(draft: Draft) -> None:
    """Amazon cannot ship it (FBA)."""
    fba_unshipped(draft)
    draft.status = "UNFULFILLABLE"


def pending_availability(draft: Draft) -> None:
    """Ordered before it can be had."""
    draft.add_line()
    draft.status = "PENDING_AVAILABILITY"
    draft.programs.append("PREORDER")


def shipped(draft: Draft) -> None:
    """Shipped from Seller Central before anybody has seen it."""
    line = draft.add_line(quantity=2)
    line["fulfillment"] = {"quantityFulfilled": 2, "quantityUnfulfilled": 0}
    draft.status = "SHIPPED"


def replacement(draft: Draft) -> None:
    """Sent again free of charge, for an earlier order."""
    line = draft.add_line(discount=draft.price_of_next())
    line["promotion"] = {"breakdowns": [{"promotionId": "REPLACEMENT"}]}
    original = {"orderId": "302-0000000-0000000", "associationType": "REPLACEMENT_ORIGINAL_ID"}
    draft.extra["associatedOrders"] = [original]


def free_shipping(draft: Draft) -> None:
    """Shipping is charged and taken off again, with its tax."""
    draft.add_line(shipping=_SHIPPING, shipping_discount=_SHIPPING, taxed=True)


def _collected(draft: Draft, line: dict[str, Any], scheme: str = "") -> None:
    party = _PARTIES.get(draft.shop.country, _EUROPEAN_PARTY)
    collection = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": party}
    line["tax"] = {"taxCollections": [collection]}
    if scheme:
        line["tax"]["taxCalculationBreakdowns"] = [{"reportingScheme": scheme}]


RARER_KINDS: dict[str, Callable[[Draft], None]] = {
    "us_tax": tax,
    "facilitator": facilitator,
    "ioss": ioss,
    "uoss": uoss,
    "mixed_tax": mixed_tax,
    "business_exempt": business_exempt,
    "cash_on_delivery": cash_on_delivery,
    "partially_cancelled": partially_cancelled,
    "zero_line": zero_line,
    "fba_unshipped": fba_unshipped,
    "unfulfillable": unfulfillable,
    "pending_availability": pending_availability,
    "shipped": shipped,
    "replacement": replacement,
    "free_shipping": free_shipping,
}
