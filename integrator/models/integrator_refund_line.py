# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..const import CHARGE_KINDS


class IntegratorRefundLine(models.Model):
    """What a site was told to give back for one thing of one order line, and what became of it."""

    _name = "integrator.refund.line"
    _description = "Refund told to a site"
    _order = "move_id, order_line_id, id"
    _rec_name = "remote_line_id"

    task_id = fields.Many2one(
        "integrator.task",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The task that tells it.",
    )
    site_id = fields.Many2one(related="task_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    move_id = fields.Many2one(related="task_id.move_id", store=True, index=True)
    order_line_id = fields.Many2one(
        "integrator.order.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        string="Line there",
        help="The line of the site's order that the money was paid for.",
    )
    remote_line_id = fields.Char(related="order_line_id.remote_line_id")
    sku = fields.Char(related="order_line_id.sku")
    currency_id = fields.Many2one(related="order_line_id.currency_id")
    kind = fields.Selection(
        [*CHARGE_KINDS, ("goodwill", "Goodwill")],
        required=True,
        readonly=True,
        help="What the money was paid for.",
    )
    net = fields.Monetary(readonly=True, help="Without tax.")
    tax = fields.Monetary(readonly=True, help="The tax on it.")
    state = fields.Selection(related="task_id.state", help="What became of it on the site.")
    message = fields.Char(readonly=True, help="What the site says about it.")

    _part_uniq = models.UniqueIndex(
        "(task_id, order_line_id, kind)", "This part is in the refund already."
    )

    @api.model
    def _replace(self, task, parts):
        """Note anew what a task is about to tell: the present amounts of its credit note.

        :param task: `integrator.task` of kind refund
        :param dict parts: (order line, kind) -> tuple (net, tax), decimals
        """
        self.search([("task_id", "=", task.id)]).unlink()
        return self.create(
            [
                {
                    "task_id": task.id,
                    "order_line_id": line.id,
                    "kind": kind,
                    "net": float(net),
                    "tax": float(tax),
                }
                for (line, kind), (net, tax) in parts.items()
            ]
        )

    @api.model
    def _told_before(self, task):
        """What the site was told to give back for the same order by other credit notes.

        :return: dict order line -> amount with tax
        """
        lines = self.search(
            [
                ("order_line_id.order_id", "=", task.order_id.id),
                ("task_id", "!=", task.id),
                ("task_id.state", "in", ("submitted", "pending", "success")),
            ]
        )
        told = {}
        for line in lines:
            amount = line.net + line.tax
            told[line.order_line_id] = told.get(line.order_line_id, 0.0) + amount
        return told
