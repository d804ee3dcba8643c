# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls and where: credentials of one seller, addresses of one region."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from ..errors.causes import (
    CREDENTIALS_INCOMPLETE,
    DOCUMENT_ADDRESS,
    ENDPOINT_INVALID,
    MARKETPLACE_UNKNOWN,
    MARKETPLACES_OF_TWO_REGIONS,
)
from ..marketplaces import REGION_OF_MARKETPLACE

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

    Whoever answers in Amazon's place must not lead this server to machines in its own network.

    :param url: address of the document, as the API named it.
    :param api_url: address of the API.
    :raise Rejected: when it lies elsewhere.
    """
    parts, home = _split(url), _split(api_url)
    if parts is None or home is None or not _is_kept_at(parts, home):
        # what follows the question mark opens the document
        raise DOCUMENT_ADDRESS.error(detail=url.partition("?")[0])


def _is_kept_at(document: SplitResult, home: SplitResult) -> bool:
    """Whether a document lies in Amazon's storage, or beside another API at that API's place."""
    if _is_among(home, API_HOSTS):
        return _is_among(document, STORAGE_HOSTS)
    return _place(document) == _place(home)


def is_amazon(api_url: str) -> bool:
    """Tell whether an address is that of the Selling Partner API itself."""
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
    """Tell whether this is the network in which clouds tell machines their secrets."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


def is_public(url: str) -> bool:
    """Tell whether everybody on the internet can be asked for an address."""
    parts = _split(url)
    return parts is not None and not _is_near(parts.hostname or "")


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine, or in a network of one's own."""
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
    """What one seller and one application prove themselves with.

    :param client_id: LWA client id, `amzn1.application-oa2-client.…`.
    :param client_secret: LWA client secret, `amzn1.oa2-cs.v1.…`.
    :param refresh_token: what the seller granted, `Atzr|…`.
    :param merchant_id: the selling partner id (merchant token).
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    merchant_id: str = ""

    def check(self) -> None:
        """Check that nothing that is needed for a login is empty.

        The library would look for an empty value in the environment and in files, and so could
        log in as somebody else.

        :raise Configuration: naming what is missing.
        """
        needed = {
            "client id": self.client_id,
            "client secret": self.client_secret,
            "refresh token": self.refresh_token,
        }
        missing = [name for name, value in needed.items() if not (value or "").strip()]
        if missing:
            raise CREDENTIALS_INCOMPLETE.error(detail="missing: " + ", ".join(missing))


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
