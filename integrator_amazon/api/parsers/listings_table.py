# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_MERCHANT_LISTINGS_ALL_DATA as neutral listings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from .document_error import DocumentError, unreadable
from .table import Row, read_rows

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
            listing = _listing(row, marketplace)
        except DocumentError as error:
            yield unreadable(error)
            continue
        known = found.setdefault(listing["sku"], listing)
        if known["channel"] != listing["channel"]:
            both = {"channel": "site", "conflict": True}
            known |= both if known["channel"] and listing["channel"] else {"channel": ""}
    yield from found.values()


def _listing(row: Row, marketplace: str) -> dict[str, Any]:
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

    A quantity for what Amazon ships would do harm, so nobody is taken for the merchant who is not
    named so.
    """
    if code.upper().startswith("AMAZON"):
        return "site"
    return "merchant" if code.upper() in ("DEFAULT", "MERCHANT") else ""
