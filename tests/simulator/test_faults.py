# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every fault that the simulator can play."""

from __future__ import annotations

import gzip
import json
import threading

import httpx
import pytest

from spapi_simulator.faults import KINDS

from .client import DE, Amazon, listing, listings_feed, order

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
LISTINGS = "JSON_LISTINGS_FEED"


def test_a_fault_can_let_calls_go_by_first(amazon: Amazon) -> None:
    amazon.simulator.fault("searchOrders", "throttle", after=1)
    assert [amazon.search().status_code for _number in range(3)] == [200, 429, 200]


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("throttle", 429, "application/json"),
        ("server_error", 500, "application/json"),
        ("html_500", 500, "text/html"),
        ("html_503", 503, "text/html"),
        ("forbidden", 403, "application/json"),
    ],
)
def test_an_error_hits_as_many_calls_as_asked_for(
    amazon: Amazon, kind: str, status: int, content_type: str
) -> None:
    amazon.simulator.fault("searchOrders", kind, times=2)
    answers = [amazon.search() for _number in range(3)]
    assert amazon.request("GET", PARTICIPATIONS).status_code == 200
    assert [row.status_code for row in answers] == [status, status, 200]
    assert answers[0].headers["Content-Type"] == content_type
    assert ("errors" in answers[0].text) == (content_type == "application/json")


def test_a_star_hits_any_operation_and_faults_can_be_taken_back(amazon: Amazon) -> None:
    amazon.simulator.fault("*", "throttle", times=5)
    assert amazon.ask_token().status_code == 429
    amazon.simulator.clear_faults()
    assert amazon.search().status_code == 200


def test_a_token_can_fail_too(amazon: Amazon) -> None:
    amazon.simulator.fault("lwaToken", "html_503")
    assert amazon.ask_token().status_code == 503


@pytest.mark.parametrize("kind", ["refuse", "drop_after", "cut_body"])
def test_a_broken_line_is_a_transport_error(amazon: Amazon, kind: str) -> None:
    amazon.search()
    amazon.simulator.fault("searchOrders", kind)
    with pytest.raises(httpx.RemoteProtocolError):
        amazon.search()
    assert amazon.search().status_code == 200


def test_a_refused_call_has_no_effect_and_a_dropped_one_has(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    for kind, shipped in (("refuse", 0), ("drop_after", 1)):
        amazon.simulator.fault("confirmShipment", kind)
        with pytest.raises(httpx.RemoteProtocolError):
            amazon.confirm(order_id)
        assert len(amazon.simulator.shipments(order_id)) == shipped


def test_a_held_answer_runs_into_the_clients_time_limit(amazon: Amazon) -> None:
    amazon.search()
    amazon.simulator.fault("searchOrders", "time_out", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        amazon.http.get(
            "/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z",
            headers={"x-amz-access-token": amazon.token},
            timeout=0.2,
        )


def test_a_stop_lets_go_of_a_held_answer(amazon: Amazon) -> None:
    amazon.search()
    amazon.simulator.fault("searchOrders", "time_out", seconds=60)
    answers: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(amazon.search()))
    waiting.start()
    for _number in range(500):
        if len(amazon.simulator.calls("searchOrders")) == 2:
            break
        waiting.join(0.01)
    amazon.simulator.stop()
    waiting.join(10)
    assert [row.status_code for row in answers] == [200]


def test_json_can_break_off(amazon: Amazon) -> None:
    amazon.simulator.fault("searchOrders", "bad_json")
    answer = amazon.search()
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def _listed(amazon: Amazon) -> str:
    return amazon.submit(LISTINGS, listings_feed(amazon.seller, listing(1, "A")))


def test_a_document_can_be_damaged_or_break_off(amazon: Amazon) -> None:
    feed_id = _listed(amazon)
    amazon.simulator.fault("downloadFeedDocument", "bad_gzip")
    with pytest.raises((EOFError, OSError, ValueError)):
        gzip.decompress(amazon.report(feed_id))
    amazon.simulator.fault("downloadFeedDocument", "bad_json")
    with pytest.raises(ValueError):
        json.loads(amazon.report(feed_id))
    assert json.loads(amazon.report(feed_id))["summary"]["messagesAccepted"] == 1


def test_an_upload_can_fail(amazon: Amazon) -> None:
    amazon.simulator.fault("uploadFeedDocument", "html_503")
    with pytest.raises(httpx.HTTPStatusError):
        amazon.document(b"{}", "application/json")


def test_a_feed_can_be_stuck_and_holds_up_its_kind(amazon: Amazon) -> None:
    amazon.simulator.fault("createFeed", "stuck", status="IN_PROGRESS")
    stuck, behind = _listed(amazon), _listed(amazon)
    amazon.simulator.advance(100_000)
    amazon.token = ""
    states = [amazon.feed(key)["processingStatus"] for key in (stuck, behind)]
    amazon.simulator.clear_faults()
    later = [amazon.feed(key)["processingStatus"] for key in (stuck, behind)]
    assert (states, later) == (["IN_PROGRESS", "IN_QUEUE"], ["DONE", "DONE"])


def test_a_feed_can_be_stuck_for_some_time(amazon: Amazon) -> None:
    amazon.simulator.fault("createFeed", "stuck", seconds=60)
    feed_id = _listed(amazon)
    before = amazon.feed(feed_id)["processingStatus"]
    amazon.simulator.advance(60)
    assert (before, amazon.feed(feed_id)["processingStatus"]) == ("IN_QUEUE", "DONE")


@pytest.mark.parametrize("document", [True, False])
@pytest.mark.parametrize("effect", [True, False])
def test_a_feed_can_be_fatal(amazon: Amazon, document: bool, effect: bool) -> None:
    amazon.simulator.fault("createFeed", "fatal", document=document, effect=effect)
    feed = amazon.feed(_listed(amazon))
    assert feed["processingStatus"] == "FATAL"
    assert ("resultFeedDocumentId" in feed) == document
    assert (amazon.simulator.listing("A") is not None) == effect


def test_accepted_is_not_done(amazon: Amazon) -> None:
    """A feed, a patch and a package that are accepted and ignored."""
    amazon.simulator.fault("*", "ignore", times=1)
    report = amazon.list_items(listing(1, "A"))
    assert report["summary"]["messagesAccepted"] == 1
    assert amazon.simulator.listing("A") is None
    amazon.list_items(listing(1, "A"))
    amazon.simulator.fault("patchListingsItem", "ignore")
    gone = {"marketplace_id": DE, "currency": "EUR"}
    patch = {"op": "delete", "path": "/attributes/purchasable_offer", "value": [gone]}
    answer = amazon.item("PATCH", "A", {"productType": "PRODUCT", "patches": [patch]}).json()
    found = amazon.simulator.listing("A")
    assert answer["status"] == "ACCEPTED" and found is not None and found["offers"]
    order_id = amazon.simulator.add_order(order())
    amazon.simulator.fault("confirmShipment", "ignore")
    assert amazon.confirm(order_id).status_code == 204
    assert amazon.simulator.shipments(order_id) == []


def test_an_ignored_order_feed_reports_success_and_does_nothing(amazon: Amazon) -> None:
    from .test_order_feeds import ACKNOWLEDGE, _failure, run

    order_id = amazon.simulator.add_order(order())
    amazon.simulator.fault("createFeed", "ignore")
    assert run(amazon, ACKNOWLEDGE, _failure()).successful == 1
    assert amazon.order(order_id)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


def test_a_page_can_come_again_with_the_same_token(amazon: Amazon) -> None:
    for number in range(4):
        amazon.simulator.add_order(order(number))
    amazon.simulator.fault("searchOrders", "repeat_page", times=2)
    first = amazon.search(maxResultsPerPage=2).json()
    token = first["pagination"]["nextToken"]
    pages = [amazon.search(maxResultsPerPage=2, paginationToken=token).json() for _n in range(3)]
    assert pages[0] == pages[1] == first
    assert pages[2]["orders"] != first["orders"]


def test_listings_and_feeds_can_repeat_a_page(amazon: Amazon) -> None:
    amazon.list_items(*(listing(number, str(number)) for number in range(1, 4)))
    _listed(amazon)
    asked = [
        ("searchListingsItems", "/listings/2021-08-01/items/A2SIMULATOR01", "pageToken", "items"),
        ("getFeeds", "/feeds/2021-06-30/feeds", "nextToken", "feeds"),
    ]
    for operation, path, name, rows in asked:
        amazon.simulator.fault(operation, "repeat_page")
        query = {"marketplaceIds": DE, "feedTypes": LISTINGS, "pageSize": "1"}
        first = amazon.request("GET", path, params=query).json()
        token = first.get("nextToken") or first["pagination"]["nextToken"]
        alone = {name: token} if name == "nextToken" else {**query, name: token}
        again = amazon.request("GET", path, params=alone).json()
        assert again[rows] == first[rows]
        assert again.get("nextToken", token) == token


def test_a_list_can_leave_orders_out(amazon: Amazon) -> None:
    ids = [amazon.simulator.add_order(order(number)) for number in range(2)]
    amazon.simulator.fault("searchOrders", "leave_out", order_ids=[ids[0]])
    found = [row["orderId"] for row in amazon.search().json()["orders"]]
    assert found == [ids[1]]
    assert amazon.order(ids[0])["orderId"] == ids[0]


def test_a_status_can_be_one_that_nobody_knows(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    feed_id = _listed(amazon)
    for operation in ("searchOrders", "getOrder", "getFeed"):
        amazon.simulator.fault(operation, "unknown_status")
    found = amazon.search(includedData="FULFILLMENT").json()["orders"][0]
    assert found["fulfillment"]["fulfillmentStatus"] == "ON_HOLD"
    assert amazon.order(order_id)["fulfillment"]["fulfillmentStatus"] == "ON_HOLD"
    assert amazon.feed(feed_id)["processingStatus"] == "ON_HOLD"


def test_a_page_token_can_be_refused(amazon: Amazon) -> None:
    for number in range(3):
        amazon.simulator.add_order(order(number))
    amazon.simulator.fault("searchOrders", "bad_token")
    token = amazon.search(maxResultsPerPage=2).json()["pagination"]["nextToken"]
    answers = [amazon.search(maxResultsPerPage=2, paginationToken=token) for _n in range(2)]
    assert [row.status_code for row in answers] == [400, 200]
    assert answers[0].json()["errors"][0]["code"] == "InvalidInput"


@pytest.mark.parametrize("named", [True, False])
def test_an_order_can_change_between_two_pages(amazon: Amazon, named: bool) -> None:
    """It leaves the result and is there again for who asks from that moment on."""
    ids = [amazon.simulator.add_order(order(number)) for number in range(3)]
    amazon.simulator.advance(60)
    moved = ids[2] if named else ids[1]
    options = {"order_ids": [moved]} if named else {}
    amazon.simulator.fault("searchOrders", "update_while_paging", **options)
    first = amazon.search(maxResultsPerPage=1).json()
    token = first["pagination"]["nextToken"]
    second = amazon.search(maxResultsPerPage=1, paginationToken=token).json()
    found = [row["orderId"] for row in [*first["orders"], *second["orders"]]]
    assert sorted([*found, moved]) == ids
    assert "pagination" not in second
    later = amazon.search(lastUpdatedAfter="2026-11-20T12:00:30Z").json()["orders"]
    assert [row["orderId"] for row in later] == [moved]


def test_an_address_can_be_null(amazon: Amazon) -> None:
    order_id = amazon.simulator.add_order(order())
    amazon.simulator.fault("getOrder", "null_address")
    found = amazon.order(order_id)
    assert found["recipient"]["deliveryAddress"]["name"] is None
    assert found["buyer"] == {"buyerName": None, "buyerEmail": None}
    amazon.simulator.fault("searchOrders", "null_address", whole=True)
    (row,) = amazon.search(includedData="BUYER,RECIPIENT").json()["orders"]
    assert (row["buyer"], row["recipient"]) == (None, None)
    assert amazon.order(order_id)["buyer"]["buyerName"] == "Erika Mustermann"


def test_values_can_be_ones_that_nobody_knows(amazon: Amazon) -> None:
    goods = [{"sku": "S", "asin": "B000000001", "title": "Thing", "price": "10.00"}]
    order_id = amazon.simulator.demo(kinds=["shipping"], listings=goods)["shipping"][0]
    amazon.simulator.fault("getOrder", "unknown_enum", charge="ECO_FEE")
    found = amazon.order(order_id)
    types = [row["type"] for row in found["orderItems"][0]["proceeds"]["breakdowns"]]
    assert types == ["ITEM", "ECO_FEE"]
    assert found["programs"] == ["MOON_DELIVERY"]
    assert found["fulfillment"]["fulfillmentServiceLevel"] == "TELEPORT"


@pytest.mark.parametrize(
    "operation", ["lwaToken", "searchOrders", "getMarketplaceParticipations", "createReport"]
)
def test_a_page_can_come_instead_of_any_answer(amazon: Amazon, operation: str) -> None:
    calls = {
        "lwaToken": amazon.ask_token,
        "searchOrders": amazon.search,
        "getMarketplaceParticipations": lambda: amazon.request("GET", PARTICIPATIONS),
        "createReport": lambda: amazon.create_report("GET_MERCHANT_LISTINGS_ALL_DATA"),
    }
    amazon.search()
    amazon.simulator.fault(operation, "html_200")
    answer = calls[operation]()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_a_fault_that_nobody_knows_is_refused(amazon: Amazon) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        amazon.simulator.fault("searchOrders", "earthquake")


def test_a_fault_waits_for_a_call_that_it_can_hit(amazon: Amazon) -> None:
    amazon.simulator.fault("*", "fatal")
    assert amazon.search().status_code == 200
    assert amazon.feed(_listed(amazon))["processingStatus"] == "FATAL"


def test_every_fault_is_explained() -> None:
    """The table says of each kind what it does."""
    assert all(kind.act.__doc__ for kind in KINDS.values())
