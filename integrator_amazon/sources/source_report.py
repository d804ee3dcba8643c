# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import models

from odoo.addons.integrator.neutral import Order

from .. import neutral_forms
from ..api.parsers.order_report_flat import parse_order_table
from ..api.parsers.order_report_xml import parse_order_report

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
            yield from self._named(document, neutral_forms.orders(found))

    def _holds_tax(self, currency, country):
        """Whether the amounts of an order hold the tax that is named beside them.

        :param str currency: ISO code
        :param str country: where the goods go
        """
        if currency in ("USD", "CAD"):
            return False
        return country.upper() not in NET_COUNTRIES

    def _named(self, document, orders):
        """Orders with the marketplace they were sold on. One of which the report leaves that open,
        or the tax in its prices, is not complete before the Orders API tells it."""
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
        """Whether the tax of an order has to be known, and a report writes zeros: so it does for
        sellers for whom Amazon computes none, and where there is none."""
        if (site.tax_mode, site.untold_tax) != ("map", "ask"):
            return False
        return any(
            not line.tax_known and any(charge.amount for charge in line.charges)
            for line in order.lines
        )
