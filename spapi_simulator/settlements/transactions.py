# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ledger as the Finances and the Transfers API give it.

Amazon leaves some of it open; `Settings.finance_dialect` has the other readings: `words` (a status
is written as “Released”), `both` (a deferred sale names the settlement as its release does),
`nameless` (transactions name no settlement), `groupless` (they name no group either), `unmoved`
(reserves, debts and failed payouts are no transactions, and no part of a summary).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..state.ledger import ZERO, Event, Line, Settlement
from ..times import format_time

if TYPE_CHECKING:
    from ..world import World

Row = dict[str, Any]
# Transaction type of settlements -> (that of the Finances API, description).
_WORDS = {
    "Order": ("Shipment", "Order Payment"),
    "Refund": ("Refund", "Refund Order"),
    "other-transaction": ("Adjustment", ""),
}
# Amount type -> heading of a summary.
_EXPENSES = frozenset({"ItemFees", "Shipment-Fees", "Cost of Advertising"})
# Beginnings of the descriptions of movements of the balance.
_MOVEMENTS = ("Previous Reserve", "Current Reserve", "Payable to Amazon", "Transfer of funds")
_ON_THE_WAY = timedelta(hours=6)
_SENT_BACK = timedelta(days=1)


def transactions(world: World, merchant_id: str) -> list[Row]:
    """Return what a seller's transactions are now, newest first.

    Deferred money is listed twice: when it happened (DEFERRED, later DEFERRED_RELEASED) and when it
    is released.
    """
    latest = world.now() - timedelta(seconds=world.settings.finance_delay_seconds)
    rows = [
        row
        for event in world.ledger.events
        if event.account[0] == merchant_id and event.occurred <= latest and _counts(world, event)
        for row in _visible_rows(world, event)
    ]
    _misstate(world, rows)
    return sorted(rows, key=lambda row: row["postedDate"], reverse=True)


def summary(world: World, settlement: Settlement) -> Row:
    """Return what a settlement brought."""
    events = [event for event in world.ledger.settled(settlement) if _counts(world, event)]
    lines = [line for event in events for line in event.lines]
    expenses = [line for line in lines if line.amount_type in _EXPENSES]
    rest = [line for line in lines if line.amount_type not in _EXPENSES]
    currency = settlement.shop.currency
    return {
        "partnerMetadata": _partner(settlement),
        "periodStart": format_time(settlement.start),
        "periodEnd": format_time(settlement.end),
        "netProceeds": _money(_sum(lines) + _error(world, settlement.settlement_id), currency),
        "relatedIdentifiers": [_related("SETTLEMENT_ID", settlement.settlement_id)],
        "breakdowns": [
            _heading(name, rows, currency)
            for name, rows in (("Sales", rest), ("Expenses", expenses))
            if rows
        ],
    }


def payout(world: World, settlement: Settlement) -> Row:
    """Return the payout of a settlement as it stands now."""
    history = [row for row in _history(settlement) if row[1] <= world.now()] or [
        ("STARTED", settlement.end)
    ]
    entries = [{"status": name, "lastUpdatedDate": format_time(at)} for name, at in history]
    if history[-1][0] == "FAILED":
        entries[-1]["failureReason"] = settlement.failed
    data: Row = {
        "id": group_id(settlement.settlement_id),
        "partnerMetadata": _partner(settlement),
        "currentStatus": history[-1][0],
        "statusHistory": entries,
        "creationDate": format_time(settlement.end),
        "period": {
            "startDate": format_time(settlement.start),
            "endDate": format_time(settlement.end),
        },
        "relatedIdentifiers": [_related("SETTLEMENT_ID", settlement.settlement_id)],
    }
    if settlement.total > 0:
        data |= {
            "type": "SCHEDULED",
            "amount": _money(settlement.total, settlement.shop.currency),
            "accountTail": "677",
            "paymentMethod": "BANK_ACCOUNT",
            "paymentRail": "SEPA",
            "traceId": trace_id(settlement),
        }
    return data


def trace_id(settlement: Settlement) -> str:
    """Return what the bank's statement shows of a payout."""
    return _hash("trace", settlement.settlement_id)[:15].upper()


def group_id(settlement_id: str) -> str:
    """Return the financial event group of a settlement."""
    return _hash("group", settlement_id)[:43]


def _history(settlement: Settlement) -> list[tuple[str, Any]]:
    if settlement.total <= 0:
        return [("NO_PAYOUT", settlement.end)]
    begun = [("STARTED", settlement.end), ("IN_TRANSIT", settlement.end + _ON_THE_WAY)]
    if settlement.failed:
        return [*begun, ("FAILED", settlement.end + _SENT_BACK)]
    return [*begun, ("PAID", settlement.deposit)]


def _visible_rows(world: World, event: Event) -> Iterator[Row]:
    first, second = (_hash(name, str(event.number)) for name in ("event", "release"))
    dialect = world.settings.finance_dialect
    settled = _settled(event, dialect)
    if not event.deferred:
        yield _transaction(event, first, "RELEASED", settled)
        return
    released = event.posted <= world.now()
    related = [_related("RELEASE_TRANSACTION_ID", second)] if released else []
    if "both" in dialect:
        related += settled
    original = _transaction(event, first, "DEFERRED_RELEASED" if released else "DEFERRED", related)
    original["postedDate"] = format_time(event.occurred)
    original["contexts"] = [
        {
            "contextType": "DeferredContext",
            "deferralReason": "DD7",
            "maturityDate": format_time(event.posted),
        }
    ]
    yield original
    if released:
        back = _related("DEFERRED_TRANSACTION_ID", first)
        yield _transaction(event, second, "RELEASED", [back, *settled])


def _settled(event: Event, dialect: set[str]) -> list[Row]:
    if not event.settlement_id or "groupless" in dialect:
        return []
    group = _related("FINANCIAL_EVENT_GROUP_ID", group_id(event.settlement_id))
    named = _related("SETTLEMENT_ID", event.settlement_id)
    return [group] if "nameless" in dialect else [group, named]


def _counts(world: World, event: Event) -> bool:
    """Return whether Finances lists an event."""
    moves = event.lines[0].description.startswith(_MOVEMENTS)
    return not (moves and "unmoved" in world.settings.finance_dialect)


def _error(world: World, settlement_id: str) -> Decimal:
    return Decimal(world.settings.finance_errors.get(settlement_id, "0"))


def _misstate(world: World, rows: list[Row]) -> None:
    """Change the amount of one transaction of each settlement with an error in Finances."""
    for settlement_id in world.settings.finance_errors:
        group = _related("FINANCIAL_EVENT_GROUP_ID", group_id(settlement_id))
        wrong = next((row for row in rows if group in row["relatedIdentifiers"]), None)
        if wrong:
            total = wrong["totalAmount"]
            amount = Decimal(str(total["currencyAmount"])) + _error(world, settlement_id)
            wrong["totalAmount"] = _money(amount, total["currencyCode"])


def _transaction(event: Event, key: str, status: str, related: list[Row]) -> Row:
    merchant_id, shop = event.account
    currency = event.currency
    kind, description = _WORDS.get(event.kind, (event.kind.replace(" ", ""), event.kind))
    ids = {"ORDER_ID": event.order_id, "SHIPMENT_ID": event.shipment_id}
    if event.kind == "Refund":
        ids["REFUND_ID"] = event.adjustment_id
    return {
        "sellingPartnerMetadata": {
            "sellingPartnerId": merchant_id,
            "accountType": "Standard Orders",
            "marketplaceId": shop,
        },
        "relatedIdentifiers": [
            *(_related(name, value) for name, value in ids.items() if value),
            *related,
        ],
        "transactionType": kind,
        "transactionId": key,
        "transactionStatus": status,
        "description": description or event.lines[0].description,
        "postedDate": format_time(event.posted),
        "totalAmount": _money(event.total, currency),
        "marketplaceDetails": {"marketplaceId": shop, "marketplaceName": event.marketplace_name},
        "items": list(_items(event)),
        "breakdowns": _breakdowns(event.lines, currency),
    }


def _items(event: Event) -> Iterator[Row]:
    for code in dict.fromkeys(line.item_code for line in event.lines if line.item_code):
        lines = [line for line in event.lines if line.item_code == code]
        context = {
            "contextType": "ProductContext",
            "sku": lines[0].sku,
            "quantityShipped": lines[0].quantity or 0,
            "fulfillmentNetwork": event.fulfillment,
        }
        yield {
            "description": lines[0].sku,
            "totalAmount": _money(_sum(lines), event.currency),
            "breakdowns": _breakdowns(lines, event.currency),
            "contexts": [context],
        }


def _breakdowns(lines: list[Line], currency: str) -> list[Row]:
    """Return a tree of two levels: amount types, and the descriptions in each."""
    kinds = dict.fromkeys(line.amount_type for line in lines)
    rows = {kind: [line for line in lines if line.amount_type == kind] for kind in kinds}
    return [_heading(kind, of_kind, currency) for kind, of_kind in rows.items()]


def _heading(name: str, lines: list[Line], currency: str) -> Row:
    names = dict.fromkeys(line.description for line in lines)
    parts = {name: [line for line in lines if line.description == name] for name in names}
    return {
        "breakdownType": name,
        "breakdownAmount": _money(_sum(lines), currency),
        "breakdowns": [
            {"breakdownType": part, "breakdownAmount": _money(_sum(rows), currency)}
            for part, rows in parts.items()
        ],
    }


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _partner(settlement: Settlement) -> Row:
    return {
        "partnerId": settlement.account[0],
        "accountType": "STANDARD_ORDERS",
        "marketplaceId": settlement.shop.id,
    }


def _related(name: str, value: str) -> Row:
    return {"relatedIdentifierName": name, "relatedIdentifierValue": value}


def _money(amount: Decimal, currency: str) -> Row:
    return {"currencyCode": currency, "currencyAmount": float(amount)}


def _hash(name: str, key: str) -> str:
    return hashlib.sha256(f"{name}/{key}".encode()).hexdigest()
