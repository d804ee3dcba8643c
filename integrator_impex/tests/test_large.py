# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
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

    def test_a_check_in_several_transactions_knows_its_plan(self):
        """003-04, 003-14: a row refers to what an earlier file of the zip is going to make, which
        another transaction has looked at."""
        tags = {
            "name": "tags",
            "model": "res.partner.category",
            "mask": "tags.csv",
            "columns": [{"field": "name", "source": "tag", "key": True}],
        }
        lookup = {"model": "res.partner.category", "by": ["name"]}
        tag = {"field": "category_id", "source": "tag", "type": "reference", "lookup": lookup}
        columns = [*CONTACTS["columns"], {**tag, "separator": "|"}]
        group = self.load(tags, {**CONTACTS, "name": "tagged", "columns": columns}, name="Tagged")
        content = self.zip(
            tags__csv="tag\n" + "".join(f"Tag {n}\n" for n in range(30)),
            contacts__csv="code;name;tag\n" + "".join(f"L{n};Name;Tag {n}\n" for n in range(30)),
        )
        run = self.check(group, content, "all.zip")
        self.assertEqual((run.task, run.created), ("check", 5))
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 60}))
        self.press(run, "action_run")
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 60}))

    def test_large_changes_are_seen_across_transactions(self):
        """003-04: what is watched is counted over the whole file, however many transactions its
        check takes."""
        column = {"field": "partner_latitude", "source": "price", "type": "decimal"}
        layout = {**CONTACTS, "name": "prices", "mask": "prices.csv", "mode": "update"}
        layout["columns"] = [*CONTACTS["columns"][:1], column]
        group = self.load(layout, name="Prices")
        group.line_ids.descriptor_id.column_ids.filtered(
            lambda one: one.field == "partner_latitude"
        ).guarded = True
        values = [{"ref": f"L{n}", "name": "P", "partner_latitude": 80} for n in range(60)]
        self.env["res.partner"].create(values)
        # the first third of the rows halves, in the first two transactions
        rows = "".join(f"L{n};{30 if n < 20 else 80}\n" for n in range(60))
        run = self.check(group, "code;price\n" + rows, "prices.csv")
        self.assertEqual(run.task, "check")
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("ready", {"updated": 20, "unchanged": 40}))
        self.assertIn("20 of 60", run.held_reason)

    def test_flat_memory(self):
        """003-04: memory does not grow with the number of rows; with FAULT_MATRIX=full they are
        a hundred thousand, which are checked, changed and found unchanged in pieces of their usual
        size."""
        sizes = (200, 1200)
        if os.environ.get("FAULT_MATRIX") == "full":
            sizes = (2000, 100_000)
            self.enterContext(patch.object(integrator_impex_run_write_mixin, "PIECE", 500))
            self.enterContext(patch.object(integrator_impex_run_check_mixin, "CHECK_PIECE", 1000))
        for start in range(0, sizes[1], 1000):
            numbers = range(start, min(start + 1000, sizes[1]))
            self.env["res.partner"].create([{"ref": f"L{n}", "name": f"Name {n}"} for n in numbers])
            self.env.flush_all()
            self.env.invalidate_all()
        peaks = []
        for count in sizes:
            run = self.check(self.group, self.rows(count))
            tracemalloc.start()
            self.work()
            _now, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            # the file itself is held as it is
            peaks.append(peak - 2 * len(self.rows(count)))
            self.assertEqual((run.state, self.counts(run)), ("ready", {"unchanged": count}))
        self.assertLess(peaks[1], peaks[0] + 2_000_000)
