# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..const import STAGES
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestRuns(IntegratorCommon):
    """Every run of a stage is logged, and stages keep to the site's interval (004-25, 001-30,
    001-83)."""

    def runs(self, stage=None):
        domain = [("site_id", "=", self.site.id)]
        domain += [("stage", "=", stage)] if stage else []
        return self.env["integrator.run"].search(domain)

    def tick(self, stage="fetch"):
        """One tick of the scheduler."""
        with self.running() as env:
            env[f"integrator.stage.{stage}"]._cron_run()

    def triggers(self, stage="fetch"):
        cron = self.env.ref(f"integrator.ir_cron_{stage}")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_each_stage_has_a_scheduled_action_of_its_own(self):
        """000-06, 004-37: sending and checking share one."""
        crons = [self.env.ref(f"integrator.ir_cron_{stage}") for stage in STAGES]
        self.assertEqual(len(crons), len({cron.id for cron in crons}))
        for cron, stage in zip(crons, STAGES, strict=True):
            self.assertEqual(cron.model_id.model, f"integrator.stage.{stage}")
            self.assertEqual((cron.active, cron.interval_type), (True, "minutes"))

    def test_an_empty_run_leaves_its_row_too(self):
        """004-25: start, end, counts."""
        for stage in STAGES:
            self.tick(stage)
            run = self.runs(stage)
            self.assertEqual((len(run), run.errors), (1, 0), stage)
            self.assertTrue(run.started_at <= run.ended_at)

    def test_a_run_counts_what_it_did(self):
        """004-25."""
        self.put_orders(self.remote.order("R-1"), self.remote.order("R-2", sku="NONE"))
        for stage in STAGES[:4]:
            self.tick(stage)
        self.assertEqual([self.runs(stage).done for stage in STAGES[:4]], [1, 1, 1, 1])
        self.assertEqual(
            (self.runs("import").errors, self.runs("import").error_code), (1, "unknown_sku")
        )

    def test_the_scheduled_action_itself_runs_the_stage(self):
        """001-30: as the scheduler calls it, with its progress."""
        self.put_orders(self.remote.order("R-1"))
        with self.enter_registry_test_mode():
            self.env.ref("integrator.ir_cron_fetch").method_direct_trigger()
        self.assertEqual(self.runs("fetch").done, 1)

    def test_the_interval_of_a_new_site_is_sixty_seconds(self):
        """001-83."""
        self.assertEqual(self.site.interval_seconds, 60)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.site.interval_seconds = 0
            self.site.flush_recordset()

    def test_a_longer_interval_skips_ticks(self):
        """001-30, 001-83: a change takes effect at once."""
        self.site.interval_seconds = 300
        start = fields.Datetime.now()
        for minute, runs in enumerate((1, 1, 1, 1, 1, 2)):
            with freeze_time(start + timedelta(minutes=minute)):
                self.tick()
            self.assertEqual(len(self.runs("fetch")), runs, f"minute {minute}")
        self.site.interval_seconds = 60
        with freeze_time(start + timedelta(minutes=6)):
            self.tick()
        self.assertEqual(len(self.runs("fetch")), 3)

    def test_an_interval_of_a_minute_is_met_although_ticks_are_uneven(self):
        """001-83."""
        start = fields.Datetime.now()
        for number, second in enumerate((0, 58, 121, 179), start=1):
            with freeze_time(start + timedelta(seconds=second)):
                self.tick()
            self.assertEqual(len(self.runs("fetch")), number)

    def test_a_shorter_interval_asks_the_scheduler_to_come_back_at_the_second(self):
        """001-83: Odoo's scheduler counts minutes."""
        self.site.interval_seconds = 20
        self.triggers().unlink()
        with freeze_time("2026-11-20 10:00:00"):
            self.tick()
        times = self.triggers().mapped("call_at")
        self.assertIn(fields.Datetime.from_string("2026-11-20 10:00:20"), times)

    def test_a_site_that_is_not_automatic_asks_for_no_ticks(self):
        """001-84."""
        self.site.write({"interval_seconds": 20, "automatic": False})
        self.triggers().unlink()
        self.tick()
        self.assertFalse(self.triggers())

    def test_a_person_does_not_wait_for_the_interval(self):
        """001-31: also while automatic is off."""
        self.site.write({"interval_seconds": 3600, "automatic": False})
        self.tick()
        now = fields.Datetime.now()
        self.env["integrator.fetch.request"]._request(self.site, [(now - timedelta(days=1), now)])
        self.tick()
        self.assertEqual(len(self.runs("fetch")), 2)
        self.assertEqual(self.runs("fetch")[0].done, 1)

    def test_a_run_wakes_the_stage_that_has_work_now(self):
        """001-30: an order does not wait a minute at each stage."""
        self.triggers("acknowledge").unlink()
        self.put_orders(self.remote.order("R-1"))
        self.tick()
        self.assertTrue(self.triggers("acknowledge"))

    def test_a_transaction_crossed_by_another_leaves_its_rows_for_the_next_run(self):
        """004-26: two workers on one queue."""
        self.put_orders(self.remote.order("R-1"))
        self.tick()
        self.remote.faults += [("acknowledge", SerializationFailure())] * 3
        self.tick("acknowledge")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertEqual((document.stage, document.state), ("acknowledge", "ready"))
        self.assertEqual((self.runs("acknowledge").done, self.runs("acknowledge").errors), (0, 0))
        self.tick("acknowledge")
        self.assertEqual(document.stage, "extract")
