# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transfer of feed and report documents to and from Amazon's storage (S3).

The library never looks at the status of these transfers, so that the XML of a refusal is taken for
the document; and it decompresses without a limit.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import BinaryIO, NamedTuple

from ..errors.causes import BAD_GZIP, DOCUMENT_TOO_LARGE, MALFORMED_ANSWER, UNKNOWN_COMPRESSION
from ..errors.error_table import STORAGE, find_cause
from ..errors.exceptions import SpapiError
from .transport import MEGABYTE, Flow, Received, Transport, gunzip

MAX_DOCUMENT_BYTES = 256 * MEGABYTE
_PIECE = 64 * 1024
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
