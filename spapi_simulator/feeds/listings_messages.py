# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shape of a message in a JSON listings feed: which operation needs and forbids what."""

from __future__ import annotations

from typing import Any

_LARGEST_ID = 2147483647
# operationType -> (needed, forbidden), from Amazon's listings feed schema v2
_RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "UPDATE": (("productType", "attributes"), ("patches",)),
    "PARTIAL_UPDATE": (("productType", "attributes"), ("requirements", "patches")),
    "PATCH": (("productType", "patches"), ("requirements", "attributes")),
    "DELETE": ((), ("requirements", "attributes", "productType", "patches")),
}


class MessageProblem(Exception):
    """A message that does not fit the schema."""


def shape_problem(message: Any, seen: set[int]) -> str:
    """Return what is wrong with a message, or an empty text.

    :param seen: the message ids so far; the message's own is added.
    """
    if not isinstance(message, dict):
        return "Invalid parameters provided: a message must be an object."
    number = message.get("messageId")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= _LARGEST_ID:
        return "Invalid parameters provided: messageId must be a number from 1 to 2147483647."
    if number in seen:
        return f"Invalid parameters provided: messageId {number} is used more than once."
    seen.add(number)
    if not isinstance(message.get("sku"), str) or not message["sku"]:
        return "Invalid parameters provided: sku is required."
    rule = _RULES.get(str(message.get("operationType")))
    return _rule_problem(message, rule) if rule else "Invalid parameters provided: operationType."


def _rule_problem(message: dict[str, Any], rule: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    needed, forbidden = rule
    lacking = [name for name in needed if not message.get(name)]
    surplus = [name for name in forbidden if name in message]
    if lacking or surplus:
        names = ", ".join([*lacking, *surplus])
        return f"Invalid parameters provided for {message['operationType']}: {names}."
    good = isinstance(message.get("attributes", {}), dict) and _patches_fit(
        message.get("patches", [])
    )
    return "" if good else "Invalid parameters provided: attributes or patches."


def _patches_fit(patches: Any) -> bool:
    operations = ("add", "replace", "merge", "delete")
    return isinstance(patches, list) and all(
        isinstance(patch, dict) and patch.get("op") in operations and "path" in patch
        for patch in patches
    )
