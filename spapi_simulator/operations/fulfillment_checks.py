# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks by which Amazon refuses orders of multi-channel fulfilment, in both versions of the API.

Requests are in the words of version 2020-07-01 here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import ApiError, invalid_input, unauthorized
from ..http import Call
from ..marketplaces import JAPAN

if TYPE_CHECKING:
    from ..state.fulfillment import McfOrder
    from ..world import World

_MAX_LINES, _MAX_UNITS = 100, 250
_STATES = ("US", "CA")
#: Field -> the longest text.
_LENGTHS = {
    "sellerFulfillmentOrderId": 40,
    "displayableOrderId": 40,
    "displayableOrderComment": 750,
}
_ITEM_LENGTHS = {
    "sellerSku": 50,
    "sellerFulfillmentOrderItemId": 50,
    "giftMessage": 512,
    "displayableComment": 250,
}


def find(world: World, call: Call, name: str) -> McfOrder:
    """Return the order that a path names.

    :raise ApiError: when there is none, or its number cannot be asked for.
    """
    assert call.seller is not None
    order_id = call.arguments[name]
    if any(mark in order_id for mark in " /\\"):
        raise unauthorized("Access to requested resource is denied.")
    found = world.fulfillment.get(order_id, call.seller.merchant_id)
    if found is None:
        raise invalid_input(f"Fulfillment order {order_id} was not found for this seller.")
    return found


def choose_shop(world: World, call: Call, shop: str, country: str) -> str:
    """Return the marketplace from whose stock is shipped.

    :raise ApiError: when neither a marketplace nor a country of the seller's is given.
    """
    assert call.seller is not None
    if shop:
        check_marketplaces(world, call.seller, [shop])
        return shop
    rows = call.seller.marketplaces(world.settings.regions)
    found = next((row.id for row in rows if row.country == country), "")
    if not found:
        raise invalid_input("One of marketplaceId and shipFromCountryCode must be provided.")
    return found


def check_order(world: World, call: Call, body: dict[str, Any]) -> None:
    """Refuse a new order that Amazon does not take."""
    assert call.seller is not None
    _check_lengths(body, _LENGTHS)
    check_items(world, call, body)
    check_address(body["destinationAddress"])
    _check_schedule(body)
    if world.fulfillment.get(body["sellerFulfillmentOrderId"], call.seller.merchant_id):
        raise invalid_input(
            f"Fulfillment order {body['sellerFulfillmentOrderId']} already exists. "
            "Use another SellerFulfillmentOrderId."
        )
    _check_blocked(world, body)


def check_items(world: World, call: Call, body: dict[str, Any]) -> None:
    """Refuse too many lines or pieces, numbers that are used twice, and SKUs that are not here."""
    assert call.seller is not None
    rows = body["items"]
    units = sum(int(row["quantity"]) for row in rows)
    if not rows or len(rows) > _MAX_LINES:
        raise invalid_input(f"An order holds 1 to {_MAX_LINES} items, not {len(rows)}.")
    if units > _MAX_UNITS:
        raise invalid_input(f"An order holds at most {_MAX_UNITS} units, not {units}.")
    twice = Counter(row["sellerFulfillmentOrderItemId"] for row in rows).most_common(1)[0]
    if twice[1] > 1:
        raise invalid_input(f"SellerFulfillmentOrderItemId {twice[0]} is used twice.")
    for row in rows:
        _check_lengths(row, _ITEM_LENGTHS)
        if int(row["quantity"]) < 1:
            raise invalid_input("The quantity of an item must be above zero.")
        if not world.fba.get(call.seller.merchant_id, body["marketplaceId"], row["sellerSku"]):
            item_id = row["sellerFulfillmentOrderItemId"]
            raise invalid_input(f"The SellerSKU for Item Id {item_id} is invalid.")


def check_address(address: dict[str, Any]) -> None:
    """Refuse an address outside of the delivery area."""
    country = address["countryCode"]
    if not all(str(address.get(key) or "").strip() for key in ("name", "addressLine1")):
        raise invalid_input("DestinationAddress: name and addressLine1 must not be empty.")
    if country != "JP" and not address.get("city"):
        raise invalid_input("DestinationAddress: city is required.")
    if country == "JP" and address.get("city"):
        raise invalid_input("DestinationAddress: city must not be used in JP.")
    if country in _STATES and not address.get("stateOrRegion"):
        raise invalid_input("DestinationAddress: stateOrRegion is required.")


def too_late() -> ApiError:
    """Return the refusal of a cancellation that comes too late."""
    return invalid_input("The order cannot be cancelled in its present state.")


def not_on_hold() -> ApiError:
    """Return the refusal of a change of an order that is not on hold."""
    return invalid_input("The order is not on hold and cannot be updated.")


def _check_lengths(row: dict[str, Any], lengths: dict[str, int]) -> None:
    for name, most in lengths.items():
        text = row.get(name)
        if text is not None and not 0 < len(text) <= most:
            raise invalid_input(f"{name} must have 1 to {most} characters.")


def _check_schedule(body: dict[str, Any]) -> None:
    if body["shippingSpeedCategory"] != "ScheduledDelivery":
        return
    is_held = body.get("fulfillmentAction") == "Hold"
    if body["marketplaceId"] != JAPAN or is_held or not body.get("deliveryWindow"):
        raise invalid_input("ScheduledDelivery needs a delivery window in JP, and cannot be held.")


def _check_blocked(world: World, body: dict[str, Any]) -> None:
    rows = body.get("featureConstraints") or []
    needed = [row for row in rows if row.get("featureFulfillmentPolicy") == "Required"]
    skus = {row["sellerSku"] for row in body["items"]}
    if needed and skus & world.settings.mcf_blocked_skus:
        name = needed[0]["featureName"]
        raise invalid_input(f"The feature {name} is not available for this order.")
