# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fulfillment Outbound API 2026-07-04: the same orders in other words, and without returns.

A new order is answered at once, or (`Settings.mcf_accepts`) with 202: accepted, not yet decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .. import fulfillment_life as life
from ..errors import invalid_input
from ..fulfillment_quote import Wanted, quotes
from ..http import Answer, Call
from ..routing import Route
from ..state.fulfillment import McfPackage
from ..state.pages import Page
from ..state.pages import life as page_life
from ..times import parse_time
from . import outbound_view as view
from .fulfillment import ROLES, put_status
from .fulfillment_checks import (
    check_address,
    check_items,
    check_order,
    choose_shop,
    find,
    not_on_hold,
    too_late,
)

if TYPE_CHECKING:
    from ..world import World

_BASE = "/fulfillment/outbound/2026-07-04"
_ORDER = f"{_BASE}/orders/{{orderId}}"
_PAGE, _PAGE_SECONDS = 20, 3600


def get_preview(world: World, call: Call) -> Answer:
    """Serve getOrderPreview: shipments that would be made, with an offer for each speed."""
    assert call.seller is not None
    body = call.fields()
    address = body["destination"]["deliveryAddress"]
    country = (body.get("origin") or {}).get("countryCode") or address["countryCode"]
    shop = choose_shop(world, call, "", country)
    items = view.read_items(body["lineItems"])
    check_address(address)
    check_items(world, call, {"marketplaceId": shop, "items": items})
    lines = [
        Wanted(row["sellerFulfillmentOrderItemId"], row["sellerSku"], int(row["quantity"]))
        for row in items
    ]
    settings = view.read_configuration(body)
    speeds = settings["speeds"] or ["Standard", "Expedited", "Priority"]
    rows = quotes(
        world, call.seller.merchant_id, shop, address, lines, speeds, settings["features"]
    )
    return Answer.of(view.preview(rows, lines, shop))


def create_order(world: World, call: Call) -> Answer:
    """Serve createOrder."""
    assert call.seller is not None
    body = view.read_order(call.fields())
    country = body.pop("shipFromCountryCode", "")
    body["marketplaceId"] = choose_shop(world, call, "", country)
    check_order(world, call, body)
    order = life.begin(world, call.seller.merchant_id, body, channel=body.pop("channel", ""))
    if world.settings.mcf_accepts:
        return Answer.of({"orderId": order.order_id, "status": "PROCESSING"}, status=202)
    return Answer.of({"order": view.whole(order, shipments=True)})


def get_order(world: World, call: Call) -> Answer:
    """Serve getOrder."""
    order = find(world, call, "orderId")
    return Answer.of({"order": view.whole(order, call.text("shipments") == "INCLUDE")})


def list_orders(world: World, call: Call) -> Answer:
    """Serve listOrders."""
    assert call.seller is not None
    page = _page(world, call)
    keys = page.keys[page.start : page.start + _PAGE]
    rows = [world.fulfillment.get(key, call.seller.merchant_id) for key in keys]
    included = call.text("shipments") == "INCLUDE"
    data: dict[str, Any] = {"orders": [view.whole(row, included) for row in rows if row]}
    if page.start + _PAGE < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, page.start + _PAGE, page.expires)
        data["pagination"] = {"nextToken": world.pages.save(rest)}
    return Answer.of(data)


def update_order(world: World, call: Call) -> Answer:
    """Serve updateOrder: an order on hold is released, and that is all that it can."""
    order = find(world, call, "orderId")
    action = (call.fields().get("fulfillmentConfiguration") or {}).get("action")
    if action != "SHIP":
        raise invalid_input("Only fulfillmentConfiguration.action can be changed, to SHIP.")
    try:
        life.release(world, order)
    except life.TooLate:
        raise not_on_hold() from None
    return Answer.of({}, status=202)


def cancel_order(world: World, call: Call) -> Answer:
    """Serve cancelOrder: 202 only accepts the request; the order shows the result."""
    order = find(world, call, "orderId")
    if "pick_first" in call.marks and order.status in life.CANCELLABLE:
        life.move(world, order, "Processing")
    elif order.status not in life.CANCELLABLE:
        raise too_late()
    else:
        life.cancel(world, order)
    return Answer.of({}, status=202)


def update_status(world: World, call: Call) -> Answer:
    """Serve updateOrderStatus, which at Amazon only the sandbox has."""
    order = find(world, call, "orderId")
    put_status(world, order, view.STATUSES.get(str(call.fields().get("status")), ""))
    return Answer(204)


def update_package(world: World, call: Call) -> Answer:
    """Serve updatePackage, which at Amazon only the sandbox has: a parcel arrives."""
    order = find(world, call, "orderId")
    wanted = call.arguments["packageId"]
    for shipment in order.shipments:
        for package in shipment.packages:
            if str(package.number) == wanted:
                _arrive(world, package, call.fields())
                return Answer(204)
    raise invalid_input(f"Package {wanted} was not found.")


def _arrive(world: World, package: McfPackage, body: dict[str, Any]) -> None:
    given = body.get("deliveryTime")
    delivered = body.get("status") == "DELIVERED"
    package.arrives = parse_time(given) if given else package.arrives
    if delivered and package.arrives > world.now():
        package.arrives = world.now()


def _page(world: World, call: Call) -> Page:
    assert call.seller is not None
    owner, token = call.seller.merchant_id, call.text("pageToken")
    if token is not None:
        found = world.pages.open(token, owner, "outbound", world.now())
        if found is None:
            raise invalid_input("The pageToken is invalid or has expired.")
        return found
    text = call.text("updatedAfter")
    since = parse_time(text) if text else world.now() - timedelta(days=30)
    rows = [row for row in world.fulfillment.all(owner) if row.updated >= since]
    rows.sort(key=lambda row: (row.updated, row.order_id))
    keys = tuple(row.order_id for row in rows)
    return Page(owner, "outbound", keys, 0, page_life(world.now(), _PAGE_SECONDS))


ROUTES = tuple(
    Route(f"outbound.{operation}", method, path, handler, ROLES)
    for operation, method, path, handler in (
        ("getOrderPreview", "POST", f"{_BASE}/previews", get_preview),
        ("createOrder", "POST", f"{_BASE}/orders", create_order),
        ("listOrders", "GET", f"{_BASE}/orders", list_orders),
        ("getOrder", "GET", _ORDER, get_order),
        ("updateOrder", "PUT", _ORDER, update_order),
        ("cancelOrder", "PUT", f"{_ORDER}/cancel", cancel_order),
        ("updateOrderStatus", "PUT", f"{_ORDER}/status", update_status),
        ("updatePackage", "PUT", f"{_ORDER}/packages/{{packageId}}", update_package),
    )
)
