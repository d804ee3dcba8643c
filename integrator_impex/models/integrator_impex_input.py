# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from tempfile import TemporaryFile

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.integrator.reason import Reason

from ..files.error_file import write_error_file
from ..files.guess import as_found

#: Outcomes of rows in the error file.
NOT_TAKEN = ("refused", "waiting")
#: Rows that are read at a time.
ROWS = 1000


class IntegratorImpexInput(models.Model):
    """A file of a run: what came in, with how far it is read, or what was made."""

    _name = "integrator.impex.input"
    _inherit = "integrator.impex.content.mixin"
    _description = "File of a run"
    _order = "sequence, id"

    run_id = fields.Many2one("integrator.impex.run", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    sequence = fields.Integer()
    descriptor_id = fields.Many2one("integrator.impex.descriptor", string="Layout")
    name = fields.Char(required=True)
    kind = fields.Selection(
        [("input", "Came in"), ("errors", "Error file"), ("output", "Was made")],
        required=True,
        default="input",
    )
    position = fields.Integer(string="Records read")
    total = fields.Integer(string="Records")
    keys = fields.Integer(string="Written")
    is_read = fields.Boolean()
    refusal = Reason(string="Left out because")

    def _layout(self):
        """Return the layout of this file: a table may be saved in another form than its layout
        says.

        :return: `files.layout.Descriptor`
        """
        with self._open() as source:
            return as_found(self.descriptor_id._layout(), source)

    @api.model
    def _error_name(self, name):
        stem, dot, ending = name.rpartition("/")[2].rpartition(".")
        return f"{stem}-errors{dot}{ending}" if stem else f"{name}-errors"

    def _make_error_file(self):
        """The rows of this file that were not taken, each with its reason, as a file of the run.

        :return: the record; empty when all were taken
        """
        if not self._has_rows(NOT_TAKEN):
            return self.browse()
        values = {"kind": "errors", "sequence": self.sequence}
        with TemporaryFile() as target:
            with self._open() as source:
                values["total"] = write_error_file(self._layout(), source, target, self._reasons())
            name = self._error_name(self.name)
            return self.run_id._add_file(self.descriptor_id, name, target, **values)

    def _reasons(self):
        """Return the reasons for which rows of this file were refused, in the order of the file and
        some at a time.

        :return: iterator of pairs: number of a row, list of texts
        """
        for row in self._rows_in_order(NOT_TAKEN, ["column", "reason"]):
            yield row["number"], [self._reason(row)]

    def _reason(self, row):
        reason = "; ".join((row["reason"] or "").splitlines())
        if row["column"]:
            reason = f"{row['column']}: {reason}"
        return self.env._("row %(number)s: %(reason)s", number=row["number"], reason=reason)

    def _rows_domain(self, operations):
        return Domain("input_id", "=", self.id) & Domain("operation", "in", operations)

    def _has_rows(self, operations):
        rows = self.env["integrator.impex.row"]
        return bool(rows.search_count(self._rows_domain(operations), limit=1))

    def _rows_in_order(self, operations, names=()):
        """Rows of this file as dicts, in the order of the file and some at a time: neither the
        rows nor what comes of them is held.

        :param operations: what became of them, of `NOT_TAKEN`
        :param names: fields that are read besides the number
        """
        rows = self.env["integrator.impex.row"]
        own, later = self._rows_domain(operations), Domain.TRUE
        names = ["id", "number", *names]
        while found := rows.search_fetch(own & later, names, limit=ROWS, order="number, id"):
            # as they were kept: to put each into a reader's language takes longer than to read it
            values = [{name: row[name] for name in names} for row in found]
            rows.invalidate_model()
            yield from values
            last = values[-1]
            same = Domain("number", "=", last["number"]) & Domain("id", ">", last["id"])
            later = Domain("number", ">", last["number"]) | same
