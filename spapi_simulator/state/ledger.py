# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The seller's account with Amazon: what moved money, and the periods that were settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from ..marketplaces import MARKETPLACES, Marketplace

# A selling partner's account on one marketplace: merchant id, marketplace id.
Account = tuple[str, str]
ZERO = Decimal(0)
DEPOSIT_AFTER = timedelta(days=2)


@dataclass
class Line:
    """One amount of an event, as a row of a settlement names it; + is to the seller."""

    amount_type: str
    description: str
    amount: Decimal
    item_code: str = ""
    sku: str = ""
    quantity: int | None = None
    promotion_id: str = ""
    merchant_item_id: str = ""
    merchant_adjustment_item_id: str = ""


@dataclass
class Event:
    """Event at one moment: a sale, a refund, a fee, a movement of the balance.

    `kind` is the transaction type of settlements; `occurred` is when it happened, `posted` when its
    money counted: later when it was deferred. `settlement_id` is empty while the period is open.
    """

    number: int
    account: Account
    kind: str
    occurred: datetime
    posted: datetime
    lines: list[Line]
    order_id: str = ""
    merchant_order_id: str = ""
    adjustment_id: str = ""
    shipment_id: str = ""
    fulfillment: str = ""
    marketplace_name: str = ""
    settlement_id: str = ""

    @property
    def total(self) -> Decimal:
        """The sum of the amounts."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def currency(self) -> str:
        """The currency of its account."""
        return MARKETPLACES[self.account[1]].currency

    @property
    def deferred(self) -> bool:
        """Return whether the money counted later than the event."""
        return self.posted > self.occurred


@dataclass
class Settlement:
    """A closed period of an account.

    `reserve` is what Amazon kept back; `content` are the bytes of the file, `report_ids` the
    reports under which it is listed; `failed` is why the bank did not take the payout.
    """

    settlement_id: str
    account: Account
    start: datetime
    end: datetime
    total: Decimal
    rows: int
    reserve: Decimal = ZERO
    content: bytes = field(default=b"", repr=False)
    report_ids: list[str] = field(default_factory=list)
    failed: str = ""

    @property
    def shop(self) -> Marketplace:
        """The marketplace of the account."""
        return MARKETPLACES[self.account[1]]

    @property
    def deposit(self) -> datetime:
        """The day on which the payout reaches the bank, also when there is none."""
        return self.end + DEPOSIT_AFTER


class Ledger:
    """Every event and every settlement; `booked` counts the pieces of an order item, and the
    refunds of an order, that have their events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.settlements: dict[str, Settlement] = {}
        self.booked: Counter[tuple[str, str]] = Counter()
        self.refunds_booked: Counter[str] = Counter()
        self._last_number = 0
        self._last_settlement = 28_471_000_000

    def add(
        self, account: Account, kind: str, at: datetime, lines: list[Line], **values: str
    ) -> Event:
        """Keep an event; one in a period that is closed already counts in the open one."""
        self._last_number += 1
        at = max([at, *(row.end for row in self.of_account(account)[-1:])])
        values.setdefault("marketplace_name", MARKETPLACES[account[1]].name)
        event = Event(self._last_number, account, kind, at, at, lines, **values)
        self.events.append(event)
        return event

    def open_events(self, account: Account) -> list[Event]:
        """Return the events of an account that no settlement holds, in the order of time."""
        rows = [row for row in self.events if row.account == account and not row.settlement_id]
        return sorted(rows, key=lambda row: (row.posted, row.number))

    def accounts(self, merchant_id: str = "") -> list[Account]:
        """Return the accounts on which something happened, of one merchant when one is named."""
        found = dict.fromkeys(
            [
                *(row.account for row in self.settlements.values()),
                *(row.account for row in self.events),
            ]
        )
        return [account for account in found if merchant_id in ("", account[0])]

    def of_account(self, account: Account) -> list[Settlement]:
        """Return the settlements of an account, oldest first."""
        return [row for row in self.settlements.values() if row.account == account]

    def opened(self, account: Account) -> datetime | None:
        """Return since when the open period of an account runs; None when nothing has happened."""
        settled = self.of_account(account)
        if settled:
            return settled[-1].end
        return min((row.occurred for row in self.open_events(account)), default=None)

    def new_id(self) -> str:
        """Return the number of the next settlement."""
        self._last_settlement += 1
        return str(self._last_settlement)

    def settled(self, settlement: Settlement) -> Iterator[Event]:
        """Give the events of a settlement."""
        return (row for row in self.events if row.settlement_id == settlement.settlement_id)
