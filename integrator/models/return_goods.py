# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..access import check_operator


class IntegratorReturn(models.Model):
    """What is done about a return: the goods come in, the buyer gets a credit note."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.return"

    # === GOODS === #

    def action_receive(self):
        """Button: a receipt to do for what comes back (001-26); a second press opens it."""
        check_operator(self)
        self.ensure_one()
        return_sudo = self.sudo()
        if not return_sudo._open_receipts():
            return_sudo.picking_ids |= return_sudo._make_receipts()
        return self.action_view_pickings()

    def _open_receipts(self):
        return self.picking_ids.filtered(lambda picking: picking.state != "cancel")

    def _make_receipts(self):
        """Returns of the deliveries that the pieces left with.

        :raise UserError: when none of the pieces has left our warehouse
        """
        wanted = self._moves_back()
        if not wanted:
            raise UserError(
                self.env._(
                    "None of these pieces has left the warehouse by a delivery of this order, so "
                    "there is nothing to receive. If the goods come all the same, receive them by "
                    "hand and press “Close” here."
                )
            )
        receipts = self.env["stock.picking"]
        for picking in self.env["stock.move"].union(*wanted).picking_id:
            receipts |= self._make_receipt(picking, wanted)
        for receipt in receipts:
            receipt.message_post(body=self.env._("For the return %s.", self.remote_return_id))
        return receipts

    def _make_receipt(self, picking, wanted):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = wanted.get(line.move_id, 0)
        return wizard._create_return()

    def _moves_back(self):
        """Which moves come back, and how much of each.

        :return: dict move -> quantity in the move's unit
        """
        wanted = {}
        for line in self.line_ids.filtered("sale_line_id"):
            moves = line.sale_line_id.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
            )
            # the moves of a kit are those of its parts: each part comes back in its proportion
            for product_moves in moves.grouped("product_id").values():
                part = sum(product_moves.mapped("quantity")) / line.sale_line_id._quantity_sent()
                left = line.quantity * part if part != 1 else line.quantity
                for move in product_moves.sorted("id"):
                    taken = min(left, self._returnable(move) - wanted.get(move, 0))
                    if taken > 0:
                        wanted[move] = wanted.get(move, 0) + taken
                        left -= taken
        return wanted

    def _returnable(self, move):
        """What of a move has not come back, and is not about to."""
        back = move.returned_move_ids.filtered(lambda one: one.state != "cancel")
        return move.quantity - sum(back.mapped("product_uom_qty"))

    # === MONEY === #

    def action_propose_refund(self):
        """Button: a draft credit note over the pieces that come back (001-26); a second press
        opens it."""
        check_operator(self)
        self.ensure_one()
        return_sudo = self.sudo()
        if not return_sudo.refund_ids.filtered(lambda move: move.state != "cancel"):
            return_sudo.refund_ids |= return_sudo._make_refunds()
        return self.action_view_refunds()

    def _make_refunds(self):
        """Draft credit notes, one for each invoice that the pieces are on.

        :raise UserError: when no posted invoice has them
        """
        left = {}
        for line in self.line_ids.filtered("sale_line_id"):
            left[line.sale_line_id] = left.get(line.sale_line_id, 0) + line.quantity
        refunds = self.env["account.move"]
        for invoice in self._invoices():
            taken = self._take_pieces(invoice, left)
            if taken:
                refunds |= self._make_refund(invoice, taken)
        if not refunds:
            raise UserError(
                self.env._(
                    "No posted invoice of %s has these pieces. Create and post the invoice of the "
                    "order, then press this again.",
                    self.sale_order_id.name or self.remote_order_id,
                )
            )
        return refunds

    def _invoices(self):
        return self.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        ).sorted("id")

    def _take_pieces(self, invoice, left):
        """Which pieces an invoice has of those that are left to credit.

        :param dict left: sale order line -> pieces; what is taken is subtracted
        :return: dict sale order line -> pieces
        """
        taken = {}
        for line in invoice.invoice_line_ids:
            for sale_line in line.sale_line_ids & self.env["sale.order.line"].union(*left):
                pieces = min(left[sale_line], line.quantity)
                if pieces > 0:
                    taken[sale_line] = taken.get(sale_line, 0) + pieces
                    left[sale_line] -= pieces
        return taken

    def _refund_reason(self):
        """What the site is told: that the buyer sends goods back."""
        reasons = self.env["integrator.refund.reason"]
        return reasons._default_for(self.site_id.site_type, is_return=True)

    def _make_refund(self, invoice, taken):
        """A draft credit note of an invoice over some of its pieces."""
        refund = invoice._reverse_moves(
            [
                {
                    "ref": self.env._("Return %s", self.remote_return_id),
                    "invoice_date": fields.Date.context_today(self),
                    "integrator_refund_reason_id": self._refund_reason().id,
                }
            ]
        )
        commands = []
        for line in refund.invoice_line_ids:
            sale_line = line.sale_line_ids[:1]
            pieces = min(taken.get(sale_line, 0), line.quantity)
            taken[sale_line] = taken.get(sale_line, 0) - pieces
            changed = pieces > 0 and pieces != line.quantity
            if changed:
                commands.append((1, line.id, {"quantity": pieces}))
            elif pieces <= 0:
                commands.append((2, line.id))
        refund.write({"invoice_line_ids": commands})
        refund.message_post(body=self.env._("For the return %s.", self.remote_return_id))
        return refund
