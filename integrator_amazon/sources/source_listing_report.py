# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import timedelta

from odoo import models

from .. import neutral_forms
from ..api import reports
from ..api.parsers.listings_table import parse_listings_table
from .source_reports import CHECK_SECONDS

#: Any span will do.
SPAN = timedelta(days=1)


class AmazonSourceListingReport(models.AbstractModel):
    """All listings of each marketplace, from a report: for accounts with very many.

    A row does not name its marketplace, so each has a report of its own, one after the other; the
    page token is marketplace and report id.
    """

    _name = "integrator.amazon.source.listing_report"
    _inherit = ["integrator.amazon.source.listings", "integrator.amazon.source.reports"]
    _description = "Amazon source: listings report"

    def _report_type(self, fetch_request):
        return "GET_MERCHANT_LISTINGS_ALL_DATA"

    def _report_options(self, fetch_request):
        # else heads are in the language of the marketplace
        return {"preferredReportDocumentLocale": "en_US"}

    def _fetch(self, fetch_request):
        code, _bar, report_id = self._position(fetch_request)
        kind = self._report_type(fetch_request)
        with self._gateway(fetch_request.site_id) as gateway:
            if not report_id:
                # it shows the present, whatever the span; Amazon wants one all the same
                end = self._aware(self._end(fetch_request))
                options = self._report_options(fetch_request)
                report_id = reports.create_report(gateway, kind, [code], end - SPAN, end, options)
                return self._prepare_nothing(f"{code}|{report_id}", CHECK_SECONDS)
            report = reports.get_report(gateway, report_id)
            if report.status in reports.RUNNING:
                return self._prepare_nothing(fetch_request.next_token, CHECK_SECONDS)
            following = self._next_place(fetch_request, code)
            if report.status == reports.CANCELLED:
                # Amazon cancels a report that would be empty
                return self._prepare_nothing(following)
            self._check_done(report)
            found = reports.download_report(gateway, kind, report.document_id)
        page = self._prepare_content(found)
        headers = {**page.headers, "marketplace": code}
        return replace(page, next_token=following, headers=headers, ids=(f"{code}/",))

    def _read(self, document):
        code = (document.headers or {}).get("marketplace", "")
        with document._open() as source:
            found = parse_listings_table(source, document.charset or "utf-8", code)
            yield from neutral_forms.listings(found)
