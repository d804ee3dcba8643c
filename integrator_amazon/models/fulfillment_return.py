# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator

from ..api.fulfillment import vocabulary as words
from ..api.fulfillment.checks import MAX_RETURN_ID

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
        "integrator.remote.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="remote_order_id.company_id", store=True, index=True)
    line_id = fields.Many2one(
        "integrator.remote.order.line",
        string="Line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
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
        moves = sale_line.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )
        made = self.env["stock.move"]
        for product, some in moves.grouped("product_id").items():
            pieces = sum(some.mapped("quantity")) / (sale_line._quantity_sent() or 1)
            for move in some.sorted("id"):
                left = move.quantity - sum(move.returned_move_ids.mapped("quantity"))
                taken = min(left, pieces)
                if taken > 0:
                    made |= self._book_move(move, taken, place or product.property_stock_inventory)
                    pieces -= taken
        return made

    def _book_move(self, move, pieces, place):
        back = self.env["stock.move"].create(
            {
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


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    amazon_damaged_location_id = fields.Many2one(
        "stock.location",
        string="Damaged pieces",
        domain=[("usage", "in", ("internal", "inventory"))],
        help="Where returned pieces go that Amazon cannot sell again. Empty: they are lost.",
    )


class IntegratorRemoteOrder(models.Model):
    _inherit = "integrator.remote.order"

    amazon_piece_ids = fields.One2many(
        "integrator.amazon.return.piece",
        "remote_order_id",
        string="Returned pieces",
        readonly=True,
        help="Pieces that come back to Amazon.",
    )
    is_amazon = fields.Boolean(compute="_compute_is_amazon", help="Amazon ships it.")

    @api.depends("site_id.site_type")
    def _compute_is_amazon(self):
        for order in self:
            order.is_amazon = order.sudo().site_id.site_type == "amazon"

    @api.model
    def _open_domain(self, site):
        """Override of `integrator`: what comes back is followed, too."""
        back = fields.Domain("amazon_piece_ids.state", "in", AWAITED)
        return super()._open_domain(site) | (fields.Domain("site_id", "=", site.id) & back)

    def _read(self):
        """Override of `integrator`: pieces that come back are asked for as well."""
        known = super()._read()
        if known and self.amazon_piece_ids.filtered(lambda piece: piece.state in AWAITED):
            site = self.site_id
            with site._adapter()._fulfillment(site) as amazon:
                order = amazon.fetch_order(self.remote_ref)
            self._amazon_follow_returns(order)
        return known

    def _amazon_follow_returns(self, order):
        """Bring the pieces that come back in line with what Amazon says.

        :param Order order: as Amazon tells it
        """
        pages = {row.authorization_id: row for row in order.authorizations}
        found = {row.return_id: row for row in order.returns}
        for piece in self.amazon_piece_ids.filtered(lambda piece: piece.state in AWAITED):
            item = found.get(piece.return_ref)
            if item is None:
                continue
            if permit := pages.get(item.authorization_id):
                piece.write({"rma": permit.rma_id, "page_url": permit.page_url})
            if item.state == "processed":
                piece._receive(item)
            else:
                piece.state = "new"

    def action_amazon_return(self):
        """Button: let pieces come back to Amazon."""
        check_operator(self)
        self.ensure_one()
        if not any(self.line_ids.mapped("shipped")):
            raise UserError(
                self.env._(
                    "Nothing of %s has been shipped yet. Cancel it instead.", self.remote_ref
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return to Amazon"),
            "res_model": "integrator.amazon.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_remote_order_id": self.id},
        }

    def _amazon_return(self, wishes):
        """Ask Amazon to take pieces back. The numbers follow from what is known of the order, so
        that asking again after a lost answer is no second return.

        :param wishes: list of (line, pieces, code of the reason)
        :return: `integrator.amazon.return.piece`
        :raise UserError: when fewer pieces can come back
        """
        self.ensure_one()
        site = self.site_id
        with site._adapter()._fulfillment(site) as amazon:
            order = amazon.fetch_order(self.remote_ref)
            pieces, asked = self._amazon_prepare_pieces(order, wishes)
            answer = amazon.create_return(self.remote_ref, asked)
            order = amazon.fetch_order(self.remote_ref)
        refused = {row.return_id: row for row in answer.refused}
        known = {row.return_id for row in order.returns}
        for piece in pieces.filtered(lambda one: one.return_ref not in known):
            row = refused.get(piece.return_ref)
            # marked where it is written: pylint: disable=translation-not-lazy
            note = row and self.env._(row.cause.sentence)
            piece.write({"state": "refused", "note": note})
        self._amazon_follow_returns(order)
        return pieces

    def _amazon_prepare_pieces(self, order, wishes):
        """Pieces and what Amazon is asked for them, each of a shipment that has it.

        :param Order order: as Amazon tells it
        :return: tuple (`integrator.amazon.return.piece`, list of `ReturnWish`)
        """
        left = self._amazon_returnable(order)
        pieces, asked = self.env["integrator.amazon.return.piece"], []
        for line, count, reason in wishes:
            rows = [key for key in left if key[0].partition(".")[0] == line.ref]
            for _piece in range(count):
                key = next((one for one in rows if left[one] > 0), None)
                if key is None:
                    raise UserError(
                        self.env._("Fewer pieces of %s can come back than that.", line.sku)
                    )
                left[key] -= 1
                number = len(self.amazon_piece_ids) + 1
                ref = f"{self.remote_ref}-R{number}"[-MAX_RETURN_ID:]
                pieces |= pieces.create(
                    {
                        "remote_order_id": self.id,
                        "line_id": line.id,
                        "return_ref": ref,
                        "reason": reason,
                    }
                )
                asked.append(words.ReturnWish(ref, key[0], key[1], reason))
        return pieces, asked

    def _amazon_returnable(self, order):
        """Pieces that have left and are not on their way back.

        :return: counter by (Amazon's line, shipment)
        """
        left = Counter()
        for shipment in order.shipments:
            if shipment.state == words.SHIPPED:
                for item in shipment.items:
                    left[item.line_id, shipment.shipment_id] += item.quantity
        for item in order.returns:
            left[item.line_id, item.shipment_id] -= 1
        return left
