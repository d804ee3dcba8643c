# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..access import check_operator


class StockPicking(models.Model):
    """Deliveries whose parcel left without Odoo, by the site's own pages for example."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    shipped_elsewhere = fields.Boolean(
        readonly=True,
        copy=False,
        help="The site knew that this parcel had left before Odoo did, so it is told nothing.",
    )

    def action_validate_untold(self):
        """Button: the pieces that the site shows as shipped have left; note it here and tell the
        site nothing. What is still to be shipped becomes a delivery of its own."""
        check_operator(self)
        self.sudo()._note_left_untold()

    def _note_left_untold(self):
        """Validate these deliveries with what left elsewhere; other holds go on with the rest."""
        for picking in self:
            holds = dict(picking.integrator_holds or {})
            holds.pop("shipped_elsewhere", None)
            picking._release_hold()
            picking.message_post(body=self.env._("Left without Odoo: the site is told nothing."))
            picking.with_company(picking.company_id)._validate_untold()
            for reason, note in holds.items():
                picking.backorder_ids._hold(reason, note)

    def _validate_untold(self):
        """Validate the pieces that left elsewhere, and the transfers that follow on these."""
        self.ensure_one()
        pieces = self._pieces_gone()
        for move in self.move_ids:
            move.quantity = pieces.get(move, 0)
            move.picked = bool(pieces.get(move))
        self.shipped_elsewhere = True
        self.with_context(skip_backorder=True, skip_sms=True).button_validate()
        for picking in self.move_ids.move_dest_ids.picking_id._open_deliveries():
            picking._validate_untold()

    def _pieces_gone(self):
        """How much of each move the site shows as shipped.

        :return: dict move -> quantity
        """
        pieces = {}
        moves = self.move_ids.grouped("sale_line_id")
        for line in self.sale_id.integrator_order_ids.line_ids:
            sale_line = line._sale_line()
            missing = line._quantity_missing()
            open_pieces = sale_line.product_uom_qty - sale_line._quantity_sent()
            share = min(missing / open_pieces, 1) if open_pieces > 0 else 0
            for move in moves.get(sale_line, ()):
                # the moves of a kit are those of its parts
                is_part = move.product_id != sale_line.product_id
                wanted = move.product_uom_qty * share if is_part else missing
                pieces[move] = min(wanted, move.product_uom_qty)
                missing -= 0 if is_part else pieces[move]
        return pieces
