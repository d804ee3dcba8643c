# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2: a settlement by rows, in the dialect of its account.

Amazon makes it by itself and does not say in which charset.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .. import currencies
from ..marketplaces import Marketplace
from ..state.ledger import Event, Line, Settlement
from .charsets import CODECS

TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
MEDIA = "text/plain"
_COLUMNS = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)
# How a day and a moment are written.
_DATES = {
    "iso": ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S UTC"),
    "us": ("%m/%d/%y", "%Y-%m-%d %H:%M:%S UTC"),
    "dots": ("%d.%m.%Y", "%d.%m.%Y %H:%M:%S UTC"),
    "t": ("%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M:%S+00:00"),
    "slashes": ("%d/%m/%Y", "%d/%m/%Y %H:%M:%S UTC"),
}
_DOTTED = frozenset({"AU", "IN"})
_COMMA = frozenset({"DE", "FR", "IT", "ES", "NL", "BE", "PL", "SE", "TR"})


@dataclass(frozen=True)
class Dialect:
    """Form in which a file is written.

    `mark`: before the decimals; `dates`: a name out of `iso us dots t slashes`; `columns`: 24, or
    23 without promotions; `padded`: blanks after amounts; `nameless`: no row names its marketplace;
    `edited`: a person has put in thousands separators and parentheses.
    """

    mark: str = "."
    charset: str = "utf-8"
    dates: str = "iso"
    columns: int = 24
    line_end: str = "\r\n"
    bom: bool = False
    blank_lines: int = 0
    padded: bool = False
    nameless: bool = False
    edited: bool = False

    def __post_init__(self) -> None:
        if self.mark not in (".", ",") or self.dates not in _DATES or self.charset not in CODECS:
            raise ValueError(f"no file is written like {self}")

    def amount(self, amount: Decimal, currency: str) -> str:
        """Return an amount as text."""
        text = currencies.text(amount, currency)
        if self.edited:
            text = f"{Decimal(text):,f}"
            text = f"({text[1:]})" if text.startswith("-") else text
        if self.mark == ",":
            text = text.translate({ord("."): ",", ord(","): "."})
        return f"{text}    " if self.padded else text

    def day(self, moment: datetime) -> str:
        """Return the day of a moment as text."""
        return moment.strftime(_DATES[self.dates][0])

    def moment(self, moment: datetime) -> str:
        """Return a moment as text."""
        return moment.strftime(_DATES[self.dates][1])


def dialect_of(shop: Marketplace) -> Dialect:
    """Return how Amazon writes in a marketplace."""
    if shop.country in _COMMA:
        return Dialect(mark=",", dates="dots")
    if shop.country in _DOTTED or shop.region == "EU":
        return Dialect(dates="dots")
    return Dialect(dates="us" if shop.country == "US" else "iso")


def write(settlement: Settlement, events: Iterable[Event], dialect: Dialect) -> bytes:
    """Return the bytes of a settlement."""
    names = _COLUMNS[: dialect.columns]
    rows = (_summary(settlement, dialect), *_rows(settlement, events, dialect))
    lines = ["\t".join(names), *("\t".join(row[: dialect.columns]) for row in rows), ""]
    text = dialect.line_end.join(lines) + dialect.line_end * dialect.blank_lines
    content = text.encode(CODECS[dialect.charset], "replace")
    return codecs.BOM_UTF8 + content if dialect.bom else content


def _summary(settlement: Settlement, dialect: Dialect) -> list[str]:
    currency = settlement.shop.currency
    times = (settlement.start, settlement.end, settlement.deposit)
    filled = [
        settlement.settlement_id,
        *map(dialect.moment, times),
        dialect.amount(settlement.total, currency),
        currency,
    ]
    return filled + [""] * (len(_COLUMNS) - len(filled))


def _rows(settlement: Settlement, events: Iterable[Event], dialect: Dialect) -> Iterator[list[str]]:
    currency = settlement.shop.currency
    for event in events:
        day, moment = dialect.day(event.posted), dialect.moment(event.posted)
        name = "" if dialect.nameless else event.marketplace_name
        before = [settlement.settlement_id, "", "", "", "", currency, event.kind, event.order_id]
        before += [event.merchant_order_id, event.adjustment_id, event.shipment_id, name]
        for line in event.lines:
            yield [
                *before,
                *_cells(line, event, dialect.amount(line.amount, currency), day, moment),
            ]


def _cells(line: Line, event: Event, amount: str, day: str, moment: str) -> list[str]:
    return [
        line.amount_type,
        line.description,
        amount,
        event.fulfillment,
        day,
        moment,
        line.item_code,
        line.merchant_item_id,
        line.merchant_adjustment_item_id,
        line.sku,
        "" if line.quantity is None else str(line.quantity),
        line.promotion_id,
    ]
