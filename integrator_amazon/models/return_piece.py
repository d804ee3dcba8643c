# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..api.fulfillment import vocabulary as words

#: States in which a piece is still expected.
AWAITED = ("asked", "new")

#: Condition of a piece that is as good as new.
SELLABLE = words.CONDITIONS[0]


class AmazonReturnPiece(models.Model):
    """One piece that comes back to Amazon of an order that Amazon only shipped. The buyer's money
    is not Amazon's business."""

    _name = "integrator.amazon.return.piece"
    _description = "Piece that comes back to Amazon"
    _order = "id desc"
    _rec_name = "return_ref"

    remote_order_id = fields.Many2one(
        "integrator.remote.order",
        string="Order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="remote_order_id.company_id", store=True, index=True)
    line_id = fields.Many2one(
        "integrator.remote.order.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sku = fields.Char(
        readonly=True, help="The SKU of the piece; for a kit, of one of its components."
    )
    return_ref = fields.Char(
        string="Number", required=True, readonly=True, help="By which Amazon knows the piece."
    )
    reason = fields.Char(readonly=True, help="Amazon's code of the reason.")
    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("new", "On its way"),
            ("processed", "Arrived"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="asked",
        index=True,
        help="Where the piece is.",
    )
    condition = fields.Selection(
        [
            ("sellable", "As good as new"),
            ("defective", "Defective"),
            ("customer_damaged", "Damaged by the customer"),
            ("carrier_damaged", "Damaged on the way"),
            ("fulfiller_damaged", "Damaged by Amazon"),
            ("unknown", "Not known"),
        ],
        readonly=True,
        help="In which Amazon has received it.",
    )
    rma = fields.Char(string="RMA", readonly=True, help="Amazon's permission to send it back.")
    page_url = fields.Char(
        string="To print", readonly=True, help="Page that the customer prints and sends along."
    )
    note = fields.Char(readonly=True, help="Why Amazon does not take it back.")
    move_ids = fields.Many2many(
        "stock.move", string="Moves", readonly=True, help="By which it came back in Odoo."
    )

    _ref_uniq = models.UniqueIndex("(remote_order_id, return_ref)", "This piece is asked for.")

    def _receive(self, item):
        """Note that a piece has arrived, and book it into the place that its condition says.

        :param ReturnItem item: what Amazon says of it
        """
        self.ensure_one()
        site = self.remote_order_id.site_id
        is_good = item.condition == SELLABLE
        place = site.site_location_id if is_good else site.amazon_damaged_location_id
        self.write({"state": "processed", "condition": item.condition or "unknown"})
        if site.site_stock == "location" or (place and not is_good):
            self.move_ids = self._book(place)

    def _book(self, place):
        """Return one piece of the delivery that it left with.

        :param place: `stock.location`; none: it is lost
        :return: `stock.move`
        """
        sale_line = self.line_id.sale_line_id
        moves = self._left_with()
        is_component = self.sku != self.line_id.sku
        made = self.env["stock.move"]
        for product, some in moves.grouped("product_id").items():
            pieces = sum(some.mapped("quantity")) / (sale_line._integrator_quantity_sent() or 1)
            if is_component:
                pieces = 1
            for move in some.sorted("id"):
                left = move.quantity - sum(move.returned_move_ids.mapped("quantity"))
                taken = min(left, pieces)
                if taken > 0:
                    made |= self._book_move(move, taken, place or product.property_stock_inventory)
                    pieces -= taken
        return made

    def _left_with(self):
        """The moves by which the piece can have left; of a kit those of this component."""
        moves = self.line_id.sale_line_id.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )
        if self.sku == self.line_id.sku:
            return moves
        site = self.remote_order_id.site_id
        return moves.filtered(lambda move: self.sku in site._export_skus(move.product_id))

    def _book_move(self, move, pieces, place):
        kit = {"bom_line_id": move.bom_line_id.id} if "bom_line_id" in move._fields else {}
        back = self.env["stock.move"].create(
            {
                **kit,
                "product_id": move.product_id.id,
                "product_uom": move.product_uom.id,
                "product_uom_qty": pieces,
                "location_id": move.location_dest_id.id,
                "location_dest_id": place.id,
                "company_id": move.company_id.id,
                "origin": self.return_ref,
                "origin_returned_move_id": move.id,
                "sale_line_id": move.sale_line_id.id,
                "to_refund": True,
                "partner_id": move.partner_id.id,
            }
        )
        back._action_confirm()
        back.write({"quantity": pieces, "picked": True})
        return back._action_done()
