# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo orders for what a seller has listed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .engine import advance
from .scenario import build_demo, listing_rows
from .steering import merchant_id

if TYPE_CHECKING:
    from .world import World

_USUAL_COUNT = 60


def add(
    world: World,
    count: int | None = None,
    marketplace_id: str = "A1PA6795UKMFR9",
    listings: list[dict[str, Any]] | None = None,
    seller: str | None = None,
    seed: int = 1,
    kinds: list[str] | None = None,
    days: int = 1,
) -> dict[str, list[str]]:
    """Add demo orders and return their ids per kind.

    :param count: how many; None: 60, or one of each of `kinds`.
    :param listings: {"sku", "asin", "title", "price"} of what is sold; None takes what the seller
        has listed in the marketplace.
    :param seed: another seed gives other order ids.
    :param kinds: names out of `scenario.kinds.KINDS` and `scenario.rarer_kinds.RARER_KINDS`; None
        takes the former in turn.
    :param days: over how many days they were placed, today the last of them.
    :raise ValueError: when there is nothing to sell, or for an unknown kind.
    """
    advance(world)
    owner = merchant_id(world, seller)
    rows = listings or listing_rows(world.listings.all(owner), marketplace_id)
    typed = [{**row, "price": Decimal(str(row["price"]))} for row in rows]
    count = count if count is not None else len(kinds or ()) or _USUAL_COUNT
    made: dict[str, list[str]] = {}
    for kind, order in build_demo(typed, count, marketplace_id, world.now(), seed, kinds, days):
        stored = world.orders.add(order, owner, world.now())
        made.setdefault(kind, []).append(stored.order_id)
    return made
