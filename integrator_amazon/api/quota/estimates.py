# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Estimates of the calls that work takes, and of the time by the usage plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import ceil

from .operations import find_bucket

#: Seconds that Amazon usually takes for a listings feed.
FEED_SECONDS = 300

#: Orders on a page of searchOrders, SKUs in one question of searchListingsItems.
ORDERS_PER_PAGE, SKUS_PER_CALL = 100, 20

#: Messages in one listings feed of ours, and from how many on a feed is used.
FEED_SIZE = 10000

LISTINGS_FEED = "createFeed:JSON_LISTINGS_FEED"


def calls_of_listings(messages: int, places: int, direct: int) -> Counter[str]:
    """Return bucket -> calls that update listings.

    :param messages: sections to send, over all marketplaces.
    :param places: marketplaces; a feed is for one.
    :param direct: up to how many messages go one by one.
    """
    if messages <= direct:
        looks = ceil(messages / SKUS_PER_CALL)
        return Counter({"patchListingsItem": messages, "searchListingsItems": looks})
    feeds = max(ceil(messages / FEED_SIZE), min(places, messages))
    each = ("createFeedDocument", LISTINGS_FEED, "getFeedDocument", "searchListingsItems")
    return Counter(dict.fromkeys(each, feeds)) + Counter({"getFeed": 2 * feeds})


def calls_of_orders(orders: int, requests: int) -> Counter[str]:
    """Return bucket -> calls that fetch orders.

    :param orders: how many are expected.
    :param requests: spans of time that are asked for apart; each has a page at least.
    """
    return Counter({"searchOrders": max(requests, ceil(orders / ORDERS_PER_PAGE))})


def calls_of_shipments(shipments: int) -> Counter[str]:
    """Return bucket -> calls that confirm shipments one by one and read each back."""
    return Counter({"confirmShipment": shipments, "getOrder": shipments})


def seconds_of(calls: Mapping[str, int], levels: Mapping[str, float]) -> float:
    """Return the seconds that calls take by the usage plans; the slowest bucket counts.

    :param calls: bucket -> number of calls.
    :param levels: bucket -> tokens in it now; one that is left out is full.
    """
    drained = Counter(calls)
    for name, count in calls.items():
        operation, _colon, case = name.partition(":")
        if case:  # it takes from the bucket of the whole operation, too
            drained[operation] += count
    waits = [_wait(name, count, levels) for name, count in drained.items()]
    feeds = FEED_SECONDS if calls.get(LISTINGS_FEED) else 0
    return max(waits, default=0.0) + feeds


def _wait(name: str, count: int, levels: Mapping[str, float]) -> float:
    bucket = find_bucket(name)
    missing = count - levels.get(name, bucket.burst)
    return max(missing, 0) / bucket.rate
