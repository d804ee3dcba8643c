# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transitions of orders at Amazon's side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from spapi_simulator import Simulator
from spapi_simulator.control import Control, ControlError
from spapi_simulator.state.shipping import ShippingProblem

from .client import Amazon, money, order

FBA = {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "AMAZON"}


def state(data: dict[str, Any]) -> tuple[str, int, int]:
    """Return status, units shipped and units that wait of the first line."""
    line = data["orderItems"][0]["fulfillment"]
    status = data["fulfillment"]["fulfillmentStatus"]
    return status, line["quantityFulfilled"], line["quantityUnfulfilled"]


def test_an_order_is_shipped_elsewhere_in_parts(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = simulator.add_order(order(quantity=3))
    simulator.ship_elsewhere(order_id, {"1": 1}, tracking="T1")
    assert state(amazon.order(order_id)) == ("PARTIALLY_SHIPPED", 1, 2)
    simulator.ship_elsewhere(order_id)
    data = amazon.order(order_id)
    assert state(data) == ("SHIPPED", 3, 0)
    assert [row["packageReferenceId"] for row in data["packages"]] == ["1", "2"]
    assert [row["source"] for row in simulator.shipments(order_id)] == ["sellerCentral"] * 2
    with pytest.raises(ShippingProblem):
        simulator.ship_elsewhere(order_id)


def test_amazon_ships_its_own_orders_only(amazon: Amazon) -> None:
    simulator = amazon.simulator
    fba = simulator.add_order(order(1, fulfillment=dict(FBA)))
    simulator.ship_fba(fba, {"1": 1})
    assert state(amazon.order(fba)) == ("PARTIALLY_SHIPPED", 1, 1)
    simulator.ship_fba(fba)
    assert state(amazon.order(fba)) == ("SHIPPED", 2, 0)
    assert "packages" not in amazon.order(fba)
    with pytest.raises(ValueError, match="do not wait"):
        simulator.ship_fba(fba, {"1": 1})
    with pytest.raises(ValueError, match="by the merchant"):
        simulator.ship_fba(simulator.add_order(order(2)))


def test_a_part_of_a_line_is_cancelled(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = simulator.add_order(order(quantity=3))
    simulator.cancel_items(order_id, {"1": 1}, by="MERCHANT", reason="NoInventory")
    data = amazon.order(order_id)
    assert state(data) == ("UNSHIPPED", 0, 2)
    assert data["orderItems"][0]["quantityOrdered"] == 3
    assert data["orderItems"][0]["cancellation"]["cancellationExecution"] == {
        "cancelledBy": "MERCHANT",
        "cancelReason": "NoInventory",
    }
    assert amazon.confirm(order_id, orderItems=[{"orderItemId": "1", "quantity": 3}]).is_error
    for wrong in ({"1": 3}, {"9": 1}, {"1": 0}):
        with pytest.raises(ValueError, match="do not wait"):
            simulator.cancel_items(order_id, wrong)


@pytest.mark.parametrize(("quantity", "left"), [(1, "20.00"), (2, "10.00"), (3, "0.00")])
def test_a_cancelled_line_can_shrink_with_its_money(
    amazon: Amazon, quantity: int, left: str
) -> None:
    order_id = amazon.simulator.add_order(order(quantity=3))
    amazon.simulator.cancel_items(order_id, {"1": quantity}, zero=True)
    data = amazon.order(order_id)
    line = data["orderItems"][0]
    parts = [Decimal(row["subtotal"]["amount"]) for row in line["proceeds"]["breakdowns"]]
    assert line["quantityOrdered"] == 3 - quantity
    assert data["proceeds"]["grandTotal"]["amount"] == left
    assert sum(parts) == Decimal(line["proceeds"]["proceedsTotal"]["amount"]) == Decimal(left)
    assert (data["fulfillment"]["fulfillmentStatus"] == "CANCELLED") == (quantity == 3)


def test_a_request_of_the_buyer_cancels_nothing_yet(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.simulator.request_cancel(order_id, reason="Too late")
    data = amazon.order(order_id)
    assert state(data) == ("UNSHIPPED", 0, 2)
    assert data["orderItems"][0]["cancellation"] == {
        "cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}
    }


def test_amazon_gives_an_order_up(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order(fulfillment=dict(FBA)))
    amazon.simulator.mark_unfulfillable(order_id)
    assert state(amazon.order(order_id))[0] == "UNFULFILLABLE"


def test_goods_to_come_arrive(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order(status="PENDING_AVAILABILITY"))
    assert "proceeds" not in amazon.order(order_id)
    amazon.simulator.make_available(order_id)
    assert state(amazon.order(order_id))[0] == "PENDING"
    amazon.simulator.release(order_id)
    assert state(amazon.order(order_id)) == ("UNSHIPPED", 0, 2)


def test_every_transition_can_be_found_by_time(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.simulator.advance(60)
    amazon.simulator.request_cancel(order_id)
    found = amazon.search(lastUpdatedAfter="2026-11-20T12:00:30Z").json()["orders"]
    assert [row["orderId"] for row in found] == [order_id]


def test_three_decimals_and_none_are_kept(simulator: Simulator) -> None:
    for number, (currency, amount) in enumerate([("KWD", "1.234"), ("JPY", "1500")]):
        data = order(number, quantity=3)
        total = money(amount, currency)
        data["proceeds"] = {"grandTotal": dict(total)}
        proceeds = {
            "proceedsTotal": dict(total),
            "breakdowns": [{"type": "ITEM", "subtotal": dict(total)}],
        }
        data["orderItems"][0]["proceeds"] = proceeds
        order_id = simulator.add_order(data)
        assert simulator.order(order_id)["proceeds"]["grandTotal"] == total
        shown = simulator.cancel_items(order_id, {"1": 1}, zero=True)
        left = {"KWD": "0.823", "JPY": "1000"}[currency]
        assert shown["proceeds"]["grandTotal"]["amount"] == left


def test_the_control_api_steers_the_transitions(amazon: Amazon) -> None:
    control = Control(amazon.simulator.url)
    first, second = control.add_orders([order(1, quantity=3), order(2, fulfillment=dict(FBA))])
    assert state(control.cancel_items(first, {"1": 1})) == ("UNSHIPPED", 0, 2)
    assert "cancellation" in control.request_cancel(first)["orderItems"][0]
    assert state(control.ship_elsewhere(first, quantities={"1": 1}))[0] == "PARTIALLY_SHIPPED"
    assert state(control.ship_fba(second)) == ("SHIPPED", 2, 0)
    with pytest.raises(ControlError, match="merchant"):
        control.ship_fba(first)
    with pytest.raises(ControlError, match="exceeds"):
        control.ship_elsewhere(first, quantities={"1": 9})
    third, fourth = control.add_orders(
        [order(3, status="PENDING_AVAILABILITY"), order(4, fulfillment=dict(FBA))]
    )
    assert state(control.make_available(third))[0] == "PENDING"
    assert state(control.mark_unfulfillable(fourth))[0] == "UNFULFILLABLE"
    made = control.add_return(first, "1", reason="CR-DEFECTIVE")
    assert control.returns() == [made]
    earlier = control.add_return(first, "1", created="2026-11-20T10:00:00Z")
    assert earlier["created"] == "2026-11-20T10:00:00Z"


def test_the_control_api_shows_queue_and_reports(amazon: Amazon) -> None:
    control = Control(amazon.simulator.url)
    control.settings(notify_orders=True, notification_copies=2, report_charset="utf-8")
    order_id = control.add_order(order())
    assert len(control.queue_messages()) == 2
    control.notify(order_id, requested=True)
    assert control.send_message("garbage")
    assert control.queue_messages()[-1]["body"] == "garbage"
    assert len(control.queue_messages()) == 5
    assert control.queue_url == amazon.simulator.queue_url
    assert control.queue_arn == amazon.simulator.queue_arn
    amazon.ask_report("GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING")
    assert "Musterstraße" in control.reports()[0]["content"]
    changed = control.settings(no_refund_marketplaces=["A1PA6795UKMFR9"], report_gzip=False)
    assert (changed["no_refund_marketplaces"], changed["report_gzip"]) == (
        ["A1PA6795UKMFR9"],
        False,
    )
