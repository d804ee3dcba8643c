# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks that Amazon makes before it accepts listing data.

First the rules that hold for every product type, then those of the product type's own schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..product_types.checks import check_attributes
from .attributes import SELECTORS
from .issues import BAD_REQUEST, INVALID_ATTRIBUTE, RESTRICTED, Issue, invalid, issue, missing
from .offer_checks import business_problem, offer_problem
from .sellers import Seller
from .submissions import Submission, identifier

_SKU_LENGTH = 40
_PATH = re.compile(r"^/attributes/([a-z0-9_]+)$")
_IDENTIFIERS = (
    "externally_assigned_product_identifier",
    "supplier_declared_has_product_identifier_exemption",
    "merchant_suggested_asin",
)
#: Attribute -> the one field of it that can be merged.
_MERGED = {"fulfillment_availability": "quantity", "purchasable_offer": "quantity_discount_plan"}
#: Kind of a barcode -> its digits.
_LENGTHS = {"ean": (8, 13), "upc": (12,), "gtin": (14,)}
_REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")


def check(submission: Submission, exists: bool, seller: Seller | None = None) -> list[Issue]:
    """Return the issues of a submission.

    :param exists: whether the SKU is listed already.
    :param seller: the account, with its shipping templates and what it may not offer.
    """
    issues = []
    if not 1 <= len(submission.sku) <= _SKU_LENGTH:
        issues.append(issue(BAD_REQUEST, "The SKU must have 1 to 40 characters."))
    issues += _CHECKS[submission.operation](submission, exists)
    if issues or seller is None:
        # what has no form at all is not held against a schema
        return issues
    return _check_restrictions(submission, seller) + _check_by_type(submission, seller)


def _check_restrictions(submission: Submission, seller: Seller) -> list[Issue]:
    if identifier(submission.attributes) not in seller.restricted_asins:
        return []
    text = "You need approval to list this product."
    return [issue(RESTRICTED, text, "merchant_suggested_asin", "QUALIFICATION_REQUIRED")]


def _check_by_type(submission: Submission, seller: Seller) -> list[Issue]:
    attributes = submission.attributes or {
        str(patch["path"]).rpartition("/")[2]: patch["value"]
        for patch in submission.patches
        if patch.get("op") != "delete"
    }
    return check_attributes(
        submission.product_type,
        submission.marketplace_ids,
        attributes,
        tuple(seller.shipping_groups.items()),
        submission.operation == "UPDATE" and submission.requirements != "LISTING_OFFER_ONLY",
    )


def _check_update(submission: Submission, exists: bool) -> list[Issue]:
    issues = [missing(name) for name in _required(submission, exists)]
    if submission.requirements not in _REQUIREMENTS:
        issues.append(issue(BAD_REQUEST, "The requirements are not valid."))
    return issues + _check_attributes(submission, submission.attributes)


def _required(submission: Submission, exists: bool) -> list[str]:
    given = submission.attributes
    if submission.requirements == "LISTING_OFFER_ONLY":
        return [] if exists or "merchant_suggested_asin" in given else ["merchant_suggested_asin"]
    lacking = [] if "item_name" in given else ["item_name"]
    identified = exists or any(name in given for name in _IDENTIFIERS)
    parent = any(_is(row, "value", "parent") for row in given.get("parentage_level") or [])
    return lacking + ([] if identified or parent else [_IDENTIFIERS[0]])


def _check_partial(submission: Submission, exists: bool) -> list[Issue]:
    return _check_attributes(submission, submission.attributes)


def _check_patches(submission: Submission, exists: bool) -> list[Issue]:
    issues: list[Issue] = []
    for patch in submission.patches:
        match = _PATH.match(str(patch.get("path")))
        if not match:
            issues.append(issue(INVALID_ATTRIBUTE, f"The path {patch.get('path')!r} is invalid."))
        elif not patch.get("value"):
            # also of a deletion: its selectors say which entries go
            issues.append(invalid(match[1], "a value is required"))
        elif patch.get("op") == "merge" and (text := _merge_problem(match[1], patch["value"])):
            issues.append(invalid(match[1], text))
        elif patch.get("op") != "delete":
            issues += _check_attributes(submission, {match[1]: patch["value"]})
    return issues


def _merge_problem(name: str, rows: list[dict[str, Any]]) -> str:
    """Return why Amazon does not merge; it does so for two uses only ("Merge a listing")."""
    fields = {key for row in rows for key in row} - {*SELECTORS.get(name, ())}
    if name in _MERGED and fields <= {_MERGED[name]}:
        return ""
    return f"merge is for {' and '.join(sorted(_MERGED.values()))} only"


def _check_delete(submission: Submission, exists: bool) -> list[Issue]:
    return []


_CHECKS: dict[str, Callable[[Submission, bool], list[Issue]]] = {
    "UPDATE": _check_update,
    "PARTIAL_UPDATE": _check_partial,
    "PATCH": _check_patches,
    "DELETE": _check_delete,
}


def _check_attributes(submission: Submission, attributes: dict[str, Any]) -> list[Issue]:
    issues: list[Issue] = []
    for name, rows in attributes.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            issues.append(invalid(name, "it must be a list of objects"))
            continue
        foreign = {row.get("marketplace_id") for row in rows} - {None, *submission.marketplace_ids}
        if foreign:
            issues.append(invalid(name, "its marketplace_id is not among the submission's"))
        problem = _VALUES.get(name, _no_problem)
        issues += [invalid(name, text) for row in rows if (text := problem(row))]
        if name == "purchasable_offer" and (text := business_problem(rows)):
            issues.append(invalid(name, text))
    return issues


def _no_problem(row: dict[str, Any]) -> str:
    return ""


def _quantity_problem(row: dict[str, Any]) -> str:
    if "fulfillment_channel_code" not in row:
        return "fulfillment_channel_code is required"
    quantity = row.get("quantity", 0)
    whole = isinstance(quantity, int) and not isinstance(quantity, bool)
    return "" if whole and quantity >= 0 else "quantity must be a whole number from 0"


def _code_problem(row: dict[str, Any]) -> str:
    """Return what is wrong with a barcode: its length, or its last digit."""
    code, kind = str(row.get("value") or ""), str(row.get("type"))
    if not code.isdecimal() or not code.isascii() or len(code) not in _LENGTHS.get(kind, ()):
        return f"{code} is no {kind}"
    body = [int(digit) for digit in reversed(code[:-1])]
    total = sum(digit * (1 if place % 2 else 3) for place, digit in enumerate(body))
    return "" if (total + int(code[-1])) % 10 == 0 else f"the check digit of {code} is wrong"


def _title_problem(row: dict[str, Any]) -> str:
    length = len(str(row.get("value") or ""))
    return "" if 1 <= length <= 200 else "it must have 1 to 200 characters"


def _is(row: Any, key: str, value: str) -> bool:
    return isinstance(row, dict) and row.get(key) == value


_VALUES: dict[str, Callable[[dict[str, Any]], str]] = {
    "fulfillment_availability": _quantity_problem,
    "purchasable_offer": offer_problem,
    "item_name": _title_problem,
    "externally_assigned_product_identifier": _code_problem,
}
