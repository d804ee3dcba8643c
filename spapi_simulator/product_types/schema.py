# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON Schemas of product types, and the answers that lead to them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from ..marketplaces import Marketplace
from .attributes import Node, choice
from .offer import offer_attributes
from .types import COMMON, ProductType

META = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"

#: Attributes of the offer, not of the product.
OFFER = (
    "condition_type",
    "fulfillment_availability",
    "purchasable_offer",
    "list_price",
    "max_order_quantity",
    "gift_options",
)
#: Attributes that a parent of variants does not have, since it is not sold.
_NOT_OF_PARENTS = (
    *OFFER,
    "externally_assigned_product_identifier",
    "supplier_declared_has_product_identifier_exemption",
    "merchant_suggested_asin",
)
_GROUPS = {
    "product_identity": ("Product identity", ("item_name", "brand", "merchant_suggested_asin")),
    "offer": ("Offer", (*OFFER, "merchant_shipping_group")),
    "images": ("Images", ("main_product_image_locator",)),
}


def build_schema(
    product_type: ProductType,
    shop: Marketplace,
    groups: dict[str, str],
    enforced: bool = True,
    level: str = "NONE",
) -> Node:
    """Return the schema of a type in a marketplace.

    :param groups: the account's shipping templates, id -> name; none without an account.
    :param enforced: whether required attributes are.
    :param level: the parentage level, NONE, CHILD or PARENT.
    """
    parent = level == "PARENT" and product_type.has_variants
    properties = {**COMMON, **offer_attributes(shop), **product_type.own}
    if groups:
        properties["merchant_shipping_group"] = choice("Merchant shipping group", **groups)
    if parent:
        properties = {k: v for k, v in properties.items() if k not in _NOT_OF_PARENTS}
    schema: Node = {
        "$schema": META,
        "$id": f"{META}/{product_type.code}",
        "$comment": f"{product_type.name} in {shop.name}",
        "$defs": {
            "marketplace_id": {"type": "string", "enum": [shop.id], "enumNames": [shop.name]},
            "language_tag": {"type": "string", "pattern": "^[a-z]{2}_[A-Z]{2}$"},
        },
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if enforced:
        schema["required"] = list(product_type.required_of(parent))
        schema["allOf"] = [
            {"if": {"required": [name]}, "then": {"required": list(more)}}
            for name, more in product_type.conditions
        ] or [{}]
    return schema


def build_definition(
    product_type: ProductType, shop: Marketplace, schema: bytes, links: dict[str, str], **asked: str
) -> dict[str, Any]:
    """Return the answer of getDefinitionsProductType.

    :param links: where schema and metaSchema lie.
    :param asked: requirements, requirementsEnforced and locale of the request.
    """
    names = json.loads(schema)["properties"]
    grouped = {
        key: {"title": title, "propertyNames": [name for name in wanted if name in names]}
        for key, (title, wanted) in _GROUPS.items()
    }
    others = set(names) - {name for row in grouped.values() for name in row["propertyNames"]}
    grouped["product_details"] = {"title": "Product details", "propertyNames": sorted(others)}
    return {
        "metaSchema": _link(links["metaSchema"], b"{}"),
        "schema": _link(links["schema"], schema),
        "requirements": asked["requirements"],
        "requirementsEnforced": asked["enforced"],
        "propertyGroups": grouped,
        "locale": asked["locale"],
        "marketplaceIds": [shop.id],
        "productType": product_type.code,
        "displayName": product_type.name,
        "productTypeVersion": {
            "version": hashlib.sha256(schema).hexdigest()[:12],
            "latest": True,
            "releaseCandidate": False,
        },
    }


def _link(url: str, content: bytes) -> dict[str, Any]:
    checksum = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    return {"link": {"resource": url, "verb": "GET"}, "checksum": checksum}
