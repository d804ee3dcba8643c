# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""ProcessingReport: what Amazon says of an XML feed."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from ..state.feeds import Feed

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_INFO = ("SKU", "FulfillmentCenterID", "AmazonOrderID", "AmazonOrderItemCode")


@dataclass(frozen=True)
class Result:
    """One Result: MessageID (0: the whole file), Amazon's code and text, what it is about."""

    message_id: str
    code: str
    text: str
    info: dict[str, str] = field(default_factory=dict)
    kind: str = "Error"


def write_report(feed: Feed, processed: int, results: list[Result]) -> bytes:
    """Return a processing report as UTF-8 XML.

    :param processed: how many messages were processed; 0 when the file could not be read.
    :param results: errors and warnings; a successful message has none.
    """
    failed = len({row.message_id for row in results if row.kind == "Error"})
    counts = {
        "status": "Complete",
        "processed": processed,
        "successful": max(0, processed - failed),
        "errors": failed,
        "warnings": len({row.message_id for row in results if row.kind == "Warning"}),
        # a report that misbehaves says something else
        **feed.marks.get("report", {}),
    }
    root = etree.Element("AmazonEnvelope", nsmap={"xsi": _XSI})
    root.set(f"{{{_XSI}}}noNamespaceSchemaLocation", "amzn-envelope.xsd")
    header = _add(root, "Header")
    _add(header, "DocumentVersion", "1.02")
    _add(header, "MerchantIdentifier", feed.merchant_id)
    _add(root, "MessageType", "ProcessingReport")
    message = _add(root, "Message")
    _add(message, "MessageID", "1")
    report = _add(message, "ProcessingReport")
    _add(report, "DocumentTransactionID", feed.feed_id)
    _add(report, "StatusCode", str(counts["status"]))
    summary = _add(report, "ProcessingSummary")
    _add(summary, "MessagesProcessed", str(counts["processed"]))
    _add(summary, "MessagesSuccessful", str(counts["successful"]))
    _add(summary, "MessagesWithError", str(counts["errors"]))
    _add(summary, "MessagesWithWarning", str(counts["warnings"]))
    for row in results:
        _add_result(report, row)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_result(report: etree._Element, row: Result) -> None:
    result = _add(report, "Result")
    _add(result, "MessageID", row.message_id)
    _add(result, "ResultCode", row.kind)
    _add(result, "ResultMessageCode", row.code)
    _add(result, "ResultDescription", row.text)
    if row.info:
        info = _add(result, "AdditionalInfo")
        for name in _INFO:
            if name in row.info:
                _add(info, name, row.info[name])


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, name)
    node.text = text
    return node
