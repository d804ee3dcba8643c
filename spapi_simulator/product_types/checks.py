# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of listing data by its product type, as Amazon makes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from jsonschema import Draft201909Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from ..marketplaces import MARKETPLACES
from ..state.issues import Issue, invalid, missing
from ..times import parse_time
from .schema import build_schema
from .types import TYPES

Groups = tuple[tuple[str, str], ...]


def check_attributes(
    product_type: str,
    marketplace_ids: tuple[str, ...],
    attributes: dict[str, Any],
    groups: Groups,
    whole: bool,
) -> list[Issue]:
    """Return the issues that attributes have by their product type.

    :param groups: the account's shipping templates, pairs of id and name.
    :param whole: whether this is all that is said of the SKU, so that nothing may be missing.
    """
    if product_type not in TYPES or not marketplace_ids:
        return []
    parent = any(row.get("value") == "parent" for row in attributes.get("parentage_level") or ())
    found: dict[str, Issue] = {}
    validator = _validator(product_type, marketplace_ids[0], groups, parent)
    for error in validator.iter_errors(attributes):
        path = [str(step) for step in error.absolute_path]
        if path:
            found.setdefault(path[0], invalid(path[0], error.message[:200]))
        elif error.validator == "required":
            names = [name for name in error.validator_value if name not in attributes]
            found.update({name: missing(name) for name in names if whole})
        elif error.validator == "additionalProperties":
            known = error.schema["properties"]
            names = [name for name in attributes if name not in known]
            found.update({name: invalid(name, "the product type has none") for name in names})
    return list(found.values())


@lru_cache(maxsize=64)
def _validator(
    product_type: str, marketplace_id: str, groups: Groups, parent: bool
) -> Draft201909Validator:
    level = "PARENT" if parent else "NONE"
    schema = build_schema(
        TYPES[product_type], MARKETPLACES[marketplace_id], dict(groups), level=level
    )
    return _Validator(json.loads(json.dumps(schema)), format_checker=_formats())


def _check_longest(
    _validator: Any, most: int, value: Any, _schema: dict[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode()) > most:
        yield ValidationError(f"{len(value.encode())} bytes are more than {most}")


def _check_most(
    _validator: Any, most: int, value: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Entries are counted by their selectors."""
    keys = (tuple(str(row.get(one)) for one in schema.get("selectors", ())) for row in value)
    if any(count > most for count in Counter(keys).values()):
        yield ValidationError(f"more than {most} entries")


_Validator = extend(
    Draft201909Validator, {"maxUtf8ByteLength": _check_longest, "maxUniqueItems": _check_most}
)


@lru_cache(maxsize=1)
def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(_is_date)
    checker.checks("date-time", raises=ValueError)(_is_moment)
    return checker


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or ("T" in value and bool(parse_time(value)))
