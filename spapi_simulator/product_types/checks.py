# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Amazon checks of listing data by its product type."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from jsonschema import Draft201909Validator

from ..marketplaces import MARKETPLACES
from ..state.issues import Issue, invalid, missing
from .schema import build_schema
from .types import TYPES


def check_attributes(
    product_type: str,
    marketplace_ids: tuple[str, ...],
    attributes: dict[str, Any],
    groups: tuple[tuple[str, str], ...],
    whole: bool,
) -> list[Issue]:
    """Return the issues that attributes have by their product type.

    :param groups: the account's shipping templates, pairs of id and name.
    :param whole: whether this is all that is said of the SKU, so that nothing may be missing.
    """
    found_type = TYPES.get(product_type)
    # the catch-all takes whatever an offer says
    if found_type is None or not found_type.closed or not marketplace_ids:
        return []
    found: dict[str, Issue] = {}
    validator = _validator(product_type, marketplace_ids[0], groups)
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
    product_type: str, marketplace_id: str, groups: tuple[tuple[str, str], ...]
) -> Draft201909Validator:
    schema = build_schema(TYPES[product_type], MARKETPLACES[marketplace_id], dict(groups))
    return Draft201909Validator(json.loads(json.dumps(schema)))
