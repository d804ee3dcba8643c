# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports API 2021-06-30: createReport, getReport, getReports, cancelReport."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces, check_roles
from ..errors import invalid_input
from ..http import Answer, Call
from ..reports import TYPES
from ..reports.settlement import TYPE as SETTLEMENT
from ..routing import Route
from ..state.reports import Report
from ..state.sellers import ALL_ROLES, FINANCE
from ..times import format_time, parse_time
from .jobs import cancel, job_json, listed, own

if TYPE_CHECKING:
    from ..world import World

_NOUN = "report"
_MARKS = ("stuck", "fatal", "leave_out")
_SLACK = timedelta(seconds=60)


def create_report(world: World, call: Call) -> Answer:
    """Serve createReport; without dataStartTime a report begins now, as at Amazon."""
    assert call.seller is not None
    fields = call.fields()
    if fields.get("reportType") == SETTLEMENT:
        raise invalid_input(f"Report type {SETTLEMENT} cannot be requested.")
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
    return Answer.of(_as_json(own(call, world.reports, _NOUN)))


def get_reports(world: World, call: Call) -> Answer:
    """Serve getReports; settlements are found here only."""
    assert call.seller is not None
    if SETTLEMENT in call.csv("reportTypes"):
        check_roles(call.seller, frozenset({FINANCE}))
    return listed(world, call, world.reports, _NOUN, _as_json)


def cancel_report(world: World, call: Call) -> Answer:
    """Serve cancelReport."""
    return cancel(world, call, world.reports, _NOUN)


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


def _as_json(report: Report) -> dict[str, Any]:
    data = {
        "reportId": report.report_id,
        "reportType": report.report_type,
        "dataStartTime": format_time(report.start),
        "dataEndTime": format_time(report.end),
        **job_json(report),
    }
    if report.document_id:
        data["reportDocumentId"] = report.document_id
    return data


_BASE = "/reports/2021-06-30/reports"
ROUTES = (
    Route("createReport", "POST", _BASE, create_report, ALL_ROLES),
    Route("getReports", "GET", _BASE, get_reports, ALL_ROLES),
    Route("getReport", "GET", _BASE + "/{reportId}", get_report, ALL_ROLES),
    Route("cancelReport", "DELETE", _BASE + "/{reportId}", cancel_report, ALL_ROLES),
)
