# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The document of a JSON_LISTINGS_FEED (Amazon's listings feed schema, version 2.0)."""

from __future__ import annotations

from collections.abc import Sequence

from ..json_values import dump_json
from .build_error import BuildError, check_text, check_unique, check_whole
from .listing_messages import (
    Message,
    build_delete_message,
    build_patch_body,
    build_product_message,
)

__all__ = [
    "MAX_BYTES",
    "MAX_MESSAGES",
    "BuildError",
    "build_delete_message",
    "build_listings_feed",
    "build_patch_body",
    "build_product_message",
]

#: Limits of the changelog of the Feeds API (2025-05-06) and of its best practices.
MAX_MESSAGES = 25_000
API = "2021-08-01"
MAX_BYTES = 10 * 1024 * 1024


def build_listings_feed(
    seller_id: str,
    messages: Sequence[Message],
    issue_locale: str = "en_US",
    included: Sequence[str] = (),
) -> bytes:
    """Return the bytes of a listings feed.

    :param seller_id: the merchant id.
    :param messages: from the `build_…` functions; 1 … 25,000, each with an id of its own.
    :param issue_locale: language of Amazon's remarks.
    :param included: parts of the listings that the report shall show, such as `attributes`: they
        are what a read-back would give, without a call for it (Amazon's feed schema, 2025-03).
    :raise BuildError: naming the field that is wrong; `messages` when there are too many or they
        are too large together.
    """
    check_text("seller_id", seller_id)
    check_text("issue_locale", issue_locale)
    if not 1 <= len(messages) <= MAX_MESSAGES:
        raise BuildError("messages", f"{len(messages)} of them, allowed are 1 to {MAX_MESSAGES}")
    for message in messages:
        check_whole("messageId", message["messageId"], 1)
    check_unique("messageId", (message["messageId"] for message in messages))
    header = {
        "sellerId": seller_id,
        "version": "2.0",
        "issueLocale": issue_locale,
        **({"report": {"includedData": list(included), "apiVersion": API}} if included else {}),
    }
    content = dump_json({"header": header, "messages": messages})
    if len(content) > MAX_BYTES:
        raise BuildError("messages", f"{len(content)} bytes, allowed are {MAX_BYTES}")
    return content
