# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product Fees API v0: getMyFeesEstimates, by the rates that settlements are made with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import invalid_input
from ..http import Answer, Call
from ..marketplaces import MARKETPLACES
from ..routing import Route
from ..settlements.sales import Sale
from ..state.ledger import ZERO
from ..state.sellers import LISTING, PRICING
from ..times import format_time

if TYPE_CHECKING:
    from ..world import World

_MAX_ITEMS = 20
Row = dict[str, Any]


def estimates(world: World, call: Call) -> Answer:
    """Serve getMyFeesEstimates: a result per item, also for one that Amazon does not know."""
    assert call.seller is not None
    questions = call.json()
    if not isinstance(questions, list) or not 1 <= len(questions) <= _MAX_ITEMS:
        raise invalid_input(f"Between 1 and {_MAX_ITEMS} items are needed.")
    shops = [str(row.get("FeesEstimateRequest", {}).get("MarketplaceId")) for row in questions]
    check_marketplaces(world, call.seller, shops)
    return Answer.of([_result(world, call.seller.merchant_id, row) for row in questions])


def _result(world: World, merchant_id: str, question: Row) -> Row:
    request = question["FeesEstimateRequest"]
    identifier = {
        "MarketplaceId": request["MarketplaceId"],
        "SellerId": merchant_id,
        "IdType": question["IdType"],
        "IdValue": question["IdValue"],
        "IsAmazonFulfilled": request.get("IsAmazonFulfilled", False),
        "PriceToEstimateFees": request["PriceToEstimateFees"],
        "SellerInputIdentifier": request["Identifier"],
    }
    known = {row.sku for row in world.listings.all(merchant_id)}
    known |= {row.asin for row in world.listings.all(merchant_id)}
    if question["IdValue"] not in known:
        error = {
            "Type": "Sender",
            "Code": "InvalidParameterValue",
            "Message": "There is an client-side error. Please verify your inputs.",
            "Detail": [],
        }
        return {"Status": "ClientError", "FeesEstimateIdentifier": identifier, "Error": error}
    return {
        "Status": "Success",
        "FeesEstimateIdentifier": identifier,
        "FeesEstimate": _estimate(world, request),
    }


def _estimate(world: World, request: Row) -> Row:
    shop = MARKETPLACES[request["MarketplaceId"]]
    price = request["PriceToEstimateFees"]
    prices = {"Principal": _amount(price["ListingPrice"])}
    if "Shipping" in price:
        prices["Shipping"] = _amount(price["Shipping"])
    sale = Sale(shop, 1, prices, by_amazon=bool(request.get("IsAmazonFulfilled")))
    fees = {name: -amount for kind, name, amount in sale.amounts() if kind == "ItemFees"}
    return {
        "TimeOfFeesEstimation": format_time(world.now()),
        "TotalFeesEstimate": _money(sum(fees.values(), ZERO), shop.currency),
        "FeeDetailList": [_fee(name, amount, shop.currency) for name, amount in fees.items()],
    }


def _fee(name: str, amount: Decimal, currency: str) -> Row:
    kind = "ReferralFee" if name == "Commission" else name
    nothing = _money(ZERO, currency)
    return {
        "FeeType": kind,
        "FeeAmount": _money(amount, currency),
        "FeePromotion": nothing,
        "TaxAmount": nothing,
        "FinalFee": _money(amount, currency),
    }


def _amount(money: Row) -> Decimal:
    return Decimal(str(money.get("Amount", 0)))


def _money(amount: Decimal, currency: str) -> Row:
    return {"CurrencyCode": currency, "Amount": float(amount)}


ROUTES = (
    Route(
        "getMyFeesEstimates",
        "POST",
        "/products/fees/v0/feesEstimate",
        estimates,
        frozenset({PRICING, LISTING}),
    ),
)
