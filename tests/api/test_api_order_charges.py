# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The money of order documents: each amount has its kind, and they add up."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from api.parsers.orders import parse_orders_document
from order_samples import (
    MINIMAL,
    breakdown,
    changed,
    charges,
    item_with,
    money,
    parse,
    raw,
)


@pytest.mark.parametrize("kind", ["ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "TAX"])
def test_each_kind_of_charge_has_its_neutral_name_also_as_what_a_tax_is_of(kind: str) -> None:
    tax = {
        "type": "TAX",
        "subtotal": money("1.00"),
        "detailedBreakdowns": [{"subtype": kind, "value": money("1.00")}],
    }
    rows = [{"type": kind, "subtotal": money("2.00")}, tax]
    expected = [(kind.lower(), "", "2.00"), ("tax", kind.lower(), "1.00")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == expected


def test_without_breakdowns_the_item_costs_unit_price_times_quantity() -> None:
    for proceeds in (None, {}, {"breakdowns": []}, {"proceedsTotal": money("45.00")}):
        assert charges(item_with(proceeds=proceeds)) == [("item", "", "45.00")]


def test_without_breakdowns_and_price_there_are_no_charges() -> None:
    assert charges(item_with(proceeds=None, product=None)) == []


def test_a_free_item_keeps_its_charge_and_other_zeros_are_left_out() -> None:
    rows = [{"type": kind, "subtotal": money("0.00")} for kind in ("ITEM", "SHIPPING", "TAX")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == [("item", "", "0.00")]


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_discount_is_negative_whatever_its_sign_was(sign: str) -> None:
    row = {
        "type": "DISCOUNT",
        "subtotal": money(sign + "3.00"),
        "detailedBreakdowns": [
            {"subtype": "ITEM", "value": money(sign + "2.00")},
            {"subtype": "SHIPPING", "value": money(sign + "1.00")},
        ],
    }
    expected = [("discount", "item", "-2.00"), ("discount", "shipping", "-1.00")]
    assert charges(item_with(proceeds={"breakdowns": [row]})) == expected


@pytest.mark.parametrize("kind", ["TAX", "DISCOUNT"])
def test_details_that_do_not_add_up_are_not_believed(kind: str) -> None:
    row = {
        "type": kind,
        "subtotal": money("3.00"),
        "detailedBreakdowns": [{"subtype": "ITEM", "value": money("2.99")}],
    }
    amount = "-3.00" if kind == "DISCOUNT" else "3.00"
    assert charges(item_with(proceeds={"breakdowns": [row]})) == [(kind.lower(), "", amount)]


def test_details_of_other_kinds_and_without_a_value_are_passed_over() -> None:
    rows = [
        {
            "type": "ITEM",
            "subtotal": money("3.00"),
            "detailedBreakdowns": [{"subtype": "ITEM", "value": money("3.00")}],
        },
        {
            "type": "TAX",
            "subtotal": money("1.00"),
            "detailedBreakdowns": [{"subtype": "ITEM"}, {"value": money("1.00")}],
        },
    ]
    expected = [("item", "", "3.00"), ("tax", "other", "1.00")]
    assert charges(item_with(proceeds={"breakdowns": rows})) == expected


def test_a_kind_that_amazon_adds_later_counts_as_other() -> None:
    row = {"type": "DELIVERY_TIP", "subtotal": money("1.00")}
    assert charges(item_with(proceeds={"breakdowns": [row]})) == [("other", "", "1.00")]


def test_the_rest_of_the_total_beyond_the_charges_is_given() -> None:
    """A difference is shown with its amount, not spread and not dropped."""
    assert parse(changed("proceeds.grandTotal", money("55.00")))["unexplained"] == Decimal("2.10")
    assert parse(changed("proceeds.grandTotal", money("50.00")))["unexplained"] == Decimal("-2.90")


def test_without_a_total_the_totals_of_the_lines_stand_for_it() -> None:
    order = changed("proceeds", None)
    order["orderItems"][0]["proceeds"]["proceedsTotal"] = money("53.00")
    assert parse(order)["unexplained"] == Decimal("0.10")
    assert parse(order)["amount_total"] is None


@pytest.mark.parametrize(
    "amount", [10**15 - 1, 7, Decimal("7.25"), "7", "-7.50", "0E-8", "1.5e1", "7.000"]
)
def test_an_amount_is_exact_in_every_form_of_a_decimal(amount: Any) -> None:
    text = str(amount)
    document = raw(changed("proceeds.grandTotal.amount", "@")).replace(
        b'"@"', text.encode() if not isinstance(amount, str) else json.dumps(text).encode()
    )
    assert parse_orders_document(document)[0]["amount_total"] == Decimal(text)


@pytest.mark.parametrize(
    ("marketplace", "known"), [("A1PA6795UKMFR9", False), ("ATVPDKIKX0DER", True)]
)
def test_a_missing_tax_differs_from_a_tax_of_zero(marketplace: str, known: bool) -> None:
    """000-27: where prices hold a tax, its absence says nothing of it."""
    item = {**MINIMAL["orderItems"][0], "proceeds": {"breakdowns": [breakdown("ITEM", "9.99")]}}
    order = {**MINIMAL, "salesChannel": {"marketplaceId": marketplace}, "orderItems": [item]}
    assert parse(order)["lines"][0]["tax_known"] is known
    item["proceeds"]["breakdowns"].append(breakdown("TAX", "0.00"))
    assert parse(order)["lines"][0]["tax_known"] is True


def test_a_discounts_tax_that_is_taken_off_already_counts_once() -> None:
    """000-27: the details without it are the whole tax."""
    details = [("ITEM", "19.00"), ("SHIPPING", "4.83"), ("DISCOUNT", "1.90")]
    row = breakdown("TAX", "23.83", details)
    item = {**MINIMAL["orderItems"][0], "proceeds": {"breakdowns": [row]}}
    charges = parse({**MINIMAL, "orderItems": [item]})["lines"][0]["charges"]
    assert [(one["of"], one["amount"]) for one in charges] == [
        ("item", Decimal("19.00")),
        ("shipping", Decimal("4.83")),
    ]
