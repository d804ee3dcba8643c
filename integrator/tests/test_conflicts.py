# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta
from threading import Thread

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

from odoo import fields
from odoo.exceptions import RedirectWarning
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import RejectedError
from ..utils import conflicts_unlogged
from .common import IntegratorCommon

CONFLICTS = (DeadlockDetected, LockNotAvailable, SerializationFailure, UniqueViolation)
STAGE_LOG = "odoo.addons.integrator.stages.stage"


@tagged("post_install", "-at_install")
class TestConflicts(IntegratorCommon):
    """Work that conflicts with another transaction is repeated; an unexpected error is retried a
    few times (004-26)."""

    def document(self):
        """One document that waits to be read."""
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge")
        return self.env["integrator.document"].search([("site_id", "=", self.site.id)])

    def change(self):
        """One event of a product."""
        self.product.name = "Better"
        self.env.cr.flush()
        return self.events()

    def later_run(self, *stages, **delta):
        with self.later(**delta):
            self.run_stages(*stages)

    # === CONFLICTS === #

    def test_every_conflict_of_the_database_is_done_again_at_once(self):
        """It says nothing against the record."""
        document = self.document()
        for conflict in CONFLICTS:
            with self.subTest(conflict=conflict.__name__):
                document._advance("extract")
                self.remote.faults += [("extract", conflict())] * 2
                self.run_stages("extract")
                self.assertEqual((document.state, document.attempts), ("done", 0))

    def test_a_conflict_that_does_not_end_leaves_the_record_for_the_next_run(self):
        """Neither done nor failed."""
        document = self.document()
        self.remote.faults += [("extract", DeadlockDetected())] * 3
        self.run_stages("extract")
        self.assertEqual((document.state, document.attempts), ("ready", 0))
        self.run_stages("extract")
        self.assertEqual(document.state, "done")

    def test_only_conflicts_of_the_stage_are_kept_out_of_the_log(self):
        """004-26: a user's request in another thread logs its own."""

        def refuse(error):
            logging.getLogger("odoo.sql_db").error("bad query: %s\nERROR: %s", "UPDATE", error)

        with self.assertLogs("odoo.sql_db") as log, conflicts_unlogged():
            refuse(SerializationFailure("of the stage"))
            refuse(UniqueViolation("not repeated"))
            other = Thread(target=refuse, args=(SerializationFailure("of a user"),))
            other.start()
            other.join()
        causes = [record.args[-1].args[0] for record in log.records]
        self.assertEqual(causes, ["not repeated", "of a user"])

    @mute_logger(STAGE_LOG)
    def test_a_value_that_is_there_at_every_try_is_an_error_of_the_record(self):
        """It is not a race then, and must not hold up what comes after it."""
        document = self.document()
        self.remote.faults += [("extract", UniqueViolation())] * 3
        self.run_stages("extract")
        self.assertEqual(document.error_code, "unexpected_UniqueViolation")

    def test_planning_is_done_again_after_a_conflict(self):
        """One deadlock while planning was an error for ever."""
        event = self.change()
        self.remote.faults += [("plan", DeadlockDetected())] * 2
        self.run_stages("plan_products")
        self.assertEqual((event.task_state, len(self.tasks())), ("ready", 1))

    def test_a_conflict_after_the_answer_sends_nothing_twice(self):
        """004-24: the remote is asked, at the next run and a little later."""
        self.change()
        self.remote.faults.append(("submit answer", SerializationFailure()))
        self.run_stages("plan_products", "send")
        submission = self.env["integrator.submission"].search([("site_id", "=", self.site.id)])
        self.assertEqual((submission.state, bool(submission.attempted_at)), ("prepared", True))
        self.run_stages("send")
        self.assertEqual(submission.state, "prepared", "asked too early")
        self.later_run("send", minutes=2)
        self.assertEqual((self.tasks().state, len(self.remote.received)), ("submitted", 1))

    def test_a_conflicting_piece_is_rolled_back(self):
        """The rows are as they were."""
        with self.running() as env:
            product = env["product.product"].browse(self.product.id)

            def work():
                product.name = "Half"
                product.flush_recordset()
                raise SerializationFailure

            self.assertIsNone(env["integrator.stage"]._run_or_rollback(work))
            self.assertEqual(product.name, "Thing")

    def test_a_refused_record_is_rolled_back(self):
        """The others of its piece keep what they have written."""
        stage = self.env["integrator.stage"]
        other = self.product.create({"name": "Other"})
        other.name = "Done"
        with stage._isolated(self.product) as outcome:
            self.product.name = "Half"
            self.product.flush_recordset()
            raise RejectedError("No.", code="no")
        self.assertEqual(outcome.error.code, "no")
        self.assertEqual((self.product.name, other.name), ("Thing", "Done"))

    # === WHAT NOBODY FORESAW === #

    @mute_logger(STAGE_LOG)
    def test_an_event_that_cannot_be_planned_is_planned_again(self):
        """After growing pauses; then it waits for a person, and the text says so."""
        event = self.change()
        self.remote.faults += [("plan", ZeroDivisionError())] * 3
        self.run_stages("plan_products", "plan_products")
        self.assertEqual(len(self.remote.faults), 2, "not before its time")
        self.assertEqual(event.task_state, "error")
        self.assertIn("tried again by itself", event.reason)
        self.later_run("plan_products", minutes=2)
        self.later_run("plan_products", minutes=10)
        self.assertIn("tried several times", event.reason)
        self.assertFalse(event.pending)
        self.later_run("plan_products", days=1)
        self.assertEqual((event.task_state, self.tasks()), ("error", self.tasks().browse()))
        event.action_retry()
        self.run_stages("plan_products")
        self.assertEqual((event.task_state, event.reason), ("ready", False))

    @mute_logger(STAGE_LOG)
    def test_planning_that_works_again_needs_nobody(self):
        """The alert is closed, too."""
        event = self.change()
        self.remote.faults.append(("plan", ZeroDivisionError()))
        self.run_stages("plan_products")
        self.assertTrue(self.alerts())
        self.later_run("plan_products", minutes=2)
        self.assertEqual((event.task_state, event.reason, event.pending), ("ready", False, False))
        self.assertFalse(self.alerts())

    @mute_logger(STAGE_LOG)
    def test_an_event_is_kept_for_the_site_that_tries_it_again(self):
        """Although the other sites have seen it."""
        other = self._make_site("Other", sequence=1)
        event = self.change()
        self.remote.faults.append(("plan", ZeroDivisionError()))
        self.run_stages("plan_products")
        self.assertEqual(event.consumption_ids.site_id, self.site + other)
        self.assertTrue(event.pending)
        self.later_run("plan_products", minutes=2)
        self.assertEqual(len(self.tasks()), 1)
        self.assertFalse(event.pending)

    @mute_logger(STAGE_LOG)
    def test_a_submission_that_cannot_be_built_is_built_again(self):
        """An error in the adapter costs an attempt, not the task."""
        self.change()
        self.remote.faults += [("prepare", ZeroDivisionError())] * 3
        self.run_stages("plan_products", "send", "send")
        task = self.tasks()
        self.assertEqual((task.state, task.attempts), ("ready", 1))
        self.assertIn("tried again by itself", task.error_message)
        self.later_run("send", minutes=2)
        self.later_run("send", minutes=10)
        self.assertEqual((task.state, task.attempts), ("error", 3))
        self.assertIn("tried several times", task.error_message)
        task.action_retry()
        self.run_stages("send")
        self.assertEqual(task.state, "submitted")

    @mute_logger(STAGE_LOG)
    def test_an_error_after_the_answer_sends_nothing_twice(self):
        """004-24: whatever happens between the call and our note of it."""
        self.change()
        self.remote.faults.append(("submit answer", ZeroDivisionError()))
        self.run_stages("plan_products", "send")
        self.assertEqual(self.tasks().state, "ready")
        self.later_run("send", minutes=2)
        self.assertEqual((self.tasks().state, len(self.remote.received)), ("submitted", 1))

    @mute_logger(STAGE_LOG)
    def test_a_submission_that_never_leaves_waits_for_a_person_in_the_end(self):
        """The remote says each time that it has not got it; after the last one nobody asks."""
        self.change()
        self.remote.faults += [("submit", ZeroDivisionError())] * 3
        self.run_stages("plan_products", "send")
        for hours in range(1, 4):
            self.later_run("send", hours=3 * hours)
        task = self.tasks()
        self.assertEqual((task.state, task.error_code), ("error", "unexpected_ZeroDivisionError"))
        self.assertIn("tried several times", task.error_message)
        self.assertFalse(self.remote.received)
        task.action_retry()
        self.run_stages("send")
        self.assertEqual((task.state, len(self.remote.received)), ("submitted", 1))

    def test_a_refusal_of_odoo_is_shown_in_its_own_words(self):
        """Also where they come with a button."""
        document = self.document()
        error = RedirectWarning("Create a warehouse for the company.", 7, "Go there")
        self.remote.faults.append(("extract", error))
        self.run_stages("extract")
        self.assertEqual(document.error_message, "Create a warehouse for the company.")
        self.assertEqual(document.error_code, "odoo_RedirectWarning")

    def test_a_document_that_stays_unreadable_is_tried_after_growing_pauses(self):
        """000-12: five times run by run, then less often, for ever."""
        document = self.document()
        self.remote.faults += [("extract", RejectedError("Cut.", code="cut"))] * 7
        self.run_stages(*["extract"] * 9)
        self.assertEqual(document.attempts, 5)
        pause = document.retry_at - fields.Datetime.now()
        self.assertAlmostEqual(pause / timedelta(minutes=1), 5, delta=1)
        self.later_run("extract", minutes=6)
        self.assertEqual(document.attempts, 6)
        document.action_retry()
        self.run_stages("extract", "extract")
        self.assertEqual((document.state, document.attempts), ("error", 7))
        self.later_run("extract", days=1)
        self.assertEqual((document.state, document.retry_at), ("done", False))
