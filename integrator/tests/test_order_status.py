# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestOrderStatus(SaleCase):
    """Later versions of an order: pending, cancelled and shipped at the site (001-17, 001-18,
    002-56)."""

    def see(self, status, hour=12, **values):
        """The remote shows the order in a status since an hour of the day."""
        updated_at = f"2026-11-01T{hour}:00:00"
        value = self.remote.order("R-1", status=status, updated_at=updated_at, **values)
        self.remote.pages.clear()
        return self.import_orders(value)

    def test_a_pending_order_waits(self):
        """001-17."""
        order = self.see("pending")
        self.assertEqual(order.state, "pending")
        self.assertFalse(order.sale_order_id)

    def test_a_pending_order_is_imported_once_it_may_be_shipped(self):
        """001-18."""
        self.see("pending", 12)
        order = self.see("unshipped", 13)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_a_pending_order_that_is_cancelled_never_becomes_a_sale_order(self):
        """001-17."""
        self.see("pending", 12)
        order = self.see("cancelled", 13)
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(order.sale_order_id)

    def test_an_order_cancelled_before_the_import_never_becomes_a_sale_order(self):
        """002-56."""
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge", "extract")
        order = self.see("cancelled", 13)
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(order.sale_order_id)

    def test_a_held_order_that_is_cancelled_is_no_error_any_more(self):
        """001-36: its alert closes."""
        lines = self.remote.order("R-1", sku="NONE")["lines"]
        order = self.see("unshipped", 12, lines=lines)
        self.assertEqual(order.state, "error")
        self.see("cancelled", 13, lines=lines)
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(order.error_message or self.alerts())

    def test_an_order_cancelled_after_the_import_cancels_the_sale_order(self):
        """002-56: and its delivery."""
        order = self.see("unshipped", 12)
        self.see("cancelled", 13)
        self.assertEqual(order.remote_status, "cancelled")
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(order.sale_order_id.picking_ids.state, "cancel")
        self.assertFalse(order.has_changes)

    def test_an_order_cancelled_after_the_delivery_asks_a_person(self):
        """An activity, and the sale order stays."""
        order = self.see("unshipped", 12)
        self.deliver(order.sale_order_id.picking_ids)
        self.see("cancelled", 13)
        self.assertEqual(order.sale_order_id.state, "sale")
        activity = order.sale_order_id.activity_ids
        self.assertEqual(activity.summary, "Cancelled by the channel after delivery")
        self.assertIn("R-1", activity.note)

    def test_the_same_cancellation_again_asks_nobody_again(self):
        order = self.see("unshipped", 12)
        self.deliver(order.sale_order_id.picking_ids)
        self.see("cancelled", 13)
        self.see("cancelled", 14)
        self.assertEqual(len(order.sale_order_id.activity_ids), 1)

    def test_an_older_document_after_a_younger_one_is_ignored(self):
        """000-07: documents may arrive in any order; and one that leaves things open, such as a
        report, says nothing of an order that is known whole."""
        order = self.see("shipped", 14)
        self.see("unshipped", 13)
        self.see("unshipped", 15, complete=False)
        self.assertEqual(order.remote_status, "shipped")
        self.assertEqual(order.updated_at.hour, 14)

    def test_a_shipped_order_only_changes_its_remote_status(self):
        """002-56, 002-73, 002-78: also on the lines' links."""
        order = self.see("unshipped", 12)
        self.see("shipped", 13)
        links = order.sale_order_id.order_line.integrator_link_ids
        self.assertEqual(set(links.mapped("remote_status")), {"shipped"})
        self.assertEqual(order.remote_status_text, "SHIPPED")
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")

    def test_lines_follow_the_remote(self):
        """002-73."""
        order = self.see("unshipped", 12)
        lines = self.remote.order("R-1")["lines"]
        lines[0]["quantity_shipped"] = 2
        self.see("partially_shipped", 13, lines=lines)
        self.assertEqual(order.line_ids.quantity_shipped, 2)
        self.assertEqual(len(order.line_ids), 1)

    def test_an_order_shipped_by_the_site_makes_no_delivery(self):
        order = self.see("unshipped", fulfilled_by="site")
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertTrue(order.sale_order_id.integrator_shipped_by_site)
        self.assertFalse(order.sale_order_id.picking_ids)

    def test_changes_that_cannot_be_applied_never_double_the_sale_order(self):
        """It stays imported, shows the reason and is tried again."""
        order = self.see("unshipped", 12)
        sale_order = order.sale_order_id
        self.see("unknown", 13)
        self.assertEqual(order.state, "imported")
        self.assertTrue(order.error_message and order.has_changes)
        self.assertEqual(len(self.alerts(stage="import")), 1)
        with self.later(days=1):
            self.see("cancelled", 14)
            self.run_stages("import")
        self.assertEqual(sale_order.state, "cancel")
        self.assertFalse(order.error_message or order.has_changes or self.alerts())
        self.assertEqual(
            self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")]), sale_order
        )
