# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..exceptions import RejectedError
from ..neutral import Update
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestTaskWaiting(SaleCase):
    """A task waits for its time (004-04 … 004-06, 004-21, 004-22) or for the task before it
    (001-03)."""

    # === TIME === #

    def ship(self, tracking=None):
        picking = self.make_order().picking_ids
        self._forget_events()
        if tracking:
            picking.carrier_tracking_ref = tracking
        self.deliver(picking)
        self.run_stages("plan_orders")
        return picking

    def at(self, seconds):
        """A frozen moment, counted from the shipped event."""
        event = self.events("order", record_operation="shipped")
        return freeze_time(event.operation_timestamp + timedelta(seconds=seconds))

    def shipment(self):
        return self.tasks(kind="shipment")

    def test_the_delay_of_a_new_site_is_five_minutes(self):
        """004-05, 004-06."""
        self.assertEqual(self.site.tracking_delay, 300)

    def test_a_shipment_without_tracking_waits_exactly_the_delay(self):
        """004-04, 004-21, 004-22: to the second, and not picked before it."""
        self.site.tracking_delay = 90
        self.ship()
        event = self.events("order", record_operation="shipped")
        due = event.operation_timestamp + timedelta(seconds=90)
        self.assertEqual(self.shipment().update_at, due)
        self.assertEqual(self.shipment().state, "waiting")
        with self.at(89):
            self.run_stages("send")
        self.assertEqual(self.shipment().state, "waiting")
        self.assertFalse(self.remote.received)
        with self.at(90):
            self.run_stages("send")
        self.assertEqual(self.shipment().state, "submitted")

    def test_the_scheduler_is_asked_to_come_when_the_task_is_due(self):
        """004-22."""
        self.ship()
        cron = self.env.ref("integrator.ir_cron_send")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.run_stages("send")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.shipment().update_at, triggers.mapped("call_at"))

    def test_a_shipment_with_tracking_does_not_wait(self):
        """004-04."""
        self.ship("T-1")
        self.assertFalse(self.shipment().update_at)
        self.run_stages("send")
        self.assertEqual(self.shipment().state, "submitted")

    def test_a_tracking_number_written_later_ends_the_wait(self):
        """001-43."""
        picking = self.ship()
        picking.carrier_tracking_ref = "T-1"
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.shipment().state, "submitted")
        self.assertEqual(len(self.remote.received[0][1]), 1)

    # === FORERUNNER === #

    def offer(self):
        """Plan a new product: a product task and the price task that waits for it."""
        self.env["product.integration"]._request(self.site, self.product)
        self.run_stages("plan_products")
        return self.tasks(kind="product"), self.tasks(kind="price")

    def test_a_price_waits_until_the_product_succeeded(self):
        """001-03."""
        first, price = self.offer()
        self.assertEqual(price.after_task_id, first)
        self.run_stages("send")
        self.assertEqual((first.state, price.state), ("submitted", "waiting"))
        self.run_stages("send", "send")
        self.assertEqual((first.state, price.state), ("success", "submitted"))

    def test_a_price_that_was_ready_waits_for_a_product_that_comes_later(self):
        """001-03: the product is sent again, which would wipe a price sent just before."""
        first, _price = self.offer()
        self.run_stages(*["send"] * 4)
        update = Update(kind="price", target_ref=first.target_ref)
        price = self.env["integrator.task"]._enqueue(self.site, update)
        self.assertEqual(price.state, "ready")
        self.offer()
        self.assertEqual(price.state, "waiting")
        self.assertEqual(price.after_task_id, self.tasks(kind="product", state="ready"))
        self.run_stages(*["send"] * 4)
        self.assertEqual((price.after_task_id.state, price.state), ("success", "success"))

    def test_a_refused_product_stops_its_price_with_the_reason(self):
        """001-03: they go to error with that reason."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        first, price = self.offer()
        self.run_stages("send", "send", "send")
        self.assertEqual((first.state, price.state), ("error", "error"))
        self.assertEqual(price.error_code, "forerunner_failed")
        self.assertIn("No brand. Give one.", price.error_message)

    def test_a_price_that_is_refused_itself_follows_nothing(self):
        """001-03, 001-69: it waits for a person, and is not sent at every run."""
        self.remote.refusals["price"] = RejectedError("Too low.", code="low")
        first, price = self.offer()
        self.run_stages(*["send"] * 6)
        self.assertEqual((first.state, price.state), ("success", "error"))
        kinds = self.remote.received_kinds()
        self.assertEqual((price.error_code, kinds), ("low", ["product", "price"]))

    def test_the_price_follows_when_the_refused_product_is_retried(self):
        """001-03, 001-70."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        first, price = self.offer()
        self.run_stages("send", "send", "send")
        self.remote.refusals.clear()
        first.action_retry()
        self.run_stages("send", "send", "send", "send")
        self.assertEqual((first.state, price.state), ("success", "success"))

    def test_the_price_follows_when_a_younger_task_repairs_the_product(self):
        """001-03: who corrects the product in Odoo need not know of the failed task."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        first, price = self.offer()
        self.run_stages("send", "send", "send")
        self.remote.refusals.clear()
        self.product.name = "Brand thing"
        self.run_stages("plan_products", *["send"] * 4)
        self.assertEqual((first.state, price.state), ("obsolete", "success"))

    def test_a_price_retried_before_its_product_waits_for_it(self):
        """001-03."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        first, price = self.offer()
        self.run_stages("send", "send", "send")
        (first + price).action_retry()
        self.assertEqual((first.state, price.state), ("ready", "waiting"))

    def test_a_dismissed_product_stops_its_price(self):
        """001-03."""
        first, price = self.offer()
        first._give_up()
        self.run_stages("send")
        self.assertEqual(price.state, "error")
        self.assertIn("no longer offered", price.error_message)

    def test_a_forerunner_that_was_removed_is_no_obstacle(self):
        """001-03: the retention removes finished tasks."""
        first, price = self.offer()
        first.unlink()
        self.run_stages("send")
        self.assertEqual(price.state, "submitted")

    def test_a_waiting_task_needs_its_time_as_well(self):
        """004-22, 001-03."""
        first, price = self.offer()
        price.update_at = fields.Datetime.now() + timedelta(hours=1)
        self.run_stages("send", "send", "send")
        self.assertEqual((first.state, price.state), ("success", "waiting"))
