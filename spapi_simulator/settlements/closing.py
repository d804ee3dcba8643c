# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Closing a period: what is carried over, the total, the file, and the report that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import currencies
from ..notifications import publish_report
from ..reports.settlement import MEDIA, TYPE, Dialect, dialect_of, write
from ..settings import Settings
from ..state.jobs import DONE
from ..state.ledger import ZERO, Account, Event, Ledger, Line, Settlement
from ..state.reports import Report
from .sales import rounded

if TYPE_CHECKING:
    from ..world import World

_OTHER = "other-transaction"
_USUAL_PERIOD = timedelta(days=14)
_FAILED = "Transfer of funds unsuccessful: {}"


def close(
    world: World,
    account: Account,
    end: datetime,
    reserve: Decimal | None = None,
    listed: bool = True,
) -> Settlement:
    """Close the open period of an account and show its report.

    :param reserve: what Amazon keeps back until the next one; None takes the share that is set.
    :param listed: whether getReports shows it.
    :raise ValueError: when the period before ends later.
    """
    settlement = settle(world.ledger, account, end, reserve, world.settings)
    if listed:
        publish(world, settlement, settlement.content)
    return settlement


def settle(
    ledger: Ledger, account: Account, end: datetime, reserve: Decimal | None, settings: Settings
) -> Settlement:
    """Close the open period of an account in a ledger; see `close`."""
    previous = next(reversed(ledger.of_account(account)), None)
    start = ledger.opened(account) or end - _USUAL_PERIOD
    if not previous:
        start = min(start, end - _USUAL_PERIOD)
    # files have whole seconds; what happened within the last one belongs to it
    cutoff = end
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    if end < start:
        raise ValueError("the period before ends later")
    settlement = Settlement(ledger.new_id(), account, start, end, ZERO, 0)
    due = [event for event in ledger.open_events(account) if event.posted <= cutoff]
    events = [*_carried(ledger, settlement, previous), *due]
    balance = sum((event.total for event in events), ZERO)
    settlement.reserve = _reserve(settings, settlement, balance) if reserve is None else reserve
    if settlement.reserve:
        events.append(
            _movement(ledger, settlement, end, "Current Reserve Amount", -settlement.reserve)
        )
    settlement.total = balance - settlement.reserve
    settlement.rows = sum(len(event.lines) for event in events)
    for event in events:
        event.settlement_id = settlement.settlement_id
    settlement.content = write(settlement, events, _dialect(settings, settlement))
    ledger.settlements[settlement.settlement_id] = settlement
    return settlement


def close_due(world: World) -> None:
    """Close every period whose time has come, if there is something in it that is worth a payout.

    A balance below the threshold waits for the next date, so that the period grows longer.
    """
    length = timedelta(days=world.settings.settlement_days)
    if not length:
        return
    for account in world.ledger.accounts():
        opened = world.ledger.opened(account)
        while opened and (opened := opened + length) <= world.now():
            if _is_closing_due(world, account, opened):
                close(world, account, opened)


def publish(world: World, settlement: Settlement, content: bytes) -> Report:
    """Show a finished report of a settlement, as of now; there may be others of it."""
    merchant_id, shop = settlement.account[0], settlement.shop
    seller = world.sellers.get(merchant_id)
    places = seller.marketplaces({shop.region}) if seller else [shop]
    document = world.documents.store_report(
        merchant_id, content, MEDIA, world.settings.report_gzip, restricted=False
    )
    report = Report(
        report_id=world.reports.new_id(),
        report_type=TYPE,
        merchant_id=merchant_id,
        # of a unified account each report names all of its marketplaces
        marketplace_ids=[place.id for place in places],
        created=world.now() if settlement.report_ids else settlement.end,
        start=settlement.start,
        end=settlement.end,
        status=DONE,
        document_id=document.document_id,
    )
    report.started = report.ended = report.created
    world.reports.keep(report)
    settlement.report_ids.append(report.report_id)
    publish_report(world, report)
    return report


def publish_again(world: World) -> None:
    """Show the reports of all settlements after everything else was forgotten."""
    for settlement in world.ledger.settlements.values():
        if settlement.report_ids:
            settlement.report_ids.clear()
            publish(world, settlement, settlement.content)


def recreate(world: World, settlement_id: str, changed: bool) -> Report:
    """Show a further report of a settlement.

    :param changed: the smallest amount has moved from one row to another; the total is the same.
    :raise KeyError: for an unknown settlement.
    """
    settlement = world.ledger.settlements[settlement_id]
    if not changed:
        return publish(world, settlement, settlement.content)
    events = [replace(event, lines=list(event.lines)) for event in world.ledger.settled(settlement)]
    cent = currencies.quantum(settlement.shop.currency)
    for event, sign in ((events[0], 1), (events[-1], -1)) if events else ():
        last = event.lines.pop()
        event.lines.append(replace(last, amount=last.amount + sign * cent))
    settlement.content = write(settlement, events, _dialect(world.settings, settlement))
    return publish(world, settlement, settlement.content)


def _carried(ledger: Ledger, settlement: Settlement, previous: Settlement | None) -> list[Event]:
    """Return what the period before left: a reserve, a debt, a payout that came back."""
    if previous is None:
        return []
    rows = {
        "Previous Reserve Amount Balance": previous.reserve,
        "Payable to Amazon": min(previous.total, ZERO),
        _FAILED.format(previous.failed): previous.total if previous.failed else ZERO,
    }
    return [
        _movement(ledger, settlement, settlement.start, name, amount)
        for name, amount in rows.items()
        if amount
    ]


def _movement(
    ledger: Ledger, settlement: Settlement, at: datetime, name: str, amount: Decimal
) -> Event:
    lines = [Line(_OTHER, name, amount)]
    return ledger.add(settlement.account, _OTHER, at, lines)


def _reserve(settings: Settings, settlement: Settlement, balance: Decimal) -> Decimal:
    share = Decimal(str(settings.settlement_reserve))
    return rounded(max(balance, ZERO) * share, settlement.shop)


def _is_closing_due(world: World, account: Account, end: datetime) -> bool:
    events = [event for event in world.ledger.open_events(account) if event.posted <= end]
    previous = next(reversed(world.ledger.of_account(account)), None)
    balance = sum((event.total for event in events), previous.reserve if previous else ZERO)
    return bool(events) and not 0 < balance < Decimal(str(world.settings.settlement_threshold))


def _dialect(settings: Settings, settlement: Settlement) -> Dialect:
    return replace(dialect_of(settlement.shop), **settings.settlement_dialect)
