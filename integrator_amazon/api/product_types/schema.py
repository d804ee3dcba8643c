# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON Schema 2019-09 with Amazon's own words, checked by `jsonschema`.

Whatever a schema says, nothing is fetched while checking, and it comes to an end: Amazon's schemas
refer to nothing but themselves, patterns are tried by RE2 in linear time, and references, by which
a few lines unfold without end, have a limit in time.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import re2
from jsonschema import Draft201909Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from ..errors.causes import MALFORMED_ANSWER

__all__ = ["Overdue", "SchemaError", "Unresolvable", "load_validator", "time_limit"]

#: Time by `time.monotonic` at which checking has to come to its end.
_ends: ContextVar[float] = ContextVar("_ends")

#: For RE2: say nothing on the server's console, and take no patterns of the size of a schema.
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1024 * 1024


class Overdue(Exception):
    """Checking took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the time of a check.

    :raise Overdue: from within, when it is over.
    """
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


@lru_cache(maxsize=16)
def load_validator(content: bytes) -> Any:
    """Return a validator for a schema.

    :param content: the schema as Amazon gave it.
    :raise Transient: `malformed_answer` when it is not a JSON Schema.
    """
    try:
        schema = _without_named_patterns(json.loads(content))
        # Amazon's $schema names a meta-schema of its own, which extends 2019-09
        AmazonValidator.check_schema({**schema, "$schema": _DRAFT}, FormatChecker(()))
    except (ValueError, TypeError, SchemaError, RecursionError) as error:
        raise MALFORMED_ANSWER.error(detail=f"product type schema: {error}") from None
    # an empty registry: what the schema does not hold is not looked for anywhere
    return AmazonValidator(schema, registry=Registry())


def _without_named_patterns(node: Any) -> Any:
    """Return a schema without patterns for names, which `jsonschema` tries with Python's engine.

    Amazon's schemas have none. What depends on them goes, too: it would refuse what they allow.
    """
    if isinstance(node, list):
        return [_without_named_patterns(item) for item in node]
    if not isinstance(node, dict):
        return node
    left_out = _NAMED if isinstance(node.get("patternProperties"), dict) else ()
    return {key: _without_named_patterns(item) for key, item in node.items() if key not in left_out}


def _check_pattern(
    _validator: Any, pattern: str, value: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not isinstance(value, str):
        return
    _check_time()
    try:
        found = re2.search(pattern, value, _OPTIONS)
    except (re2.error, UnicodeError):
        return  # RE2 does not know it, so it cannot judge; Amazon does
    if not found:
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _limited(word: str) -> Callable[..., Iterator[ValidationError]]:
    """Return the check of a word that refers to another part of the schema, within the time."""

    def follow(*arguments: Any) -> Iterator[ValidationError]:
        _check_time()
        yield from Draft201909Validator.VALIDATORS[word](*arguments) or ()

    return follow


def _check_time() -> None:
    if time.monotonic() > _ends.get():
        raise Overdue


def _check_longest(
    _validator: Any, most: int, value: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and _is_number(most) and len(value.encode()) > most:
        yield ValidationError(f"{len(value.encode())} bytes are more than {most}")


def _check_shortest(
    _validator: Any, least: int, value: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and _is_number(least) and len(value.encode()) < least:
        yield ValidationError(f"{len(value.encode())} bytes are less than {least}")


def _check_most(
    _validator: Any, most: int, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if _is_number(most) and any(count > most for count in _counts(value, schema)):
        yield ValidationError(f"more than {most} entries")


def _check_least(
    _validator: Any, least: int, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if _is_number(least) and any(count < least for count in _counts(value, schema)):
        yield ValidationError(f"less than {least} entries")


def _counts(value: Any, schema: Mapping[str, Any]) -> list[int]:
    """Entries are counted apart by their selectors."""
    selectors = [one for one in _entries(schema.get("selectors")) if isinstance(one, str)]
    entries = [entry for entry in _entries(value) if isinstance(entry, dict)]
    keys = (tuple(json.dumps(entry.get(one)) for one in selectors) for entry in entries)
    return list(Counter(keys).values())


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    """Amazon's words are not in the meta-schema, so anything may stand behind them."""
    return isinstance(value, (int, float))


#: Words that name properties by patterns, or speak of what no pattern names.
_NAMED = ("patternProperties", "additionalProperties", "unevaluatedProperties")
_DRAFT = "https://json-schema.org/draft/2019-09/schema"

AmazonValidator = extend(
    Draft201909Validator,
    {
        "maxUtf8ByteLength": _check_longest,
        "minUtf8ByteLength": _check_shortest,
        "maxUniqueItems": _check_most,
        "minUniqueItems": _check_least,
        "pattern": _check_pattern,
        "$ref": _limited("$ref"),
        "$recursiveRef": _limited("$recursiveRef"),
    },
)
