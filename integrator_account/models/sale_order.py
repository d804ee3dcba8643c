# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    integrator_profit = fields.Monetary(
        string="Profit",
        currency_field="integrator_company_currency_id",
        compute="_compute_integrator_profit",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="What the channel has paid for the order, less its fees and the cost of the goods; "
        "before the settlement, what is expected.",
    )
    integrator_profit_kind = fields.Selection(
        [("settled", "Settled"), ("estimate", "Estimate")],
        string="Profit is",
        compute="_compute_integrator_profit",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Estimate: no settlement has the order yet.",
    )
    integrator_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )

    def _compute_integrator_profit(self):
        report_sudo = self.env["integrator.profit.report"].sudo()
        groups = report_sudo._read_group(
            [("sale_order_id", "in", self.ids)], ["sale_order_id", "kind"], ["profit:sum"]
        )
        profits = {order.id: (kind, profit) for order, kind, profit in groups}
        for order in self:
            kind, profit = profits.get(order.id, (False, 0.0))
            order.integrator_profit_kind = kind
            order.integrator_profit = profit

    def action_integrator_view_profit(self):
        """Button: what the profit is made of."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator_account.integrator_profit_report_action"
        )
        return {**action, "domain": [("sale_order_id", "in", self.ids)]}
