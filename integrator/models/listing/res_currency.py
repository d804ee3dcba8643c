# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    # === BUSINESS METHODS === #

    def _integrator_rate(self, company):
        """The rate by which Odoo converts this currency today for a company.

        Odoo itself takes one to one where there is none; what is offered to buyers must not.

        :return: `res.currency.rate`; empty when there is none
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # the order in which Odoo looks for it: what began already, else what begins next
        for operator, order in (("<=", "name desc"), (">", "name")):
            for owner in (company.root_id.id, False):
                rate = self.env["res.currency.rate"].search(
                    [
                        ("currency_id", "=", self.id),
                        ("company_id", "=", owner),
                        ("name", operator, today),
                    ],
                    order=order,
                    limit=1,
                )
                if rate:
                    return rate
        return self.env["res.currency.rate"]


class ResCurrencyRate(models.Model):
    """A rate changes every price that is offered in another currency."""

    _inherit = "res.currency.rate"

    # === CRUD METHODS === #

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

    # === BUSINESS METHODS === #

    def _integrator_note(self):
        """Have prices compared on the automatic sites of the companies that have these rates."""
        sites = self.env["integrator.site"]._automatic_sites()
        if shared := self.filtered(lambda rate: not rate.company_id):
            self.env["integrator.reconcile"]._want(sites, "offer")
        roots = (self - shared).company_id
        own = sites.filtered(lambda site: site.company_id.root_id in roots)
        self.env["integrator.reconcile"]._want(own, "offer")
