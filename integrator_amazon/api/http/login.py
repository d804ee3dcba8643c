# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon (LWA): refresh token or scope in, access token out, kept while it lives.

The library's own cache is global to the process, not locked, keyed by the refresh token alone and
blind to `expires_in`; it is never used.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors.causes import LOGIN_MALFORMED
from ..errors.error_table import LOGIN, find_cause
from .library import AccessTokenClient, AccessTokenResponse, LibraryCredentials
from .transport import Received, Transport

# === TOKENS === #


@dataclass(frozen=True)
class Grant:
    """An access token as Login with Amazon gave it; `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    expires_in: float = 3600.0


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = field(default="", repr=False)
    until: float = 0.0


class TokenCache:
    """Access tokens by key; safe between threads, bounded, one login at a time per key.

    :param size: number of tokens that are kept; the longest unused goes first.
    :param margin: seconds before its end at which a token is not used any more.
    :param clock: seconds that never go back.
    """

    def __init__(
        self,
        size: int = 256,
        margin: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._margin = margin
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, key: str, login: Callable[[], Grant]) -> str:
        """Return the access token of a key; log in when there is none or it is about to end.

        :param key: from `token_key`.
        :param login: asks for a new token; what it raises goes through and nothing is kept.
        """
        entry = self._entry(key)
        with entry.lock:
            if not entry.token or self._clock() >= entry.until:
                entry.token = ""
                grant = login()
                # a token that lives shorter than two margins is used for half its life
                margin = min(self._margin, grant.expires_in / 2)
                entry.until = self._clock() + grant.expires_in - margin
                entry.token = grant.access_token
            return entry.token

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._entries.clear()

    def forget(self, key: str, token: str | None = None) -> None:
        """Drop the token of a key.

        :param token: drop it only while it is this one: another thread may have renewed it.
        """
        entry = self._entry(key)
        with entry.lock:
            if token is None or entry.token == token:
                entry.token = ""

    def __len__(self) -> int:
        return len(self._entries)

    def _entry(self, key: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
            return entry


def token_key(lwa_url: str, client_id: str, client_secret: str, grant: str) -> str:
    """Return the key of an access token: other secrets, another key, and none readable in it.

    :param grant: the refresh token, or the scope of a grantless login.
    """
    parts = (lwa_url, client_id, client_secret, grant)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


#: The cache of this process, for callers that bring none of their own.
SHARED_TOKENS = TokenCache()


# === LOGIN === #


#: Seconds that a token is good for where Amazon does not name them.
DEFAULT_LIFETIME = 3600


class LoginClient(AccessTokenClient):
    """The library's login client over our transport and our cache.

    The parent's constructor is not called: it would open a connection pool that nobody closes.

    :param refresh_token: overrides the one in `credentials`.
    :param credentials: the library's credentials (`lwa_app_id`, `lwa_client_secret`, …).
    :param lwa_url: full address of the token endpoint.
    :param cache: where access tokens are kept.
    :param transport: how requests are sent.
    """

    def __init__(
        self,
        refresh_token: str | None = None,
        credentials: Any = None,
        proxies: None = None,
        verify: bool = True,
        *,
        lwa_url: str,
        cache: TokenCache,
        transport: Transport,
    ) -> None:
        self.cred = LibraryCredentials(refresh_token, credentials)
        self.proxies = proxies
        self.verify = verify
        self._transport = transport
        self._lwa_url = lwa_url
        self._cache = cache
        self._given = ""
        self._grant = ""

    def get_auth(self) -> AccessTokenResponse:
        """Return the access token of the seller.

        :raise SpapiError: when the login fails.
        """
        return self._get(self.cred.refresh_token, self.data)

    def get_grantless_auth(
        self, scope: str = "sellingpartnerapi::notifications"
    ) -> AccessTokenResponse:
        """Return the access token of the application itself, for grantless operations.

        :raise SpapiError: when the login fails.
        """
        return self._get(scope, self.grantless_data(scope))

    def forget(self) -> None:
        """Drop the access token that was given last: Amazon refuses it."""
        self._cache.forget(self._key(self._grant or self.cred.refresh_token), self._given)

    def exchange_code(self, code: str, redirect_uri: str) -> str:
        """Return the refresh token for the code that the consent page gave.

        The library's `authorize_auth_code` leaves the redirect address out, which Amazon demands.

        :param code: `spapi_oauth_code`, valid for five minutes.
        :param redirect_uri: the address to which the consent page came back.
        :raise SpapiError: when Amazon refuses.
        """
        form = {**self._auth_code_request_body(code), "redirect_uri": redirect_uri}
        return self._checked(self._send(form), "refresh_token")["refresh_token"]

    def _get(self, grant: str, form: dict[str, str]) -> AccessTokenResponse:
        self._grant = grant
        self._given = self._cache.get(self._key(grant), lambda: self._login(form))
        return AccessTokenResponse(access_token=self._given, token_type="bearer")

    def _key(self, grant: str) -> str:
        return token_key(self._lwa_url, self.cred.client_id, self.cred.client_secret, grant)

    def _login(self, form: dict[str, str]) -> Grant:
        answer = self._checked(self._send(form), "access_token")
        lifetime = answer.get("expires_in")
        if not isinstance(lifetime, int) or isinstance(lifetime, bool):
            lifetime = DEFAULT_LIFETIME
        return Grant(answer["access_token"], float(lifetime))

    def _send(self, form: dict[str, str]) -> Received:
        return self._transport.request("POST", self._lwa_url, data=form, headers=self.headers)

    def _checked(self, received: Received, wanted: str) -> dict[str, Any]:
        """Return the answer's JSON if it holds what is wanted; else raise by the error table."""
        answer = _json_object(received)
        value = answer.get(wanted)
        if received.status_code == 200 and isinstance(value, str) and value:
            return answer
        status, code = received.status_code, str(answer.get("error") or "")
        cause = LOGIN_MALFORMED
        if status != 200:
            cause = find_cause(LOGIN, status, code)
        raise cause.error(
            detail=received.text() if not answer else str(answer.get("error_description") or code),
            status=status,
            request_id=str(answer.get("request_id") or received.request_id),
            amazon_code=code,
        )


def _json_object(received: Received) -> dict[str, Any]:
    try:
        answer = received.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
