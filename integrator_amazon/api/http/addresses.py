# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses secrets may be sent to, and documents fetched from.

They are Amazon's own hosts, over TLS. Another one, such as a simulator for practice, has to be
opened by the configuration of the server, which no user of the database can change.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from ..errors.causes import DOCUMENT_ADDRESS, ENDPOINT_INVALID

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
    known = parts is not None and home is not None
    if not known or not (
        _is_among(parts, STORAGE_HOSTS)
        if _is_among(home, API_HOSTS)
        else _place(parts) == _place(home)
    ):
        # what follows the question mark opens the document
        raise DOCUMENT_ADDRESS.error(detail=url.partition("?")[0])


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
