# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...access import check_operator


class IntegratorApiCaller(models.AbstractModel):
    """Who calls the programming interface, and with which sites and orders he may work."""

    _name = "integrator.api.caller"
    _description = "Programming interface: callers"

    @api.model
    def _is_operator(self):
        return self.env.user.has_group("integrator.group_integrator_user")

    @api.model
    def _check_caller(self):
        """Let operators and customers pass.

        :raise AccessError: for the public, and for colleagues who are no operators
        """
        if self._is_operator():
            return
        if self.env.user._is_public() or not self.env.user.share:
            raise AccessError(self.env._("Log in with the key of a customer or an operator."))

    @api.model
    def _find_site_sudo(self, site_id):
        """A site that an operator may work with.

        :raise AccessError: for everybody else
        """
        site = self.env["integrator.site"].browse(site_id)
        check_operator(site)
        if not site.exists():
            raise UserError(self.env._("There is no channel %s.", site_id))
        return site.sudo().with_company(site.sudo().company_id)

    @api.model
    def _find_order_sudo(self, order_id, operator=False):
        """A sale order that the caller may work with: an operator those of his companies, a
        customer his own.

        :param bool operator: whether customers are refused
        :raise AccessError: for any other order; whether it exists is not told
        """
        self._check_caller()
        order_sudo = self.env["sale.order"].sudo().browse(order_id).exists()
        if self._is_operator():
            allowed = order_sudo.company_id in self.env.companies
        elif operator:
            check_operator(self.env["integrator.site"])
            allowed = False
        else:
            own = self.env.user.partner_id.commercial_partner_id
            allowed = order_sudo.partner_id.commercial_partner_id == own
        if not order_sudo or not allowed:
            raise AccessError(self.env._("You have no order %s.", order_id))
        return order_sudo.with_company(order_sudo.company_id)
