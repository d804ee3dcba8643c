# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class StageSend(models.AbstractModel):
    """Sending has two queues: tasks that no batch holds yet, and batches under way."""

    _inherit = "integrator.stage.send"

    def _has_work(self, site):
        waiting = Domain("site_id", "=", site.id) & Domain("state", "=", "waiting")
        tasks = self._ready_domain(site) | waiting
        return super()._has_work(site) or bool(
            self.env["integrator.task"].search_count(tasks, limit=1)
        )
