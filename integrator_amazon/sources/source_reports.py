# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from io import BytesIO

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.neutral import Order, Page

from ..api import reports
from ..api.parsers.mentions import parse_order_statement
from ..api.parsers.order_report_flat import parse_order_table
from ..api.parsers.order_report_xml import parse_order_report
from ..api.parsers.returns_table import parse_returns
from ..api.parsers.table import detect_charset

#: Seconds until a report is asked after again.
CHECK_SECONDS = 60

#: Prefix of the id of a report that is being made, in `integrator.fetch.request.next_token`.
REPORT = "report:"


class AmazonSourceReports(models.AbstractModel):
    """Reports: requested, waited for, fetched once.

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
        """The options with which the report is requested.

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


XML_REPORT = "GET_ORDER_REPORT_DATA_SHIPPING"
FLAT_REPORT = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"

#: Countries whose prices come without tax; elsewhere they hold it.
NET_COUNTRIES = ("US", "CA")


class AmazonSourceReport(models.AbstractModel):
    """Paid orders that wait for shipment, from an order report in XML or as a table."""

    _name = "integrator.amazon.source.report"
    _inherit = "integrator.amazon.source.reports"
    _description = "Amazon source: order report"

    def _report_type(self, fetch_request):
        return {"xml": XML_REPORT, "flat": FLAT_REPORT}[fetch_request.site_id.amazon_order_report]

    def _report_options(self, fetch_request):
        # else no order says where it was sold
        return {"ShowSalesChannel": "true"}

    def _read(self, document):
        with document._open() as source:
            is_xml = source.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
            source.seek(0)
            if is_xml:
                found = parse_order_report(source, self._holds_tax)
            else:
                charset = document.charset or "utf-8"
                found = parse_order_table(source, charset, self._holds_tax)
            yield from self._named(document, self._as_orders(found))

    def _holds_tax(self, currency, country):
        """Return whether the amounts of an order hold the tax that is named beside them.

        :param str currency: ISO code
        :param str country: where the goods go
        """
        if currency in ("USD", "CAD"):
            return False
        return country.upper() not in NET_COUNTRIES

    def _named(self, document, orders):
        """Orders with the marketplace they were sold on. One of which the report leaves that open,
        or the tax in its prices, is not complete before the Orders API gives it."""
        site = document.site_id
        for order in orders:
            if not isinstance(order, Order):
                yield order
                continue
            marketplace = self._marketplace(site, order)
            if not marketplace or self._is_tax_open(site, order):
                yield replace(order, complete=False)
                continue
            yield replace(order, marketplace_code=marketplace.code, channel_name=marketplace.name)

    def _marketplace(self, site, order):
        """The marketplace of an order by its name, else the only one of its currency; none when it
        could be several."""
        marketplaces = site.amazon_marketplace_ids
        name = order.channel_name.lower()
        found = marketplaces.filtered(
            lambda one: one.name.lower() == name if name else one.currency_name == order.currency
        )
        return found if len(found) == 1 else marketplaces.browse()

    def _is_tax_open(self, site, order):
        """Return whether the tax of an order has to be known, and a report writes zeros: so it does
        for sellers for whom Amazon computes none, and where there is none."""
        if (site.tax_mode, site.unnamed_tax) != ("map", "ask"):
            return False
        return any(
            not line.tax_known and any(charge.amount for charge in line.charges)
            for line in order.lines
        )


class AmazonSourceOrderCheck(models.AbstractModel):
    """All orders of a day, from a report that is made apart from the Orders API."""

    _name = "integrator.amazon.source.order_check"
    _inherit = "integrator.amazon.source.reports"
    _description = "Amazon source: order check of the day"

    def _report_type(self, fetch_request):
        return "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"

    def _read(self, document):
        with document._open() as source:
            found = parse_order_statement(source, document.charset or "utf-8")
            yield from self._as_orders(found)


class AmazonSourceReturn(models.AbstractModel):
    """Returns of buyers to us, from the returns report."""

    _name = "integrator.amazon.source.return"
    _inherit = "integrator.amazon.source.reports"
    _description = "Amazon source: returns"

    def _report_type(self, fetch_request):
        return "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"

    def _read(self, document):
        with document._open() as source:
            yield from self._as_returns(parse_returns(source, document.charset or "utf-8"))
