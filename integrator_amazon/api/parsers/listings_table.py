# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_MERCHANT_LISTINGS_ALL_DATA as neutral listings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from .table import Row, read_rows

#: product-id-type of numbers that are barcodes; the others are Amazon's own (1: ASIN).
_BARCODES = frozenset({"2", "3", "4"})


def parse_listings_table(
    source: BinaryIO, charset: str, marketplace: str
) -> Iterator[dict[str, Any]]:
    """Give the listings of a report on one marketplace.

    A SKU that stands there twice, once for each who ships it, is given once, as a conflict. What
    Amazon shows beside is not in it, so `shown` is None.

    :param charset: see `table.detect_charset`.
    :raise DocumentError: while it is read, naming the line that cannot be.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in read_rows(source, charset, ("seller-sku", "item-name")):
        listing = _listing(row, marketplace)
        known = found.setdefault(listing["sku"], listing)
        if known["channel"] != listing["channel"]:
            known |= {"channel": "site", "conflict": True}
    yield from found.values()


def _listing(row: Row, marketplace: str) -> dict[str, Any]:
    channel = row["fulfillment-channel"].upper()
    return {
        "sku": row.required("seller-sku"),
        "marketplace_code": marketplace,
        "remote_id": row["asin1"],
        "title": row["item-name"],
        "barcode": row["product-id"] if row["product-id-type"] in _BARCODES else "",
        "channel": "site" if channel.startswith("AMAZON") else "merchant",
        "conflict": False,
        "shown": None,
    }
