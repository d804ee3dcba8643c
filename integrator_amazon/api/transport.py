# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP with limits: explicit timeouts, bounded answers, connections that are always closed.

It stands in the place of the library's `HttpxTransport`, which waits five seconds and reads
answers of any size.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache
from typing import Any

import httpx

from .causes import ANSWER_TOO_LARGE
from .charsets import charset_of, decode
from .error_table import FAULT, find_cause

MEGABYTE = 1024 * 1024
#: This machine is reached directly, whatever proxy the environment names.
_DIRECT = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, between two pieces of an answer or a request, for the whole answer."""

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

        :raise ValueError: when it is no JSON.
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


class Transport:
    """Sends requests and reads answers within limits.

    :param timeouts: seconds, see `Timeouts`.
    :param max_bytes: size above which an answer is refused.
    :param trust_env: whether the proxies of the environment are used (never for this machine).
    :param http: another way to send, such as `httpx.MockTransport`.
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
        )

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
        try:
            with self._client.stream(method, url, headers=sent, **parts) as response:
                yield Flow(response, self._timeouts.total)
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
    """An answer whose body is still on its way.

    :param total: seconds within which the body has to be complete.
    """

    def __init__(
        self,
        response: httpx.Response,
        total: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._response = response
        self._total = total
        self._clock = clock
        self._begun = clock()
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    def pieces(self, raw: bool = False) -> Iterator[bytes]:
        """Give the body piece by piece.

        :param raw: leave HTTP's own content coding on.
        :raise httpx.ReadTimeout: when the whole takes too long, however steadily it drips.
        """
        for piece in self._response.iter_raw() if raw else self._response.iter_bytes():
            if self._clock() - self._begun > self._total:
                raise httpx.ReadTimeout(f"the answer took more than {self._total:g} seconds")
            yield piece

    def received(self, body: bytes) -> Received:
        """Return the finished answer."""
        now = datetime.now(timezone.utc)
        return Received(self.status, self.headers, body, now, self._clock() - self._begun)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
