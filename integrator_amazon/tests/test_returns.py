# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestReturns(OrdersCase):
    """Returns are imported from the returns report, received and refunded (001-26)."""

    def setUp(self):
        super().setUp()
        self.sold = self.order("quantities")
        self.deliver(self.sold.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        self.sold.sale_order_id._create_invoices().action_post()

    def announce(self):
        line = self.sold.line_ids[0]
        asked = self.amazon.now() - timedelta(hours=1)
        self.amazon.add_return(self.sold.remote_order_id, line.remote_line_id, 1, created=asked)
        return self.look(days=1)

    def look(self, days):
        """Fetch the report of a later day; today's was made before the buyer asked."""
        # asked for, waited for, fetched; today's may still be on its way
        for minutes in (0, 3, 6):
            with self.later(days=days, minutes=minutes):
                self.run_stages("fetch", "acknowledge", "extract")
        return self.env["integrator.return"].search([("site_id", "=", self.site.id)])

    def test_a_return_at_amazon_becomes_a_receipt_and_a_refund_there(self):
        """001-26, 001-25: the way round, to the buyer's money."""
        found = self.announce()
        self.assertEqual(found.sale_order_id, self.sold.sale_order_id)
        self.assertEqual((found.state, found.line_ids.quantity), ("new", 1))
        found.action_receive()
        self.assertEqual(sum(found.picking_ids.move_ids.mapped("product_uom_qty")), 1)
        found.action_propose_refund()
        note = found.refund_ids
        self.assertEqual(note.state, "draft")
        self.assertEqual(note.integrator_refund_reason_id.code, "CustomerReturn")
        note.action_post()
        self.run_stages("plan_orders", "send")
        with self.later(minutes=3):
            self.run_stages("send")
        [refund] = self.amazon.refunds(self.sold.remote_order_id)
        self.assertEqual(refund["reason"], "CustomerReturn")
        self.assertAlmostEqual(
            float(sum(refund["components"].values())), note.amount_total, places=2
        )

    def test_the_same_return_twice_is_one(self):
        """001-26: the report of the next day names it again."""
        self.announce()
        found = self.look(days=2)
        self.assertEqual((len(found), len(found.line_ids)), (1, 1))
