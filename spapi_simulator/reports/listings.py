# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_MERCHANT_LISTINGS_ALL_DATA: every SKU in the marketplaces asked for, active or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..marketplaces import MARKETPLACES
from ..state.listing_view import price, statuses
from ..state.listings import Listing
from ..state.reports import Report
from .table import write_table

if TYPE_CHECKING:
    from ..world import World

_COLUMNS = [
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
]
_NEW = "11"
#: Language of a marketplace -> how it spells the heads, where no locale was asked for.
_HEADS = {
    "ja_JP": {
        "item-name": "商品名",
        "listing-id": "出品ID",
        "seller-sku": "出品者SKU",
        "price": "価格",
        "quantity": "数量",
        "open-date": "出品日",
        "product-id-type": "商品IDタイプ",
        "product-id": "商品ID",
        "fulfillment-channel": "フルフィルメント・チャンネル",
        "status": "ステータス",
    },
    "fr_FR": {
        "item-name": "nom-produit",
        "listing-id": "id-offre",
        "seller-sku": "sku-vendeur",
        "price": "prix",
        "quantity": "quantité",
        "product-id-type": "type-id-produit",
        "product-id": "id-produit",
        "fulfillment-channel": "canal-traitement",
        "status": "état",
    },
    "de_DE": {"fulfillment-channel": "fulfilment-channel"},
}


def write(world: World, report: Report) -> str | None:
    """Return the report; it shows the present whatever span was asked for."""
    rows = [
        _row(listing, shop)
        for listing in sorted(world.listings.all(report.merchant_id), key=lambda row: row.sku)
        for shop in report.marketplace_ids
        if shop in listing.marketplace_ids
    ]
    return _spelled(write_table(_COLUMNS, rows), report)


def _spelled(text: str | None, report: Report) -> str | None:
    """Return a report with the heads of the locale that was asked for, or of its marketplace."""
    shop = MARKETPLACES[report.marketplace_ids[0]]
    locale = report.options.get("preferredReportDocumentLocale") or shop.language
    if text is None or locale not in _HEADS:
        return text
    head, line_end, rest = text.partition("\r\n")
    names = [_HEADS[locale].get(name, name) for name in head.split("\t")]
    return "\t".join(names) + line_end + rest


def _row(listing: Listing, shop: str) -> dict[str, str]:
    amount = price(listing, shop)
    stock = listing.attributes.get("fulfillment_availability") or [{}]
    channel = str(stock[0].get("fulfillment_channel_code", "DEFAULT"))
    code = _value(listing, "externally_assigned_product_identifier", shop)
    return {
        "item-name": _value(listing, "item_name", shop) or listing.sku,
        "item-description": _value(listing, "product_description", shop),
        "listing-id": f"L{listing.asin[2:]}",
        "seller-sku": listing.sku,
        "price": "" if amount is None else f"{amount}",
        # Amazon counts its own stock: it is not in the report.
        "quantity": "" if channel.startswith("AMAZON_") else str(stock[0].get("quantity", 0)),
        "open-date": listing.created.strftime("%d/%m/%Y %H:%M:%S UTC"),
        "item-is-marketplace": "y",
        "product-id-type": "4" if code else "1",
        "item-condition": _NEW,
        "asin1": listing.asin,
        "product-id": code or listing.asin,
        "pending-quantity": "0",
        "fulfillment-channel": channel,
        "merchant-shipping-group": _value(listing, "merchant_shipping_group", shop)
        or "Migrated Template",
        "status": "Active" if "BUYABLE" in statuses(listing, shop) else "Inactive",
    }


def _value(listing: Listing, name: str, shop: str) -> str:
    entry: dict[str, Any] = listing.first(name, shop)
    return str(entry.get("value") or "")
