# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResCurrencyRate(models.Model):
    """A rate changes every price that is offered in another currency."""

    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._integrator_note()
        return rates

    def write(self, vals):
        result = super().write(vals)
        self._integrator_note()
        return result

    def unlink(self):
        self._integrator_note()
        return super().unlink()

    def _integrator_note(self):
        """Have prices compared on the automatic sites of the companies that have these rates."""
        sites = self.env["integrator.site"]._automatic_sites()
        if shared := self.filtered(lambda rate: not rate.company_id):
            self.env["integrator.reconcile"]._want(sites, "offer")
        roots = (self - shared).company_id
        own = sites.filtered(lambda site: site.company_id.root_id in roots)
        self.env["integrator.reconcile"]._want(own, "offer")
