# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product Type Definitions API 2020-09-01."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..auth import check_marketplaces
from ..errors import invalid_input, not_found
from ..http import Answer, Call
from ..marketplaces import MARKETPLACES
from ..product_types import TYPES, build_definition, build_schema, find_types
from ..product_types.schema import META, OFFER
from ..routing import Route
from ..state.sellers import LISTING

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({LISTING})
_REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
_LEVELS = ("NONE", "CHILD", "PARENT")


def search_types(world: World, call: Call) -> Answer:
    """Serve searchDefinitionsProductTypes: by keywords or the title of a product."""
    shops = _shops(world, call)
    keywords, title = call.csv("keywords"), call.text("itemName") or ""
    if keywords and title:
        raise invalid_input("The parameters keywords and itemName exclude each other.")
    rows = [
        {"name": row.code, "displayName": row.name, "marketplaceIds": shops}
        for row in find_types(" ".join(keywords) or title)
    ]
    return Answer.of({"productTypes": rows, "productTypeVersion": "1"})


def get_type(world: World, call: Call) -> Answer:
    """Serve getDefinitionsProductType: the schema is behind a link that lives five minutes."""
    assert call.seller is not None
    shop = MARKETPLACES[_shops(world, call)[0]]
    found = TYPES.get(call.arguments["productType"])
    if found is None:
        raise not_found(f"Product type '{call.arguments['productType']}' not found.")
    requirements = call.text("requirements") or "LISTING"
    enforced = call.text("requirementsEnforced") or "ENFORCED"
    if requirements not in _REQUIREMENTS or enforced not in ("ENFORCED", "NOT_ENFORCED"):
        raise invalid_input("Invalid value for parameter: requirements")
    level = call.text("parentageLevel") or "NONE"
    if level not in _LEVELS:
        raise invalid_input("Invalid value for parameter: parentageLevel")
    groups = call.seller.shipping_groups if call.text("sellerId") else {}
    schema = build_schema(found, shop, groups, enforced == "ENFORCED", level)
    if requirements == "LISTING_OFFER_ONLY":
        kept = (*OFFER, "merchant_suggested_asin", "merchant_shipping_group")
        schema["properties"] = {k: v for k, v in schema["properties"].items() if k in kept}
        schema["required"] = ["condition_type"]
    content = json.dumps(schema).encode()
    links = {"schema": _stored(world, call, content), "metaSchema": META}
    asked = {"requirements": requirements, "enforced": enforced}
    locale = call.text("locale") or "DEFAULT"
    return Answer.of(build_definition(found, shop, content, links, locale=locale, **asked))


def _stored(world: World, call: Call, content: bytes) -> str:
    assert call.seller is not None
    document = world.documents.create(call.seller.merchant_id, "application/json")
    document.content = content
    return call.base_url + document.link(world.now())


def _shops(world: World, call: Call) -> list[str]:
    assert call.seller is not None
    shops = call.csv("marketplaceIds")
    if len(shops) != 1:
        raise invalid_input("Exactly one marketplace is allowed.")
    check_marketplaces(world, call.seller, shops)
    return shops


_BASE = "/definitions/2020-09-01/productTypes"
ROUTES = (
    Route("searchDefinitionsProductTypes", "GET", _BASE, search_types, ROLES),
    Route("getDefinitionsProductType", "GET", _BASE + "/{productType}", get_type, ROLES),
)
