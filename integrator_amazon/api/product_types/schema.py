# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON Schema 2019-09 with Amazon's own words, checked by `jsonschema`.

Nothing is fetched while checking: Amazon's schemas refer to nothing but themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft201909Validator, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend
from referencing.exceptions import Unresolvable

from ..causes import MALFORMED_ANSWER

__all__ = ["SchemaError", "Unresolvable", "load_validator"]


@lru_cache(maxsize=16)
def load_validator(content: bytes) -> Any:
    """Return a validator for a schema.

    :param content: the schema as Amazon gave it.
    :raise Transient: `malformed_answer` when it is no JSON Schema.
    """
    try:
        schema = json.loads(content)
        # Amazon's $schema names a meta-schema of its own, which extends 2019-09
        AmazonValidator.check_schema({**schema, "$schema": _DRAFT})
    except (ValueError, TypeError, SchemaError, RecursionError) as error:
        raise MALFORMED_ANSWER.error(detail=f"product type schema: {error}") from None
    return AmazonValidator(schema)


def _check_longest(
    _validator: Any, most: int, value: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode()) > most:
        yield ValidationError(f"{len(value.encode())} bytes are more than {most}")


def _check_shortest(
    _validator: Any, least: int, value: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode()) < least:
        yield ValidationError(f"{len(value.encode())} bytes are less than {least}")


def _check_most(
    _validator: Any, most: int, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if any(count > most for count in _counts(value, schema)):
        yield ValidationError(f"more than {most} entries")


def _check_least(
    _validator: Any, least: int, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if any(count < least for count in _counts(value, schema)):
        yield ValidationError(f"less than {least} entries")


def _counts(value: Any, schema: Mapping[str, Any]) -> list[int]:
    """Entries are counted apart by their selectors."""
    selectors = schema.get("selectors") or ()
    entries = [entry for entry in value if isinstance(entry, dict)] if _is_list(value) else []
    keys = (tuple(json.dumps(entry.get(one)) for one in selectors) for entry in entries)
    return list(Counter(keys).values())


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


_DRAFT = "https://json-schema.org/draft/2019-09/schema"

AmazonValidator = extend(
    Draft201909Validator,
    {
        "maxUtf8ByteLength": _check_longest,
        "minUtf8ByteLength": _check_shortest,
        "maxUniqueItems": _check_most,
        "minUniqueItems": _check_least,
    },
)
