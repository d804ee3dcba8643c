# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feed documents: their making, the upload link and the download link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Refused, invalid_input, not_found
from ..http import Answer, Call
from ..routing import Route
from ..state.documents import Document
from ..state.sellers import INVENTORY, LISTING, PRICING

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({INVENTORY, LISTING, PRICING})


def create_document(world: World, call: Call) -> Answer:
    """Serve createFeedDocument: a link for one upload of exactly the named Content-Type."""
    assert call.seller is not None
    content_type = call.fields().get("contentType")
    if not content_type or not isinstance(content_type, str):
        raise invalid_input("Missing required field: contentType")
    document = world.documents.create(call.seller.merchant_id, content_type)
    return Answer.of(_linked(world, call, document), status=201)


def get_document(world: World, call: Call) -> Answer:
    """Serve getFeedDocument: a link for downloads, five minutes long."""
    assert call.seller is not None
    document = world.documents.get(call.arguments["feedDocumentId"])
    if document is None or document.merchant_id != call.seller.merchant_id:
        raise not_found("The feed document was not found.")
    data = _linked(world, call, document)
    if document.compression:
        data["compressionAlgorithm"] = document.compression
    return Answer.of(data)


def upload(world: World, call: Call) -> Answer:
    """Take the bytes of a document, as S3 does.

    :raise Refused: for a wrong, an expired or a used link and for another Content-Type.
    """
    document = _stored(world, call)
    if call.headers.get("content-type") != document.content_type:
        raise Refused(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        )
    if document.content is not None:
        raise Refused("AccessDenied", "The link has been used already")
    document.content = call.body
    return Answer(200)


def download(world: World, call: Call) -> Answer:
    """Give the bytes of a document, as S3 does."""
    document = _stored(world, call)
    if document.content is None:
        raise Refused("AccessDenied", "Access Denied")
    return Answer(200, document.content, {"Content-Type": document.content_type})


def _stored(world: World, call: Call) -> Document:
    document = world.documents.get(call.arguments["documentId"])
    if document is None:
        raise Refused("AccessDenied", "Access Denied")
    document.check_link(call.text("X-Amz-Signature") or "", world.now())
    return document


def _linked(world: World, call: Call, document: Document) -> dict[str, str]:
    url = call.base_url + document.link(world.now())
    return {"feedDocumentId": document.document_id, "url": url}


_BASE = "/feeds/2021-06-30/documents"
ROUTES = (
    Route("createFeedDocument", "POST", _BASE, create_document, ROLES),
    Route("getFeedDocument", "GET", _BASE + "/{feedDocumentId}", get_document, ROLES),
    Route("uploadFeedDocument", "PUT", "/documents/{documentId}", upload, secured=False),
    Route("downloadFeedDocument", "GET", "/documents/{documentId}", download, secured=False),
)
