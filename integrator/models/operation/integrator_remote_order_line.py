# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ...utils import labels_of
from .integrator_remote_order import BINDING_STATES


class IntegratorRemoteOrderLine(models.Model):
    """A line of an order at a site, and the sale order line that it is for."""

    _name = "integrator.remote.order.line"
    _description = "Line of an order shipped by a channel"
    _order = "remote_order_id desc, id"
    _rec_name = "sku"

    remote_order_id = fields.Many2one(
        "integrator.remote.order",
        string="Order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    site_id = fields.Many2one(
        related="remote_order_id.site_id", store=True, index=True, string="Account"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_ref = fields.Char(related="remote_order_id.remote_ref")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales order line",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The line that it is for. Empty: it belongs to nothing in Odoo.",
    )
    is_unbound = fields.Boolean(readonly=True, help="It was unbound: it is not followed any more.")
    is_bound = fields.Boolean(
        compute="_compute_is_bound",
        search="_search_is_bound",
        help="The sale order line is with the channel now.",
    )
    ref = fields.Char(readonly=True, help="Our name of the line at the channel.")
    remote_line_id = fields.Char(readonly=True, help="The channel's own id of the line.")
    sku = fields.Char(string="SKU", readonly=True, help="As the channel has it.")
    name = fields.Char(readonly=True, help="The channel's name of the product.")
    barcode = fields.Char(readonly=True, help="As the channel has it.")
    remote_product_id = fields.Char(
        string="Channel's product", readonly=True, help="The channel's id of the product."
    )
    configuration = fields.Char(readonly=True, help="The channel's id of the variant.")
    promotion_ids = fields.Json(
        string="Promotions", readonly=True, help="The channel's ids of them."
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, help="Pieces ordered there.")
    shipped = fields.Float(digits="Product Unit", readonly=True, help="Pieces that have left.")
    cancelled = fields.Float(digits="Product Unit", readonly=True, help="Pieces cancelled there.")
    unfulfillable = fields.Float(
        digits="Product Unit", readonly=True, help="Pieces that the channel cannot ship."
    )
    noted = fields.Float(
        string="Shipped in Odoo",
        digits="Product Unit",
        readonly=True,
        help="Pieces whose departure stands in Odoo's deliveries.",
    )
    asked_price = fields.Float(
        digits=(16, 4), readonly=True, help="Price of one piece, as asked for."
    )
    price = fields.Float(digits=(16, 4), readonly=True, help="Price of one piece, as booked there.")
    has_price = fields.Boolean(readonly=True, help="The channel has booked a price.")
    ordered = fields.Float(
        string="Ordered in Odoo", related="sale_line_id.product_uom_qty", help="Pieces sold."
    )
    difference = fields.Text(compute="_compute_difference", help="In what both sides differ.")

    # === COMPUTE METHODS === #

    @api.depends("is_unbound", "sale_line_id", "remote_order_id.state")
    def _compute_is_bound(self):
        for line in self:
            line.is_bound = bool(
                line.sale_line_id
                and not line.is_unbound
                and line.remote_order_id.state in BINDING_STATES
            )

    def _search_is_bound(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._bound_domain()

    @api.model
    def _bound_domain(self):
        return (
            Domain("sale_line_id", "!=", False)
            & Domain("is_unbound", "=", False)
            & Domain("remote_order_id.state", "in", BINDING_STATES)
        )

    @api.depends("shipped", "noted", "quantity", "sale_line_id.product_uom_qty")
    def _compute_difference(self):
        for line in self:
            line.difference = "\n".join(line.sudo()._find_differences())

    # === FOLLOWING === #

    def _apply_lines(self, lines):
        """Note what the site says of the lines; other lines are added without a sale order line, so
        that they are visible.

        :param lines: `operation_types.RemoteOrderLine` of the whole order
        """
        for line in lines:
            known = self._find(line)
            known.write(self._prepare_values(line))

    def _find(self, line):
        """The row of a line that the site names."""
        by_ref = self.filtered(lambda row: line.ref and row.ref == line.ref)
        by_id = self.filtered(
            lambda row: line.remote_line_id and row.remote_line_id == line.remote_line_id
        )
        return (by_ref or by_id)[:1]

    @api.model
    def _prepare_values(self, line):
        return {
            "sku": line.sku,
            "name": line.name,
            "barcode": line.barcode,
            "remote_line_id": line.remote_line_id,
            "remote_product_id": line.remote_product_id,
            "configuration": line.configuration,
            "promotion_ids": list(line.promotion_ids),
            "quantity": float(line.quantity),
            "shipped": float(line.shipped),
            "cancelled": float(line.cancelled),
            "unfulfillable": float(line.unfulfillable),
            "has_price": line.price is not None,
            "price": float(line.price or 0),
        }

    def _quantity_open(self):
        """Pieces that the site still ships or has shipped."""
        lost = sum(self.mapped("cancelled")) + sum(self.mapped("unfulfillable"))
        return sum(self.mapped("quantity")) - lost

    def _find_differences(self):
        """Texts: in what Odoo and the site differ.

        :return: list of sentences
        """
        self.ensure_one()
        found = []
        if not self.is_bound:
            return found
        if self.shipped != self.noted:
            found.append(
                self.env._(
                    "%(sku)s: the channel has shipped %(shipped)g, Odoo's deliveries %(noted)g.",
                    sku=self.sku,
                    shipped=self.shipped,
                    noted=self.noted,
                )
            )
        if self.quantity > self.ordered:
            found.append(
                self.env._(
                    "%(sku)s: %(quantity)g are ordered at the channel, %(ordered)g in Odoo.",
                    sku=self.sku,
                    quantity=self.quantity,
                    ordered=self.ordered,
                )
            )
        return found

    def _find_misbooked(self, tolerance):
        """Texts: in what the site has booked something else than was requested.

        :param Decimal tolerance: part of the price by which it may differ
        :return: list of sentences
        """
        self.ensure_one()
        found = []
        asked, booked = Decimal(str(self.asked_price)), Decimal(str(self.price))
        if self.has_price and abs(booked - asked) > asked * tolerance:
            found.append(
                self.env._(
                    "%(sku)s is booked at %(booked).2f a piece, not at %(asked).2f as asked.",
                    sku=self.sku,
                    booked=booked,
                    asked=asked,
                )
            )
        return found

    # === READING === #

    def _prepare_details(self):
        """A line as callers get it.

        :return: dict, JSON-able, as `integrator.api` documents it
        """
        self.ensure_one()
        order = self.remote_order_id
        parcels = order.parcel_ids.filtered(lambda parcel: parcel._has_line(self))
        statuses = labels_of(order, "status")
        return {
            "line_id": self.sale_line_id.id or None,
            "order_id": order.sale_order_id.id,
            "order": order.sale_order_id.name,
            "sku": self.sku or None,
            "quantity": self.quantity,
            "shipped": self.shipped,
            "status": {"id": order.status, "name": statuses.get(order.status)},
            "original_status": order.original_status or None,
            "remote_order_id": order.remote_ref,
            "remote_line_id": self.remote_line_id or None,
            "tracking": [parcel.tracking for parcel in parcels if parcel.tracking],
            "account": {"id": order.site_id.id, "name": order.site_id.name},
            "item_id": self.remote_product_id or None,
            "configuration_id": self.configuration or None,
            "promotion_ids": self.promotion_ids or [],
        }

    # === DELIVERIES === #

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
        if (undelivered := min(without_move, left)) > 0:
            # it was not in a delivery of Odoo: it counts as delivered all the same
            self.sale_line_id.integrator_site_quantity += undelivered
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
        """Note pieces that left before the binding, so that they are not delivered again."""
        for line in self.filtered("is_bound"):
            others = line.sale_line_id.integrator_remote_line_ids.filtered("is_bound") - line
            sent = line.sale_line_id._integrator_quantity_sent() - sum(others.mapped("noted"))
            line.noted = max(min(sent, line.shipped), 0)
