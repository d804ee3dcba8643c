# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens and authorization codes of Login with Amazon."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .sellers import Seller

TOKEN_SECONDS = 3600
CODE_SECONDS = 300


@dataclass(frozen=True)
class Grant:
    """Grant that a token or a code stands for.

    A grantless token has a scope and no merchant; a restricted data token opens its `resources`
    (method, path) and nothing else.
    """

    client_id: str
    expires: datetime
    merchant_id: str = ""
    scope: str = ""
    redirect_uri: str = field(default="", repr=False)
    resources: frozenset[tuple[str, str]] = frozenset()


class Tokens:
    """Every access token and code that was handed out."""

    def __init__(self) -> None:
        self._tokens: dict[str, Grant] = {}
        self._codes: dict[str, Grant] = {}

    def issue(self, client_id: str, now: datetime, merchant_id: str = "", scope: str = "") -> str:
        """Return a fresh access token that lives 3600 seconds of the simulator's clock."""
        token = "Atza|" + secrets.token_urlsafe(32)
        expires = now + timedelta(seconds=TOKEN_SECONDS)
        self._tokens[token] = Grant(client_id, expires, merchant_id, scope)
        return token

    def issue_restricted(
        self, seller: Seller, resources: frozenset[tuple[str, str]], now: datetime
    ) -> str:
        """Return a fresh restricted data token of a seller, good for 3600 seconds."""
        token = "Atz.sprdt|" + secrets.token_urlsafe(32)
        expires = now + timedelta(seconds=TOKEN_SECONDS)
        grant = Grant(seller.client_id, expires, seller.merchant_id, resources=resources)
        self._tokens[token] = grant
        return token

    def find(self, token: str) -> Grant | None:
        """Return what an access token stands for, expired or not; None for an unknown one."""
        return self._tokens.get(token)

    def revoke(self, merchant_id: str) -> None:
        """Forget every access token of a seller."""
        for token in [key for key, row in self._tokens.items() if row.merchant_id == merchant_id]:
            del self._tokens[token]

    def issue_code(self, client_id: str, merchant_id: str, redirect_uri: str, now: datetime) -> str:
        """Return a fresh authorization code that lives five minutes."""
        code = "SP" + secrets.token_urlsafe(12)
        expires = now + timedelta(seconds=CODE_SECONDS)
        self._codes[code] = Grant(client_id, expires, merchant_id, redirect_uri=redirect_uri)
        return code

    def take_code(self, code: str) -> Grant | None:
        """Return what a code stands for and forget it: a code serves once."""
        return self._codes.pop(code, None)
