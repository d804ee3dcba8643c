# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The processing report of a JSON_LISTINGS_FEED (Amazon's report schema, version 2.0)."""

from __future__ import annotations

from .document_error import DocumentError
from .feed_report import FeedReport, Issue
from .json_node import Node, read_json

__all__ = ["DocumentError", "parse_processing_report"]


def parse_processing_report(raw: bytes, charset: str | None = None) -> FeedReport:
    """Return what became of a listings feed.

    Accepted means that Amazon works on it; whether the listing is live, only a read-back tells.
    The `items` are there when the feed's header asked for them; they carry no message id, only
    the SKU.

    :param raw: the decompressed bytes.
    :raise DocumentError: when it is no such report.
    """
    root = read_json(raw, charset)
    summary = root.object("summary")
    processed = summary.whole("messagesProcessed", required=True) or 0
    results: dict[int, list[Issue]] = {}
    file_issues: list[Issue] = []
    for node in root.rows("issues"):
        message_id = node.whole("messageId")
        target = results.setdefault(message_id, []) if message_id else file_issues
        target.append(_read_issue(node))
    broken = any(issue.severity == "ERROR" for issue in file_issues)
    return FeedReport(
        status="Rejected" if broken and not summary.whole("messagesAccepted") else "Complete",
        processed=processed,
        successful=summary.whole("messagesAccepted") or 0,
        errors=summary.whole("messagesInvalid") or 0,
        warnings=summary.whole("warnings") or 0,
        results=results,
        file_issues=file_issues,
        items={node.text("sku", required=True): node.value for node in root.rows("items")},
    )


def _read_issue(node: Node) -> Issue:
    names = node.texts("attributeNames") or [node.text("attributeName")]
    return Issue(
        code=node.text("code"),
        message=node.text("message"),
        severity=node.text("severity").upper() or "ERROR",
        sku=node.text("sku"),
        attribute=", ".join(name for name in names if name),
    )
