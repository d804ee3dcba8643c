# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..api.parsers.order_report_flat import parse_order_table
from ..api.parsers.order_report_xml import parse_order_report

XML_REPORT = "GET_ORDER_REPORT_DATA_SHIPPING"
FLAT_REPORT = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"

#: Countries whose prices come without tax; elsewhere they hold it (FACTS §7).
NET_COUNTRIES = ("US", "CA")


class AmazonSourceReport(models.AbstractModel):
    """Paid orders that wait for shipment, from an order report in XML or as a table (001-19)."""

    _name = "integrator.amazon.source.report"
    _inherit = "integrator.amazon.source.reports"
    _description = "Amazon source: order report"

    def _report_type(self, window):
        return {"xml": XML_REPORT, "flat": FLAT_REPORT}[window.site_id.amazon_order_report]

    def _read(self, document):
        with document._open() as source:
            is_xml = source.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
            source.seek(0)
            if is_xml:
                yield from self._named(document, parse_order_report(source, self._holds_tax))
            else:
                charset = document.charset or "utf-8"
                orders = parse_order_table(source, charset, self._holds_tax)
                yield from self._named(document, orders)

    def _holds_tax(self, currency, country):
        """Whether the amounts of an order hold the tax that is named beside them.

        :param str currency: ISO code
        :param str country: where the goods go
        """
        if currency in ("USD", "CAD"):
            return False
        return country.upper() not in NET_COUNTRIES

    def _named(self, document, orders):
        """Orders with the marketplace they were sold on; not every report says it."""
        marketplaces = document.site_id.amazon_marketplace_ids
        by_name = {marketplace.name.lower(): marketplace for marketplace in marketplaces}
        for order in orders:
            same_currency = marketplaces.filtered(
                lambda one, order=order: one.currency_name == order["currency"]
            )
            marketplace = by_name.get(order["channel_name"].lower()) or (
                same_currency if len(same_currency) == 1 else marketplaces[:1]
            )
            yield {
                **order,
                "marketplace_code": marketplace.code or "",
                "channel_name": marketplace.name or order["channel_name"],
            }
