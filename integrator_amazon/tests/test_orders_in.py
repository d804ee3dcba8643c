# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..sources import source
from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestOrdersIn(AmazonCommon):
    """Orders are imported, each once, with Amazon's total (000-01 … 000-22)."""

    def setUp(self):
        super().setUp()
        self.site.write({"daily_order_check": False, "daily_returns": False})

    def test_orders_of_all_kinds_come_in_with_amazons_total(self):
        """000-03, 000-04, 001-17, 001-18."""
        kinds = self.place_orders(count=24)
        orders = self.import_orders()
        self.assertEqual(len(orders), 24)
        held = orders.filtered(lambda order: order.state == "error")
        self.assertFalse(held, held.mapped("error_message"))
        for order in orders.filtered(lambda order: order.state == "imported"):
            remote = self.amazon.order(order.remote_order_id)
            total = Decimal(remote["proceeds"]["grandTotal"]["amount"])
            ours = Decimal(f"{order.sale_order_id.amount_total:.2f}")
            self.assertEqual(ours, total, order.remote_order_id)
        states = {order.remote_order_id: order.state for order in orders}
        self.assertEqual({states[one] for one in kinds["pending"]}, {"pending"})
        self.assertEqual({states[one] for one in kinds["cancelled"]}, {"cancelled"})

    def test_a_pending_order_is_imported_once_it_is_released(self):
        """001-17, 001-18."""
        kinds = self.place_orders(count=1, kinds=["pending"])
        self.import_orders()
        self.amazon.release(kinds["pending"][0])
        orders = self.import_orders()
        order = orders.filtered(lambda one: one.remote_order_id == kinds["pending"][0])
        self.assertEqual(order.state, "imported", order.error_message)

    def test_pieces_that_amazon_ships_leave_the_location_and_are_not_sent(self):
        """000-04."""
        place = self.env["stock.location"].create(
            {"name": "FBA", "location_id": self.site.warehouse_id.view_location_id.id}
        )
        self.site.write({"site_stock": "location", "site_location_id": place.id})
        remote_order_id = self.place_orders(count=1, kinds=["fba"])["fba"][0]
        orders = self.import_orders()
        order = orders.filtered(lambda one: one.remote_order_id == remote_order_id)
        line = order.sale_order_id.order_line[:1]
        self.assertEqual(line.qty_delivered, 1)
        self.assertEqual((line.move_ids.location_id, line.move_ids.state), (place, "done"))
        self.run_stages("plan_orders", *["send"] * 4)
        self.assertFalse(self.amazon.acknowledgements(remote_order_id))
        self.assertFalse(self.amazon.shipments(remote_order_id))

    def test_an_order_that_was_entered_by_hand_goes_on_with_that(self):
        """000-22, 001-23: an operator says so; its parcel, which left before, is sent to Amazon."""
        [number] = self.place_orders(count=1, kinds=["single"])["single"]
        [item] = self.amazon.order(number)["orderItems"]
        skus = [("default_code", "=", item["product"]["sellerSku"])]
        line = {
            "product_id": self.env["product.product"].search(skus).id,
            "product_uom_qty": item["quantityOrdered"],
        }
        customer = self.env["res.partner"].create({"name": "Ada"})
        typed = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "client_order_ref": f"Amazon {number.lower()}",
                "order_line": [Command.create(line)],
            }
        )
        typed.action_confirm()
        self.deliver(typed)
        order = self.import_orders()
        self.assertEqual((order.state, order.error_code), ("error", "sold_by_hand"))
        operator = new_test_user(self.env, "typed", "integrator.group_integrator_user")
        order.with_user(operator).action_take_sale_order()
        self.run_stages("import", "plan_orders", "send", "send")
        self.assertEqual((order.state, order.sale_order_id), ("imported", typed))
        self.assertEqual(len(typed.picking_ids), 1)
        [package] = self.amazon.shipments(number)
        self.assertEqual(package["trackingNumber"], "003404341610900001")
        self.assertFalse(self.env["sale.order"].search([("origin", "ilike", number)]))

    def test_orders_come_page_by_page(self):
        """000-08: each page is asked for by the token that the one before it gave."""
        self.patch(source, "PAGE_SIZE", 2)
        self.place_orders(count=5, kinds=["single"])
        orders = self.import_orders()
        self.assertEqual(orders.mapped("state"), ["imported"] * 5)
        tokens = [call["query"].get("paginationToken") for call in self.pages()]
        self.assertEqual(len(tokens), 3)
        self.assertFalse(tokens[0])
        self.assertEqual(len(set(tokens[1:]) - {None}), 2)
        # the next look begins where this one was complete by Amazon's word
        pages = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        bounds = [json.loads(page._raw())["lastUpdatedBefore"] for page in pages.sorted("id")]
        self.assertEqual(f"{self.site.order_watermark:%Y-%m-%dT%H:%M:%S}", bounds[0][:19])

    def test_a_page_token_that_is_refused_begins_again_from_the_first_page(self):
        """000-08, 000-12: nothing is lost, and what came twice is one order."""
        self.patch(source, "PAGE_SIZE", 2)
        self.place_orders(count=5, kinds=["single"])
        self.amazon.fault("searchOrders", "bad_token")
        orders = self.import_orders()
        self.assertEqual(orders.mapped("state"), ["imported"] * 5)
        tokens = [bool(call["query"].get("paginationToken")) for call in self.pages()]
        self.assertEqual(tokens, [False, True, False, True, True])
        self.assertFalse(self.alerts())

    def pages(self):
        return self.amazon.calls("searchOrders")

    def test_documents_are_kept_byte_equal(self):
        """000-09."""
        self.place_orders(count=3)
        self.run_stages("fetch")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertEqual(len(document), 1)
        self.assertIn(b'"orders"', document._raw())
        self.assertTrue(document.request_id)
