# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings Restrictions API 2021-08-01: what a seller may not offer, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import ApiError, invalid_input
from ..http import Answer, Call
from ..routing import Route
from ..state.sellers import LISTING

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({LISTING})
_TEXTS = {
    "APPROVAL_REQUIRED": "You need approval to list this product.",
    "ASIN_NOT_FOUND": "The specified ASIN does not exist in this marketplace.",
    "NOT_ELIGIBLE": "You are not eligible to list this product.",
}


def get_restrictions(world: World, call: Call) -> Answer:
    """Serve getListingsRestrictions for one ASIN."""
    assert call.seller is not None
    asin, shops = call.text("asin"), call.csv("marketplaceIds")
    if not asin or not shops:
        raise invalid_input("Missing required parameter: asin, marketplaceIds")
    if call.text("sellerId") != call.seller.merchant_id:
        raise ApiError(403, "Unauthorized", "Access to requested resource is denied.")
    check_marketplaces(world, call.seller, shops)
    reason = call.seller.restricted_asins.get(asin)
    rows = [_restriction(shop, asin, reason) for shop in shops] if reason else []
    return Answer.of({"restrictions": rows})


def _restriction(shop: str, asin: str, reason: str) -> dict[str, Any]:
    link = {
        "resource": f"https://sellercentral.amazon.com/hz/approvalrequest/restrictions?asin={asin}",
        "verb": "GET",
        "title": "Request Approval via Seller Central.",
        "type": "text/html",
    }
    links = [link] if reason == "APPROVAL_REQUIRED" else []
    why = {"message": _TEXTS[reason], "reasonCode": reason, "links": links}
    return {"marketplaceId": shop, "conditionType": "new_new", "reasons": [why]}


_PATH = "/listings/2021-08-01/restrictions"
ROUTES = (Route("getListingsRestrictions", "GET", _PATH, get_restrictions, ROLES),)
