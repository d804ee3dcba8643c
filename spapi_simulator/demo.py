# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo orders for what a seller has listed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .scenario import build_demo, listing_rows
from .steering import merchant_id

if TYPE_CHECKING:
    from .world import World


def add(
    world: World,
    count: int = 60,
    marketplace_id: str = "A1PA6795UKMFR9",
    listings: list[dict[str, Any]] | None = None,
    seller: str | None = None,
    seed: int = 1,
) -> dict[str, list[str]]:
    """Add demo orders and return their ids per kind.

    :param listings: {"sku", "asin", "title", "price"} of what is sold; None takes what the seller
        has listed in the marketplace.
    :param seed: another seed gives other order ids.
    :raise ValueError: when there is nothing to sell.
    """
    world.settle()
    owner = merchant_id(world, seller)
    rows = listings or listing_rows(world.listings.all(owner), marketplace_id)
    typed = [{**row, "price": Decimal(str(row["price"]))} for row in rows]
    kinds: dict[str, list[str]] = {}
    for kind, order in build_demo(typed, count, marketplace_id, world.now(), seed):
        stored = world.orders.add(order, owner, world.now())
        kinds.setdefault(kind, []).append(stored.order_id)
    return kinds
