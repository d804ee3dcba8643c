# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .common import IntegratorCommon


class SaleCase(IntegratorCommon):
    """What people do with sale orders in Odoo."""

    def make_order(self, quantity=5, confirm=True, **values):
        """A sale order of the product, without taxes."""
        line = {"product_id": self.product.id, "product_uom_qty": quantity, "tax_ids": False}
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "order_line": [Command.create(line)], **values}
        )
        if confirm:
            order.action_confirm()
        return order

    def deliver(self, picking, quantity=None):
        """Validate a delivery; less than all of it leaves a backorder."""
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking.backorder_ids

    def refund(self, order):
        """A posted credit note of the order's posted invoice."""
        self.product.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        return note

    def operations(self, order):
        """The operations of an order's events, oldest first."""
        return self.events("order", record_id=order.id).sorted("id").mapped("record_operation")
