# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from io import BytesIO

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.neutral import Page

from ..api import reports
from ..api.parsers.table import detect_charset

#: Seconds until a report is asked after again.
CHECK_SECONDS = 60

#: What goes before the id of a report that is being made, in `integrator.fetch.request.next_token`.
REPORT = "report:"


class AmazonSourceReports(models.AbstractModel):
    """What comes as a report: asked for, waited for, fetched once.

    Asking twice for one type and span makes Amazon cancel one of the two, so a report that is there
    is taken, whoever asked for it; which is also how the continuation after a crash finds its own.
    """

    _name = "integrator.amazon.source.reports"
    _inherit = "integrator.amazon.source"
    _description = "Amazon source: reports"

    def _report_type(self, fetch_request):
        """Amazon's name of the report.

        :param fetch_request: `integrator.fetch.request`
        """
        raise NotImplementedError

    def _report_options(self, fetch_request):
        """What Amazon is asked to put into the report.

        :param fetch_request: `integrator.fetch.request`
        :return: dict of texts
        """
        return {}

    def _fetch(self, fetch_request):
        with self._gateway(fetch_request.site_id) as gateway:
            if not fetch_request.next_token:
                return self._prepare_nothing(
                    REPORT + self._query(gateway, fetch_request), CHECK_SECONDS
                )
            report = reports.get_report(gateway, fetch_request.next_token.removeprefix(REPORT))
            if report.status in reports.RUNNING:
                return self._prepare_nothing(fetch_request.next_token, CHECK_SECONDS)
            if report.status == reports.CANCELLED:
                # Amazon cancels a report that would be empty
                return self._prepare_nothing()
            self._check_done(report)
            found = reports.download_report(
                gateway, self._report_type(fetch_request), report.document_id
            )
        return self._prepare_content(found)

    def _query(self, gateway, fetch_request):
        """The id of the report: of one that is there, or of a new one."""
        kind = self._report_type(fetch_request)
        start, end = self._aware(fetch_request.date_from), self._aware(self._end(fetch_request))
        since = self._aware(min(fetch_request.create_date, fields.Datetime.now()))
        codes = fetch_request.site_id.amazon_marketplace_ids.mapped("code")
        return reports.find_report(gateway, kind, start, end, since) or reports.create_report(
            gateway, kind, codes, start, end, self._report_options(fetch_request)
        )

    def _end(self, fetch_request):
        """The end of the span; a report knows no future. It is the same at each attempt."""
        return min(fetch_request.date_to or fetch_request.create_date, fetch_request.create_date)

    def _check_done(self, report):
        if report.status != reports.DONE or not report.document_id:
            raise RejectedError(
                self.env._(
                    "Amazon could not make the report %(report)s (%(status)s). Ask for it again "
                    "later; if it stays so, open a case at Amazon with this number.",
                    report=report.report_id,
                    status=report.status,
                ),
                code=f"report_{report.status.lower()}",
            )

    def _prepare_content(self, found):
        return Page(
            content=found.content,
            charset=detect_charset(BytesIO(found.content), found.charset),
            headers=found.headers,
            request_id=found.request_id,
            received_at=found.received_at.replace(tzinfo=None, microsecond=0),
        )
