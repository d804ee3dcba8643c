# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The example of docs/files-services.md: a service that another addon brings."""

import json

from odoo import api, fields, models

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
            plain = json.loads(line)
            values = {
                column.name: plain[column.source]
                for column in layout.columns
                if column.source in plain
            }
            yield Record(number, values)

    @api.model
    def _write(self, layout, records, target, context):
        """Override of `integrator_impex`."""
        for record in records:
            values = self._export_values(layout, record)
            plain = {column.source: values[column.name] for column in layout.columns}
            target.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
        return len(records)

    @api.model
    def _prepare_create(self, model, used, values):
        """Override of `integrator_impex`: what comes in this way is marked."""
        return {**super()._prepare_create(model, used, values), "comment": "From JSON"}
