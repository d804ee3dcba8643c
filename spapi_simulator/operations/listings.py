# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings Items API 2021-08-01: get, put, patch and delete one SKU."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces, check_merchant
from ..errors import invalid_input, not_found, quota_exceeded, unauthorized
from ..http import Answer, Call
from ..listing_changes import take_over
from ..routing import Route
from ..state import submission_checks
from ..state.issues import UNKNOWN_SKU, Issue, issue
from ..state.listing_view import SECTIONS, view
from ..state.listings import made_up_asin
from ..state.sellers import LISTING
from ..state.submissions import Submission, identifier

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({LISTING})
_ANSWERS = ("issues", "identifiers")


def get_item(world: World, call: Call) -> Answer:
    """Serve getListingsItem."""
    check_sku(world, call)
    shops, wanted = shops_of(world, call), included(call)
    listing = world.listings.get(call.arguments["sellerId"], call.arguments["sku"])
    if listing is None or not listing.marketplace_ids & set(shops):
        text = f"SKU '{call.arguments['sku']}' not found in marketplace {', '.join(shops)}"
        raise not_found(text, code="NOT_FOUND")
    return Answer.of(view(listing, wanted, set(shops)))


def put_item(world: World, call: Call) -> Answer:
    """Serve putListingsItem: the attributes replace all that is there."""
    fields = call.fields()
    return _submit(
        world,
        call,
        operation="UPDATE",
        product_type=_product_type(fields),
        requirements=fields.get("requirements") or "LISTING",
        attributes=fields.get("attributes") or {},
    )


def patch_item(world: World, call: Call) -> Answer:
    """Serve patchListingsItem."""
    fields = call.fields()
    if not fields.get("patches"):
        raise invalid_input("Missing required field: patches")
    return _submit(
        world,
        call,
        operation="PATCH",
        product_type=_product_type(fields),
        patches=tuple(fields["patches"]),
    )


def delete_item(world: World, call: Call) -> Answer:
    """Serve deleteListingsItem."""
    return _submit(world, call, operation="DELETE")


def shops_of(world: World, call: Call) -> list[str]:
    """Return the marketplaces of a listings request.

    :raise ApiError: when none is named, or the seller has no business there.
    """
    assert call.seller is not None
    check_merchant(call)
    shops = call.csv("marketplaceIds")
    if not shops:
        raise invalid_input("Missing required parameter: marketplaceIds")
    check_marketplaces(world, call.seller, shops)
    return shops


def check_sku(world: World, call: Call) -> None:
    """Refuse calls about a SKU that Amazon does not let through: sellers report it of odd ones
    (amzn/selling-partner-api-models issues 4429 and 4727).

    :raise ApiError: 403.
    """
    if call.arguments["sku"] in world.settings.forbidden_skus:
        raise unauthorized("")


def included(call: Call) -> set[str]:
    """Return the sections asked for; summaries when none is named."""
    wanted = set(call.csv("includedData")) or {"summaries"}
    if wanted - set(SECTIONS):
        raise invalid_input("Invalid value for parameter: includedData")
    return wanted


def _product_type(fields: dict[str, Any]) -> str:
    if not fields.get("productType"):
        raise invalid_input("Missing required field: productType")
    return str(fields["productType"])


def _submit(world: World, call: Call, operation: str, **values: Any) -> Answer:
    check_sku(world, call)
    shops = shops_of(world, call)
    if operation != "PATCH" and len(shops) != 1:
        raise invalid_input("Exactly one marketplace is allowed.")
    assert call.seller is not None
    preview = call.text("mode") == "VALIDATION_PREVIEW"
    bucket = "listings:VALIDATION_PREVIEW"
    if preview and not world.buckets.take(call.seller.bucket_owner, bucket):
        raise quota_exceeded()
    merchant_id, sku = call.arguments["sellerId"], call.arguments["sku"]
    submission = Submission(merchant_id, sku, operation, tuple(shops), **values)
    exists = world.listings.get(merchant_id, sku) is not None
    issues = submission_checks.check(submission, exists, call.seller)
    if operation == "PATCH" and not exists:
        issues.append(issue(UNKNOWN_SKU, f"The SKU '{sku}' does not exist in the catalog."))
    refused = any(row["severity"] == "ERROR" for row in issues)
    if not refused and not preview and "ignore" not in call.marks:
        take_over(world, submission)
    status = "INVALID" if refused else "VALID" if preview else "ACCEPTED"
    return Answer.of(_answer(world, call, submission, status, issues))


def _answer(
    world: World, call: Call, submission: Submission, status: str, issues: list[Issue]
) -> dict[str, Any]:
    wanted = set(call.csv("includedData")) or {"issues"}
    if wanted - set(_ANSWERS):
        raise invalid_input("Invalid value for parameter: includedData")
    data: dict[str, Any] = {
        "sku": submission.sku,
        "status": status,
        "submissionId": uuid.uuid4().hex,
        "issues": issues,
    }
    if "identifiers" in wanted:
        listing = world.listings.get(submission.merchant_id, submission.sku)
        asin = listing.asin if listing else identifier(submission.attributes)
        asin = asin or made_up_asin(submission.sku)
        shops = submission.marketplace_ids if status != "INVALID" else ()
        data["identifiers"] = [{"marketplaceId": shop, "asin": asin} for shop in shops]
    return data


_BASE = "/listings/2021-08-01/items/{sellerId}/{sku}"
ROUTES = (
    Route("getListingsItem", "GET", _BASE, get_item, ROLES),
    Route("putListingsItem", "PUT", _BASE, put_item, ROLES),
    Route("patchListingsItem", "PATCH", _BASE, patch_item, ROLES),
    Route("deleteListingsItem", "DELETE", _BASE, delete_item, ROLES),
)
