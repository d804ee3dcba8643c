# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Report documents: getReportDocument and the download link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Refused, not_found, unauthorized
from ..http import Answer, Call
from ..routing import Route
from ..state.sellers import ALL_ROLES

if TYPE_CHECKING:
    from ..world import World

PATH = "/reports/2021-06-30/documents/{reportDocumentId}"
_RESTRICTED = "The access token you provided does not open this restricted document."


def get_document(world: World, call: Call) -> Answer:
    """Serve getReportDocument: a link, five minutes long.

    A restricted document opens only to a restricted data token for exactly its path.
    """
    assert call.seller is not None
    document = world.documents.get(call.arguments["reportDocumentId"])
    if document is None or document.merchant_id != call.seller.merchant_id:
        raise not_found("The report document was not found.")
    if document.restricted and not call.restricted_token:
        raise unauthorized(_RESTRICTED)
    data = {
        "reportDocumentId": document.document_id,
        "url": call.base_url + document.link(world.now()),
    }
    if document.compression:
        data["compressionAlgorithm"] = document.compression
    return Answer.of(data)


def download(world: World, call: Call) -> Answer:
    """Give the bytes of a report, as S3 does: packed ones as they are."""
    document = world.documents.get(call.arguments["documentId"])
    if document is None or document.content is None:
        raise Refused("AccessDenied", "Access Denied")
    document.check_link(call.text("X-Amz-Signature") or "", world.now())
    return Answer(200, document.content, {"Content-Type": document.content_type})


ROUTES = (
    Route("getReportDocument", "GET", PATH, get_document, ALL_ROLES),
    Route(
        "downloadReportDocument",
        "GET",
        "/report-documents/{documentId}",
        download,
        secured=False,
    ),
)
