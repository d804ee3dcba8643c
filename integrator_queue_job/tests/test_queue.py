# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.integrator.const import STAGES
from odoo.addons.integrator.stages import stage as stage_module
from odoo.addons.integrator.tests.test_scheduling import SchedulingCase, ShortTime
from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter


@tagged("post_install", "-at_install")
class TestQueue(SchedulingCase):
    """Stages of a site that chose the job queue run as jobs, with the same result (001-60)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.use_job_queue = True

    def tick(self, *stages):
        """The scheduled actions, once each; what they enqueue is done if `perform`.

        :return: channels and descriptions of the jobs
        """
        with self.running() as env, trap_jobs() as trap:
            for stage in stages:
                env[f"integrator.stage.{stage}"]._cron_run()
            jobs = [(job.channel, job.description) for job in trap.enqueued_jobs]
            trap.perform_enqueued_jobs()
        return jobs

    def test_a_site_on_the_queue_comes_to_the_same_end(self):
        """001-29, 001-60: jobs and scheduled actions make the same sale orders."""
        beside = self._make_site("Beside")
        for site in (self.site, beside):
            self.put_orders(self.remote.order("R-1"), self.remote.order("R-2"), site=site)
        for _round in range(2):
            for stage in STAGES:
                self.tick(stage)
        for site in (self.site, beside):
            orders = self.env["integrator.order"].search([("site_id", "=", site.id)])
            self.assertEqual(orders.mapped("state"), ["imported", "imported"], site.name)
            self.assertTrue(DummyAdapter.remotes[site.id].received, site.name)

    def test_the_scheduled_action_only_hands_over(self):
        """001-30: until a job runs, nothing of the site has been worked on."""
        with self.running() as env, trap_jobs() as trap:
            env["integrator.stage.fetch"]._cron_run()
            trap.assert_jobs_count(1)
        self.assertFalse(self.env["integrator.document"].search([("site_id", "=", self.site.id)]))

    def test_each_site_has_its_channel(self):
        """001-54: a slow site keeps no other waiting."""
        other = self._make_site("Other", use_job_queue=True)
        jobs = self.tick("fetch")
        channels = {self.site.queue_channel, other.queue_channel}
        self.assertEqual({channel for channel, _text in jobs}, channels)
        known = self.env["queue.job.channel"].search([]).mapped("complete_name")
        self.assertLessEqual(channels, set(known))

    def test_a_job_that_waits_is_not_enqueued_again(self):
        """004-26: ticks before the job has run make no second one."""
        with self.running() as env:
            stage = env["integrator.stage.fetch"]
            first, second = stage._delay(self.site), stage._delay(self.site)
            self.assertEqual(first.uuid, second.uuid)

    def test_a_job_takes_a_turn_and_leaves_the_rest_to_the_next_one(self):
        """004-26: the worker of a job is ended after a while, as that of scheduled actions is."""
        documents = self.documents(self.site, 45)
        self.env["ir.cron.trigger"].search([]).unlink()
        with patch.object(stage_module, "time", ShortTime()):
            self.tick("acknowledge")
        self.assertEqual(len(documents.filtered(lambda one: one.stage == "acknowledge")), 25)
        self.assertTrue(self.is_called_again("acknowledge"))

    def test_an_interval_below_a_minute_holds_on_the_queue_too(self):
        """001-83: Odoo's scheduler counts minutes."""
        self.site.interval_seconds = 20
        self.env["ir.cron.trigger"].search([]).unlink()
        with freeze_time("2026-11-20 10:00:00"):
            self.tick("fetch")
        times = self.env["ir.cron.trigger"].search([]).mapped("call_at")
        self.assertIn(fields.Datetime.from_string("2026-11-20 10:00:20"), times)

    def test_a_stage_with_nothing_to_do_makes_no_job(self):
        """001-30: an idle site fills no queue."""
        self.assertFalse(self.tick(*[stage for stage in STAGES if stage != "fetch"]))

    def test_an_idle_site_is_not_taken_for_dead(self):
        """001-36: no job is made where there is no work, and no run; a job runner that does nothing
        is seen by what is always due."""
        with self.later(minutes=17):
            soon = fields.Datetime.now() + timedelta(minutes=1)
            self.env["ir.cron"].search([]).nextcall = soon
            self.tick(*STAGES)
            self.env.invalidate_all()
            self.assertFalse(self.site.heartbeat_message)
        with self.later(minutes=34):
            self.env["ir.cron"].search([]).nextcall = soon + timedelta(hours=1)
            self.env.invalidate_all()
            self.assertIn("Fetch orders", self.site.heartbeat_message)
            self.assertNotIn("Extract orders", self.site.heartbeat_message)
            self.env.ref("integrator.ir_cron_extract").active = False
            self.env.invalidate_all()
            self.assertIn("Extract orders", self.site.heartbeat_message)

    def test_an_archived_site_is_left_alone(self):
        """001-84: also when its job was enqueued before."""
        with self.running() as env, trap_jobs() as trap:
            env["integrator.stage.fetch"]._cron_run()
            env["integrator.site"].browse(self.site.id).active = False
            env.cr.flush()
            trap.perform_enqueued_jobs()
        self.assertFalse(self.env["integrator.document"].search([("site_id", "=", self.site.id)]))

    def test_switched_off_the_actions_do_the_work_again(self):
        """001-30."""
        self.site.use_job_queue = False
        self.put_orders(self.remote.order("R-1"))
        self.assertFalse(self.tick(*STAGES))
        self.assertTrue(self.env["integrator.order"].search([("site_id", "=", self.site.id)]))

    def test_jobs_of_every_stage_may_commit(self):
        """001-60: a stage commits after each piece of work, whichever addon it comes from."""
        functions = self.env["queue.job.function"]
        stages = [name for name in self.env.registry if name.startswith("integrator.stage.")]
        self.assertIn("integrator.stage.reconcile", stages)
        for name in stages:
            config = functions.job_config(functions.job_function_name(name, "_job_run"))
            self.assertTrue(config.allow_commit, name)
        self.assertFalse(functions.job_config("<res.partner>.write").allow_commit)
