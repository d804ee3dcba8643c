# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports (Reports API 2021-06-30): asked for, waited for, fetched once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .http.gateway import Gateway
from .pages import Page
from .values import charset_of, format_time, parse_time

#: processingStatus while Amazon is still at work.
RUNNING = frozenset({"IN_QUEUE", "IN_PROGRESS"})
DONE, CANCELLED, FATAL = "DONE", "CANCELLED", "FATAL"
#: Type of settlements, which Amazon creates on its own schedule and which cannot be requested.
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
#: Only with a restricted data token of the document's own path.
RESTRICTED = frozenset(
    {"GET_ORDER_REPORT_DATA_SHIPPING", "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"}
)


@dataclass(frozen=True)
class Report:
    """A report as getReport says it."""

    report_id: str
    status: str
    document_id: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True)
class ReportContent:
    """A finished report's bytes, and what came with them."""

    content: bytes
    charset: str
    request_id: str
    received_at: datetime
    headers: dict[str, str]


def create_report(
    gateway: Gateway,
    report_type: str,
    marketplace_ids: Sequence[str],
    start: datetime,
    end: datetime,
    options: Mapping[str, str] | None = None,
) -> str:
    """Ask for a report and return its id.

    :param start: aware; with `end`, the span of time that it is to cover.
    :param options: `reportOptions` of the type.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    body: dict[str, Any] = {
        "reportType": report_type,
        "marketplaceIds": list(marketplace_ids),
        "dataStartTime": format_time(start),
        "dataEndTime": format_time(end),
    }
    if options:
        body["reportOptions"] = dict(options)
    return gateway.call("createReport", body=body).payload["reportId"]


def find_report(
    gateway: Gateway, report_type: str, start: datetime, end: datetime, since: datetime
) -> str:
    """Return the id of a report that was asked for already, by us or by somebody else: two of one
    type and span would cancel each other. Empty when there is none.

    :param since: the earliest time at which it can have been asked for.
    """
    query = {"reportTypes": [report_type], "createdSince": since, "pageSize": 100}
    rows = gateway.call("getReports", query=query).payload.get("reports") or []
    for row in rows:
        if _covers(row, start, end) and row.get("processingStatus") not in (CANCELLED, FATAL):
            return row["reportId"]
    return ""


def list_reports(
    gateway: Gateway, report_type: str, since: datetime, token: str = ""
) -> Page[Report]:
    """Return a page of the finished reports of a type, youngest first, whoever asked for them:
    settlements are made by Amazon alone. Those of every marketplace are among them.

    :param since: aware; Amazon keeps reports 90 days.
    :param token: of the page before.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    query: dict[str, Any] = {
        "reportTypes": [report_type],
        "processingStatuses": [DONE],
        "createdSince": since,
        "pageSize": 100,
    }
    # a token must come alone
    answer = gateway.call("getReports", query={"nextToken": token} if token else query)
    rows = tuple(map(_read_report, answer.payload.get("reports") or []))
    return Page(rows, answer.payload.get("nextToken") or "")


def get_report(gateway: Gateway, report_id: str) -> Report:
    """Return where a report stands."""
    return _read_report(gateway.call("getReport", path={"reportId": report_id}).payload)


def download_report(gateway: Gateway, report_type: str, document_id: str) -> ReportContent:
    """Return a finished report; a restricted one with a token for its document alone.

    :raise SpapiError: when a role is missing, the link is too old, or the document is damaged.
    """
    path = {"reportDocumentId": document_id}
    token = restricted_token(gateway, document_id) if report_type in RESTRICTED else None
    answer = gateway.call("getReportDocument", path=path, restricted_token=token)
    payload = answer.payload
    found = gateway.fetch(payload["url"], payload.get("compressionAlgorithm"))
    return ReportContent(
        found.content,
        charset_of(found.content_type) or charset_of(str(payload.get("contentType") or "")),
        answer.request_id or "",
        answer.received_at,
        dict(answer.headers),
    )


def restricted_token(gateway: Gateway, document_id: str) -> str:
    """Return a restricted data token for one report document."""
    resource = {"method": "GET", "path": f"/reports/2021-06-30/documents/{document_id}"}
    answer = gateway.call("createRestrictedDataToken", body={"restrictedResources": [resource]})
    return answer.payload["restrictedDataToken"]


def _read_report(row: Mapping[str, Any]) -> Report:
    created = row.get("createdTime")
    return Report(
        row["reportId"],
        row["processingStatus"],
        row.get("reportDocumentId") or "",
        parse_time(created) if created else None,
    )


def _covers(row: Mapping[str, Any], start: datetime, end: datetime) -> bool:
    times = (row.get("dataStartTime"), row.get("dataEndTime"))
    try:
        return tuple(parse_time(time).replace(microsecond=0) for time in times) == (start, end)
    except ValueError:
        return False
