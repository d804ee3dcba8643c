# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...const import OURS

#: Context key: the site has shipped what is being validated.
SHIPPED_THERE = "integrator_shipped_there"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    integrator_remote_order_id = fields.Many2one(
        "integrator.remote.order",
        string="Shipped by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The order at a channel that ships this delivery. It is validated when the channel "
        "has shipped it.",
    )

    def _integrator_check_hold(self):
        """Extended: nothing leaves our warehouse that a site ships."""
        result = super()._integrator_check_hold()
        if self.env.context.get(SHIPPED_THERE) is OURS:
            return result
        if exported := self._integrator_open_deliveries().filtered("integrator_remote_order_id"):
            order = exported[0].integrator_remote_order_id
            raise UserError(
                self.env._(
                    "%(delivery)s is shipped by %(site)s, as %(order)s. Unbind the order first if "
                    "you want to ship it yourself.",
                    delivery=exported[0].name,
                    site=order.site_id.name,
                    order=order.remote_ref,
                )
            )
        return result

    def _create_backorder_picking(self):
        """Override of `stock`: the rest of what a site ships is shipped by it, too."""
        rest = super()._create_backorder_picking()
        if self.integrator_remote_order_id:
            # nobody writes it, and the rest is made by whoever validates
            rest.sudo().integrator_remote_order_id = self.integrator_remote_order_id
        return rest


class IntegratorRemoteOrder(models.Model):
    """Which deliveries an order at a site ships, and what becomes of them."""

    _inherit = "integrator.remote.order"

    def _take_deliveries(self):
        """Put what the site ships into deliveries of its own, which nobody can validate here."""
        for order in self:
            moves = self.env["stock.move"]
            for line in order.line_ids.filtered("is_bound"):
                moves |= line._take_moves()
            for picking, some in moves.grouped("picking_id").items():
                order._take_picking(picking, some)

    def _take_picking(self, picking, moves):
        """Give moves a delivery of their own, unless they are all of it.

        :param picking: `stock.picking` that they are in
        """
        others = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if others - moves:
            picking = picking._create_backorder_picking()
            picking.backorder_id = False
            moves.write({"picking_id": picking.id})
            moves.move_line_ids.write({"picking_id": picking.id})
        picking.integrator_remote_order_id = self
        if self.site_id.site_stock == "location":
            moves._do_unreserve()
            moves.write({"location_id": self.site_id.site_location_id.id})
            picking.location_id = self.site_id.site_location_id
            moves._action_assign()

    def _give_deliveries_back(self):
        """What the site does not ship any more leaves our warehouse, or is exported again."""
        for picking in self.picking_ids._integrator_open_deliveries():
            warehouse = picking.picking_type_id.default_location_src_id
            moves = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            picking.integrator_remote_order_id = False
            if moves.location_id != warehouse:
                moves._do_unreserve()
                moves.write({"location_id": warehouse.id})
                picking.location_id = warehouse
                moves._action_assign()

    def _ship(self):
        """Note in Odoo what has left since the last time: the delivery is done, the rest is its
        backorder, and all tracking numbers are on it."""
        self.ensure_one()
        news = {
            line: line.shipped - line.noted
            for line in self.line_ids.filtered("is_bound")
            if line.shipped > line.noted
        }
        before = self.picking_ids.filtered(lambda picking: picking.state == "done")
        ready = self.env["stock.picking"]
        for line, pieces in news.items():
            ready |= line._pick(pieces)
            line.noted = line.shipped
        if ready:
            ready.with_context(**{SHIPPED_THERE: OURS, "cancel_backorder": False})._action_done()
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        self._track(done - before or done)

    def _track(self, pickings):
        """Write the tracking numbers that stand on no delivery yet."""
        told = ", ".join(filter(None, (self.picking_ids - pickings).mapped("carrier_tracking_ref")))
        numbers = [number for number in self.parcel_ids.mapped("tracking") if number]
        wanted = ", ".join(number for number in numbers if number not in told)
        for picking in pickings.filtered(lambda one: wanted and one.carrier_tracking_ref != wanted):
            picking.carrier_tracking_ref = wanted


class IntegratorRemoteOrderLine(models.Model):
    _inherit = "integrator.remote.order.line"

    def _open_moves(self):
        """Moves to the customer that have not left."""
        return self.sale_line_id.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
            and move.location_dest_id.usage == "customer"
        )

    def _take_moves(self):
        """The moves that the site ships; one that is for more pieces is split.

        :return: `stock.move` in no delivery of another remote order
        """
        self.ensure_one()
        free = self._open_moves().filtered(
            lambda move: not move.picking_id.integrator_remote_order_id
        )
        taken = free.browse()
        for product, moves in free.grouped("product_id").items():
            left = (self._quantity_open() - self.noted) * self._pieces_of(product)
            for move in moves:
                if left <= 0:
                    break
                rest = move.product_qty - left
                if rest > 0:
                    # only the part that stays is new: what is taken keeps its reservation
                    move.create(move._split(rest))._action_confirm(merge=False)
                taken |= move
                left -= move.product_qty
        return taken

    def _pieces_of(self, product):
        """Pieces of a product that a piece of the line is made of: of a kit those of a component.

        :param product: `product.product` that the line has moves of
        """
        line = self.sale_line_id
        if product == line.product_id:
            return 1.0
        moves = line.move_ids.filtered(
            lambda move: move.state != "cancel"
            and move.product_id == product
            and move.location_dest_id.usage == "customer"
        )
        kits = line.product_uom_id._compute_quantity(line.product_uom_qty, line.product_id.uom_id)
        return sum(moves.mapped("product_qty")) / kits if kits else 0.0

    def _pick(self, pieces):
        """Mark pieces as taken from the shelf.

        :return: `stock.picking` with something to ship
        """
        self.ensure_one()
        mine = self._open_moves().filtered(
            lambda move: move.picking_id.integrator_remote_order_id == self.remote_order_id
        )
        without_move = 0 if mine else pieces
        for product, moves in mine.grouped("product_id").items():
            part = self._pieces_of(product)
            without_move = max(without_move, self._pick_moves(moves, pieces * part) / part)
        left = self.sale_line_id._integrator_exportable_quantity() - self._quantity_picked()
        if (untold := min(without_move, left)) > 0:
            # it was not in a delivery of Odoo: it counts as delivered all the same
            self.sale_line_id.integrator_site_quantity += untold
        return mine.filtered("picked").picking_id

    def _pick_moves(self, moves, pieces):
        """Mark pieces of one product as taken from the shelf.

        :return: how many of them no move is for
        """
        for move in moves:
            part = min(pieces, move.product_qty)
            if part <= 0:
                break
            move.quantity = move.product_id.uom_id._compute_quantity(part, move.product_uom)
            move.picked = True
            pieces -= part
        return pieces

    def _quantity_picked(self):
        """Pieces of the line that are in a delivery which is about to leave."""
        picked = self._open_moves().filtered("picked").grouped("product_id")
        return max(
            (
                sum(moves.mapped("product_qty")) / self._pieces_of(product)
                for product, moves in picked.items()
            ),
            default=0,
        )

    def _note_sent(self):
        """What has left before the binding is not delivered again."""
        for line in self.filtered("is_bound"):
            others = line.sale_line_id.integrator_remote_line_ids.filtered("is_bound") - line
            sent = line.sale_line_id._integrator_quantity_sent() - sum(others.mapped("noted"))
            line.noted = max(min(sent, line.shipped), 0)
