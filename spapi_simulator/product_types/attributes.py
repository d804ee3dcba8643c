# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attributes in Amazon's form: a list of entries, identified by their selectors."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]

PLACE: Node = {"$ref": "#/$defs/marketplace_id"}
LANGUAGE: Node = {"$ref": "#/$defs/language_tag"}


def text(title: str, example: str, longest: int = 500, most: int = 1, local: bool = True) -> Node:
    """A text; `longest` in bytes of UTF-8, `most` entries per place and language."""
    value = {"type": "string", "minLength": 1, "maxUtf8ByteLength": longest, "examples": [example]}
    return entries(title, {"value": {"title": title, **value}}, most, local)


def choice(title: str, **names: str) -> Node:
    """One of some codes, each with its name."""
    value = {"type": "string", "enum": list(names), "enumNames": list(names.values())}
    return entries(title, {"value": {"title": title, **value}})


def words(title: str, *known: str, local: bool = True) -> Node:
    """A free text for which Amazon suggests some values."""
    known_words = {"type": "string", "enum": list(known), "enumNames": list(known)}
    value = {"anyOf": [{"type": "string", "minLength": 1}, known_words]}
    return entries(title, {"value": {"title": title, **value}}, local=local)


def boolean(title: str) -> Node:
    """Yes or no."""
    value = {"type": "boolean", "enum": [False, True], "enumNames": ["No", "Yes"]}
    return entries(title, {"value": {"title": title, **value}})


def measure(title: str, **units: str) -> Node:
    """A number above 0 with one of some units."""
    unit = {"type": "string", "enum": list(units), "enumNames": list(units.values())}
    number = {"type": "number", "exclusiveMinimum": 0}
    return entries(title, {"unit": unit, "value": number}, required=("unit", "value"))


def entries(
    title: str,
    fields: Node,
    most: int = 1,
    local: bool = False,
    selectors: tuple[str, ...] = (),
    required: tuple[str, ...] = ("value",),
) -> Node:
    """An attribute out of the fields of its entries.

    :param local: whether it has a value per language.
    :param selectors: selectors of entries beside marketplace and language.
    """
    places: Node = {"marketplace_id": PLACE, **({"language_tag": LANGUAGE} if local else {})}
    return {
        "title": title,
        "description": f"Provide the {title.lower()} of the product.",
        "type": "array",
        "minItems": 1,
        "minUniqueItems": 1,
        "maxUniqueItems": most,
        "selectors": [*places, *selectors],
        "items": {
            "type": "object",
            "required": list(required),
            "properties": {**fields, **places},
            "additionalProperties": False,
        },
    }


def closed(title: str, fields: Node, required: tuple[str, ...]) -> Node:
    """An attribute that is the same in all marketplaces and languages."""
    node = entries(title, fields, required=required)
    items = {**node["items"], "properties": fields}
    return {**node, "selectors": [], "items": items}
