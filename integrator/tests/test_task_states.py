# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import product

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..const import TASK_SEVERITY, TASK_TRANSITIONS
from ..exceptions import RejectedError, TransientError
from ..neutral import Update
from .common import IntegratorCommon

LEGAL = {
    ("waiting", "ready"),
    ("waiting", "error"),
    ("waiting", "obsolete"),
    ("ready", "submitted"),
    ("ready", "waiting"),
    ("ready", "error"),
    ("ready", "obsolete"),
    ("submitted", "pending"),
    ("submitted", "success"),
    ("submitted", "error"),
    ("submitted", "ready"),
    ("pending", "success"),
    ("pending", "error"),
    ("error", "ready"),
    ("error", "waiting"),
    ("error", "obsolete"),
}


@tagged("post_install", "-at_install")
class TestTaskStates(IntegratorCommon):
    """One method moves states, and only along the table (001-65 … 001-70, 001-72)."""

    def make_task(self, target="x,1", kind="product", **values):
        values = {"kind": kind, "target_ref": target, "target_name": "Thing", **values}
        return self.env["integrator.task"].create({"site_id": self.site.id, **values})

    def enqueue(self, target="x,1", kind="product", update_at=None, **values):
        update = Update(kind=kind, target_ref=target, update_at=update_at)
        return self.env["integrator.task"]._enqueue(self.site, update, **values)

    def test_every_move_is_legal_or_raises_and_writes_nothing(self):
        """001-70: all 49 pairs, against a list of their own."""
        for index, (old, new) in enumerate(product(TASK_TRANSITIONS, repeat=2)):
            task = self.make_task(f"x,{index}", state=old)
            with self.subTest(old=old, new=new):
                if (old, new) in LEGAL:
                    task._move(new)
                    self.assertEqual(task.state, new)
                else:
                    with self.assertRaisesRegex(UserError, f"“{old}” cannot become “{new}”"):
                        task._move(new, ticket="T")
                    self.assertEqual((task.state, task.ticket), (old, False))

    def test_every_state_has_its_severity(self):
        """001-85: the worst task speaks for an event."""
        selection = dict(self.env["integrator.task"]._fields["state"].selection)
        self.assertEqual(set(TASK_SEVERITY), set(selection))
        self.assertEqual(set(TASK_TRANSITIONS), set(selection))

    def test_one_illegal_task_stops_the_move_of_all(self):
        """001-70."""
        tasks = self.make_task("x,1") + self.make_task("x,2", state="success")
        with self.assertRaises(UserError):
            tasks._move("submitted")
        self.assertEqual(tasks.mapped("state"), ["ready", "success"])

    def test_the_timestamp_is_that_of_the_present_state(self):
        """001-72."""
        moment = fields.Datetime.now() + timedelta(hours=1)
        task = self.make_task()
        with freeze_time(moment):
            task._move("submitted")
        self.assertEqual(task.state_timestamp, moment.replace(microsecond=0))

    def test_a_failure_keeps_code_text_and_count(self):
        """001-69, 001-88."""
        task = self.make_task(attempts=1)
        task._fail(RejectedError("The title is too long. Shorten it.", code="title_long"))
        self.assertEqual((task.state, task.error_code), ("error", "title_long"))
        self.assertEqual(task.error_message, "The title is too long. Shorten it.")
        self.assertEqual(task.attempts, 2)

    def test_retry_puts_a_failed_task_back_without_its_reason(self):
        """001-70: error to submitted goes by the queue."""
        task = self.make_task(state="error", error_code="c", error_message="m", attempts=3)
        task.action_retry()
        self.assertEqual((task.state, task.attempts, task.manual), ("ready", 0, True))
        self.assertFalse(task.error_code or task.error_message)

    def test_retry_leaves_alone_what_has_not_failed(self):
        """001-70."""
        task = self.make_task(state="submitted")
        task.action_retry()
        self.assertEqual(task.state, "submitted")

    def test_retry_of_a_task_that_a_younger_one_replaces_ends_it(self):
        """001-70: the younger one sends the same current state."""
        old = self.make_task(state="error")
        young = self.make_task()
        old.action_retry()
        self.assertEqual((old.state, young.state), ("obsolete", "ready"))

    def test_dismiss_takes_open_and_failed_tasks_out_of_the_queue(self):
        """001-77."""
        states = ["waiting", "ready", "error", "submitted", "pending", "success"]
        tasks = self.env["integrator.task"].union(
            *(self.make_task(f"x,{state}", state=state) for state in states)
        )
        tasks._give_up()
        self.assertEqual(tasks[:3].mapped("state"), ["obsolete"] * 3)
        self.assertEqual(tasks[3:].mapped("state"), states[3:])

    def test_a_change_of_the_same_kind_and_target_joins_the_open_task(self):
        """004-02, 004-27: one update, of the current state."""
        task = self.enqueue()
        self.assertEqual(self.enqueue(), task)
        self.assertNotEqual(self.enqueue(kind="price"), task)
        self.assertNotEqual(self.enqueue(target="x,2"), task)

    def test_a_change_after_the_sending_is_a_task_of_its_own(self):
        """004-24: what changed while the last update travels is sent after it."""
        task = self.enqueue()
        task.submission_id = self.env["integrator.submission"].create(
            {"site_id": self.site.id, "lane": "l"}
        )
        young = self.enqueue()
        self.assertNotEqual(young, task)
        young._move("submitted")
        self.assertNotIn(self.enqueue(), young + task)

    def test_a_returned_task_ends_where_a_younger_one_waits(self):
        """004-02, 004-24: the younger one sends the same current state."""
        batch = self.env["integrator.submission"].create({"site_id": self.site.id, "lane": "l"})
        old = self.make_task(submission_id=batch.id)
        young = self.make_task()
        old._release(TransientError("The site cannot be reached.", code="offline"))
        self.assertEqual((old.state, young.state), ("obsolete", "ready"))

    def test_success_settles_what_failed_before_and_nothing_younger(self):
        """001-70: what failed after it holds the state that the site does not have."""
        first = self.make_task(state="error")
        sent = self.make_task(state="submitted")
        later = self.make_task(state="error")
        sent._succeed()
        self.assertEqual((first.state, later.state), ("obsolete", "error"))

    def test_a_person_who_joins_makes_the_open_task_manual(self):
        """001-60."""
        task = self.enqueue()
        self.enqueue(manual=True)
        self.enqueue(manual=False)
        self.assertTrue(task.manual)

    def test_two_sites_have_a_task_each(self):
        """001-54."""
        other = self._make_site("Other")
        update = Update(kind="product", target_ref="x,1")
        theirs = self.env["integrator.task"]._enqueue(other, update)
        self.assertNotEqual(self.enqueue(), theirs)
