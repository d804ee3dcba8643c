# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settlements, GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2: what a period brought, row by row.

The file says neither its charset nor how it writes numbers and dates. All three are found out from
the whole file, and its own total is the proof.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from ..values import DocumentError
from .readings import DayOrder, NumberReading, Tally, read_moment
from .table import Row, detect_charset, read_head, read_rows

__all__ = ["DocumentError", "Settlement", "SettlementError", "SettlementFile", "SettlementRow"]

#: Key of a row -> its column.
_TEXTS = {
    "transaction_type": "transaction-type",
    "amount_type": "amount-type",
    "description": "amount-description",
    "remote_order_id": "order-id",
    "seller_order_id": "merchant-order-id",
    "adjustment_id": "adjustment-id",
    "shipment_id": "shipment-id",
    "marketplace_name": "marketplace-name",
    "fulfillment": "fulfillment-id",
    "remote_line_id": "order-item-code",
    "seller_line_id": "merchant-order-item-id",
    "seller_adjustment_id": "merchant-adjustment-item-id",
    "sku": "sku",
    "promotion_id": "promotion-id",
}
_ID, _TOTAL, _CURRENCY, _AMOUNT = "settlement-id", "total-amount", "currency", "amount"
_PERIOD = ("settlement-start-date", "settlement-end-date", "deposit-date")
#: The time comes first: where both are given, only it is certain.
_POSTED = ("posted-date-time", "posted-date")
_QUANTITY = "quantity-purchased"
_NEEDED = (_ID, *_PERIOD, _TOTAL, _CURRENCY, _AMOUNT, "amount-type", "amount-description")
_KNOWN = frozenset({*_TEXTS.values(), *_NEEDED, *_POSTED, _QUANTITY})
_ID_FORM = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
_CURRENCY_FORM = re.compile(r"[A-Z]{3}", re.ASCII)
_QUANTITY_FORM = re.compile(r"-?\d{1,9}", re.ASCII)
#: First bytes of what people take for the file -> what it is.
_OTHERS = {
    b"<": "an XML file",
    b"%PDF": "a PDF",
    b"PK": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a packed file",
}


class SettlementError(DocumentError):
    """A settlement cannot be taken over.

    :param code: `wrong_file` (something else, or spoilt by a spreadsheet), `dates_ambiguous` or
        `total_ambiguous`.
    :param total: with the last code, reading (its decimal mark) -> total that the file names.
    :param sums: the same with the sum of the rows.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        where: str,
        total: Mapping[str, Decimal] | None = None,
        sums: Mapping[str, Decimal] | None = None,
    ) -> None:
        super().__init__(reason, where)
        self.code = code
        self.total = dict(total or {})
        self.sums = dict(sums or {})


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settlement of a period by a site; times are aware, in UTC.

    :param remote_id: the site's number; unique with the currency within an account.
    :param total: what is paid out; negative is owed, and zero is nothing to pay.
    :param row_total: what the rows add up to. Another sum than `total` proves a damaged file.
    :param deposited_at: the day on which the payout is due; None when it is missing.
    :param row_count: rows with an amount.
    :param marketplace_names: as the rows name them, the most frequent first; rows may name none.
    """

    remote_id: str
    currency: str
    total: Decimal
    row_total: Decimal
    started_at: datetime
    ended_at: datetime
    deposited_at: datetime | None
    row_count: int
    marketplace_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One amount of a settlement. Rows that are alike in everything but their number are so many
    amounts, and rows of zero are rows.

    :param number: line of the file in which it stands; the head is line 1.
    :param amount: positive is to the seller.
    :param posted_at: aware, in UTC; None when no time is given.
    :param posted_on: its day; None when that is missing, too.
    :param remote_order_id: an order mostly; also a shipment to a warehouse, a removal, or empty.
    :param remote_line_id: the site's order line; in refunds it may be another number.
    :param quantity: pieces of the item, the same in each of its rows; None when there are none.
    :param extra: columns that are not known -> text, where there is one.
    """

    number: int
    amount: Decimal
    posted_at: datetime | None
    posted_on: date | None
    quantity: int | None
    transaction_type: str
    amount_type: str
    description: str
    remote_order_id: str
    seller_order_id: str
    adjustment_id: str
    shipment_id: str
    marketplace_name: str
    fulfillment: str
    remote_line_id: str
    seller_line_id: str
    seller_adjustment_id: str
    sku: str
    promotion_id: str
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, str, str]:
        """Return the kind of the amount: transaction type, amount type and description, written
        alike."""
        return (
            self.transaction_type.casefold(),
            self.amount_type.casefold(),
            self.description.casefold(),
        )


@dataclass(frozen=True)
class SettlementFile:
    """A file that was read to its end once, so that its rows cannot fail any more.

    :param charset: the one that the bytes are of.
    :param decimal_mark: what stands before the decimals.
    :param day_first: whether the day comes first where a date does not say.
    """

    settlement: Settlement
    charset: str
    decimal_mark: str
    day_first: bool
    _source: BinaryIO = field(repr=False)

    def rows(self) -> Iterator[SettlementRow]:
        """Give the rows with an amount, one by one, in their order; one such walk at a time."""
        reading = NumberReading(self.decimal_mark)
        with closing(_data_rows(self._source, self.charset)) as rows:
            for row in islice(rows, 1, None):
                yield _read_row(row, reading, self.day_first)


def parse_settlement(source: bytes | BinaryIO) -> SettlementFile:
    """Read a settlement to its end; memory does not grow with it.

    :param source: the decompressed document, or a file that can be read from its beginning again.
    :raise SettlementError: with a code; the reason is for people.
    :raise DocumentError: naming the line that cannot be read.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    charset = detect_charset(stream)
    _check_head(stream, charset)
    with closing(_data_rows(stream, charset)) as rows:
        survey = _Survey(next(rows, None))
        for row in rows:
            survey.look(row)
    reading, day_first = survey.number_reading(), survey.day_first()
    return SettlementFile(
        survey.settlement(reading, day_first), charset, reading.mark, day_first, stream
    )


def _check_head(stream: BinaryIO, charset: str) -> None:
    """:raise SettlementError: when it is another file than a settlement V2."""
    beginning = stream.read(512).lstrip(b"\xef\xbb\xbf \r\n\t")
    for bytes_of, name in _OTHERS.items():
        if beginning.startswith(bytes_of):
            raise SettlementError("wrong_file", f"this is {name}", "byte 0")
    stream.seek(0)
    head = read_head(stream, charset)
    missing = [name for name in _NEEDED if name not in head]
    if "settlement-id" in head and "price-type" in head:
        reason = "this is a settlement of the older form V1"
        raise SettlementError("wrong_file", reason, "the head")
    if missing:
        reason = f"there is no column “{missing[0]}”"
        raise SettlementError("wrong_file", reason, "the head")


def _data_rows(stream: BinaryIO, charset: str) -> Generator[Row, None, None]:
    stream.seek(0)
    return read_rows(stream, charset, _NEEDED)


class _Survey:
    """Reads a file once, with every reading of its numbers and dates that it still allows.

    :param summary: the first row, which names period and total and has no amount.
    :raise DocumentError: when it is none.
    """

    def __init__(self, summary: Row | None) -> None:
        if summary is None or not summary[_TOTAL] or summary[_AMOUNT]:
            raise SettlementError(
                "wrong_file",
                "the first row does not name period and total of the settlement",
                "line 2",
            )
        if not _ID_FORM.fullmatch(summary.required(_ID)):
            # a spreadsheet makes 2.84E+10 of it
            raise SettlementError("wrong_file", "its number is spoilt", f"line {summary.line}")
        if not _CURRENCY_FORM.fullmatch(summary[_CURRENCY]):
            raise summary.error("is not an ISO 4217 code", _CURRENCY)
        self._summary = summary
        self._count = 0
        self._names: Counter[str] = Counter()
        self._tally = Tally(summary[_TOTAL])
        if not self._tally.totals:
            raise summary.error("is not an amount", _TOTAL)
        self._order = DayOrder()
        for column in _PERIOD:
            # the payout may lie after the period
            self._look_at_date(summary, column, counts=False)

    def look(self, row: Row) -> None:
        """Take the next row into account.

        :raise DocumentError: when it cannot be read, whatever the rows after it say.
        """
        row.check()
        self._check_belonging(row)
        amount = row.required(_AMOUNT)
        try:
            self._tally.add(amount)
        except ValueError as error:
            raise row.error(str(error), _AMOUNT) from None
        filled = [column for column in _POSTED if row[column]]
        for column in filled:
            self._look_at_date(row, column, counts=column == filled[0])
        _read_quantity(row)
        self._names[row["marketplace-name"]] += 1
        self._count += 1

    def _check_belonging(self, row: Row) -> None:
        if row[_TOTAL]:
            raise row.error("a second settlement begins; there is one in a file", _TOTAL)
        for column in (_ID, _CURRENCY):
            if row[column] not in ("", self._summary[column]):
                raise row.error("is of another settlement; there is one in a file", column)

    def _look_at_date(self, row: Row, column: str, counts: bool) -> None:
        try:
            self._order.look(row[column], counts)
        except ValueError as error:
            raise row.error(str(error), column) from None

    def day_first(self) -> bool:
        """:raise SettlementError: when the order of day and month matters and is not clear."""
        start, end = (self._summary[column] for column in _PERIOD[:2])
        day_first = self._order.day_first(start, end)
        if day_first is None:
            reason = "its dates do not show whether the day or the month comes first"
            raise SettlementError("dates_ambiguous", reason, "the dates")
        return day_first

    def number_reading(self) -> NumberReading:
        """:raise SettlementError: when points and commas can be read in two ways, and the total
        does not decide between them."""
        reading = self._tally.reading()
        if reading:
            return reading
        sums = {each.mark: amount for each, amount in self._tally.sums.items()}
        totals = {mark: self._tally.totals[NumberReading(mark)] for mark in sums}
        found = " or ".join(f"{sums[mark]} against {totals[mark]}" for mark in sums)
        reason = f"points and commas can be read in two ways: {found}"
        raise SettlementError("total_ambiguous", reason, "the amounts", totals, sums)

    def settlement(self, reading: NumberReading, day_first: bool) -> Settlement:
        """Return what the summary says.

        :raise DocumentError: when its period is none.
        """
        row = self._summary
        start, end = (_read_date(row, name, day_first) for name in _PERIOD[:2])
        if end < start:
            raise row.error("is before the start of the settlement", _PERIOD[1])
        deposit = row[_PERIOD[2]]
        return Settlement(
            remote_id=row[_ID],
            currency=row[_CURRENCY],
            total=self._tally.totals[reading],
            row_total=self._tally.sums[reading],
            started_at=start,
            ended_at=end,
            deposited_at=_read_date(row, _PERIOD[2], day_first) if deposit else None,
            row_count=self._count,
            marketplace_names=tuple(name for name, _rows in self._names.most_common() if name),
        )


def _read_row(row: Row, reading: NumberReading, day_first: bool) -> SettlementRow:
    amount = reading.parse(row[_AMOUNT])
    assert amount is not None  # the survey has read it
    posted = next(filter(None, (row[column] for column in _POSTED)), "")
    moment = read_moment(posted, day_first) if posted else None
    return SettlementRow(
        number=row.line,
        amount=amount,
        posted_at=moment if ":" in posted else None,
        posted_on=moment.date() if moment else None,
        quantity=_read_quantity(row),
        extra={name: text for name, text in row.items() if text and name not in _KNOWN},
        **{name: row[column] for name, column in _TEXTS.items()},
    )


def _read_date(row: Row, column: str, day_first: bool) -> datetime:
    """:raise DocumentError: when it is missing or none."""
    text = row.required(column)
    try:
        return read_moment(text, day_first)
    except (ValueError, OverflowError) as error:
        raise row.error(str(error), column) from None


def _read_quantity(row: Row) -> int | None:
    """:raise DocumentError: when it is not a number of pieces."""
    text = row[_QUANTITY]
    if not text:
        return None
    if not _QUANTITY_FORM.fullmatch(text):
        raise row.error("is not a number of pieces", _QUANTITY)
    return int(text)
