# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""FBA Inventory API v1: what lies in Amazon's warehouses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import invalid_input
from ..http import Answer, Call
from ..routing import Route
from ..state.fba_stock import FbaStock
from ..state.pages import Page, life
from ..state.sellers import FULFILLMENT, INVENTORY
from ..times import format_time, parse_time

if TYPE_CHECKING:
    from ..world import World

_PAGE, _PAGE_SECONDS = 50, 30
_UNFULFILLABLE = {
    "CustomerDamaged": "customerDamagedQuantity",
    "CarrierDamaged": "carrierDamagedQuantity",
    "FulfillerDamaged": "warehouseDamagedQuantity",
    "Defective": "defectiveQuantity",
}


def get_summaries(world: World, call: Call) -> Answer:
    """Serve getInventorySummaries: in Europe every marketplace shows the same pieces."""
    assert call.seller is not None
    shop = call.text("granularityId") or ""
    if call.csv("marketplaceIds") != [shop]:
        raise invalid_input("granularityId and marketplaceIds must be the same marketplace.")
    check_marketplaces(world, call.seller, [shop])
    page = _page(world, call, shop)
    keys = page.keys[page.start : page.start + _PAGE]
    rows = [world.fba.get(call.seller.merchant_id, shop, sku) for sku in keys]
    details = call.text("details") == "true"
    data: dict[str, Any] = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": shop},
            "inventorySummaries": [_summary(row, details) for row in rows if row],
        }
    }
    if page.start + _PAGE < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, page.start + _PAGE, page.expires)
        data["pagination"] = {"nextToken": world.pages.save(rest)}
    return Answer.of(data)


def _page(world: World, call: Call, shop: str) -> Page:
    assert call.seller is not None
    owner, token = call.seller.merchant_id, call.text("nextToken")
    query = f"fba {shop}"
    if token:
        found = world.pages.open(token, owner, query, world.now())
        if found is None:
            raise invalid_input("The nextToken is invalid or has expired.")
        return found
    named = {*call.csv("sellerSkus"), call.text("sellerSku")} - {None}
    since = call.text("startDateTime")
    keys = tuple(
        row.sku
        for row in world.fba.all(owner, shop)
        if (not named or row.sku in named) and (not since or row.updated >= parse_time(since))
    )
    return Page(owner, query, keys, 0, life(world.now(), _PAGE_SECONDS))


def _summary(row: FbaStock, details: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "asin": row.asin,
        "fnSku": row.fnsku,
        "sellerSku": row.sku,
        "condition": "NewItem",
        "lastUpdatedTime": format_time(row.updated),
        "productName": row.sku,
        "totalQuantity": row.total,
        "stores": [],
    }
    if details:
        data["inventoryDetails"] = _details(row)
    return data


def _details(row: FbaStock) -> dict[str, Any]:
    bad = {name: row.unfulfillable[key] for key, name in _UNFULFILLABLE.items()}
    return {
        "fulfillableQuantity": row.fulfillable,
        "inboundWorkingQuantity": row.inbound["Working"],
        "inboundShippedQuantity": row.inbound["Shipped"],
        "inboundReceivingQuantity": row.inbound["Receiving"],
        "reservedQuantity": {
            "totalReservedQuantity": row.reserved,
            "pendingCustomerOrderQuantity": row.reserved,
            "pendingTransshipmentQuantity": 0,
            "fcProcessingQuantity": 0,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": row.searched,
            "researchingQuantityBreakdown": [],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": sum(bad.values()),
            **bad,
            "distributorDamagedQuantity": 0,
            "expiredQuantity": 0,
        },
    }


ROUTES = (
    Route(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        get_summaries,
        frozenset({FULFILLMENT, INVENTORY}),
    ),
)
