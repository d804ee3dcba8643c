# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Problems of attributes by their product type, in words that can be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import ValidationError

from .schema import Overdue, Unresolvable, load_validator, time_limit

#: Problems that one look shows; a person does not read more.
MAX_PROBLEMS = 100

#: Seconds that a look may take; Amazon's largest schemas take a fraction of one.
MAX_SECONDS = 5.0

#: Values that are named of a list to choose from.
MAX_VALUES = 10

#: Word of JSON Schema -> our code. Everything else is `unfit`.
CODES = {
    "required": "missing",
    "enum": "not_offered",
    "const": "not_offered",
    "maxLength": "too_long",
    "maxUtf8ByteLength": "too_long",
    "minLength": "too_short",
    "minUtf8ByteLength": "too_short",
    "maxItems": "too_many",
    "maxUniqueItems": "too_many",
    "minItems": "too_few",
    "minUniqueItems": "too_few",
    "type": "wrong_kind",
    "additionalProperties": "unknown",
}


@dataclass(frozen=True)
class Problem:
    """One thing that Amazon would refuse.

    :param attribute: which one.
    :param code: a value of `CODES`, or `unfit`.
    :param value: what is said now, cut; empty where it is not about one value.
    :param limit: what is allowed: a number, the values to choose from, or the missing field.
    """

    attribute: str
    code: str
    value: str = ""
    limit: str = ""


def find_problems(
    schema: bytes, attributes: Mapping[str, Any], partial: bool, elsewhere: Collection[str] = ()
) -> list[Problem]:
    """Return what is wrong with attributes, the same each time, each thing once.

    :param schema: of the product type, see `Definition.schema`.
    :param attributes: attribute -> entries.
    :param partial: whether Amazon keeps what is not named; then nothing is missing.
    :param elsewhere: attributes that other messages send, so that they are not missing.
    :raise Transient: `malformed_answer` when the schema is none.
    """
    found: dict[Problem, None] = {}
    validator = load_validator(schema)
    try:
        with time_limit(MAX_SECONDS):
            for problem, of_root in _all_problems(validator, attributes):
                is_absent = of_root and problem.code == "missing"
                if not is_absent or not (partial or problem.attribute in elsewhere):
                    found[problem] = None
                if len(found) >= MAX_PROBLEMS:
                    break
    except (Overdue, Unresolvable, RecursionError):
        # a schema that refers to something it does not have, or to itself without an end, cannot
        # judge; Amazon does
        return list(found)
    return sorted(found, key=lambda one: (one.attribute, one.code, one.limit))


def _all_problems(validator: Any, attributes: Mapping[str, Any]) -> Iterator[tuple[Problem, bool]]:
    """Give each problem, and whether it is one of the attributes as a whole."""
    for error in validator.iter_errors(attributes):
        of_root = not error.absolute_path
        yield from ((problem, of_root) for problem in _problems(error, attributes))


def _problems(error: ValidationError, attributes: Mapping[str, Any]) -> Iterator[Problem]:
    path = [str(step) for step in error.absolute_path]
    word = str(error.validator)
    if word == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield Problem(path[0], "missing", limit=name) if path else Problem(name, "missing")
    elif not path:
        yield from _of_root(error, attributes)
    else:
        yield Problem(path[0], CODES.get(word, "unfit"), _value(error), _limit(error))


def _of_root(error: ValidationError, attributes: Mapping[str, Any]) -> Iterator[Problem]:
    """Attributes that the type does not know, or an alternative that none of them meets."""
    if str(error.validator) == "additionalProperties":
        known = error.schema.get("properties") or {}
        yield from (Problem(name, "unknown") for name in attributes if name not in known)
    for inner in error.context or ():
        yield from _problems(inner, attributes)


def _value(error: ValidationError) -> str:
    return str(error.instance)[:80] if not isinstance(error.instance, (dict, list)) else ""


def _limit(error: ValidationError) -> str:
    allowed = error.validator_value
    if isinstance(allowed, list):
        words = [str(one) for one in allowed[:MAX_VALUES]]
        return ", ".join(words) + (" …" if len(allowed) > MAX_VALUES else "")
    return str(allowed)[:80] if isinstance(allowed, (int, float, str)) else ""
