# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attributes that say something of the offer: the same in every product type of a shop."""

from __future__ import annotations

from ..marketplaces import Marketplace
from .attributes import PLACE, Node, choice, words

MAX_LEAD_DAYS = 30
MAX_LEVELS = 5
#: Codes of Amazon's own fulfilment; the others of a shop are the merchant's.
_OWN_CHANNELS = {"NA": "AMAZON_NA", "EU": "AMAZON_EU", "FE": "AMAZON_FE"}
_COUNTRY_CHANNELS = {"IN": "AMAZON_IN", "JP": "AMAZON_JP"}

_MOMENT: Node = {
    "type": "string",
    "oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
}
_AMOUNT: Node = {"type": "number"}


def offer_attributes(shop: Marketplace) -> dict[str, Node]:
    """Return the attributes of an offer in a shop."""
    return {
        "condition_type": words(
            "Condition", "new_new", "refurbished_refurbished", "used_good", local=False
        ),
        "fulfillment_availability": _availability(shop),
        "purchasable_offer": _offer(shop),
        "list_price": _list("List price", _closed(("currency", "value"), _list_price(shop))),
        "max_order_quantity": _list("Max order quantity", _closed(("value",), _number())),
        "gift_options": choice("Gift options", yes="Yes", no="No"),
    }


def _availability(shop: Marketplace) -> Node:
    own = _COUNTRY_CHANNELS.get(shop.country, _OWN_CHANNELS[shop.region])
    fields = {
        "fulfillment_channel_code": {"type": "string", "enum": [own, "DEFAULT"]},
        "quantity": {"type": "integer", "minimum": 0},
        "lead_time_to_ship_max_days": {"type": "integer", "minimum": 0, "maximum": MAX_LEAD_DAYS},
        "restock_date": _MOMENT,
        "is_inventory_available": {"type": "boolean"},
    }
    node = _list("Fulfillment availability", _closed(("fulfillment_channel_code",), fields))
    return {**node, "selectors": ["fulfillment_channel_code"]}


def _offer(shop: Marketplace) -> Node:
    plain = {"value_with_tax": _AMOUNT}
    dated = {"start_at": _MOMENT, "end_at": _MOMENT, **plain}
    fields = {
        "marketplace_id": PLACE,
        "currency": {"type": "string", "enum": [shop.currency]},
        "audience": {"type": "string", "enum": ["ALL", "B2B"]},
        "our_price": _scheduled(_closed(("value_with_tax",), plain)),
        "discounted_price": _scheduled(_closed(tuple(dated), dated)),
        "minimum_seller_allowed_price": _scheduled(_closed((), plain)),
        "maximum_seller_allowed_price": _scheduled(_closed((), plain)),
        "map_price": _scheduled(_closed((), plain)),
        "start_at": _closed((), {"value": _MOMENT}),
        "end_at": _closed((), {"value": {"anyOf": [_MOMENT, {"type": "null"}]}}),
        "quantity_discount_plan": _scheduled(_plan()),
    }
    node = _list("Offer", _closed((), fields))
    return {**node, "selectors": ["marketplace_id", "currency", "audience"]}


def _plan() -> Node:
    level = {"lower_bound": {"type": "integer", "minimum": 0}, "value": {**_AMOUNT, "minimum": 0}}
    levels = {**_array(_closed(tuple(level), level)), "maxItems": MAX_LEVELS}
    kind = {"type": "string", "enum": ["fixed", "percent"]}
    return _closed(("discount_type", "levels"), {"discount_type": kind, "levels": levels})


def _list_price(shop: Marketplace) -> Node:
    return {
        "marketplace_id": PLACE,
        "currency": {"type": "string", "enum": [shop.currency]},
        "value": {**_AMOUNT, "minimum": 0},
    }


def _number() -> Node:
    return {"marketplace_id": PLACE, "value": {"type": "integer", "minimum": 1}}


def _scheduled(step: Node) -> Node:
    return _array(_closed(("schedule",), {"schedule": _array(step)}))


def _array(items: Node) -> Node:
    return {"type": "array", "minItems": 1, "items": items}


def _list(title: str, items: Node) -> Node:
    return {"title": title, **_array(items)}


def _closed(required: tuple[str, ...], fields: Node) -> Node:
    return {
        "type": "object",
        "required": list(required),
        "properties": fields,
        "additionalProperties": False,
    }
