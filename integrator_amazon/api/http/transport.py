# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP with limits: explicit timeouts, bounded answers, connections that are always closed. And
the transfer of feed and report documents to and from Amazon's storage (S3).

It stands in the place of the library's `HttpxTransport`, which waits five seconds and reads
answers of any size. The library never looks at the status of transfers either, so that the XML of
a refusal is taken for the document; and it decompresses without a limit.
"""

from __future__ import annotations

import json
import math
import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

import httpcore
import httpx

from ..errors.causes import (
    ANSWER_TOO_LARGE,
    BAD_GZIP,
    DOCUMENT_TOO_LARGE,
    MALFORMED_ANSWER,
    UNKNOWN_COMPRESSION,
)
from ..errors.error_table import FAULT, STORAGE, find_cause
from ..errors.exceptions import Cause, SpapiError
from ..values import charset_of, decode

MEGABYTE = 1024 * 1024
_PIECE = 64 * 1024
_GZIP_WINDOW = 31  # zlib's name for "with a gzip header"
#: Encodings of the header that change nothing: S3 keeps how it was uploaded.
_NO_CODINGS = frozenset({"", "identity", "aws-chunked"})
#: This machine is reached directly, whatever proxy the environment names.
_DIRECT = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, between two pieces of an answer or a request, for the whole exchange."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 300.0

    def for_httpx(self) -> httpx.Timeout:
        """Return the limits in httpx's form."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.connect)


STANDARD_TIMEOUTS = Timeouts()


@dataclass(frozen=True)
class Received:
    """An answer as it came.

    :param content: the body's bytes, byte-equal (only HTTP's own content coding is taken off).
    :param headers: names in lower case.
    :param elapsed: seconds from the request to the last byte.
    """

    status_code: int
    headers: dict[str, str]
    content: bytes
    received_at: datetime
    elapsed: float

    @property
    def request_id(self) -> str:
        """Amazon's request id, or an empty text."""
        names = ("x-amzn-requestid", "x-amz-request-id", "x-amz-rid")
        return next((self.headers[name] for name in names if name in self.headers), "")

    @property
    def charset(self) -> str:
        """The charset that the Content-Type names, in lower case, or an empty text."""
        return charset_of(self.headers.get("content-type", ""))

    def text(self, length: int = 4000) -> str:
        """Return the beginning of the body as text, for messages."""
        return self.content[:length].decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body read as JSON, fractions as Decimal.

        :raise ValueError: when it is not JSON.
        """
        text = decode(self.content, self.charset)
        try:
            return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
        except RecursionError:
            raise ValueError("nested too deeply") from None


@cache
def _tls(trust_env: bool) -> ssl.SSLContext:
    """Return what TLS trusts: to read the certificates takes 50 ms, so once per process."""
    return httpx.create_ssl_context(trust_env=trust_env)


class Line(httpcore.NetworkBackend):
    """Connections that end with the time of a whole exchange, in the middle of the headers, too.

    httpx's own time-out begins anew with each byte that comes.

    :param backend: what connects.
    """

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend
        self.ends = math.inf

    @classmethod
    def of(cls, client: httpx.Client) -> Line:
        """Put a line under everything through which a client connects, and return it."""
        line = cls(httpcore.SyncBackend())
        for transport in (client._transport, *client._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                # httpx has no open way to hand it to the library below
                transport._pool._network_backend = line
        return line

    def left(self, timeout: float | None) -> float:
        """Return the seconds that a step may take.

        :param timeout: its own limit.
        :raise httpcore.ReadTimeout: when the time of the whole is over.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole exchange took too long")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; see `httpcore.NetworkBackend`."""
        left = self.left(timeout)
        stream = self._backend.connect_tcp(host, port, left, local_address, socket_options)
        return _LineStream(stream, self)


class _LineStream(httpcore.NetworkStream):
    """One connection of a `Line`."""

    def __init__(self, stream: httpcore.NetworkStream, line: Line) -> None:
        self._stream = stream
        self._line = line

    def _read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._line.left(timeout))

    def _write(self, buffer: bytes, timeout: float | None = None) -> None:
        # a large body at once would be one step, however slowly it is taken
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], self._line.left(timeout))

    # under httpcore's names, which are those of a model's methods to the checks of Odoo's code
    read, write = _read, _write

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._line.left(timeout)
        return _LineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._line)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Transport:
    """Sends requests and reads answers within limits.

    :param timeouts: seconds, see `Timeouts`.
    :param max_bytes: size above which an answer is refused.
    :param trust_env: whether the proxies of the environment are used (never for this machine).
    :param http: another way to send, such as `httpx.MockTransport`; its answers have to be streams.
    """

    def __init__(
        self,
        timeouts: Timeouts = STANDARD_TIMEOUTS,
        max_bytes: int = 64 * MEGABYTE,
        trust_env: bool = True,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeouts = timeouts
        self._max_bytes = max_bytes
        self._client = httpx.Client(
            verify=_tls(trust_env),
            timeout=timeouts.for_httpx(),
            trust_env=trust_env,
            mounts=None if http else _DIRECT,
            transport=http,
            follow_redirects=False,
            headers={"accept-encoding": "gzip"},
        )
        self._line = Line.of(self._client)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        content: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Received:
        """Send a request and read the whole answer, whatever its status.

        :raise SpapiError: for a fault on the way and for an answer that is too large.
        """
        with self.stream(
            method, url, params=params, data=data, content=content, headers=headers
        ) as flow:
            body = bytearray()
            for piece in flow.pieces():
                body += piece
                if len(body) > self._max_bytes:
                    raise ANSWER_TOO_LARGE.error(status=flow.status)
            return flow.received(bytes(body))

    @contextmanager
    def stream(self, method: str, url: str, **parts: Any) -> Iterator[Flow]:
        """Send a request and give the answer as it flows in; the connection is freed at the end.

        :param parts: what `request` takes.
        :raise SpapiError: for a fault on the way, also while the body is read.
        """
        # httpx makes the right Host; the library's is the address less eight characters
        sent = {
            name: value
            for name, value in (parts.pop("headers", None) or {}).items()
            if name.lower() != "host"
        }
        self._line.ends = time.monotonic() + self._timeouts.total
        try:
            with self._client.stream(method, url, headers=sent, **parts) as response:
                yield Flow(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as fault:
            name = type(fault).__name__
            cause = find_cause(FAULT, text=f"{name} {fault}")
            raise cause.error(detail=f"{name}: {fault}") from None

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Flow:
    """An answer whose body is still on its way."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._begun = time.monotonic()
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    def pieces(self, coded: bool = False) -> Iterator[bytes]:
        """Give the body piece by piece, in pieces of a bounded size.

        :param coded: leave HTTP's own content coding on.
        :raise SpapiError: for a content coding that was not asked for, and for a damaged one.
        """
        flow = self._response.iter_raw()
        if coded or not self.is_packed():
            return flow
        first = next((piece for piece in flow if piece), b"")
        # a refusal without a body may name a coding as well
        return gunzip(chain([first], flow), MALFORMED_ANSWER) if first else flow

    def is_packed(self) -> bool:
        """Return whether the body is packed by HTTP's own content coding, once.

        A body that is packed several times grows a thousandfold each time: 300 bytes become
        gigabytes in one piece.

        :raise Transient: `malformed_answer` for several codings, and for one not asked for.
        """
        header = self.headers.get("content-encoding", "").lower()
        codings = [name for part in header.split(",") if (name := part.strip()) not in _NO_CODINGS]
        if codings not in ([], ["gzip"], ["x-gzip"]):
            raise MALFORMED_ANSWER.error(detail=f"content coding {header}", status=self.status)
        return bool(codings)

    def received(self, body: bytes) -> Received:
        """Return the finished answer."""
        now = datetime.now(timezone.utc)
        return Received(self.status, self.headers, body, now, time.monotonic() - self._begun)


def gunzip(pieces: Iterable[bytes], cause: Cause) -> Iterator[bytes]:
    """Give the decompressed bytes of a gzip stream, in pieces of a bounded size.

    Several members one after another are one document; zero bytes may stand between and after.

    :param cause: what it means when the stream is damaged or breaks off.
    :raise SpapiError: of that cause.
    """
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        for piece in pieces:
            while piece:
                if unpacker.eof:
                    piece = piece.lstrip(b"\x00")
                    unpacker = zlib.decompressobj(_GZIP_WINDOW) if piece else unpacker
                    continue
                yield from _inflate(unpacker, piece)
                piece = unpacker.unused_data
    except zlib.error as error:
        raise cause.error(detail=str(error)) from None
    if not unpacker.eof:
        raise cause.error(detail="the stream breaks off")


def _inflate(unpacker: Any, piece: bytes) -> Iterator[bytes]:
    """Give what one piece of a member unpacks to, however much that is."""
    while True:
        unpacked = unpacker.decompress(piece, _PIECE)
        yield unpacked
        piece = unpacker.unconsumed_tail
        # a full piece of output may have left more of it inside, also with all input taken
        if unpacker.eof or (not piece and len(unpacked) < _PIECE):
            return


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# === DOCUMENTS === #

MAX_DOCUMENT_BYTES = 256 * MEGABYTE
_XML_CODE = re.compile(r"<Code>([^<]{1,100})</Code>")
_XML_MESSAGE = re.compile(r"<Message>([^<]{1,1000})</Message>")


class Fetched(NamedTuple):
    """A document as it was transferred.

    :param content_type: as storage named it with the bytes; empty when it did not.
    """

    content: bytes
    content_type: str


def upload_document(transport: Transport, url: str, content: bytes, content_type: str) -> None:
    """Put a document to a presigned address; see `Gateway.upload`."""
    headers = {"content-type": content_type}
    received = transport.request("PUT", url, content=content, headers=headers)
    if not 200 <= received.status_code < 300:
        raise _refusal(received)
    if received.content.strip():
        # storage answers with an empty body: this is the page of a proxy that kept the document
        raise MALFORMED_ANSWER.error(detail="an upload was answered with a page")


def fetch_document(
    transport: Transport, url: str, compression: str | None, max_bytes: int
) -> Fetched:
    """Return a document with what storage says of it; see `Gateway.fetch`."""
    target = BytesIO()
    _size, content_type = _transfer(transport, url, target, compression, max_bytes)
    return Fetched(target.getvalue(), content_type)


def save_document(
    transport: Transport, url: str, target: BinaryIO, compression: str | None, max_bytes: int
) -> int:
    """Write a document from a presigned address into a file; see `Gateway.save`."""
    return _transfer(transport, url, target, compression, max_bytes)[0]


def _transfer(
    transport: Transport, url: str, target: BinaryIO, compression: str | None, max_bytes: int
) -> tuple[int, str]:
    """Write a document into a file and return its size and its Content-Type."""
    if compression not in (None, "", "GZIP"):
        raise UNKNOWN_COMPRESSION.error(detail=str(compression))
    size = 0
    # the stored bytes as they are: what is packed is unpacked below, and once only
    with transport.stream("GET", url, headers={"accept-encoding": "identity"}) as flow:
        if flow.status != 200:
            raise _refusal(flow.received(_beginning(flow)))
        pieces = flow.pieces(coded=True)
        if flow.is_packed() or compression:
            pieces = gunzip(pieces, BAD_GZIP)
        for piece in pieces:
            size += len(piece)
            if size > max_bytes:
                raise DOCUMENT_TOO_LARGE.error(detail=f"more than {max_bytes} bytes")
            target.write(piece)
        return size, str(flow.headers.get("content-type") or "")


def _beginning(flow: Flow) -> bytes:
    body = b""
    for piece in flow.pieces(coded=True):
        body += piece
        if len(body) > _PIECE:
            break
    return body


def _refusal(received: Received) -> SpapiError:
    """Return the exception for a refusal of storage, with S3's own code."""
    text = received.text()
    code, message = _first(_XML_CODE, text), _first(_XML_MESSAGE, text)
    return find_cause(STORAGE, received.status_code, f"{code} {message}").error(
        detail=f"{code}: {message}" if code else text,
        status=received.status_code,
        request_id=received.request_id,
        amazon_code=code,
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""
