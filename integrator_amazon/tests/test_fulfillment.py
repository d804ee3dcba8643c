# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .fulfillment_case import FulfillmentCase


@tagged("post_install", "-at_install")
class TestFulfillment(FulfillmentCase):
    """A web order that Amazon ships, the whole way through Odoo and over real HTTP."""

    def test_an_order_is_exported_shipped_and_tracked(self):
        """002-34, 002-52: the delivery is done with its tracking number, and the pieces have left
        the location that stands for Amazon's warehouse."""
        order = self.sell(2, 1)
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        remote = self.remote(order)
        self.assertEqual((remote.state, remote.status), ("open", "pending"))
        # 2 + 1 pieces at 3.00, and 2.50 for the order
        self.assertEqual((remote.fee, remote.fee_currency), (11.5, "EUR"))
        [there] = self.amazon.fulfillments()
        self.assertEqual(there["fulfillmentOrder"]["displayableOrderId"], order.name)
        self.ship(remote)
        self.assertEqual((remote.state, remote.status), ("done", "shipped"))
        picking = order.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.carrier_tracking_ref.startswith("TRACK"))
        self.assertTrue(remote.parcel_ids.url.startswith("https://www.swiship"))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 1])
        quants = self.env["stock.quant"]
        left = quants._get_available_quantity(self.products[0], self.fba)
        self.assertEqual(left, 18)

    def test_of_a_partial_one_the_rest_is_a_backorder(self):
        """002-51: exactly the rest, in our own warehouse again."""
        order = self.sell(3)
        self.export(order)
        remote = self.remote(order)
        self.amazon.plan_fulfillment(
            remote.remote_ref, unfulfillable={str(order.order_line.id): 1}
        )
        self.ship(remote, "CompletePartialled")
        line = remote.line_ids
        self.assertEqual((line.shipped, line.cancelled, line.unfulfillable), (2, 0, 1))
        done = order.picking_ids.filtered(lambda one: one.state == "done")
        rest = order.picking_ids - done
        self.assertEqual(done.move_ids.mapped("quantity"), [2])
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [1])
        self.assertEqual(rest.location_id, self.stock)
        self.assertFalse(rest.integrator_remote_order_id)

    def test_three_parcels_of_two_carriers_stand_on_the_delivery(self):
        """002-52."""
        order = self.sell(3)
        self.export(order)
        remote = self.remote(order)
        key = str(order.order_line.id)
        parcels = [
            {"items": {key: 1}, "shipment": 1, "carrier": "DHL", "tracking": "A"},
            {"items": {key: 1}, "shipment": 1, "carrier": "UPS", "tracking": "B"},
            {"items": {key: 1}, "shipment": 2, "carrier": "DHL", "tracking": "C"},
        ]
        self.amazon.plan_fulfillment(remote.remote_ref, parcels=parcels)
        self.ship(remote)
        found = remote.parcel_ids.sorted("number").mapped(lambda one: (one.carrier, one.tracking))
        self.assertEqual(found, [("DHL", "A"), ("UPS", "B"), ("DHL", "C")])
        refs = ", ".join(filter(None, order.picking_ids.mapped("carrier_tracking_ref")))
        self.assertEqual(refs, "A, B, C")

    def test_what_amazon_ships_is_no_second_sale(self):
        """000-22, 000-03: its copy comes with the orders, and is linked instead of imported."""
        order = self.sell(2)
        self.export(order)
        remote = self.remote(order)
        self.amazon.move_fulfillment(remote.remote_ref, "Processing")
        copy_id = self.amazon.fulfillment(remote.remote_ref)["copy_id"]
        before = self.env["sale.order"].search_count([])
        self.site.daily_order_check = True
        for minutes in range(4):
            with self.later(minutes=3 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertIn("searchOrders", [row["operation"] for row in self.amazon.calls()])
        known = self.env["integrator.order"].search([("remote_order_id", "=", copy_id)])
        self.assertFalse(known)
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        self.assertEqual(remote.amazon_listed_as, copy_id)
