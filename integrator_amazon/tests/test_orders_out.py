# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestOrdersOut(OrdersCase):
    """Acknowledged after the import, confirmed after the delivery."""

    def test_an_imported_order_is_acknowledged_with_our_numbers(self):
        """000-05, 001-20, 001-21."""
        order = self.order("several_lines")
        [acknowledged] = self.amazon.acknowledgements(order.remote_order_id)
        self.assertEqual(acknowledged["status"], "Success")
        self.assertEqual(acknowledged["merchant_order_id"], order.sale_order_id.name)

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
