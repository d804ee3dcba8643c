# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

from odoo import api, fields, models
from odoo.fields import Domain

from ..files.error_file import write_error_file
from ..files.guess import as_found

#: What becomes of rows that stand in the error file.
NOT_TAKEN = ("refused", "waiting")
#: Rows that are read at a time.
ROWS = 1000


class IntegratorImpexInput(models.Model):
    """A file of a run: what came in, with how far it is read, or what was made."""

    _name = "integrator.impex.input"
    _description = "File of a run"
    _order = "sequence, id"

    run_id = fields.Many2one("integrator.impex.run", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    sequence = fields.Integer()
    descriptor_id = fields.Many2one("integrator.impex.descriptor", string="Layout")
    name = fields.Char(required=True)
    content = fields.Binary(attachment=True)
    kind = fields.Selection(
        [("input", "Came in"), ("errors", "Error file"), ("output", "Was made")],
        required=True,
        default="input",
    )
    position = fields.Integer(string="Records read")
    total = fields.Integer(string="Records")
    keys = fields.Integer(string="Written")
    is_read = fields.Boolean()

    def _open(self):
        """The content as a seekable stream, read from where it lies and not held in memory."""
        self.ensure_one()
        attachments_sudo = self.env["ir.attachment"].sudo()
        kept_sudo = attachments_sudo.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "content"),
            ]
        )
        if kept_sudo.store_fname:
            path = Path(kept_sudo._full_path(kept_sudo.store_fname))
            # another addon may keep attachments elsewhere
            if path.is_file():
                return path.open("rb")
        return BytesIO(kept_sudo.raw or b"")

    def _layout(self):
        """What this file is like: a table may be saved in another way than its layout says.

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
        if not self.env["integrator.impex.row"].search_count(self._not_taken_domain(), limit=1):
            return self.browse()
        with TemporaryFile() as target:
            with self._open() as source:
                count = write_error_file(self._layout(), source, target, self._reasons())
            target.seek(0)
            content = b64encode(target.read())
        return self.create(
            {
                "run_id": self.run_id.id,
                "descriptor_id": self.descriptor_id.id,
                "sequence": self.sequence,
                "name": self._error_name(self.name),
                "kind": "errors",
                "total": count,
                "content": content,
            }
        )

    def _reasons(self):
        """Why rows of this file were not taken, in the order of the file and some at a time.

        :return: iterator of pairs: number of a row, list of texts
        """
        for row in self._rows_not_taken():
            yield row["number"], [self._reason(row)]

    def _reason(self, row):
        reason = row["reason"] or ""
        if row["column"]:
            reason = f"{row['column']}: {reason}"
        return self.env._("row %(number)s: %(reason)s", number=row["number"], reason=reason)

    def _not_taken_domain(self):
        return Domain("input_id", "=", self.id) & Domain("operation", "in", NOT_TAKEN)

    def _rows_not_taken(self):
        """The rows of the error file as dicts, in the order of the file and some at a time."""
        rows = self.env["integrator.impex.row"]
        names = ["number", "column", "reason"]
        own, later = self._not_taken_domain(), Domain.TRUE
        while found := rows.search_read(own & later, names, limit=ROWS, order="number, id"):
            yield from found
            rows.invalidate_model()
            last = found[-1]
            same = Domain("number", "=", last["number"]) & Domain("id", ">", last["id"])
            later = Domain("number", ">", last["number"]) | same
