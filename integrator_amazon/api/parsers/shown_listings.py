# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Amazon shows of listings (Listings Items API 2021-08-01) as neutral listings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .document_error import DocumentError

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
    except ValueError as error:
        raise DocumentError(str(error), "the document") from None
    items = root.get("items") if isinstance(root, dict) else None
    if not isinstance(items, list):
        raise DocumentError("no list", "items")
    return items


def _listing(item: dict[str, Any], marketplace: str, place: str) -> dict[str, Any]:
    attributes = _part(item, "attributes", dict, place)
    channels = _channels(attributes)
    summary = next(iter(_part(item, "summaries", list, place)), {})
    return {
        "sku": item["sku"],
        "marketplace_code": marketplace,
        "remote_id": summary.get("asin") or "",
        "title": summary.get("itemName") or _first(attributes, "item_name"),
        "barcode": _first(attributes, "externally_assigned_product_identifier"),
        "channel": _channel(channels),
        "conflict": len(channels) > 1,
        "issues": [_issue(one) for one in _part(item, "issues", list, place)],
        "shown": item,
    }


def _part(item: dict[str, Any], name: str, kind: type, place: str) -> Any:
    value = item.get(name) or kind()
    if not isinstance(value, kind):
        raise DocumentError("of another kind", f"{place}.{name}")
    return value


def _channels(attributes: dict[str, Any]) -> set[str]:
    """Return who ships: both, where Amazon keeps two offers (pain 6)."""
    codes = [
        str(entry.get("fulfillment_channel_code", "DEFAULT"))
        for entry in attributes.get("fulfillment_availability") or ()
    ]
    return {"site" if code.startswith("AMAZON_") else "merchant" for code in codes}


def _channel(channels: set[str]) -> str:
    """Return who ships; the site, where it says both: a quantity would do harm."""
    return "site" if "site" in channels else "merchant" if channels else ""


def _first(attributes: dict[str, Any], name: str) -> str:
    entry = next(iter(attributes.get(name) or ()), {})
    return str(entry.get("value") or "")


def _issue(issue: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": str(issue.get("code") or ""),
        "severity": _SEVERITIES.get(str(issue.get("severity")), "info"),
        "message": str(issue.get("message") or ""),
        "attributes": ", ".join(issue.get("attributeNames") or ()),
    }
