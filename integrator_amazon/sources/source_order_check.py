# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .. import neutral_forms
from ..api.parsers.mentions import parse_order_statement


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
            yield from neutral_forms.orders(found)
