# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    # === BUSINESS METHODS === #

    def _update_last_login(self):
        """The scheduler that would raise the alarm may itself be dead, so the alarm is also raised
        by whoever of the integration group logs in."""
        answer = super()._update_last_login()
        if self.has_group("integrator.group_integrator_user"):
            sites_sudo = self.env["integrator.site"].sudo().search([("automatic", "=", True)])
            watch_sudo = self.env["integrator.health"].sudo()
            for site in sites_sudo:
                # whatever it meets, it never keeps anybody out
                with self.env["integrator.stage"]._isolated(site):
                    watch_sudo._check_heartbeat(site)
        return answer
