# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StageReconcile(models.AbstractModel):
    """Comparing begins a pass by itself when its time has come."""

    _inherit = "integrator.stage.reconcile"

    def _has_work(self, site):
        passes = self.env["integrator.reconcile"]
        return bool(passes._current(site) or passes._find_due(site))
