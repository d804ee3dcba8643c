# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders API 2026-01-01: searchOrders and getOrder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import invalid_input, not_found
from ..http import Answer, Call
from ..routing import Route
from ..state.order_view import SECTIONS, view
from ..state.orders import STATUSES, StoredOrder
from ..state.pages import Page, life
from ..state.sellers import DELIVERY, INVENTORY, TAX_INVOICING, TAX_REMITTANCE
from ..times import format_time, parse_time
from .page_size import page_size

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({INVENTORY, DELIVERY, TAX_INVOICING, TAX_REMITTANCE})
_TOKEN_SECONDS = 24 * 3600
_MAX_ITEMS = 100
# Which parameters go together: (after, before, attribute of the order, field of the answer)
_WINDOWS = (
    ("createdAfter", "createdBefore", "created", "createdBefore"),
    ("lastUpdatedAfter", "lastUpdatedBefore", "updated", "lastUpdatedBefore"),
)


def search_orders(world: World, call: Call) -> Answer:
    """Serve searchOrders."""
    assert call.seller is not None
    size = page_size(call, _MAX_ITEMS, _MAX_ITEMS, "maxResultsPerPage")
    included = _included(call)
    page = _overtaken(world, call, _saved_page(world, call) or _first_page(world, call))
    if "repeat_page" in call.marks:
        start = max(0, page.start - size)
        token = call.text("paginationToken")
    else:
        start = page.start
        token = _next_token(world, page, start + size)
    keys = page.keys[start : start + size]
    found = [order for key in keys if (order := world.orders.get(key))]
    data: dict[str, Any] = {
        "orders": [view(order, included, call.seller.roles) for order in found],
        **page.extra,
    }
    if token:
        data["pagination"] = {"nextToken": token}
    return Answer.of(data)


def get_order(world: World, call: Call) -> Answer:
    """Serve getOrder."""
    assert call.seller is not None
    order = world.orders.get(call.arguments["orderId"], call.seller.merchant_id)
    if order is None:
        raise not_found(f"Order {call.arguments['orderId']} was not found.")
    return Answer.of({"order": view(order, _included(call), call.seller.roles)})


def _included(call: Call) -> set[str]:
    included = set(call.csv("includedData"))
    if included - set(SECTIONS):
        raise invalid_input("Invalid value for parameter: includedData")
    return included


def _query_key(call: Call) -> str:
    """Return what a page token is bound to: the whole query but the token itself."""
    return repr(sorted((key, rows) for key, rows in call.query.items() if key != "paginationToken"))


def _saved_page(world: World, call: Call) -> Page | None:
    token = call.text("paginationToken")
    if token is None:
        return None
    assert call.seller is not None
    page = world.pages.open(token, call.seller.merchant_id, _query_key(call), world.now())
    if page is None:
        raise invalid_input("Invalid Input", "The paginationToken is invalid or has expired.")
    return page


def _overtaken(world: World, call: Call, page: Page) -> Page:
    """Let orders change that this and later pages were to show: they leave the result.

    The fault names `order_ids`, or takes the next one.
    """
    options = call.marks.get("update_while_paging")
    if options is None:
        return page
    rest = page.keys[page.start :]
    moved = set(options.get("order_ids") or rest[:1]) & set(rest)
    for key in moved:
        if order := world.orders.get(key):
            order.touch(world.now())
    kept = tuple(key for key in rest if key not in moved)
    return replace(page, keys=page.keys[: page.start] + kept)


def _first_page(world: World, call: Call) -> Page:
    assert call.seller is not None
    after, before, attribute, answered = _window(world, call)
    if set(call.csv("fulfillmentStatuses")) - STATUSES:
        raise invalid_input("Invalid value for parameter: fulfillmentStatuses")
    check_marketplaces(world, call.seller, call.csv("marketplaceIds"))
    moment = attrgetter(attribute)
    newest = world.now() - timedelta(seconds=world.settings.visibility_seconds)
    hidden = set(call.marks.get("leave_out", {}).get("order_ids", ()))
    found = [
        order
        for order in world.orders.all(call.seller.merchant_id)
        if after <= moment(order) <= before
        and order.updated <= newest
        and order.order_id not in hidden
        and _wanted(call, order)
    ]
    found.sort(key=lambda order: (moment(order), order.order_id))
    return Page(
        call.seller.merchant_id,
        _query_key(call),
        tuple(order.order_id for order in found),
        0,
        life(world.now(), _TOKEN_SECONDS),
        {answered: format_time(before)},
    )


def _wanted(call: Call, order: StoredOrder) -> bool:
    asked = (
        ("fulfillmentStatuses", order.status),
        ("marketplaceIds", order.data["salesChannel"].get("marketplaceId")),
        ("fulfilledBy", order.data["fulfillment"].get("fulfilledBy")),
    )
    return all(not call.csv(name) or value in call.csv(name) for name, value in asked)


def _window(world: World, call: Call) -> tuple[datetime, datetime, str, str]:
    """Return from when to when, by which time of the order, and how the answer calls the end."""
    rows = [row for row in _WINDOWS if call.text(row[0]) is not None]
    strangers = [row[1] for row in _WINDOWS if row not in rows and call.text(row[1]) is not None]
    if len(rows) != 1 or strangers:
        raise invalid_input(
            "Invalid Input", "Exactly one of createdAfter and lastUpdatedAfter must be provided."
        )
    name, end, attribute, answered = rows[0]
    after = _moment(call, name)
    before = _moment(call, end) if call.text(end) is not None else None
    newest = world.now() - timedelta(seconds=world.settings.visibility_seconds)
    if before and (before < after or before > world.now() - timedelta(minutes=2)):
        raise invalid_input(
            "Invalid Input", f"{end} must be after {name} and at least two minutes in the past."
        )
    return after, before or newest, attribute, answered


def _moment(call: Call, name: str) -> datetime:
    try:
        return parse_time(call.text(name) or "")
    except ValueError:
        raise invalid_input(f"Invalid value for parameter: {name}") from None


def _next_token(world: World, page: Page, start: int) -> str | None:
    if start >= len(page.keys):
        return None
    return world.pages.save(
        Page(page.owner, page.query, page.keys, start, page.expires, page.extra)
    )


ROUTES = (
    Route("searchOrders", "GET", "/orders/2026-01-01/orders", search_orders, ROLES),
    Route("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", get_order, ROLES),
)
