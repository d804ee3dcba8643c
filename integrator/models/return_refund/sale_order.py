# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    # orders know no returns: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order"

    integrator_return_ids = fields.One2many(
        "integrator.return",
        "sale_order_id",
        string="Returns",
        readonly=True,
        groups="integrator.group_integrator_user",
    )
    integrator_return_count = fields.Integer(
        compute="_compute_integrator_return_count",
        groups="integrator.group_integrator_user",
        help="Returns that the buyer has announced on the channel.",
    )

    # === COMPUTE METHODS === #

    @api.depends("integrator_return_ids")
    def _compute_integrator_return_count(self):
        for order in self:
            order.integrator_return_count = len(order.integrator_return_ids)

    # === ACTION METHODS === #

    def action_integrator_view_returns(self):
        """Button: the returns of this order."""
        return self.integrator_return_ids._get_records_action(name=self.env._("Returns"))
