# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _integrator_amazon_units_to_cancel(self, order):
        """Units that Odoo no longer sells and Amazon still waits for.

        :param order: `integrator.order`
        :return: dict `integrator.order.line` -> whole number of units above zero
        """
        found = {}
        told = self.env["integrator.refund.line"]._left(order)
        for line in order.line_ids.filtered(lambda one: one._sale_line() == self):
            # what was told counts before the order is seen to have followed
            waits_for = min(line._quantity_open(), told.get(line.remote_line_id, line.quantity))
            units = waits_for - self._integrator_amazon_units_left(line)
            if units > 0:
                found[line] = units
        return found

    def _integrator_amazon_units_left(self, line):
        """Units that Amazon is still to wait for, or that have left.

        :param line: `integrator.order.line`
        """
        return max(int(self.product_uom_qty), line.quantity_shipped)
