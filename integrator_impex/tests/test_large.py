# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tracemalloc
from unittest.mock import patch

from odoo.tests import tagged

from ..models import (
    integrator_impex_run,
    integrator_impex_run_check_mixin,
    integrator_impex_run_write_mixin,
    integrator_impex_write_mixin,
)
from .impex_case import CONTACTS, ImpexCase


class Kill(BaseException):
    """The worker dies: nothing catches this, and what was not committed is gone."""


@tagged("post_install", "-at_install")
class TestLarge(ImpexCase):
    """Files that take more than one transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.load(CONTACTS)
        for place, name, value in (
            (integrator_impex_run_write_mixin, "PIECE", 10),
            (integrator_impex_run_check_mixin, "CHECK_PIECE", 20),
            (integrator_impex_run, "INLINE", 5),
        ):
            cls.startClassPatcher(patch.object(place, name, value))

    def rows(self, count):
        return "code;name\n" + "".join(f"L{n};Name {n}\n" for n in range(count))

    def made(self):
        return self.env["res.partner"].search_count([("ref", "=like", "L%")])

    def kill_at(self, place):
        """Let the worker die at a record, in the scheduled action."""
        service = type(self.env["integrator.impex.service.csv"])
        original = integrator_impex_write_mixin.IntegratorImpexWriteMixin._import_record

        def dying(self, layout, record, batch):
            if record.row == place:
                raise Kill
            return original(self, layout, record, batch)

        with patch.object(service, "_import_record", dying):
            try:
                self.work()
            except Kill:
                return
        self.fail("nobody died")

    def test_kill_and_resume(self):
        """003-04: a run that is killed goes on after its last piece: nothing is missing, nothing
        is done twice."""
        run = self.check(self.group, self.rows(65))
        self.assertEqual((run.state, run.task), ("uploaded", "check"))
        self.kill_at(50)
        self.assertFalse(self.made())
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 65}))
        self.press(run, "action_run")
        self.kill_at(37)
        self.assertEqual((run.state, self.made()), ("running", 35))
        self.assertEqual(run.input_ids.position, 35)
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 65}))
        self.assertEqual(self.made(), 65)
        self.assertEqual(len(run.row_ids), 65)

    def test_progress_and_stop(self):
        """003-04: a long run shows how far it is and can be stopped; it goes on later."""
        run = self.check(self.group, self.rows(40))
        self.work()
        self.press(run, "action_run")
        self.assertEqual((run.state, run.progress), ("running", 12.5))
        self.press(run, "action_cancel")
        self.work()
        self.assertEqual((run.state, self.made()), ("stopped", 5))
        self.press(run, "action_run")
        self.work()
        self.assertEqual((run.state, self.made(), run.progress), ("done", 40, 100.0))

    def test_flat_memory(self):
        """003-04: memory does not grow with the number of rows."""
        self.env["res.partner"].create([{"ref": f"L{n}", "name": f"Name {n}"} for n in range(1200)])
        peaks = []
        for count in (200, 1200):
            run = self.check(self.group, self.rows(count))
            tracemalloc.start()
            self.work()
            _now, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            peaks.append(peak)
            self.assertEqual((run.state, self.counts(run)), ("ready", {"unchanged": count}))
        self.assertLess(peaks[1], peaks[0] + 2_000_000)
