# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings that Amazon shows, as neutral listings: by searchListingsItems (Listings Items API
2021-08-01), and by the report GET_MERCHANT_LISTINGS_ALL_DATA."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from ..values import DocumentError, unreadable
from .table import Row, read_rows

# === SEARCH === #
#
# Which SKUs can be asked for together: the list is written with commas, and Amazon splits there.
# A SKU that has one itself is asked for alone; then Amazon also looks for the text as a whole
# (amzn/selling-partner-api-docs issue 2295).


def search_groups(skus: Sequence[str], size: int) -> Iterator[list[str]]:
    """Give the SKUs in groups of at most `size`, in their order as far as they go together."""
    plain = [sku for sku in skus if "," not in sku]
    for start in range(0, len(plain), size):
        yield plain[start : start + size]
    yield from ([sku] for sku in skus if "," in sku)


# === ANSWERS OF A SEARCH === #


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


# === THE REPORT === #


#: product-id-type of numbers that are barcodes, and that of Amazon's own.
_BARCODES = frozenset({"2", "3", "4"})
_ASIN = "1"

#: Column -> how the marketplaces spell its head: Amazon writes it in the language of the place.
_HEADS = {
    "seller-sku": (
        *("händler-sku", "sku-vendeur", "sku venditore", "sku del vendedor"),
        *("sku-sprzedawcy", "sku-البائع", "卖家 sku", "出品者sku"),
    ),
    "item-name": (
        *("artikelbezeichnung", "nom-produit", "nome dell'articolo", "título del producto"),
        *("nazwa-produktu", "اسم-المنتج", "商品名称", "商品名"),
    ),
    "asin1": ("asin 1",),
    "product-id": (
        *("produkt-id", "id-produit", "identificativo del prodotto", "identificador del producto"),
        *("identyfikator-produktu", "رقم-المنتج", "商品编码", "商品id"),
    ),
    "product-id-type": (
        *("produkt-id-typ", "type-id-produit", "tipo di identificativo del prodotto"),
        *("tipo de identificador de producto", "typ-identyfikatora-produktu", "نوع-رقم-المنتج"),
        *("商品编码类型", "商品idタイプ"),
    ),
    "fulfillment-channel": (
        *("fulfilment-channel", "versender", "canal-traitement", "canale di gestione"),
        *("canal de gestión logística", "kanał-realizacji", "قناة-الشحن", "配送渠道"),
        "フルフィルメント・チャンネル",
    ),
}
_SPELLINGS = {spelling: name for name, several in _HEADS.items() for spelling in several}


def parse_listings_table(
    source: BinaryIO, charset: str, marketplace: str
) -> Iterator[dict[str, Any]]:
    """Give the listings of a report on one marketplace.

    A SKU that stands there twice, once for each who ships it, is given once, as a conflict. What
    Amazon shows beside is not in it, so `shown` is None. Rows that cannot be read come first.

    :param charset: see `table.detect_charset`.
    :raise DocumentError: when it is no such report.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in read_rows(source, charset, ("seller-sku", "item-name"), _SPELLINGS):
        try:
            listing = _reported(row, marketplace)
        except DocumentError as error:
            yield unreadable(error)
            continue
        known = found.setdefault(listing["sku"], listing)
        if known["channel"] != listing["channel"]:
            both = {"channel": "site", "conflict": True}
            known |= both if known["channel"] and listing["channel"] else {"channel": ""}
    yield from found.values()


def _reported(row: Row, marketplace: str) -> dict[str, Any]:
    row.check()
    kind, number = row["product-id-type"], row["product-id"]
    return {
        "sku": row.required("seller-sku"),
        "marketplace_code": marketplace,
        "remote_id": row["asin1"] or (number if kind == _ASIN else ""),
        "title": row["item-name"],
        "barcode": number if kind in _BARCODES else "",
        "channel": read_channel(row["fulfillment-channel"]),
        "conflict": False,
        "shown": None,
    }


def read_channel(code: str) -> str:
    """Return who ships by Amazon's code of the fulfilment channel; empty for one that is new.

    An unknown code does not count as the merchant: a quantity for what Amazon ships would do harm.
    """
    if code.upper().startswith("AMAZON"):
        return "site"
    return "merchant" if code.upper() in ("DEFAULT", "MERCHANT") else ""
