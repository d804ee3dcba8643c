# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls and time, by the usage plans."""

import pytest
from api.quota import estimates
from hypothesis import given
from hypothesis import strategies as st


def test_few_listings_go_one_by_one():
    calls = estimates.calls_of_listings(30, 1, 50)
    assert calls == {"patchListingsItem": 30, "searchListingsItems": 2}


def test_fifty_thousand_prices_are_five_feeds():
    calls = estimates.calls_of_listings(50_000, 1, 50)
    assert calls[estimates.LISTINGS_FEED] == 5
    assert estimates.seconds_of(calls, {}) == estimates.FEED_SECONDS


def test_each_marketplace_has_a_feed_of_its_own():
    assert estimates.calls_of_listings(60, 3, 50)[estimates.LISTINGS_FEED] == 3


def test_two_months_of_many_orders_take_hours():
    calls = estimates.calls_of_orders(6000, 2)
    assert calls == {"searchOrders": 60}
    assert estimates.seconds_of(calls, {}) == pytest.approx(40 / 0.0056)


def test_listing_feeds_take_from_what_all_feeds_have():
    """Six of them: one more than their own five, and one every two minutes of the others."""
    calls = {estimates.LISTINGS_FEED: 6}
    took = estimates.seconds_of(calls, {"createFeed": 2}) - estimates.FEED_SECONDS
    assert took == pytest.approx(4 / 0.0083)
    took = estimates.seconds_of(calls, {"createFeed": 15}) - estimates.FEED_SECONDS
    assert took == pytest.approx(60)


def test_used_tokens_count():
    calls = {"confirmShipment": 10}
    assert estimates.seconds_of(calls, {}) == 0
    assert estimates.seconds_of(calls, {"confirmShipment": 0}) == 5


@given(st.integers(0, 10**6), st.integers(1, 25), st.integers(0, 1000))
def test_more_never_takes_less(messages, places, direct):
    def took(count):
        return estimates.seconds_of(estimates.calls_of_listings(count, places, direct), {})

    if messages > direct:
        assert took(messages + 1) >= took(messages)
