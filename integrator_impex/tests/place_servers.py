# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Servers that tests of places start on this machine: OpenSSH's sshd, moto's S3, a web server."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from typing import Any, ClassVar

#: What the configuration of a server opens for practice.
OPENED = frozenset({"127.0.0.1"})
STARTS_WITHIN = 20


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Return once somebody listens on a port of this machine."""
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def make_key(file: Path) -> str:
    """Make a key pair; return the public part."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=60)
    return file.with_suffix(".pub").read_text()


class SshServer:
    """OpenSSH's server for the user who runs the tests, with keys made for it.

    :param folder: where its files lie; give it to nobody else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        host_key = " ".join(make_key(folder / "host").split()[:2])
        (folder / "authorized").write_text(make_key(folder / "user"))
        port = free_port()
        (folder / "config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/authorized\nPidFile none\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
        )
        self.login: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": port,
            "user": pwd.getpwuid(os.geteuid()).pw_name,
            "host_key": host_key,
            "private_key": (folder / "user").read_text(),
        }

    def start(self) -> None:
        """Run it until `stop`, on the same port each time."""
        if os.geteuid() == 0:
            # where the server gives its rights up before the login
            Path("/run/sshd").mkdir(exist_ok=True)
        program = shutil.which("sshd") or "/usr/sbin/sshd"
        with (self._folder / "log").open("w") as log:
            self._server = subprocess.Popen(
                [program, "-D", "-e", "-f", str(self._folder / "config")],
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        wait_for(self.login["port"])

    def stop(self) -> None:
        """End it."""
        if self._server:
            self._server.terminate()
            self._server.wait(10)
            self._server = None


@contextmanager
def sshd(folder: Path) -> Iterator[dict[str, Any]]:
    """Run OpenSSH's server; see `SshServer`."""
    server = SshServer(folder)
    server.start()
    try:
        yield server.login
    finally:
        server.stop()


@contextmanager
def cut_off(port: int, limit: int) -> Iterator[int]:
    """Pass one connection on to a port of this machine, and cut it after so many bytes of its
    answers; give the port to connect to."""

    def forward(source: socket.socket, target: socket.socket, left: float) -> None:
        with suppress(OSError):
            while left > 0 and (piece := source.recv(64 * 1024)):
                target.sendall(piece)
                left -= len(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError), listener.accept()[0] as caller:
            with socket.create_connection(("127.0.0.1", port)) as server:
                asking = threading.Thread(target=forward, args=(caller, server, float("inf")))
                asking.start()
                forward(server, caller, limit)
                asking.join(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


class S3Server:
    """Moto's S3 with one bucket.

    :param bucket: its name.
    """

    def __init__(self, bucket: str) -> None:
        self._port = free_port()
        self._server: Any = None
        self.login = {
            "bucket": bucket,
            "key_id": "key",
            "secret": "secret",
            "endpoint": f"http://127.0.0.1:{self._port}",
        }

    def client(self) -> Any:
        """Return a client of its own."""
        import boto3

        return boto3.client(
            "s3",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
            endpoint_url=self.login["endpoint"],
        )

    def start(self) -> None:
        """Run it until `stop`; it forgets nothing meanwhile."""
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        wait_for(self._port)
        if self.login["bucket"] not in [one["Name"] for one in self._buckets()]:
            self.client().create_bucket(Bucket=self.login["bucket"])

    def _buckets(self) -> list[dict[str, Any]]:
        return list(self.client().list_buckets()["Buckets"])

    def stop(self) -> None:
        """End it."""
        if self._server:
            self._server.stop()
            self._server = None


class RestartableServer:
    """A server of the standard library that stops and comes back on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: BaseServer | None = None
        self._thread = threading.Thread()

    def _new(self, port: int) -> BaseServer:
        raise NotImplementedError

    def start(self) -> None:
        """Run it until `stop`."""
        self._server = self._new(self.port)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(10)
            self._server = None


class _Mailbox(StreamRequestHandler):
    """Takes mails by SMTP."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(message_from_bytes(b"".join(self._lines())))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return

    def _lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            yield line


class MailServer(RestartableServer):
    """An SMTP server that keeps what it gets in `mails`."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def _new(self, port: int) -> BaseServer:
        server = type("Server", (ThreadingTCPServer,), {"allow_reuse_address": True})(
            ("127.0.0.1", port), _Mailbox
        )
        server.mails = self.mails
        return server  # type: ignore[no-any-return]


class _Handler(BaseHTTPRequestHandler):
    """Files in memory."""

    files: ClassVar[dict[str, bytes]]
    token: ClassVar[str]

    def _answer(self, status: int, body: bytes = b"", **heads: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **heads}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self) -> None:
        if self.token and self.headers.get("Authorization") != f"Bearer {self.token}":
            self._answer(401)
        elif self.path == "/away":
            self._answer(302, Location="http://elsewhere.example/file")
        elif self.path in self.files:
            body = self.files[self.path]
            self._answer(200, body, ETag=str(hash(body)))
        else:
            self._answer(404)

    do_HEAD = do_GET

    def do_PUT(self) -> None:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        self.files[self.path] = body
        self._answer(201)

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""


@contextmanager
def web_server(files: dict[str, bytes], token: str = "") -> Iterator[str]:
    """Serve files from memory; what is put there is kept.

    :param token: what a caller has to bring.
    """

    handler = type("Handler", (_Handler,), {"files": files, "token": token})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
