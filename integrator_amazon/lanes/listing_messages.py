# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which builder says which task kind in a listings feed: the one dispatch point."""

from ..api.builders.listings_feed import (
    build_delete_message,
    build_inventory_patch,
    build_price_patch,
    build_product_message,
)


def _product(message_id, sku, product_type, value, live):
    # a full update would take stock and price off a live listing (FACTS §5)
    return build_product_message(message_id, sku, product_type, attributes=value, partial=live)


def _inventory(message_id, sku, product_type, value, live):
    return build_inventory_patch(message_id, sku, product_type, quantity=value["quantity"])


def _price(message_id, sku, product_type, value, live):
    return build_price_patch(message_id, sku, product_type, **value)


def _delist(message_id, sku, product_type, value, live):
    return build_delete_message(message_id, sku)


#: task kind -> function(message id, SKU, product type, value, is live) -> message of the feed
MESSAGES = {"product": _product, "inventory": _inventory, "price": _price, "delist": _delist}
