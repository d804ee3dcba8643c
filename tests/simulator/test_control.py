# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API over HTTP, and the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from spapi_simulator import Simulator
from spapi_simulator.control import Control, ControlError

from .client import DE, Amazon, envelope, listing, order

LISTING = {"sku": "A", "asin": "B000000001", "title": "T", "price": Decimal("9.99")}


def test_a_port_that_is_taken_is_an_error_of_the_system(amazon: Amazon) -> None:
    port = int(amazon.simulator.url.rpartition(":")[2])
    with pytest.raises(OSError, match="cannot be used"):
        Simulator(port=port).start()


@pytest.fixture
def control(amazon: Amazon) -> Control:
    """Return the client of the control API."""
    return Control(amazon.simulator.url)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "attacker.example:8090"},
        {"Host": "127.0.0.1.attacker.example"},
        {"Host": "[broken"},
        {"Host": ""},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_page_in_a_browser_steers_the_simulator(
    headers: dict[str, str], control: Control, amazon: Amazon
) -> None:
    """A page may send text to this machine, and read it under a name that it bends."""
    control.add_order(order(1))
    for method, path in (("GET", "state"), ("POST", "reset"), ("PATCH", "settings")):
        answer = httpx.request(
            method,
            f"{control.url}/_control/{path}",
            content=b"{}" if method != "GET" else None,
            headers={"Content-Type": "text/plain", **headers},
            trust_env=False,
        )
        assert answer.status_code == 403
        assert "orders" not in answer.text
    assert len(control.state()["orders"]) == 1


def test_the_control_api_answers_under_each_name_of_this_machine(control: Control) -> None:
    port = control.url.rpartition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "localhost", f"[::1]:{port}"):
        headers = {"Host": host, "Sec-Fetch-Site": "none"}
        answer = httpx.get(f"{control.url}/_control/state", headers=headers, trust_env=False)
        assert answer.status_code == 200


def test_documents_are_where_the_caller_asks(control: Control, amazon: Amazon) -> None:
    """A caller fetches no document from another host than the one he knows."""
    token = amazon.ask_token().json()["access_token"]
    for host in ("localhost", "127.0.0.1"):
        url = control.url.replace("127.0.0.1", host)
        answer = httpx.post(
            f"{url}/feeds/2021-06-30/documents",
            json={"contentType": "text/xml"},
            headers={"x-amz-access-token": token},
            trust_env=False,
        )
        assert answer.json()["url"].startswith(f"{url}/")


def test_orders_are_added_changed_released_and_cancelled(control: Control, amazon: Amazon) -> None:
    first = control.add_order(order(1, status="PENDING"))
    second, third = control.add_orders([order(2), order(3)])
    assert control.release(first)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert (
        control.cancel(second, reason="Mistake")["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    )
    assert control.update_order(third, programs=["PRIME"])["programs"] == ["PRIME"]
    assert control.order(third) == amazon.simulator.order(third)
    assert set(control.state()["orders"]) == {first, second, third}


def test_steps_taken_with_an_order_can_be_read(control: Control, amazon: Amazon) -> None:
    order_id = control.add_order(order(quantity=1))
    amazon.confirm(order_id).raise_for_status()
    body = f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Success</StatusCode>"
    feed = envelope(amazon.seller, "OrderAcknowledgement", body)
    amazon.submit("POST_ORDER_ACKNOWLEDGEMENT_DATA", feed)
    assert control.shipments(order_id)[0]["carrierCode"] == "DHL"
    assert control.acknowledgements(order_id)[0]["status"] == "Success"
    assert control.refunds(order_id) == []
    assert control.feeds()[0]["content"] == feed


def test_listings_can_be_read_and_blamed(control: Control, amazon: Amazon) -> None:
    amazon.list_items(listing(1, "A/1 ß"))
    control.add_issue("A/1 ß", message="Bad image")
    found = control.listing("A/1 ß")
    assert found is not None and found["issues"][0]["message"] == "Bad image"
    assert found == amazon.simulator.listing("A/1 ß")
    assert control.listings() == ["A/1 ß"]
    assert control.listing("none") is None


def test_the_clock_faults_and_settings_are_steered(control: Control, amazon: Amazon) -> None:
    assert control.advance(60) == "2026-11-20T12:01:00Z"
    control.fault("searchOrders", "server_error", times=2, status=502)
    assert amazon.search().status_code == 502
    assert control.state()["faults"][0]["times"] == 1
    control.clear_faults()
    assert amazon.search().status_code == 200
    changed = control.settings(
        unlimited=True, feed_seconds=5, regions=["EU"], rates={"getFeed": [1, 2]}
    )
    assert (changed["unlimited"], changed["feed_seconds"], changed["regions"]) == (
        True,
        5.0,
        ["EU"],
    )
    assert amazon.simulator.rates == {"getFeed": (1, 2)}
    assert [row["status"] for row in control.calls("searchOrders")] == [502, 200]
    assert control.violations == control.bad_requests == []


def test_the_demo_can_be_ordered_for_named_products(control: Control) -> None:
    kinds = control.demo(count=16, marketplace_id=DE, listings=[LISTING])
    assert len(kinds) == 16
    assert control.order(kinds["single"][0])["proceeds"]["grandTotal"]["amount"] == "9.99"


def test_sellers_are_added_and_everything_can_be_forgotten(
    control: Control, amazon: Amazon
) -> None:
    merchant_id = control.add_seller(marketplace_ids=[DE], roles=["Product Listing"])
    order_id = control.add_order(order(), seller=merchant_id)
    amazon.search()
    sellers = control.state()["sellers"]
    assert [row["merchant_id"] for row in sellers] == [amazon.seller.merchant_id, merchant_id]
    assert amazon.simulator.world.orders.all(merchant_id)[0].order_id == order_id
    control.reset()
    state = control.state()
    assert (state["orders"], len(state["sellers"]), control.calls()) == ({}, 1, [])


def test_the_state_tells_no_secrets(control: Control, amazon: Amazon) -> None:
    said = str(control.state())
    assert amazon.seller.client_secret not in said and amazon.seller.refresh_token not in said


def test_an_impossible_step_is_refused_with_its_reason(control: Control) -> None:
    with pytest.raises(ControlError, match="unknown fault"):
        control.fault("searchOrders", "earthquake")
    with pytest.raises(ControlError, match="unknown"):
        control.order("none")
    with pytest.raises(ControlError, match="nothing to sell"):
        control.demo()
    with pytest.raises(ControlError, match="forward"):
        control.advance(-1)
    with pytest.raises(ControlError, match="no_such"):
        control.settings(no_such=1)
    assert httpx.get(control.url + "/_control/nothing", trust_env=False).status_code == 404


def test_the_command_line_runs_until_it_is_stopped(tmp_path: Path) -> None:
    """002-25: demo and training run against a simulator in a process of its own."""
    port_file = tmp_path / "port"
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "spapi_simulator", "--port-file", str(port_file)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    options = ["--feed-seconds", "1", "--unlimited", "--visibility-seconds", "120"]
    process = subprocess.Popen(
        [*command, *options], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        port = port_file.read_text()
        assert line == f"listening on http://127.0.0.1:{port}"
        settings = Control(f"http://127.0.0.1:{port}").state()["settings"]
        assert (settings["unlimited"], settings["feed_seconds"]) == (True, 1.0)
        assert settings["visibility_seconds"] == 120.0
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait(timeout=20)
