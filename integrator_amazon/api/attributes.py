# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attributes of a listing: which entries are about the same thing, and how two states differ.

An attribute is a list of entries; its *selectors* (such as marketplace_id) identify what an entry
is about. Source: Listings Items API 2021-08-01, patch operations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .values import parse_time

Entry = Mapping[str, Any]
Entries = Sequence[Entry]
#: attribute name -> its entries.
Attributes = Mapping[str, Entries]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DEFAULT = ("marketplace_id", "language_tag")
#: attribute -> its selectors, where they are not the default ones.
SELECTORS: dict[str, tuple[str, ...]] = {
    "fulfillment_availability": ("fulfillment_channel_code",),
    "purchasable_offer": ("marketplace_id", "currency", "audience"),
    "child_parent_sku_relationship": ("marketplace_id", "child_relationship_type"),
}
#: Selectors of an entry that names none.
_MEANT = {"audience": "ALL"}
#: attribute -> fields of an entry that count; Amazon must not show others that were not sent.
OWN: dict[str, frozenset[str]] = {
    "purchasable_offer": frozenset({"discounted_price", "quantity_discount_plan"}),
    "fulfillment_availability": frozenset({"restock_date"}),
}
#: attribute -> fields of an entry that may be kept up elsewhere, such as in Seller Central; to
#: replace the entry without them would wipe them (amzn/selling-partner-api-models issue 4406).
FOREIGN: dict[str, frozenset[str]] = {
    "purchasable_offer": frozenset(
        {"minimum_seller_allowed_price", "maximum_seller_allowed_price", "map_price"}
    ),
    "fulfillment_availability": frozenset({"lead_time_to_ship_max_days"}),
}


def select(name: str, entry: Entry) -> dict[str, Any]:
    """Return the selectors of an entry, as a `delete` step has to name them."""
    keys = SELECTORS.get(name, _DEFAULT)
    found = {key: entry.get(key, _MEANT.get(key)) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def key(name: str, entry: Entry) -> tuple[Any, ...]:
    """Return what two entries have in common that are about the same thing."""
    return tuple(sorted(select(name, entry).items()))


def gone(known: Attributes, value: Attributes) -> dict[str, list[dict[str, Any]]]:
    """Return what was sent and is to be removed: attribute -> selectors of its entries."""
    found = {}
    for name, entries in known.items():
        kept = {key(name, entry) for entry in value.get(name) or ()}
        old = [select(name, entry) for entry in entries if key(name, entry) not in kept]
        if old:
            found[name] = old
    return found


def union(first: Attributes, second: Attributes) -> dict[str, list[Entry]]:
    """Return the entries of both; where both are about the same thing, those of `second`."""
    both = {name: list(entries) for name, entries in first.items()}
    for name, entries in second.items():
        replaced = {key(name, entry) for entry in entries}
        kept = [entry for entry in both.get(name, ()) if key(name, entry) not in replaced]
        both[name] = kept + list(entries)
    return both


def foreign(shown: Attributes) -> dict[str, list[dict[str, Any]]]:
    """Return what is shown of the fields that may be kept up elsewhere, by their selectors."""
    found = {}
    for name, fields in FOREIGN.items():
        entries = [
            select(name, entry) | {field: entry[field] for field in sorted(fields & entry.keys())}
            for entry in shown.get(name) or ()
            if fields & entry.keys()
        ]
        if entries:
            found[name] = entries
    return found


def keep(name: str, entry: Entry, before: Entries, others: Entries) -> dict[str, Any]:
    """Return an entry with what is maintained elsewhere, so that replacing it removes nothing.

    :param before: entries that were sent before; what was ours goes when it is not sent any more.
    :param others: of `foreign`.
    """
    mine = key(name, entry)
    ours = {field for old in before if key(name, old) == mine for field in old}
    kept = {
        field: value
        for other in others
        if key(name, other) == mine
        for field, value in other.items()
        if field in FOREIGN.get(name, ()) and field not in ours
    }
    return {**kept, **entry}


def shows(sent: Any, shown: Any) -> bool:
    """Return whether a shown value has all that was sent; an object may have more, a list not."""
    if isinstance(sent, Mapping):
        return isinstance(shown, Mapping) and all(
            shows(value, shown.get(name)) for name, value in sent.items()
        )
    if isinstance(sent, (list, tuple)):
        return (
            isinstance(shown, (list, tuple))
            and len(shown) == len(sent)
            and all(shows(mine, theirs) for mine, theirs in zip(sent, shown, strict=True))
        )
    if isinstance(sent, str) and isinstance(shown, str):
        return sent == shown or _same_time(sent, shown)
    return _plain(sent) == _plain(shown)


def _same_time(sent: str, shown: str) -> bool:
    """Return whether two texts name one moment, or a day and a moment of it."""
    try:
        moment = parse_time(shown)
        return shown.startswith(sent) if _DAY.fullmatch(sent) else parse_time(sent) == moment
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    """12.5 and 12.50 are one price, 3 and True are not one value."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def differences(value: Attributes, shown: Attributes, known: Attributes | None = None) -> list[str]:
    """Return the names of the attributes that do not show what was sent.

    :param value: what was sent: attribute -> entries.
    :param shown: the attributes as the Listings Items API gives them.
    :param known: what was sent before; what is in it and not in `value` must not be shown, be it a
        whole entry or a part of one.
    """
    before = known or {}
    names = [
        name
        for name, entries in value.items()
        if not _all_shown(name, entries, shown)
        or _left_over(name, entries, shown.get(name) or (), before.get(name) or ())
    ]
    for name, old in gone(before, value).items():
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


def leftovers(value: Attributes, shown: Attributes, known: Attributes | None = None) -> list[str]:
    """Return the names of fields of entries that are still shown although they were removed.

    :param value, shown, known: as of `differences`.
    """
    before = known or {}
    found = (
        _left_over(name, entries, shown.get(name) or (), before.get(name) or ())
        for name, entries in value.items()
    )
    return sorted(set().union(*found))


def _left_over(name: str, entries: Entries, shown: Entries, before: Entries) -> set[str]:
    found: set[str] = set()
    for other in shown:
        mine, old = (
            [entry for entry in some if key(name, entry) == key(name, other)]
            for some in (entries, before)
        )
        if len(mine) == 1 and len(old) < 2:
            counted = OWN.get(name, frozenset()).union(*old) - mine[0].keys()
            found |= counted & other.keys()
        elif mine and any(shows(entry, other) for entry in old):
            # one of several values, such as a bullet point
            if not any(shows(entry, other) for entry in mine):
                found.add(name)
    return found


# === FIGURES: the numbers that a section offers, by which guard rails measure it === #

#: The number that stands for a section: the price for everybody, the pieces that we ship.
FIRST = {"price": "price", "inventory": "quantity"}


def offered_figure(name: str, attributes: Attributes) -> Decimal | None:
    """Return the price for everybody, or the pieces that we ship.

    :param name: `price` or `inventory`; everything else has no such number.
    """
    return offered_figures(name, attributes).get(FIRST.get(name, ""))


def offered_figures(name: str, attributes: Attributes) -> dict[str, Decimal]:
    """Return every number at which something is sold, or the pieces that are.

    :param name: `price` or `inventory`; everything else has none.
    :return: `quantity`; or `price`, `sale`, `business`, `business sale` and, per quantity,
        `business from 10`, as far as they are offered.
    """
    reader = _READERS.get(name)
    return dict(reader(attributes)) if reader else {}


def _prices(attributes: Attributes) -> Iterator[tuple[str, Decimal]]:
    for offer in attributes.get("purchasable_offer") or ():
        business = offer.get("audience", "ALL") != "ALL"
        for field, word in (("our_price", ""), ("discounted_price", "sale")):
            words = ["business" if business else "", word]
            label = " ".join(filter(None, words)) or "price"
            for step in _steps(offer, field):
                yield from _figure(label, step.get("value_with_tax"))
        for step in _steps(offer, "quantity_discount_plan"):
            for level in step.get("levels") or ():
                yield from _figure(f"business from {level.get('lower_bound')}", level.get("value"))


def _steps(offer: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    for price in offer.get(field) or ():
        yield from price.get("schedule") or ()


def _pieces(attributes: Attributes) -> Iterator[tuple[str, Decimal]]:
    for entry in attributes.get("fulfillment_availability") or ():
        if entry.get("fulfillment_channel_code", "DEFAULT") == "DEFAULT":
            yield from _figure("quantity", entry.get("quantity"))


def _figure(label: str, value: Any) -> Iterator[tuple[str, Decimal]]:
    """Return a figure that Amazon shows, which may be no number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return
    if number.is_finite():
        yield label, number


_READERS: dict[str, Callable[[Attributes], Iterator[tuple[str, Decimal]]]] = {
    "price": _prices,
    "inventory": _pieces,
}
