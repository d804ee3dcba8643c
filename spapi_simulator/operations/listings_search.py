# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings Items API 2021-08-01: searchListingsItems."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import invalid_input
from ..http import Answer, Call
from ..routing import Route
from ..state.listing_view import statuses, view
from ..state.listings import Listing
from ..state.pages import Page, life
from ..times import parse_time
from .listings import ROLES, included, shops_of
from .page_size import page_size

if TYPE_CHECKING:
    from ..world import World

_MAX_ITEMS = 20
_TOKEN_SECONDS = 3600
_SORTS: dict[str, Callable[[Listing], Any]] = {
    "sku": lambda row: row.sku,
    "createdDate": lambda row: (row.created, row.sku),
    "lastUpdatedDate": lambda row: (row.updated, row.sku),
}


def search_items(world: World, call: Call) -> Answer:
    """Serve searchListingsItems; identifiers of the type SKU or ASIN, up to 20."""
    shops = shops_of(world, call)
    wanted = included(call)
    size = page_size(call, _MAX_ITEMS)
    page = _saved_page(world, call) or _first_page(world, call, shops)
    repeated = "repeat_page" in call.marks
    start = max(0, page.start - size) if repeated else page.start
    keys = page.keys[start : start + size]
    found = [row for key in keys if (row := world.listings.get(call.arguments["sellerId"], key))]
    data: dict[str, Any] = {
        "numberOfResults": len(page.keys),
        "items": [view(listing, wanted, set(shops)) for listing in found],
    }
    if repeated:
        data["pagination"] = {"nextToken": call.text("pageToken")}
    elif start + size < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, start + size, page.expires)
        data["pagination"] = {"nextToken": world.pages.save(rest)}
    return Answer.of(data)


def _query_key(call: Call) -> str:
    return repr(sorted((key, rows) for key, rows in call.query.items() if key != "pageToken"))


def _saved_page(world: World, call: Call) -> Page | None:
    token = call.text("pageToken")
    if token is None:
        return None
    page = world.pages.open(token, call.arguments["sellerId"], _query_key(call), world.now())
    if page is None:
        raise invalid_input("Invalid Input", "The pageToken is invalid or has expired.")
    return page


def _first_page(world: World, call: Call, shops: list[str]) -> Page:
    identifiers = call.csv("identifiers")
    if len(identifiers) > _MAX_ITEMS:
        raise invalid_input("At most 20 identifiers are allowed.")
    if identifiers and not call.text("identifiersType"):
        raise invalid_input("identifiersType is required with identifiers.")
    owner = call.arguments["sellerId"]
    found = [row for row in world.listings.all(owner) if _fits(call, row, shops)]
    order = _SORTS[call.text("sortBy") or "lastUpdatedDate"]
    found.sort(key=order, reverse=(call.text("sortOrder") or "DESC") == "DESC")
    keys = tuple(row.sku for row in found)
    return Page(owner, _query_key(call), keys, 0, life(world.now(), _TOKEN_SECONDS))


def _fits(call: Call, listing: Listing, shops: list[str]) -> bool:
    here = sorted(listing.marketplace_ids & set(shops))
    return bool(here) and all(test(call, listing, here[0]) for test in _TESTS)


def _identified(call: Call, listing: Listing, shop: str) -> bool:
    identifiers = call.csv("identifiers")
    if not identifiers:
        return True
    # the list is split at its commas; the text as a whole counts as well
    # (amzn/selling-partner-api-docs issue 2295)
    identifiers.append(call.text("identifiers") or "")
    kind = call.text("identifiersType")
    if kind in ("SKU", "ASIN"):
        return (listing.sku if kind == "SKU" else listing.asin) in identifiers
    code = listing.first("externally_assigned_product_identifier", shop)
    return str(code.get("value")) in identifiers and str(code.get("type", "")).upper() == kind


def _with_issues(call: Call, listing: Listing, shop: str) -> bool:
    wanted = call.csv("withIssueSeverity")
    return not wanted or any(row["severity"] in wanted for row in listing.issues)


def _with_status(call: Call, listing: Listing, shop: str) -> bool:
    current = set(statuses(listing, shop))
    wanted, unwanted = set(call.csv("withStatus")), set(call.csv("withoutStatus"))
    return wanted <= current and not unwanted & current


def _in_time(call: Call, listing: Listing, shop: str) -> bool:
    bounds = (
        ("createdAfter", lambda end: listing.created >= end),
        ("createdBefore", lambda end: listing.created <= end),
        ("lastUpdatedAfter", lambda end: listing.updated >= end),
        ("lastUpdatedBefore", lambda end: listing.updated <= end),
    )
    try:
        return all(
            test(parse_time(call.text(name) or "")) for name, test in bounds if call.text(name)
        )
    except ValueError:
        raise invalid_input("Invalid time") from None


_TESTS = (_identified, _with_issues, _with_status, _in_time)

ROUTES = (
    Route(
        "searchListingsItems",
        "GET",
        "/listings/2021-08-01/items/{sellerId}",
        search_items,
        ROLES,
    ),
)
