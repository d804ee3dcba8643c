# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Snapshots, for tests that share a prepared state."""

from __future__ import annotations

from .client import Amazon, listing, listings_feed, order

LISTINGS = "JSON_LISTINGS_FEED"


def _offer(amazon: Amazon, sku: str) -> str:
    """Offer a SKU by a feed; return the feed's id."""
    return amazon.submit(LISTINGS, listings_feed(amazon.seller, listing(1, sku)))


def test_a_snapshot_brings_back_what_the_seller_had(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = simulator.add_order(order(quantity=1))
    first = _offer(amazon, "A")
    assert amazon.feed(first)["processingStatus"] == "DONE"
    kept = simulator.snapshot()
    simulator.reset()
    for number in range(2):
        simulator.restore(kept)
        amazon.confirm(order_id).raise_for_status()
        second = _offer(amazon, f"B{number}")
        simulator.add_order(order(2 + number))
        simulator.fault("searchOrders", "throttle")
        simulator.restore(kept)
        assert simulator.order(order_id)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
        assert [row["orderId"] for row in amazon.search().json()["orders"]] == [order_id]
        assert simulator.listings() == ["A"]
        assert (simulator.faults_left, len(simulator.calls())) == (0, 1)
        # who keeps an id never meets another feed under it
        assert int(second) == int(first) + 1 + number
        assert amazon.request("GET", f"/feeds/2021-06-30/feeds/{second}").status_code == 404
