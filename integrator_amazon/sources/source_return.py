# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .. import neutral_forms
from ..api.parsers.returns_table import parse_returns


class AmazonSourceReturn(models.AbstractModel):
    """What buyers send back to us, from the returns report."""

    _name = "integrator.amazon.source.return"
    _inherit = "integrator.amazon.source.reports"
    _description = "Amazon source: returns"

    def _report_type(self, fetch_request):
        return "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"

    def _read(self, document):
        with document._open() as source:
            yield from neutral_forms.returns(parse_returns(source, document.charset or "utf-8"))
