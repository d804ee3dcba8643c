# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A folder of another server by SFTP. Its key is pinned: nothing is sent to another server."""

from __future__ import annotations

import base64
import hashlib
import io
import posixpath
import stat
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import paramiko

from ..causes import (
    PLACE_CREDENTIALS,
    PLACE_FILE_GONE,
    PLACE_GONE,
    PLACE_HOST_KEY,
    PLACE_HOST_KEY_FORM,
    PLACE_KEY_FORM,
    PLACE_PATH,
    PLACE_UNREACHABLE,
)
from ..problems import FileRefused
from ..sizes import PIECE
from .addresses import connect
from .place import TIMEOUT, FileInfo, is_wanted, partial_path, refusing


@dataclass(frozen=True)
class SftpLogin:
    """User, host and keys of a login.

    :param host_key: the server's key, `ssh-ed25519 AAAA…` or `SHA256:…`.
    :param private_key: text of OpenSSH or PEM; empty: the password is used.
    :param password: of the user, or of the private key.
    """

    host: str
    user: str
    host_key: str
    port: int = 22
    private_key: str = ""
    password: str = ""


def fetch_host_key(host: str, port: int, opened: Collection[str]) -> str:
    """Return the key that a server shows now, for a person to compare.

    :raise FileRefused: when it cannot be reached.
    """
    transport = _transport(host, port, opened)
    try:
        key = transport.get_remote_server_key()
        return f"{key.get_name()} {key.get_base64()}"
    finally:
        transport.close()


def fingerprint(key: paramiko.PKey) -> str:
    """Return the fingerprint of a key as OpenSSH shows it."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


class SftpPlace:
    """See `Place`.

    :param opened: see `addresses.connect`.
    :raise FileRefused: when the login fails, or the server shows another key.
    """

    def __init__(self, login: SftpLogin, folder: str, opened: Collection[str] = ()) -> None:
        self._host = login.host
        self._folder = folder or "."
        _require_host_key(login.host_key)
        key = _private_key(login)
        self._transport = _transport(login.host, login.port, opened)
        try:
            self._check_host_key(login)
            self._log_in(login, key)
            self._client: Any = paramiko.SFTPClient.from_transport(self._transport)
            self._client.get_channel().settimeout(TIMEOUT)
        except BaseException:
            self._transport.close()
            raise

    def _check_host_key(self, login: SftpLogin) -> None:
        key = self._transport.get_remote_server_key()
        wanted = login.host_key.split()
        if wanted[0] == fingerprint(key) or wanted[:2] == [key.get_name(), key.get_base64()]:
            return
        raise FileRefused(PLACE_HOST_KEY.at(host=login.host, found=fingerprint(key)))

    def _log_in(self, login: SftpLogin, key: paramiko.PKey | None) -> None:
        try:
            if key is not None:
                self._transport.auth_publickey(login.user, key)
            else:
                self._transport.auth_password(login.user, login.password)
        except (paramiko.SSHException, EOFError, OSError):
            raise FileRefused(PLACE_CREDENTIALS.at(host=login.host)) from None

    def _path(self, path: str) -> str:
        if ".." in path.split("/"):
            raise FileRefused(PLACE_PATH.at(folder=path))
        return posixpath.join(self._folder, path) if path else self._folder

    def list_files(self, folder: str, mask: str = "*") -> list[FileInfo]:
        """See `Place`."""
        try:
            with self._refusing(folder):
                entries = self._client.listdir_attr(self._path(folder))
        except FileRefused as refused:
            if not folder and refused.code == PLACE_FILE_GONE.code:
                raise FileRefused(PLACE_GONE.at(folder=self._folder)) from None
            if refused.code == PLACE_FILE_GONE.code:
                return []
            raise
        return [
            FileInfo(entry.filename, entry.st_size, str(entry.st_mtime))
            for entry in entries
            if stat.S_ISREG(entry.st_mode or 0) and is_wanted(entry.filename, mask)
        ]

    @contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with self._refusing(path), self._client.open(self._path(path), "rb") as file:
            size = file.stat().st_size
            file.prefetch(size)
            yield _Reader.around(file, size)

    def write_file(self, path: str, content: BinaryIO) -> None:
        """See `Place`."""
        partial = self._path(partial_path(path))
        with self._refusing(path):
            self._make_folders(posixpath.dirname(path))
            self._require_free(path)
            try:
                with self._client.open(partial, "wx") as file:
                    file.set_pipelined(True)
                    while piece := content.read(PIECE):
                        file.write(piece)
                # the plain rename of SFTP refuses to replace what is there
                self._client.rename(partial, self._path(path))
            except BaseException:
                with suppress(OSError, EOFError, paramiko.SSHException):
                    self._client.remove(partial)
                raise

    def move(self, path: str, target: str) -> bool:
        """See `Place`."""
        with self._refusing(path):
            self._make_folders(posixpath.dirname(target))
            self._require_free(target)
            try:
                self._client.rename(self._path(path), self._path(target))
            except OSError:
                if self._is_there(path):
                    raise
                return False
            return True

    def finish_move(self, path: str, target: str) -> None:
        """See `Place`: a rename is whole or not at all."""

    def close(self) -> None:
        """See `Place`."""
        self._transport.close()

    def _is_there(self, path: str) -> bool:
        try:
            self._client.lstat(self._path(path))
        except FileNotFoundError:
            return False
        return True

    def _require_free(self, path: str) -> None:
        if self._is_there(path):
            raise FileExistsError

    def _make_folders(self, folder: str) -> None:
        made = ""
        for part in folder.split("/") if folder else ():
            made = posixpath.join(made, part)
            if not self._is_there(made):
                with suppress(OSError):  # somebody else made it meanwhile
                    self._client.mkdir(self._path(made))

    def _refusing(self, path: str) -> AbstractContextManager[None]:
        return refusing(self._folder, path, EOFError, paramiko.SSHException)


class _Reader(io.RawIOBase):
    """A remote file as Python's readers want it."""

    def __init__(self, file: Any, size: int) -> None:
        self._file = file
        self._left = size

    @classmethod
    def around(cls, file: Any, size: int) -> BinaryIO:
        return io.BufferedReader(cls(file, size), PIECE)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(len(buffer))
        self._left -= len(piece)
        if not piece and self._left > 0:
            # to the library a lost connection may be the end of the file
            raise EOFError
        buffer[: len(piece)] = piece
        return len(piece)


def _transport(host: str, port: int, opened: Collection[str]) -> paramiko.Transport:
    connection = connect(host, port, opened)
    transport = paramiko.Transport(connection)
    transport.banner_timeout = transport.auth_timeout = TIMEOUT
    try:
        transport.start_client(timeout=TIMEOUT)
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        reason = type(error).__name__
        raise FileRefused(PLACE_UNREACHABLE.at(host=host, reason=reason)) from None
    return transport


def _require_host_key(text: str) -> None:
    words = text.split()
    if not words or not (words[0].startswith("SHA256:") or len(words) >= 2):
        raise FileRefused(PLACE_HOST_KEY_FORM.at())


def _private_key(login: SftpLogin) -> paramiko.PKey | None:
    if not login.private_key:
        return None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(login.private_key), login.password or None)
        except (paramiko.SSHException, ValueError, IndexError, UnicodeError):
            continue
    raise FileRefused(PLACE_KEY_FORM.at())
