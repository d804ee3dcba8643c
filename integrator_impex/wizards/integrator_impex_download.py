# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode

from odoo import api, fields, models


class IntegratorImpexDownload(models.TransientModel):
    """A file to download, which is not stored."""

    _name = "integrator.impex.download"
    _description = "Download"

    name = fields.Char(required=True, readonly=True)
    content = fields.Binary(attachment=False, readonly=True)

    @api.model
    def _action(self, name, content):
        """The action by which the present user downloads a file.

        :param bytes content: of the file
        """
        made = self.create({"name": name, "content": b64encode(content)})
        place = f"model={self._name}&id={made.id}&field=content&filename_field=name"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?{place}&download=true",
            "target": "download",
        }
