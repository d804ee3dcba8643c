# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses secrets and documents may be sent to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .causes import ENDPOINT_INVALID


def check_url(url: str) -> None:
    """Check that secrets may be sent to an address: https, or http within the own network.

    :raise Configuration: when they may not.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ENDPOINT_INVALID.error(detail=url) from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_near(host))
    if not host or not safe or parts.username or any(sign.isspace() for sign in url):
        raise ENDPOINT_INVALID.error(detail=url)


def is_near(host: str) -> bool:
    """Tell whether a host is this machine or in the own network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".test"))
    return address.is_private
