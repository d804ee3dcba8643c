# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...const import MAX_ATTEMPTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    integrator_site_ids = fields.Many2many(
        "integrator.site", compute="_compute_integrator_site_ids", string="Channels"
    )
    integrator_silent = fields.Boolean(
        string="Record events only while a channel is automatic",
        config_parameter="integrator.silent",
    )
    integrator_max_attempts = fields.Integer(
        string="Attempts",
        config_parameter="integrator.max_attempts",
        default=MAX_ATTEMPTS,
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_integrator_site_ids(self):
        for settings in self:
            settings.integrator_site_ids = self.env["integrator.site"].search(
                [("company_id", "=", settings.company_id.id)]
            )

    # === ACTION METHODS === #

    def action_integrator_add_site(self):
        """Button: a form for a new site."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_site_action_new"
        )
