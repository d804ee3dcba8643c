# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon (LWA): refresh token or scope in, access token out."""

from __future__ import annotations

from typing import Any

from ..errors.causes import LOGIN_MALFORMED
from ..errors.error_table import LOGIN, find_cause
from .library import AccessTokenClient, AccessTokenResponse, LibraryCredentials
from .tokens import Grant, TokenCache, token_key
from .transport import Received, Transport

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
