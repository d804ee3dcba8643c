# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The kinds of demo order, one small function each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .draft import Draft
from .money import rounded
from .people import address

_SHIPPING = Decimal("4.90")
_GIFT_WRAP = Decimal("3.50")


def single(draft: Draft) -> None:
    """One line, one piece."""
    draft.add_line()


def several_lines(draft: Draft) -> None:
    """Three lines."""
    for _number in range(3):
        draft.add_line()


def quantities(draft: Draft) -> None:
    """Two lines with several pieces each."""
    draft.add_line(quantity=3)
    draft.add_line(quantity=2)


def shipping(draft: Draft) -> None:
    """The buyer pays for shipping."""
    draft.add_line(shipping=_SHIPPING)


def tax(draft: Draft) -> None:
    """Tax is given separately, per part of the price."""
    draft.add_line(quantity=2, shipping=_SHIPPING, taxed=True)
    draft.add_line(taxed=True)


def promotion(draft: Draft) -> None:
    """A discount of a tenth, with the ids of the promotion."""
    discount = rounded(draft.price_of_next() / 10, draft.shop)
    line = draft.add_line(discount=discount)
    line["promotion"] = {"breakdowns": [{"promotionId": "SPRING-10"}]}


def gift_wrap(draft: Draft) -> None:
    """A gift with paper and a message."""
    line = draft.add_line(gift_wrap=_GIFT_WRAP)
    option = {"giftMessage": "Alles Gute zum Geburtstag!", "giftWrapLevel": "Classic"}
    line["fulfillment"]["packing"] = {"giftOption": option}


def withheld(draft: Draft) -> None:
    """Amazon withholds the buyer: no name, no street."""
    draft.add_line()
    place = address(draft.number, draft.shop)
    kept = {key: place[key] for key in ("city", "postalCode", "countryCode")}
    draft.extra.update(buyer={}, recipient={"deliveryAddress": kept})


def business(draft: Draft) -> None:
    """A company with a VAT number and a purchase order number."""
    line = draft.add_line(quantity=10, taxed=True)
    line["product"]["price"]["priceDesignation"] = "BUSINESS_PRICE"
    draft.programs.append("AMAZON_BUSINESS")
    company = "Beispiel GmbH & Co. KG"
    place = {**address(draft.number, draft.shop), "companyName": company}
    registration = {
        "entityType": "BUYER",
        "legalName": company,
        "taxRegistrationType": "VAT",
        "taxRegistrationNumber": f"{draft.shop.country}136695976",
        "taxRegistrationAddress": place,
    }
    draft.extra.update(
        buyer={
            "buyerName": "Einkauf",
            "buyerEmail": f"einkauf{draft.number:05d}@marketplace.{draft.shop.domain[4:]}",
            "buyerCompanyName": company,
            "buyerPurchaseOrderNumber": f"PO-{draft.number:06d}",
        },
        recipient={"deliveryAddress": place},
        tax={"taxRegistrations": [registration]},
    )


def by_amazon(draft: Draft) -> None:
    """Amazon has shipped it (FBA): no mail address, no street."""
    line = draft.add_line()
    line["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}
    draft.status, draft.fulfilled_by = "SHIPPED", "AMAZON"
    place = address(draft.number, draft.shop)
    kept = {key: place[key] for key in ("city", "postalCode", "countryCode")}
    draft.extra.update(buyer={}, recipient={"deliveryAddress": kept})


def pending(draft: Draft) -> None:
    """The payment is not authorised yet."""
    draft.add_line()
    draft.status = "PENDING"


def cancelled(draft: Draft) -> None:
    """The buyer cancelled before anything was shipped."""
    line = draft.add_line()
    line["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 0}
    execution = {"cancelledBy": "BUYER", "cancelReason": "BuyerCanceled"}
    line["cancellation"] = {"cancellationExecution": execution}
    draft.status = "CANCELLED"


def partially_shipped(draft: Draft) -> None:
    """One of two lines was shipped from Seller Central."""
    line = draft.add_line()
    line["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}
    draft.add_line()
    draft.status = "PARTIALLY_SHIPPED"


def cancel_requested(draft: Draft) -> None:
    """The buyer asks to cancel an order that still waits."""
    line = draft.add_line()
    request = {"requester": "BUYER", "cancelReason": "Ordered by mistake"}
    line["cancellation"] = {"cancellationRequest": request}


def prime(draft: Draft) -> None:
    """Prime: to be shipped within a day."""
    draft.add_line()
    draft.programs.append("PRIME")
    draft.service, draft.ship_hours = "NEXT_DAY", 24


def everything(draft: Draft) -> None:
    """Tax, shipping, gift wrap and a promotion in one order of two lines."""
    discount = rounded(draft.price_of_next() / 5, draft.shop)
    parts: dict[str, Any] = {"shipping": _SHIPPING, "gift_wrap": _GIFT_WRAP, "discount": discount}
    line = draft.add_line(quantity=2, taxed=True, **parts)
    line["promotion"] = {"breakdowns": [{"promotionId": "FALL-20"}, {"promotionId": "FREE-WRAP"}]}
    draft.add_line(taxed=True)


KINDS: dict[str, Callable[[Draft], None]] = {
    "single": single,
    "several_lines": several_lines,
    "quantities": quantities,
    "shipping": shipping,
    "tax": tax,
    "promotion": promotion,
    "gift_wrap": gift_wrap,
    "withheld": withheld,
    "business": business,
    "fba": by_amazon,
    "pending": pending,
    "cancelled": cancelled,
    "partially_shipped": partially_shipped,
    "cancel_requested": cancel_requested,
    "prime": prime,
    "everything": everything,
}
