# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    # === BUSINESS METHODS === #

    def _update_last_login(self):
        """Check the heartbeat also when a member of the integration group logs in, because the
        scheduler that usually does may itself be down."""
        answer = super()._update_last_login()
        if self.has_group("integrator.group_integrator_user"):
            sites_sudo = self.env["integrator.site"].sudo().search([("automatic", "=", True)])
            watch_sudo = self.env["integrator.health"].sudo()
            for site in sites_sudo:
                # errors here must never block a login
                with self.env["integrator.stage"]._isolated(site):
                    watch_sudo._check_heartbeat(site)
        return answer
