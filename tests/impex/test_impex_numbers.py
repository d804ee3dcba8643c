# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers as the files of other countries write them: the number in the form is the only guide."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from files.constants import Context
from files.layout import Column, Descriptor, Forms
from files.problems import ValueRefused
from files.records import read_records, write_records
from files.values import parse_number
from hypothesis import given
from hypothesis import strategies as st

#: Form -> what stands between thousands, and before the fraction.
FORMS = {
    "1234.56": ("", "."),
    "1234,56": ("", ","),
    "1,234.56": (",", "."),
    "1.234,56": (".", ","),
    "1 234,56": (" ", ","),
    "1\u00a0234,56": ("\u00a0", ","),
    "1\u202f234,56": ("\u202f", ","),
    "1'234.56": ("'", "."),
    "1’234.56": ("’", "."),
}
#: Marks that are not distinguished: keyboards and spreadsheets have one or the other.
ALIKE = (" \u00a0\u202f\u2009", "'’")
REFUSED = None

form_names = st.sampled_from(sorted(FORMS))
wholes = st.integers(0, 10**15)
fractions = st.text("0123456789", min_size=0, max_size=6)
signs = st.sampled_from(["", "-", "+", "−"])


def thousands(whole: int, mark: str) -> str:
    """Write a whole number with a mark between its thousands."""
    return f"{whole:,}".replace(",", mark)


def value_of(sign: str, whole: int, fraction: str) -> Decimal:
    amount = Decimal(f"{whole}.{fraction or 0}")
    return -amount if sign in ("-", "−") else amount


def layout(form: str) -> Descriptor:
    column = Column("x", source="x", type="decimal")
    return Descriptor("a", "b", (column,), mode="insert", forms=Forms(number=form))


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        # one comma or point may be either; the form decides, and a thousandfold price is the price
        ("1.234,56", "1.234", "1234"),
        ("1.234,56", "1,234", "1.234"),
        ("1,234.56", "1,234", "1234"),
        ("1,234.56", "1.234", "1.234"),
        ("1234.56", "1.234", "1.234"),
        ("1234,56", "1,234", "1.234"),
        ("1234.56", "1,234", REFUSED),
        ("1234,56", "1.234", REFUSED),
        # both say what they are, or are refused
        ("1.234,56", "1.234,56", "1234.56"),
        ("1,234.56", "1,234.56", "1234.56"),
        ("1.234,56", "1,234.56", REFUSED),
        ("1,234.56", "1.234,56", REFUSED),
        ("1234.56", "1,234.56", REFUSED),
        ("1234,56", "1.234,56", REFUSED),
        # what stands where no thousands end is no mark between them
        ("1.234,56", "12.34", REFUSED),
        ("1.234,56", "1.2345", REFUSED),
        ("1.234,56", "1234.567", REFUSED),
        ("1.234,56", ".234", REFUSED),
        ("1,234.56", "1,23", REFUSED),
        ("1,234.56", "1,,234", REFUSED),
        ("1.234,56", "1.234.567", "1234567"),
        ("1.234,56", "1,234,567", REFUSED),
        # both ways of writing at once are not meant
        ("1.234,56", "1.234.567,8", "1234567.8"),
        ("1.234,56", ",5", "0.5"),
        ("1.234,56", "5,", "5"),
        ("1.234,56", ",", REFUSED),
    ],
)
def test_point_and_comma(form: str, text: str, value: str | None) -> None:
    """003-12: “1.234,56”, “1.234” and “1,234” in each form, through a layout."""
    (record,) = read_records(layout(form), io.BytesIO(f"x;y\n{text};.\n".encode()), Context())
    if value is REFUSED:
        assert [(problem.row, problem.column) for problem in record.problems] == [(2, "x")]
    else:
        assert not record.problems
        assert record.values == {"x": Decimal(value)}


@given(form=form_names, sign=signs, whole=wholes, fraction=fractions)
def test_a_number_in_its_own_form(form: str, sign: str, whole: int, fraction: str) -> None:
    """003-12: with marks between thousands and without, it is the number that was written."""
    group, decimal = FORMS[form]
    tail = decimal + fraction if fraction else ""
    wanted = value_of(sign, whole, fraction)
    for mark in {group, ""}:
        text = f"{sign}{thousands(whole, mark)}{tail}"
        found = parse_number(text, form)
        assert found == wanted, text
        # not a digit is lost to a float on the way
        assert -found.as_tuple().exponent == len(fraction)


@given(form=form_names, whole=st.integers(1000, 10**12), mark=st.sampled_from(" ,.'_\u00a0’"))
def test_another_mark_between_thousands(form: str, whole: int, mark: str) -> None:
    """003-12: a mark that the form does not have is never passed over."""
    group, decimal = FORMS[form]
    alike = next((same for same in ALIKE if group and group in same), group)
    if mark in alike or (mark == decimal and whole < 10**6):
        return
    with pytest.raises(ValueRefused):
        parse_number(f"{thousands(whole, mark)}", form)


@given(
    written=form_names,
    read=form_names,
    sign=signs,
    whole=st.integers(1000, 10**12),
    cents=st.integers(0, 99),
)
def test_an_amount_is_right_or_refused(
    written: str, read: str, sign: str, whole: int, cents: int
) -> None:
    """003-12: an amount with thousands and cents, read in a form that is not its own, is never
    another amount."""
    group, decimal = FORMS[written]
    text = f"{sign}{thousands(whole, group)}{decimal}{cents:02}"
    try:
        found = parse_number(text, read)
    except ValueRefused:
        assert written != read
    else:
        assert found == value_of(sign, whole, f"{cents:02}")


@given(form=form_names, value=st.decimals(-(10**12), 10**12, places=4))
def test_written_values_are_read_back(form: str, value: Decimal) -> None:
    """003-12, 003-20: an export in a form is an import in it."""
    target = io.BytesIO()
    write_records(layout(form), [{"x": value}], target)
    target.seek(0)
    (record,) = read_records(layout(form), target, Context())
    assert record.values == {"x": value}
