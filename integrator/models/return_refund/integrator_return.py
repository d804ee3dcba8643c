# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import api, fields, models
from odoo.exceptions import UserError

from ...access import check_operator
from ...utils import lock


class IntegratorReturn(models.Model):
    """Goods that a buyer sends back, by the site's data. Here the goods are received and a credit
    note is created, by one button each."""

    _name = "integrator.return"
    _inherit = [
        "integrator.site.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "integrator.export.mixin",
        "integrator.document.handler.mixin",
    ]
    _description = "Return"
    _order = "requested_at desc, id desc"
    _rec_name = "remote_return_id"
    _goes_before_site = True
    _document_kinds = ("return",)

    remote_return_id = fields.Char(
        string="Return",
        required=True,
        readonly=True,
        help="The channel's number of the return (RMA).",
    )
    remote_order_id = fields.Char(
        string="Order on the channel", required=True, readonly=True, index=True
    )
    order_id = fields.Many2one(
        "integrator.order", readonly=True, ondelete="set null", index=True, string="Order there"
    )
    sale_order_id = fields.Many2one(
        related="order_id.sale_order_id", store=True, index=True, string="Sales order"
    )
    document_id = fields.Many2one(
        "integrator.document", readonly=True, ondelete="set null", index="btree_not_null"
    )
    requested_at = fields.Datetime(
        string="Requested on", readonly=True, help="When the buyer asked for it."
    )
    remote_status = fields.Char(
        string="Status there", readonly=True, tracking=True, help="In the channel's own words."
    )
    carrier = fields.Char(readonly=True, help="Who brings it back.")
    tracking = fields.Char(
        string="Tracking number", readonly=True, help="Tracking number of the return parcel."
    )
    line_ids = fields.One2many("integrator.return.line", "return_id", readonly=True)
    picking_ids = fields.Many2many(
        "stock.picking",
        string="Receipts",
        readonly=True,
        copy=False,
        groups="stock.group_stock_user",
        help="Made from here.",
    )
    refund_ids = fields.Many2many(
        "account.move",
        string="Credit notes",
        readonly=True,
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Proposed from here.",
    )
    receipt_count = fields.Integer(
        compute="_compute_counts", compute_sudo=True, help="Receipts made from here."
    )
    refund_count = fields.Integer(
        compute="_compute_counts", compute_sudo=True, help="Credit notes proposed from here."
    )
    closed = fields.Boolean(readonly=True, help="Somebody decided that nothing is left to do.")
    state = fields.Selection(
        [
            ("unknown", "Order not here yet"),
            ("new", "To receive"),
            ("receiving", "On its way"),
            ("received", "To credit"),
            ("credited", "Done"),
            ("closed", "Closed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="What is to be done next.",
    )

    _remote_uniq = models.UniqueIndex(
        "(site_id, remote_order_id, remote_return_id)", "This return is known already."
    )

    # === COMPUTE METHODS === #

    @api.depends("sale_order_id", "closed", "picking_ids.state", "refund_ids.state")
    def _compute_state(self):
        for one in self:
            one.state = one._current_state()

    @api.depends("picking_ids", "refund_ids")
    def _compute_counts(self):
        for one in self:
            one.receipt_count = len(one.picking_ids)
            one.refund_count = len(one.refund_ids)

    # === ACTION METHODS === #

    def action_match(self):
        """Button: look for the order again."""
        check_operator(self)
        returns_sudo = self.sudo()
        returns_sudo._match()
        returns_sudo._request_unknown(manual=True)

    def action_close(self):
        """Button: nothing is left to do, for example because the goods never came."""
        check_operator(self)
        self.sudo().closed = True

    def action_reopen(self):
        """Button: there is something to do after all."""
        check_operator(self)
        self.sudo().closed = False

    def action_view_pickings(self):
        """Button: the receipts."""
        check_operator(self)
        return self.sudo().picking_ids._get_records_action(name=self.env._("Receipts"))

    def action_view_refunds(self):
        """Button: the credit notes."""
        check_operator(self)
        return self.sudo().refund_ids._get_records_action(name=self.env._("Credit notes"))

    def action_view_sale_order(self):
        """Button: the sales order."""
        return self.sale_order_id._get_records_action()

    def action_receive(self):
        """Button: a receipt to do for what comes back; a second press opens it."""
        check_operator(self)
        self.ensure_one()
        return_sudo = self.sudo()
        return_sudo._ensure_receipts()
        return self.action_view_pickings()

    def action_receive_all(self):
        """Button: all of it is here.

        :return: the action that says what follows, or what Odoo asks before
        :raise UserError: when none of the pieces has left our warehouse
        """
        check_operator(self)
        self.ensure_one()
        self.env["stock.picking"].check_access("write")
        return_sudo = self.sudo()
        receipts = return_sudo._ensure_receipts().filtered(lambda one: one.state != "done")
        for move in receipts.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        receipts = receipts.with_context(skip_backorder=True, skip_sms=True)
        result = receipts.button_validate()
        if result is not True:
            return result
        return self.env["integrator.todo"]._notify_done(
            self.env._("%s is received. The credit note is next.", self.remote_return_id)
        )

    def action_propose_refund(self):
        """Button: a draft credit note over the pieces that come back; a second press
        opens it."""
        check_operator(self)
        self.ensure_one()
        return_sudo = self.sudo()
        lock(return_sudo)
        if not return_sudo.refund_ids.filtered(lambda move: move.state != "cancel"):
            return_sudo.refund_ids |= return_sudo._make_refunds()
        return self.action_view_refunds()

    # === BUSINESS METHODS === #

    def _current_state(self):
        receipts = self._receipts()
        steps = (
            ("closed", self.closed),
            ("credited", "posted" in self.refund_ids.mapped("state")),
            ("unknown", not self.sale_order_id),
            ("received", receipts and set(receipts.mapped("state")) == {"done"}),
            ("receiving", receipts),
        )
        return next((state for state, reached in steps if reached), "new")

    # === INTAKE === #

    @api.model
    def _handle_document(self, document, values_list):
        """Take over neutral returns: make them, or bring them up to date.

        :param document: `integrator.document` that they came with
        :param list[neutral.Return] values_list: versions of returns
        :return: the returns
        """
        site = document.site_id
        returns = self.browse()
        for value in values_list:
            found = self._find(site, value)
            columns = self._prepare_values(value, document)
            if found:
                found.write(columns)
            else:
                found = self.create({"site_id": site.id, **columns})
            found.line_ids._apply(found, value.lines)
            returns |= found
        returns._match()
        returns._request_unknown(document.fetch_request_id.manual)
        return returns

    def _find(self, site, value):
        return self.search(
            [
                ("site_id", "=", site.id),
                ("remote_order_id", "=", value.remote_order_id),
                ("remote_return_id", "=", value.remote_return_id),
            ]
        )

    def _prepare_values(self, value, document):
        requested_at = value.requested_at
        return {
            "remote_return_id": value.remote_return_id,
            "remote_order_id": value.remote_order_id,
            "requested_at": requested_at and requested_at.replace(tzinfo=None, microsecond=0),
            "remote_status": value.remote_status,
            "carrier": value.carrier,
            "tracking": value.tracking,
            "document_id": document.id,
        }

    def _match(self):
        """Find the orders and their lines, and notify the responsible person of new returns."""
        for site, returns in self.filtered(lambda one: not one.order_id).grouped("site_id").items():
            known = self.env["integrator.order"]._known(site, returns.mapped("remote_order_id"))
            for one in returns:
                one.order_id = known.get(one.remote_order_id)
        for one in self.filtered("order_id"):
            one.line_ids._match()
        for one in self.filtered(lambda one: one.state == "new"):
            one._announce()

    def _announce(self):
        summary = self.env._("Return announced: %s", self.remote_return_id)
        order = self.sale_order_id
        note = self.env._(
            "The buyer sends back: %(lines)s. Open Integration, Orders, Returns, and press "
            "“Receive” there.",
            lines=", ".join(f"{line.quantity} × {line.sku}" for line in self.line_ids),
        )
        self.site_id._schedule_question(order, summary, note)

    def _request_unknown(self, manual):
        """Ask for the orders that are not here yet by their ids."""
        for site, returns in self.filtered(lambda one: not one.order_id).grouped("site_id").items():
            if site._can("source:order"):
                ids = returns.mapped("remote_order_id")
                self.env["integrator.fetch.request"]._request_orders(site, ids, manual)
                self.env["integrator.site"]._trigger_stages("fetch")

    # === GOODS === #

    def _receipts(self):
        return self.picking_ids.filtered(lambda picking: picking.state != "cancel")

    def _ensure_receipts(self):
        """The receipts of the return, made where there are none."""
        # two people who press at once make one
        lock(self)
        if not self._receipts():
            self.picking_ids |= self._make_receipts()
        return self._receipts()

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
        """Return the moves that come back, with the quantity of each.

        :return: dict move -> quantity in the move's unit
        """
        wanted = {}
        for line in self.line_ids.filtered("sale_line_id"):
            moves = line.sale_line_id.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
            )
            # the moves of a kit are those of its parts: each part comes back in its proportion
            for product_moves in moves.grouped("product_id").values():
                part = (
                    sum(product_moves.mapped("quantity"))
                    / line.sale_line_id._integrator_quantity_sent()
                )
                left = line.quantity * part if part != 1 else line.quantity
                for move in product_moves.sorted("id"):
                    taken = min(left, self._returnable(move) - wanted.get(move, 0))
                    if taken > 0:
                        wanted[move] = wanted.get(move, 0) + taken
                        left -= taken
        return wanted

    def _returnable(self, move):
        """Return the quantity of a move that has not come back, and is not about to."""
        back = move.returned_move_ids.filtered(lambda one: one.state != "cancel")
        return move.quantity - sum(back.mapped("product_uom_qty"))

    # === MONEY === #

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
        """Return the pieces of an invoice that are left to credit.

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
        """The default reason of refunds for returned goods."""
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
