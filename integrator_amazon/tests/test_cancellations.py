# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestCancellations(OrdersCase):
    """Cancellations in Odoo are sent to Amazon once, with a reason (001-22, 001-44)."""

    def shown(self, order):
        return self.amazon.order(order.remote_order_id)

    def status(self, order):
        return self.shown(order)["fulfillment"]["fulfillmentStatus"]

    def test_an_order_is_cancelled_with_the_reason_of_the_site(self):
        """001-22, 004-11: and sent once, as a whole, whatever became of its pieces before."""
        self.site.amazon_cancel_reason = "PricingError"
        order = self.order("quantities")
        order.line_ids.filtered(lambda one: one.quantity > 1)[:1]._sale_line().product_uom_qty = 1
        order.sale_order_id._action_cancel()
        self.send_updates()
        self.send_updates()
        self.assertEqual(self.tasks(kind="cancellation").mapped("state"), ["success"])
        answers = self.amazon.acknowledgements(order.remote_order_id)
        refusals = [one for one in answers if one["status"] == "Failure"]
        self.assertEqual([one["cancel_reason"] for one in refusals], ["PricingError"])
        self.assertEqual(self.status(order), "CANCELLED")

    def test_an_order_that_cannot_be_imported_is_cancelled_at_amazon(self):
        """000-30: by a negative acknowledgement, and no sale order is made."""
        (number,) = self.place_orders(count=1, kinds=["single"], seed=30)["single"]
        self.run_stages("fetch", "acknowledge", "extract")
        held = self.env["integrator.order"].search([("remote_order_id", "=", number)])
        held.line_ids.sku = "UNKNOWN"
        self.run_stages("import")
        self.assertEqual((held.state, held.sale_order_id.ids), ("error", []))
        operator = new_test_user(self.env, "canceller", "integrator.group_integrator_user")
        held.with_user(operator).action_cancel_at_site()
        held.with_user(operator).action_cancel_at_site()
        self.send_updates()
        self.assertEqual(self.tasks(kind="cancellation").state, "success")
        answers = self.amazon.acknowledgements(number)
        self.assertEqual([one["status"] for one in answers], ["Failure"])
        self.assertEqual(self.status(held), "CANCELLED")
        self.assertFalse(self.env["sale.order"].search([("integrator_order_ref", "=", number)]))
        imported = self.order("single")
        with self.assertRaisesRegex(UserError, "Cancel its sale order instead"):
            imported.with_user(operator).action_cancel_at_site()

    def test_synchronising_the_status_never_cancels(self):
        """002-58: changes at Amazon of a cancelled sale order send nothing."""
        order = self.order("single")
        self.amazon.cancel(order.remote_order_id, by="AMAZON")
        self.run_stages("fetch", "acknowledge", "extract", "import")
        self.send_updates()
        self.assertFalse(self.tasks(kind="cancellation"))

    def test_a_refused_cancellation_says_so_where_one_looks(self):
        """001-69: on the order, on its delivery, and as an activity."""
        order = self.order("quantities")
        order.line_ids[0].quantity_shipped = 1
        order.sale_order_id._action_cancel()
        self.send_updates()
        task = self.tasks(kind="cancellation")
        self.assertEqual(task.state, "error")
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.integrator_cancel_refusal, task.error_message)
        self.assertTrue(sale_order.picking_ids[0].integrator_cancel_refusal)
        asked = sale_order.activity_ids.filtered(lambda one: "refused" in one.summary)
        self.assertEqual(len(asked), 1)

    def test_fewer_pieces_are_cancelled_as_units(self):
        """001-44: the line here, the units there, the rest is still to be shipped."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity > 1)[:1]
        sale_line = line._sale_line()
        sale_line.product_uom_qty = line.quantity - 1
        self.send_updates()
        task = self.tasks(kind="cancellation")
        self.assertEqual(task.state, "success", task.error_message)
        items = self.shown(order)["orderItems"]
        shown = next(one for one in items if one["orderItemId"] == line.remote_line_id)
        self.assertEqual(shown["quantityOrdered"], line.quantity)
        cancelled = self.amazon.world.orders.get(order.remote_order_id).cancelled
        self.assertEqual(+cancelled, {line.remote_line_id: 1})
        self.deliver(sale_line.order_id)
        self.run_stages("plan_orders", "send", "send")
        self.assertEqual(self.status(order), "SHIPPED")

    def cancelled(self, order):
        """Units of each item that Amazon noted as cancelled."""
        return dict(+self.amazon.world.orders.get(order.remote_order_id).cancelled)

    def test_cancelled_units_count_before_the_order_is_read_again(self):
        """001-44: 3 become 2 and then 1: Amazon cancels one and one, not one and two."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity == 3)
        for quantity in (2, 1):
            line._sale_line().product_uom_qty = quantity
            self.send_updates()
        self.assertEqual(self.cancelled(order), {line.remote_line_id: 2})
        # what Odoo did is sent once, also when the tasks are gone and it is asked for again
        self.tasks(kind="cancellation").unlink()
        line._sale_line().product_uom_qty = 3
        line._sale_line().product_uom_qty = 1
        self.send_updates()
        self.assertEqual(self.cancelled(order), {line.remote_line_id: 2})
        # what is sold again before the file leaves is not cancelled
        line._sale_line().product_uom_qty = 0
        self.run_stages("plan_orders")
        line._sale_line().product_uom_qty = 1
        self.run_stages("send")
        self.assertEqual(self.tasks(kind="cancellation").state, "obsolete")
        self.assertEqual(self.cancelled(order), {line.remote_line_id: 2})

    def test_units_that_amazon_refused_are_sent_again(self):
        """001-69: what was not done does not count."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity == 3)
        self.amazon.fault("createFeed", "report", processed=0, successful=0)
        line._sale_line().product_uom_qty = 2
        self.send_updates()
        self.assertEqual(self.tasks(kind="cancellation").state, "error")
        self.tasks(kind="cancellation").action_retry()
        self.send_updates()
        self.assertEqual(self.cancelled(order), {line.remote_line_id: 1})

    def test_a_cancellation_is_sent_once_while_the_order_is_not_read_again(self):
        """001-22: asking for the order anew does not cancel it anew."""
        order = self.order("single")
        order.sale_order_id._action_cancel()
        self.send_updates()
        self.tasks(kind="cancellation").unlink()
        self.env["order.integration"]._request(self.site, order.sale_order_id)
        self.send_updates()
        self.assertFalse(self.tasks(kind="cancellation"))
        self.assertTrue(order.cancel_sent_at)

    # === CANCELLED BY AMAZON === #

    def fresh_order(self):
        """An order that was imported and is not acknowledged yet."""
        (number,) = self.place_orders(count=1, kinds=["single"], seed=31)["single"]
        return self.import_orders().filtered(lambda one: one.remote_order_id == number)

    def refuse(self):
        """Let the next file be refused as a whole."""
        self.amazon.fault("createFeed", "report", processed=0, successful=0)

    def cancel_there(self, order):
        self.amazon.cancel(order.remote_order_id, by="AMAZON")
        self.import_orders()

    def test_an_acknowledgement_refused_for_amazons_cancellation_is_no_failure(self):
        """001-22: neither is its alert left, once the cancellation is followed."""
        order = self.fresh_order()
        self.refuse()
        self.send_updates()
        task = self.tasks(kind="acknowledgement", order_id=order.id)
        self.assertEqual((task.state, len(self.alerts(stage="send"))), ("error", 1))
        self.cancel_there(order)
        self.assertEqual((task.state, task.error_code), ("obsolete", False))
        self.assertIn("has cancelled the order", task.error_message)
        self.assertFalse(self.alerts(stage="send"))
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_a_refusal_that_comes_after_amazons_cancellation_is_no_failure(self):
        """001-22: the file was under way."""
        order = self.fresh_order()
        self.refuse()
        self.run_stages("plan_orders", "send")
        task = self.tasks(kind="acknowledgement", order_id=order.id)
        self.assertIn(task.state, ("submitted", "pending"))
        self.cancel_there(order)
        self.assertIn(task.state, ("submitted", "pending"), "Amazon has it")
        with self.later(minutes=2):
            self.run_stages("send")
        self.assertEqual((task.state, task.error_code), ("obsolete", False))
        self.assertFalse(self.alerts(stage="send"))

    def test_a_parcel_of_an_order_that_amazon_cancels_is_no_failure(self):
        """001-22: Amazon cancels after it has left, and Odoo reads that after the refusal or
        before. Nothing has to be corrected and sent again; a person is asked to stop the parcel."""
        for reads_first in (False, True):
            order = self.order("single")
            self.deliver(order.sale_order_id)
            self.amazon.cancel(order.remote_order_id, by="AMAZON")
            if reads_first:
                self.import_orders()
            self.send_updates()
            task = self.tasks(kind="shipment", order_id=order.id)
            if not reads_first:
                self.assertEqual((task.state, len(self.alerts(stage="send"))), ("error", 1))
                self.import_orders()
            self.assertEqual((task.state, task.error_code), ("obsolete", False))
            self.assertFalse(self.alerts(stage="send"))
            self.assertEqual(len(order.sale_order_id.activity_ids), 1)
        refused = [one for one in self.amazon.calls("confirmShipment") if one["status"] == 400]
        self.assertEqual(len(refused), 1)

    def test_a_refused_cancellation_is_closed_when_amazon_cancels(self):
        """001-69: nobody is asked any more."""
        order = self.order("single")
        self.refuse()
        order.sale_order_id._action_cancel()
        self.send_updates()
        task = self.tasks(kind="cancellation")
        self.assertEqual(task.state, "error")
        self.assertEqual(order.sale_order_id.activity_ids.summary, "Cancellation refused")
        self.cancel_there(order)
        self.assertEqual(task.state, "obsolete")
        self.assertFalse(self.alerts(stage="send") or order.sale_order_id.activity_ids)

    def test_a_held_order_that_amazon_cancels_leaves_no_refused_cancellation(self):
        """000-30: no sale order was made of it."""
        (number,) = self.place_orders(count=1, kinds=["single"], seed=32)["single"]
        self.run_stages("fetch", "acknowledge", "extract")
        held = self.env["integrator.order"].search([("remote_order_id", "=", number)])
        held.line_ids.sku = "UNKNOWN"
        self.run_stages("import")
        self.refuse()
        held.action_cancel_at_site()
        self.send_updates()
        self.assertEqual(self.tasks(kind="cancellation").state, "error")
        self.cancel_there(held)
        self.assertEqual(held.state, "cancelled")
        self.assertEqual(self.tasks(kind="cancellation").state, "obsolete")

    def test_a_refused_cancellation_can_be_sent_again(self):
        """001-69: Retry, or cancelling once more."""
        order = self.order("single")
        self.amazon.fault("createFeed", "report", processed=0, successful=0)
        order.sale_order_id._action_cancel()
        self.send_updates()
        self.assertEqual(self.tasks(kind="cancellation").state, "error")
        self.assertFalse(order.cancel_sent_at)
        self.env["order.integration"]._request(self.site, order.sale_order_id)
        self.send_updates()
        self.assertEqual(self.status(order), "CANCELLED")

    def test_units_that_were_built_and_stopped_are_cancelled_all_the_same(self):
        """001-44: what was about to be sent counts no more when it is built again."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity == 3)
        line._sale_line().product_uom_qty = 2
        self.amazon.fault("createFeed", "throttle")
        self.run_stages("plan_orders", "send")
        self.site.stopped = "all"
        with self.later(minutes=10):
            self.run_stages("send")
        self.site.stopped = False
        for minutes in (20, 23):
            with self.later(minutes=minutes):
                self.run_stages("send")
        self.assertEqual(self.cancelled(order), {line.remote_line_id: 1})

    def test_shipped_pieces_that_are_not_sent_yet_are_not_cancelled(self):
        """001-22: Amazon would give the money of the parcel back, too."""
        order = self.order("single")
        self.deliver(order.sale_order_id)
        order.sale_order_id._action_cancel()
        self.send_updates()
        task = self.tasks(kind="cancellation")
        self.assertEqual((task.state, task.error_code), ("error", "cancelled_after_shipment"))
        self.assertNotEqual(self.status(order), "CANCELLED")

    def test_what_amazon_shows_as_shipped_is_not_cancelled(self):
        """001-22, 001-44: it would be refused; a person is asked instead, of pieces and of all."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity == 3)
        self.amazon.ship_elsewhere(order.remote_order_id)
        self.import_orders()
        sale_order = order.sale_order_id
        line._sale_line().product_uom_qty = 1
        self.send_updates()
        summaries = sale_order.activity_ids.mapped("summary")
        self.assertIn("Fewer pieces than were shipped", summaries)
        sale_order._action_cancel()
        self.send_updates()
        summaries = sale_order.activity_ids.mapped("summary")
        self.assertIn("Shipped although it is cancelled here", summaries)
        self.assertNotIn("Fewer pieces than were shipped", summaries)
        self.assertFalse(self.tasks(kind="cancellation"))

    def test_units_that_amazon_does_not_wait_for_are_not_sent(self):
        """001-44, 002-58: the follower made the line smaller, so Amazon knows."""
        order = self.order("quantities")
        line = order.line_ids.filtered(lambda one: one.quantity > 1)[:1]
        line.quantity_cancelled = 1
        line._sale_line().product_uom_qty = line.quantity - 1
        self.send_updates()
        self.assertFalse(self.tasks(kind="cancellation"))
