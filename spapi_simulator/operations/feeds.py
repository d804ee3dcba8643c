# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds API 2021-06-30: createFeed, getFeed, getFeeds, cancelFeed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import invalid_input, quota_exceeded
from ..feeds import PROCESSORS, REMOVED
from ..http import Answer, Call
from ..routing import Route
from ..state.documents import Document
from ..state.feeds import Feed
from .documents import ROLES
from .jobs import cancel, job_json, listed, own

if TYPE_CHECKING:
    from ..world import World

_NOUN = "feed"
_MARKS = ("stuck", "fatal", "ignore", "report", "warn")


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
    return Answer.of(_as_json(own(call, world.feeds, _NOUN)))


def get_feeds(world: World, call: Call) -> Answer:
    """Serve getFeeds."""
    return listed(world, call, world.feeds, _NOUN, _as_json)


def cancel_feed(world: World, call: Call) -> Answer:
    """Serve cancelFeed."""
    return cancel(world, call, world.feeds, _NOUN)


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


def _as_json(feed: Feed) -> dict[str, Any]:
    data = {"feedId": feed.feed_id, "feedType": feed.feed_type, **job_json(feed)}
    if feed.result_document_id:
        data["resultFeedDocumentId"] = feed.result_document_id
    return data


_BASE = "/feeds/2021-06-30/feeds"
ROUTES = (
    Route("createFeed", "POST", _BASE, create_feed, ROLES),
    Route("getFeeds", "GET", _BASE, get_feeds, ROLES),
    Route("getFeed", "GET", _BASE + "/{feedId}", get_feed, ROLES),
    Route("cancelFeed", "DELETE", _BASE + "/{feedId}", cancel_feed, ROLES),
)
