# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hostile but well-formed answers: each is refused by a sentence, none breaks who reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from api.errors.exceptions import SpapiError, Transient
from api.feeds import create_feed, download_result, find_feeds, get_feed, upload_feed_document
from api.http.gateway import Gateway
from api.product_types.definition import fetch_definition, search_types
from api.quota.operations import OPERATIONS
from api.reports import create_report, download_report, find_report, get_report
from api.shapes import SHAPES, check_shape
from api_support import TOKEN, Reply, gateway, loopback

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
TIME = "2026-11-20T12:00:00Z"
URL = "https://127.0.0.1/document"
FEED = {
    "feedId": "1",
    "feedType": "X",
    "processingStatus": "DONE",
    "createdTime": TIME,
    "resultFeedDocumentId": "2",
}
REPORT = {
    "reportId": "1",
    "processingStatus": "DONE",
    "reportDocumentId": "2",
    "dataStartTime": TIME,
    "dataEndTime": TIME,
}
DOCUMENT = {"url": URL, "compressionAlgorithm": "GZIP"}
TYPE = {
    "productTypeVersion": {"version": "V"},
    "schema": {"link": {"resource": URL}, "checksum": "C"},
    "propertyGroups": {"offer": {"title": "Offer", "propertyNames": ["price"]}},
    "displayName": "Shirt",
}
#: Name -> (a good answer, who reads it).
READERS: dict[str, tuple[Any, Callable[[Gateway], object]]] = {
    "createFeedDocument": (
        {"feedDocumentId": "1", "url": URL},
        lambda ours: upload_feed_document(ours, b"", "text/xml"),
    ),
    "createFeed": ({"feedId": "1"}, lambda ours: create_feed(ours, "X", ["DE"], "1")),
    "getFeed": (FEED, lambda ours: get_feed(ours, "1")),
    "getFeeds": ({"feeds": [FEED]}, lambda ours: find_feeds(ours, "X", NOW)),
    "getFeedDocument": (DOCUMENT, lambda ours: download_result(ours, "1")),
    "createReport": (
        {"reportId": "1"},
        lambda ours: create_report(ours, "X", ["DE"], NOW, NOW),
    ),
    "getReports": ({"reports": [REPORT]}, lambda ours: find_report(ours, "X", NOW, NOW, NOW)),
    "getReport": (REPORT, lambda ours: get_report(ours, "1")),
    "getReportDocument": (DOCUMENT, lambda ours: download_report(ours, "X", "1")),
    "getDefinitionsProductType": (
        TYPE,
        lambda ours: fetch_definition(ours, "SHIRT", "DE", "A", "de_DE"),
    ),
    "searchDefinitionsProductTypes": (
        {"productTypes": [{"name": "SHIRT", "displayName": "Shirt"}]},
        lambda ours: search_types(ours, "DE", "shirt", "de_DE"),
    ),
}
HOSTILE = (None, True, 7, 1.5, "", "x", [], [1, None], [[]], {}, {"x": 1}, [{}])


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def spoilt(value: Any) -> Iterator[Any]:
    """Give a value with something hostile at each of its places in turn, or with that left out."""
    yield from HOSTILE
    if isinstance(value, dict):
        for name, item in value.items():
            yield {key: other for key, other in value.items() if key != name}
            yield from ({**value, name: other} for other in spoilt(item))
    if isinstance(value, list):
        yield from ([other] for other in spoilt(value[0]))


@pytest.mark.parametrize("name", READERS)
def test_any_answer_is_read_or_refused_by_a_sentence(name: str) -> None:
    good, reader = READERS[name]

    def answer(request: httpx.Request) -> httpx.Response:
        is_login = request.url.path.startswith("/auth")
        return httpx.Response(200, stream=httpx.ByteStream(dumped(TOKEN if is_login else said[-1])))

    said: list[Any] = []
    refused = 0
    for payload in (good, *spoilt(good)):
        said.append(payload)
        with gateway("https://127.0.0.1", http=httpx.MockTransport(answer)) as ours:
            try:
                reader(ours)
            except SpapiError as error:
                assert error.code != "unknown"
                refused += 1
    assert refused


def test_no_payload_of_participations_breaks_the_test_of_a_connection() -> None:
    """`payload: [1, null]` was a traceback on the screen."""
    good = [
        {
            "marketplace": {"id": "A1", "name": "Amazon.de"},
            "participation": {"isParticipating": True},
            "storeName": "Shop",
        }
    ]
    shape = SHAPES["getMarketplaceParticipations"]
    check_shape(good, shape)
    for payload in ([1, None], [None], {}, "x", [{}], [{"marketplace": None}]):
        with pytest.raises(ValueError):
            check_shape(payload, shape)
        with loopback(Reply.json({"payload": payload})) as server, gateway(server.url) as ours:
            with pytest.raises(Transient) as caught:
                ours.call("getMarketplaceParticipations")
        assert caught.value.code == "malformed_answer"


def test_each_shape_is_of_an_operation() -> None:
    assert SHAPES.keys() <= {operation.name for operation in OPERATIONS.values()}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([1], "the answer is no object"),
        ({}, "the answer has no items"),
        ({"items": {}}, "the answer.items is no list"),
        ({"items": [{"sku": 7}]}, "the answer.items[0].sku is not str"),
        ({"items": [{"sku": "A", "attributes": {"a": [1]}}]}, "a[0] is no object"),
        ({"items": [], "pagination": []}, "the answer.pagination is no object"),
    ],
)
def test_the_place_is_named(value: Any, place: str) -> None:
    with pytest.raises(ValueError, match=place.replace("[", "\\[").replace(".", "\\.")):
        check_shape(value, SHAPES["searchListingsItems"])
