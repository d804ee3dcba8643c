# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Authorisation of an account by its seller (developer-docs.amazon.com, Website authorization).

The browser is sent to Seller Central with a state value of ours, comes back with that value and a
code, and the code is exchanged for a refresh token within five minutes.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

from .errors.causes import CONSENT_REFUSED
from .http.gateway import library_credentials
from .http.login import Credentials, Endpoint, LoginClient, TokenCache
from .http.transport import Transport

#: Marketplace region -> Seller Central; single marketplaces have their own.
SELLER_CENTRAL = {
    "NA": "https://sellercentral.amazon.com",
    "EU": "https://sellercentral-europe.amazon.com",
    "FE": "https://sellercentral.amazon.co.jp",
}


def consent_url(
    seller_central: str, application_id: str, state: str, redirect_uri: str, draft: bool = False
) -> str:
    """Return the address of the consent page.

    :param seller_central: base address of the Seller Central of the seller's region.
    :param application_id: `amzn1.sp.solution.…`, which is not the LWA client id.
    :param state: an unguessable value that has to come back.
    :param redirect_uri: where the browser comes back; registered with the application.
    :param draft: whether the application is still a draft.
    """
    query = {"application_id": application_id, "state": state, "redirect_uri": redirect_uri}
    if draft:
        query["version"] = "beta"
    return f"{seller_central.rstrip('/')}/apps/authorize/consent?{urlencode(query)}"


def read_consent(query: Mapping[str, str], state: str) -> tuple[str, str]:
    """Return the code and the selling partner id with which the browser came back.

    :param query: the query parameters of the return address.
    :param state: the value that was sent.
    :raise Configuration: when the state is another, or the seller refused.
    """
    code, seller = query.get("spapi_oauth_code", ""), query.get("selling_partner_id", "")
    known = hmac.compare_digest(query.get("state", "").encode(), state.encode())
    if not (state and known and code and seller):
        detail = query.get("error_description") or query.get("error") or "state, code or seller"
        raise CONSENT_REFUSED.error(detail=detail)
    return code, seller


def exchange_code(
    client_id: str,
    client_secret: str,
    code: str,
    redirect_uri: str,
    endpoint: Endpoint,
    http: httpx.BaseTransport | None = None,
) -> str:
    """Return the refresh token for a code.

    :param redirect_uri: the same as in `consent_url`.
    :param http: another way to send, such as `httpx.MockTransport`.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    # the code stands for the refresh token that is not there yet
    credentials = Credentials(client_id, client_secret, refresh_token=code)
    with Transport(http=http) as transport:
        login = LoginClient(
            credentials=library_credentials(credentials),
            lwa_url=endpoint.lwa_url,
            cache=TokenCache(),
            transport=transport,
        )
        return login.exchange_code(code, redirect_uri)
