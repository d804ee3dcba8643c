# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Entries of an attribute out of what a person, or a rule, says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ..builders import BuildError
from ..values import jsonable

#: Words for yes and no, in small letters.
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_MEASURE = re.compile(r"\s*(-?[\d.,]+)\s*([^\d.,\s].*?)\s*")


def build_entries(
    name: str,
    kind: str,
    text: str,
    place: Mapping[str, str],
    choices: Mapping[str, str],
    several: bool = False,
) -> list[dict[str, Any]]:
    """Return the entries of an attribute.

    :param kind: see `Described.kind`.
    :param text: what was written; one line per value where there may be several.
    :param place: marketplace and language that go into each entry.
    :param choices: code -> name of what can be chosen.
    :raise BuildError: naming the attribute, when it cannot be read.
    """
    lines = [line.strip() for line in text.splitlines()] if several else [text.strip()]
    if kind == "structure":
        return [{**entry, **place} for entry in _structures(name, text)]
    maker = _MAKERS[kind]
    return [{**maker(name, line, choices), **place} for line in lines if line]


def write_entries(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return what a person would have to write to get these entries, one line per entry."""
    return "\n".join(
        " ".join(str(entry[part]) for part in ("value", "unit") if part in entry)
        for entry in entries
    )


def _text(name: str, text: str, choices: Mapping[str, str]) -> dict[str, Any]:
    return {"value": text}


def _number(name: str, text: str, choices: Mapping[str, str]) -> dict[str, Any]:
    return {"value": jsonable(_decimal(name, text))}


def _boolean(name: str, text: str, choices: Mapping[str, str]) -> dict[str, Any]:
    if text.lower() not in BOOLEANS:
        raise BuildError(name, "is neither yes nor no")
    return {"value": BOOLEANS[text.lower()]}


def _choice(name: str, text: str, choices: Mapping[str, str]) -> dict[str, Any]:
    """A code stays as it is, also an unknown one: the schema decides whether it is valid."""
    codes = {str(title).lower(): code for code, title in choices.items()}
    return {"value": text if text in choices else codes.get(text.lower(), text)}


def _measure(name: str, text: str, choices: Mapping[str, str]) -> dict[str, Any]:
    found = _MEASURE.fullmatch(text)
    if not found:
        raise BuildError(name, "is not a number with a unit, such as 2.5 kilograms")
    unit = _choice(name, found[2], choices)["value"]
    return {"value": jsonable(_decimal(name, found[1])), "unit": unit}


def _decimal(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
        jsonable(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise BuildError(name, "is not a number") from None
    return number


def _structures(name: str, text: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BuildError(name, "is no JSON") from None
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, dict) for entry in entries):
        raise BuildError(name, "is no JSON object, nor a list of them")
    return entries


_MAKERS = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "measure": _measure,
}
