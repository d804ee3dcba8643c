# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..models import integrator_impex_run_check_mixin
from .impex_case import CONTACTS, ImpexCase

ROWS = b"code;name\nT1;Anna\nT2;Bert\n"


@tagged("post_install", "-at_install")
class TestTurns(ImpexCase):
    """A group does one run at a time, whoever works on it. The records that two workers share are
    committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove)
        with self.worker() as env:
            descriptor = self.load.__func__(LoadArguments(env), CONTACTS, name="Turns").line_ids
            self.descriptor_id = descriptor.descriptor_id.id
            group = env["integrator.impex.group"].search([("name", "=", "Turns")])
            self.run_ids = [group._start([("contacts.csv", ROWS)]).id for _number in range(2)]
            self.runs(env).task = "check"

    @contextmanager
    def worker(self):
        """An environment on a connection of its own; committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def remove(self):
        with self.worker() as env:
            env["integrator.impex.group"].search([("name", "=like", "Turns%")]).unlink()
            env["integrator.impex.descriptor"].browse(self.descriptor_id).unlink()

    def runs(self, env):
        return env["integrator.impex.run"].browse(self.run_ids)

    def test_two_workers_take_one_run_of_a_group(self):
        """003-04: while one worker does a run of a group, the other leaves its second run alone,
        also when it does not see yet that the first has begun; then it is the second's turn."""
        with self.worker() as one, self.worker() as two:
            first, second = self.runs(one)[0], self.runs(two)[1]
            self.assertFalse(second.waits_for_id, "the snapshot of the second begins here")
            pieces = first._pieces()
            next(pieces)
            self.assertEqual(list(second._pieces()), [], "the first is about to begin")
            one.cr.commit()
            self.assertEqual(list(second._pieces()), [], "it has begun, after the snapshot")
            two.cr.commit()
            self.assertEqual(second.waits_for_id.id, first.id)
            self.assertEqual(list(second._pieces()), [], "it has begun")
            self.assertEqual(second.state, "uploaded")
            list(pieces)
            one.cr.commit()
            two.cr.commit()
            self.assertTrue(list(second._pieces()))
            self.assertEqual((first.state, second.state), ("ready", "ready"))

    def test_a_run_is_stopped_while_a_worker_is_at_it(self):
        """003-04: who stops a run does not wait for the worker, and the worker goes no further
        than the records that it is at, checking as well as writing, and whether it goes on in
        the same call or in the next one of the scheduled action."""
        for task, state, again in (
            ("check", "uploaded", False),
            ("check", "uploaded", True),
            ("run", "running", False),
            ("run", "running", True),
        ):
            with self.subTest(task, again=again), self.worker() as one, self.worker() as two:
                first, same = self.runs(one)[0], self.runs(two)[0]
                # from the beginning, although it was stopped before
                first.started_at = False
                first._begin(task)
                one.cr.commit()
                two.cr.commit()
                self.assertEqual(first.state, state)
                pieces = first._pieces(1)
                next(pieces)
                one.cr.commit()
                two.cr.commit()
                next(pieces)
                # it is at the second record, and holds the run
                same.action_cancel()
                self.assertTrue(same.is_stopping)
                two.cr.commit()
                one.cr.commit()
                if again:
                    pieces.close()
                    pieces = first._pieces(1)
                self.assertEqual(list(pieces), [])
                one.cr.commit()
                two.cr.commit()
                two.invalidate_all()
                self.assertEqual(
                    (same.state, same.task, same.is_stopping), ("stopped", False, False)
                )
                self.assertIn("Stopped by", same.error_message)
                self.assertFalse(same.has_turn)

    def test_a_waiting_run_shows_why(self):
        """003-04: who starts a second run reads which one it waits for; when that one is stopped,
        it goes on."""
        with self.worker() as one, self.worker() as two:
            first = self.runs(one)[0]
            pieces = first._pieces()
            next(pieces)
            one.cr.commit()
            second = self.runs(two)[1]
            second.task = False
            second.action_check()
            self.assertEqual((second.state, second.task), ("uploaded", "check"))
            self.assertEqual(second.get_result()["waits_for"], first.id)
            two.cr.commit()
            one.cr.commit()
            first.invalidate_recordset()
            first.action_cancel()
            one.cr.commit()
            two.cr.commit()
            second.invalidate_recordset()
            self.assertFalse(second.waits_for_id)
            self.assertTrue(list(second._pieces()))
            self.assertEqual(second.state, "ready")

    def test_a_look_for_files_meanwhile_is_no_failure(self):
        """003-04: the other scheduled action writes on the group; this one comes again at once."""
        with self.worker() as env:
            env["ir.cron.trigger"].search([]).unlink()
        with self.worker() as two:
            self.assertTrue(self.runs(two).group_id.name, "the snapshot begins here")
            with self.worker() as one:
                self.runs(one).group_id.unmatched = "photo.jpg"
            two["integrator.impex.run"]._cron_work()
            cron = two.ref("integrator_impex.ir_cron_work")
            self.assertTrue(two["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
            two["integrator.impex.run"]._cron_work()
            self.assertEqual(self.runs(two).mapped("state"), ["ready", "ready"])

    def test_groups_take_turns(self):
        """003-04: a long run of one group does not keep the run of another one waiting."""
        self.enterContext(patch.object(integrator_impex_run_check_mixin, "CHECK_PIECE", 1))
        with self.worker() as env:
            first = self.runs(env)[0]
            group = first.group_id.copy({"name": "Turns beside"})
            beside = group._start([("contacts.csv", ROWS)])
            beside.task = "check"
            cron = env.ref("integrator_impex.ir_cron_work")
            progress = env["ir.cron.progress"].create({"cron_id": cron.id})
            # the time of each call is over after one piece
            over = {"ir_cron_progress_id": progress.id, "cron_id": cron.id, "cron_end_time": 0}
            served = []
            for _call in range(2):
                env["integrator.impex.run"].with_context(**over)._cron_work()
                served.append((bool(first.worked_at), bool(beside.worked_at)))
        self.assertEqual(served, [(True, False), (True, True)])


class LoadArguments:
    """Attributes that `ImpexCase.load` needs of its class."""

    def __init__(self, env):
        self.env = env
