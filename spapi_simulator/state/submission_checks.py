# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Amazon checks before it accepts listing data.

First the rules that hold for every product type, then those of the product type's own schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from ..product_types.checks import check_attributes
from .issues import BAD_REQUEST, INVALID_ATTRIBUTE, RESTRICTED, Issue, invalid, issue, missing
from .sellers import Seller
from .submissions import Submission, identifier

_SKU_LENGTH = 40
_PATH = re.compile(r"^/attributes/([a-z0-9_]+)$")
_IDENTIFIERS = (
    "externally_assigned_product_identifier",
    "supplier_declared_has_product_identifier_exemption",
    "merchant_suggested_asin",
)
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
        if patch.get("op") not in ("delete", "merge")
    }
    return check_attributes(
        submission.product_type,
        submission.marketplace_ids,
        attributes,
        tuple(seller.shipping_groups.items()),
        submission.operation == "UPDATE" and submission.requirements == "LISTING",
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
        elif patch.get("op") == "delete":
            issues += []
        elif not patch.get("value"):
            issues.append(invalid(match[1], "a value is required"))
        else:
            issues += _check_attributes(submission, {match[1]: patch["value"]})
    return issues


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
    return issues


def _no_problem(row: dict[str, Any]) -> str:
    return ""


def _quantity_problem(row: dict[str, Any]) -> str:
    if "fulfillment_channel_code" not in row:
        return "fulfillment_channel_code is required"
    quantity = row.get("quantity", 0)
    whole = isinstance(quantity, int) and not isinstance(quantity, bool)
    return "" if whole and quantity >= 0 else "quantity must be a whole number from 0"


def _offer_problem(row: dict[str, Any]) -> str:
    if "currency" not in row:
        return "currency is required"
    steps = [step for price in row.get("our_price") or [] for step in price.get("schedule") or []]
    good = all(_positive(step.get("value_with_tax")) for step in steps)
    return "" if good else "our_price must be above 0"


def _title_problem(row: dict[str, Any]) -> str:
    length = len(str(row.get("value") or ""))
    return "" if 1 <= length <= 200 else "it must have 1 to 200 characters"


def _positive(value: Any) -> bool:
    try:
        return Decimal(str(value)) > 0
    except InvalidOperation:
        return False


def _is(row: Any, key: str, value: str) -> bool:
    return isinstance(row, dict) and row.get(key) == value


_VALUES: dict[str, Callable[[dict[str, Any]], str]] = {
    "fulfillment_availability": _quantity_problem,
    "purchasable_offer": _offer_problem,
    "item_name": _title_problem,
}
