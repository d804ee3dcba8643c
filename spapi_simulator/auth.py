# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks a caller and Amazon's permission: token, role, region, marketplace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ApiError, unauthorized
from .http import Call
from .marketplaces import MARKETPLACES
from .paths import match_parts
from .state.sellers import Seller
from .state.tokens import Grant

if TYPE_CHECKING:
    from .world import World

MISSING = "Access token is missing in the request header."
MALFORMED = "The access token you provided is revoked, malformed or invalid."
EXPIRED = "The access token you provided has expired."
NO_ROLE = "The application does not have the role that this operation requires: {}"
REGION = "The access token is not valid for this endpoint: marketplace {} is in another region."
NO_REGION = "The access token is not valid for this endpoint: the seller is in another region."
NOT_GRANTLESS = "This operation needs a grantless token of its scope."
OTHER_RESOURCE = "The restricted data token was not made for this resource."
NOT_PARTICIPATING = "The seller does not participate in marketplace {}."


def authorise(world: World, call: Call, roles: frozenset[str]) -> Seller:
    """Return the seller behind a call.

    :param roles: of which it must have granted one.

    :raise ApiError: 403 with different details for a missing, a malformed and an expired token, a
        missing role, another region and a foreign marketplace.
    """
    token = call.headers.get("x-amz-access-token", "")
    if not token:
        raise unauthorized(MISSING)
    grant = world.tokens.find(token)
    seller = world.sellers.get(grant.merchant_id) if grant else None
    if grant is None or seller is None or not seller.authorised:
        raise unauthorized(MALFORMED)
    if world.now() >= grant.expires:
        raise unauthorized(EXPIRED)
    call.client_id = grant.client_id
    _check_resource(call, grant)
    check_roles(seller, roles)
    if not seller.marketplaces(world.settings.regions):
        raise unauthorized(NO_REGION)
    return seller


def authorise_grantless(world: World, call: Call, scope: str) -> None:
    """Check the grantless token of a call and note its application.

    :param scope: for which the token has to be.

    :raise ApiError: 403 for a missing, an unknown, an expired or a seller's token.
    """
    token = call.headers.get("x-amz-access-token", "")
    if not token:
        raise unauthorized(MISSING)
    grant = world.tokens.find(token)
    if grant is None:
        raise unauthorized(MALFORMED)
    if world.now() >= grant.expires:
        raise unauthorized(EXPIRED)
    if grant.scope != scope:
        raise unauthorized(NOT_GRANTLESS)
    call.client_id = grant.client_id


def check_marketplaces(world: World, seller: Seller, marketplace_ids: list[str]) -> None:
    """Check that the seller may act in some marketplaces at this endpoint.

    :raise ApiError: 400 for an unknown marketplace, 403 for one of another region or one in which
        the seller does not participate.
    """
    for key in marketplace_ids:
        shop = MARKETPLACES.get(key)
        if shop is None:
            raise ApiError(400, "InvalidInput", f"Invalid Marketplace ID: {key}")
        if shop.region not in world.settings.regions:
            raise unauthorized(REGION.format(key))
        if key not in seller.marketplace_ids:
            raise unauthorized(NOT_PARTICIPATING.format(key))


def check_merchant(call: Call) -> None:
    """Check that the sellerId of a path is the caller's own.

    :raise ApiError: 403 when it is another seller's.
    """
    assert call.seller is not None
    if call.arguments["sellerId"] != call.seller.merchant_id:
        raise unauthorized("The seller id does not belong to the access token.")


def check_roles(seller: Seller, wanted: frozenset[str]) -> None:
    """Check that the application has one of some roles.

    :raise ApiError: 403 when it has none of them.
    """
    if wanted and not wanted & seller.roles:
        raise unauthorized(NO_ROLE.format(", ".join(sorted(wanted))))


def _check_resource(call: Call, grant: Grant) -> None:
    """A restricted data token opens what it names; a template in braces fits any id."""
    if not grant.resources:
        return
    parts = call.path.strip("/").split("/")
    opened = any(
        method == call.method and match_parts(path.strip("/").split("/"), parts) is not None
        for method, path in grant.resources
    )
    if not opened:
        raise unauthorized(OTHER_RESOURCE)
    call.restricted_token = True
