# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Stages of this addon and their scheduled actions.
CRONS = {
    "update_orders": "integrator_impex.ir_cron_update_orders",
    "export_orders": "integrator_impex.ir_cron_export_orders",
}


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    exporter_ids = fields.One2many("integrator.order.exporter", "site_id", string="Exporters")
    feed_ids = fields.One2many("integrator.order.feed", "site_id", string="Feeds")

    @api.model
    def _wake(self, *stages, at=None):
        """Override of `integrator`: this addon's stages have scheduled actions of its own."""
        for stage in [stage for stage in stages or CRONS if stage in CRONS]:
            cron = self.env.ref(CRONS[stage]).sudo()
            if not (at and self._is_awake(cron, at)):
                cron._trigger(at=at)
        others = [stage for stage in stages if stage not in CRONS]
        if others or not stages:
            super()._wake(*others, at=at)
