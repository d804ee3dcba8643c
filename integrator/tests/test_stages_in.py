# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestStagesIn(IntegratorCommon):
    """From a remote page to a confirmed sale order (000-01 … 000-22)."""

    def test_an_order_becomes_a_confirmed_sale_order_with_the_remote_total(self):
        """000-03, 000-04."""
        order = self.import_orders(self.remote.order("R-1"))
        self.assertEqual(order.state, "imported", order.error_message)
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(sale_order.amount_total, 24.90)
        self.assertEqual(sale_order.integrator_order_ref, "R-1")
        self.assertEqual(sale_order.picking_ids.state, "assigned")
        link = sale_order.order_line.integrator_link_ids.filtered(lambda link: link.kind == "item")
        self.assertEqual(link.remote_line_id, "R-1-1")

    def test_the_same_page_twice_makes_one_sale_order(self):
        """000-01."""
        self.import_orders(self.remote.order("R-1"))
        self.run_stages()
        self.assertEqual(
            len(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])), 1
        )
