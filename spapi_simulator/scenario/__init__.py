# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo orders: the same input always gives the same orders, and their arithmetic holds exactly.

Per item the breakdowns add up to proceedsTotal; over the items proceedsTotal adds up to
grandTotal.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ..marketplaces import MARKETPLACES
from ..state.listing_view import price, statuses
from ..state.listings import Listing
from .draft import Draft
from .kinds import KINDS
from .rarer_kinds import RARER_KINDS

# Close enough that sixty orders are not late before anybody has seen them.
MINUTES_BETWEEN = 11
# Above 1: a seller whose orders become more.
_GROWTH = 1.2


def build_demo_orders(
    listings: list[dict[str, Any]],
    count: int = 60,
    marketplace_id: str = "A1PA6795UKMFR9",
    now: datetime | None = None,
    seed: int = 1,
) -> list[dict[str, Any]]:
    """Return orders in the form of the Orders API 2026-01-01.

    :param listings: what is sold: {"sku", "asin", "title", "price": Decimal, consumer price}.
    :param count: how many orders; the kinds of order take turns.
    :param marketplace_id: where they are placed.
    :param now: timezone-aware moment at which the orders were last updated; default: the present.
    :param seed: another seed gives other order ids.
    :raise ValueError: when there is nothing to sell.
    """
    return [order for _kind, order in build_demo(listings, count, marketplace_id, now, seed)]


def build_demo(
    listings: list[dict[str, Any]],
    count: int = 60,
    marketplace_id: str = "A1PA6795UKMFR9",
    now: datetime | None = None,
    seed: int = 1,
    kinds: Sequence[str] | None = None,
    days: int = 1,
) -> list[tuple[str, dict[str, Any]]]:
    """Return the same orders as :func:`build_demo_orders`, each with the name of its kind.

    :param kinds: names of kinds, rarer ones too; None takes the usual ones.
    :param days: over how many days they were placed, more of them lately; those of earlier days
        were promised for today, so that none is late.
    :raise ValueError: when there is nothing to sell, or for an unknown kind.
    """
    if not listings:
        raise ValueError("there is nothing to sell")
    known = {**KINDS, **RARER_KINDS}
    names = list(KINDS if kinds is None else kinds)
    if not names or set(names) - set(known):
        raise ValueError(f"there are the kinds {', '.join(known)}")
    present = now or datetime.now(timezone.utc)
    chance = random.Random(f"{seed}/{marketplace_id}")
    orders = []
    for number in range(count):
        kind = names[number % len(names)]
        created = present - timedelta(minutes=15 + MINUTES_BETWEEN * number)
        draft = Draft(listings, MARKETPLACES[marketplace_id], number, created, present, chance)
        draft.placed = created - timedelta(days=int(days * (number / count) ** _GROWTH))
        known[kind](draft)
        orders.append((kind, draft.order()))
    return orders


def listing_rows(listings: Iterable[Listing], marketplace_id: str) -> list[dict[str, Any]]:
    """Return what can be bought in a marketplace as {"sku", "asin", "title", "price"}."""
    rows = []
    for listing in listings:
        amount = price(listing, marketplace_id)
        if "BUYABLE" in statuses(listing, marketplace_id) and amount is not None:
            title = listing.first("item_name", marketplace_id).get("value") or listing.sku
            row = {"sku": listing.sku, "asin": listing.asin, "title": title, "price": amount}
            rows.append(row)
    return sorted(rows, key=lambda row: row["sku"])
