# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.remote import DummyRemote, neutral_form

from ..exceptions import TaskBusyError
from ..neutral import Update
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestTwoWorkers(IntegratorCommon):
    """Two workers, each with a connection of its own, share a queue (004-26). Their shared records
    have to be committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        with self.worker() as env:
            site = env["integrator.site"].create({"name": "Shared", "site_type": "dummy"})
            self.shared_id = site.id
            self.addCleanup(self.remove)
            env["integrator.document"].create(
                [
                    {"site_id": site.id, "remote_id": f"d/{number}", "stage": "acknowledge"}
                    for number in range(40)
                ]
            )

    def remove(self):
        with self.worker() as env:
            env["integrator.site"].browse(self.shared_id).unlink()

    def claim(self, env, last_id=0):
        site = env["integrator.site"].browse(self.shared_id)
        stage = env["integrator.stage.acknowledge"]
        return stage._claim(site, stage._domain(site), last_id)

    def build(self, env):
        """Run the first transaction of the send stage, before a submission leaves."""
        stage = env["integrator.stage.send"]
        site = env["integrator.site"].browse(self.shared_id)
        [group] = stage._groups(site, catalogue=True)
        stage._make_submissions(site, "all", stage._get_tasks(site, group, 100), 100)

    def test_they_never_take_the_same_row(self):
        """004-26: the second goes past what the first holds."""
        with self.worker() as one, self.worker() as two:
            _found, first = self.claim(one)
            found, nothing = self.claim(two)
            self.assertEqual((len(first), found, len(nothing)), (20, first.ids, 0))
            _found, second = self.claim(two, max(found))
            self.assertEqual(len(second), 20)
            self.assertFalse(set(first.ids) & set(second.ids))

    def test_a_row_that_was_worked_on_since_the_snapshot_is_not_taken(self):
        """004-26: the condition is looked at again under the lock, and the log has no error."""
        with self.worker() as two, self.assertNoLogs("odoo.sql_db", "ERROR"):
            site = two["integrator.site"].browse(self.shared_id)
            self.assertTrue(site.name, "the snapshot of the second begins here")
            with self.worker() as one:
                _found, first = self.claim(one)
                first._advance("extract")
            found, records = self.claim(two)
            self.assertEqual(len(records), 20)
            self.assertFalse(set(found) & set(first.ids))

    @mute_logger("odoo.sql_db")
    def test_a_task_that_one_worker_sends_is_not_withdrawn_by_another(self):
        """001-77: whoever comes first wins; nothing is half undone."""
        with self.worker() as env:
            undo = env["integrator.undo"]
            values = {"site_id": self.shared_id, "kind": "price", "target_ref": "x,1"}
            task = env["integrator.task"].create({**values, "state": "waiting"})
            begun = undo._begin(task)
            task._move("ready", manual=True)
            undo_id = undo._offer("Approved", begun)["params"]["undo_id"]
        with self.worker() as sender, self.worker() as person:
            sender["integrator.task"].browse(task.id).lock_for_update(allow_referencing=True)
            with self.assertRaisesRegex(UserError, "cannot be undone any more"):
                person["integrator.undo"].browse(undo_id).action_undo()
        with self.worker() as env:
            env["integrator.undo"].browse(undo_id).action_undo()
            self.assertEqual(env["integrator.task"].browse(task.id).state, "waiting")

    def test_a_killed_worker_holds_nothing(self):
        """Its rows are free at once."""
        with self.worker() as one:
            self.claim(one)
            one.cr.rollback()
            with self.worker() as two:
                self.assertEqual(len(self.claim(two)[1]), 20)

    def test_other_transactions_may_refer_to_a_row_that_is_held(self):
        """An order points to the document that is being read."""
        with self.worker() as one:
            _found, documents = self.claim(one)
            with self.worker() as two:
                values = {"site_id": self.shared_id, "document_id": documents[0].id}
                values |= {"remote_order_id": "R", "state": "pending"}
                two["integrator.order"].create(values).flush_recordset()
                two.cr.rollback()

    def test_they_hold_a_task_for_approval_once(self):
        """004-26: the second goes past what the first has locked."""
        DummyAdapter.remotes[self.shared_id] = DummyRemote()
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            site.guard_deletions = 1
            for number in range(3):
                update = Update(kind="delist", target_ref=f"listing,{number}")
                env["integrator.task"]._enqueue(site, update, manual=True)
        with self.worker() as one, self.worker() as two:
            for env in (one, two):
                self.build(env)
        with self.worker() as env:
            domain = [("site_id", "=", self.shared_id)]
            self.assertEqual(env["integrator.approval"].search_count(domain), 3)
            tasks = env["integrator.task"].search(domain)
            self.assertEqual(set(tasks.mapped("state")), {"waiting"})

    def test_a_submission_taken_by_another_worker_is_left_to_it(self):
        """004-24, 004-26: the intent is committed, and whoever finds it asks what became of it."""
        remote = DummyAdapter.remotes[self.shared_id] = DummyRemote()
        domain = [("site_id", "=", self.shared_id)]
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            update = Update(kind="product", target_ref="one")
            env["integrator.task"]._enqueue(site, update, manual=True)
            self.build(env)
        with self.worker() as other, self.worker() as sender:
            other["integrator.submission"].search(domain).lock_for_update(allow_referencing=True)
            submission = sender["integrator.submission"].search(domain)
            stage = sender["integrator.stage.send"]
            self.assertIsNone(stage._submit(submission.site_id._adapter(), submission))
        self.assertFalse(remote.received)

    def test_changes_of_a_task_that_another_worker_holds_come_later(self):
        """004-26: its submission is built just now, perhaps without them."""
        update = Update(kind="product", target_ref="one")
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            task = env["integrator.task"]._enqueue(site, update)
        with self.worker() as one, self.worker() as two:
            one["integrator.task"].browse(task.id).lock_for_update(allow_referencing=True)
            site = two["integrator.site"].browse(self.shared_id)
            with self.assertRaises(TaskBusyError):
                two["integrator.task"]._enqueue(site, update)

    def test_another_site_s_task_of_the_same_event_crosses_no_call(self):
        """004-24: both note on the event how their task stands; no answer is lost by it."""
        remote = DummyAdapter.remotes[self.shared_id] = DummyRemote()
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            update = Update(kind="product", target_ref="one")
            task = env["integrator.task"]._enqueue(site, update, manual=True)
            now = fields.Datetime.now()
            event = env["product.integration"].create(
                {
                    "record_model": "product.product",
                    "record_id": 1,
                    "record_operation": "write",
                    "operation_timestamp": now,
                    "site_id": site.id,
                    "consumption_ids": [(0, 0, {"site_id": site.id, "task_ids": task.ids})],
                }
            )
        remote.while_sending = lambda: self.touch(event.id)
        with self.worker() as env:
            env["integrator.stage.send"]._run(env["integrator.site"].browse(self.shared_id))
        with self.worker() as env:
            task = env["integrator.task"].browse(task.id)
            self.assertEqual((task.state, len(remote.received)), ("submitted", 1))
            self.assertEqual(env["product.integration"].browse(event.id).task_state, "submitted")

    def test_two_people_make_one_receipt_and_one_credit_note_of_a_return(self):
        """001-26: who comes second begins anew, with what the first has made."""
        with self.worker() as env:
            values = {"remote_return_id": "RMA-1", "remote_order_id": "R-1"}
            one = env["integrator.return"].create({**values, "site_id": self.shared_id})
        for press in ("action_receive", "action_receive_all", "action_propose_refund"):
            with self.subTest(press), self.registry.cursor() as cr:
                second = api.Environment(cr, SUPERUSER_ID, {})["integrator.return"].browse(one.id)
                second.read(["refund_ids", "picking_ids"])
                with self.worker() as env:
                    env["integrator.return"].browse(one.id).refund_ids = [(5,)]
                with (
                    self.assertNoLogs("odoo.sql_db", "ERROR"),
                    self.assertRaises(SerializationFailure),
                ):
                    getattr(second, press)()
                cr.rollback()

    def test_a_crossed_order_writes_no_buyer_into_the_log(self):
        """004-26: Odoo and PostgreSQL log a refused statement as a whole; what is done again by
        itself is no error in the log at all."""
        value = self.remote.order("R-1")
        value["buyer"] |= {"name": "Grace Hopper"}
        value["updated_at"] = "2026-11-02T11:00:00"
        with self.worker() as env:
            values = {"site_id": self.shared_id, "remote_order_id": "R-1", "state": "new"}
            order = env["integrator.order"].create(values)
        with self.registry.cursor() as cr:
            reader = api.Environment(cr, SUPERUSER_ID, {})
            site = reader["integrator.site"].browse(self.shared_id)
            self.assertTrue(site.name, "the snapshot of the reader begins here")
            with self.worker() as env:
                env["integrator.order"].browse(order.id).confirm_sent_at = fields.Datetime.now()
            document = reader["integrator.document"].search([("site_id", "=", site.id)], limit=1)
            with (
                self.assertNoLogs("odoo.sql_db", "ERROR"),
                self.assertRaises(SerializationFailure),
            ):
                reader["integrator.order"]._apply(site, [neutral_form(value)], document)
                reader.cr.flush()
            cr.rollback()

    def test_work_that_is_crossed_is_done_again_without_an_error_in_the_log(self):
        """004-26: whatever row it is about; what is done again by itself needs nobody."""
        remote = DummyAdapter.remotes[self.shared_id] = DummyRemote()

        def cross(documents):
            remote.while_acknowledging = lambda _documents: None
            with self.worker() as env:
                env["integrator.site"].browse(self.shared_id).sequence = 7
            documents.site_id.sequence = 8
            documents.env.flush_all()

        remote.while_acknowledging = cross
        with self.worker() as env, self.assertNoLogs("odoo.sql_db", "ERROR"):
            env["integrator.stage.acknowledge"]._run(env["integrator.site"].browse(self.shared_id))
        with self.worker() as env:
            left = [("site_id", "=", self.shared_id), ("stage", "=", "acknowledge")]
            self.assertFalse(env["integrator.document"].search_count(left))
            self.assertEqual(env["integrator.site"].browse(self.shared_id).sequence, 7)

    def test_an_order_that_comes_twice_at_once_writes_no_buyer_into_the_log(self):
        """004-26: fetched by the schedule and by a person; who is second is refused the number."""
        value = self.remote.order("R-2")
        value["buyer"] |= {"name": "Grace Hopper"}
        value["cancel_reason"] = "Grace Hopper has two of them"
        with self.registry.cursor() as cr:
            reader = api.Environment(cr, SUPERUSER_ID, {})
            site = reader["integrator.site"].browse(self.shared_id)
            self.assertTrue(site.name, "the snapshot of the reader begins here")
            with self.worker() as env:
                values = {"site_id": self.shared_id, "remote_order_id": "R-2", "state": "new"}
                env["integrator.order"].create(values)
            document = reader["integrator.document"].search([("site_id", "=", site.id)], limit=1)
            with (
                self.assertLogs("odoo.sql_db", "ERROR") as log,
                self.assertRaises(UniqueViolation),
            ):
                reader["integrator.order"]._apply(site, [neutral_form(value)], document)
                reader.cr.flush()
            cr.rollback()
        self.assertIn("R-2", "".join(log.output))
        self.assertNotIn("Grace Hopper", "".join(log.output))

    def touch(self, event_id):
        """Change an event in another transaction meanwhile."""
        with self.worker() as env:
            env["product.integration"].browse(event_id).reason = "Another channel"
