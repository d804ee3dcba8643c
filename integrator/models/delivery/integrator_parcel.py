# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import api, fields, models

from ...exceptions import NothingToSendError
from ...neutral import Update

#: Separators between the tracking numbers of several packages on a delivery.
SEPARATORS = re.compile(r"[\s,;]+")


class IntegratorParcel(models.Model):
    """One package of a delivery, as it is sent to a site. Its number never changes, so sending it
    again updates the parcel there."""

    _name = "integrator.parcel"
    _description = "Parcel confirmed to a channel"
    _order = "order_id, number"
    _rec_name = "number"

    order_id = fields.Many2one(
        "integrator.order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        string="Order on the channel",
        help="The channel's order that it belongs to.",
    )
    site_id = fields.Many2one(related="order_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The delivery that it left with.",
    )
    package_id = fields.Many2one(
        "stock.package",
        readonly=True,
        ondelete="set null",
        help="Empty: what the delivery holds outside of packages.",
    )
    number = fields.Integer(
        required=True, readonly=True, help="Its number within the order, as the channel knows it."
    )
    tracking = fields.Char(
        string="Tracking number", readonly=True, help="As it was last sent to the channel."
    )
    sent_at = fields.Datetime(
        string="Sent on",
        readonly=True,
        help="When it was sent to the channel. Empty again when the channel refuses the parcel, or "
        "does not show it.",
    )
    content = fields.Json(
        string="Pieces sent", readonly=True, help="The channel's order line -> pieces, as sent."
    )
    being_sent = fields.Json(
        string="Being sent",
        readonly=True,
        help="Tracking number and pieces of a message that has no answer yet.",
    )
    confirmed_at = fields.Datetime(
        string="Seen on the channel on", readonly=True, help="When the channel was seen to show it."
    )

    _number_uniq = models.UniqueIndex("(order_id, number)", "This number is taken already.")
    _package_uniq = models.UniqueIndex(
        "(order_id, picking_id, COALESCE(package_id, 0))", "This package has a number already."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _of(self, picking, order):
        """The parcels of a delivery, numbered where they are new.

        :param picking: `stock.picking` that is done
        :param order: `integrator.order` that it delivers
        :return: the parcels, in the order of their numbers
        """
        packages = picking.move_line_ids.mapped("result_package_id").sorted("id")
        loose = picking.move_line_ids.filtered(lambda line: not line.result_package_id)
        wanted = [*packages, *([packages.browse()] if loose or not packages else [])]
        known = self.search([("order_id", "=", order.id)])
        ours = known.filtered(lambda parcel: parcel.picking_id == picking)
        missing = [package for package in wanted if package not in ours.mapped("package_id")]
        if not packages:
            missing = [] if ours else missing
        first = max(known.mapped("number"), default=0) + 1
        made = self.create(
            [
                {
                    "order_id": order.id,
                    "picking_id": picking.id,
                    "package_id": package.id,
                    "number": number,
                }
                for number, package in enumerate(missing, first)
            ]
        )
        return (ours | made).sorted("number")

    @api.model
    def _prepare_update(self, picking, order, shipped_at):
        """Prepare the update about the parcels of a delivery. Without a tracking number that
        the site needs it waits for one.

        :param picking: `stock.picking` that has left; it may hold pieces of several orders
        :param order: `integrator.order`
        :param datetime shipped_at: when it left
        """
        delay = order.site_id.tracking_delay if picking._integrator_needs_tracking() else 0
        return Update(
            kind="shipment",
            target_ref=f"{picking._name},{picking.id},{order.id}",
            target_name=f"{order.remote_order_id} {picking.name}",
            order_id=order.id,
            picking_id=picking.id,
            update_at=shipped_at + timedelta(seconds=delay) if delay else None,
        )

    @api.model
    def _are_sent(self, picking, order):
        """Return whether the site has every parcel of a delivery with its present tracking number;
        a parcel that was sent and has lost its number is left as it is.

        :param picking: `stock.picking`
        :param order: `integrator.order`
        """
        known = self.search([("order_id", "=", order.id), ("picking_id", "=", picking.id)])
        return bool(known) and all(
            parcel.sent_at and parcel._tracking_number() in (parcel.tracking or "", "")
            for parcel in self._of(picking, order)
        )

    @api.model
    def _due(self, task):
        """The content of the parcels of a delivery that was not sent yet. For the adapter's
        `_prepare`; once the task succeeds it is noted as sent, without a call of
        `_note_sent_content`.

        :param task: `integrator.task` of kind `shipment`
        :return: dict parcel -> dict remote line id -> pieces; never empty
        :raise NothingToSendError: when the site knows all of it
        """
        due = self._of(task.picking_id, task.order_id)._prepare_due()
        if not due:
            raise NothingToSendError(
                self.env._("%s knows all parcels of it already.", task.site_id.name)
            )
        for parcel, values in due.items():
            parcel.being_sent = values
        return {parcel: values["content"] for parcel, values in due.items()}

    @api.model
    def _record_sent(self, picking, order):
        """Record what `_due` has given: the site has it.

        :param picking: `stock.picking`
        :param order: `integrator.order`
        """
        theirs = [("picking_id", "=", picking.id), ("order_id", "=", order.id)]
        for parcel in self.search([*theirs, ("being_sent", "!=", False)]):
            parcel._note_sent_content(**parcel.being_sent)
            parcel.being_sent = False

    def _note_sent_content(self, tracking, content):
        """Keep the content of a parcel that is sent to the site.

        :param str tracking: may be empty
        :param dict content: remote line id -> pieces
        """
        self.ensure_one()
        self.write({"tracking": tracking, "content": content, "sent_at": fields.Datetime.now()})
        sale_lines = self.order_id.sale_order_id.order_line & self.picking_id.move_ids.sale_line_id
        links = sale_lines.integrator_link_ids.filtered(lambda link: link.kind == "item")
        links.tracking = tracking

    def _note_unsent(self):
        """The site refused the parcel, or does not show it: it is sent anew. What was confirmed
        before stays so."""
        self.write({"sent_at": False})

    def _pieces_sent(self):
        """Pieces that the site was sent.

        :return: dict remote line id -> pieces
        """
        pieces = {}
        for parcel in self.filtered(lambda parcel: parcel.sent_at or parcel.confirmed_at):
            for key, quantity in (parcel.content or {}).items():
                pieces[key] = pieces.get(key, 0) + quantity
        return pieces

    def _tracking_number(self):
        """The parcel's own number, its place in the list of the delivery, or that of the delivery.

        :return: text, empty when there is none
        """
        self.ensure_one()
        if self.package_id.integrator_tracking:
            return self.package_id.integrator_tracking
        listed = [
            one for one in SEPARATORS.split(self.picking_id.carrier_tracking_ref or "") if one
        ]
        beside = self._beside()
        if len(listed) == len(beside):
            return listed[beside.ids.index(self.id)]
        return listed[0] if listed else ""

    def _beside(self):
        """The parcels of the same delivery and order, this one among them."""
        return self.search(
            [("picking_id", "=", self.picking_id.id), ("order_id", "=", self.order_id.id)]
        )

    # === CONTENT === #

    def _contents(self):
        """Pieces that really left with these parcels of one delivery, without those that the site
        has by other parcels or by hand.

        :return: dict parcel -> dict remote line id -> pieces, without empty parcels
        """
        left, contents = self._pieces_left(self.order_id), {}
        for parcel in self:
            content = {}
            for line, pieces in parcel._quantities().items():
                taken = min(pieces, left[line])
                if taken > 0:
                    left[line] -= taken
                    content[line.remote_line_id] = taken
            if content:
                contents[parcel] = content
        return contents

    def _prepare_due(self):
        """Return the parcels of one delivery as far as the site does not know them as they are now.

        :return: dict parcel -> dict with `tracking` (may be empty) and `content` (dict remote line
            id -> pieces)
        """
        due = {}
        for parcel, content in self._contents().items():
            values = {"tracking": parcel._tracking_number(), "content": content}
            if not parcel._is_known(**values):
                due[parcel] = values
        return due

    def _pieces_left(self, order):
        """Pieces of each line that can still be confirmed by these parcels.

        :return: dict order line -> pieces
        """
        known = self.search([("order_id", "=", order.id)])
        ours, others = known._pieces_sent(), (known - self)._pieces_sent()
        left = {}
        for line in order.line_ids:
            key = line.remote_line_id
            elsewhere = max(line.quantity_shipped - ours.get(key, 0), 0)
            left[line] = line._quantity_open() - others.get(key, 0) - elsewhere
        return left

    def _surplus(self):
        """Pieces in these parcels that are with the buyer, or on the way, although the site does
        not order them: they were cancelled after they had left, or too many were packed.

        :return: dict order line -> pieces
        """
        inside = {}
        for parcel in self:
            for line, pieces in parcel._quantities().items():
                inside[line] = inside.get(line, 0) + pieces
        surplus = {}
        for line, pieces in inside.items():
            away = line._sale_line()._integrator_quantity_away()
            more = min(away - line._quantity_open(), pieces)
            if more > 0:
                surplus[line] = more
        return surplus

    def _is_known(self, tracking, content):
        """Return whether the site was sent the parcel as it is; sending it again would cost a
        call."""
        return bool(self.sent_at and (self.tracking or "") == tracking and self.content == content)

    def _quantities(self):
        """Pieces of the order's lines in the parcel.

        :return: dict `integrator.order.line` -> whole number of pieces
        """
        self.ensure_one()
        found = {}
        for line in self.order_id.line_ids:
            pieces = self._pieces(line._sale_line())
            if pieces > 0:
                found[line] = pieces
        return found

    def _pieces(self, sale_line):
        moves = self._first_moves(self.picking_id.move_ids).filtered(
            lambda move: move.sale_line_id == sale_line
        )
        if moves.product_id - sale_line.product_id:
            return self._kits(sale_line, moves)
        inside = moves.move_line_ids.filtered(
            lambda line: line.result_package_id == self.package_id
        )
        return int(sum(inside.mapped("quantity_product_uom")))

    def _kits(self, sale_line, moves):
        """Whole kits that the delivery completes with what had left before it; they are sent with
        its first parcel, because the parts of one kit may travel apart."""
        if self._beside()[:1] != self or not sale_line.product_uom_qty:
            return 0
        before = self._left_before(sale_line)
        return self._whole_kits(sale_line, before | moves) - self._whole_kits(sale_line, before)

    def _left_before(self, sale_line):
        """The moves of a line that left for the buyer before this delivery did."""
        picking = self.picking_id
        return self._moves_left(sale_line).filtered(
            lambda move: (move.picking_id.date_done, move.picking_id.id)
            < (picking.date_done, picking.id)
        )

    def _moves_left(self, sale_line):
        return self._first_moves(sale_line.move_ids).filtered(
            lambda move: move.location_dest_id.usage == "customer" and move.picking_id
        )

    def _first_moves(self, moves):
        """The moves that are done, without those by which what came back leaves once more: the site
        knows these pieces since they left the first time."""
        return moves.filtered(
            lambda move: move.state == "done" and not move.origin_returned_move_id
        )

    def _whole_kits(self, sale_line, moves):
        whole = sale_line.product_id._integrator_whole_kits(moves)
        return self._kits_as_ordered(sale_line, moves) if whole is None else whole

    def _kits_as_ordered(self, sale_line, moves):
        """Whole kits by the parts that are ordered, where Odoo does not know the kit any more."""
        parts = sale_line.move_ids.filtered(
            lambda move: move.state != "cancel"
            and move.location_dest_id.usage == "customer"
            and not move.origin_returned_move_id
        )
        wanted = {
            product: sum(part.mapped("product_qty")) / sale_line._integrator_pieces()
            for product, part in parts.grouped("product_id").items()
        }
        here = moves.grouped("product_id")
        return min(
            int(round(self._pieces_of(here[product]) / each, 6)) if product in here else 0
            for product, each in wanted.items()
        )

    def _pieces_of(self, moves):
        """The shipped quantity, in the unit of the product."""
        return sum(moves.move_line_ids.mapped("quantity_product_uom"))

    def _kit_parts(self):
        """The moves of these parcels' delivery by which something of their order has left: parts of
        kits, where it is nothing whole."""
        sale_lines = self.order_id.line_ids._sale_line()
        return self.picking_id.move_ids.filtered(
            lambda move: move.state == "done" and move.sale_line_id in sale_lines
        )
