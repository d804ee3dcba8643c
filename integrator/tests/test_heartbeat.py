# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..const import SILENT
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestHeartbeat(IntegratorCommon):
    """Stages that should run and do not are reported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(cls.env, "member", "integrator.group_integrator_user")

    def message(self):
        self.env.invalidate_all()
        return self.site.heartbeat_message or ""

    def shown_at_home(self):
        """Return the text that a member reads on the card of the site."""
        site = self.site.with_user(self.member)
        return site.home_state, site.home_message

    def put_all_right(self):
        """Runs of all stages, as after the scheduler has just run everything."""
        for stage in self.env["integrator.site"]._stages():
            self.env["integrator.run"]._start(self.site, stage)
        soon = fields.Datetime.now() + timedelta(minutes=1)
        self.env["ir.cron"].search([("nextcall", "<", soon)]).nextcall = soon

    def watch(self):
        with self.running() as env:
            env["integrator.health"]._cron_health()
        self.env.invalidate_all()

    def test_silence_is_seen_when_the_screen_is_opened(self):
        """True although no scheduled action runs that could notice."""
        self.assertFalse(self.message())
        with self.later(minutes=17):
            self.assertIn("Fetch orders", self.message())
            self.assertEqual(self.shown_at_home(), ("stopped", self.message()))
            self.site.automatic = False
            self.assertFalse(self.message(), "nothing is expected of a site that is off")
        with self.later(days=3):
            self.site.automatic = True
            self.assertFalse(self.message(), "counted from when it was switched on")

    def test_one_stage_that_does_not_run_is_named(self):
        """One scheduled action that was switched off by hand."""
        with self.later(minutes=18):
            names = ("acknowledge", "extract", "import", "plan_orders", "plan_products", "send")
            for stage in names:
                self.env["integrator.run"]._start(self.site, stage)
            self.assertIn("Fetch orders", self.message())
            self.assertNotIn("Send and check", self.message())

    def test_a_long_interval_is_no_silence(self):
        self.site.interval_seconds = 3600
        with self.later(minutes=70):
            self.assertNotIn("Fetch orders", self.message())
        with self.later(minutes=77):
            self.assertIn("Fetch orders", self.message())

    def test_an_inactive_scheduled_action_is_named_at_once(self):
        """A stage, and an action that is none: neither is a question of time."""
        self.put_all_right()
        self.assertFalse(self.message())
        for name, text in (("send", "Send and check"), ("mask", "Integration: mask personal data")):
            action = self.env.ref(f"integrator.ir_cron_{name}")
            action.active = False
            self.assertIn(text, self.message())
            action.active = True
            self.assertFalse(self.message())

    def test_an_action_that_is_no_stage_is_missed_after_its_own_interval(self):
        """As the scheduler plans it: an action of each day may be late by minutes, not more."""
        self.put_all_right()
        action = self.env.ref("integrator.ir_cron_drift_check")
        action.nextcall = fields.Datetime.now() + timedelta(hours=24)
        with self.later(hours=24, minutes=14):
            self.put_all_right()
            action.nextcall = fields.Datetime.now() - timedelta(minutes=14)
            self.assertFalse(self.message())
        with self.later(hours=24, minutes=16):
            self.assertIn("Integration: look for drift", self.message())

    def test_a_site_without_error_mails_does_not_miss_them(self):
        self.put_all_right()
        self.env.ref("integrator.ir_cron_digest").active = False
        self.assertIn("Integration: error mails", self.message())
        self.site.digest_minutes = 0
        self.assertFalse(self.message())

    def test_the_interval_of_an_action_that_was_changed_counts(self):
        """A stage that runs every hour makes no alarm after a quarter."""
        self.put_all_right()
        self.env.ref("integrator.ir_cron_send").write({"interval_number": 60})
        with self.later(minutes=70):
            self.assertNotIn("Send and check", self.message())
            self.assertIn("Extract orders", self.message())
        with self.later(minutes=76):
            self.assertIn("Send and check", self.message())

    def test_the_group_is_notified_once_and_the_alarm_ends_by_itself(self):
        """001-36."""
        with self.later(minutes=17):
            self.watch()
            self.watch()
            self.assertEqual(self.alerts(code=SILENT).count, 1)
            self.put_all_right()
            self.watch()
            self.assertFalse(self.alerts(code=SILENT))
