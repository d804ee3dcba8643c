# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settlement files: whatever they are written like, their own total proves how they were read."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from api.parsers.settlement import (
    DocumentError,
    SettlementError,
    SettlementFile,
    parse_settlement,
)
from hypothesis import given
from hypothesis import strategies as st

HEAD = [
    *("settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date"),
    *("total-amount", "currency", "transaction-type", "order-id", "merchant-order-id"),
    *("adjustment-id", "shipment-id", "marketplace-name", "amount-type", "amount-description"),
    *("amount", "fulfillment-id", "posted-date", "posted-date-time", "order-item-code"),
    *("merchant-order-item-id", "merchant-adjustment-item-id", "sku", "quantity-purchased"),
    "promotion-id",
]
SALE = {
    "transaction-type": "Order",
    "order-id": "302-1111111-2222222",
    "marketplace-name": "Amazon.de",
    "amount-type": "ItemPrice",
    "amount-description": "Principal",
    "posted-date": "14.03.2023",
    "posted-date-time": "14.03.2023 07:49:55 UTC",
    "order-item-code": "55512345678901",
    "sku": "TEA-1",
    "quantity-purchased": "1",
}


def utc(*parts: int) -> datetime:
    """Return a time in UTC."""
    return datetime(*parts, tzinfo=timezone.utc)


def table(
    *rows: dict[str, str],
    head: Sequence[str] = HEAD,
    charset: str = "utf-8",
    line_end: str = "\r\n",
    **summary: str,
) -> bytes:
    """Return a file; of the summary `total` is needed, the rest has a value."""
    first = {
        "settlement-id": "28471000001",
        "settlement-start-date": summary.get("start", "01.03.2023 00:00:00 UTC"),
        "settlement-end-date": summary.get("end", "15.03.2023 00:00:00 UTC"),
        "deposit-date": summary.get("deposit", "17.03.2023 00:00:00 UTC"),
        "total-amount": summary["total"],
        "currency": summary.get("currency", "EUR"),
    }
    own = {"settlement-id": "28471000001"}
    lines = ["\t".join(head)]
    for row in (first, *({**own, **row} for row in rows)):
        lines.append("\t".join(row.get(name, "") for name in head))
    return (line_end.join(lines) + line_end).encode(charset)


def sale(amount: str, **changes: str) -> dict[str, str]:
    """Return a row; underscores in the names of columns become hyphens."""
    return {
        **SALE,
        "amount": amount,
        **{key.replace("_", "-"): val for key, val in changes.items()},
    }


def amounts(found: SettlementFile) -> list[Decimal]:
    """Return the amounts of the rows."""
    return [row.amount for row in found.rows()]


def test_a_german_file_is_read_to_the_cent():
    """001-27: the decimal comma, dates with points, and every column of a row."""
    fee = sale("-171,18", amount_type="ItemFees", amount_description="Commission")
    content = table(sale("1.141,18", promotion_id="P1"), fee, total="970,00")
    found = parse_settlement(content)
    head = found.settlement
    assert (head.remote_id, head.currency, head.total) == ("28471000001", "EUR", Decimal("970.00"))
    assert (head.started_at, head.ended_at) == (utc(2023, 3, 1), utc(2023, 3, 15))
    assert head.deposited_at == utc(2023, 3, 17)
    assert (head.row_count, head.marketplace_names) == (2, ("Amazon.de",))
    assert (found.charset, found.decimal_mark) == ("utf-8", ",")
    first, second = found.rows()
    assert (first.number, first.amount, first.quantity) == (3, Decimal("1141.18"), 1)
    assert first.posted_at == utc(2023, 3, 14, 7, 49, 55)
    assert (first.kind, first.promotion_id) == (("order", "itemprice", "principal"), "P1")
    assert (first.remote_order_id, first.remote_line_id, first.sku) == (
        "302-1111111-2222222",
        "55512345678901",
        "TEA-1",
    )
    assert (second.number, second.amount, second.description) == (
        4,
        Decimal("-171.18"),
        "Commission",
    )


def test_rows_can_be_read_again():
    found = parse_settlement(table(sale("1,50"), sale("2,50"), total="4,00"))
    assert amounts(found) == amounts(found) == [Decimal("1.50"), Decimal("2.50")]


def test_identical_rows_are_so_many_amounts():
    """001-27: two units in two rows that are alike are two amounts."""
    found = parse_settlement(table(sale("9,99"), sale("9,99"), total="19,98"))
    assert [(row.number, row.amount) for row in found.rows()] == [
        (3, Decimal("9.99")),
        (4, Decimal("9.99")),
    ]


@pytest.mark.parametrize("total", ["0,00", "0"])
def test_a_settlement_of_nothing_is_one(total: str):
    rows = [sale("10,00"), sale("-10,00"), sale("0,00")]
    found = parse_settlement(table(*rows, total=total))
    assert (found.settlement.total, found.settlement.row_count) == (0, 3)
    assert parse_settlement(table(total="0.00")).settlement.row_count == 0


def test_columns_go_by_their_names():
    """001-27: 23 columns, another order, and one that nobody knows."""
    head = [*reversed(HEAD[:23]), "brand-new-column"]
    found = parse_settlement(table(sale("5.00", brand_new_column="x"), head=head, total="5.00"))
    (row,) = found.rows()
    assert (row.extra, row.promotion_id, row.sku) == ({"brand-new-column": "x"}, "", "TEA-1")


def test_padding_and_blank_lines_are_nothing():
    content = table(sale("32.09    "), sale("-2.09 "), total="30.00 ", line_end="\n")
    assert amounts(parse_settlement(content + b"\n\r\n \n")) == [Decimal("32.09"), Decimal("-2.09")]


def test_texts_have_no_blanks_round_them():
    """001-27: rules and orders are found by them."""
    padded = {"amount_description": " Principal  ", "order_id": "302-1111111-2222222 "}
    (row,) = parse_settlement(table(sale("1.00 ", **padded), total="1.00")).rows()
    assert (row.description, row.remote_order_id) == ("Principal", "302-1111111-2222222")


def test_a_file_that_a_person_has_edited_is_read_if_it_adds_up():
    content = table(sale("1,141.18"), sale("(55.00)"), total="1,086.18")
    assert amounts(parse_settlement(content)) == [Decimal("1141.18"), Decimal("-55.00")]


@pytest.mark.parametrize(
    ("charset", "text", "found_as"),
    [
        ("utf-8-sig", "Größe – 5 %", "utf-8"),
        ("utf-16", "Größe – 5 %", "utf-16"),
        ("cp1252", "Größe – 5 % für Spaß", "cp1252"),
        # these bytes would be Japanese, too, of characters that nobody writes
        ("cp1252", "Prämie, Länge", "cp1252"),
        ("cp932", "ポイント付与のクーポン", "windows-31j"),
        ("utf-8", "ポイント付与のクーポン", "utf-8"),
    ],
)
def test_charsets_are_found_out(charset: str, text: str, found_as: str):
    """001-27: the file does not say which charset it has."""
    row = sale("-5", amount_type="CouponRedemptionFee", amount_description=text)
    found = parse_settlement(table(row, total="-5", charset=charset))
    assert (found.charset, [row.description for row in found.rows()]) == (found_as, [text])


@pytest.mark.parametrize(
    ("written", "posted"),
    [
        ("14.03.2023 07:49:55 UTC", utc(2023, 3, 14, 7, 49, 55)),
        ("2023-03-14 07:49:55 UTC", utc(2023, 3, 14, 7, 49, 55)),
        ("2023-03-14T07:49:55+00:00", utc(2023, 3, 14, 7, 49, 55)),
        ("2023-03-14T09:49:55+02:00", utc(2023, 3, 14, 7, 49, 55)),
        ("14/03/2023 07:49:55 UTC", utc(2023, 3, 14, 7, 49, 55)),
        ("03/14/23", None),
        ("2023-03-14", None),
    ],
)
def test_dates_are_read_as_seen(written: str, posted: datetime | None):
    row = sale("5", posted_date="", posted_date_time=written)
    (read,) = parse_settlement(table(row, total="5")).rows()
    assert (read.posted_at, read.posted_on) == (posted, date(2023, 3, 14))


def test_the_order_of_day_and_month_is_decided_once_for_the_file():
    """001-27: 09/06/25 is what the other dates of the file say."""
    times = {"start": "01/06/2025 UTC", "end": "15/06/2025 UTC", "deposit": ""}
    early = sale("1", posted_date="09/06/25", posted_date_time="")
    late = sale("1", posted_date="14/06/25", posted_date_time="")
    found = parse_settlement(table(early, late, total="2", **times))
    assert [row.posted_on for row in found.rows()] == [date(2025, 6, 9), date(2025, 6, 14)]


def test_the_period_decides_where_no_day_does():
    times = {"start": "2025-09-01 00:00:00 UTC", "end": "2025-09-12 00:00:00 UTC", "deposit": ""}
    row = sale("1", posted_date="09/06/25", posted_date_time="")
    (read,) = parse_settlement(table(row, total="1", **times)).rows()
    assert (read.posted_at, read.posted_on) == (None, date(2025, 9, 6))


def test_dates_that_can_be_read_in_two_ways_are_not_read():
    times = {"start": "06/06/2025", "end": "06/06/2025", "deposit": ""}
    row = sale("1", posted_date="05/04/25", posted_date_time="")
    with pytest.raises(SettlementError) as caught:
        parse_settlement(table(row, total="1", **times))
    assert caught.value.code == "dates_ambiguous"


def test_a_day_that_depends_on_the_country_is_idle_beside_a_time():
    row = sale("1", posted_date="05/04/25", posted_date_time="2023-03-14 07:49:55 UTC")
    (read,) = parse_settlement(table(row, total="1")).rows()
    assert read.posted_at == utc(2023, 3, 14, 7, 49, 55)


def test_rows_that_do_not_add_up_give_both_sums():
    """001-27: the file is read in the only way there is, and what is missing is seen."""
    found = parse_settlement(table(sale("10.00"), sale("-2.50"), total="7.51"))
    assert found.settlement.total == Decimal("7.51")
    assert found.settlement.row_total == sum(amounts(found)) == Decimal("7.50")


@pytest.mark.parametrize("total", ["1.234", "5.678"])
def test_a_sum_does_not_decide_between_two_readings_of_which_both_or_none_fits(total: str):
    """001-27: nothing is guessed."""
    with pytest.raises(SettlementError) as caught:
        parse_settlement(table(sale("1.234"), total=total))
    error = caught.value
    assert error.code == "total_ambiguous"
    assert error.sums == {".": Decimal("1.234"), ",": Decimal(1234)}
    assert error.total == {".": Decimal(total), ",": Decimal(total.replace(".", ""))}


def test_a_sum_decides_between_two_readings_of_which_one_fits():
    """001-27: a point parts thousands here, as the amount without one proves."""
    found = parse_settlement(table(sale("1.234"), sale("5"), total="1.239"))
    assert (found.decimal_mark, found.settlement.total) == (",", Decimal(1239))
    assert amounts(found) == [Decimal(1234), Decimal(5)]
    found = parse_settlement(table(sale("1.234"), sale("5"), total="6.234"))
    assert (found.decimal_mark, found.settlement.total) == (".", Decimal("6.234"))


def test_a_sum_that_is_nearly_the_total_is_no_proof():
    """001-27."""
    with pytest.raises(SettlementError) as caught:
        parse_settlement(table(sale("1.000"), sale("1.500"), total="2.000"))
    assert caught.value.code == "total_ambiguous"


def test_a_comma_is_never_dropped():
    """001-27: 1141,18 is not a hundred times more."""
    found = parse_settlement(table(sale("1141,18"), sale("-141,00"), total="1000,18"))
    assert found.settlement.total == Decimal("1000.18")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<?xml version='1.0'?><AmazonEnvelope/>", "an XML file"),
        (b"%PDF-1.7 summary", "a PDF"),
        (b"PK\x03\x04 xlsx", "an Excel workbook"),
        (b"order-id\tsku\r\n1\t2\r\n", "no column “settlement-id”"),
        (b"settlement-id\ttransaction-type\tprice-type\r\n1\t2\t3\r\n", "the older form V1"),
        (b"settlement-id,total-amount\r\n1,2\r\n", "no column “settlement-id”"),
        (b"", "no column “settlement-id”"),
        (table(sale("1"), total=""), "does not name period and total"),
        ("\t".join(HEAD).encode(), "does not name period and total"),
    ],
)
def test_other_files_are_named(content: bytes, words: str):
    """001-27: what people take for the file is distinguished from a damaged file."""
    with pytest.raises(SettlementError) as caught:
        parse_settlement(content)
    assert caught.value.code == "wrong_file"
    assert words in caught.value.reason


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([sale("ten")], "amount"),
        ([sale("")], "amount"),
        ([sale("1e3")], "amount"),
        ([sale("NaN")], "amount"),
        ([sale("1.50"), sale("1,50")], "amount"),
        ([sale("1", posted_date_time="yesterday")], "posted-date-time"),
        ([sale("1", posted_date_time="31.02.2023 00:00:00 UTC")], "posted-date-time"),
        ([sale("1", quantity_purchased="one")], "quantity-purchased"),
        ([sale("1", settlement_id="28471000002")], "settlement-id"),
        ([sale("1", currency="USD")], "currency"),
        ([sale("1", total_amount="5")], "total-amount"),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_file_and_is_named(
    rows: list[dict[str, str]], column: str
):
    with pytest.raises(DocumentError) as caught:
        parse_settlement(table(*rows, total="3"))
    assert caught.value.where == f"line {len(rows) + 2}, column {column}"


def test_more_cells_than_columns_are_refused():
    content = table(sale("3"), total="3").rstrip(b"\r\n") + b"\textra\r\n"
    with pytest.raises(DocumentError, match="more cells than columns"):
        parse_settlement(content)


@pytest.mark.parametrize(
    "changes", [{"start": "16.03.2023"}, {"end": ""}, {"deposit": "soon"}, {"currency": "euro"}]
)
def test_a_summary_that_is_none_is_refused(changes: dict[str, str]):
    with pytest.raises(DocumentError):
        parse_settlement(table(sale("3"), **{"total": "3", **changes}))


def test_a_number_that_a_spreadsheet_has_spoilt_is_refused():
    content = table(sale("3", settlement_id=""), total="3").replace(b"28471000001", b"2.85E+10")
    with pytest.raises(SettlementError) as caught:
        parse_settlement(content)
    assert caught.value.code == "wrong_file"


def test_many_rows_are_read_in_flat_memory():
    """001-27: memory does not grow with the file."""
    with tempfile.TemporaryFile() as file:
        line = table(sale("-1,17"), total="0").splitlines(keepends=True)
        file.write(line[0] + line[1].replace(b"\t0\tEUR", b"\t-23400,00\tEUR"))
        file.writelines(line[2:] * 20_000)
        tracemalloc.start()
        try:
            found = parse_settlement(file)
            assert sum(row.amount for row in found.rows()) == Decimal("-23400.00")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found.settlement.row_count == 20_000
    assert peak < 5 * 1024 * 1024  # the rows would be 20 MB, and a megabyte is sampled at once


MARKS = (".", ",")
DATES = ("%d.%m.%Y %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S UTC", "%d/%m/%Y %H:%M:%S UTC")
cents = st.integers(-(10**9), 10**9).map(lambda number: Decimal(number).scaleb(-2))
words = st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Zs")), max_size=12)
rows_of_any_kind = st.lists(
    st.tuples(cents, st.datetimes(datetime(2023, 3, 1), datetime(2023, 3, 14)), words), max_size=12
)


@given(rows_of_any_kind, st.sampled_from([*product(MARKS, DATES)]), st.booleans())
def test_written_values_are_read_back(
    wanted: list[tuple[Decimal, datetime, str]], dialect: tuple[str, str], grouped: bool
):
    """001-27: in every way of writing that was seen, each row comes back as it was."""
    mark, date = dialect

    def write(amount: Decimal) -> str:
        text = f"{amount:,.2f}" if grouped else f"{amount:.2f}"
        return text.translate({44: ".", 46: ","}) if mark == "," else text

    # a day that is not a month, so that the order of both is known
    wanted = [*wanted, (Decimal(0), datetime(2023, 3, 14), "")]
    rows = [
        sale(write(amount), posted_date="", posted_date_time=f"{at:{date}}", sku=sku)
        for amount, at, sku in wanted
    ]
    content = table(*rows, total=write(sum(amount for amount, _at, _sku in wanted)))
    found = parse_settlement(content)
    assert [(row.amount, row.posted_at, row.sku) for row in found.rows()] == [
        (amount, at.replace(microsecond=0, tzinfo=timezone.utc), sku) for amount, at, sku in wanted
    ]


@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_garbage_never_breaks_the_parser(content: bytes):
    with pytest.raises(DocumentError):
        parse_settlement(content)


@given(st.lists(st.tuples(st.sampled_from(HEAD), st.text(max_size=20)), min_size=1, max_size=4))
def test_garbage_in_cells_never_breaks_the_parser(changes: list[tuple[str, str]]):
    good: dict[str, Any] = {**sale("1.00")}
    clean = {name: text.replace("\t", "") for name, text in changes}
    try:
        found = parse_settlement(table({**good, **clean}, total="1.00", charset="utf-8"))
    except (DocumentError, UnicodeEncodeError):
        return
    assert sum(amounts(found)) == found.settlement.row_total
