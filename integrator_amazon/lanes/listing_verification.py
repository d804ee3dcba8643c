# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether Amazon shows what was sent: one comparison per task kind, pure functions."""

from decimal import Decimal


def _shows_product(value, item):
    """Every attribute sent is there with the value sent."""
    attributes = (item or {}).get("attributes") or {}
    return all(_texts(attributes.get(name)) == _texts(sent) for name, sent in value.items())


def _texts(entries):
    return [entry.get("value") for entry in entries or ()]


def _shows_inventory(value, item):
    stock = ((item or {}).get("attributes") or {}).get("fulfillment_availability") or ()
    return any(
        entry.get("fulfillment_channel_code") == "DEFAULT"
        and entry.get("quantity") == value["quantity"]
        for entry in stock
    )


def _shows_price(value, item):
    offers = ((item or {}).get("attributes") or {}).get("purchasable_offer") or ()
    wanted = Decimal(value["amount"])
    return any(
        offer.get("currency") == value["currency"]
        and Decimal(str(offer["our_price"][0]["schedule"][0]["value_with_tax"])) == wanted
        for offer in offers
        if offer.get("our_price")
    )


def _shows_nothing(value, item):
    return item is None


SHOWN = {
    "product": _shows_product,
    "inventory": _shows_inventory,
    "price": _shows_price,
    "delist": _shows_nothing,
}


def is_shown(kind, value, item):
    """Whether a listings item carries what a task sent.

    :param str kind: task kind
    :param value: what was sent, as kept on the listing's section
    :param dict|None item: the item as Amazon gives it; None when Amazon has no such SKU
    :return: bool
    """
    return SHOWN[kind](value, item)
