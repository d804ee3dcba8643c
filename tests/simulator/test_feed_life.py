# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds: documents, queues, states, lists."""

from __future__ import annotations

import httpx
import pytest

from .client import DE, FR, JSON, XML, Amazon, listing, listings_feed

FEEDS = "/feeds/2021-06-30/feeds"
LISTINGS = "JSON_LISTINGS_FEED"


def _made(amazon: Amazon, content_type: str = JSON) -> dict[str, str]:
    path = "/feeds/2021-06-30/documents"
    return amazon.request("POST", path, json={"contentType": content_type}).json()


def _put(url: str, content_type: str) -> httpx.Response:
    return httpx.put(url, content=b"{}", headers={"Content-Type": content_type}, trust_env=False)


def _content(amazon: Amazon, sku: str = "A") -> str:
    return listings_feed(amazon.seller, listing(1, sku))


def test_an_upload_needs_exactly_its_content_type(amazon: Amazon) -> None:
    url = _made(amazon, XML)["url"]
    refused = _put(url, "text/xml")
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/xml")
    assert b"SignatureDoesNotMatch" in refused.content
    assert _put(url, XML).status_code == 200


def test_an_upload_link_serves_once_and_for_five_minutes(amazon: Amazon) -> None:
    first, late = _made(amazon)["url"], _made(amazon)["url"]
    assert [_put(first, JSON).status_code for _number in range(2)] == [200, 403]
    amazon.simulator.advance(300)
    answer = _put(late, JSON)
    assert answer.status_code == 403 and b"Request has expired" in answer.content


def test_a_made_up_link_is_refused(amazon: Amazon) -> None:
    url = _made(amazon)["url"]
    assert _put(url[:-4] + "0000", JSON).status_code == 403
    assert amazon.http.get("/documents/none?X-Amz-Signature=1").status_code == 403


def test_a_feed_runs_through_its_states_by_the_clock(amazon: Amazon) -> None:
    amazon.simulator.feed_seconds = 60
    feed_id = amazon.submit(LISTINGS, _content(amazon))
    states = [amazon.feed(feed_id)]
    for seconds in (30, 29, 1):
        amazon.simulator.advance(seconds)
        states.append(amazon.feed(feed_id))
    seen = [row["processingStatus"] for row in states]
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"]
    assert "resultFeedDocumentId" not in states[2]
    assert states[3]["processingEndTime"] == "2026-11-20T12:01:00Z"
    assert amazon.simulator.listing("A") is not None


def test_feeds_of_one_type_run_one_after_another(amazon: Amazon) -> None:
    amazon.simulator.feed_seconds = 60
    ids = [amazon.submit(LISTINGS, _content(amazon, sku)) for sku in "AB"]
    amazon.simulator.advance(60)
    assert [amazon.feed(key)["processingStatus"] for key in ids] == ["DONE", "IN_QUEUE"]
    amazon.simulator.advance(60)
    assert amazon.feed(ids[1])["processingStatus"] == "DONE"


def test_a_feed_is_done_at_once_when_no_time_is_set(amazon: Amazon) -> None:
    feed_id = amazon.submit(LISTINGS, _content(amazon))
    assert amazon.feed(feed_id)["processingStatus"] == "DONE"


def test_a_document_serves_one_feed_and_only_when_uploaded(amazon: Amazon) -> None:
    empty = _made(amazon)["feedDocumentId"]
    used = amazon.document(_content(amazon).encode(), JSON)
    assert amazon.create_feed(LISTINGS, used).status_code == 202
    for document_id in (empty, used, "none"):
        assert amazon.create_feed(LISTINGS, document_id).status_code == 400


def test_removed_feed_types_are_accepted_and_end_fatal(amazon: Amazon) -> None:
    feed = amazon.feed(amazon.submit("POST_PRODUCT_DATA", "<AmazonEnvelope/>"))
    assert feed["processingStatus"] == "FATAL"
    assert "resultFeedDocumentId" not in feed


def test_an_unknown_feed_type_is_refused(amazon: Amazon) -> None:
    document_id = amazon.document(b"x", XML)
    assert amazon.create_feed("POST_NOTHING", document_id).status_code == 400


def test_only_a_waiting_feed_can_be_cancelled(amazon: Amazon) -> None:
    amazon.simulator.feed_seconds = 60
    first, second = (amazon.submit(LISTINGS, _content(amazon, sku)) for sku in "AB")
    cancelled = amazon.request("DELETE", f"{FEEDS}/{second}")
    amazon.simulator.advance(40)
    late = amazon.request("DELETE", f"{FEEDS}/{first}")
    amazon.simulator.advance(200)
    assert (cancelled.status_code, late.status_code) == (200, 400)
    states = [amazon.feed(key)["processingStatus"] for key in (first, second)]
    assert states == ["DONE", "CANCELLED"]
    assert amazon.simulator.listings() == ["A"]


def test_feeds_are_listed_newest_first_in_pages(amazon: Amazon) -> None:
    ids = []
    for number in range(3):
        ids.append(amazon.submit(LISTINGS, _content(amazon, str(number))))
        amazon.simulator.advance(10)
    query = {"feedTypes": LISTINGS, "pageSize": 2}
    first = amazon.request("GET", FEEDS, params=query).json()
    token = {"nextToken": first["nextToken"]}
    second = amazon.request("GET", FEEDS, params=token).json()
    mixed = amazon.request("GET", FEEDS, params={**query, **token})
    found = [row["feedId"] for row in first["feeds"] + second["feeds"]]
    assert found == ids[::-1]
    assert "nextToken" not in second and mixed.status_code == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 1),
        ({"processingStatuses": "DONE,FATAL"}, 1),
        ({"processingStatuses": "IN_QUEUE"}, 0),
        ({"createdSince": "2026-11-20T12:00:01Z"}, 0),
        ({"createdUntil": "2026-11-20T12:00:00Z"}, 1),
        ({"marketplaceIds": FR}, 0),
        ({"marketplaceIds": f"{FR},{DE}"}, 1),
    ],
)
def test_feeds_are_filtered(amazon: Amazon, query: dict[str, str], count: int) -> None:
    amazon.submit(LISTINGS, _content(amazon))
    answer = amazon.request("GET", FEEDS, params={"feedTypes": LISTINGS, **query})
    assert len(answer.json()["feeds"]) == count


def test_a_list_of_feeds_needs_a_type_and_a_sane_page(amazon: Amazon) -> None:
    for query in ({}, {"feedTypes": LISTINGS, "pageSize": 0}, {"nextToken": "made-up"}):
        assert amazon.request("GET", FEEDS, params=query).status_code == 400


def test_a_result_link_dies_after_five_minutes_but_can_be_had_again(amazon: Amazon) -> None:
    feed_id = amazon.submit(LISTINGS, _content(amazon))
    document_id = amazon.feed(feed_id)["resultFeedDocumentId"]
    path = f"/feeds/2021-06-30/documents/{document_id}"
    old = amazon.request("GET", path).json()
    amazon.simulator.advance(300)
    new = amazon.request("GET", path).json()
    codes = [amazon.http.get(row["url"]).status_code for row in (old, new)]
    assert (old["compressionAlgorithm"], codes) == ("GZIP", [403, 200])


def test_feeds_and_documents_of_others_are_not_found(amazon: Amazon) -> None:
    other = Amazon(amazon.simulator, amazon.simulator.add_seller())
    feed_id = amazon.submit(LISTINGS, _content(amazon))
    document_id = amazon.feed(feed_id)["resultFeedDocumentId"]
    assert other.request("GET", f"{FEEDS}/{feed_id}").status_code == 404
    path = f"/feeds/2021-06-30/documents/{document_id}"
    assert other.request("GET", path).status_code == 404
    other.close()
