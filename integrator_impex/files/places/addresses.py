# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Servers that files may be exchanged with: the ones of the open internet, and those that the
configuration of this server opens."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from ..causes import PLACE_PRIVATE, PLACE_SLOW, PLACE_UNREACHABLE
from ..problems import FileRefused
from .place import TIMEOUT


def connect(
    host: str, port: int, opened: Collection[str], timeout: float = TIMEOUT
) -> socket.socket:
    """Connect to a server. The address that was checked is the one that is connected to.

    :param opened: `host` or `host:port` of servers in private networks that may be reached.
    :raise FileRefused: when the server may not be, or cannot be reached.
    """
    address = allowed_address(host, port, opened)
    try:
        return socket.create_connection((address, port), timeout)
    except TimeoutError:
        raise FileRefused(PLACE_SLOW.at(host=host, seconds=timeout)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileRefused(PLACE_UNREACHABLE.at(host=host, reason=reason)) from None


def allowed_address(host: str, port: int, opened: Collection[str]) -> str:
    """Return an address of a host that may be reached.

    :raise FileRefused: when it has none, or any of its addresses belongs to a private network
        that is not opened.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileRefused(PLACE_UNREACHABLE.at(host=host, reason=reason)) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not {host, f"{host}:{port}"} & set(opened) and not all(map(is_public, addresses)):
        raise FileRefused(PLACE_PRIVATE.at(host=host))
    return addresses[0]


def is_public(address: str) -> bool:
    """Return whether an address belongs to the open internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
