# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCurrency(models.Model):
    _inherit = "res.currency"

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
