# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ConfigurationError,
    NothingToSendError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnclearError,
)
from .common import IntegratorCommon

OFFLINE = TransientError("The site cannot be reached.", code="offline")
UNKNOWN = OutcomeUnknownError("No answer came.", code="no_answer")
THROTTLED = ThrottledError("Too many calls.", code="throttled", retry_after=20)


@tagged("post_install", "-at_install")
class TestSendFaults(IntegratorCommon):
    """Faults while sending lose nothing and send nothing twice (004-24)."""

    def setUp(self):
        super().setUp()
        self.product.name = "Better"
        self.run_stages("plan_products")
        self.task = self.tasks()

    def submission(self):
        return self.env["integrator.submission"].search([("site_id", "=", self.site.id)])

    def send(self, *faults):
        self.remote.faults += faults
        self.run_stages("send")

    def send_later(self, **delta):
        with self.later(**delta):
            self.run_stages("send")

    def assert_sent_once(self):
        self.send_later(days=1)
        self.send_later(days=2)
        self.assertEqual(self.task.state, "success")
        self.assertEqual(len(self.remote.received), 1)

    def test_a_crash_after_the_intent_sends_once(self):
        """004-24: the row is there, and it is sent at the next run."""
        self.kill("send", "submit")
        self.assertTrue(self.submission().attempted_at)
        self.assertEqual(self.task.state, "ready")
        self.assert_sent_once()

    def test_a_crash_after_the_remote_took_it_does_not_send_again(self):
        """004-24: the remote is asked first."""
        self.kill("send", "submit answer")
        self.assertEqual(len(self.remote.received), 1)
        self.run_stages("send")
        self.assertEqual(
            (self.task.state, self.task.ticket), ("submitted", self.submission().ticket)
        )
        self.assert_sent_once()

    def test_a_lost_answer_is_recovered_instead_of_sent_again(self):
        """004-24; 001-66."""
        self.send(("submit answer", UNKNOWN))
        self.assertEqual((self.task.state, self.task.ticket), ("ready", False))
        self.send_later(minutes=1, seconds=1)
        self.assertEqual(self.task.state, "submitted")
        self.assert_sent_once()

    def test_a_lost_request_is_sent_again(self):
        """004-24: the remote does not know it."""
        self.send(("submit", UNKNOWN))
        self.assertFalse(self.remote.received)
        self.assert_sent_once()

    def test_while_the_remote_cannot_be_asked_nothing_is_sent_again(self):
        """004-24: whatever the reason is."""
        reasons = [OFFLINE, THROTTLED, ConfigurationError("No role.", code="role")]
        self.send(("submit answer", UNKNOWN), *(("recover", reason) for reason in reasons))
        for hours in range(1, 4):
            self.send_later(hours=2 * hours)
            self.assertEqual((self.task.state, len(self.remote.received)), ("ready", 1))
        self.assert_sent_once()

    def test_an_unknown_outcome_tells_people_once(self):
        """001-36, 001-89."""
        self.send(("submit answer", UNKNOWN), *[("recover", OFFLINE)] * 3)
        for hours in range(1, 4):
            self.send_later(hours=2 * hours)
        alerts = self.env["integrator.alert"].search([("site_id", "=", self.site.id)])
        self.assertCountEqual(alerts.mapped("code"), ["no_answer", "offline"])
        self.assert_sent_once()
        self.assertFalse(self.alerts())

    def test_throttled_work_is_put_back_with_a_time_and_alarms_nobody(self):
        self.send(("submit", THROTTLED))
        self.assertEqual((self.task.state, self.task.attempts), ("ready", 0))
        self.assertFalse(self.alerts() or self.task.error_code)
        self.assertGreater(
            self.submission().check_at, fields.Datetime.now() + timedelta(seconds=10)
        )
        self.run_stages("send")
        self.assertFalse(self.remote.received)
        self.send_later(seconds=21)
        self.assertEqual(self.task.state, "submitted")

    def test_a_task_that_comes_without_quota_is_sent_with_the_waiting_one(self):
        """One submission, in which each product is as it is by then."""
        self.remote.in_flight = 1
        self.send(("submit", THROTTLED))
        self.assertIn("goes on by itself at", self.task.hold_reason)
        others = self.env["product.product"].create([{"name": f"P{n}"} for n in range(9)])
        others.write({"description_sale": "New"})
        self.product.name = "Best"
        self.run_stages("plan_products", "send")
        self.assertFalse(self.remote.received)
        self.send_later(seconds=21)
        [(_ticket, content)] = self.remote.received
        self.assertEqual(len(content), 10)
        self.assertEqual(self.task.state, "obsolete")
        self.assertFalse(self.task.hold_reason)

    def test_a_dependent_task_waits_for_the_replacement_of_its_task(self):
        self.send(("submit", THROTTLED))
        values = {"site_id": self.site.id, "kind": "price", "target_ref": "x,1"}
        follower = self.env["integrator.task"].create(
            {**values, "state": "waiting", "after_task_id": self.task.id}
        )
        self.product.name = "Best"
        self.run_stages("plan_products")
        younger = self.tasks(kind="product") - self.task
        since = self.task.state_timestamp = fields.Datetime.now() - timedelta(minutes=9)
        with self.later(seconds=21):
            self.env["integrator.stage.send"]._reopen(self.site)
        self.assertEqual(younger.state_timestamp, since, "it has waited as long")
        self.send_later(seconds=21)
        self.assertEqual((self.task.state, younger.state), ("obsolete", "submitted"))
        self.assertEqual((follower.state, follower.after_task_id), ("waiting", younger))

    def test_parts_of_a_refused_file_and_full_ones_are_left_as_they_are(self):
        self.remote.in_flight = 1
        self.send(("submit", THROTTLED))
        submission = self.submission()
        self.env["product.product"].create({"name": "Other"}).description_sale = "New"
        self.run_stages("plan_products")
        stage = self.env["integrator.stage.send"]
        with self.later(seconds=21):
            self.remote.batch_size = 1
            stage._reopen(self.site)
            self.assertTrue(submission.exists())
            self.remote.batch_size = 10
            submission.origin_id = submission.create({"site_id": self.site.id, "lane": "all"})
            stage._reopen(self.site)
            self.assertTrue(submission.exists())
            submission.origin_id = False
            stage._reopen(self.site)
            self.assertFalse(submission.exists())

    def test_a_passing_error_is_tried_again_later_and_later(self):
        """1 and 5 minutes, then it waits for a person."""
        self.remote.faults += [("submit", OFFLINE)] * 3
        with self.later():
            self.run_stages("send")
            self.assertEqual((self.task.state, self.task.attempts), ("ready", 1))
            wait = self.task.update_at - fields.Datetime.now()
            self.assertAlmostEqual(wait.total_seconds(), 60, delta=1)
        self.run_stages("send")
        self.assertEqual(self.task.attempts, 1, "not before its time")
        self.send_later(minutes=2)
        self.assertEqual((self.task.state, self.task.attempts), ("ready", 2))
        self.send_later(minutes=10)
        self.assertEqual((self.task.state, self.task.attempts), ("error", 3))
        self.assertEqual(self.task.error_message, "The site cannot be reached.")
        self.task.action_retry()
        self.assert_sent_once()

    def test_the_remote_says_when_to_come_back(self):
        """004-24: not sooner, whatever our own pauses are."""
        closed = TransientError("Closed for two hours.", code="closed", retry_after=7200)
        before = fields.Datetime.now()
        self.send(("submit", closed))
        self.assertGreaterEqual((self.task.update_at - before).total_seconds(), 7200)

    def test_a_passing_error_is_one_message_however_often_it_happens(self):
        """001-36, 001-89."""
        self.remote.faults += [("submit", OFFLINE)] * 2
        self.run_stages("send")
        self.send_later(minutes=2)
        alert = self.alerts()
        self.assertEqual((alert.code, alert.count), ("offline", 2))
        self.assert_sent_once()
        self.assertFalse(self.alerts())

    def test_a_rejected_batch_is_an_error_of_its_tasks(self):
        """001-69."""
        self.send(("submit", RejectedError("Malformed.", code="malformed")))
        self.assertEqual((self.task.state, self.task.error_code), ("error", "malformed"))
        self.task.action_retry()
        self.assert_sent_once()

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_mistake_of_ours_after_the_call_is_asked_after_and_not_repeated(self):
        """004-24: whatever breaks between the call and our note of it, the remote has it."""
        self.send(("submit answer", ZeroDivisionError()))
        self.assertEqual((self.task.state, len(self.remote.received)), ("ready", 1))
        self.send_later(minutes=2)
        self.assertEqual(self.task.state, "submitted")
        self.assert_sent_once()

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_mistake_that_stays_is_given_to_a_person(self):
        """001-36, 004-24: the task stops, and says that nobody knows."""
        self.remote.faults += [("submit", ZeroDivisionError())] * 3
        self.run_stages("send")
        for hours in (1, 2, 3):
            self.send_later(hours=hours)
        self.assertEqual(self.task.state, "error")
        self.assertEqual(self.task.error_code, "unexpected_ZeroDivisionError")
        self.task.action_retry()
        self.assert_sent_once()

    def test_when_the_remote_cannot_say_a_person_has_to_look(self):
        """004-24: nothing is sent again before he says that it was not done."""
        self.send(("submit answer", UNKNOWN), ("recover", UnclearError("Look.", code="unclear")))
        self.send_later(minutes=2)
        self.assertEqual((self.task.state, self.task.error_code), ("error", "unclear"))
        self.send_later(days=1)
        self.assertEqual(len(self.remote.received), 1)
        self.task.action_retry()
        self.send_later(days=1)
        self.assertEqual(len(self.remote.received), 2)

    def test_an_update_that_the_remote_has_already_is_closed_with_the_reason(self):
        """001-88: no error, and nobody is alarmed."""
        self.remote.unfit["product"] = NothingToSendError("It knows all of it.", code="known")
        self.send()
        self.assertEqual(self.task.state, "obsolete")
        self.assertEqual(self.task.error_message, "It knows all of it.")
        self.assertFalse(self.alerts() or self.remote.received)

    def test_a_batch_that_cannot_be_built_is_never_sent(self):
        """001-69: its tasks show why."""
        self.send(("prepare", RejectedError("No template.", code="template")))
        self.assertEqual((self.task.state, self.task.error_code), ("error", "template"))
        self.assertFalse(self.remote.received or self.submission())
        self.task.action_retry()
        self.assert_sent_once()

    def test_a_failing_check_is_repeated_and_reported_once(self):
        """001-36, 004-35: the task is neither failed nor sent again."""
        self.run_stages("send")
        error = ConfigurationError("The role is gone.", code="role")
        self.remote.faults += [("check", error)] * 3
        for hours in range(3):
            self.send_later(hours=hours)
        self.assertEqual(self.task.state, "submitted")
        alerts = self.env["integrator.alert"].search([("site_id", "=", self.site.id)])
        self.assertEqual((alerts.code, alerts.count, alerts.state), ("role", 3, "open"))
        self.assert_sent_once()
        self.assertFalse(self.alerts())

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_an_error_in_the_adapter_stops_only_its_own_site(self):
        other = self._make_site("Other", sequence=99)
        self.env["product.integration"]._request(other, self.product)
        self.run_stages("plan_products")
        self.send(("lane", ZeroDivisionError()))
        tasks = self.env["integrator.task"].search([("site_id", "=", other.id)])
        self.assertEqual(set(tasks.mapped("state")), {"submitted", "waiting"})
        self.assertEqual(self.alerts().code, "unexpected_ZeroDivisionError")
        self.assert_sent_once()
        self.assertFalse(self.alerts())
