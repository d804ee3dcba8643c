# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of a JSON_LISTINGS_FEED, one per listing and section.

Source: Amazon's listings feed message schema, version 2. A feed names no marketplace per message:
createFeed does, and the attributes repeat it inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..json_values import jsonable
from .build_error import BuildError, check_choice, check_text, check_whole

Message = dict[str, Any]
#: The product type that stands for any, when only the offer is told.
ANY_PRODUCT_TYPE = "PRODUCT"
REQUIREMENTS = frozenset({"LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"})


@dataclass(frozen=True)
class ProductUpdate:
    """A listing as it shall be: attributes that are not in it are removed at Amazon.

    :param message_id: 1 … 2147483647, unique in the feed.
    :param attributes: Amazon's attributes, by the product type definition.
    :param requirements: LISTING (product and offer), LISTING_PRODUCT_ONLY (a parent), or
        LISTING_OFFER_ONLY (an offer on an existing ASIN).
    :param partial: replace only the attributes that are named.
    """

    message_id: int
    sku: str
    product_type: str
    attributes: Mapping[str, list[Any]]
    requirements: str = "LISTING"
    partial: bool = False


@dataclass(frozen=True)
class InventoryPatch:
    """What we have in stock of one listing that we ship ourselves.

    :param quantity: units, 0 or more.
    :param lead_time_days: days from order to hand-over; None leaves Amazon's value as it is.
    :param restock_date: when more will come; None leaves Amazon's value as it is.
    """

    message_id: int
    sku: str
    quantity: int
    product_type: str = ANY_PRODUCT_TYPE
    lead_time_days: int | None = None
    restock_date: date | None = None


@dataclass(frozen=True)
class AttributesPatch:
    """Single attributes of one listing: images, relationship, shipping group, …

    :param attributes: attribute -> its new value; None deletes the attribute.
    """

    message_id: int
    sku: str
    attributes: Mapping[str, list[Any] | None]
    product_type: str = ANY_PRODUCT_TYPE


def build_product_message(update: ProductUpdate) -> Message:
    """Return the message of a product section (001-01, 001-02).

    :raise BuildError: naming the field that is wrong.
    """
    if not update.attributes:
        raise BuildError("attributes", "is empty")
    check_choice("requirements", update.requirements, REQUIREMENTS)
    operation = "PARTIAL_UPDATE" if update.partial else "UPDATE"
    message = start_message(update.message_id, update.sku, operation, update.product_type)
    if not update.partial:
        message["requirements"] = update.requirements
    return {**message, "attributes": jsonable(update.attributes)}


def build_inventory_patch(patch: InventoryPatch) -> Message:
    """Return the message of an inventory section (001-04 … 001-06).

    `merge` with the selector `fulfillment_channel_code` changes only what is named; `replace`
    would wipe the lead time out.

    :raise BuildError: naming the field that is wrong.
    """
    check_whole("quantity", patch.quantity, 0)
    value: dict[str, Any] = {"fulfillment_channel_code": "DEFAULT", "quantity": patch.quantity}
    if patch.lead_time_days is not None:
        check_whole("lead_time_days", patch.lead_time_days, 0, 365)
        value["lead_time_to_ship_max_days"] = patch.lead_time_days
    if patch.restock_date is not None:
        value["restock_date"] = write_day("restock_date", patch.restock_date)
    return patch_message(patch, [patch_step("merge", "fulfillment_availability", [value])])


def build_attributes_patch(patch: AttributesPatch) -> Message:
    """Return the message of image, relationship and shipping sections (001-10 … 001-15).

    :raise BuildError: naming the field that is wrong.
    """
    if not patch.attributes:
        raise BuildError("attributes", "is empty")
    steps = [
        patch_step("delete", name, None) if value is None else patch_step("replace", name, value)
        for name, value in patch.attributes.items()
    ]
    return patch_message(patch, steps)


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


def patch_message(patch: Any, steps: list[dict[str, Any]]) -> Message:
    """Return a PATCH message of some steps."""
    message = start_message(patch.message_id, patch.sku, "PATCH", patch.product_type)
    return {**message, "patches": jsonable(steps)}


def patch_step(operation: str, attribute: str, value: list[Any] | None) -> dict[str, Any]:
    """Return one step of a patch; only whole attributes can be named."""
    check_text("attribute", attribute)
    step: dict[str, Any] = {"op": operation, "path": f"/attributes/{attribute}"}
    return step if value is None else {**step, "value": value}


def write_day(field: str, value: date) -> str:
    """Return a day as ISO 8601.

    :raise BuildError: naming the field, for what is no date.
    """
    if not isinstance(value, date):
        raise BuildError(field, "is not a date")
    return value.strftime("%Y-%m-%d")
