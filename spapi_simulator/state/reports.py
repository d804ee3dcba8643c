# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports: what a seller asks Amazon to write down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .jobs import CANCELLED, QUEUED, Job, Jobs


@dataclass(kw_only=True)
class Report(Job):
    """One report over the data from `start` to `end`."""

    report_id: str
    report_type: str
    start: datetime
    end: datetime
    document_id: str = ""

    @property
    def job_id(self) -> str:
        """The report id."""
        return self.report_id

    @property
    def job_type(self) -> str:
        """The report type."""
        return self.report_type


class Reports(Jobs[Report]):
    """Every report."""

    def keep(self, report: Report) -> None:
        """Keep a report that Amazon made by itself; it does not wait for anything."""
        self._rows[report.report_id] = report

    def forget_before(self, moment: datetime) -> None:
        """Forget the reports that were asked for or made before a moment."""
        for report in self.all():
            if report.created < moment:
                del self._rows[report.report_id]

    def add_once(self, report: Report, within: float) -> None:
        """Keep a report; one of the same type asked for within `within` seconds collides with it.

        Of two, the one that still waits is cancelled: the earlier one, or else the new one.
        """
        earlier = self._rival(report, within)
        if earlier is None or self.cancel(earlier, report.created):
            self.add(report)
            return
        self.add(report)
        self.cancel(report, report.created)

    def _rival(self, report: Report, within: float) -> Report | None:
        since = report.created - timedelta(seconds=within)
        rows = [
            row
            for row in self.all(report.merchant_id)
            if within
            and row.report_type == report.report_type
            and row.status != CANCELLED
            and row.created > since
        ]
        waiting = [row for row in rows if row.status == QUEUED]
        return next(iter([*waiting, *rows]), None)
