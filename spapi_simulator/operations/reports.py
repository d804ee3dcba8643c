# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports API 2021-06-30: createReport, getReport, getReports, cancelReport."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces, check_roles
from ..errors import invalid_input, not_found
from ..http import Answer, Call
from ..reports import TYPES
from ..routing import Route
from ..state.pages import Page, life
from ..state.reports import Report
from ..state.sellers import ALL_ROLES
from ..times import format_time, parse_time

if TYPE_CHECKING:
    from ..world import World

_MARKS = ("stuck", "fatal", "leave_out")
_TOKEN_SECONDS = 24 * 3600
_SLACK = timedelta(seconds=60)


def create_report(world: World, call: Call) -> Answer:
    """Serve createReport; without dataStartTime a report begins now, as at Amazon."""
    assert call.seller is not None
    fields = call.fields()
    kind = TYPES.get(str(fields.get("reportType")))
    if kind is None:
        raise invalid_input(f"The simulator has no reports of the type {fields.get('reportType')}.")
    shops = fields.get("marketplaceIds") or []
    if not shops:
        raise invalid_input("Missing required field: marketplaceIds")
    check_marketplaces(world, call.seller, shops)
    check_roles(call.seller, kind.roles)
    start, end = _span(world, fields)
    report = Report(
        report_id=world.reports.new_id(),
        report_type=fields["reportType"],
        merchant_id=call.seller.merchant_id,
        marketplace_ids=list(shops),
        created=world.now(),
        start=start,
        end=end,
        options=dict(fields.get("reportOptions") or {}),
        marks={key: call.marks[key] for key in _MARKS if key in call.marks},
    )
    world.reports.add_once(report, world.settings.report_duplicate_seconds)
    return Answer.of({"reportId": report.report_id}, status=202)


def get_report(world: World, call: Call) -> Answer:
    """Serve getReport."""
    return Answer.of(_as_json(_own(world, call)))


def get_reports(world: World, call: Call) -> Answer:
    """Serve getReports: newest first; a nextToken must come alone."""
    page = _saved_page(world, call) or _first_page(world, call)
    size = page.extra
    start = max(0, page.start - size) if "repeat_page" in call.marks else page.start
    keys = page.keys[start : start + size]
    rows = [_as_json(report) for key in keys if (report := world.reports.get(key))]
    data: dict[str, Any] = {"reports": rows}
    if "repeat_page" in call.marks:
        data["nextToken"] = call.text("nextToken")
    elif start + size < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, start + size, page.expires, size)
        data["nextToken"] = world.pages.save(rest)
    return Answer.of(data)


def cancel_report(world: World, call: Call) -> Answer:
    """Serve cancelReport: only a report that still waits can be cancelled."""
    report = _own(world, call)
    if not world.reports.cancel(report, world.now()):
        raise invalid_input(f"The report cannot be cancelled: it is {report.status}.")
    return Answer(200)


def _span(world: World, fields: dict[str, Any]) -> tuple[datetime, datetime]:
    now = world.now()
    start, end = (
        parse_time(fields[name]) if fields.get(name) else now
        for name in ("dataStartTime", "dataEndTime")
    )
    if start > now + _SLACK or end > now + _SLACK:
        raise invalid_input("dataStartTime and dataEndTime must not be in the future.")
    if end < start:
        raise invalid_input("dataEndTime must not be before dataStartTime.")
    return start, end


def _own(world: World, call: Call) -> Report:
    report = world.reports.get(call.arguments["reportId"])
    if report is None or call.seller is None or report.merchant_id != call.seller.merchant_id:
        raise not_found(f"Report {call.arguments['reportId']} was not found.")
    return report


def _as_json(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = {
        "reportId": report.report_id,
        "reportType": report.report_type,
        "marketplaceIds": report.marketplace_ids,
        "dataStartTime": format_time(report.start),
        "dataEndTime": format_time(report.end),
        "createdTime": format_time(report.created),
        "processingStatus": report.status,
    }
    if report.started:
        data["processingStartTime"] = format_time(report.started)
    if report.ended:
        data["processingEndTime"] = format_time(report.ended)
    if report.document_id:
        data["reportDocumentId"] = report.document_id
    return data


def _saved_page(world: World, call: Call) -> Page | None:
    token = call.text("nextToken")
    if token is None:
        return None
    assert call.seller is not None
    # The client library adds marketplace keys to every query; Amazon does not count them.
    others = {key for key in call.query if "marketplace" not in key.lower()} - {"nextToken"}
    page = world.pages.open(token, call.seller.merchant_id, "getReports", world.now())
    if others or page is None:
        raise invalid_input("Invalid Input", "The nextToken is invalid or did not come alone.")
    return page


def _first_page(world: World, call: Call) -> Page:
    assert call.seller is not None
    if not call.csv("reportTypes"):
        raise invalid_input("Missing required parameter: reportTypes or nextToken")
    found = [row for row in world.reports.all(call.seller.merchant_id) if _wanted(call, row)]
    found.sort(key=lambda report: (report.created, report.report_id), reverse=True)
    keys = tuple(report.report_id for report in found)
    size = call.number("pageSize", 10)
    end = life(world.now(), _TOKEN_SECONDS)
    return Page(call.seller.merchant_id, "getReports", keys, 0, end, size)


def _wanted(call: Call, report: Report) -> bool:
    since, until = call.text("createdSince"), call.text("createdUntil")
    shops, states = call.csv("marketplaceIds"), call.csv("processingStatuses")
    return (
        report.report_type in call.csv("reportTypes")
        and (not shops or bool(set(shops) & set(report.marketplace_ids)))
        and (not states or report.status in states)
        and (since is None or report.created >= parse_time(since))
        and (until is None or report.created <= parse_time(until))
    )


_BASE = "/reports/2021-06-30/reports"
ROUTES = (
    Route("createReport", "POST", _BASE, create_report, ALL_ROLES),
    Route("getReports", "GET", _BASE, get_reports, ALL_ROLES),
    Route("getReport", "GET", _BASE + "/{reportId}", get_report, ALL_ROLES),
    Route("cancelReport", "DELETE", _BASE + "/{reportId}", cancel_report, ALL_ROLES),
)
