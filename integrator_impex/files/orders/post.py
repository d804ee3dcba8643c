# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages to addresses that a person entered: nothing inside the own network is called unless the
configuration of the server opens it, no redirection is followed, and an answer is bounded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from ..causes import PLACE_ADDRESS
from ..places.addresses import allowed_address
from ..places.web import _Backend
from ..problems import FileRefused

TIMEOUT = 30
MAX_ANSWER = 64 * 1024


class NotReached(Exception):
    """Nothing left: there was no connection."""


class NoAnswer(Exception):
    """The message may have arrived, and no answer came."""


@dataclass(frozen=True)
class Answer:
    """Answer to a call; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def check_address(address: str, opened: Collection[str]) -> None:
    """Check the form of an address.

    :param opened: `host` or `host:port` of servers that may be called by plain HTTP and in private
        networks.
    :raise FileRefused: when it is none that is called.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise FileRefused(PLACE_ADDRESS.at(address="?")) from None
    port = port or (443 if parts.scheme == "https" else 80)
    plain = parts.scheme == "http" and {host, f"{host}:{port}"} & set(opened)
    if not host or not (parts.scheme == "https" or plain) or parts.username or parts.fragment:
        raise FileRefused(PLACE_ADDRESS.at(address=f"{parts.scheme}://{host}"))


def post(
    address: str, headers: dict[str, str], content: bytes, opened: Collection[str] = ()
) -> Answer:
    """Send a message.

    :param opened: see `check_address`.
    :raise FileRefused: when the address may not be called.
    :raise NotReached: when nothing has left.
    :raise NoAnswer: when it is unknown whether it was taken.
    """
    check_address(address, opened)
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    allowed_address(parts.hostname, port, opened)
    heads = {"Host": parts.netloc, "Content-Length": str(len(content)), **headers}
    times = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)}
    with httpcore.ConnectionPool(network_backend=_Backend(opened), retries=0) as pool:
        try:
            with pool.stream(
                "POST", address, headers=list(heads.items()), content=content, extensions=times
            ) as response:
                return _answer(response)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise NotReached(type(error).__name__) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise NoAnswer(type(error).__name__) from None


def _answer(response: httpcore.Response) -> Answer:
    body = b""
    for piece in response.iter_stream():
        body += piece
        if len(body) > MAX_ANSWER:
            break
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    return Answer(response.status, headers, body[:MAX_ANSWER])
