# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.integrator.exceptions import TransientError
from odoo.addons.integrator.operation_types import FEE, Discrepancy
from odoo.addons.integrator.tests.operation_case import OperationCase
from odoo.addons.integrator.tests.stage_case import Kill
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import trap_jobs


@tagged("post_install", "-at_install")
class TestQueueOperations(OperationCase):
    """Operations of a site that chose the job queue run as jobs (002-29, 002-31)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.use_job_queue = True

    def go_on(self):
        """One tick of the scheduled action, and what it enqueues is done."""
        self.tick()

    def tick(self):
        """As `go_on`.

        :return: how many jobs there were
        """
        with self.running() as env, trap_jobs() as trap:
            env["integrator.stage.operate"]._cron_run()
            count = len(trap.enqueued_jobs)
            trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        return count

    def test_a_question_keeps_no_job(self):
        """002-41: while it waits there is nothing in the queue; the answer makes one job."""
        self.warehouse.discrepancies = [Discrepancy(FEE, "", "It costs 9.00.")]
        operation = self.export(self.make_order())
        self.assertEqual((operation.state, self.tick()), ("waiting", 0))
        self.answer(operation, "accept")
        self.assertEqual((self.tick(), operation.state), (1, "done"))
        self.assertEqual(self.tick(), 0)
        self.assertEqual(self.warehouse.count("create"), 1)

    def test_a_retry_makes_its_job_later(self):
        """002-31: not before the site wants to be asked again; the scheduler is triggered then."""
        self.warehouse.faults.append(("check", TransientError("Busy.", retry_after=600)))
        operation = self.export(self.make_order())
        self.assertEqual((operation.state, operation.attempts), ("running", 1))
        job = self.env.ref("integrator.ir_cron_operate")
        wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertIn(operation.retry_at, wakes.mapped("call_at"))
        self.assertEqual(self.tick(), 0)
        with self.later(minutes=11):
            self.assertEqual((self.tick(), operation.state), (1, "done"))

    def test_a_job_that_is_lost_is_made_again(self):
        """002-31: removed, failed, or begun by a worker that died: the next tick makes another
        one; one that waits for its turn is enough."""
        operation = self.export(self.make_order(), run=False)
        seen = self.tick_for_real()
        self.assertEqual(self.tick_for_real(), seen)
        for state in ("failed", "started", "cancelled"):
            with self.subTest(state=state):
                self.job(seen).state = state
                following = self.tick_for_real()
                self.assertNotEqual(following, seen)
                seen = following
        self.job(seen).unlink()
        seen = self.tick_for_real()
        self.perform(seen)
        self.assertEqual((operation.state, self.warehouse.count("create")), ("done", 1))

    def tick_for_real(self):
        """One tick whose job stays in the queue.

        :return: uuid of the newest job
        """
        with self.running() as env:
            env["integrator.stage.operate"]._cron_run()
        return self.env["queue.job"].search([], order="id desc", limit=1).uuid

    def perform(self, uuid):
        """Do a job as the runner's worker does.

        :return: whether its worker died in it; what it has committed by then stays
        """
        died = False
        with self.running() as env:
            try:
                Job.load(env, uuid).perform()
            except Kill:
                died = True
        self.env.invalidate_all()
        return died

    def job(self, uuid):
        return self.env["queue.job"].search([("uuid", "=", uuid)])

    def test_a_job_that_dies_after_the_call_sends_nothing_twice(self):
        """002-31, 002-43: the next job asks for what was being made."""
        order = self.make_order()
        self.warehouse.faults.append(("create answer", Kill()))
        operation = self.export(order, run=False)
        uuid = self.tick_for_real()
        self.assertTrue(self.perform(uuid))
        self.assertEqual(operation.state, "running")
        self.job(uuid).state = "started"
        self.assertFalse(self.perform(self.tick_for_real()))
        self.assertEqual(operation.state, "done")
        bound = self.remote_orders(order).mapped("remote_ref")
        self.assertEqual(list(self.warehouse.orders), bound)
