# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The caller and the region: credentials of one seller, addresses of one region, and Login with
Amazon (LWA): refresh token or scope in, access token out, kept while it lives.

The library's own cache is global to the process, not locked, keyed by the refresh token alone and
blind to `expires_in`; it is never used.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..errors.causes import (
    CREDENTIALS_INCOMPLETE,
    DOCUMENT_ADDRESS,
    ENDPOINT_INVALID,
    LOGIN_MALFORMED,
    MARKETPLACE_UNKNOWN,
    MARKETPLACES_OF_TWO_REGIONS,
)
from ..errors.error_table import LOGIN, find_cause
from ..marketplaces import REGION_OF_MARKETPLACE
from .library import AccessTokenClient, AccessTokenResponse, LibraryCredentials
from .transport import Received, Transport

# === ADDRESSES === #


#: The Selling Partner API and its sandbox (developer-docs.amazon.com, SP-API endpoints).
API_HOSTS = re.compile(r"(sandbox\.)?sellingpartnerapi-(na|eu|fe)\.amazon\.com")
#: Login with Amazon; its regional hosts give the same tokens.
LOGIN_HOSTS = re.compile(r"api\.amazon\.(com|co\.uk|co\.jp)")
#: Seller Central (developer-docs.amazon.com, Seller Central URLs).
SELLER_CENTRAL_HOSTS = re.compile(
    r"sellercentral(-europe|-japan)?\.amazon\."
    r"(ae|ca|co\.jp|co\.uk|co\.za|com|com\.au|com\.be|com\.br|com\.mx|com\.tr|de|eg|es|fr|ie|in|it"
    r"|nl|pl|sa|se|sg)"
)
#: Amazon SQS, also under its older names.
QUEUE_HOSTS = re.compile(r"(sqs(-fips)?\.[a-z0-9-]+|([a-z0-9-]+\.)?queue)\.amazonaws\.com(\.cn)?")
#: Amazon S3, where feeds, reports and schemas are; not all of amazonaws.com, where anybody's
#: machines have names, which lead to private addresses from inside Amazon's network.
STORAGE_HOSTS = re.compile(r"([a-z0-9.-]+\.)?s3([.-][a-z0-9-]+)*\.amazonaws\.com(\.cn)?")

_PORTS = {"https": 443, "http": 80}


def check_address(url: str, hosts: re.Pattern[str], opened: Collection[str] = ()) -> None:
    """Check that an address is one of Amazon's, or one that the server opens.

    :param hosts: the names that Amazon uses for this purpose, such as `API_HOSTS`.
    :param opened: hosts that the server's configuration opens, as `host` or `host:port`.
    :raise Configuration: when it is neither.
    """
    parts = _split(url)
    if parts is None or not (_is_among(parts, hosts) or _is_opened(parts, opened)):
        raise ENDPOINT_INVALID.error(detail=url)


def check_document_address(url: str, api_url: str) -> None:
    """Check that a document lies where that API keeps its documents.

    A forged answer must not lead this server to machines in its own network.

    :param url: address of the document, as the API named it.
    :param api_url: address of the API.
    :raise Rejected: when it lies elsewhere.
    """
    parts, home = _split(url), _split(api_url)
    if parts is None or home is None or not _is_kept_at(parts, home):
        # what follows the question mark opens the document
        raise DOCUMENT_ADDRESS.error(detail=url.partition("?")[0])


def _is_kept_at(document: SplitResult, home: SplitResult) -> bool:
    """Return whether a document lies in Amazon's storage, or beside another API at that API's
    place."""
    if _is_among(home, API_HOSTS):
        return _is_among(document, STORAGE_HOSTS)
    return _place(document) == _place(home)


def is_amazon(api_url: str) -> bool:
    """Return whether an address is that of the Selling Partner API itself."""
    parts = _split(api_url)
    return parts is not None and _is_among(parts, API_HOSTS)


def _split(url: str) -> SplitResult | None:
    """Return the parts of a web address without a log-in in it; None when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = url.isprintable() and not any(sign.isspace() or sign == "\\" for sign in url)
    known = parts.scheme in _PORTS and parts.hostname and parts.username is None and port != 0
    return parts if plain and known else None


def _place(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _is_among(parts: SplitResult, hosts: re.Pattern[str]) -> bool:
    scheme, host, port = _place(parts)
    return (scheme, port) == ("https", 443) and hosts.fullmatch(host or "") is not None


def _is_opened(parts: SplitResult, opened: Collection[str]) -> bool:
    _scheme, host, port = _place(parts)
    if _is_link_local(host or ""):
        return False
    named = (_split(f"http://{entry}") for entry in opened)
    return any(one.hostname == host and one.port in (None, port) for one in named if one)


def _is_link_local(host: str) -> bool:
    """Return whether this is the network of the metadata services of clouds, which give out
    secrets."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


def is_public(url: str) -> bool:
    """Return whether an address is a public one, outside of local and private networks."""
    parts = _split(url)
    return parts is not None and not _is_near(parts.hostname or "")


def _is_near(host: str) -> bool:
    """Return whether a host is this machine, or in a network of one's own."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".test"))


# === CREDENTIALS AND ENDPOINTS === #


#: One address for all regions (developer-docs.amazon.com, Connecting to the SP-API).
LWA_URL = "https://api.amazon.com/auth/o2/token"
_LWA_PATH = "/auth/o2/token"


@dataclass(frozen=True)
class Credentials:
    """The credentials of one seller and one application.

    :param client_id: LWA client id, `amzn1.application-oa2-client.…`.
    :param client_secret: LWA client secret, `amzn1.oa2-cs.v1.…`.
    :param refresh_token: what the seller granted, `Atzr|…`.
    :param merchant_id: the selling partner id (merchant token).
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    merchant_id: str = ""

    def missing(self) -> list[str]:
        """Return the names of what is needed for a login and empty."""
        needed = ("client_id", "client_secret", "refresh_token")
        return [name for name in needed if not (getattr(self, name) or "").strip()]

    def check(self) -> None:
        """Check that the credentials for a login are complete.

        The library would look for an empty value in the environment and in files, and so could
        log in as somebody else.

        :raise Configuration: naming what is missing.
        """
        if missing := self.missing():
            names = ", ".join(name.replace("_", " ") for name in missing)
            raise CREDENTIALS_INCOMPLETE.error(detail=f"missing: {names}")


@dataclass(frozen=True)
class Endpoint:
    """The addresses of one region, or of a sandbox or a simulator in its place.

    :param api_url: base address of the Selling Partner API, without a path.
    :param lwa_url: address that gives access tokens; the path may be left out.
    :param region: `NA`, `EU`, `FE`, or empty when not known.
    :param opened: hosts besides Amazon's that the server's own configuration opens.
    :raise Configuration: for an address that is neither.
    """

    api_url: str
    lwa_url: str = LWA_URL
    region: str = ""
    opened: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def __post_init__(self) -> None:
        check_address(self.api_url, API_HOSTS, self.opened)
        check_address(self.lwa_url, LOGIN_HOSTS, self.opened)
        object.__setattr__(self, "api_url", self.api_url.rstrip("/"))
        if urlsplit(self.lwa_url).path in ("", "/"):
            object.__setattr__(self, "lwa_url", self.lwa_url.rstrip("/") + _LWA_PATH)


#: Region -> address (developer-docs.amazon.com, SP-API endpoints).
ENDPOINTS: dict[str, Endpoint] = {
    region: Endpoint(f"https://sellingpartnerapi-{region.lower()}.amazon.com", LWA_URL, region)
    for region in ("NA", "EU", "FE")
}
#: Region -> address of Amazon's static sandbox.
SANDBOX_ENDPOINTS: dict[str, Endpoint] = {
    region: Endpoint(
        f"https://sandbox.sellingpartnerapi-{region.lower()}.amazon.com", LWA_URL, region
    )
    for region in ENDPOINTS
}


def endpoint_for(marketplace_ids: Iterable[str], sandbox: bool = False) -> Endpoint:
    """Return Amazon's addresses for some marketplaces.

    :param marketplace_ids: marketplace ids of one region, at least one.
    :param sandbox: whether to call Amazon's sandbox.
    :raise Configuration: for no or an unknown marketplace, or for two regions at once.
    """
    wanted = sorted(set(marketplace_ids))
    unknown = [code for code in wanted if code not in REGION_OF_MARKETPLACE]
    if unknown or not wanted:
        raise MARKETPLACE_UNKNOWN.error(detail=", ".join(unknown) or "no marketplace")
    regions = sorted({REGION_OF_MARKETPLACE[code] for code in wanted})
    if len(regions) > 1:
        raise MARKETPLACES_OF_TWO_REGIONS.error(detail=", ".join(regions))
    return (SANDBOX_ENDPOINTS if sandbox else ENDPOINTS)[regions[0]]


def account_key(credentials: Credentials, endpoint: Endpoint) -> str:
    """Return a name of the pair of seller and application, for which Amazon keeps its buckets.

    It holds no secret, so it may be a key in a table and in logs.
    """
    pair = f"{credentials.client_id}|{endpoint.api_url}"
    return f"{credentials.merchant_id}/{hashlib.sha256(pair.encode()).hexdigest()[:12]}"


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

    The parent's constructor is not called: it would open a connection pool that is never closed.

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
