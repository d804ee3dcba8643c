# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import api, fields, models

from odoo.addons.integrator.exceptions import IntegratorError

from ..files.constants import Context
from ..outcomes import RowRefused, RowWaits
from .integrator_impex_run_check_mixin import WAIT_ROUNDS

#: Records that are written in one transaction.
PIECE = 500
#: Days in which rows wait for what they refer to.
WAIT_DAYS = 2
#: What becomes of a row -> the field of the run that counts it.
COUNTS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "refused": "refused",
    "waiting": "waiting",
}
#: What is kept as a row of its own, with what was passed over for a reason; the rest is counted.
SHOWN = ("create", "update", "delete", "refused", "waiting")


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
            self._settle_waiting(one)
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

    def _settle_waiting(self, one):
        """Try the rows of a file once more that wait for something further down in it."""
        for _round in range(WAIT_ROUNDS):
            rows = self.env["integrator.impex.row"].search(
                [("input_id", "=", one.id), ("operation", "=", "waiting")]
            )
            if not rows or not self._retry_waiting(rows):
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
        """Count what became of records, and keep the rows that are worth it.

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
        return {
            **values,
            "operation": outcome.operation,
            "res_model": outcome.model,
            # what a check has made is gone again
            "res_id": outcome.res_id if self.task == "run" or outcome.operation != "create" else 0,
            "name": outcome.name,
            "steps": outcome.steps,
            "promised": outcome.promised or False,
            "reason": outcome.reason,
        }

    def _end(self, state):
        self.write({"state": state, "ended_at": fields.Datetime.now()})
        if state == "done":
            self.error_message = False
        self._rest()
        self._make_error_files()
        self._archive()
        self._tell()

    def _make_error_files(self):
        self.input_ids.filtered(lambda one: one.kind == "errors").unlink()
        for one in self.input_ids.filtered(lambda one: one.kind == "input"):
            one._make_error_file()

    def _archive(self):
        """Put the file that was taken from a location away, whatever came of it."""
        if not self.claimed_path or not self.location_id:
            return
        try:
            self.location_id._archive_file(self.claimed_path, self)
        except IntegratorError as error:
            text = self.env._("The file could not be put into the archive: %s", error.message)
            self.message = "\n".join(filter(None, [self.message, text]))
        else:
            self.claimed_path = False

    # === ROWS THAT WAIT === #

    @api.model
    def _wake_waiting(self):
        """Try rows once more that waited for something, when anything was written since; after
        some days they are refused."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=WAIT_DAYS)
        for run in self.search([("waiting", ">", 0), ("state", "=", "done"), ("task", "=", False)]):
            rows = self.env["integrator.impex.row"].search(
                [("run_id", "=", run.id), ("operation", "=", "waiting")]
            )
            if run.ended_at < before:
                rows.operation = "refused"
                run.write({"waiting": 0, "refused": run.refused + len(rows)})
                run._make_error_files()
                continue
            if run._is_news():
                run._retry_waiting(rows)
                run.ended_at = fields.Datetime.now()
                run._make_error_files()
            self.env["ir.cron"]._commit_progress()

    def _is_news(self):
        later = [("company_id", "=", self.company_id.id), ("ended_at", ">=", self.ended_at)]
        return bool(
            self.search_count([*later, ("id", "!=", self.id), ("created", ">", 0)], limit=1)
        )

    def _retry_waiting(self, rows):
        """Write waiting rows whose references are there by now.

        :return: how many of them wait no longer
        """
        before = self.waiting
        env = self._environment()
        for one in rows.input_id:
            layout = one._layout()
            service = env[one.descriptor_id._service()._name]
            mine = {row.number: row for row in rows if row.input_id == one}
            with one._open() as source:
                reader = service._read(layout, source, Context(file=one.name))
                wanted = (record for record in reader if record.row in mine)
                while records := list(islice(wanted, PIECE)):
                    found = [
                        (record, outcome)
                        for record, outcome in service._import_all(layout, records)
                        if not isinstance(outcome, RowWaits)
                    ]
                    rows.browse(mine[record.row].id for record, _outcome in found).unlink()
                    self.waiting -= len(found)
                    self._note(one, found)
        return before - self.waiting
