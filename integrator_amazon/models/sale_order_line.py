# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _units_to_cancel(self, order):
        """Units that Odoo no longer sells and Amazon still waits for (001-44).

        :param order: `integrator.order`
        :return: dict `integrator.order.line` -> whole number of units above zero
        """
        found = {}
        for line in order.line_ids.filtered(lambda one: one._sale_line() == self):
            units = line._quantity_open() - max(int(self.product_uom_qty), line.quantity_shipped)
            if units > 0:
                found[line] = units
        return found
