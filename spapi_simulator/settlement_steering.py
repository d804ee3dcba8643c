# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Control of settlements by tests and demos, behind Amazon's back.

Every function expects the world's lock to be held.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .engine import advance
from .marketplaces import MARKETPLACES
from .settlements import charges, closing, year
from .settlements.transactions import payout, trace_id
from .state.ledger import Event, Settlement
from .steering import merchant_id
from .times import format_time, parse_time

if TYPE_CHECKING:
    from .world import World

GERMANY = "A1PA6795UKMFR9"


def add_charge(world: World, name: str, seller: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Add a charge by its name, see `Simulator.add_charge`."""
    advance(world)
    given = {"marketplace_id": GERMANY, **values}
    return _event(charges.add_charge(world, merchant_id(world, seller), name, given))


def charge_debt(world: World, seller: Any, marketplace_id: str, parts: int) -> list[dict[str, Any]]:
    """Let Amazon charge the card for what is owed."""
    advance(world)
    owner = merchant_id(world, seller)
    return [_event(row) for row in charges.charge_debt(world, owner, marketplace_id, parts)]


def close(
    world: World,
    seller: Any,
    marketplace_id: str | None,
    reserve: Any,
    listed: bool,
    end: datetime | str | None,
) -> list[dict[str, Any]]:
    """Close the open period of one account, or of all accounts on which something happened.

    :param end: a moment of the past; None is now.
    :raise ValueError: when nothing has happened yet on any, or the period before ends later.
    """
    advance(world)
    owner = merchant_id(world, seller)
    accounts = [(owner, marketplace_id)] if marketplace_id else world.ledger.accounts(owner)
    if not accounts:
        raise ValueError("nothing has happened yet that could be settled")
    kept = None if reserve is None else Decimal(str(reserve))
    until = parse_time(end) if isinstance(end, str) else end or world.now()
    return [
        described(world, closing.close(world, account, until, kept, listed))
        for account in accounts
        if MARKETPLACES[account[1]]
    ]


def fail_payout(world: World, settlement_id: str, reason: str) -> dict[str, Any]:
    """Let the bank send a payout back; the next period gets the money.

    :raise ValueError: when nothing was paid out.
    """
    found = world.ledger.settlements[settlement_id]
    if found.total <= 0:
        raise ValueError("nothing was paid out")
    found.failed = reason
    return described(world, found)


def recreate(world: World, settlement_id: str, changed: bool) -> dict[str, Any]:
    """Let Amazon make the report of a settlement once more."""
    advance(world)
    closing.recreate(world, settlement_id, changed)
    return described(world, world.ledger.settlements[settlement_id])


def add_year(world: World, seller: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Add the settlements of the year up to now, see `settlements.year.add`."""
    return [described(world, row) for row in year.add(world, merchant_id(world, seller), **options)]


def settlements(world: World) -> list[dict[str, Any]]:
    """Return every settlement, oldest first."""
    advance(world)
    return [described(world, row) for row in world.ledger.settlements.values()]


def described(world: World, settlement: Settlement) -> dict[str, Any]:
    """Return a settlement as JSON can say it; amounts are text."""
    return {
        "settlement_id": settlement.settlement_id,
        "merchant_id": settlement.account[0],
        "marketplace_id": settlement.account[1],
        "currency": settlement.shop.currency,
        "start": format_time(settlement.start),
        "end": format_time(settlement.end),
        "deposit": format_time(settlement.deposit),
        "total": str(settlement.total),
        "reserve": str(settlement.reserve),
        "rows": settlement.rows,
        "report_ids": list(settlement.report_ids),
        "payout_status": payout(world, settlement)["currentStatus"],
        "trace_id": trace_id(settlement) if settlement.total > 0 else "",
    }


def _event(event: Event) -> dict[str, Any]:
    data = asdict(event)
    data["lines"] = [{**line, "amount": str(line["amount"])} for line in data["lines"]]
    return {**data, "occurred": format_time(event.occurred), "posted": format_time(event.posted)}
