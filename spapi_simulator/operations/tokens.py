# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens API 2021-03-01: createRestrictedDataToken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import invalid_input
from ..http import Answer, Call
from ..paths import match_parts
from ..routing import Route
from ..state.sellers import DELIVERY, TAX_INVOICING, TAX_REMITTANCE
from ..state.tokens import TOKEN_SECONDS

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({DELIVERY, TAX_INVOICING, TAX_REMITTANCE})
_MAX_ITEMS = 50
# The restricted operations of Amazon that a seller's integration meets; a document is named by
# its own id, the others may be named by their template.
_RESTRICTED = (
    "/reports/2021-06-30/documents/{id}",
    "/orders/v0/orders",
    "/orders/v0/orders/{id}",
    "/orders/v0/orders/{id}/address",
    "/orders/v0/orders/{id}/buyerInfo",
    "/orders/v0/orders/{id}/orderItems",
    "/orders/v0/orders/{id}/orderItems/buyerInfo",
    "/orders/v0/orders/{id}/regulatedInfo",
    "/mfn/v0/shipments",
    "/mfn/v0/shipments/{id}",
)


def create_restricted_token(world: World, call: Call) -> Answer:
    """Serve createRestrictedDataToken: a token for the named paths only, an hour long."""
    assert call.seller is not None
    rows = call.fields().get("restrictedResources") or []
    if not 1 <= len(rows) <= _MAX_ITEMS:
        raise invalid_input("restrictedResources must have 1 to 50 entries.")
    resources = frozenset(_resource(row) for row in rows)
    token = world.tokens.issue_restricted(call.seller, resources, world.now())
    return Answer.of({"restrictedDataToken": token, "expiresIn": TOKEN_SECONDS})


def _resource(row: dict[str, Any]) -> tuple[str, str]:
    path = str(row["path"])
    parts = path.strip("/").split("/")
    known = any(
        match_parts(template.strip("/").split("/"), parts) is not None for template in _RESTRICTED
    )
    if not known or (path.startswith("/reports/") and "{" in path):
        raise invalid_input(f"The path {path} is not a restricted resource.")
    return row["method"], path


ROUTES = (
    Route(
        "createRestrictedDataToken",
        "POST",
        "/tokens/2021-03-01/restrictedDataToken",
        create_restricted_token,
        ROLES,
    ),
)
