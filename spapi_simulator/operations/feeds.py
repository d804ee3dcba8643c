# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds API 2021-06-30: createFeed, getFeed, getFeeds, cancelFeed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import ApiError, invalid_input, not_found, quota_exceeded
from ..feeds import PROCESSORS, REMOVED
from ..http import Answer, Call
from ..routing import Route
from ..state.documents import Document
from ..state.feeds import Feed
from ..state.pages import Page, life
from ..times import format_time, parse_time
from .documents import ROLES

if TYPE_CHECKING:
    from ..world import World

_MARKS = ("stuck", "fatal", "ignore")
_TOKEN_SECONDS = 24 * 3600


def create_feed(world: World, call: Call) -> Answer:
    """Serve createFeed; removed feed types are accepted and end FATAL, as at Amazon."""
    assert call.seller is not None
    fields = call.fields()
    feed_type = fields.get("feedType")
    shops = fields.get("marketplaceIds") or []
    if not shops:
        raise invalid_input("Missing required field: marketplaceIds")
    check_marketplaces(world, call.seller, shops)
    if feed_type not in PROCESSORS and feed_type not in REMOVED:
        raise invalid_input(f"The simulator does not process feeds of the type {feed_type}.")
    document = _uploaded(world, call, fields.get("inputFeedDocumentId"))
    if not world.buckets.take(call.seller.bucket_owner, f"createFeed:{feed_type}"):
        raise quota_exceeded()
    document.used = True
    feed = Feed(
        feed_id=world.feeds.new_id(),
        feed_type=feed_type,
        merchant_id=call.seller.merchant_id,
        marketplace_ids=list(shops),
        document_id=document.document_id,
        created=world.now(),
        options=dict(fields.get("feedOptions") or {}),
        marks={kind: call.marks[kind] for kind in _MARKS if kind in call.marks},
    )
    world.feeds.add(feed)
    return Answer.of({"feedId": feed.feed_id}, status=202)


def get_feed(world: World, call: Call) -> Answer:
    """Serve getFeed."""
    return Answer.of(_as_json(_own(world, call)))


def get_feeds(world: World, call: Call) -> Answer:
    """Serve getFeeds: newest first; a nextToken must come alone."""
    page = _saved_page(world, call) or _first_page(world, call)
    size = page.extra
    start = max(0, page.start - size) if "repeat_page" in call.marks else page.start
    keys = page.keys[start : start + size]
    data: dict[str, Any] = {
        "feeds": [_as_json(feed) for key in keys if (feed := world.feeds.get(key))]
    }
    if "repeat_page" in call.marks:
        data["nextToken"] = call.text("nextToken")
    elif start + size < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, start + size, page.expires, size)
        data["nextToken"] = world.pages.save(rest)
    return Answer.of(data)


def cancel_feed(world: World, call: Call) -> Answer:
    """Serve cancelFeed: only a feed that still waits can be cancelled."""
    feed = _own(world, call)
    if not world.feeds.cancel(feed, world.now()):
        raise invalid_input(f"The feed cannot be cancelled: it is {feed.status}.")
    return Answer(200)


def _uploaded(world: World, call: Call, document_id: Any) -> Document:
    assert call.seller is not None
    document = world.documents.get(str(document_id))
    if document is None or document.merchant_id != call.seller.merchant_id:
        raise invalid_input("The inputFeedDocumentId is not valid.")
    if document.content is None:
        raise invalid_input("The feed document has not been uploaded.")
    if document.used:
        raise invalid_input("The feed document has been used by another feed.")
    return document


def _own(world: World, call: Call) -> Feed:
    feed = world.feeds.get(call.arguments["feedId"])
    if feed is None or call.seller is None or feed.merchant_id != call.seller.merchant_id:
        raise not_found(f"Feed {call.arguments['feedId']} was not found.")
    return feed


def _as_json(feed: Feed) -> dict[str, Any]:
    data: dict[str, Any] = {
        "feedId": feed.feed_id,
        "feedType": feed.feed_type,
        "marketplaceIds": feed.marketplace_ids,
        "createdTime": format_time(feed.created),
        "processingStatus": feed.status,
    }
    if feed.started:
        data["processingStartTime"] = format_time(feed.started)
    if feed.ended:
        data["processingEndTime"] = format_time(feed.ended)
    if feed.result_document_id:
        data["resultFeedDocumentId"] = feed.result_document_id
    return data


def _saved_page(world: World, call: Call) -> Page | None:
    token = call.text("nextToken")
    if token is None:
        return None
    assert call.seller is not None
    # The client library adds marketplace keys to every query; Amazon does not count them.
    others = {key for key in call.query if "marketplace" not in key.lower()} - {"nextToken"}
    page = world.pages.open(token, call.seller.merchant_id, "getFeeds", world.now())
    if others or page is None:
        raise invalid_input("Invalid Input", "The nextToken is invalid or did not come alone.")
    return page


def _first_page(world: World, call: Call) -> Page:
    assert call.seller is not None
    if not call.csv("feedTypes"):
        raise invalid_input("Missing required parameter: feedTypes or nextToken")
    found = [feed for feed in world.feeds.all(call.seller.merchant_id) if _wanted(call, feed)]
    found.sort(key=lambda feed: (feed.created, feed.feed_id), reverse=True)
    keys = tuple(feed.feed_id for feed in found)
    try:
        size = call.number("pageSize", 10)
    except ValueError:
        size = 0
    if not 1 <= size <= 100:
        raise invalid_input("pageSize must be between 1 and 100.")
    end = life(world.now(), _TOKEN_SECONDS)
    return Page(call.seller.merchant_id, "getFeeds", keys, 0, end, size)


def _wanted(call: Call, feed: Feed) -> bool:
    since, until = _moment(call, "createdSince"), _moment(call, "createdUntil")
    shops = call.csv("marketplaceIds")
    return (
        feed.feed_type in call.csv("feedTypes")
        and (not shops or bool(set(shops) & set(feed.marketplace_ids)))
        and (not call.csv("processingStatuses") or feed.status in call.csv("processingStatuses"))
        and (since is None or feed.created >= since)
        and (until is None or feed.created <= until)
    )


def _moment(call: Call, name: str) -> datetime | None:
    text = call.text(name)
    try:
        return parse_time(text) if text else None
    except ValueError:
        raise ApiError(400, "InvalidInput", f"Invalid value for parameter: {name}") from None


_BASE = "/feeds/2021-06-30/feeds"
ROUTES = (
    Route("createFeed", "POST", _BASE, create_feed, ROLES),
    Route("getFeeds", "GET", _BASE, get_feeds, ROLES),
    Route("getFeed", "GET", _BASE + "/{feedId}", get_feed, ROLES),
    Route("cancelFeed", "DELETE", _BASE + "/{feedId}", cancel_feed, ROLES),
)
