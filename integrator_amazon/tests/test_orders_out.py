# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import GERMANY
from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestOrdersOut(OrdersCase):
    """Orders are acknowledged after the import and confirmed after the delivery."""

    def test_an_imported_order_is_acknowledged_with_our_numbers(self):
        """000-05, 001-20, 001-21."""
        order = self.order("several_lines")
        [acknowledged] = self.amazon.acknowledgements(order.remote_order_id)
        self.assertEqual(acknowledged["status"], "Success")
        self.assertEqual(acknowledged["merchant_order_id"], order.sale_order_id.name)

    def order_more(self, seed=7):
        """One more order, imported."""
        self.amazon.demo(count=1, kinds=["single"], marketplace_id=GERMANY, seed=seed)
        return self.import_orders() - self.orders

    def test_own_numbers_stay_here_where_the_site_says_so(self):
        """001-21: neither the order's nor the line's."""
        self.site.amazon_send_own_ids = False
        order = self.order_more()
        self.run_stages("plan_orders", "send", "send")
        [acknowledged] = self.amazon.acknowledgements(order.remote_order_id)
        self.assertEqual(acknowledged["status"], "Success")
        self.assertEqual(acknowledged["merchant_order_id"], "")
        self.assertEqual(acknowledged["merchant_item_ids"], [""])

    def test_an_order_is_taken_over_once_whatever_became_of_its_task(self):
        """A2: remembered by the order from the moment that it was sent."""
        order = self.order("single")
        self.assertTrue(order.confirm_sent_at)
        self.tasks(kind="acknowledgement").unlink()
        self.env["order.integration"]._request(self.site, order.sale_order_id)
        self.run_stages("plan_orders")
        self.assertFalse(self.tasks(kind="acknowledgement"))

    def test_a_number_that_is_too_long_for_amazon_costs_its_own_order_only(self):
        """F7: the file of the others leaves."""
        self.site.order_prefix = "A very long beginning of the numbers of sale orders "
        long_name = self.order_more()
        self.site.order_prefix = False
        other = self.order_more(seed=8) - long_name
        self.run_stages("plan_orders", "send", "send")
        tasks = {task.order_id: task for task in self.tasks(kind="acknowledgement")}
        self.assertEqual(tasks[long_name].error_code, "acknowledgement_incomplete")
        self.assertIn("longer than 50", tasks[long_name].error_message)
        self.assertEqual(tasks[other].state, "success")

    def test_a_delivery_is_confirmed_with_its_quantities_and_tracking(self):
        """000-28, 001-23, 001-43."""
        order = self.order("quantities")
        picking = self.deliver(order.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(package["trackingNumber"], picking.carrier_tracking_ref)
        self.assertEqual(
            self.amazon.order(order.remote_order_id)["fulfillment"]["fulfillmentStatus"], "SHIPPED"
        )
        event = self.events("order", record_operation="shipped")
        self.assertEqual(event.amazon_status, "success")

    def test_a_delivery_without_tracking_waits_and_the_number_wakes_it(self):
        """004-04, 004-22."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id, tracking=False)
        self.run_stages("plan_orders", "send", "send")
        self.assertEqual(self.tasks(kind="shipment").state, "waiting")
        self.assertFalse(self.amazon.shipments(order.remote_order_id))
        picking.carrier_tracking_ref = "003404341610900002"
        self.run_stages("plan_orders", "send", "send")
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(package["trackingNumber"], "003404341610900002")
