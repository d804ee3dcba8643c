# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorOrder(models.Model):
    _inherit = "integrator.order"

    # === BUSINESS METHODS === #

    def _imported(self, sale_orders):
        """Orders that have become sale orders may have returns that wait for them."""
        result = super()._imported(sale_orders)
        domain = [("remote_order_id", "in", self.mapped("remote_order_id"))]
        domain += [("site_id", "in", self.site_id.ids)]
        self.env["integrator.return"].search(domain)._match()
        return result
