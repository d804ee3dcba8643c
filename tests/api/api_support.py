# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shared by the tests of the API: a loopback server that plays a script, and credentials."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from api.http.gateway import Gateway
from api.http.login import Credentials, Endpoint, TokenCache
from api.http.transport import Timeouts
from hypothesis import settings
from hypothesis import strategies as st
from memory_limiter import MemoryLimiter

# how long an example takes says nothing on a busy machine
settings.register_profile("room", deadline=None)
settings.load_profile("room")

ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = Credentials(
    client_id="amzn1.application-oa2-client.abc",
    client_secret="amzn1.oa2-cs.v1.topsecret",
    refresh_token="Atzr|refreshing",
    merchant_id="A2MERCHANT",
)
#: What the configuration of a server opens for practice.
OPENED = frozenset({"127.0.0.1"})
TOKEN = {"access_token": "Atza|first", "token_type": "bearer", "expires_in": 3600}


@dataclass
class Reply:
    """An answer of the server: `cut` names a longer length than it sends, `before` runs first."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    before: Callable[[], object] | None = None

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> Reply:
        """Return a JSON reply; underscores in header names become dashes."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        body = json.dumps(value).encode()
        return cls(status, body, {"Content-Type": "application/json", **named})


@dataclass
class RecordedRequest:
    """A request as it arrived; `path` holds the query, still encoded."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


class Loopback:
    """A server on loopback that answers from a script and records its requests. Requests for tokens
    are answered from `logins`, the last of which stays."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self.logins: deque[Reply] = deque([Reply.json(TOKEN)])
        self.asked: list[RecordedRequest] = []
        self.login_forms: list[str] = []

    @property
    def url(self) -> str:
        """Return the address at which it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, asked: RecordedRequest) -> Reply:
        """Note the request and return what the script says next."""
        if asked.path.startswith("/auth/o2/token"):
            self.login_forms.append(asked.body.decode())
            return self.logins[0] if len(self.logins) == 1 else self.logins.popleft()
        self.asked.append(asked)
        return self.replies.popleft() if self.replies else Reply(599, b"the script is over")

    def start(self) -> None:
        """Listen in a thread."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def loopback(*replies: Reply) -> Iterator[Loopback]:
    """Return a running server that answers these replies in turn."""
    server = Loopback()
    server.replies.extend(replies)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def gateway(url: str, **options: Any) -> Iterator[Gateway]:
    """Return a gateway to a server, with a limiter and a token cache of its own."""
    chosen: dict[str, Any] = {
        "credentials": CREDENTIALS,
        "endpoint": Endpoint(url, url, opened=OPENED),
        "limiter": MemoryLimiter(),
        "tokens": TokenCache(),
        "timeout": Timeouts(connect=5, read=5, total=10),
        **options,
    }
    with Gateway(**chosen) as opened:
        yield opened


def sample_files(pattern: str) -> list[Path]:
    """Return samples of Amazon's that lie beside the repository; none where they are not."""
    folder = os.environ.get("SPAPI_SAMPLES") or ROOT.parent / "shared" / "spapi" / "samples"
    return sorted(Path(folder).glob(pattern))


def _handler(script: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            reply = script.answer(RecordedRequest(self.command, self.path, headers, body))
            if reply.before:
                reply.before()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body) + reply.cut))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = bool(reply.cut)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    return Handler


def mutated(original: bytes) -> st.SearchStrategy[bytes]:
    """Return what bytes may become: a piece of them replaced by another one."""

    def change(parts: tuple[int, int, bytes]) -> bytes:
        start, length, piece = parts
        return original[:start] + piece + original[start + length :]

    size = len(original)
    pieces = st.tuples(st.integers(0, size), st.integers(0, 40), st.binary(max_size=40))
    return pieces.map(change)
