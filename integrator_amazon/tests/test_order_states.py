# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import new_test_user, tagged

from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestOrderStates(OrdersCase):
    """Amazon's orders in every state, on the local Amazon (000-04, 001-17, 001-18, 001-22)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        cls.operator = new_test_user(cls.env, "operator", groups)

    def update(self, order, status=None, **item_values):
        """Change an order at Amazon, by the pages of Seller Central or by the buyer, and look."""
        items = self.amazon.order(order.remote_order_id)["orderItems"]
        items = [{**item, **item_values} for item in items]
        changes = {"fulfillment": {"fulfillmentStatus": status}} if status else {}
        self.amazon.update_order(order.remote_order_id, orderItems=items, **changes)
        self.import_orders()

    def send_all(self):
        """The outcome of the orders, up to Amazon."""
        self.run_stages("plan_orders", *["send"] * 4)

    def offered(self, sku):
        attributes = self.amazon.listing(sku)["attributes"]
        return attributes["fulfillment_availability"][0]["quantity"]

    # === PENDING === #

    def test_pending_pieces_are_not_offered_any_more(self):
        """001-17, 001-18: until they are paid or cancelled."""
        order = self.order("pending")
        self.assertFalse(order.sale_order_id)
        self.assertEqual(order.reservation, "reserved")
        product = self.products.filtered(lambda one: one.default_code == order.line_ids.sku)
        self.run_stages("plan_products", *["send"] * 4)
        self.assertEqual(self.offered(order.line_ids.sku), product.free_qty)
        kept = product.free_qty
        self.amazon.cancel(order.remote_order_id)
        self.import_orders()
        self.run_stages("plan_products", *["send"] * 4)
        self.assertEqual(self.offered(order.line_ids.sku), kept + order.line_ids.quantity)

    def test_a_pending_order_that_is_paid_takes_its_pieces(self):
        """001-18."""
        order = self.order("pending")
        self.amazon.release(order.remote_order_id)
        self.import_orders()
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")
        self.assertEqual(order.reservation, "released")

    # === SHIPPED === #

    def test_parcels_of_seller_central_are_noted_and_the_rest_confirmed(self):
        """000-04, 001-23."""
        order = self.order("partially_shipped")
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.integrator_hold, "shipped_elsewhere")
        picking.with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(picking.state, "done")
        self.send_all()
        self.assertFalse(self.amazon.shipments(order.remote_order_id))
        self.deliver(order.sale_order_id)
        self.send_all()
        [package] = self.amazon.shipments(order.remote_order_id)
        shipped = [row["orderItemId"] for row in package["orderItems"]]
        self.assertEqual(shipped, order.line_ids.sorted("id")[1].mapped("remote_line_id"))

    def test_an_order_shipped_in_seller_central_after_the_import_is_asked_about(self):
        """000-04."""
        order = self.order("single")
        self.update(
            order,
            "SHIPPED",
            fulfillment={"quantityFulfilled": 1, "quantityUnfulfilled": 0},
        )
        self.assertEqual(order.sale_order_id.integrator_hold, "shipped_elsewhere")

    def test_our_own_shipment_is_no_question(self):
        """000-04, 001-23."""
        order = self.order("single")
        self.deliver(order.sale_order_id)
        self.send_all()
        self.import_orders()
        self.assertEqual(order.remote_status, "shipped")
        self.assertFalse(order.has_changes or order.sale_order_id.activity_ids)

    def test_the_ship_by_time_is_the_deadline_of_the_delivery(self):
        """001-74."""
        order = self.order("prime")
        remote = self.amazon.order(order.remote_order_id)["fulfillment"]["shipByWindow"]
        deadline = order.sale_order_id.picking_ids.date_deadline
        self.assertEqual(deadline, order.ship_by)
        self.assertEqual(
            fields.Datetime.to_string(deadline),
            remote["latestDateTime"].replace("T", " ").removesuffix("Z")[:19],
        )

    # === CANCELLED === #

    def test_a_cancelled_order_never_becomes_a_sale_order(self):
        """002-56."""
        order = self.order("cancelled")
        self.assertEqual((order.state, order.sale_order_id.id), ("cancelled", False))

    def test_amazons_cancellation_cancels_here_and_is_not_sent_back(self):
        """001-22, 002-58."""
        order = self.order("single")
        self.send_all()
        self.amazon.cancel(order.remote_order_id, by="AMAZON")
        self.import_orders()
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.send_all()
        [answer] = self.amazon.acknowledgements(order.remote_order_id)
        self.assertEqual(answer["status"], "Success")

    def test_a_buyer_who_asks_to_cancel_is_cancelled_for_with_that_reason(self):
        """001-22, 001-44."""
        order = self.order("cancel_requested")
        self.send_all()
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.integrator_hold, "buyer_cancel")
        self.assertIn("Ordered by mistake", sale_order.integrator_hold_note)
        sale_order.with_user(self.operator).action_integrator_cancel_for_buyer()
        self.send_all()
        self.assertEqual(
            self.amazon.order(order.remote_order_id)["fulfillment"]["fulfillmentStatus"],
            "CANCELLED",
        )
        answer = self.amazon.acknowledgements(order.remote_order_id)[-1]
        self.assertEqual((answer["status"], answer["cancel_reason"]), ("Failure", "BuyerCanceled"))
        self.import_orders()
        self.assertFalse(order.has_changes or sale_order.activity_ids)

    def test_a_cancellation_request_withdrawn_at_amazon_lets_the_parcel_go(self):
        order = self.order("cancel_requested")
        self.update(order, cancellation={})
        self.assertFalse(order.cancel_requested)
        self.assertFalse(order.sale_order_id.integrator_hold)
        self.assertEqual(self.deliver(order.sale_order_id).state, "done")

    def test_an_order_of_which_a_parcel_has_left_is_never_cancelled_as_a_whole(self):
        """001-22: Amazon would refund what has left, too."""
        order = self.order("partially_shipped")
        self.send_all()
        order.sale_order_id._action_cancel()
        self.send_all()
        task = self.tasks(kind="cancellation")
        self.assertEqual((task.state, task.error_code), ("error", "cancelled_after_shipment"))
        statuses = [one["status"] for one in self.amazon.acknowledgements(order.remote_order_id)]
        self.assertEqual(statuses, ["Success"])
