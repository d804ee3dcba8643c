# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processing of feeds when their time has come: one processor per feed type."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..state.feeds import DONE, FATAL, Feed
from . import acknowledgement, adjustment, fulfillment, listings_json

if TYPE_CHECKING:
    from ..world import World

XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Processor:
    """Processor of a feed type: `run` takes (world, feed, content) and returns the report."""

    run: Callable[[World, Feed, bytes], bytes]
    content_type: str


PROCESSORS: dict[str, Processor] = {
    "JSON_LISTINGS_FEED": Processor(listings_json.process, JSON),
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": Processor(acknowledgement.process, XML),
    "POST_ORDER_FULFILLMENT_DATA": Processor(fulfillment.process, XML),
    "POST_PAYMENT_ADJUSTMENT_DATA": Processor(adjustment.process, XML),
}

# Accepted by createFeed, never processed: Amazon removed them on 2025-07-31 (changelog).
REMOVED = frozenset(
    {
        "POST_PRODUCT_DATA",
        "POST_INVENTORY_AVAILABILITY_DATA",
        "POST_PRODUCT_OVERRIDES_DATA",
        "POST_PRODUCT_PRICING_DATA",
        "POST_PRODUCT_IMAGE_DATA",
        "POST_PRODUCT_RELATIONSHIP_DATA",
        "POST_FLAT_FILE_INVLOADER_DATA",
        "POST_FLAT_FILE_BOOKLOADER_DATA",
        "POST_FLAT_FILE_CONVERGENCE_LISTINGS_DATA",
        "POST_FLAT_FILE_LISTINGS_DATA",
        "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
        "POST_UIEE_BOOKLOADER_DATA",
    }
)


def finish(world: World, feed: Feed) -> None:
    """Process a feed whose time has come: its effect, its report, its status."""
    fatal = feed.marks.get("fatal")
    if feed.feed_type in REMOVED:
        feed.status = FATAL
        return
    # these leave nothing done unless they say so
    options = [feed.marks[kind] for kind in ("fatal", "report") if kind in feed.marks]
    with_effect = "ignore" not in feed.marks and all(one.get("effect") for one in options)
    report = _process(world, feed, with_effect)
    feed.status = FATAL if fatal is not None else DONE
    if fatal is None or fatal.get("document"):
        content_type = PROCESSORS[feed.feed_type].content_type
        stored = world.documents.store_result(feed.merchant_id, report, content_type)
        feed.result_document_id = stored.document_id


def _process(world: World, feed: Feed, with_effect: bool) -> bytes:
    document = world.documents.get(feed.document_id)
    content = (document.content if document else None) or b""
    kept = (world.orders, world.listings)
    if not with_effect:
        world.orders, world.listings = copy.deepcopy(kept)
    try:
        return PROCESSORS[feed.feed_type].run(world, feed, content)
    finally:
        if not with_effect:
            world.orders, world.listings = kept
