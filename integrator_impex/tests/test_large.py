# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gc
import logging
import os
import tracemalloc
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..files.records import write_records
from ..models import (
    integrator_impex_input,
    integrator_impex_run,
    integrator_impex_run_check_mixin,
    integrator_impex_run_write_mixin,
    integrator_impex_write_mixin,
)
from .impex_case import CONTACTS, TAGS, ImpexCase

_logger = logging.getLogger(__name__)
#: Whether tests run in their long forms.
FULL = os.environ.get("FAULT_MATRIX") == "full"
#: Bytes by which the process may grow more with a hundred thousand rows than with two thousand.
FULL_LIMIT = 48 * 2**20


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
            (integrator_impex_input, "ROWS", 20),
        ):
            cls.startClassPatcher(patch.object(place, name, value))

    def rows(self, count):
        return "code;name\n" + "".join(f"L{n};Name {n}\n" for n in range(count))

    def made(self):
        return self.env["res.partner"].search_count([("ref", "=like", "L%")])

    def kill_at(self, place, service="csv", when=lambda env: True):
        """Let the worker die at a record, in the scheduled action.

        :param when: whether it is time for it
        """
        service = type(self.env[f"integrator.impex.service.{service}"])
        original = integrator_impex_write_mixin.IntegratorImpexWriteMixin._import_record

        def dying(self, layout, record, batch):
            if record.row == place and when(self.env):
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

    def test_kill_while_rows_wait(self):
        """003-04, 003-12: the same where what rows waited for has come, at the end of their
        file."""
        group = self.load({**TAGS, "mask": "tags.csv"}, name="Waiting")
        tags = self.env["res.partner.category"]
        rows = "".join(f"T{n};Top\n" for n in range(35))
        run = self.check(group, f"name;parent\n{rows}Top;\n", "tags.csv")
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 36}))
        self.press(run, "action_run")
        self.kill_at(
            27, when=lambda env: env["res.partner.category"].search_count([("name", "=", "Top")])
        )
        self.assertEqual((run.state, self.counts(run)), ("running", {"created": 21, "waiting": 15}))
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 36}))
        top = tags.search([("name", "=", "Top")])
        self.assertEqual(len(top.child_ids), 35)
        self.assertEqual(len(run.row_ids), 36)

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

    def test_progress_is_true_for_every_kind_of_file(self):
        """003-04: while it is checked, too, a run shows which part of the records is done,
        whatever kind of file they stand in."""
        xml = {"format": {"kind": "xml", "rows": "contacts/contact"}, "service": "xml"}
        kinds = {"csv": {}, "xlsx": {"format": {"kind": "xlsx"}}, "xml": xml}
        for kind, values in kinds.items():
            group = self.load({**CONTACTS, "name": kind, **values}, name=kind)
            layout = group.line_ids.descriptor_id._layout()
            target = BytesIO()
            # with line breaks in its cells a table has more lines than records
            records = [{"ref": f"L{n}", "name": f"Name\n\n{n}"} for n in range(65)]
            write_records(layout, records, target)
            run = self.check(group, target.getvalue(), f"contacts.{kind}")
            with self.subTest(kind):
                self.assertEqual((run.state, run.task, run.progress), ("uploaded", "check", 0))
                self.kill_at(50, "xml" if kind == "xml" else "csv")
                self.assertEqual(round(run.progress), 69)
                self.work()
                self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 65}))

    def test_a_check_is_stopped(self):
        """003-04: a check is stopped as a run is, and begun anew."""
        run = self.check(self.group, self.rows(40))
        self.press(run, "action_cancel")
        self.work()
        self.assertEqual((run.state, run.task), ("stopped", False))
        self.press(run, "action_check")
        self.work()
        self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 40}))

    @mute_logger("odoo.addons.integrator_impex.models.integrator_impex_run")
    def test_a_fault_in_a_service_stops_its_run_only(self):
        """003-09: a run that meets a fault of a program says so, and others go on."""
        bad = self.check(self.group, self.rows(40))
        good = self.check(self.load({**CONTACTS, "name": "others"}, name="Others"), self.rows(41))
        service = type(self.env["integrator.impex.service.csv"])
        original = integrator_impex_write_mixin.IntegratorImpexWriteMixin._import_record

        def faulty(self, layout, record, batch):
            if layout.name == "contacts" and record.row == 30:
                raise ZeroDivisionError("of Anna, whom nobody shall read of")
            return original(self, layout, record, batch)

        with patch.object(service, "_import_record", faulty):
            self.work()
        self.assertEqual((bad.state, good.state), ("failed", "ready"))
        self.assertIn("ZeroDivisionError", bad.error_message)
        self.assertNotIn("Anna", bad.error_message)

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

    def pieces(self, rows, rows_of_check):
        """Let a piece have so many rows."""
        self.enterContext(patch.object(integrator_impex_run_write_mixin, "PIECE", rows))
        self.enterContext(
            patch.object(integrator_impex_run_check_mixin, "CHECK_PIECE", rows_of_check)
        )

    def usual_pieces(self):
        """Let a piece have as many rows as usual."""
        self.pieces(500, 1000)

    def test_one_bad_row_among_many(self):
        """003-04: of ten thousand rows (with FAULT_MATRIX) one is bad: the error file has exactly
        that one, with its number and reason; corrected it imports only what is needed."""
        count = 10_000 if FULL else 60
        if FULL:
            self.usual_pieces()
        rows = self.rows(count).replace(f"L{count - 7};Name {count - 7}\n", f"L{count - 7};\n")
        run = self.check(self.group, rows)
        self.work()
        self.press(run, "action_run")
        self.work()
        self.assertEqual(self.counts(run), {"created": count - 1, "refused": 1})
        heads, line = self.content(run).splitlines()
        self.assertEqual(heads, "code;name;_errors")
        self.assertTrue(line.startswith(f"L{count - 7};;"))
        self.assertIn(f"row {count - 5}: name: A value is needed here.", line)
        corrected = self.content(run).replace(";;", ";Corrected;")
        again = self.imported(self.group, corrected)
        self.assertEqual((again.state, self.counts(again)), ("done", {"created": 1}))

    def tags(self):
        """A group of a model that costs Odoo little, so that what is measured is ours."""
        tags = {"name": "tags", "model": "res.partner.category", "mask": "tags.csv"}
        name = {"field": "name", "source": "tag", "key": True, "required": True}
        color = {"field": "color", "source": "color", "type": "integer"}
        return self.load({**tags, "columns": [name, color]}, name="Tags")

    def test_flat_memory(self):
        """003-04: memory does not grow with the number of rows, whether they are new, changed or
        unchanged, looked at or written; with FAULT_MATRIX=full they are a hundred thousand in
        pieces of their usual size."""
        sizes = (2000, 100_000) if FULL else (50, 400)
        self.pieces(*((500, 1000) if FULL else (25, 50)))
        group, peaks = self.tags(), {}
        for count in sizes:
            for kind, color in (("created", 1), ("unchanged", 1), ("updated", 2)):
                rows = "".join(f"T{count}-{n};{color}\n" for n in range(count))
                run = self.check(group, f"tag;color\n{rows}", "tags.csv")
                peaks[count, f"{kind} check"] = self.peak(self.work)
                self.assertEqual((run.state, self.counts(run)), ("ready", {kind: count}))
                if kind != "unchanged":
                    peaks[count, f"{kind} begin"] = self.peak(self.press, run, "action_run")
                    peaks[count, f"{kind} run"] = self.peak(self.work)
                    self.assertEqual((run.state, self.counts(run)), ("done", {kind: count}))
        # pieces leave traces; rows that were kept would be a kilobyte each
        self.assert_flat(peaks, sizes, 300_000)

    def assert_flat(self, peaks, sizes, limit):
        """Work on many rows needs no more memory than on few.

        :param peaks: (number of rows, what is done) -> bytes
        :param limit: bytes by which they may differ
        """
        _logger.info("Peaks of memory: %r", peaks)
        few, many = sizes
        for count, what in peaks:
            if count == few:
                most = peaks[few, what] + (FULL_LIMIT if FULL else limit)
                self.assertLess(peaks[many, what], most, what)

    def test_flat_memory_of_refusals_and_undo(self):
        """003-04: nor does it with the number of rows that are refused, for the error file, or that
        are taken back."""
        sizes = (2000, 20_000) if FULL else (50, 500)
        self.pieces(*((500, 1000) if FULL else (50, 50)))
        group, peaks = self.tags(), {}
        for count in sizes:
            good = "".join(f"T{count}-{n};1\n" for n in range(count))
            bad = "".join(f"T{count}-{n};none\n" for n in range(count))
            run = self.check(group, f"tag;color\n{good}{bad}", "tags.csv")
            peaks[count, "check"] = self.peak(self.work)
            self.press(run, "action_run")
            peaks[count, "run"] = self.peak(self.work)
            self.assertEqual(self.counts(run), {"created": count, "refused": count})
            lines = self.content(run).splitlines()
            self.assertEqual(len(lines), 1 + count)
            self.assertTrue(lines[-1].startswith(f"T{count}-{count - 1};none;"), lines[-1])
            self.assertIn(f"row {2 * count + 1}: ", lines[-1])
            peaks[count, "undo"] = self.peak(self.press, run, "action_undo")
            self.assertFalse(self.env["res.partner.category"].search([("name", "like", "T%-")]))
        self.assert_flat(peaks, sizes, 250_000)

    def test_flat_memory_of_rows_that_wait(self):
        """003-04, 003-12: nor with the number of rows that wait for something: until the end of
        their file, until another one comes, or until they are refused and run once more."""
        sizes = (2000, 20_000) if FULL else (50, 300)
        self.pieces(*((500, 1000) if FULL else (50, 50)))
        group, peaks = self.load({**TAGS, "mask": "tags.csv"}, name="Waiting"), {}
        for count in sizes:
            below = "".join(f"T{count}-{n};Top {count}\n" for n in range(count))
            never = "".join(f"U{count}-{n};Other {count}\n" for n in range(count))
            run = self.check(group, f"name;parent\n{below}{never}Top {count};\n", "tags.csv")
            self.work()
            self.press(run, "action_run")
            peaks[count, "run"] = self.peak(self.work)
            self.assertEqual(self.counts(run), {"created": count + 1, "waiting": count})
            self.imported(group, f"name\nOther {count}\n", "tags.csv")
            peaks[count, "wake"] = self.peak(self.work)
            self.assertEqual(self.counts(run), {"created": 2 * count + 1})
        self.assert_flat(peaks, sizes, 200_000)

    @staticmethod
    def peak(work, *arguments):
        """By how many bytes memory grows at its highest while something is done."""
        gc.collect()
        # waste goes as soon as in a server: what was there before is not looked through again
        gc.freeze()
        seldom = gc.get_threshold()
        gc.set_threshold(700, 10, 10)
        try:
            # to note each allocation takes several times the time of the work
            return (resident_peak if FULL else traced_peak)(work, *arguments)
        finally:
            gc.set_threshold(*seldom)
            gc.unfreeze()


def traced_peak(work, *arguments):
    """Python's own count."""
    tracemalloc.start()
    try:
        work(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def resident_peak(work, *arguments):
    """By how much the process grows, as Linux counts it."""

    def status(name):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024

    # the highest size so far is forgotten
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    work(*arguments)
    return status("VmHWM") - before
