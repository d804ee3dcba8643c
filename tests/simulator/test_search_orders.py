# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""searchOrders and getOrder of the Orders API 2026-01-01."""

from __future__ import annotations

from typing import Any

import pytest

from spapi_simulator import Simulator

from .client import DE, FR, Amazon, order


def _ids(data: dict[str, Any]) -> list[str]:
    return [row["orderId"] for row in data["orders"]]


def _fill(simulator: Simulator, count: int) -> list[str]:
    return [simulator.add_order(order(number)) for number in range(count)]


def test_pages_give_every_order_once(amazon: Amazon) -> None:
    """000-08: 250 orders over 3 pages."""
    expected = _fill(amazon.simulator, 250)
    first = amazon.search(maxResultsPerPage=100).json()
    second = _next(amazon, first)
    third = _next(amazon, second)
    assert _ids(first) + _ids(second) + _ids(third) == expected
    assert "pagination" not in third
    assert first["lastUpdatedBefore"] == third["lastUpdatedBefore"] == "2026-11-20T12:00:00Z"


def _next(amazon: Amazon, page: dict[str, Any], **changes: Any) -> dict[str, Any]:
    query = {"maxResultsPerPage": 100, "paginationToken": page["pagination"]["nextToken"]}
    return amazon.search(**{**query, **changes}).json()


def test_a_page_token_is_bound_to_its_query_and_its_seller(amazon: Amazon) -> None:
    _fill(amazon.simulator, 3)
    page = amazon.search(maxResultsPerPage=2).json()
    assert "errors" in _next(amazon, page, maxResultsPerPage=1)
    assert "errors" in _next(amazon, page, maxResultsPerPage=2, fulfillmentStatuses="SHIPPED")
    other = Amazon(amazon.simulator, amazon.simulator.add_seller())
    assert "errors" in _next(other, page, maxResultsPerPage=2)
    assert len(_next(amazon, page, maxResultsPerPage=2)["orders"]) == 1
    other.close()


def test_a_page_token_lives_a_day(amazon: Amazon) -> None:
    _fill(amazon.simulator, 3)
    page = amazon.search(maxResultsPerPage=2).json()
    amazon.simulator.advance(24 * 3600)
    amazon.token = ""
    assert "errors" in _next(amazon, page, maxResultsPerPage=2)


@pytest.mark.parametrize(
    "query",
    [
        {"createdAfter": "2026-11-01T00:00:00Z", "lastUpdatedAfter": "2026-11-01T00:00:00Z"},
        {"createdAfter": "2026-11-01T00:00:00Z", "lastUpdatedBefore": "2026-11-02T00:00:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": "2026-11-02T00:00:00Z", "createdBefore": "2026-11-01T00:00:00Z"},
        {"createdAfter": "2026-11-02T00:00:00Z", "createdBefore": "2026-11-20T11:59:00Z"},
        {"maxResultsPerPage": 101},
        {"maxResultsPerPage": "many"},
        {"fulfillmentStatuses": "LOST"},
        {"includedData": "EVERYTHING"},
        {"paginationToken": "made-up"},
    ],
)
def test_bad_queries_are_refused(amazon: Amazon, query: dict[str, Any]) -> None:
    answer = amazon.search(**query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


def test_a_window_is_a_must(amazon: Amazon) -> None:
    assert amazon.request("GET", "/orders/2026-01-01/orders").status_code == 400


def test_windows_and_filters_choose(amazon: Amazon) -> None:
    sim = amazon.simulator
    french = {"channelName": "AMAZON", "marketplaceId": FR}
    fba = {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"}
    early = sim.add_order(
        order(1, createdTime="2026-11-01T00:00:00Z", lastUpdatedTime="2026-11-02T00:00:00Z")
    )
    paris = sim.add_order(order(2, salesChannel=french))
    stock = sim.add_order(order(3, fulfillment=fba))
    asked = [
        ({"createdAfter": "2026-11-10T00:00:00Z"}, [paris, stock]),
        (
            {
                "lastUpdatedAfter": "2026-11-01T00:00:00Z",
                "lastUpdatedBefore": "2026-11-03T00:00:00Z",
            },
            [early],
        ),
        ({"marketplaceIds": FR}, [paris]),
        ({"marketplaceIds": f"{DE},{FR}"}, [early, paris, stock]),
        ({"fulfilledBy": "AMAZON"}, [stock]),
        ({"fulfillmentStatuses": "UNSHIPPED,PENDING"}, [early, paris]),
    ]
    for query, expected in asked:
        assert _ids(amazon.search(**query).json()) == expected


def test_the_answer_tells_up_to_when_it_holds(amazon: Amazon) -> None:
    data = amazon.search(createdAfter="2026-11-01T00:00:00Z").json()
    assert data == {"orders": [], "createdBefore": "2026-11-20T12:00:00Z"}


def test_a_change_becomes_visible_after_its_delay(amazon: Amazon) -> None:
    amazon.simulator.visibility_seconds = 120
    amazon.simulator.add_order(order())
    before = amazon.search().json()
    amazon.simulator.advance(120)
    after = amazon.search().json()
    assert (len(before["orders"]), before["lastUpdatedBefore"]) == (0, "2026-11-20T11:58:00Z")
    assert (len(after["orders"]), after["lastUpdatedBefore"]) == (1, "2026-11-20T12:00:00Z")


def test_included_data_decides_what_is_shown(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    bare = amazon.order(order_id, "")
    money = amazon.order(order_id, "PROCEEDS")
    assert set(bare) == {"orderId", "createdTime", "lastUpdatedTime", "salesChannel", "orderItems"}
    assert set(bare["orderItems"][0]) == {"orderItemId", "quantityOrdered", "product"}
    assert money["proceeds"]["grandTotal"]["amount"] == "20.00"
    assert "proceeds" in money["orderItems"][0] and "buyer" not in money


def test_a_pending_order_has_no_money_and_no_address_until_it_is_released(amazon: Amazon) -> None:
    """001-17, 001-18: the holding period is respected, then the order comes."""
    order_id = amazon.simulator.add_order(order(status="PENDING"))
    pending = amazon.order(order_id)
    amazon.simulator.advance(60)
    amazon.simulator.release(order_id)
    released = amazon.order(order_id)
    assert not {"buyer", "recipient", "proceeds"} & set(pending)
    assert "price" not in pending["orderItems"][0]["product"]
    assert released["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert released["proceeds"]["grandTotal"]["amount"] == "20.00"
    assert released["lastUpdatedTime"] == "2026-11-20T12:01:00Z"


def test_a_pending_order_without_prices_gets_some_at_its_release(amazon: Amazon) -> None:
    item = {"orderItemId": "1", "quantityOrdered": 3, "product": {"sellerSku": "THING"}}
    pending = {"fulfillmentStatus": "PENDING"}
    order_id = amazon.simulator.add_order(
        {"orderId": "302-0000000-0000009", "orderItems": [item], "fulfillment": pending}
    )
    released = amazon.simulator.release(order_id)
    assert released["proceeds"]["grandTotal"] == {"amount": "30.00", "currencyCode": "EUR"}
    assert released["recipient"]["deliveryAddress"]["countryCode"] == "DE"


def test_orders_are_changed_and_cancelled_from_outside(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.simulator.advance(5)
    changed = amazon.simulator.update_order(order_id, buyer={"buyerName": "Max"})
    cancelled = amazon.simulator.cancel(order_id)
    assert changed["buyer"] == {"buyerName": "Max", "buyerEmail": "e@marketplace.amazon.de"}
    assert cancelled["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert cancelled["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] == 0
    assert amazon.order(order_id) == amazon.simulator.order(order_id)


def test_an_order_needs_an_id_of_its_own_and_items(simulator: Simulator) -> None:
    simulator.add_order(order())
    with pytest.raises(ValueError, match="exists"):
        simulator.add_order(order())
    with pytest.raises(ValueError, match="needs"):
        simulator.add_order({"orderId": "302-0000000-0000002"})
    with pytest.raises(KeyError):
        simulator.order("302-0000000-0000003")
