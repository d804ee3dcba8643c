# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The processing report of a feed, as JSON (listings) or XML (orders, refunds)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..values import DocumentError, Node, read_json
from .safe_xml import iterate_elements, release, text_of


class Outcome(Enum):
    """The outcome of a message."""

    DONE = "done"
    #: Amazon did nothing of it.
    REFUSED = "refused"
    #: The report does not say: done or not, somebody has to look.
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Issue:
    """One remark of Amazon's about a message, or about the whole file.

    :param severity: ERROR, WARNING or INFO.
    :param sku: the SKU it is about, empty when Amazon names none.
    :param attribute: the attribute it is about, empty when Amazon names none.
    :param item: the order item id it is about, empty when Amazon names none.
    """

    code: str
    message: str
    severity: str
    sku: str = ""
    attribute: str = ""
    item: str = ""


@dataclass(frozen=True)
class FeedReport:
    """The processing report of a feed.

    :param status: `Complete`, `Processing` or `Rejected`.
    :param processed: number of messages that Amazon looked at.
    :param successful: messages that it accepted; for listings this is not "live" yet.
    :param errors: messages with an error.
    :param warnings: messages (XML) or remarks (JSON) that only warn.
    :param results: message id -> issues; a message without issues is not in it.
    :param file_issues: issues of no message: the file as such.
    :param items: SKU -> the listing as it stands, where the feed asked for it.
    """

    status: str
    processed: int
    successful: int
    errors: int
    warnings: int
    results: dict[int, list[Issue]] = field(default_factory=dict)
    file_issues: list[Issue] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def refused_whole(self) -> bool:
        """Return whether Amazon took no message at all, so that certainly nothing was done."""
        return not self.processed or (self.status == "Rejected" and not self.successful)

    def outcome(self, message_id: int, sent: int | None = None) -> Outcome:
        """Return the outcome of a message. It is a success only if the report as a whole is valid:
        it is complete, counts as many messages as were sent, and names each refused one.

        :param sent: how many messages the feed held; None: unknown.
        """
        if self.refused_whole or self._errors(self.results.get(message_id, ())):
            return Outcome.REFUSED
        named = sum(bool(self._errors(issues)) for issues in self.results.values())
        believable = (
            self.status == "Complete"
            and not self._errors(self.file_issues)
            and self.errors <= named
            and (sent is None or self.processed >= sent)
        )
        return Outcome.DONE if believable else Outcome.UNCLEAR

    def failed(self, message_id: int, sent: int | None = None) -> bool:
        """Return whether a message cannot be taken for done, see `outcome`."""
        return self.outcome(message_id, sent) is not Outcome.DONE

    def is_foreign(self, message_ids: Collection[int]) -> bool:
        """Return whether this cannot be the report of a feed that held just these messages."""
        return self.processed > len(message_ids) or not self.results.keys() <= set(message_ids)

    def may_be_about(self, message_ids: Collection[int]) -> bool:
        """Return whether this can be the report of a feed that held just these messages."""
        return self.processed == len(message_ids) and not self.is_foreign(message_ids)

    @staticmethod
    def _errors(issues: Iterable[Issue]) -> list[Issue]:
        return [issue for issue in issues if issue.severity == "ERROR"]


# === JSON: listings (Amazon's report schema, version 2.0) === #


def parse_json_report(raw: bytes) -> FeedReport:
    """Return the outcome of a listings feed.

    Accepted means that Amazon works on it; whether the listing is live is seen only by reading it
    back. The `items` are there when the feed's header asked for them; they carry no message id,
    only the SKU.

    :param raw: the decompressed bytes.
    :raise DocumentError: when it is no such report.
    """
    root = read_json(raw)
    summary = root.object("summary")
    processed = summary.whole("messagesProcessed", required=True) or 0
    results: dict[int, list[Issue]] = {}
    file_issues: list[Issue] = []
    for node in root.rows("issues"):
        message_id = node.whole("messageId")
        target = results.setdefault(message_id, []) if message_id else file_issues
        target.append(_read_json_issue(node))
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


def _read_json_issue(node: Node) -> Issue:
    names = node.texts("attributeNames") or [node.text("attributeName")]
    return Issue(
        code=node.text("code"),
        message=node.text("message"),
        severity=node.text("severity").upper() or "ERROR",
        sku=node.text("sku"),
        attribute=", ".join(name for name in names if name),
    )


# === XML: orders, refunds and Easy Ship documents === #


_XML_ROOTS = frozenset({"AmazonEnvelope", "EasyShipProcessingReport"})
#: Element -> field of the report.
_XML_COUNTS = {
    "MessagesProcessed": "processed",
    "MessagesSuccessful": "successful",
    "MessagesWithError": "errors",
    "MessagesWithWarning": "warnings",
}


def parse_xml_report(raw: bytes) -> FeedReport:
    """Return the outcome of an XML feed.

    :param raw: the decompressed bytes.
    :raise DocumentError: when it is no such report; a document type declaration is refused.
    """
    status = "Complete"
    counts: dict[str, int] = {}
    results: dict[int, list[Issue]] = {}
    file_issues: list[Issue] = []
    for element in iterate_elements(raw, _XML_ROOTS):
        if element.tag == "StatusCode":
            status = (element.text or "").strip()
        elif element.tag in _XML_COUNTS:
            counts[_XML_COUNTS[element.tag]] = _whole(element)
        elif element.tag == "Result":
            message_id = _message_id(element)
            target = results.setdefault(message_id, []) if message_id else file_issues
            target.append(_read_xml_issue(element))
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


def _read_xml_issue(result: Any) -> Issue:
    return Issue(
        code=text_of(result, "ResultMessageCode"),
        message=text_of(result, "ResultDescription"),
        severity=text_of(result, "ResultCode").upper() or "ERROR",
        sku=text_of(result, "AdditionalInfo/SKU"),
        item=text_of(result, "AdditionalInfo/AmazonOrderItemCode"),
    )
