# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The message of a listing's section, out of what is meant and what Amazon was told before.

The same functions serve sending and preview, and their results depend on nothing else: what is
previewed is byte-equal to what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..attributes import Attributes, gone
from .build_error import BuildError
from .listing_messages import (
    Message,
    build_delete_message,
    build_product_message,
    check_attributes,
    patch_message,
    patch_step,
)

#: Attributes of which only the fields that are named change (2025-06-16); `replace` would wipe
#: the others (amzn/selling-partner-api-models issue 4406).
MERGED = frozenset({"fulfillment_availability"})


@dataclass(frozen=True)
class Told:
    """What Amazon knows of a section.

    :param exists: whether the SKU is listed; what is not has to be told as a whole.
    :param sure: whether `attributes` is what Amazon showed; then only what changed is sent.
    :param attributes: what it was told before, empty when nothing.
    :param requirements: LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY.
    """

    exists: bool = False
    sure: bool = False
    attributes: Attributes = field(default_factory=dict)
    requirements: str = "LISTING"


def build_section_message(
    name: str, message_id: int, sku: str, product_type: str, value: Attributes, told: Told
) -> Message:
    """Return the message of one section (001-01 … 001-16).

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
    """Return the message that closes an offer: it goes, or no piece of it is left (001-42)."""
    if delete:
        return build_delete_message(message_id, sku)
    none = {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
    steps = [patch_step("merge", "fulfillment_availability", [none])]
    return patch_message(message_id, sku, product_type, steps)


def build_steps(value: Attributes, told: Told) -> list[dict[str, Any]]:
    """Return the steps of a patch that lead from what was told to what is meant."""
    steps = []
    for name, entries in value.items():
        before = told.attributes.get(name)
        if not told.sure or before != entries:
            operation = "merge" if _is_merged(name, entries, before) else "replace"
            steps.append(patch_step(operation, name, list(entries)))
    old = gone(told.attributes, value)
    return steps + [patch_step("delete", name, entries) for name, entries in old.items()]


def _is_merged(name: str, entries: Any, before: Any) -> bool:
    """Whether nothing has to be taken out of the entries that are there."""
    lost = {key for entry in before or () for key in entry} - {key for e in entries for key in e}
    return name in MERGED and not lost


def _check_value(value: Mapping[str, Any]) -> None:
    if not value:
        return
    check_attributes(value)
    for name, entries in value.items():
        if not entries:
            raise BuildError(name, "has no value")
