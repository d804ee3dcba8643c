# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A folder of a bucket of S3 or of a compatible service.

There is no rename in S3. The worker that first writes the claim of a file may move it; a claim is
written on the condition that there is none.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ..causes import (
    PLACE_ADDRESS,
    PLACE_CREDENTIALS,
    PLACE_EXISTS,
    PLACE_FAILED,
    PLACE_FILE_GONE,
    PLACE_GONE,
    PLACE_UNREACHABLE,
)
from ..problems import FileRefused
from .addresses import allowed_address
from .place import TIMEOUT, FileInfo, is_wanted, literal_start

_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403")
_GONE = ("NoSuchKey", "404", "NotFound")
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
CLAIMS = ".claims"
#: A claim without a move after this time is taken over.
CLAIM_TIME = timedelta(minutes=15)


@dataclass(frozen=True)
class S3Login:
    """A bucket and who uses it.

    :param endpoint: address of a server that is not Amazon's; empty: Amazon's.
    """

    bucket: str
    key_id: str
    secret: str
    region: str = "us-east-1"
    endpoint: str = ""


class S3Place:
    """See `Place`.

    :param folder: what the names of all objects begin with.
    :param opened: see `addresses.connect`.
    """

    def __init__(self, login: S3Login, folder: str, opened: Collection[str] = ()) -> None:
        self._bucket = login.bucket
        self._folder = folder.strip("/")
        _check_endpoint(login.endpoint, opened)
        self._client: Any = boto3.client(
            "s3",
            aws_access_key_id=login.key_id,
            aws_secret_access_key=login.secret,
            region_name=login.region,
            endpoint_url=login.endpoint or None,
            config=Config(
                connect_timeout=TIMEOUT,
                read_timeout=TIMEOUT,
                retries={"max_attempts": 2},
                s3={"addressing_style": "path" if login.endpoint else "auto"},
            ),
        )

    def _key(self, path: str) -> str:
        return f"{self._folder}/{path}" if self._folder else path

    def list_files(self, folder: str, mask: str = "*") -> list[FileInfo]:
        """See `Place`: the server is asked only for names that begin as the mask does."""
        prefix = self._key(f"{folder}/" if folder else "")
        wanted = {"Bucket": self._bucket, "Prefix": prefix + literal_start(mask), "Delimiter": "/"}
        found = []
        with self._refusing(folder):
            for page in self._client.get_paginator("list_objects_v2").paginate(**wanted):
                found += [
                    FileInfo(name, entry["Size"], _stamp(entry))
                    for entry in page.get("Contents", [])
                    if (name := entry["Key"][len(prefix) :]) and is_wanted(name, mask)
                ]
        return found

    @contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with self._refusing(path):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(path))["Body"]
        try:
            with self._refusing(path):
                yield body
        finally:
            body.close()

    def write_file(self, path: str, content: BinaryIO) -> None:
        """See `Place`: an object appears whole or not at all."""
        with self._refusing(path):
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(path), Body=content, IfNoneMatch="*"
            )

    def move(self, path: str, target: str) -> bool:
        """See `Place`."""
        key, goal = self._key(path), self._key(target)
        with self._refusing(path):
            if self._is_there(goal):
                raise FileRefused(PLACE_EXISTS.at(name=target.rpartition("/")[2]))
            try:
                head = self._client.head_object(Bucket=self._bucket, Key=key)
                self._claim(f"{path} {_stamp(head)}", target)
            except ClientError as error:
                if _code(error) in (*_GONE, *_TAKEN):
                    return False
                raise
            self._copy_and_delete(key, goal)
            return True

    def finish_move(self, path: str, target: str) -> None:
        """See `Place`: the claim was written, or the object copied, and the old one not deleted."""
        key = self._key(path)
        with self._refusing(path):
            try:
                head = self._client.head_object(Bucket=self._bucket, Key=key)
                claim = self._client.get_object(**self._claim_key(f"{path} {_stamp(head)}"))
            except ClientError as error:
                if _code(error) in _GONE:
                    return
                raise
            claimed_for = claim["Body"].read().decode().partition("\n")[0]
            if claimed_for == target:
                self._copy_and_delete(key, self._key(target))

    def _copy_and_delete(self, key: str, goal: str) -> None:
        if not self._is_there(goal):
            source = {"Bucket": self._bucket, "Key": key}
            self._client.copy(source, self._bucket, goal)
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def _is_there(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return False
            raise
        return True

    def _claim_key(self, what: str) -> dict[str, str]:
        """Return where the claim of a file lies.

        :param what: path and stamp of the file.
        """
        name = hashlib.sha256(what.encode()).hexdigest()
        return {"Bucket": self._bucket, "Key": self._key(f"{CLAIMS}/{name}")}

    def _claim(self, what: str, target: str) -> None:
        """Write the claim of a file; one whose writer did not come to move it counts for a while.

        :param what: see `_claim_key`
        :param target: where the file is moved to; a claim says so in its first line
        :raise ClientError: when somebody else has claimed it
        """
        claim = self._claim_key(what)
        try:
            self._client.put_object(**claim, Body=target.encode(), IfNoneMatch="*")
        except ClientError as error:
            if _code(error) not in _TAKEN:
                raise
            known = self._client.head_object(**claim)
            if datetime.now(timezone.utc) - known["LastModified"] < CLAIM_TIME:
                raise
            # another content: of two who take it over, one still finds the old one
            again = f"{target}\n{secrets.token_hex(8)}".encode()
            self._client.put_object(**claim, Body=again, IfMatch=known["ETag"])

    def close(self) -> None:
        """See `Place`."""
        self._client.close()

    @contextmanager
    def _refusing(self, path: str) -> Iterator[None]:
        """Turn exceptions of the library into problems for people."""
        name = path.rpartition("/")[2]
        host = f"S3 ({self._bucket})"
        try:
            yield
        except ClientError as error:
            code = _code(error)
            if code in _DENIED:
                raise FileRefused(PLACE_CREDENTIALS.at(host=host)) from None
            if code in _TAKEN:
                raise FileRefused(PLACE_EXISTS.at(name=name)) from None
            if code == "NoSuchBucket":
                raise FileRefused(PLACE_GONE.at(folder=self._bucket)) from None
            if code in _GONE:
                raise FileRefused(PLACE_FILE_GONE.at(name=name)) from None
            raise FileRefused(PLACE_FAILED.at(folder=self._bucket, reason=code)) from None
        except BotoCoreError as error:
            reason = type(error).__name__
            raise FileRefused(PLACE_UNREACHABLE.at(host=host, reason=reason)) from None


def _stamp(entry: Mapping[str, Any]) -> str:
    return f"{entry['ETag']} {entry['LastModified'].isoformat()}"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _check_endpoint(endpoint: str, opened: Collection[str]) -> None:
    if not endpoint:
        return
    parts = urlsplit(endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FileRefused(PLACE_ADDRESS.at(address=f"{parts.scheme}://{parts.hostname or ''}"))
    allowed_address(parts.hostname, port, opened)
