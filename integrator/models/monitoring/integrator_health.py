# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...const import SILENT
from ...exceptions import ConfigurationError


class IntegratorHealth(models.AbstractModel):
    """Checks that run although nothing has failed: whether the stages run at all, and whether
    credentials are about to expire."""

    _name = "integrator.health"
    _description = "Watch over the channels"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_health(self):
        """Entry of the scheduled action."""
        for site in self.env["integrator.site"].search([("active", "=", True)]):
            site = site.with_context(lang=site._responsible().lang)
            self._check_site(site)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _check_site(self, site):
        """Run the checks of one site. Hook: addons add theirs."""
        self._check_heartbeat(site)
        self.env["integrator.circuit"]._update_alerts(site)
        self.env["integrator.credential"]._warn(site)

    @api.model
    def _check_heartbeat(self, site):
        """Alert when nothing runs, once; the alert closes when it runs again."""
        alerts = self.env["integrator.alert"]
        if not site.heartbeat_message:
            alerts._close_causes(site, "watch", [SILENT])
        elif not alerts._is_open(site, "watch", SILENT):
            alerts._raise(site, "watch", ConfigurationError(site.heartbeat_message, code=SILENT))
