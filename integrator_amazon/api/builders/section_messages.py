# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The message of a listing's section, out of what is meant and what Amazon was told before.

The same functions serve sending and preview, and their results depend on nothing else: what is
previewed is byte-equal to what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..attributes import Attributes, Entries, Entry, gone, keep, key, select
from .build_error import BuildError
from .listing_messages import (
    Message,
    build_delete_message,
    build_product_message,
    check_attributes,
    patch_message,
    patch_step,
)

#: The one field that Amazon merges into an entry, so that nothing else of it changes
#: ("Merge a listing"); `replace` wipes what it does not name.
MERGED = {"fulfillment_availability": "quantity"}


@dataclass(frozen=True)
class Told:
    """What Amazon knows of a section.

    :param exists: whether the SKU is listed; what is not has to be told as a whole.
    :param sure: whether `attributes` is what Amazon showed; then only what changed is sent.
    :param attributes: what it was told before, empty when nothing.
    :param others: what Amazon shows that is kept up elsewhere, see `attributes.foreign`.
    :param requirements: LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY.
    """

    exists: bool = False
    sure: bool = False
    attributes: Attributes = field(default_factory=dict)
    requirements: str = "LISTING"
    others: Attributes = field(default_factory=dict)


def build_section_message(
    name: str, message_id: int, sku: str, product_type: str, value: Attributes, told: Told
) -> Message:
    """Return the message of one section.

    :param name: `product`, `inventory`, `price`, `image`, `relationship` or `shipping`.
    :param message_id: 1 … 2147483647, unique in the feed.
    :param value: attribute -> entries. An empty value takes away what was told.
    :raise BuildError: naming the field that is wrong; also when there is nothing to say.
    """
    _check_value(value)
    if name == "product" and not told.exists:
        return build_product_message(message_id, sku, product_type, value, told.requirements)
    steps = build_steps(value, told)
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


def build_steps(value: Attributes, told: Told) -> list[dict[str, Any]]:
    """Return the steps of a patch that lead from what was told to what is meant."""
    steps = []
    for name, entries in value.items():
        before = told.attributes.get(name) or ()
        if told.sure and before == entries:
            continue
        if _is_merged(name, entries, before, told.sure):
            merged = [select(name, entry) | _amount(name, entry) for entry in entries]
            steps.append(patch_step("merge", name, merged))
        else:
            others = told.others.get(name) or ()
            kept = [keep(name, entry, before, others) for entry in entries]
            steps.append(patch_step("replace", name, kept))
    old = gone(told.attributes, value)
    return steps + [patch_step("delete", name, entries) for name, entries in old.items()]


def _is_merged(name: str, entries: Entries, before: Entries, sure: bool) -> bool:
    """Whether nothing but the one field is said, or nothing but it has changed."""
    if not all(_amount(name, entry) for entry in entries):
        return False
    rest = {key(name, entry): _rest(name, entry) for entry in entries}
    known = {key(name, entry): _rest(name, entry) for entry in before}
    said = any(rest.values())
    return all(known.get(one, {}) == fields for one, fields in rest.items()) and (sure or not said)


def _amount(name: str, entry: Entry) -> dict[str, Any]:
    """The field of an entry that can be merged."""
    return {field: entry[field] for field in {MERGED.get(name)} & entry.keys()}


def _rest(name: str, entry: Entry) -> dict[str, Any]:
    """What an entry says beside its selectors and the field that can be merged."""
    left = {MERGED.get(name), *select(name, entry)}
    return {field: value for field, value in entry.items() if field not in left}


def _check_value(value: Mapping[str, Any]) -> None:
    if not value:
        return
    check_attributes(value)
    for name, entries in value.items():
        if not entries:
            raise BuildError(name, "has no value")
