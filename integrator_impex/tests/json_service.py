# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The example of docs/files-by-hand.md: a service that another addon brings."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator_impex.files.records import Record


class JsonLinesDescriptor(models.Model):
    _inherit = "integrator.impex.descriptor"

    service = fields.Selection(
        selection_add=[("jsonl", "JSON lines")], ondelete={"jsonl": "cascade"}
    )


class JsonLinesService(models.AbstractModel):
    """A JSON object a line."""

    _name = "integrator.impex.service.jsonl"
    _inherit = "integrator.impex.service"
    _description = "Import and export of JSON lines"

    @api.model
    def _read(self, layout, source, context):
        """Override of `integrator_impex`: each line is a record."""
        for number, line in enumerate(source, 1):
            try:
                plain = json.loads(line)
            except ValueError:
                raise UserError(self.env._("Line %s is no JSON.", number)) from None
            values = {
                column.name: plain[column.source]
                for column in layout.columns
                if column.source in plain
            }
            yield Record(number, values)

    @api.model
    def _write_values(self, layout, rows, target, context):
        """Override of `integrator_impex`: each row is a line."""
        count = 0
        for count, values in enumerate(rows, 1):  # noqa: B007 - counted
            plain = {column.source: values.get(column.name) for column in layout.columns}
            text = json.dumps(plain, ensure_ascii=False, default=str)
            target.write(text.encode() + b"\n")
        return count

    @api.model
    def _prepare_create(self, model, used, values):
        """Override of `integrator_impex`: what comes in this way is marked."""
        return {**super()._prepare_create(model, used, values), "comment": "From JSON"}
