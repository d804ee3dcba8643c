# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestTickets(IntegratorCommon):
    """Tickets are kept and followed to the end, however long it takes (000-33, 004-29 … 004-36)."""

    def setUp(self):
        super().setUp()
        self.product.name = "Better"
        self.run_stages("plan_products", "send")
        self.task = self.tasks(kind="product")
        self.remote.running.add(self.task.ticket)

    def test_a_ticket_is_there_once_something_was_sent(self):
        """004-29: never empty after sending, on the task and on the submission."""
        self.assertEqual(self.task.state, "submitted")
        self.assertTrue(self.task.ticket)
        self.assertEqual(self.task.submission_id.ticket, self.task.ticket)

    def test_a_ticket_without_a_result_is_reported_once(self):
        """000-33, 001-36, 004-35: the task stays, the ticket is asked for on and on."""
        self.site.ticket_hours = 5
        for hours in (4, 6, 7):
            with self.later(hours=hours):
                self.run_stages("send")
            alerts = self.alerts(code="ticket_overdue")
            self.assertEqual(len(alerts), int(hours > 5))
        self.assertEqual(self.task.state, "pending")
        self.assertIn(self.task.ticket, self.task.error_message)
        self.assertEqual(self.task.attempts, 0)

    def test_a_result_closes_the_alarm(self):
        """000-33, 004-33, 004-36: the check has the steps get, process, send and process result."""
        with self.later(hours=25):
            self.run_stages("send")
        self.remote.running.clear()
        with self.later(hours=26):
            self.run_stages("send")
        self.assertEqual(self.task.state, "success")
        self.assertFalse(self.alerts(code="ticket_overdue"))

    def test_a_site_that_gave_its_result_is_not_at_work(self):
        """000-33: what is waited for after it is nothing that a case could hurry."""
        self.task.submission_id._keep_result(b"done")
        with self.later(days=9):
            self.run_stages("send")
        self.assertEqual(self.task.state, "pending")
        self.assertFalse(self.alerts())

    def test_no_alarm_where_none_is_wanted(self):
        """000-33."""
        self.site.ticket_hours = 0
        with self.later(days=9):
            self.run_stages("send")
        self.assertFalse(self.alerts())
