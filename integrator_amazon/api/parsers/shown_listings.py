# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Amazon shows of listings (Listings Items API 2021-08-01) as neutral listings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .document_error import DocumentError
from .listings_table import read_channel

_SEVERITIES = {"ERROR": "error", "WARNING": "warning"}


def parse_shown_listings(
    raw: bytes, marketplace: str, asked: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Give the listings of a page of searchListingsItems.

    :param marketplace: id of the marketplace that was asked.
    :param asked: SKUs that were asked for by name; Amazon leaves out what it does not know.
    :raise DocumentError: naming the place that cannot be read.
    """
    found = set()
    for number, item in enumerate(_items(raw)):
        if not isinstance(item, dict) or not isinstance(item.get("sku"), str):
            raise DocumentError("missing", f"items[{number}].sku")
        found.add(item["sku"])
        yield _listing(item, marketplace, f"items[{number}]")
    for sku in asked:
        if sku not in found:
            yield {"sku": sku, "marketplace_code": marketplace, "gone": True}


def _items(raw: bytes) -> list[Any]:
    try:
        root = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DocumentError(type(error).__name__, "the document") from None
    items = root.get("items") if isinstance(root, dict) else None
    if not isinstance(items, list):
        raise DocumentError("no list", "items")
    return items


def _listing(item: dict[str, Any], marketplace: str, place: str) -> dict[str, Any]:
    attributes = item.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise DocumentError("no object", f"{place}.attributes")
    channels = _channels(_entries(attributes, "fulfillment_availability", place))
    summary = next(iter(_entries(item, "summaries", place)), {})
    return {
        "sku": item["sku"],
        "marketplace_code": marketplace,
        "remote_id": str(summary.get("asin") or ""),
        "title": str(summary.get("itemName") or _first(attributes, "item_name", place)),
        "barcode": _first(attributes, "externally_assigned_product_identifier", place),
        "channel": _channel(channels),
        "conflict": len(channels) > 1,
        "issues": [_issue(one) for one in _entries(item, "issues", place)],
        "shown": item,
    }


def _entries(values: dict[str, Any], name: str, place: str) -> list[dict[str, Any]]:
    """The list of objects under a name; none when it is missing."""
    found = values.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise DocumentError("no list of objects", f"{place}.{name}")
    return found


def _channels(stock: list[dict[str, Any]]) -> set[str]:
    """Return who ships: both, where Amazon keeps two offers."""
    codes = [str(entry.get("fulfillment_channel_code") or "") for entry in stock]
    return {channel for channel in map(read_channel, codes) if channel}


def _channel(channels: set[str]) -> str:
    """Return who ships; the site, where it says both: a quantity would do harm."""
    return "site" if "site" in channels else "merchant" if channels else ""


def _first(attributes: dict[str, Any], name: str, place: str) -> str:
    entry = next(iter(_entries(attributes, name, place)), {})
    return str(entry.get("value") or "")


def _issue(issue: dict[str, Any]) -> dict[str, Any]:
    names = issue.get("attributeNames") or ()
    return {
        "code": str(issue.get("code") or ""),
        "severity": _SEVERITIES.get(str(issue.get("severity")), "info"),
        "message": str(issue.get("message") or ""),
        "attributes": ", ".join(map(str, names)) if isinstance(names, (list, tuple)) else "",
    }
