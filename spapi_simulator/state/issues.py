# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The issues that Amazon reports on listing data."""

from __future__ import annotations

from typing import Any

Issue = dict[str, Any]

MISSING = "90220"
INVALID_VALUE = "4000003"
INVALID_ATTRIBUTE = "90000900"
UNKNOWN_SKU = "13013"
NO_PARENT = "8058"
NO_IMAGE = "20008"
RESTRICTED = "18299"
BAD_REQUEST = "BAD_REQUEST"


def issue(
    code: str, message: str, attribute: str = "", category: str = "", severity: str = "ERROR"
) -> Issue:
    """Return an issue in the form of the Listings Items API 2021-08-01.

    :param attribute: the attribute to blame, if any.
    :param category: such as MISSING_ATTRIBUTE; INVALID_ATTRIBUTE when left out.
    """
    data: Issue = {"code": code, "message": message, "severity": severity}
    if attribute:
        data["attributeNames"] = [attribute]
    data["categories"] = [category or "INVALID_ATTRIBUTE"]
    return data


def missing(attribute: str) -> Issue:
    """Return the issue of an attribute that is required."""
    text = f"'[{attribute}]' is required but not supplied."
    return issue(MISSING, text, attribute, "MISSING_ATTRIBUTE")


def invalid(attribute: str, why: str) -> Issue:
    """Return the issue of an attribute with a value that does not fit."""
    text = f"The value of the attribute '{attribute}' is invalid: {why}."
    return issue(INVALID_VALUE, text, attribute)


def unreachable(attribute: str) -> Issue:
    """Return the issue of a picture that Amazon cannot fetch; the listing is live without it."""
    text = "We could not access the media at the URL that you provided."
    return issue(NO_IMAGE, text, attribute, "INVALID_IMAGE", "WARNING")


def orphaned() -> Issue:
    """Return the issue of a variation whose parent does not exist.

    Source: amzn/selling-partner-api-models issue 439.
    """
    text = "The parent_sku does not exist in the catalog."
    return issue(NO_PARENT, text, "child_parent_sku_relationship")
