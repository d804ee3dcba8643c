# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A realistic year of settlements without orders, for benchmarks and training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from ..marketplaces import MARKETPLACES, Marketplace
from ..state.ledger import Account, Ledger, Line, Settlement
from .charges import CHARGES
from .closing import publish, settle
from .sales import Amount, Sale, refund_amounts, rounded

if TYPE_CHECKING:
    from ..world import World

_YEAR = timedelta(days=364)
_MARKETPLACES = ("A1PA6795UKMFR9", "A1F83G8C2ARO7P", "ATVPDKIKX0DER")
#: Events about once in a period.
_USUAL = ("subscription", "storage", "inbound", "return_fee", "label", "reimbursement", "coupon")
_ODD = ("long_storage", "disposal", "deal", "vine", "clawback", "safe_t", "mcf", "fee_tax")
_REFUNDED, _WITHHELD, _RESERVED = 0.07, 0.6, Decimal("0.10")
#: Every so many periods advertising costs more than sales bring.
_LOSS_EVERY = 7
_TAX_SHARE = Decimal("0.19")


def add(
    world: World,
    merchant_id: str,
    files: int = 26,
    rows: int = 60_000,
    marketplaces: Sequence[str] = _MARKETPLACES,
    seed: int = 16,
    listed: bool = True,
) -> list[Settlement]:
    """Add the settlements of a year up to now and return them, account by account.

    :param files: how many, dealt out to the marketplaces; each has a chain of its own.
    :param rows: amounts in all of them together, about.
    :param listed: whether getReports shows those of the last 90 days.
    :raise ValueError: when something of an account is settled already, or there are fewer files
        than marketplaces.
    """
    if files < len(marketplaces):
        raise ValueError("each marketplace needs a file")
    random = Random(seed)
    made: list[Settlement] = []
    for place, marketplace_id in enumerate(marketplaces):
        account = (merchant_id, marketplace_id)
        if world.ledger.of_account(account):
            raise ValueError(f"{marketplace_id} has settlements already")
        count = len(range(place, files, len(marketplaces)))
        made += _chain(world, account, count, rows // files, random)
    for settlement in made:
        world.ledger.settlements[settlement.settlement_id] = settlement
        if listed:
            publish(world, settlement, settlement.content)
    return made


def _chain(
    world: World, account: Account, count: int, rows: int, random: Random
) -> Iterator[Settlement]:
    # apart, so that the events of a year do not weigh on the world
    ledger = Ledger()
    ledger.new_id = world.ledger.new_id  # type: ignore[method-assign]
    shop, length = MARKETPLACES[account[1]], _YEAR / count
    start = world.now() - _YEAR
    for number in range(count):
        end = start + length
        for at, order_id, kind, lines in _period(shop, start, end, rows, random):
            ledger.add(account, kind, at, lines, order_id=order_id, fulfillment="AFN")
        if number % _LOSS_EVERY == _LOSS_EVERY - 1:
            _lose(ledger, account, end)
        balance = sum((event.total for event in ledger.open_events(account)), Decimal(0))
        reserve = rounded(max(balance, Decimal(0)) * _RESERVED, shop) if number % 2 else Decimal(0)
        yield settle(ledger, account, end, reserve, world.settings)
        ledger.events.clear()
        start = end


def _lose(ledger: Ledger, account: Account, end: datetime) -> None:
    """Let advertising cost a little more than there is."""
    kind, amount_type, description, _usual = CHARGES["advertising"]
    balance = sum((event.total for event in ledger.open_events(account)), Decimal(0))
    reserve = next((row.reserve for row in reversed(ledger.of_account(account))), Decimal(0))
    cost = Line(amount_type, description, -(balance + reserve) - Decimal(321))
    ledger.add(account, kind, end, [cost])


def _period(
    shop: Marketplace, start: datetime, end: datetime, rows: int, random: Random
) -> Iterator[tuple[datetime, str, str, list[Line]]]:
    """Give the events of a period: time, order, transaction type, lines."""
    names = [*_USUAL, *random.sample(_ODD, 3)]
    for name in names:
        kind, amount_type, description, amount = CHARGES[name]
        yield (
            _moment(start, end, random),
            "",
            kind,
            [Line(amount_type, description, rounded(amount, shop))],
        )
    left = rows - len(names) - 1
    while left > 0:
        order_id = _order_id(random)
        at, (sold, given_back) = _moment(start, end, random), _sale(shop, random)
        left -= len(sold)
        yield at, order_id, "Order", sold
        if given_back:
            left -= len(given_back)
            yield _moment(at, end, random), order_id, "Refund", given_back


def _sale(shop: Marketplace, random: Random) -> tuple[list[Line], list[Line]]:
    """Return the lines of a sale, and those of its refund if there is one."""
    sku, code = f"SKU-{random.randint(1, 400):04d}", f"{random.randrange(10**13, 10**14)}"
    quantity = random.choices((1, 2, 3), (85, 12, 3))[0]
    price = rounded(Decimal(random.randint(500, 9_900)) / 100 * quantity, shop)
    tax = rounded(price * _TAX_SHARE, shop)
    sale = Sale(
        shop,
        quantity,
        {"Principal": price},
        {"Tax": tax},
        withheld=random.random() < _WITHHELD,
        by_amazon=True,
    )
    sold = _lines(sale.amounts(), code, sku, quantity)
    if random.random() >= _REFUNDED:
        return sold, []
    back = refund_amounts(shop, {"Principal": price, "Tax": tax}, sale.withheld)
    return sold, _lines(back, code, sku, None)


def _lines(amounts: Sequence[Amount], code: str, sku: str, quantity: int | None) -> list[Line]:
    return [Line(*amount, item_code=code, sku=sku, quantity=quantity) for amount in amounts]


def _moment(start: datetime, end: datetime, random: Random) -> datetime:
    return start + (end - start) * random.random()


def _order_id(random: Random) -> str:
    return f"{random.randint(300, 309)}-{random.randrange(10**7):07d}-{random.randrange(10**7):07d}"
