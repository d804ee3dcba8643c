# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorOrder(models.Model):
    _inherit = "integrator.order"

    def _amazon_shipped_lines(self):
        """Lines of which Amazon has pieces confirmed as shipped: it gives back money for no other.

        :return: `integrator.order.line`
        """
        self.ensure_one()
        parcels = self.env["integrator.parcel"].search([("order_id", "=", self.id)])
        shown = {key for parcel in parcels if parcel.confirmed_at for key in parcel.content or ()}
        return self.line_ids.filtered(
            lambda line: line._quantity_gone() or line.remote_line_id in shown
        )
