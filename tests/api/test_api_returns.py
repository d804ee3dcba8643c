# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from io import BytesIO

import pytest
from api.parsers.returns_table import DocumentError, parse_returns
from hypothesis import given
from hypothesis import strategies as st

HEAD = (
    "Order ID\tReturn request date\tReturn request status\tAmazon RMA ID\tReturn carrier\t"
    "Tracking ID\tASIN\tMerchant SKU\tItem Name\tReturn quantity\tReturn Reason\tResolution\n"
)
ROW = (
    "302-1\t26-Nov-2026\tApproved\tR1\tDHL\t1234\tB00X\tSKU-1\tThing\t{}\tCR-UNWANTED_ITEM\t"
    "StandardRefund\n"
)


def read(text: str) -> list[dict]:
    return list(parse_returns(BytesIO(text.encode()), "utf-8"))


def test_rows_of_one_return_are_one_return_with_lines() -> None:
    """001-26."""
    [found] = read(HEAD + ROW.format(1) + ROW.format(2).replace("SKU-1", "SKU-2"))
    assert found["remote_return_id"] == "R1"
    assert found["requested_at"] == datetime(2026, 11, 26, tzinfo=timezone.utc)
    assert [(line["sku"], line["quantity"]) for line in found["lines"]] == [
        ("SKU-1", 1),
        ("SKU-2", 2),
    ]


@pytest.mark.parametrize("pieces", ["", "x", "-1", "1.5", "٣", "9999999"])
def test_an_invalid_number_of_pieces_is_named_with_its_line(pieces: str) -> None:
    """001-26, 000-13."""
    found, odd = read(HEAD + ROW.format(pieces) + ROW.format(1).replace("R1", "R2"))
    assert found["remote_return_id"] == "R2"
    assert "line 2, column return quantity" in odd["unreadable"]


def test_a_return_with_a_row_that_cannot_be_read_is_left_out() -> None:
    """001-26: it would be of fewer pieces than it is."""
    [odd] = read(HEAD + ROW.format(1) + ROW.format("x") + ROW.format(1))
    assert "line 3" in odd["unreadable"]


def test_a_line_is_known_by_its_id_where_the_report_has_it() -> None:
    """001-26."""
    head = HEAD.replace("Order ID\t", "Order ID\tOrder item ID\t", 1)
    [found] = read(head + ROW.format(1).replace("302-1\t", "302-1\t77\t", 1))
    assert found["lines"][0]["remote_line_id"] == "77"


@pytest.mark.parametrize("day", ["31-Feb-2026", "26-Foo-2026", "1-"])
def test_an_invalid_date_is_named(day: str) -> None:
    """001-26, 000-13."""
    [odd] = read(HEAD + ROW.format(1).replace("26-Nov-2026", day))
    assert "return request date" in odd["unreadable"]


def test_a_day_may_be_written_in_numbers() -> None:
    """001-26."""
    [found] = read(HEAD + ROW.format(1).replace("26-Nov-2026", "2026-11-26"))
    assert found["requested_at"] == datetime(2026, 11, 26, tzinfo=timezone.utc)


def test_another_report_is_none_of_returns() -> None:
    """001-26."""
    with pytest.raises(DocumentError, match="no column"):
        read("sku\tprice\n1\t2\n")


@given(st.binary(max_size=400))
def test_any_bytes_are_returns_or_a_named_error(raw: bytes) -> None:
    """000-13."""
    with suppress(DocumentError):
        list(parse_returns(BytesIO(HEAD.encode() + raw), "utf-8"))


def test_a_return_without_a_number_of_amazons_is_known_by_the_sellers() -> None:
    """001-26: and by its order where it has none."""
    head = HEAD.replace("Amazon RMA ID", "Amazon RMA ID\tMerchant RMA ID")
    rows = [ROW.format(1).replace("\tR1\t", numbers) for numbers in ("\t\tM7\t", "\t\t\t")]
    ours, bare = read(head + "".join(rows))
    assert (ours["remote_return_id"], bare["remote_return_id"]) == ("M7", "302-1")
