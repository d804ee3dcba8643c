# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The arithmetic of order lines: nothing is lost, and the rate that made a tax explains it."""

from __future__ import annotations

import importlib.util
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

KINDS = ("item", "shipping", "gift_wrap", "cod_fee", "other", "discount")
CENT = Decimal("0.01")
RATES = [Decimal(text) for text in ("5", "5.5", "7", "8.25", "19", "20", "21", "25", "27")]


def load() -> ModuleType:
    """Return the module alone: the package around it needs Odoo."""
    path = Path(__file__).parents[2] / "integrator" / "importers" / "line_money.py"
    spec = importlib.util.spec_from_file_location("line_money", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


money = load()


def charge(kind: str, amount: Decimal | str, of: str = "") -> dict[str, Any]:
    return {"kind": kind, "of": of, "amount": str(amount)}


def total(charges: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["amount"]) for row in charges), Decimal(0))


COINS = st.sampled_from([Decimal(1), CENT, Decimal("0.001")])
CHARGES = st.lists(
    st.tuples(
        st.sampled_from([*KINDS, "tax", "tax"]),
        st.sampled_from(["", *KINDS]),
        st.integers(-10_000, 100_000),
    ),
    max_size=9,
)


@settings(deadline=None, max_examples=500)
@given(CHARGES, COINS)
def test_nothing_is_lost_whatever_the_site_says(
    rows: list[tuple[str, str, int]], coin: Decimal
) -> None:
    """000-04: parts in whole coins add up to the charges."""
    charges = [charge(kind, units * coin, of) for kind, of, units in rows]
    for found in (money.parts(charges), money.at_one_rate(money.parts(charges))):
        if not any(part.kind == "tax" for part in money.parts(charges)):
            found = money.in_coins(found, coin)
            assert all(part.tax % coin == 0 for part in found)
            assert sum((part.gross for part in found), Decimal(0)) == total(charges)


@settings(deadline=None, max_examples=500)
@given(CHARGES, COINS)
def test_a_tax_on_nothing_is_a_part_of_its_own(
    rows: list[tuple[str, str, int]], coin: Decimal
) -> None:
    """It is kept, but no rate is made of it."""
    charges = [charge(kind, units * coin, of) for kind, of, units in rows]
    found = money.in_coins(money.parts(charges), coin)
    assert sum((part.gross for part in found), Decimal(0)) == total(charges)
    assert all(not part.tax for part in found if part.kind == "tax")


@settings(deadline=None, max_examples=2_000)
@given(
    st.integers(1, 500_000).map(lambda cents: cents * CENT),
    st.sampled_from(RATES),
    st.booleans(),
    st.integers(1, 12),
)
def test_the_rate_that_made_a_tax_explains_it(
    price: Decimal, rate: Decimal, included: bool, quantity: int
) -> None:
    """000-27: whether prices contain the tax or not, and however small they are."""
    net = price / (1 + rate / 100) if included else price
    net = net.quantize(CENT, ROUND_HALF_UP)
    tax = price - net if included else (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
    part = money.Part("item", net * quantity, tax * quantity)
    allowed = money.slack(CENT, quantity)
    assert not part.net or money.rate_error(part, rate) <= allowed
    assert not part.net or money.rate_error(part, money.nicest_rate(part, allowed)) <= allowed


def test_a_large_amount_tells_its_rate() -> None:
    """000-27."""
    for rate in RATES:
        part = money.Part("item", Decimal(1000), 10 * rate)
        assert money.nicest_rate(part, money.slack(CENT, 1)) == rate


def test_one_rate_for_a_line_is_spread_by_what_its_parts_cost() -> None:
    """The site has taken the discount off the tax of the item."""
    found = money.parts([charge("item", "100"), charge("discount", "-10"), charge("tax", "17.1")])
    taxes = {part.kind: part.tax for part in money.in_coins(money.at_one_rate(found), CENT)}
    assert taxes == {"item": Decimal("19.00"), "discount": Decimal("-1.90")}


def test_parts_that_cost_nothing_together_keep_their_taxes() -> None:
    """An item that its discount makes free, of whose tax a cent is left."""
    free = [charge("item", "10"), charge("discount", "-10"), charge("tax", "0.01", "item")]
    assert sum(part.gross for part in money.at_one_rate(money.parts(free))) == CENT


def test_a_spread_amount_adds_up_for_any_shares() -> None:
    """The last part takes what rounding leaves: a third of a tax has no end."""
    charges = [charge("item", "1.00"), charge("shipping", "1.00"), charge("gift_wrap", "1.00")]
    found = money.parts([*charges, charge("tax", "0.10")])
    assert sum(part.tax for part in found) == Decimal("0.10")
    assert [part.kind for part in found] == ["item", "shipping", "gift_wrap"]
    coins = money.in_coins(found, CENT)
    assert [part.tax for part in coins] == [Decimal("0.03"), Decimal("0.04"), Decimal("0.03")]


def test_the_money_of_pieces_goes_with_them_and_the_rest_stays() -> None:
    """001-22: two of three pieces are left."""
    charges = [
        charge("item", "30.00"),
        charge("shipping", "4.90"),
        charge("discount", "-3.00", "item"),
        charge("tax", "5.70", "item"),
        charge("tax", "0.93", "shipping"),
        charge("tax", "-0.57", "discount"),
    ]
    left = [Decimal(row["amount"]) for row in money.open_charges(charges, 3, 2, CENT)]
    assert left == [Decimal(text) for text in ("20.00", "4.90", "-2.00", "3.80", "0.93", "-0.38")]
    assert money.open_charges(charges, 3, 3, CENT) == charges
    assert money.open_charges(charges, 3, 0, CENT) == []


def test_a_tax_is_taken_out_of_prices_to_the_cent() -> None:
    """000-27."""
    charges = [charge("item", "19.99"), charge("shipping", "4.99"), charge("discount", "-2.00")]
    found = money.taken_out(money.parts(charges), Decimal(19), CENT)
    assert [part.gross for part in found] == [Decimal(row["amount"]) for row in charges]
    # 22.98 × 19 / 119
    assert sum(part.tax for part in found) == Decimal("3.67")
    assert [part.tax for part in found] == [Decimal("3.19"), Decimal("0.80"), Decimal("-0.32")]


def test_rounding_may_be_off_by_a_coin_and_something_for_each_piece() -> None:
    """Half a coin for the tax of a piece and its part of the price, and one for the line."""
    assert money.slack(Decimal("0.01"), 1) == Decimal("0.0165")
    assert money.slack(Decimal("0.01"), 4) == Decimal("0.036")
    assert money.slack(Decimal(1), 2) == Decimal("2.3")


def test_a_rate_that_is_off_by_what_is_allowed_still_explains_a_tax() -> None:
    part = money.Part("item", Decimal(100), Decimal("19.02"))
    assert money.nicest_rate(part, Decimal("0.02")) == 19
    assert money.nicest_rate(part, Decimal("0.019")) == Decimal("19.02")


def test_the_tax_of_discounts_goes_with_the_pieces_where_all_discounts_do() -> None:
    """Half of two pieces is cancelled; what is taken off the shipping stays, and so does a tax of
    which nobody can say how much is for it."""
    item, tax = charge("item", "20.00"), charge("tax", "-0.50", "discount")
    of_item, of_shipping = (
        charge("discount", "-2.00", "item"),
        charge("discount", "-1.00", "shipping"),
    )
    left = money.open_charges([item, of_item, tax], 2, 1, CENT)
    assert [row["amount"] for row in left] == ["10.00", "-1.00", "-0.25"]
    left = money.open_charges([item, of_item, of_shipping, tax], 2, 1, CENT)
    assert [row["amount"] for row in left] == ["10.00", "-1.00", "-1.00", "-0.50"]
    assert money.open_charges([item, of_item, of_shipping, tax], 2, 0, CENT) == []


def test_the_tax_of_what_costs_nothing_is_not_lost() -> None:
    found = money.parts(
        [charge("item", "0.00"), charge("shipping", "5.00"), charge("tax", "0.95", "item")]
    )
    taxes = {part.kind: part.tax for part in found}
    assert taxes == {"item": 0, "shipping": Decimal("0.95")}
