# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..exceptions import RejectedError, UnclearError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestStageSend(SaleCase):
    """From a task to a result (001-65 … 001-71, 004-07 … 004-09, 004-28 … 004-37)."""

    def submissions(self):
        return self.env["integrator.submission"].search([("site_id", "=", self.site.id)])

    def send(self):
        self.product.name = "Better"
        self.run_stages("plan_products", "send")
        return self.tasks()

    def test_sending_gives_a_ticket_and_all_ids_of_the_answer(self):
        """004-07, 004-08, 004-28 … 004-30, 001-66."""
        task = self.send()
        submission = self.submissions()
        ticket = f"ticket-{submission.id}"
        self.assertEqual((task.state, task.ticket), ("submitted", ticket))
        self.assertEqual(task.batch_ref, str(submission.id))
        self.assertEqual(task.result_data, {"id": ticket, "document": f"document-{submission.id}"})
        self.assertEqual((submission.state, submission.ticket), ("submitted", ticket))
        self.assertTrue(submission.attempted_at and submission.submitted_at)

    def test_sent_content_is_kept_byte_by_byte(self):
        """001-71."""
        self.send()
        expected = b'[["product", "product.product,%d"]]' % self.product.id
        self.assertEqual(self.submissions()._raw(), expected)

    def test_sent_is_not_success(self):
        """001-68: only a result is."""
        task = self.send()
        self.assertEqual(self.events().task_state, "submitted")
        self.run_stages("send")
        self.assertEqual(task.state, "success")
        self.assertEqual(self.submissions().state, "done")

    def test_a_running_ticket_leaves_the_task_alone(self):
        """004-35: untouched, and no failure is counted; 001-67: it is pending."""
        task = self.send()
        self.remote.running.add(task.ticket)
        self.run_stages("send")
        self.assertEqual((task.state, task.attempts), ("pending", 0))
        since = task.state_timestamp
        with self.later(seconds=31):
            self.run_stages("send")
        self.assertEqual((task.state_timestamp, task.attempts), (since, 0))
        self.assertEqual(len(self.remote.asked), 2)
        self.remote.running.clear()
        with self.later(seconds=62):
            self.run_stages("send")
        self.assertEqual(task.state, "success")

    def test_a_ticket_is_not_asked_for_before_the_remote_wants_it(self):
        """004-35."""
        task = self.send()
        self.remote.running.add(task.ticket)
        self.run_stages("send", "send", "send")
        self.assertEqual(len(self.remote.asked), 1)

    def test_many_tasks_travel_in_one_batch_and_are_asked_for_once(self):
        """004-31, 004-32: one call per ticket, not per record."""
        products = self.env["product.product"].create([{"name": f"P{n}"} for n in range(5)])
        self._forget_events()
        products.write({"description_sale": "New"})
        self.run_stages("plan_products", "send", "send")
        self.assertEqual([len(content) for _ticket, content in self.remote.received], [5])
        self.assertEqual(len(self.remote.asked), 1)
        self.assertEqual(self.tasks().mapped("state"), ["success"] * 5)

    def test_a_refused_result_is_an_error_of_task_and_event(self):
        """001-69, 001-88, 004-34: with code and text, and an alert."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        task = self.send()
        self.run_stages("send")
        self.assertEqual((task.state, task.error_code), ("error", "brand"))
        self.assertEqual(task.error_message, "No brand. Give one.")
        event = self.events()
        self.assertEqual((event.task_state, event.reason), ("error", "No brand. Give one."))
        self.assertEqual(self.alerts().message, "No brand. Give one.")
        self.assertEqual(self.submissions().state, "done")

    def test_results_may_come_bit_by_bit_and_again(self):
        """004-33, 004-35: what is closed stays closed."""
        order = self.make_order()
        note = self.refund(order)
        self._forget_events()
        self.env["order.integration"]._note(order, "refund", source=note)
        self.env["order.integration"]._note(order, "confirmation")
        self.run_stages("plan_orders", "send")
        refund, receipt = self.tasks(kind="refund"), self.tasks(kind="acknowledgement")
        self.assertEqual(refund.ticket, receipt.ticket)
        self.remote.running.add(receipt.ticket)
        self.remote.early.add("refund")
        for minutes in (1, 2):
            with self.later(minutes=minutes):
                self.run_stages("send")
            self.assertEqual((refund.state, receipt.state), ("success", "pending"))
        self.remote.running.clear()
        with self.later(minutes=3):
            self.run_stages("send")
        self.assertEqual(receipt.state, "success")

    def test_a_lane_takes_no_more_submissions_than_the_remote_wants(self):
        """Two at once, of three tasks each."""
        products = self.env["product.product"].create([{"name": f"P{n}"} for n in range(10)])
        self._forget_events()
        products.write({"description_sale": "New"})
        self.remote.in_flight, self.remote.batch_size = 2, 3
        self.run_stages("plan_products", "send")
        self.remote.running.update(self.submissions().mapped("ticket"))
        self.run_stages("send")
        self.assertEqual([len(content) for _ticket, content in self.remote.received], [3, 3])
        self.remote.running.remove(self.submissions()[0].ticket)
        with self.later(minutes=1):
            self.run_stages("send", "send")
        self.assertEqual([len(content) for _ticket, content in self.remote.received], [3, 3, 3])

    def test_one_refused_task_of_a_batch_fails_alone(self):
        """004-34."""
        self.remote.refusals["acknowledgement"] = RejectedError("Too late.", code="late")
        self.make_order()
        self.send()
        self.run_stages("plan_orders", "send", "send")
        self.assertEqual(self.tasks(kind="acknowledgement").state, "error")
        self.assertEqual(self.tasks(kind="product").state, "success")

    def test_an_order_keeps_that_it_was_sent_unless_it_was_refused(self):
        """001-70, 004-24: what was refused is planned again, what is unclear is not."""
        order = self.import_orders(self.remote.order("R-1"))
        values = {"site_id": self.site.id, "order_id": order.id, "kind": "cancellation"}
        for error, kept in ((RejectedError("No."), False), (UnclearError("Who knows."), True)):
            target = f"integrator.order,{order.id}"
            task = self.env["integrator.task"].create({**values, "target_ref": target})
            task._move("submitted")
            task.flush_recordset()
            self.assertTrue(order.cancel_sent_at)
            task._fail(error)
            self.assertEqual(bool(order.cancel_sent_at), kept)

    def test_a_line_that_is_cancelled_cancels_no_order(self):
        """001-70: that the whole of it was cancelled is noted of the whole of it only."""
        order = self.import_orders(self.remote.order("R-1"))
        values = {"site_id": self.site.id, "order_id": order.id, "kind": "cancellation"}
        for target, sent in (("sale.order.line,1", False), (f"integrator.order,{order.id}", True)):
            self.env["integrator.task"].create({**values, "target_ref": target})._move("submitted")
            self.assertEqual(bool(order.cancel_sent_at), sent)

    def test_a_task_that_cannot_be_built_leaves_its_batch(self):
        """001-69: the others are sent."""
        self.remote.unfit["acknowledgement"] = RejectedError("No number.", code="number")
        self.make_order()
        self.product.name = "Better"
        self.run_stages("plan_products", "plan_orders", "send")
        self.assertEqual(self.tasks(kind="acknowledgement").error_code, "number")
        self.assertEqual([kind for kind, _ref in self.remote.received[0][1]], ["product"])
        self.assertEqual(self.alerts().code, "number")

    def test_automatic_off_sends_nothing_by_itself(self):
        """001-84: neither what is ready nor what is under way."""
        self.product.name = "Better"
        self.run_stages("plan_products")
        self.site.automatic = False
        self.run_stages()
        self.assertFalse(self.remote.received or self.remote.asked)
        self.site.automatic = True
        self.run_stages("send")
        self.site.automatic = False
        self.run_stages()
        self.assertFalse(self.remote.asked)

    def test_manual_tasks_are_sent_although_automatic_is_off(self):
        """001-31, 001-60, 001-84."""
        self.site.automatic = False
        self.product.name = "Not asked for"
        self.env["product.integration"]._request(self.site, self.product)
        self.run_stages("plan_products", "send", "send", "send", "send")
        self.assertEqual(self.tasks().mapped("state"), ["success"] * 2)
        self.assertEqual(len(self.remote.received), 2)

    def test_automatic_tasks_are_not_sent_with_manual_ones(self):
        """001-84: beside it in the same submission it would leave, too."""
        products = self.env["product.product"].create([{"name": "P1"}, {"name": "P2"}])
        self._forget_events()
        products.write({"description_sale": "New"})
        self.run_stages("plan_products")
        asked, other = self.tasks()
        asked.manual = True
        self.site.automatic = False
        self.run_stages("send", "send")
        self.assertEqual((asked.state, other.state), ("success", "ready"))
        self.assertEqual([len(content) for _ticket, content in self.remote.received], [1])

    def test_a_task_dismissed_meanwhile_is_not_built(self):
        """004-26: the condition is looked at again under the lock."""
        self.product.name = "Better"
        self.run_stages("plan_products")
        task, stage = self.tasks(), self.env["integrator.stage.send"]
        [(lane, found)] = self.site._adapter()._lanes(self.site, task).items()
        task._give_up()
        self.assertEqual(stage._make_submissions(self.site, lane, found, 10), 0)
        self.assertFalse(self.submissions())

    def test_only_the_current_state_travels(self):
        """004-02: shipped, then cancelled before the run."""
        order = self.make_order()
        order._action_cancel()
        self.run_stages("plan_orders", "plan_orders", "send")
        kinds = [kind for kind, _ref in self.remote.received[0][1]]
        self.assertEqual(len(kinds), len(set(kinds)))
