# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real HTTP on loopback, by werkzeug's threaded server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from .app import App
from .http import Answer, Call

HOST = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """A request handler that logs nothing and closes what breaks."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write no log: `Simulator.calls` lists the requests."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Close the line: a handler that waits for a next request would hang the client."""
        self.close_connection = True


class Server:
    """An App on a loopback port.

    :param app: what answers.
    :param port: TCP port, 0 for any free one.
    """

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        self._server = _listening(port, self._wsgi)
        # The default of half a second would be the time that each stop takes.
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address at which the server listens."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and release the port; calls that are held are let go."""
        self._app.world.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _asked_as(self, host: str) -> str:
        """Return the own address as the caller wrote it, where its documents lie, too."""
        port = self._server.server_port
        return f"http://{host}" if host == f"localhost:{port}" else self.url

    def _wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        path, _, query = environ["RAW_URI"].partition("?")
        call = Call(
            method=request.method,
            path=path,
            query_string=query,
            headers={key.lower(): value for key, value in request.headers.items()},
            body=request.get_data(cache=False),
            base_url=self._asked_as(request.headers.get("Host", "")),
            request_id="",
        )
        answer = self._app.answer(call)
        if answer.hold:
            self._app.world.stopping.wait(answer.hold)
        if answer.drop:
            raise ConnectionResetError("a fault closes this connection")
        headers = [*answer.headers.items()]
        if answer.status != 204:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Status')}", headers)
        return _chunks(answer)


def _listening(port: int, wsgi: Callable[..., Any]) -> BaseWSGIServer:
    """Return a server on a port.

    :raise OSError: when the port cannot be had; werkzeug itself would end the process.
    """
    try:
        return make_server(HOST, port, wsgi, threaded=True, request_handler=QuietHandler)
    except SystemExit:
        raise OSError(f"port {port} cannot be used") from None


def _chunks(answer: Answer) -> Iterator[bytes]:
    if answer.cut:
        yield answer.body[: len(answer.body) // 2]
        raise ConnectionResetError("a fault cuts this body")
    yield answer.body


_REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
