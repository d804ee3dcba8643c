# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    remote_order_id = fields.Char(
        string="Remote order", compute="_compute_remote_order_id", search="_search_remote_order_id"
    )

    @api.depends("line_ids.sale_line_ids.order_id.remote_order_id")
    def _compute_remote_order_id(self):
        for move in self:
            ids = move._integrator_sale_orders().filtered("remote_order_id")
            move.remote_order_id = ", ".join(ids.mapped("remote_order_id"))

    def _search_remote_order_id(self, operator, value):
        return [("line_ids.sale_line_ids.order_id.remote_order_id", operator, value)]

    def _integrator_sale_orders(self):
        return self.sudo().line_ids.sale_line_ids.order_id

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
        return result
