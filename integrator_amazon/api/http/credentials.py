# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls and where: credentials of one seller, addresses of one region."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors.causes import CREDENTIALS_INCOMPLETE, MARKETPLACE_UNKNOWN, MARKETPLACES_OF_TWO_REGIONS
from ..marketplaces import REGION_OF_MARKETPLACE
from .addresses import API_HOSTS, LOGIN_HOSTS, check_address

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
