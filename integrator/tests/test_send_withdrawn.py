# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..exceptions import OutcomeUnknownError, ThrottledError
from .sale_case import SaleCase

THROTTLED = ThrottledError("Too many calls.", code="throttled", retry_after=20)
UNKNOWN = OutcomeUnknownError("No answer came.", code="no_answer")


@tagged("post_install", "-at_install")
class TestSendWithdrawn(SaleCase):
    """Updates that are withdrawn while they wait in a submission are not sent (001-45, 001-70,
    004-02)."""

    def setUp(self):
        super().setUp()
        self.order = order = self.make_order()
        self.note = self.refund(order)
        self._forget_events()
        self.env["order.integration"]._note(order, "refund", source=self.note)
        self.env["order.integration"]._note(order, "confirmation")

    def prepare(self, fault):
        """Two tasks of one submission that was built and not, or perhaps not, taken."""
        self.remote.faults.append(fault)
        self.run_stages("plan_orders", "send")
        return self.tasks(kind="refund"), self.tasks(kind="acknowledgement")

    def send_later(self):
        for hours in (1, 2, 3):
            with self.later(hours=hours):
                self.run_stages("send")

    def test_a_note_reset_while_its_batch_waits_is_not_sent(self):
        """001-45: the other tasks of the submission are."""
        refund, receipt = self.prepare(("submit", THROTTLED))
        self.note.button_draft()
        self.send_later()
        self.assertEqual((refund.state, receipt.state), ("obsolete", "success"))
        self.assertEqual(self.remote.received_kinds(), ["acknowledgement"])

    def test_a_task_dismissed_while_its_batch_waits_is_not_sent(self):
        """001-70."""
        refund, receipt = self.prepare(("submit", THROTTLED))
        receipt._give_up()
        self.send_later()
        self.assertEqual((refund.state, receipt.state), ("success", "obsolete"))
        self.assertEqual(self.remote.received_kinds(), ["refund"])

    def test_an_order_cancelled_while_its_batch_waits_is_not_taken_over(self):
        """004-02: the submission was built before, and is built again without it."""
        _refund, receipt = self.prepare(("submit", THROTTLED))
        self.order._action_cancel()
        self.send_later()
        self.assertEqual(receipt.state, "obsolete")
        self.assertNotIn("acknowledgement", self.remote.received_kinds())

    def test_an_update_that_may_have_been_sent_cannot_be_withdrawn(self):
        """001-45: sent already stays."""
        refund, receipt = self.prepare(("submit answer", UNKNOWN))
        self.note.button_draft()
        receipt._give_up()
        self.assertEqual((refund.state, receipt.state), ("ready", "ready"))
        self.send_later()
        self.assertEqual((refund.state, receipt.state), ("success", "success"))
        self.assertEqual(len(self.remote.received), 1)

    def test_a_batch_that_may_have_left_is_never_built_anew(self):
        """001-45, 004-24: whoever wants its tasks back, it would be sent twice."""
        refund, _receipt = self.prepare(("submit answer", UNKNOWN))
        batch = refund.submission_id
        batch._dissolve()
        self.assertEqual(refund.submission_id, batch)
        self.send_later()
        self.assertEqual(len(self.remote.received), 1)

    def test_a_batch_whose_only_task_is_dismissed_is_gone(self):
        """001-70."""
        refund, receipt = self.prepare(("submit", THROTTLED))
        (refund + receipt)._give_up()
        self.send_later()
        self.assertFalse(self.remote.received)
        self.assertFalse(self.env["integrator.submission"].search([("site_id", "=", self.site.id)]))
