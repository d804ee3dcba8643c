# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import asdict

from odoo import api, fields, models


class IntegratorReturnLine(models.Model):
    """One product of a return."""

    _name = "integrator.return.line"
    _description = "Line of a return"
    _rec_name = "sku"

    return_id = fields.Many2one(
        "integrator.return", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    sku = fields.Char(string="SKU", readonly=True)
    remote_line_id = fields.Char(
        readonly=True, help="The channel's id of the order line, if given."
    )
    remote_product_id = fields.Char(
        string="Product ID of the channel", readonly=True, help="The channel's id of the product."
    )
    title = fields.Char(readonly=True, help="The product as the channel names it.")
    quantity = fields.Integer(readonly=True, help="Pieces that come back.")
    reason = fields.Char(readonly=True, help="Why, in the channel's words.")
    resolution = fields.Char(readonly=True, help="What the buyer wants: money, another piece.")
    order_line_id = fields.Many2one(
        "integrator.order.line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        string="Line there",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="set null", index=True, string="Order line"
    )

    # === BUSINESS METHODS === #

    @api.model
    def _apply(self, parent, values_list):
        """Bring the lines of a return up to date; lines without a distinguishing key keep their
        order.

        :param parent: `integrator.return`
        :param tuple[neutral.ReturnLine] values_list: its lines; every field is a column
        """
        known = {}
        for line in parent.line_ids.sorted("id"):
            known.setdefault((line.sku or "", line.remote_line_id or ""), []).append(line)
        for value in values_list:
            columns = asdict(value)
            same = known.get((value.sku, value.remote_line_id))
            if same:
                same.pop(0).write(columns)
            else:
                self.create({"return_id": parent.id, **columns})
        self.browse().union(*(line for same in known.values() for line in same)).unlink()

    def _match(self):
        """Find the order line of each, by its id, else by the SKU with enough pieces."""
        for line in self.sorted("id").filtered(lambda line: not line.sale_line_id):
            line.order_line_id = line._find_order_line()
            line.sale_line_id = line.order_line_id._sale_line()[:1]

    def _find_order_line(self):
        lines = self.return_id.order_id.line_ids
        if self.remote_line_id:
            return lines.filtered(lambda one: one.remote_line_id == self.remote_line_id)[:1]
        same = lines.filtered(lambda one: one.sku == self.sku)
        enough = same.filtered(lambda one: one.quantity - self._taken(one) >= self.quantity)
        return (enough or same)[:1]

    def _taken(self, order_line):
        """Pieces of an order line that other lines of returns are of."""
        others = self.search([("order_line_id", "=", order_line.id), ("id", "!=", self.id)])
        return sum(others.mapped("quantity"))
