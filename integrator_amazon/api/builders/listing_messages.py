# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The JSON_LISTINGS_FEED: its messages, one per listing and section, and its document.

Source: Amazon's listings feed message schema, version 2. A feed names no marketplace per message:
createFeed does, and the attributes repeat it inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..attributes import Attributes, Entries, Entry, gone, keep, key, select
from ..values import dump_json, jsonable
from .build_error import BuildError, check_choice, check_text, check_unique, check_whole

# === MESSAGES === #

Message = dict[str, Any]
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
REQUIREMENTS = frozenset({"LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"})


def build_product_message(
    message_id: int,
    sku: str,
    product_type: str,
    attributes: Mapping[str, Sequence[Any]],
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
    check_whole("message_id", message_id)
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


# === MESSAGES OF SECTIONS === #
#
# Built from the present values and what Amazon was sent before. The same functions serve sending
# and preview, and their results depend on nothing else: what is previewed is byte-equal to what is
# sent.

#: The one field that Amazon merges into an entry, so that nothing else of it changes
#: ("Merge a listing"); `replace` wipes what it does not name.
MERGED = {"fulfillment_availability": "quantity"}


@dataclass(frozen=True)
class Known:
    """The state of a section at Amazon.

    :param exists: whether the SKU is listed; what is not has to be sent as a whole.
    :param sure: whether `attributes` is what Amazon showed; then only what changed is sent.
    :param attributes: what it was sent before, empty when nothing.
    :param others: what Amazon shows that is maintained elsewhere, see `attributes.foreign`.
    :param requirements: LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY.
    """

    exists: bool = False
    sure: bool = False
    attributes: Attributes = field(default_factory=dict)
    requirements: str = "LISTING"
    others: Attributes = field(default_factory=dict)


def build_section_message(
    name: str, message_id: int, sku: str, product_type: str, value: Attributes, known: Known
) -> Message:
    """Return the message of one section.

    :param name: `product`, `inventory`, `price`, `image`, `relationship` or `shipping`.
    :param message_id: 1 … 2147483647, unique in the feed.
    :param value: attribute -> entries. An empty value takes away what was sent.
    :raise BuildError: naming the field that is wrong; also when there is nothing to say.
    """
    _check_value(value)
    if name == "product" and not known.exists:
        return build_product_message(message_id, sku, product_type, value, known.requirements)
    steps = build_steps(value, known)
    if not steps:
        raise BuildError(name, "has nothing to say")
    return patch_message(message_id, sku, product_type, steps)


def build_closing_message(message_id: int, sku: str, product_type: str, delete: bool) -> Message:
    """Return the message that closes an offer: it goes, or no piece of it is left."""
    if delete:
        return build_delete_message(message_id, sku)
    none = {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
    steps = [patch_step("merge", "fulfillment_availability", [none])]
    return patch_message(message_id, sku, product_type, steps)


def build_steps(value: Attributes, known: Known) -> list[dict[str, Any]]:
    """Return the steps of a patch from what was sent to the present values."""
    steps = []
    for name, entries in value.items():
        before = known.attributes.get(name) or ()
        if known.sure and before == entries:
            continue
        if _is_merged(name, entries, before, known.sure):
            merged = [select(name, entry) | _amount(name, entry) for entry in entries]
            steps.append(patch_step("merge", name, merged))
        else:
            others = known.others.get(name) or ()
            kept = [keep(name, entry, before, others) for entry in entries]
            steps.append(patch_step("replace", name, kept))
    old = gone(known.attributes, value)
    return steps + [patch_step("delete", name, entries) for name, entries in old.items()]


def _is_merged(name: str, entries: Entries, before: Entries, sure: bool) -> bool:
    """Return whether nothing but the one field is said, or nothing but it has changed."""
    if not all(_amount(name, entry) for entry in entries):
        return False
    rest = {key(name, entry): _rest(name, entry) for entry in entries}
    rest_before = {key(name, entry): _rest(name, entry) for entry in before}
    is_same = all(rest_before.get(one, {}) == fields for one, fields in rest.items())
    return is_same and (sure or not any(rest.values()))


def _amount(name: str, entry: Entry) -> dict[str, Any]:
    """The field of an entry that can be merged."""
    merged = MERGED.get(name)
    return {merged: entry[merged]} if merged and merged in entry else {}


def _rest(name: str, entry: Entry) -> dict[str, Any]:
    """Return what an entry has beside its selectors and the field that can be merged."""
    left = {MERGED.get(name), *select(name, entry)}
    return {field: value for field, value in entry.items() if field not in left}


def _check_value(value: Mapping[str, Any]) -> None:
    if not value:
        return
    check_attributes(value)
    for name, entries in value.items():
        if not entries:
            raise BuildError(name, "has no value")


# === THE FEED === #

#: Limits of the changelog of the Feeds API (2025-05-06) and of its best practices.
MAX_MESSAGES = 25_000
API = "2021-08-01"
MAX_BYTES = 10 * 1024 * 1024


def build_listings_feed(
    seller_id: str,
    messages: Sequence[Message],
    issue_locale: str = "en_US",
    included: Sequence[str] = (),
) -> bytes:
    """Return the bytes of a listings feed.

    :param seller_id: the merchant id.
    :param messages: from the `build_…` functions; 1 … 25,000, each with an id of its own.
    :param issue_locale: language of Amazon's remarks.
    :param included: parts of the listings that the report shall show, such as `attributes`: they
        are what a read-back would give, without a call for it (Amazon's feed schema, 2025-03).
    :raise BuildError: naming the field that is wrong; `messages` when there are too many or they
        are too large together.
    """
    check_text("seller_id", seller_id)
    check_text("issue_locale", issue_locale)
    if not 1 <= len(messages) <= MAX_MESSAGES:
        raise BuildError("messages", f"{len(messages)} of them, allowed are 1 to {MAX_MESSAGES}")
    for message in messages:
        check_whole("messageId", message["messageId"])
    check_unique("messageId", (message["messageId"] for message in messages))
    header = {
        "sellerId": seller_id,
        "version": "2.0",
        "issueLocale": issue_locale,
        **({"report": {"includedData": list(included), "apiVersion": API}} if included else {}),
    }
    content = dump_json({"header": header, "messages": messages})
    if len(content) > MAX_BYTES:
        raise BuildError("messages", f"{len(content)} bytes, allowed are {MAX_BYTES}")
    return content
