# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator


class IntegratorImpexStart(models.TransientModel):
    """Import a file, or make an export, by hand."""

    _name = "integrator.impex.start"
    _description = "Import or export by hand"

    group_id = fields.Many2one("integrator.impex.group", required=True)
    direction = fields.Selection(related="group_id.direction")
    content = fields.Binary(
        string="File", attachment=False, help="A file of one of the layouts, or a zip."
    )
    file_name = fields.Char(string="File name")

    def action_template(self):
        """Button: download a file with two example rows, to be filled in."""
        self.ensure_one()
        return self.group_id.action_template()

    def action_start(self):
        """Button: begin; an import is checked, and nothing is written yet."""
        self.ensure_one()
        check_operator(self)
        if self.direction == "export":
            run = self.group_id._start(location_id=False)
            run.action_run()
            return run._open()
        if not self.content and self.file_name:
            raise UserError(
                self.env._(
                    "“%s” is empty. Save it once more where it was made, then choose it again.",
                    self.file_name,
                )
            )
        if not self.content:
            raise UserError(self.env._("Choose a file."))
        content = base64.b64decode(self.with_context(bin_size=False).content)
        run = self.group_id._start([(self.file_name or "file", content)])
        self.content = False
        if run.state == "uploaded":
            run.action_check()
        return run._open()
