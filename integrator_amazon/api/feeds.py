# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The steps of a feed (Feeds API 2021-06-30), each one call or one call and one transfer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors.causes import REPEATED_PAGE
from .http.gateway import Gateway
from .values import parse_time

JSON_CONTENT = "application/json; charset=UTF-8"
XML_CONTENT = "text/xml; charset=UTF-8"
JSON_LISTINGS_FEED = "JSON_LISTINGS_FEED"
#: More pages of getFeeds than this are not read: at its rate that would take too long.
_MAX_PAGES = 20


@dataclass(frozen=True)
class FeedTicket:
    """The answer of createFeed: the feed's id, for all later calls."""

    feed_id: str
    document_id: str
    request_id: str


@dataclass(frozen=True)
class FeedStatus:
    """State of a feed.

    :param processing_status: IN_QUEUE, IN_PROGRESS, DONE, CANCELLED or FATAL. DONE means that
        there is a result, not that it is a good one.
    :param result_document_id: id of the processing report, empty while there is none.
    :param created_at: time of createFeed, aware.
    :param marketplace_ids: that it is for, empty when Amazon does not say.
    """

    feed_id: str
    processing_status: str
    result_document_id: str
    feed_type: str
    created_at: datetime
    marketplace_ids: tuple[str, ...] = ()


def upload_feed_document(gateway: Gateway, content: bytes, content_type: str) -> str:
    """Make a feed document and put the bytes into it.

    :param content_type: with charset; storage checks it against what was announced.
    :return: id of the document, to be used for one feed.
    :raise SpapiError: when Amazon or its storage refuses.
    """
    answer = gateway.call("createFeedDocument", body={"contentType": content_type})
    gateway.upload(answer.payload["url"], content, content_type)
    return answer.payload["feedDocumentId"]


def create_feed(
    gateway: Gateway,
    feed_type: str,
    marketplace_ids: Iterable[str],
    document_id: str,
    bucket_name: str = "",
) -> FeedTicket:
    """Hand a feed document over for processing. This is not idempotent.

    :param feed_type: such as `JSON_LISTINGS_FEED`; it has its own quota where Amazon has one.
    :param bucket_name: name of the quota, when it shall be another than the feed type's.
    :raise SpapiError: when Amazon refuses; with `outcome_unknown` ask `find_feeds` first.
    """
    body = {
        "feedType": feed_type,
        "marketplaceIds": list(marketplace_ids),
        "inputFeedDocumentId": document_id,
    }
    answer = gateway.call("createFeed", body=body, bucket_name=bucket_name or feed_type)
    return FeedTicket(answer.payload["feedId"], document_id, answer.request_id)


def get_feed(gateway: Gateway, feed_id: str) -> FeedStatus:
    """Return where a feed is.

    :raise SpapiError: when Amazon refuses.
    """
    return _status(gateway.call("getFeed", path={"feedId": feed_id}).payload)


def find_feeds(gateway: Gateway, feed_type: str, created_since: datetime) -> list[FeedStatus]:
    """Return the feeds of a type since a time, youngest first as Amazon lists them.

    :param created_since: aware; Amazon keeps feeds 90 days.
    :raise SpapiError: when Amazon refuses, or gives the same page twice.
    """
    query: dict[str, Any] = {
        "feedTypes": [feed_type],
        "createdSince": created_since,
        "pageSize": 100,
    }
    found: dict[str, FeedStatus] = {}
    for _page in range(_MAX_PAGES):
        answer = gateway.call("getFeeds", query=query)
        rows = [_status(row) for row in answer.payload["feeds"]]
        if rows and all(row.feed_id in found for row in rows):
            raise REPEATED_PAGE.error(detail="getFeeds", request_id=answer.request_id)
        found.update({row.feed_id: row for row in rows})
        token = answer.payload.get("nextToken")
        if not token:
            return list(found.values())
        query = {"nextToken": token}  # it must come alone
    raise REPEATED_PAGE.error(detail=f"getFeeds gave more than {_MAX_PAGES} pages")


def download_result(gateway: Gateway, result_document_id: str) -> bytes:
    """Return the processing report of a feed, decompressed. Amazon keeps it 28 days.

    :raise SpapiError: when Amazon or its storage refuses, or the document is damaged.
    """
    path = {"feedDocumentId": result_document_id}
    payload = gateway.call("getFeedDocument", path=path).payload
    return gateway.download(payload["url"], payload.get("compressionAlgorithm"))


def _status(row: Mapping[str, Any]) -> FeedStatus:
    return FeedStatus(
        feed_id=row["feedId"],
        processing_status=row["processingStatus"],
        result_document_id=row.get("resultFeedDocumentId") or "",
        feed_type=row["feedType"],
        created_at=parse_time(row["createdTime"]),
        marketplace_ids=tuple(row.get("marketplaceIds") or ()),
    )
