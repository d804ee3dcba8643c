# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merges listing attributes as Amazon does.

An attribute is a list of entries; its *selectors* (such as marketplace_id or
fulfillment_channel_code) identify what an entry is about. Source: Listings Items API, patch
operations; amzn/selling-partner-api-models issues 2061 and 4406.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any

Entries = list[dict[str, Any]]

_DEFAULT = ("marketplace_id", "language_tag")
SELECTORS: dict[str, tuple[str, ...]] = {
    "fulfillment_availability": ("fulfillment_channel_code",),
    "purchasable_offer": ("marketplace_id", "currency", "audience"),
    "child_parent_sku_relationship": ("marketplace_id", "child_relationship_type"),
}
_MEANT = {"audience": "ALL"}


def selector(name: str, entry: dict[str, Any]) -> tuple[Any, ...]:
    """Return the values of the selectors of an entry of attribute `name`."""
    keys = SELECTORS.get(name, _DEFAULT)
    return tuple(entry.get(key, _MEANT.get(key)) for key in keys)


def put(name: str, current: Entries, given: Entries) -> Entries:
    """Return the entries after `replace` or `add`: those with the same selectors give way whole."""
    taken = {selector(name, entry) for entry in given}
    kept = [entry for entry in current if selector(name, entry) not in taken]
    return kept + copy.deepcopy(given)


def merge(name: str, current: Entries, given: Entries) -> Entries:
    """Return the entries after `merge`: fields that are not given stay as they are."""
    result = copy.deepcopy(current)
    for entry in given:
        key = selector(name, entry)
        found = next((row for row in result if selector(name, row) == key), None)
        if found is None:
            result.append(copy.deepcopy(entry))
        else:
            found.update(copy.deepcopy(entry))
    return result


def delete(name: str, current: Entries, given: Entries) -> Entries:
    """Return the entries after `delete`: without a value all go, else those with its selectors."""
    if not given:
        return []
    gone = {selector(name, entry) for entry in given}
    return [entry for entry in current if selector(name, entry) not in gone]


def keep_fields(
    attributes: dict[str, Entries], before: dict[str, Entries], fields: Collection[str]
) -> None:
    """Put fields back that a change took out of entries which are still there.

    Sellers report it of sale prices (amzn/selling-partner-api-models issues 4134, 4349, 5235).
    """
    if not fields:
        return
    for name, rows in attributes.items():
        known = {selector(name, entry): entry for entry in before.get(name, ())}
        for entry in rows:
            old = known.get(selector(name, entry), {})
            entry.update({key: old[key] for key in fields if key in old and key not in entry})


OPERATIONS = {"add": put, "replace": put, "merge": merge, "delete": delete}


def of_marketplaces(attributes: dict[str, Entries], marketplace_ids: set[str]) -> dict[str, Any]:
    """Return what the attributes say for some marketplaces; entries without one count for all."""
    shown = {
        name: [row for row in rows if row.get("marketplace_id") in marketplace_ids | {None}]
        for name, rows in attributes.items()
    }
    return {name: copy.deepcopy(rows) for name, rows in shown.items() if rows}
