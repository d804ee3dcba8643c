# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "integrator.readonly.mixin"]

    integrator_deposit = fields.Boolean(
        string="Deposit",
        copy=False,
        readonly=True,
        help="The customer's money out of which orders are paid before they are exported.",
    )

    @api.model
    def _integrator_balance(self, partner, currency):
        """The deposit of a customer that is not reserved for orders.

        :param partner: commercial partner
        :return: amount in the currency
        """
        payments_sudo = self.sudo().search(
            [
                ("integrator_deposit", "=", True),
                ("partner_id", "child_of", partner.id),
                ("currency_id", "=", currency.id),
                ("state", "in", ("in_process", "paid")),
            ]
        )
        signs = {"inbound": 1, "outbound": -1}
        given = sum(signs[payment.payment_type] * payment.amount for payment in payments_sudo)
        orders_sudo = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partner.id),
                    ("currency_id", "=", currency.id),
                    ("integrator_reserved", ">", 0),
                    ("state", "!=", "cancel"),
                ]
            )
        )
        return currency.round(given - sum(orders_sudo.mapped("integrator_reserved")))
