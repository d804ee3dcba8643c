# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""View of a listing by getListingsItem and searchListingsItems."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..times import format_time
from .attributes import of_marketplaces
from .listings import Listing

Shown = list[dict[str, Any]]


def view(listing: Listing, included: set[str], marketplace_ids: set[str]) -> dict[str, Any]:
    """Return a listing as the Listings Items API answers it.

    :param included: values of includedData.
    :param marketplace_ids: the marketplaces asked for; those where the SKU is not offered are
        left out.
    """
    shown = sorted(marketplace_ids & listing.marketplace_ids)
    data: dict[str, Any] = {"sku": listing.sku}
    for name, section in SECTIONS.items():
        if name in included:
            data[name] = section(listing, shown)
    return data


def statuses(listing: Listing, marketplace_id: str) -> list[str]:
    """Return BUYABLE and DISCOVERABLE as far as they hold in a marketplace.

    A parent of variations and a listing without price or stock cannot be bought.
    """
    if any(issue["severity"] == "ERROR" for issue in listing.issues):
        return []
    buyable = price(listing, marketplace_id) is not None and _in_stock(listing)
    return ["BUYABLE", "DISCOVERABLE"] if buyable else ["DISCOVERABLE"]


def price(listing: Listing, marketplace_id: str, audience: str = "ALL") -> Decimal | None:
    """Return the regular price in a marketplace, or None when there is no offer."""
    for offer in listing.attributes.get("purchasable_offer", []):
        if offer.get("audience", "ALL") == audience and _counts(offer, marketplace_id):
            return _scheduled(offer)
    return None


def _scheduled(offer: dict[str, Any]) -> Decimal | None:
    for row in offer.get("our_price") or []:
        for step in row.get("schedule") or []:
            if "value_with_tax" in step:
                return Decimal(str(step["value_with_tax"]))
    return None


def _counts(entry: dict[str, Any], marketplace_id: str) -> bool:
    return entry.get("marketplace_id") in (None, marketplace_id)


def _in_stock(listing: Listing) -> bool:
    rows = listing.attributes.get("fulfillment_availability", [])
    return any(
        str(row.get("fulfillment_channel_code", "")).startswith("AMAZON_") or row.get("quantity")
        for row in rows
    )


def _summaries(listing: Listing, shops: list[str]) -> Shown:
    return [_summary(listing, shop) for shop in shops]


def _summary(listing: Listing, shop: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "marketplaceId": shop,
        "asin": listing.asin,
        "productType": listing.product_type,
        "status": statuses(listing, shop),
        "createdDate": format_time(listing.created),
        "lastUpdatedDate": format_time(listing.updated),
    }
    title = listing.first("item_name", shop).get("value")
    condition = listing.first("condition_type", shop).get("value")
    image = listing.first("main_product_image_locator", shop).get("media_location")
    data.update({"itemName": title} if title else {})
    data.update({"conditionType": condition} if condition else {})
    data.update({"mainImage": {"link": image, "height": 500, "width": 500}} if image else {})
    return data


def _attributes(listing: Listing, shops: list[str]) -> dict[str, Any]:
    return of_marketplaces(listing.attributes, set(shops))


def _issues(listing: Listing, shops: list[str]) -> Shown:
    return copy.deepcopy(listing.issues)


def _offers(listing: Listing, shops: list[str]) -> Shown:
    kinds = {"ALL": ("B2C", "Sell on Amazon"), "B2B": ("B2B", "Amazon Business")}
    offers = []
    for shop in shops:
        for audience, (kind, label) in kinds.items():
            amount = price(listing, shop, audience)
            if amount is not None:
                money = {"currencyCode": _currency(listing, shop), "amount": str(amount)}
                row = {"marketplaceId": shop, "offerType": kind, "price": money}
                offers.append({**row, "audience": {"value": audience, "displayName": label}})
    return offers


def _currency(listing: Listing, shop: str) -> str:
    return str(listing.first("purchasable_offer", shop).get("currency", "EUR"))


def _availability(listing: Listing, shops: list[str]) -> Shown:
    rows = []
    for entry in listing.attributes.get("fulfillment_availability", []):
        channel = str(entry.get("fulfillment_channel_code", "DEFAULT"))
        row: dict[str, Any] = {"fulfillmentChannelCode": channel}
        # Amazon counts its own stock: a quantity sent for FBA is not shown.
        if "quantity" in entry and not channel.startswith("AMAZON_"):
            row["quantity"] = entry["quantity"]
        rows.append(row)
    return rows


def _relationships(listing: Listing, shops: list[str]) -> Shown:
    return [{"marketplaceId": shop, "relationships": _family(listing, shop)} for shop in shops]


def _family(listing: Listing, shop: str) -> Shown:
    rows = listing.attributes.get("child_parent_sku_relationship", [])
    parents = {row["parent_sku"] for row in rows if _counts(row, shop) and row.get("parent_sku")}
    theme = listing.first("variation_theme", shop).get("name")
    named = {"variationTheme": {"attributes": [], "theme": theme}} if theme else {}
    found: Shown = []
    if parents:
        found.append({"type": "VARIATION", "parentSkus": sorted(parents), **named})
    if listing.children:
        found.append({"type": "VARIATION", "childSkus": sorted(listing.children), **named})
    return found


def _product_types(listing: Listing, shops: list[str]) -> Shown:
    return [{"marketplaceId": shop, "productType": listing.product_type} for shop in shops]


def _procurement(listing: Listing, shops: list[str]) -> Shown:
    return []


SECTIONS: dict[str, Callable[[Listing, list[str]], Any]] = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _issues,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _procurement,
    "relationships": _relationships,
    "productTypes": _product_types,
}
