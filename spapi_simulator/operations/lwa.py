# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon: the token endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ..errors import TokenError
from ..http import Answer, Call
from ..routing import Route
from ..state.sellers import Seller
from ..state.tokens import TOKEN_SECONDS

if TYPE_CHECKING:
    from ..world import World

Form = dict[str, str]
SCOPES = frozenset(
    {"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation"}
)


def token(world: World, call: Call) -> Answer:
    """Serve POST /auth/o2/token for the three grants that SP-API knows."""
    form = {key: rows[0] for key, rows in parse_qs(call.body.decode("utf-8", "replace")).items()}
    try:
        grant = _GRANTS.get(form.get("grant_type", ""), _unsupported)
        return Answer.of(
            {**grant(world, form), "token_type": "bearer", "expires_in": TOKEN_SECONDS}
        )
    except TokenError as error:
        data = {
            "error": error.error,
            "error_description": error.description,
            "request_id": call.request_id,
        }
        return Answer.of(data, status=error.status)


def _unsupported(world: World, form: Form) -> Form:
    text = "The authorization grant type is not supported by the authorization server"
    raise TokenError(400, "unsupported_grant_type", text)


def _clients(world: World, form: Form) -> list[Seller]:
    found = world.sellers.of_client(form.get("client_id", ""), form.get("client_secret", ""))
    if not found:
        raise TokenError(401, "invalid_client", "Client authentication failed")
    return found


def _refresh(world: World, form: Form) -> Form:
    refresh = form.get("refresh_token", "")
    for seller in _clients(world, form):
        if seller.refresh_token == refresh and seller.authorised:
            return _granted(world, seller)
    text = (
        "The request has an invalid grant parameter : refresh_token. User may have revoked or "
        "didn't grant the permission."
    )
    raise TokenError(400, "invalid_grant", text)


def _credentials(world: World, form: Form) -> Form:
    client_id = _clients(world, form)[0].client_id
    scope = form.get("scope", "")
    if scope not in SCOPES:
        raise TokenError(400, "invalid_scope", "The request has an invalid scope")
    return {"access_token": world.tokens.issue(client_id, world.now(), scope=scope)}


def _code(world: World, form: Form) -> Form:
    clients = _clients(world, form)
    grant = world.tokens.take_code(form.get("code", ""))
    redirect = form.get("redirect_uri")
    seller = None
    if (
        grant is not None
        and world.now() < grant.expires
        and grant.client_id == form["client_id"]
        and redirect in (None, grant.redirect_uri)
    ):
        seller = next((row for row in clients if row.merchant_id == grant.merchant_id), None)
    if seller is None:
        text = "The request has an invalid grant parameter : code"
        raise TokenError(400, "invalid_grant", text)
    seller.authorised = True
    return _granted(world, seller)


def _granted(world: World, seller: Seller) -> Form:
    access = world.tokens.issue(seller.client_id, world.now(), seller.merchant_id)
    return {"access_token": access, "refresh_token": seller.refresh_token}


_GRANTS: dict[str, Callable[[World, Form], Form]] = {
    "refresh_token": _refresh,
    "client_credentials": _credentials,
    "authorization_code": _code,
}

ROUTES = (Route("lwaToken", "POST", "/auth/o2/token", token, secured=False),)
