# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import api, fields, models

from odoo.addons.integrator.exceptions import IntegratorError

from ..batch import RowRefused, RowWaits
from ..files.constants import Context
from ..files.tables import RowNotes
from .integrator_impex_run_check_mixin import WAIT_ROUNDS

#: Records that are written in one transaction.
PIECE = 500
#: Days in which rows wait for what they refer to.
WAIT_DAYS = 2
#: Outcome of a row -> the field of the run that counts it.
COUNTS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "refused": "refused",
    "waiting": "waiting",
}
#: Operations kept as rows of their own, with those skipped for a reason; the rest is counted.
SHOWN = ("create", "update", "delete", "refused", "waiting")
#: Outcomes of rows that wait.
WAITING = ("waiting",)


class IntegratorImpexRunWriteMixin(models.AbstractModel):
    """The writing of a run, piece by piece, each in a transaction of its own."""

    _name = "integrator.impex.run.write.mixin"
    _description = "Writing of a run"

    # === RUN === #

    def _run_pieces(self, size=None):
        """Write the records, piece by piece.

        :param int size: records that are written in one transaction; None: as many as it bears
        """
        if self.direction == "export":
            yield from self._export_pieces()
            return
        for one in self._inputs_left():
            layout = one._layout()
            reader = self._read(self._environment(), one)
            while records := list(islice(reader, size or PIECE)):
                env = self._environment()
                service = env[one.descriptor_id._service()._name]
                count, found = self._write_piece(service, layout, records)
                self._note(one, found)
                one.position += count
                one.total = max(one.total, one.position)
                self._log_piece(one)
                if self._stop_early():
                    yield
                    return
                yield
            yield from self._retry_in_rounds(one)
            one.is_read = True
        self._end("done")
        yield

    def _write_piece(self, service, layout, records):
        """Write records, or as many of them as may be refused.

        :return: (how many are done with, their pairs of record and outcome)
        """
        wanted = [record for record in records if record is not None]
        with service.env.cr.savepoint() as savepoint:
            found = service._import_all(layout, wanted)
            if not self._is_enough(found):
                return len(records), found
            # what stands behind the last row that may be refused is not written
            savepoint.rollback()
        found = []
        for place, record in enumerate(records, 1):
            found += service._import_all(layout, [record] if record is not None else [])
            if self._is_enough(found):
                return place, found
        return len(records), found

    def _retry_in_rounds(self, one, plan=None):
        """Try the rows of a file once more that wait for something further down in it, piece by
        piece.

        :param plan: of the check, which writes nothing; None: they are written
        """
        for _round in range(WAIT_ROUNDS):
            before = self.waiting
            yield from self._retry_waiting(one, plan)
            if self.waiting == before:
                break

    def _is_enough(self, found):
        limit = self.group_id.stop_after
        new = sum(isinstance(outcome, RowRefused) for _record, outcome in found)
        return limit and self.refused + new >= limit

    def _stop_early(self):
        limit = self.group_id.stop_after
        if not limit or self.refused < limit:
            return False
        self.error_message = self.env._(
            "Stopped after %s refused rows. Correct them, then run the error file, or go on.", limit
        )
        self._end("stopped")
        return True

    def _note(self, one, found):
        """Count the outcomes of records, and store the rows that have to be kept.

        :param one: the file
        :param found: pairs of a record and its `Outcome` or `RowRefused`
        """
        counts = dict.fromkeys(COUNTS, 0)
        rows = []
        for record, outcome in found:
            values = self._prepare_row(one, record, outcome)
            counts[values["operation"]] += 1
            if values["operation"] in SHOWN or values.get("reason"):
                rows.append(values)
        self.env["integrator.impex.row"].create(rows)
        self.write({name: self[name] + counts[key] for key, name in COUNTS.items() if counts[key]})

    def _prepare_row(self, one, record, outcome):
        values = {"run_id": self.id, "input_id": one.id, "number": record.row}
        if isinstance(outcome, RowRefused):
            kind = "waiting" if isinstance(outcome, RowWaits) else "refused"
            return {
                **values,
                "operation": kind,
                "column": outcome.column,
                "reason": outcome.message,
            }
        operation = outcome.operation
        return {
            **values,
            "operation": operation,
            "res_model": outcome.model,
            # what a check has made is gone again
            "res_id": 0 if self.task == "check" and operation == "create" else outcome.res_id,
            "name": outcome.name,
            "steps": outcome.steps,
            "promised": outcome.promised or False,
            "reason": outcome.reason,
        }

    def _end(self, state):
        self.write({"state": state, "ended_at": fields.Datetime.now()})
        if state == "done":
            self.error_message = False
        self._release_turn()
        self._make_error_files()
        self._archive()
        self._notify_user()

    def _make_error_files(self):
        self.input_ids.filtered(lambda one: one.kind == "errors").unlink()
        for one in self._inputs():
            one._make_error_file()

    def _archive(self):
        """Move the file away in its location, with any result."""
        if not self.claimed_path or not self.location_id:
            return
        try:
            self.location_id._archive_file(self.claimed_path, self)
        except IntegratorError as error:
            self._add_message(
                self.env._("The file could not be put into the archive: %s", error.message)
            )
        else:
            self.claimed_path = False

    # === ROWS THAT WAIT === #

    @api.model
    def _retry_waiting_runs(self):
        """Try rows once more that waited for something, when anything was written since; after
        some days they are refused."""
        for run in self.search([("waiting", ">", 0), ("state", "=", "done"), ("task", "=", False)]):
            for _piece in run.with_context(lang=run.user_id.lang)._retry_waiting_rows():
                self.env["ir.cron"]._commit_progress()
                self.env.invalidate_all()
            self.env["ir.cron"]._commit_progress()

    def _retry_waiting_rows(self):
        """Retry the waiting rows of one run, piece by piece."""
        yield from self._refuse_late()
        inputs = self._inputs()
        # what was taken back is not begun again
        if not self.undone_at and self._has_new_records():
            for one in inputs:
                yield from self._retry_in_rounds(one)
            self.ended_at = fields.Datetime.now()
        made = self.input_ids.filtered(lambda one: one.kind == "errors")
        if sum(made.mapped("total")) != self.refused + self.waiting:
            self._make_error_files()

    def _refuse_late(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=WAIT_DAYS)
        for rows in self._row_pieces([("operation", "=", "waiting"), ("create_date", "<", before)]):
            rows.operation = "refused"
            self.write({"waiting": self.waiting - len(rows), "refused": self.refused + len(rows)})
            yield

    def _has_new_records(self):
        later = [("company_id", "=", self.company_id.id), ("ended_at", ">=", self.ended_at)]
        return bool(
            self.search_count([*later, ("id", "!=", self.id), ("created", ">", 0)], limit=1)
        )

    def _retry_waiting(self, one, plan=None):
        """Write the waiting rows of a file whose references are there by now, piece by piece: the
        file is read once more, side by side with the rows.

        :param plan: see `_retry_in_rounds`
        """
        if not one._has_rows(WAITING):
            return
        layout = one._layout()
        rows = self.env["integrator.impex.row"]
        waiting = RowNotes((row["number"], [row["id"]]) for row in one._rows_in_order(WAITING))
        service = self._environment()[one.descriptor_id._service()._name]
        with one._open() as source:
            reader = service._read(layout, source, Context(file=one.name))
            wanted = ((record, waiting.of(record.row)) for record in reader)
            wanted = ((record, ids) for record, ids in wanted if ids)
            while piece := list(islice(wanted, PIECE)):
                known = {record.row: ids for record, ids in piece}
                records = [record for record, _ids in piece]
                tried = self._try_or_write(one, layout, records, plan)
                found = [pair for pair in tried if not isinstance(pair[1], RowWaits)]
                done = [row_id for record, _outcome in found for row_id in known[record.row]]
                rows.browse(done).unlink()
                self.waiting -= len(found)
                self._note(one, found)
                yield

    def _try_or_write(self, one, layout, records, plan):
        if plan:
            return self._try_piece(one, layout, records, plan)
        service = self._environment()[one.descriptor_id._service()._name]
        return service._import_all(layout, records)
