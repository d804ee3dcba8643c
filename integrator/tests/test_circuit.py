# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestCircuit(IntegratorCommon):
    """An operation that fails again and again is paused, visibly, and resumed."""

    def setUp(self):
        super().setUp()
        self.site.circuit_failures = 3
        self.site.circuit_pause = 60

    def step(self, method, *args):
        """Ask or tell the breaker as an adapter does."""
        with self.running() as env:
            site = env["integrator.site"].browse(self.site.id)
            answer = getattr(env["integrator.circuit"]._breaker(site), method)(*args)
        self.env.invalidate_all()
        return answer

    def trip(self, times=1, lasting=False, code="down", operation="fetch"):
        for _time in range(times):
            self.step("failed", operation, code, "It is down.", lasting)

    def wait(self, operation="fetch"):
        return self.step("wait", operation)

    def circuit(self):
        return self.site.circuit_ids

    def test_some_failures_in_a_row_open_it_and_not_one_less(self):
        """An operation that works now and then is never left alone."""
        self.trip(2)
        self.assertEqual((self.wait(), self.circuit().state), (0.0, "closed"))
        self.step("worked", "fetch")
        self.trip(2)
        self.assertEqual(self.wait(), 0.0)
        self.trip()
        self.assertEqual(self.circuit().state, "open")
        self.assertTrue(0 < self.wait() <= 60)
        self.assertEqual(self.wait("send"), 0.0, "other operations go on")

    def test_one_marketplace_s_trouble_stays_its_own(self):
        """Neither another marketplace nor what is about none of them waits for it, and
        the call that tries is one for the same marketplace."""
        for _time in range(3):
            self.step("failed", "fetch", "down", "It is down.", False, "FR")
        self.assertGreater(self.step("wait", "fetch", "FR"), 0)
        self.assertEqual((self.step("wait", "fetch", "DE"), self.wait()), (0.0, 0.0))
        self.step("worked", "fetch", "DE")
        self.step("worked", "fetch")
        self.assertEqual(self.circuit().state, "open")
        self.assertIn("fetch, FR", self.site.circuit_message)
        with self.later(seconds=61):
            self.assertEqual(self.step("wait", "fetch", "DE"), 0.0)
            self.assertEqual(self.circuit().state, "open")
            self.assertEqual(self.step("wait", "fetch", "FR"), 0.0)
            self.assertEqual(self.circuit().state, "half_open")

    def test_after_the_pause_one_call_tries_and_the_others_wait(self):
        """Half open."""
        self.trip(3)
        with self.later(seconds=61):
            self.assertEqual(self.wait(), 0.0)
            self.assertEqual(self.circuit().state, "half_open")
            self.assertGreater(self.wait(), 0)
            self.step("worked", "fetch")
            self.assertEqual((self.circuit().state, self.wait()), ("closed", 0.0))

    def test_a_trial_whose_worker_died_is_made_again(self):
        """Nothing stays closed for ever."""
        self.trip(3)
        with self.later(seconds=61):
            self.assertEqual(self.wait(), 0.0)
        with self.later(seconds=61 + 121):
            self.assertEqual(self.wait(), 0.0)

    def test_pauses_grow_up_to_an_hour(self):
        with self.later():
            self.trip(3)
            pauses = [self.wait()]
        for _time in range(8):
            with self.later(seconds=max(pauses) + 1):
                self.wait()
                self.trip()
                pauses.append(self.wait())
        self.assertEqual(pauses[:4], [60, 120, 240, 480])
        self.assertEqual(pauses[-1], 3600)

    def test_the_group_is_notified_once_and_the_alert_closes_by_itself(self):
        """001-36, 001-89: nothing switches itself off silently."""
        for _run in range(2):
            self.trip(3)
            self.run_stages("send")
        alert = self.alerts(stage="watch")
        self.assertEqual((alert.code, alert.count), ("resting_fetch", 1))
        self.assertIn("It is down.", alert.message)
        self.step("worked", "fetch")
        self.run_stages("send")
        self.assertFalse(self.alerts(stage="watch"))

    def test_what_nobody_needs_any_more_rests_no_longer(self):
        """001-89: an operation that is not called again after its pause keeps no alert open; what a
        person has to solve does."""
        self.trip(3)
        self.trip(lasting=True, code="revoked", operation="send")
        self.run_stages("send")
        for minutes, codes in ((59, ["resting_fetch", "revoked"]), (62, ["revoked"])):
            with self.later(minutes=minutes):
                self.run_stages("send")
            self.assertEqual(sorted(self.alerts(stage="watch").mapped("code")), codes)

    def test_a_failure_for_a_person_opens_the_circuit_at_once_with_one_alert(self):
        """A revoked token stops every operation; people read of it once."""
        self.trip(lasting=True, code="revoked", operation="fetch")
        self.trip(lasting=True, code="revoked", operation="send")
        self.run_stages("send")
        self.assertEqual(self.circuit().mapped("state"), ["open", "open"])
        self.assertEqual(self.alerts(stage="watch").mapped("code"), ["revoked"])
        self.step("worked", "fetch")
        self.run_stages("send")
        self.assertTrue(self.alerts(stage="watch"), "the other one still rests")
        self.step("worked", "send")
        self.run_stages("send")
        self.assertFalse(self.alerts(stage="watch"))

    def test_it_is_seen_on_the_site(self):
        """A visible state."""
        self.assertEqual((self.site.circuit_state, self.site.circuit_message), ("closed", ""))
        self.trip(3)
        self.assertEqual(self.site.circuit_state, "open")
        self.assertIn("It is down.", self.site.circuit_message)

    def test_a_person_ends_the_pause(self):
        """By the button, or by a connection that works."""
        self.trip(3)
        self.circuit().action_try_now()
        self.assertEqual(self.wait(), 0.0)
        self.trip()
        self.site.action_test_connection()
        self.assertEqual(self.wait(), 0.0)

    @mute_logger("odoo.sql_db")
    def test_pauses_have_to_be_positive(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.site.circuit_failures = 0
            self.site.flush_recordset()
