# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attributes of a product type as a person fills them in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..errors.causes import MALFORMED_ANSWER

Node = Mapping[str, Any]

#: Fields of an entry that only say where it belongs.
PLACES = ("marketplace_id", "language_tag")

#: Values to choose from that are kept; of longer lists the code has to be typed.
MAX_CHOICES = 1000

#: Alternatives that are looked through: some that refer to each other would have no end.
MAX_ALTERNATIVES = 1000

_KINDS = {"integer": "number", "number": "number", "boolean": "boolean", "string": "text"}


@dataclass(frozen=True)
class Described:
    """One attribute.

    :param kind: `text`, `number`, `boolean`, `choice`, `measure` (a number with its unit), or
        `structure` (several fields, written as JSON).
    :param choices: code -> name of the values, or of the units, to choose from.
    :param places: which of `PLACES` its entries have.
    :param parts: key -> title of the fields of a structure, also of those inside others.
    :param relations: kinds of relation to choose from, of the attribute for relations.
    """

    name: str
    title: str
    help: str
    example: str
    kind: str
    required: bool
    several: bool
    choices: Mapping[str, str]
    places: tuple[str, ...]
    parts: Mapping[str, str]
    relations: tuple[str, ...] = ()


def describe_attributes(schema: bytes) -> list[Described]:
    """Return the attributes that a person can fill in, in the schema's order.

    :param schema: of the product type, see `Definition.schema`.
    :raise Transient: `malformed_answer` when it is not a schema.
    """
    try:
        root = json.loads(schema)
        required = set(root.get("required") or ())
        return [
            _describe(name, node, name in required, root)
            for name, node in (root.get("properties") or {}).items()
            if isinstance(node, dict) and node.get("hidden") is not True
        ]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise MALFORMED_ANSWER.error(detail=f"product type schema: {error}") from None


def _describe(name: str, node: Node, required: bool, root: Node) -> Described:
    fields = (node.get("items") or {}).get("properties") or {}
    parts = {key: field for key, field in fields.items() if key not in PLACES}
    kind, choices = _kind(parts, root)
    value = parts.get("value") or {}
    return Described(
        name=name,
        title=str(node.get("title") or name),
        help=str(node.get("description") or value.get("description") or ""),
        example=str(next(iter(node.get("examples") or value.get("examples") or ()), "")),
        kind=kind,
        required=required,
        several=node.get("maxUniqueItems", 1) > 1,
        choices=choices,
        places=tuple(place for place in PLACES if place in fields),
        parts=dict(_parts(parts)) if kind == "structure" else {},
        relations=tuple(_choices(fields.get("child_relationship_type") or {}, root)),
    )


def _kind(parts: Node, root: Node) -> tuple[str, dict[str, str]]:
    """The kind of an attribute, and its choices."""
    value = parts.get("value") or {}
    if parts.keys() == {"value"}:
        choices = _choices(value, root)
        return ("choice" if choices else _KINDS.get(_type(value, root), "structure")), choices
    if parts.keys() == {"value", "unit"} and _type(value, root) in ("number", "integer"):
        return "measure", _choices(parts["unit"], root)
    return "structure", {}


def _parts(fields: Node) -> Iterator[tuple[str, str]]:
    """Key and title of fields, and of the fields of their entries."""
    for key, node in fields.items():
        # a schema may also be a plain yes or no
        if isinstance(node, dict):
            if title := node.get("title"):
                yield key, str(title)
            yield from _parts((node.get("items") or node).get("properties") or {})


def _choices(node: Node, root: Node) -> dict[str, str]:
    """The first list of values that a node, or one of its alternatives, names."""
    for one in islice(_alternatives(node, root), MAX_ALTERNATIVES):
        codes = one.get("enum")
        if codes and all(isinstance(code, str) for code in codes):
            names = one.get("enumNames") or codes
            return dict(zip(codes[:MAX_CHOICES], names, strict=False))
    return {}


def _type(node: Node, root: Node) -> str:
    alternatives = islice(_alternatives(node, root), MAX_ALTERNATIVES)
    return next((str(one["type"]) for one in alternatives if "type" in one), "")


def _alternatives(node: Node, root: Node, depth: int = 0) -> Iterator[Node]:
    """A node and what it stands for: a definition of the schema, or one of several kinds."""
    yield node
    if depth > 5:
        return
    reference = str(node.get("$ref") or "")
    if reference.startswith("#/$defs/"):
        named = (root.get("$defs") or {}).get(reference.removeprefix("#/$defs/")) or {}
        yield from _alternatives(named, root, depth + 1)
    for one in node.get("anyOf") or node.get("oneOf") or ():
        yield from _alternatives(one, root, depth + 1)
