# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..const import STAGES
from ..neutral import Update
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestTriggers(IntegratorCommon):
    """Stages are triggered when there is work, and only then (001-83, 004-22)."""

    def setUp(self):
        super().setUp()
        self.env["ir.cron.trigger"].search([]).unlink()

    def triggers(self, stage):
        cron = self.env.ref(f"integrator.ir_cron_{stage}")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_a_run_with_nothing_to_do_asks_little(self):
        """004-26: it comes every minute, for every site and stage."""
        self.run_stages("extract")
        with self.running() as env:
            stage = env["integrator.stage.extract"]
            with self.assertQueryCount(13):
                stage._cron_run()

    def test_a_run_with_nothing_to_do_wakes_nobody(self):
        """A stage that wakes itself without work never stops; only fetching begins by itself."""
        self._make_site("Second")
        self.run_stages(*STAGES[1:])
        self.assertFalse(self.env["ir.cron.trigger"].search([]))

    def test_a_retry_of_nothing_wakes_nobody(self):
        """Nor does the button on tasks that have not failed."""
        update = Update(kind="product", target_ref="one")
        task = self.env["integrator.task"]._enqueue(self.site, update)
        (task.browse() | task).action_retry()
        task.browse().action_retry()
        self.assertFalse(self.triggers("send"))

    def test_a_time_is_asked_for_once(self):
        """However many runs see that something is due later."""
        later = fields.Datetime.now() + timedelta(hours=2)
        update = Update(kind="product", target_ref="one", update_at=later)
        self.env["integrator.task"]._enqueue(self.site, update, state="waiting")
        self.run_stages("send", "send", "send")
        self.assertEqual(self.triggers("send").mapped("call_at"), [later])

    def test_one_wake_up_in_a_minute_is_enough(self):
        """The scheduler counts minutes; another minute is another wake-up."""
        wake = self.env["integrator.site"]._trigger_stages
        with freeze_time("2026-11-20 10:00:00"):
            for time in ("10:05:10", "10:05:59", "10:06:00", "10:05:00"):
                wake("send", at=fields.Datetime.to_datetime(f"2026-11-20 {time}"))
        times = [f"{trigger.call_at:%H:%M:%S}" for trigger in self.triggers("send")]
        self.assertEqual(sorted(times), ["10:05:10", "10:06:00"])

    def test_a_wake_up_that_is_over_hinders_none(self):
        """A stage with a short interval comes back within the same minute."""
        self.site.interval_seconds = 20
        for second in (0, 20, 40):
            with freeze_time(f"2026-11-20 10:00:{second:02}"):
                self.run_stages("fetch")
        times = [f"{trigger.call_at:%H:%M:%S}" for trigger in self.triggers("fetch")]
        self.assertEqual(sorted(times), ["10:00:20", "10:00:40", "10:01:00"])

    def test_every_stage_can_be_woken(self):
        """Without a name all of them, at once."""
        self.env["integrator.site"]._trigger_stages()
        stages = self.env["integrator.site"]._stages()
        self.assertLessEqual(set(STAGES), set(stages))
        self.assertEqual(len(self.env["ir.cron.trigger"].search([]).cron_id), len(stages))
