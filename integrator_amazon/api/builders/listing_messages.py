# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of a JSON_LISTINGS_FEED, one per listing and section.

Source: Amazon's listings feed message schema, version 2. A feed names no marketplace per message:
createFeed does, and the attributes repeat it inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..json_values import jsonable
from .build_error import BuildError, check_choice, check_text, check_whole

Message = dict[str, Any]
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
REQUIREMENTS = frozenset({"LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"})


def build_product_message(
    message_id: int,
    sku: str,
    product_type: str,
    attributes: Mapping[str, list[Any]],
    requirements: str = "LISTING",
    partial: bool = False,
) -> Message:
    """Return the message of a product section.

    :param message_id: 1 … 2147483647, unique in the feed.
    :param attributes: Amazon's attributes, by the product type definition. What is not in them
        is removed at Amazon.
    :param requirements: LISTING (product and offer), LISTING_PRODUCT_ONLY (a parent), or
        LISTING_OFFER_ONLY (an offer on an existing ASIN).
    :param partial: replace only the attributes that are named.
    :raise BuildError: naming the field that is wrong.
    """
    check_attributes(attributes)
    check_choice("requirements", requirements, REQUIREMENTS)
    operation = "PARTIAL_UPDATE" if partial else "UPDATE"
    message = start_message(message_id, sku, operation, product_type)
    if not partial:
        message["requirements"] = requirements
    return {**message, "attributes": jsonable(attributes)}


def build_delete_message(message_id: int, sku: str) -> Message:
    """Return the message that takes a SKU off all marketplaces of the feed.

    :raise BuildError: naming the field that is wrong.
    """
    return start_message(message_id, sku, "DELETE")


def build_patch_body(message: Message) -> dict[str, Any]:
    """Return the body of patchListingsItem that says the same as a PATCH message of a feed.

    :raise BuildError: for a message of another kind.
    """
    if message.get("operationType") != "PATCH":
        raise BuildError("operationType", "is not PATCH")
    return {"productType": message["productType"], "patches": message["patches"]}


def build_single_call(message: Message) -> tuple[str, dict[str, Any]]:
    """Return the operation and its body that say alone what a message of a feed says.

    :raise BuildError: for a message that closes a listing, which has no body.
    """
    if message.get("operationType") != "UPDATE":
        return "patchListingsItem", build_patch_body(message)
    body = {name: message[name] for name in ("productType", "requirements", "attributes")}
    return "putListingsItem", body


def start_message(message_id: int, sku: str, operation: str, product_type: str = "") -> Message:
    """Return the beginning that all messages share.

    :raise BuildError: naming the field that is wrong.
    """
    check_whole("message_id", message_id, 1)
    check_text("sku", sku)
    message: Message = {"messageId": message_id, "sku": sku, "operationType": operation}
    if operation != "DELETE":
        check_text("product_type", product_type)
        message["productType"] = product_type
    return message


def patch_message(
    message_id: int, sku: str, product_type: str, steps: list[dict[str, Any]]
) -> Message:
    """Return a PATCH message of some steps.

    :raise BuildError: naming the field that is wrong.
    """
    message = start_message(message_id, sku, "PATCH", product_type)
    return {**message, "patches": jsonable(steps)}


def patch_step(operation: str, attribute: str, value: list[Any]) -> dict[str, Any]:
    """Return one step of a patch.

    :param value: entries; of a deletion their selectors, as Amazon deletes nothing by name alone.
    """
    return {"op": operation, "path": f"/attributes/{attribute}", "value": value}


def check_attributes(attributes: Mapping[str, Any]) -> None:
    """Check that attributes are there, by names that a patch can name, each with a list or None.

    :raise BuildError: naming what is wrong.
    """
    if not isinstance(attributes, Mapping) or not attributes:
        raise BuildError("attributes", "is empty")
    for name, value in attributes.items():
        if not _ATTRIBUTE.fullmatch(name):
            raise BuildError("attributes", f"{name!r} is not the name of an attribute")
        if value is not None and not isinstance(value, list):
            raise BuildError("attributes", f"the value of {name} is not a list")
