# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError


class IntegratorImpexLoad(models.TransientModel):
    """Bring layouts and groups here that were made in another database."""

    _name = "integrator.impex.load"
    _description = "Load layouts"

    content = fields.Binary(
        string="File",
        attachment=False,
        help="JSON of “Download as JSON”, or a descriptor of YesCart.",
    )
    file_name = fields.Char(string="File name")
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        domain="[('transient', '=', False)]",
        help="What the rows are in Odoo, for a descriptor of YesCart. Empty: what it says itself.",
    )

    def action_load(self):
        """Button: make the layouts, or bring the ones of the same name to what the file says."""
        self.ensure_one()
        descriptors = self.env["integrator.impex.descriptor"]
        descriptors.check_access("create")
        if not self.content:
            raise UserError(self.env._("Choose a file."))
        content = base64.b64decode(self.with_context(bin_size=False).content)
        name = (self.file_name or "").rpartition(".")[0]
        return self._show(descriptors._load(content, name, self.model_id.model or ""))

    def action_example(self):
        """Button: make the group “Catalog & PIM”."""
        descriptors = self.env["integrator.impex.descriptor"]
        descriptors.check_access("create")
        return self._show(descriptors._load_example())

    def _show(self, made):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Layouts"),
            "res_model": "integrator.impex.descriptor",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", made.ids)],
        }
