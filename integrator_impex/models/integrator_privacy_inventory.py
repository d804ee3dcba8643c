# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.privacy.inventory import Place


class IntegratorPrivacyInventory(models.AbstractModel):
    _inherit = "integrator.privacy.inventory"

    def _places(self):
        """Override of `integrator`: what files said of contacts. The files themselves end with
        their runs."""
        return [
            *super()._places(),
            Place(
                "file_row",
                "integrator.impex.row",
                ("name", "steps", "reason"),
                self._file_rows,
                "empty",
                self.env._("What imported files said"),
                self.env._("To show what an import did, and to take it back."),
            ),
        ]

    def _file_rows(self, who):
        wanted = [("res_model", "=", "res.partner"), ("res_id", "in", who.partners.ids)]
        return self.env["integrator.impex.row"].search(wanted)
