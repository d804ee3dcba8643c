# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The processing report of an XML feed: orders, refunds and Easy Ship documents."""

from __future__ import annotations

from typing import Any

from .document_error import DocumentError
from .feed_report import FeedReport, Issue
from .safe_xml import iterate_elements, release, text_of

__all__ = ["DocumentError", "parse_processing_report"]

_ROOTS = frozenset({"AmazonEnvelope", "EasyShipProcessingReport"})
#: Element -> field of the report.
_COUNTS = {
    "MessagesProcessed": "processed",
    "MessagesSuccessful": "successful",
    "MessagesWithError": "errors",
    "MessagesWithWarning": "warnings",
}


def parse_processing_report(raw: bytes) -> FeedReport:
    """Return what became of an XML feed.

    :param raw: the decompressed bytes.
    :raise DocumentError: when it is no such report; a document type declaration is refused.
    """
    status = "Complete"
    counts: dict[str, int] = {}
    results: dict[int, list[Issue]] = {}
    file_issues: list[Issue] = []
    for element in iterate_elements(raw, _ROOTS):
        if element.tag == "StatusCode":
            status = (element.text or "").strip()
        elif element.tag in _COUNTS:
            counts[_COUNTS[element.tag]] = _whole(element)
        elif element.tag == "Result":
            message_id = _message_id(element)
            target = results.setdefault(message_id, []) if message_id else file_issues
            target.append(_read_issue(element))
            release(element)
    if "processed" not in counts:
        raise DocumentError("no MessagesProcessed: not a processing report", "the end")
    return FeedReport(
        status,
        processed=counts["processed"],
        successful=counts.get("successful", 0),
        errors=counts.get("errors", 0),
        warnings=counts.get("warnings", 0),
        results=results,
        file_issues=file_issues,
    )


def _message_id(result: Any) -> int:
    """Return the message id of a result, 0 when it is about the whole file."""
    element = result.find("MessageID")
    return 0 if element is None else _whole(element)


def _whole(element: Any) -> int:
    text = (element.text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise DocumentError(f"{element.tag} is not a whole number", f"line {element.sourceline}")
    return int(text)


def _read_issue(result: Any) -> Issue:
    return Issue(
        code=text_of(result, "ResultMessageCode"),
        message=text_of(result, "ResultDescription"),
        severity=text_of(result, "ResultCode").upper() or "ERROR",
        sku=text_of(result, "AdditionalInfo/SKU"),
        item=text_of(result, "AdditionalInfo/AmazonOrderItemCode"),
    )
