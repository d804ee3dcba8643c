# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sellers API v1: in which marketplaces the seller takes part, and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..http import Answer, Call
from ..marketplaces import Marketplace
from ..routing import Route
from ..state.sellers import ALL_ROLES, Seller

if TYPE_CHECKING:
    from ..world import World


def get_participations(world: World, call: Call) -> Answer:
    """Serve getMarketplaceParticipations: the seller's marketplaces in this endpoint's regions."""
    return Answer.of({"payload": _participations(world, call.seller)})


def get_account(world: World, call: Call) -> Answer:
    """Serve getAccount."""
    seller = call.seller
    assert seller is not None
    address = {"addressLine1": "Teststrasse 1", "city": "Berlin", "countryCode": "DE"}
    account = {
        "marketplaceParticipationList": _participations(world, seller),
        "businessType": "PRIVATE_LIMITED",
        "sellingPlan": "PROFESSIONAL",
        "business": {"name": seller.store_name, "registeredBusinessAddress": address},
    }
    return Answer.of({"payload": account})


def _participations(world: World, seller: Seller | None) -> list[dict[str, Any]]:
    assert seller is not None
    rows = seller.marketplaces(world.settings.regions)
    return [_participation(seller, shop) for shop in rows]


def _participation(seller: Seller, shop: Marketplace) -> dict[str, Any]:
    return {
        "marketplace": {
            "id": shop.id,
            "name": shop.name,
            "countryCode": shop.country,
            "defaultCurrencyCode": shop.currency,
            "defaultLanguageCode": shop.language,
            "domainName": shop.domain,
        },
        "storeName": seller.store_name,
        "participation": {
            "isParticipating": True,
            "hasSuspendedListings": shop.id in seller.suspended,
        },
    }


ROUTES = (
    Route(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        get_participations,
        ALL_ROLES,
    ),
    Route("getAccount", "GET", "/sellers/v1/account", get_account, ALL_ROLES),
)
