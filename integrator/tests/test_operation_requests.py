# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from ..exceptions import RejectedError
from .sale_case import SyncCase


@tagged("post_install", "-at_install")
class TestOperationRequests(SyncCase):
    """A synchronisation by hand is an operation that follows what it has made (001-31, 001-77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "operator", "integrator.group_integrator_user")

    def start(self, kind="send_products", **values):
        """Press the button as an operator.

        :return: the operation; none where there is nothing to do
        """
        values = {"kind": kind, "site_ids": self.site.ids, **values}
        wizard = self.env["integrator.sync"].with_user(self.operator).create(values)
        action = wizard.action_synchronise()
        operations = self.env["integrator.operation"].with_user(self.operator)
        return operations.browse(action.get("res_id", []))

    def work(self, *stages):
        """Run the stage as the scheduler does; its progress is read again each time."""
        self.run_stages("operate", *(stages or self.stages()), "operate")
        self.env.invalidate_all()

    def stages(self):
        return ("plan_products", "plan_orders", *["send"] * 4)

    def test_it_goes_from_nothing_to_everything(self):
        """001-31, 001-77: what was said beforehand stays readable, what came of it stands among
        its steps, and the page counts live."""
        operation = self.start()
        self.assertEqual((operation.state, operation.progress), ("queued", 0))
        self.assertEqual(operation.display_name, "Send all products")
        self.assertIn("Nothing is ever deleted", operation.expected)
        self.work("plan_products")
        self.assertEqual((operation.state, operation.progress), ("running", 0))
        self.assertEqual((operation.done, operation.failed), (0, 0))
        self.run_stages(*["send"] * 4)
        self.env.invalidate_all()
        self.assertEqual((operation.state, operation.progress), ("running", 100))
        self.run_stages("operate")
        self.assertEqual((operation.state, operation.done), ("done", operation.total))
        self.assertTrue(operation.total)
        self.assertEqual(
            operation.step_ids.mapped("text"), [f"{operation.total} of {operation.total} are done."]
        )

    def test_the_end_of_the_last_record_wakes_it(self):
        """001-31: it rests for minutes, but not when nothing is left to wait for."""
        operation = self.start()
        self.work("plan_products")
        self.assertGreater(str(operation.retry_at), self.TODAY)
        stage = self.env["integrator.stage.operate"]
        self.assertFalse(stage._has_work(self.site))
        self.run_stages(*["send"] * 4)
        self.assertTrue(stage._has_work(self.site))
        self.run_stages("operate")
        self.assertEqual(operation.state, "done")

    def test_a_failed_request_has_its_reason_and_can_be_retried(self):
        """001-77: the same operation goes on with what failed."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        operation = self.start()
        self.work()
        self.assertEqual((operation.state, operation.error_code), ("failed", "records_failed"))
        self.assertTrue(operation.failed)
        self.assertIn(f"{operation.failed} failed.\n", operation.error_message)
        self.assertIn("No brand.", operation.error_message)
        self.assertEqual(operation.activity_ids.user_id, self.operator)
        action = operation.action_open_failed()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.mapped("task_state"), ["error"] * operation.failed)
        count = operation.total
        self.remote.refusals.clear()
        again = operation.action_try_again()
        self.assertEqual(again["res_id"], operation.id)
        self.assertFalse(operation.activity_ids)
        self.work()
        self.assertEqual((operation.state, operation.failed), ("done", 0))
        self.assertEqual((operation.done, operation.total), (count, count))

    def test_fetched_orders_count_by_their_requests(self):
        """001-33, 001-86."""
        operation = self.start("fetch_orders", date_from="2026-11-03")
        self.work("fetch", "fetch")
        self.assertEqual((operation.state, operation.total), ("done", len(self.fetch_requests())))

    def test_a_request_that_failed_is_asked_for_again(self):
        """001-33, 001-77."""
        self.remote.offers = {"orders", "source:report"}
        self.remote.faults.append(("fetch", RejectedError("Not now.", code="refused")))
        operation = self.start("fetch_orders", date_from="2026-11-15", source="report")
        self.work("fetch", "fetch")
        self.assertEqual((operation.state, operation.failed), ("failed", 1))
        self.assertIn("Not now.", operation.error_message)
        operation.action_try_again()
        self.work("fetch")
        self.assertEqual(operation.state, "running")
        with self.later(minutes=2):
            self.work("fetch")
        self.assertEqual((operation.state, operation.failed), ("done", 0))

    def test_two_of_them_do_not_mix(self):
        """Records of one operation are not counted by another."""
        first = self.start()
        self.work()
        second = self.start("fetch_orders", date_from="2026-11-03")
        self.work("plan_products")
        self.assertEqual((first.state, second.state), ("done", "running"))

    def test_automatic_work_belongs_to_no_operation(self):
        """Only what was asked for is counted, and it was asked for by a person."""
        operation = self.start()
        self.run_stages("operate")
        self.env.invalidate_all()
        count = operation.total
        self.product.name = "Another name"
        self.env.invalidate_all()
        self.assertEqual(operation.total, count)
        made = self.events(operation_id=operation.id)
        self.assertEqual((len(made), made.create_uid), (count, self.operator))

    def test_a_second_request_joins_the_first(self):
        """001-31, 002-54: the same while it is under way; another span is another operation."""
        self.assertFalse(self.start("send_order_status"), "there is no order yet")
        self.make_order(integrator_site_id=self.site.id)
        first = self.start("send_order_status", date_from="2026-11-03")
        self.assertEqual(self.start("send_order_status", date_from="2026-11-03"), first)
        self.assertNotEqual(self.start("send_order_status", date_from="2026-11-04"), first)

    def test_each_site_has_its_own(self):
        """001-56: two sites are two operations, listed together."""
        second = self._make_site("Second")
        action = self.wizard("send_products", self.site + second).action_synchronise()
        operations = self.env["integrator.operation"].search(action["domain"])
        self.assertEqual(operations.site_id, self.site + second)

    # === CANCELLING === #

    def test_cancelled_before_anything_was_made(self):
        """002-31: nothing comes of it."""
        operation = self.start()
        operation.action_cancel()
        self.work()
        self.assertEqual(operation.state, "cancelled")
        self.assertFalse(self.events() or self.tasks())

    def test_cancelling_takes_back_what_has_not_left(self):
        """002-31: what somebody else wants goes on."""
        operation = self.start()
        self.work("plan_products")
        wanted = self.tasks(target_ref=f"product.product,{self.product.id}")
        self.product.name = "Another name"
        self.run_stages("plan_products")
        operation.action_cancel()
        left = self.tasks(state=("waiting", "ready"))
        self.assertIn(self.product.id, left.mapped(lambda one: int(one.target_ref.split(",")[1])))
        self.assertLessEqual(left, wanted)
        self.run_stages(*["send"] * 4)
        refs = {ref for _kind, ref in self.remote.received_rows()}
        self.assertEqual(refs, {f"product.product,{self.product.id}"})

    def test_cancelling_ends_requests_that_wait(self):
        """002-31, 001-33: pages that came are kept."""
        operation = self.start("fetch_orders", date_from="2026-09-20")
        self.work("operate")
        fetch_requests = self.fetch_requests()
        self.assertGreater(len(fetch_requests), 1)
        operation.action_cancel()
        self.assertFalse(fetch_requests.exists())
