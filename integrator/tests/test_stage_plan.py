# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import RejectedError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestStagePlan(SaleCase):
    """Events become tasks, each once per site (001-54, 001-61, 004-20)."""

    def setUp(self):
        super().setUp()
        self.other = self.env["product.product"].create({"name": "O", "default_code": "O"})
        self._forget_events()

    def change(self):
        """One event on each of two products; the second is the newer."""
        self.product.name = "Better"
        self.env.cr.flush()
        self.other.name = "Worse"
        return self.events(record_id=self.product.id), self.events(record_id=self.other.id)

    def test_the_task_is_saved_before_anything_is_called(self):
        """004-20, 004-24: with its target and without values to send."""
        self.change()
        self.run_stages("plan_products")
        self.assertFalse(self.remote.received)
        self.assertEqual(
            set(self.tasks().mapped("target_ref")),
            {f"product.product,{self.product.id}", f"product.product,{self.other.id}"},
        )
        self.assertEqual(set(self.tasks().mapped("state")), {"ready"})

    def test_planning_again_makes_nothing_again(self):
        """001-54."""
        self.change()
        self.run_stages("plan_products", "plan_products", "plan_orders")
        self.assertEqual(len(self.tasks()), 2)
        self.assertEqual(self.last_run("plan_orders").done, 0)

    def test_two_events_on_one_target_share_a_task(self):
        """004-02, 004-27: one update for all of them."""
        self.product.name = "A"
        self.run_stages("plan_products")
        self.product.name = "B"
        self.run_stages("plan_products", "send", "send")
        self.assertEqual(len(self.tasks()), 1)
        self.assertEqual(self.events().mapped("task_state"), ["success", "success"])

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_an_event_that_cannot_be_planned_stops_no_other(self):
        """An adapter's mistake about one record."""
        good, bad = self.change()
        self.remote.faults += [("plan Worse", ZeroDivisionError())] * 9
        bad.record_name = "Worse"
        self.run_stages("plan_products")
        self.assertEqual((good.task_state, bad.task_state), ("ready", "error"))
        self.assertIn("ZeroDivisionError", bad.reason)
        self.assertEqual(len(self.tasks()), 1)
        self.assertEqual(self.last_run("plan_products").errors, 1)

    def test_a_refused_plan_is_an_error_of_the_event_until_it_is_retried(self):
        """001-69, 001-77, 001-88."""
        _good, bad = self.change()
        bad.record_name = "Worse"
        error = RejectedError("No type is chosen.", code="no_type")
        self.remote.faults += [("plan Worse", error)] * 2
        self.run_stages("plan_products", "plan_products")
        self.assertEqual((bad.task_state, bad.reason), ("error", "No type is chosen."))
        self.assertEqual(self.alerts().code, "no_type")
        bad.action_retry()
        self.run_stages("plan_products")
        self.assertEqual((bad.task_state, bad.reason), ("ready", False))
        self.assertFalse(self.alerts())

    def test_a_retried_event_leaves_the_queue_when_it_is_done(self):
        """001-77: it is not shown as under way for ever."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        event, _other = self.change()
        self.run_stages("plan_products", "send", "send")
        self.assertEqual(event.task_state, "error")
        self.remote.refusals.clear()
        event.action_retry()
        self.run_stages()
        self.assertEqual((event.task_state, event.pending), ("success", False))

    def test_an_event_that_means_nothing_to_a_site_is_closed_without_a_task(self):
        """004-03: it leaves the queue."""
        event = self.change()[0]
        self.remote.deaf = True
        self.run_stages("plan_products")
        self.assertFalse(event.pending or event.task_ids or event.task_state)

    def test_a_kill_while_planning_neither_loses_nor_doubles(self):
        """001-54."""
        self.change()
        self.kill("plan_products", "plan")
        self.assertFalse(self.tasks())
        self.run_stages("plan_products")
        self.assertEqual(len(self.tasks()), 2)

    def test_the_worst_task_speaks_for_the_event(self):
        """001-85: over all sites."""
        other_site = self._make_site("Other")
        event, _other = self.change()
        self.run_stages("plan_products", "send", "send")
        tasks = event.task_ids
        self.assertEqual(tasks.site_id, self.site + other_site)
        tasks[0].write({"state": "error", "error_message": "Broken."})
        self.assertEqual((event.task_state, event.reason), ("error", "Broken."))

    def test_an_event_of_a_deleted_record_is_planned_too(self):
        """001-42."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "GONE"})
        self.env.cr.flush()
        product.unlink()
        self.run_stages("plan_products")
        self.assertEqual(len(self.tasks(kind="delist")), 1)
