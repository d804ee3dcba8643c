# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    remote_order_id = fields.Char(
        string="Remote order", compute="_compute_remote_order_id", search="_search_remote_order_id"
    )

    @api.depends(
        "line_ids.sale_line_ids.order_id.remote_order_id",
        "reversed_entry_id.line_ids.sale_line_ids.order_id.remote_order_id",
    )
    def _compute_remote_order_id(self):
        for move in self:
            ids = move._integrator_sale_orders().filtered("remote_order_id")
            move.remote_order_id = ", ".join(ids.mapped("remote_order_id"))

    def _search_remote_order_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        path = "line_ids.sale_line_ids.order_id.remote_order_id"
        return Domain(path, operator, value) | Domain(f"reversed_entry_id.{path}", operator, value)

    def _integrator_sale_orders(self):
        """The sale orders that entries are about; a credit note with lines that name none may be
        about all those of the invoice that it reverses."""
        orders = self.env["sale.order"].sudo()
        for move in self.sudo():
            orders |= move.line_ids.sale_line_ids.order_id
            lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            if move.move_type == "out_refund" and not all(line.sale_line_ids for line in lines):
                orders |= move.reversed_entry_id.line_ids.sale_line_ids.order_id
        return orders

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        for move in posted.filtered(lambda move: move.move_type == "out_refund"):
            for order in move._integrator_sale_orders():
                self.env["order.integration"]._note(
                    order, "refund", source=move, amount=str(move.amount_total)
                )
        return posted

    def button_draft(self):
        result = super().button_draft()
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            self.env["order.integration"]._withdraw(move, "refund")
            move._integrator_note_told_refunds()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            move._integrator_note_told_refunds()
        return result
