# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .source import INCLUDED_DATA


class AmazonSourceOrder(models.AbstractModel):
    """One order by its id: getOrder (Orders API 2026-01-01)."""

    _name = "integrator.amazon.source.order"
    _inherit = "integrator.amazon.source.changes"
    _description = "Amazon source: one order"

    def _fetch(self, fetch_request):
        with self._gateway(fetch_request.site_id) as gateway:
            answer = gateway.call(
                "getOrder",
                path={"orderId": fetch_request.remote_ref},
                query={"includedData": list(INCLUDED_DATA)},
            )
        return self._prepare_page(answer)
