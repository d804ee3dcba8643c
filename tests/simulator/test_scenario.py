# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo orders: every kind, always the same, exact to the cent."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spapi_simulator.scenario import build_demo, build_demo_orders
from spapi_simulator.scenario.kinds import KINDS
from spapi_simulator.scenario.rarer_kinds import RARER_KINDS
from spapi_simulator.times import parse_time

from .client import DE, US, Amazon, listing
from .conftest import NOW

MARKETPLACES = [DE, US, "A1F83G8C2ARO7P", "A13V1IB3VIYZZH", "A1VC38T7YXB528", "A2NODRKZP88ZB9"]
prices = st.decimals(min_value="0.01", max_value="9999.99", places=2)


def _listings(*amounts: Decimal) -> list[dict[str, Any]]:
    return [
        {"sku": f"S{number}", "asin": f"B{number:09d}", "title": f"T{number}", "price": amount}
        for number, amount in enumerate(amounts)
    ]


def _amount(money: dict[str, str]) -> Decimal:
    return Decimal(money["amount"])


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(prices, min_size=1, max_size=5),
    count=st.integers(min_value=0, max_value=40),
    shop=st.sampled_from(MARKETPLACES),
)
def test_the_arithmetic_holds_exactly(amounts: list[Decimal], count: int, shop: str) -> None:
    """000-03: lines, prices, taxes and promotions add up to the grand total."""
    orders = build_demo_orders(_listings(*amounts), count, shop, NOW)
    assert len(orders) == count
    for order in orders:
        total = _check_total(order)
        aggregated = sum(_amount(row["subtotal"]) for row in order["proceeds"]["breakdowns"])
        assert aggregated == total


def _check_total(order: dict[str, Any]) -> Decimal:
    total = Decimal(0)
    for item in order["orderItems"]:
        parts = sum(_amount(row["subtotal"]) for row in item["proceeds"]["breakdowns"])
        assert parts == _amount(item["proceeds"]["proceedsTotal"])
        total += parts
        _check_tax(item)
    assert total == _amount(order["proceeds"]["grandTotal"])
    return total


def _check_tax(item: dict[str, Any]) -> None:
    for row in item["proceeds"]["breakdowns"]:
        if "detailedBreakdowns" in row:
            details = sum(_amount(detail["value"]) for detail in row["detailedBreakdowns"])
            assert details == _amount(row["subtotal"])


def test_the_same_input_gives_the_same_orders() -> None:
    listings = _listings(Decimal("19.99"), Decimal("5"))
    assert build_demo_orders(listings, 60, now=NOW) == build_demo_orders(listings, 60, now=NOW)
    other = build_demo_orders(listings, 60, now=NOW, seed=2)
    assert not {row["orderId"] for row in other} & {
        row["orderId"] for row in build_demo_orders(listings, 60, now=NOW)
    }


def test_orders_are_placed_over_some_days_and_none_is_late() -> None:
    rows = _listings(Decimal("19.99"))
    days = 14
    orders = [order for _kind, order in build_demo(rows, 60, now=NOW, days=days)]
    placed = [parse_time(order["createdTime"]) for order in orders]
    ages = {(NOW - moment).days for moment in placed}
    assert ages == set(range(days))
    assert placed == sorted(placed, reverse=True)
    lately = sum(NOW - moment < timedelta(days=7) for moment in placed)
    assert lately > len(orders) / 2
    windows = [order["fulfillment"]["shipByWindow"]["latestDateTime"] for order in orders]
    assert min(map(parse_time, windows)) > NOW
    whole = build_demo_orders(rows, 60, now=NOW)
    assert [order["orderId"] for order in orders] == [order["orderId"] for order in whole]


def test_order_ids_have_amazons_form_and_are_unique() -> None:
    ids = [row["orderId"] for row in build_demo_orders(_listings(Decimal(1)), 3000, now=NOW)]
    assert len(set(ids)) == 3000
    assert all(re.fullmatch(r"\d{3}-\d{7}-\d{7}", order_id) for order_id in ids)


def _by_kind() -> dict[str, dict[str, Any]]:
    return dict(build_demo(_listings(Decimal("100")), len(KINDS), now=NOW))


def test_every_kind_is_what_it_says() -> None:
    orders = _by_kind()
    assert set(orders) == set(KINDS)
    lines = {kind: order["orderItems"] for kind, order in orders.items()}
    types = {
        kind: {row["type"] for row in rows[0]["proceeds"]["breakdowns"]}
        for kind, rows in lines.items()
    }
    assert (len(lines["single"]), len(lines["several_lines"])) == (1, 3)
    assert [row["quantityOrdered"] for row in lines["quantities"]] == [3, 2]
    assert types["shipping"] == {"ITEM", "SHIPPING"}
    assert types["tax"] == {"ITEM", "SHIPPING", "TAX"}
    assert types["promotion"] == {"ITEM", "DISCOUNT"} and "promotion" in lines["promotion"][0]
    assert types["gift_wrap"] == {"ITEM", "GIFT_WRAP"}
    assert types["everything"] == {"ITEM", "SHIPPING", "GIFT_WRAP", "DISCOUNT", "TAX"}
    assert "giftOption" in lines["gift_wrap"][0]["fulfillment"]["packing"]
    assert "cancellationRequest" in lines["cancel_requested"][0]["cancellation"]


def test_states_and_people_are_what_their_kind_says() -> None:
    orders = _by_kind()
    states = {kind: row["fulfillment"]["fulfillmentStatus"] for kind, row in orders.items()}
    assert (states["pending"], states["cancelled"]) == ("PENDING", "CANCELLED")
    assert (states["fba"], states["partially_shipped"]) == ("SHIPPED", "PARTIALLY_SHIPPED")
    assert orders["fba"]["fulfillment"]["fulfilledBy"] == "AMAZON"
    assert orders["prime"]["programs"] == ["PRIME"]
    assert set(orders["withheld"]["recipient"]["deliveryAddress"]) == {
        "city",
        "postalCode",
        "countryCode",
    }
    assert orders["business"]["buyer"]["buyerPurchaseOrderNumber"]
    assert orders["business"]["tax"]["taxRegistrations"][0]["taxRegistrationType"] == "VAT"


@settings(max_examples=40, deadline=None)
@given(price=prices, shop=st.sampled_from(MARKETPLACES), kind=st.sampled_from(sorted(RARER_KINDS)))
def test_the_arithmetic_of_rarer_kinds_holds_exactly(price: Decimal, shop: str, kind: str) -> None:
    ((_kind, order),) = build_demo(_listings(price), 1, shop, NOW, kinds=[kind])
    _check_total(order)


def test_rarer_kinds_come_only_when_asked_for() -> None:
    usual = {kind for kind, _order in build_demo(_listings(Decimal(9)), 60, now=NOW)}
    assert not usual & set(RARER_KINDS)
    with pytest.raises(ValueError, match="there are the kinds"):
        build_demo(_listings(Decimal(9)), 1, kinds=["nonsense"])


def test_rarer_kinds_are_what_they_say(amazon: Amazon) -> None:
    goods = [{"sku": "S", "asin": "B000000001", "title": "Thing", "price": "10.00"}]
    made = amazon.simulator.demo(kinds=list(RARER_KINDS), listings=goods)
    assert [len(ids) for ids in made.values()] == [1] * len(RARER_KINDS)
    data = {kind: amazon.order(ids[0]) for kind, ids in made.items()}
    first = {kind: row["orderItems"][0] for kind, row in data.items()}
    assert first["ioss"]["tax"]["taxCalculationBreakdowns"] == [{"reportingScheme": "IOSS"}]
    assert first["ioss"]["fulfillment"]["shipping"]["internationalShipping"]["iossNumber"]
    assert first["facilitator"]["tax"]["taxCollections"][0]["model"] == "MARKETPLACE_FACILITATOR"
    types = {row["type"] for row in first["cash_on_delivery"]["proceeds"]["breakdowns"]}
    assert "COD_FEE" in types
    line = first["partially_cancelled"]["fulfillment"]
    assert (line["quantityFulfilled"], line["quantityUnfulfilled"]) == (0, 2)
    assert data["zero_line"]["orderItems"][1]["quantityOrdered"] == 0
    assert data["unfulfillable"]["fulfillment"]["fulfillmentStatus"] == "UNFULFILLABLE"
    assert data["replacement"]["proceeds"]["grandTotal"]["amount"] == "0.00"
    assert data["business_exempt"]["tax"]["taxRegistrations"]
    assert amazon.simulator.ship_elsewhere(made["partially_cancelled"][0])
    assert amazon.simulator.ship_fba(made["fba_unshipped"][0])


def test_there_must_be_something_to_sell(amazon: Amazon) -> None:
    with pytest.raises(ValueError, match="nothing to sell"):
        build_demo_orders([], 1)
    with pytest.raises(ValueError, match="nothing to sell"):
        amazon.simulator.demo()


def test_the_demo_sells_what_is_listed(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A"), listing(2, "B"))
    kinds = amazon.simulator.demo(count=32)
    sold = {
        item["product"]["sellerSku"]
        for ids in kinds.values()
        for order_id in ids
        for item in amazon.simulator.order(order_id)["orderItems"]
    }
    assert sold == {"A", "B"}
    assert sum(len(ids) for ids in kinds.values()) == 32
    seen = amazon.search(lastUpdatedAfter="2026-11-20T11:59:00Z").json()["orders"]
    assert len(seen) == 32
