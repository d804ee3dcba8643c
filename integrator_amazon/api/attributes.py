# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attributes of a listing: which entries are about the same thing, and how two states differ.

An attribute is a list of entries; its *selectors* (such as marketplace_id) tell which entries are
about the same thing. Source: Listings Items API 2021-08-01, patch operations (FACTS §5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Entry = Mapping[str, Any]
Entries = Sequence[Entry]
#: attribute name -> its entries.
Attributes = Mapping[str, Entries]

_DEFAULT = ("marketplace_id", "language_tag")
#: attribute -> the fields that tell its entries apart, where they are not the default ones.
SELECTORS: dict[str, tuple[str, ...]] = {
    "fulfillment_availability": ("fulfillment_channel_code",),
    "purchasable_offer": ("marketplace_id", "currency", "audience"),
    "child_parent_sku_relationship": ("marketplace_id", "child_relationship_type"),
}
#: What an entry means that does not name a selector.
_MEANT = {"audience": "ALL"}


def select(name: str, entry: Entry) -> dict[str, Any]:
    """Return the selectors of an entry, as a `delete` step has to name them."""
    keys = SELECTORS.get(name, _DEFAULT)
    found = {key: entry.get(key, _MEANT.get(key)) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def key(name: str, entry: Entry) -> tuple[Any, ...]:
    """Return what two entries have in common that are about the same thing."""
    return tuple(sorted(select(name, entry).items()))


def gone(known: Attributes, value: Attributes) -> dict[str, list[dict[str, Any]]]:
    """Return what was told and is not meant any more: attribute -> selectors of its entries."""
    found = {}
    for name, entries in known.items():
        kept = {key(name, entry) for entry in value.get(name) or ()}
        old = [select(name, entry) for entry in entries if key(name, entry) not in kept]
        if old:
            found[name] = old
    return found


def union(first: Attributes, second: Attributes) -> dict[str, list[Entry]]:
    """Return the entries of both; where both speak of the same thing, those of `second`."""
    both = {name: list(entries) for name, entries in first.items()}
    for name, entries in second.items():
        told = {key(name, entry) for entry in entries}
        kept = [entry for entry in both.get(name, ()) if key(name, entry) not in told]
        both[name] = kept + list(entries)
    return both


def shows(told: Any, shown: Any) -> bool:
    """Tell whether a shown value says all that was told; it may say more."""
    if isinstance(told, Mapping):
        return isinstance(shown, Mapping) and all(
            shows(value, shown.get(name)) for name, value in told.items()
        )
    if isinstance(told, (list, tuple)):
        return (
            isinstance(shown, (list, tuple))
            and len(shown) >= len(told)
            and all(shows(mine, theirs) for mine, theirs in zip(told, shown, strict=False))
        )
    return _plain(told) == _plain(shown)


def _plain(value: Any) -> Any:
    """12.5 and 12.50 are one price, 3 and True are not one value."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def differences(value: Attributes, shown: Attributes, known: Attributes | None = None) -> list[str]:
    """Return the names of the attributes that do not show what was told.

    :param value: what was told: attribute -> entries.
    :param shown: the attributes as the Listings Items API gives them.
    :param known: what was told before; what is in it and not in `value` must not be shown.
    """
    names = [name for name, entries in value.items() if not _all_shown(name, entries, shown)]
    for name, old in gone(known or {}, value).items():
        left = {key(name, entry) for entry in shown.get(name) or ()}
        if name not in names and any(key(name, entry) in left for entry in old):
            names.append(name)
    return names


def _all_shown(name: str, entries: Entries, shown: Attributes) -> bool:
    found: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in shown.get(name) or ():
        found.setdefault(key(name, entry), []).append(entry)
    return all(
        any(shows(entry, other) for other in found.get(key(name, entry), ())) for entry in entries
    )
