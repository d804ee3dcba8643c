# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..exceptions import UnclearError


class IntegratorTask(models.Model):
    """A cancellation that the site refuses: the buyer still waits, whatever Odoo shows."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    def _fail(self, error):
        result = super()._fail(error)
        cancellations = self.filtered(lambda task: task.kind == "cancellation")
        unclear = isinstance(error, UnclearError)
        for task in cancellations.filtered("order_id.sale_order_id"):
            text = self.env._(
                "%(site)s did not cancel %(order)s: %(reason)s The buyer still waits. Confirm the "
                "order again and ship it, or settle it with a credit note."
            )
            if unclear:
                text = self.env._("It is unclear whether %(site)s cancelled %(order)s: %(reason)s")
            names = {"site": task.site_id.name, "order": task.order_id.remote_order_id}
            task.site_id._schedule_question(
                task.order_id.sale_order_id,
                self.env._("Cancellation unclear")
                if unclear
                else self.env._("Cancellation refused"),
                text % {**names, "reason": error.message},
            )
        return result


class SaleOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order"

    integrator_cancel_refusal = fields.Char(
        string="The site did not cancel",
        compute="_compute_integrator_cancel_refusal",
        help="Why the site refused the cancellation; for it, the order is still to be shipped.",
    )

    @api.depends("state", "remote_order_id")
    def _compute_integrator_cancel_refusal(self):
        tasks = self.env["integrator.task"].sudo()
        domain = [("kind", "=", "cancellation"), ("state", "=", "error")]
        domain += [("order_id.sale_order_id", "in", self.filtered("remote_order_id").ids)]
        refused = tasks.search(domain).grouped(lambda task: task.order_id.sale_order_id.id)
        for order in self:
            order.integrator_cancel_refusal = refused.get(order.id, tasks)[:1].error_message


class StockPicking(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    integrator_cancel_refusal = fields.Char(
        related="sale_id.integrator_cancel_refusal",
        string="The site did not cancel",
        help="Why the site refused the cancellation; for it, the order is still to be shipped.",
    )
