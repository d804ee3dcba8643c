# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["product.integration"]._note_quantity(done.product_id.filtered("is_storable"))
        done._note_shipped()
        return done

    def _action_assign(self, *args, **kwargs):
        result = super()._action_assign(*args, **kwargs)
        self.env["product.integration"]._note_quantity(self.product_id.filtered("is_storable"))
        return result

    def _do_unreserve(self):
        result = super()._do_unreserve()
        self.env["product.integration"]._note_quantity(self.product_id.filtered("is_storable"))
        return result

    def _note_shipped(self):
        """Collect one event per delivery that left for a customer's sale order (001-43)."""
        left = self.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id.usage == "customer"
            # what the site ships, or says that somebody has shipped, it knows already
            and move.picking_id
            and not move.picking_id.shipped_elsewhere
        )
        # who moves stock need not be allowed to read sales
        for picking, moves in left.sudo().grouped("picking_id").items():
            for order in moves.sale_line_id.order_id:
                self.env["order.integration"]._note(
                    order,
                    "shipped",
                    source=picking,
                    picking=picking.name,
                    tracking=picking.carrier_tracking_ref or "",
                )
