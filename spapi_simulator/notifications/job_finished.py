# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""FEED_PROCESSING_FINISHED and REPORT_PROCESSING_FINISHED: here the names begin small."""

from __future__ import annotations

from typing import Any

from ..state.feeds import Feed
from ..state.jobs import Job
from ..state.reports import Report
from .envelope import Envelope

_VERSION = "2020-09-04"


def of_feed(feed: Feed, envelope: Envelope) -> dict[str, Any]:
    """Return the notification that a feed has ended."""
    values = {"feedId": feed.feed_id, "feedType": feed.feed_type}
    if feed.result_document_id:
        values["resultFeedDocumentId"] = feed.result_document_id
    return _notice("FEED", "feedProcessingFinishedNotification", feed, values, envelope)


def of_report(report: Report, envelope: Envelope) -> dict[str, Any]:
    """Return the notification that a report has ended."""
    values = {"reportId": report.report_id, "reportType": report.report_type}
    if report.document_id:
        values["reportDocumentId"] = report.document_id
    return _notice("REPORT", "reportProcessingFinishedNotification", report, values, envelope)


def _notice(
    kind: str, name: str, job: Job, values: dict[str, str], envelope: Envelope
) -> dict[str, Any]:
    payload = {
        "sellerId": job.merchant_id,
        "accountId": f"amzn1.merchant.o.{job.merchant_id}",
        **values,
        "processingStatus": job.status,
    }
    return {
        "notificationVersion": _VERSION,
        "notificationType": f"{kind}_PROCESSING_FINISHED",
        "payloadVersion": _VERSION,
        "eventTime": envelope.at,
        "payload": {name: payload},
        "notificationMetadata": {
            "applicationId": envelope.application_id,
            "subscriptionId": envelope.subscription_id,
            "publishTime": envelope.at,
            "notificationId": envelope.notification_id,
        },
    }
