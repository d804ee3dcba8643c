# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestShipmentEvents(SaleCase):
    """Deliveries and their tracking numbers make events (001-43)."""

    def setUp(self):
        super().setUp()
        self.order = self.make_order(5)
        self.picking = self.order.picking_ids
        self._forget_events()

    def event(self, operation):
        return self.events("order", record_operation=operation)

    def test_a_delivery_done_is_one_event(self):
        """001-43: it names the delivery and the order."""
        self.deliver(self.picking)
        event = self.events("order")
        self.assertEqual(event.record_operation, "shipped")
        self.assertEqual(event.record_id, self.order.id)
        self.assertEqual(event.source_ref, f"stock.picking,{self.picking.id}")
        self.assertEqual(event.operation_data["picking"], self.picking.name)
        self.assertEqual(event.operation_data["tracking"], "")

    def test_a_partial_delivery_and_its_backorder_are_two_events(self):
        """001-43."""
        backorder = self.deliver(self.picking, 2)
        self.assertEqual(self.event("shipped").source_ref, f"stock.picking,{self.picking.id}")
        self.deliver(backorder)
        refs = {f"stock.picking,{picking.id}" for picking in self.order.picking_ids}
        self.assertEqual(set(self.event("shipped").mapped("source_ref")), refs)
        self.assertEqual(len(self.event("shipped")), 2)

    def test_one_delivery_of_two_lines_is_one_event(self):
        """001-43."""
        self.order.order_line.copy({"order_id": self.order.id})
        self._forget_events()
        self.deliver(self.order.picking_ids)
        self.assertEqual(len(self.event("shipped")), 1)

    def test_a_tracking_number_set_before_the_delivery_is_in_its_event(self):
        """001-43."""
        self.picking.carrier_tracking_ref = "T-1"
        self.deliver(self.picking)
        self.assertEqual(self.event("shipped").operation_data["tracking"], "T-1")
        self.assertEqual(self.event("tracking").operation_data["tracking"], "T-1")

    def test_a_tracking_number_written_later_is_an_event(self):
        """001-43: also when written later."""
        self.deliver(self.picking)
        self._forget_events()
        self.picking.carrier_tracking_ref = "T-1"
        self.assertEqual(self.events("order").record_operation, "tracking")
        self.assertEqual(self.events("order").operation_data["tracking"], "T-1")

    def test_a_changed_tracking_number_is_an_event_and_an_equal_one_none(self):
        """001-43."""
        self.picking.carrier_tracking_ref = "T-1"
        self._forget_events()
        self.picking.carrier_tracking_ref = "T-1"
        self.picking.write({"note": "Fragile"})
        self.assertFalse(self.events("order"))
        self.picking.carrier_tracking_ref = "T-2"
        self.assertEqual(self.event("tracking").operation_data["tracking"], "T-2")

    def test_a_warehouse_worker_without_rights_on_sales_makes_the_events(self):
        """001-43, 004-19."""
        user = new_test_user(self.env, "worker", "stock.group_stock_user")
        picking = self.picking.with_user(user)
        self.deliver(picking)
        picking.carrier_tracking_ref = "T-1"
        operations = self.operations(self.order)
        self.assertCountEqual(operations, ["shipped", "tracking"])

    def test_goods_that_come_back_or_move_inside_are_no_shipment(self):
        """001-43: nor is the number of their parcel one of a shipment."""
        self.deliver(self.picking)
        self._forget_events()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.carrier_tracking_ref = "T-1"
        self.deliver(back, 1)
        self.assertFalse(self.events("order"))

    def test_a_delivery_of_no_sale_order_is_no_event(self):
        """001-43."""
        picking = self.picking.copy({"sale_id": False})
        picking.move_ids.sale_line_id = False
        picking.action_confirm()
        self.deliver(picking)
        picking.carrier_tracking_ref = "T-1"
        self.assertFalse(self.events("order"))

    def test_a_delivery_tells_that_the_stock_moved(self):
        """001-04: the quantity is an event of the product."""
        self.deliver(self.picking)
        event = self.events(record_id=self.product.id)
        self.assertEqual(event.operation_data, {"free_qty": None})
