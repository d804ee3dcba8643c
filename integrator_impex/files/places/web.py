# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A file behind an address. Nothing is moved there: what was taken is known by its stamp."""

from __future__ import annotations

import base64
import io
import socket
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import httpcore
from httpcore._backends.sync import SyncStream

from ..causes import (
    PLACE_ADDRESS,
    PLACE_CREDENTIALS,
    PLACE_FILE_GONE,
    PLACE_REDIRECT,
    PLACE_SLOW,
    PLACE_STATUS,
    PLACE_UNREACHABLE,
)
from ..problems import FileRefused
from ..sizes import PIECE
from .addresses import connect
from .place import TIMEOUT, FileInfo, is_wanted

_TIMES = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)}


@dataclass(frozen=True)
class WebLogin:
    """Credentials that are sent with a call.

    :param token: sent as a bearer token; empty: user and password are sent, if there is a user.
    """

    user: str = ""
    password: str = ""
    token: str = ""

    def headers(self) -> dict[str, str]:
        """Return the header that says who calls."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {}


class WebPlace:
    """See `Place`. The address of a file is taken as it is; to one that ends with `/`, files are
    written, each under its name.

    :param opened: see `addresses.connect`; only for those is plain HTTP taken.
    """

    def __init__(self, address: str, login: WebLogin, opened: Collection[str] = ()) -> None:
        parts = urlsplit(address)
        self._host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        plain_allowed = {self._host, f"{self._host}:{port}"} & set(opened)
        secure = parts.scheme == "https" or (parts.scheme == "http" and plain_allowed)
        if not secure or not self._host or parts.username or parts.fragment:
            shown = f"{parts.scheme}://{self._host}"
            raise FileRefused(PLACE_ADDRESS.at(address=shown))
        self._address = address
        self._login = login
        self._pool = httpcore.ConnectionPool(network_backend=_Backend(opened), retries=0)

    def list_files(self, folder: str, mask: str = "*") -> list[FileInfo]:
        """See `Place`: the one file, if it is there."""
        if folder or self._address.endswith("/") or not is_wanted(self._name, mask):
            return []
        with self._call("HEAD", self._address) as response:
            if response.status == 404:
                return []
            self._require_done(response)
            heads = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        size = heads.get(b"content-length", "")
        stamp = heads.get(b"etag") or heads.get(b"last-modified") or size
        return [FileInfo(self._name, int(size) if size.isdecimal() else None, stamp)]

    @property
    def _name(self) -> str:
        return unquote(urlsplit(self._address).path).rpartition("/")[2] or self._host

    @contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with self._call("GET", self._address) as response:
            if response.status == 404:
                raise FileRefused(PLACE_FILE_GONE.at(name=self._name))
            self._require_done(response)
            with self._mapped_errors():
                yield io.BufferedReader(_Body(response.iter_stream()), PIECE)

    def write_file(self, path: str, content: BinaryIO) -> None:
        """See `Place`: by PUT, which the server does whole or not at all."""
        name = path.rpartition("/")[2]
        address = self._address + name if self._address.endswith("/") else self._address
        with self._call("PUT", address, iter(lambda: content.read(PIECE), b"")) as response:
            self._require_done(response)

    def move(self, path: str, target: str) -> bool:
        """See `Place`: nothing can be moved behind an address."""
        return True

    def finish_move(self, path: str, target: str) -> None:
        """See `Place`: nothing can be moved behind an address."""

    def close(self) -> None:
        """See `Place`."""
        self._pool.close()

    @contextmanager
    def _call(
        self, method: str, address: str, content: Iterable[bytes] | None = None
    ) -> Iterator[httpcore.Response]:
        headers = {"Host": urlsplit(address).netloc, **self._login.headers()}
        if content is not None:
            headers["Transfer-Encoding"] = "chunked"
        with (
            self._mapped_errors(),
            self._pool.stream(
                method, address, headers=list(headers.items()), content=content, extensions=_TIMES
            ) as response,
        ):
            yield response

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except httpcore.TimeoutException:
            raise FileRefused(PLACE_SLOW.at(host=self._host, seconds=TIMEOUT)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            reason = type(error).__name__
            raise FileRefused(PLACE_UNREACHABLE.at(host=self._host, reason=reason)) from None

    def _require_done(self, response: httpcore.Response) -> None:
        status = response.status
        if status in (401, 403):
            raise FileRefused(PLACE_CREDENTIALS.at(host=self._host))
        if 300 <= status < 400:
            heads = {name.lower(): value for name, value in response.headers}
            target = urlsplit(heads.get(b"location", b"").decode("latin-1")).hostname
            raise FileRefused(PLACE_REDIRECT.at(host=self._host, target=target or self._host))
        if status >= 400:
            raise FileRefused(PLACE_STATUS.at(host=self._host, status=status))


class _Backend(httpcore.SyncBackend):
    """Connects only to addresses that may be reached."""

    def __init__(self, opened: Collection[str]) -> None:
        self._opened = opened

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Override of `httpcore`: the address that was checked is the one that is called."""
        connection = connect(host, port, self._opened, timeout or TIMEOUT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SyncStream(connection)


class _Body(io.RawIOBase):
    """The body of an answer as a file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
