# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    integrator_link_ids = fields.One2many(
        "integrator.link", "sale_line_id", readonly=True, groups="integrator.group_integrator_user"
    )

    def write(self, vals):
        before = {line.id: line.product_uom_qty for line in self if "product_uom_qty" in vals}
        result = super().write(vals)
        self._note_reductions(before)
        return result

    def _note_reductions(self, before):
        """Collect partial cancellations: a smaller quantity on a confirmed order (001-44).

        :param dict before: line id -> quantity before the change
        """
        for line in self.filtered(lambda line: line.state == "sale" and line.id in before):
            if line.product_uom_qty < before[line.id]:
                self.env["order.integration"]._note(
                    line.order_id,
                    "cancellation",
                    source=line,
                    quantity=before[line.id] - line.product_uom_qty,
                )

    def _action_launch_stock_rule(self, **kwargs):
        """Override of `sale_stock`: what the site ships itself never leaves our warehouse."""
        ours = self.filtered(lambda line: not line.order_id.shipped_by_site)
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)
