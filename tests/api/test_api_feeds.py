# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds step by step, on a script where Amazon misbehaves."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from api import feeds
from api.errors.exceptions import SpapiError, Transient
from api_support import Reply, gateway, loopback
from memory_limiter import MemoryLimiter

SINCE = datetime(2026, 11, 20, tzinfo=timezone.utc)


def row(feed_id: str, **values: Any) -> dict[str, Any]:
    """Return a feed as getFeed and getFeeds say it."""
    return {
        "feedId": feed_id,
        "feedType": "X",
        "createdTime": "2026-11-20T10:00:00Z",
        "processingStatus": "IN_QUEUE",
        **values,
    }


def test_a_document_is_made_and_filled_with_the_same_type() -> None:
    with loopback() as server, gateway(server.url) as ours:
        made = Reply.json({"feedDocumentId": "doc-1", "url": server.url + "/up?X=1"}, 201)
        server.replies.extend([made, Reply()])
        assert feeds.upload_feed_document(ours, b"<x/>", feeds.XML_CONTENT) == "doc-1"
        create, upload = server.asked
    assert create.json() == {"contentType": "text/xml; charset=UTF-8"}
    assert upload.headers["content-type"] == "text/xml; charset=UTF-8"
    assert upload.body == b"<x/>"


def test_a_feed_gives_its_ticket() -> None:
    """004-07, 004-08."""
    reply = Reply.json({"feedId": "77"}, 202, x_amzn_RequestId="rid")
    with loopback(reply) as server, gateway(server.url) as ours:
        ticket = feeds.create_feed(ours, "X", ("M", "N"), "doc-1")
    assert ticket == feeds.FeedTicket("77", "doc-1", "rid")
    assert server.asked[0].json()["marketplaceIds"] == ["M", "N"]


@pytest.mark.parametrize("bucket_name", ["", "JSON_LISTINGS_FEED"])
def test_a_listings_feed_goes_by_its_own_quota(bucket_name: str) -> None:
    with loopback(*[Reply.json({"feedId": "1"}, 202)] * 6) as server, gateway(server.url) as ours:
        for _feed in range(5):
            feeds.create_feed(ours, "JSON_LISTINGS_FEED", ["M"], "d", bucket_name=bucket_name)
        with pytest.raises(SpapiError) as caught:
            feeds.create_feed(ours, "JSON_LISTINGS_FEED", ["M"], "d", bucket_name=bucket_name)
    assert caught.value.kind == "throttled"


def test_the_status_of_a_feed_is_read() -> None:
    done = row("7/7", processingStatus="DONE", resultFeedDocumentId="res")
    with loopback(Reply.json(done)) as server, gateway(server.url) as ours:
        status = feeds.get_feed(ours, "7/7")
    assert server.asked[0].path == "/feeds/2021-06-30/feeds/7%2F7"
    created = datetime(2026, 11, 20, 10, tzinfo=timezone.utc)
    assert status == feeds.FeedStatus("7/7", "DONE", "res", "X", created)


def test_feeds_are_found_over_pages_and_the_token_comes_alone() -> None:
    """A crash after createFeed: the continuation first asks Amazon what there is."""
    first = Reply.json({"feeds": [row("1"), row("2")], "nextToken": "t+1"})
    second = Reply.json({"feeds": [row("2"), row("3")]})
    with loopback(first, second) as server, gateway(server.url) as ours:
        found = feeds.find_feeds(ours, "X", SINCE)
    assert [feed.feed_id for feed in found] == ["1", "2", "3"]
    assert server.asked[0].path.endswith(
        "?feedTypes=X&createdSince=2026-11-20T00%3A00%3A00Z&pageSize=100"
    )
    assert server.asked[1].path.endswith("/feeds?nextToken=t%2B1")


def test_an_empty_list_of_feeds_is_one() -> None:
    with loopback(Reply.json({"feeds": []})) as server, gateway(server.url) as ours:
        assert feeds.find_feeds(ours, "X", SINCE) == []


def test_a_page_that_comes_again_stops_the_listing() -> None:
    page = Reply.json({"feeds": [row("1")], "nextToken": "t"})
    with loopback(page, page, page) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            feeds.find_feeds(ours, "X", SINCE)
        assert len(server.asked) == 2
    assert caught.value.code == "repeated_page"


class Unlimited(MemoryLimiter):
    """A limiter that never refuses."""

    def acquire(
        self, account: str, bucket_name: str, rate: float, burst: int, reserve: int = 0
    ) -> float:
        """Give a token."""
        return 0.0


def test_a_listing_without_an_end_stops() -> None:
    pages = [Reply.json({"feeds": [row(str(at))], "nextToken": f"t{at}"}) for at in range(30)]
    with loopback(*pages) as server, gateway(server.url, limiter=Unlimited()) as ours:
        with pytest.raises(Transient) as caught:
            feeds.find_feeds(ours, "X", SINCE)
        assert len(server.asked) == 20
    assert caught.value.code == "repeated_page"


@pytest.mark.parametrize(
    ("answer", "ask"),
    [
        ({}, lambda ours: feeds.get_feed(ours, "1")),
        ([], lambda ours: feeds.get_feed(ours, "1")),
        (row("1", createdTime="soon"), lambda ours: feeds.get_feed(ours, "1")),
        (row("1", createdTime=None), lambda ours: feeds.get_feed(ours, "1")),
        ({}, lambda ours: feeds.find_feeds(ours, "X", SINCE)),
        ({"feeds": {}}, lambda ours: feeds.find_feeds(ours, "X", SINCE)),
        ({"feeds": [1]}, lambda ours: feeds.find_feeds(ours, "X", SINCE)),
        ({}, lambda ours: feeds.create_feed(ours, "X", ["M"], "d")),
        ({"feedId": 7}, lambda ours: feeds.create_feed(ours, "X", ["M"], "d")),
        ({"feedDocumentId": "1"}, lambda ours: feeds.upload_feed_document(ours, b"", "t")),
        ({"url": "http://localhost"}, lambda ours: feeds.upload_feed_document(ours, b"", "t")),
        ({}, lambda ours: feeds.download_result(ours, "1")),
    ],
)
def test_an_answer_without_what_is_needed_is_a_passing_failure(answer: Any, ask: Any) -> None:
    reply = Reply.json(answer, x_amzn_RequestId="rid")
    with loopback(reply) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            ask(ours)
    assert (caught.value.code, caught.value.request_id) == ("malformed_answer", "rid")


@pytest.mark.parametrize("name", ["feedId", "processingStatus", "feedType", "createdTime"])
def test_a_feed_without_one_of_its_parts_is_a_passing_failure(name: str) -> None:
    broken = {key: value for key, value in row("1").items() if key != name}
    with loopback(Reply.json(broken)) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            feeds.get_feed(ours, "1")
    assert name in caught.value.detail
