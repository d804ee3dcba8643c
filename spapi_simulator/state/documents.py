# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents of feeds and reports: upload links that serve once, and links to download."""

from __future__ import annotations

import gzip
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..errors import Refused

URL_SECONDS = 300


@dataclass
class Document:
    """One stored document; `content` stays None until it is uploaded.

    `folder` is where its links lead; a `restricted` one needs a restricted data token.
    """

    document_id: str
    merchant_id: str
    content_type: str
    content: bytes | None = None
    compression: str = ""
    used: bool = False
    folder: str = "documents"
    restricted: bool = False
    links: dict[str, datetime] = field(default_factory=dict, repr=False)

    def link(self, now: datetime) -> str:
        """Return the signed part of a link that lives five minutes."""
        signature = secrets.token_hex(16)
        self.links[signature] = now + timedelta(seconds=URL_SECONDS)
        return f"/{self.folder}/{self.document_id}?X-Amz-Expires=300&X-Amz-Signature={signature}"

    def check_link(self, signature: str, now: datetime) -> None:
        """Check the signature of a link.

        :raise Refused: as S3 does for an unknown or an expired signature.
        """
        expires = self.links.get(signature)
        if expires is None:
            raise Refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )
        if now >= expires:
            raise Refused("AccessDenied", "Request has expired")


class Documents:
    """Every document of every seller."""

    def __init__(self) -> None:
        self._rows: dict[str, Document] = {}

    def create(self, merchant_id: str, content_type: str) -> Document:
        """Return a new, empty document for an upload of exactly this Content-Type."""
        document_id = f"amzn1.tortuga.4.eu.{secrets.token_hex(16)}"
        document = Document(document_id, merchant_id, content_type)
        self._rows[document_id] = document
        return document

    def store_result(self, merchant_id: str, content: bytes, content_type: str) -> Document:
        """Return a new document with a processing report, packed with gzip as Amazon does."""
        document = self.create(merchant_id, content_type)
        document.content = gzip.compress(content, mtime=0)
        document.compression = "GZIP"
        return document

    def store_report(
        self, merchant_id: str, content: bytes, content_type: str, packed: bool, restricted: bool
    ) -> Document:
        """Return a new document with a report; a restricted one opens to its own token only."""
        document_id = f"amzn1.spdoc.1.4.eu.{secrets.token_hex(16)}"
        document = Document(
            document_id,
            merchant_id,
            content_type,
            gzip.compress(content, mtime=0) if packed else content,
            "GZIP" if packed else "",
            folder="report-documents",
            restricted=restricted,
        )
        self._rows[document_id] = document
        return document

    def get(self, document_id: str) -> Document | None:
        """Return a document by id, or None."""
        return self._rows.get(document_id)
