# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fulfillment Outbound API 2020-07-01: multi-channel fulfilment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import fulfillment_life as life
from ..auth import check_marketplaces
from ..errors import invalid_input
from ..fulfillment_quote import Wanted, quotes
from ..http import Answer, Call
from ..routing import Route
from ..state.fulfillment import STATUSES, McfOrder
from ..state.pages import Page
from ..state.pages import life as page_life
from ..state.sellers import FULFILLMENT
from ..times import parse_time
from . import fulfillment_view as view
from .fulfillment_checks import (
    check_address,
    check_items,
    check_order,
    choose_shop,
    find,
    not_on_hold,
    too_late,
)
from .fulfillment_returns import create_return, list_reasons

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({FULFILLMENT})
_BASE = "/fba/outbound/2020-07-01"
_ORDER = f"{_BASE}/fulfillmentOrders/{{sellerFulfillmentOrderId}}"
_ID = "sellerFulfillmentOrderId"
_PAGE, _PAGE_SECONDS = 20, 3600
_DAYS_BACK = 36 * 30
_FEATURES = {
    "BLANK_BOX": "Packages without Amazon's branding",
    "BLOCK_AMZL": "No delivery by Amazon Logistics",
}


def get_preview(world: World, call: Call) -> Answer:
    """Serve getFulfillmentPreview: it changes nothing and puts nothing aside."""
    assert call.seller is not None
    body = call.fields()
    shop = choose_shop(world, call, body.get("marketplaceId", ""), body["address"]["countryCode"])
    check_address(body["address"])
    check_items(world, call, {**body, "marketplaceId": shop})
    lines = [
        Wanted(row["sellerFulfillmentOrderItemId"], row["sellerSku"], int(row["quantity"]))
        for row in body["items"]
    ]
    speeds = body.get("shippingSpeedCategories") or ["Standard", "Expedited", "Priority"]
    features = body.get("featureConstraints") or []
    rows = quotes(world, call.seller.merchant_id, shop, body["address"], lines, speeds, features)
    shown = [view.preview(row, lines, shop, features) for row in rows]
    return Answer.of({"payload": {"fulfillmentPreviews": shown}})


def create_order(world: World, call: Call) -> Answer:
    """Serve createFulfillmentOrder: a success says nothing."""
    assert call.seller is not None
    body = call.fields()
    country = body.get("shipFromCountryCode", "")
    body["marketplaceId"] = choose_shop(world, call, body.get("marketplaceId", ""), country)
    check_order(world, call, body)
    life.begin(world, call.seller.merchant_id, body)
    return Answer.of({})


def get_order(world: World, call: Call) -> Answer:
    """Serve getFulfillmentOrder."""
    return Answer.of({"payload": view.whole(find(world, call, _ID))})


def list_orders(world: World, call: Call) -> Answer:
    """Serve listAllFulfillmentOrders: what changed since a time."""
    assert call.seller is not None
    page = _page(world, call)
    keys = page.keys[page.start : page.start + _PAGE]
    rows = [world.fulfillment.get(key, call.seller.merchant_id) for key in keys]
    data: dict[str, Any] = {"fulfillmentOrders": [view.head(row) for row in rows if row]}
    if page.start + _PAGE < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, page.start + _PAGE, page.expires)
        data["nextToken"] = world.pages.save(rest)
    return Answer.of({"payload": data})


def update_order(world: World, call: Call) -> Answer:
    """Serve updateFulfillmentOrder: only while on hold."""
    order, body = find(world, call, _ID), call.fields()
    try:
        if set(body) - {"fulfillmentAction"}:
            life.change(world, order, body)
        elif body.get("fulfillmentAction") == "Ship":
            life.release(world, order)
    except life.TooLate:
        raise not_on_hold() from None
    return Answer.of({})


def cancel_order(world: World, call: Call) -> Answer:
    """Serve cancelFulfillmentOrder: refused from the moment at which it is picked."""
    order = find(world, call, _ID)
    if "pick_first" in call.marks and order.status in life.CANCELLABLE:
        life.move(world, order, "Processing")
    try:
        life.cancel(world, order)
    except life.TooLate:
        raise too_late() from None
    return Answer.of({})


def get_tracking(world: World, call: Call) -> Answer:
    """Serve getPackageTrackingDetails."""
    assert call.seller is not None
    number = int(call.text("packageNumber") or 0)
    found = world.fulfillment.package(number, call.seller.merchant_id)
    if found is None:
        raise invalid_input(f"Package {number} was not found.")
    return Answer.of({"payload": view.tracking(*found, world.now())})


def get_features(world: World, call: Call) -> Answer:
    """Serve getFeatures."""
    _check_shop(world, call)
    rows = [
        {"featureName": name, "featureDescription": text, "sellerEligible": True}
        for name, text in _FEATURES.items()
    ]
    return Answer.of({"payload": {"features": rows}})


def get_feature_inventory(world: World, call: Call) -> Answer:
    """Serve getFeatureInventory: the SKUs that can be sent with a feature."""
    assert call.seller is not None
    shop, name = _check_shop(world, call), call.arguments["featureName"]
    rows = [
        {
            "sellerSku": row.sku,
            "fnSku": row.fnsku,
            "asin": row.asin,
            "skuCount": row.fulfillable,
            "overlappingSkus": [],
        }
        for row in world.fba.all(call.seller.merchant_id, shop)
        if row.sku not in world.settings.mcf_blocked_skus
    ]
    return Answer.of({"payload": {"marketplaceId": shop, "featureName": name, "featureSkus": rows}})


def get_feature_sku(world: World, call: Call) -> Answer:
    """Serve getFeatureSKU."""
    assert call.seller is not None
    shop, sku = _check_shop(world, call), call.arguments["sellerSku"]
    found = world.fba.get(call.seller.merchant_id, shop, sku)
    if found is None:
        raise invalid_input(f"The SellerSKU {sku} is invalid.")
    blocked = sku in world.settings.mcf_blocked_skus
    data = {
        "marketplaceId": shop,
        "featureName": call.arguments["featureName"],
        "isEligible": not blocked,
        "ineligibleReasons": ["UNSPECIFIED"] if blocked else [],
        "sellerSku": sku,
        "fnSku": found.fnsku,
        "asin": found.asin,
        "skuCount": found.fulfillable,
    }
    return Answer.of({"payload": data})


def submit_status(world: World, call: Call) -> Answer:
    """Serve submitFulfillmentOrderStatusUpdate, which at Amazon only the sandbox has."""
    order, status = find(world, call, _ID), call.fields().get("fulfillmentOrderStatus", "")
    put_status(world, order, status)
    return Answer.of({})


def put_status(world: World, order: McfOrder, status: str) -> None:
    """Let an order come to a status.

    :raise ApiError: when it cannot.
    """
    if status not in STATUSES:
        raise invalid_input("Invalid value for fulfillmentOrderStatus.")
    try:
        life.move(world, order, status)
    except (ValueError, life.TooLate) as error:
        raise invalid_input(str(error)) from None


def _check_shop(world: World, call: Call) -> str:
    assert call.seller is not None
    shop = call.text("marketplaceId") or ""
    check_marketplaces(world, call.seller, [shop])
    return shop


def _page(world: World, call: Call) -> Page:
    assert call.seller is not None
    owner, token = call.seller.merchant_id, call.text("nextToken")
    if token is not None:
        found = world.pages.open(token, owner, "mcf", world.now())
        if found is None:
            raise invalid_input("The nextToken is invalid or has expired.")
        return found
    since = _since(world, call.text("queryStartDate"))
    rows = [row for row in world.fulfillment.all(owner) if row.updated >= since]
    rows.sort(key=lambda row: (row.updated, row.order_id))
    keys = tuple(row.order_id for row in rows)
    return Page(owner, "mcf", keys, 0, page_life(world.now(), _PAGE_SECONDS))


def _since(world: World, text: str | None) -> datetime:
    if text is None:
        return world.now() - timedelta(days=_DAYS_BACK)
    try:
        return parse_time(text)
    except ValueError:
        raise invalid_input("Invalid value for parameter: queryStartDate") from None


ROUTES = tuple(
    Route(operation, method, path, handler, ROLES)
    for operation, method, path, handler in (
        ("getFulfillmentPreview", "POST", f"{_BASE}/fulfillmentOrders/preview", get_preview),
        ("listAllFulfillmentOrders", "GET", f"{_BASE}/fulfillmentOrders", list_orders),
        ("createFulfillmentOrder", "POST", f"{_BASE}/fulfillmentOrders", create_order),
        ("getFulfillmentOrder", "GET", _ORDER, get_order),
        ("updateFulfillmentOrder", "PUT", _ORDER, update_order),
        ("cancelFulfillmentOrder", "PUT", f"{_ORDER}/cancel", cancel_order),
        ("submitFulfillmentOrderStatusUpdate", "PUT", f"{_ORDER}/status", submit_status),
        ("createFulfillmentReturn", "PUT", f"{_ORDER}/return", create_return),
        ("listReturnReasonCodes", "GET", f"{_BASE}/returnReasonCodes", list_reasons),
        ("getPackageTrackingDetails", "GET", f"{_BASE}/tracking", get_tracking),
        ("getFeatures", "GET", f"{_BASE}/features", get_features),
        (
            "getFeatureInventory",
            "GET",
            f"{_BASE}/features/inventory/{{featureName}}",
            get_feature_inventory,
        ),
        (
            "getFeatureSKU",
            "GET",
            f"{_BASE}/features/inventory/{{featureName}}/{{sellerSku}}",
            get_feature_sku,
        ),
    )
)
