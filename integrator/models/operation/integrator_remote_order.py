# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...const import OURS, REMOTE_STATUSES
from ...exceptions import as_user_error
from ...operation_types import OPEN_STATUSES

#: States in which a remote order is followed.
FOLLOWED = ("open",)

#: Context key: the site has shipped what is being validated.
SHIPPED_THERE = "integrator_shipped_there"

#: States in which the lines of a remote order are bound to it.
BINDING_STATES = ("prepared", "open", "done")


class IntegratorRemoteOrder(models.Model):
    """An order at a site that ships what was sold elsewhere: made there by an export, or by hand
    and bound later. Each of its lines knows the sale order line that it is for.

    The row of an export is committed before the site is called, so that nothing is ever at a site
    of which Odoo does not know.
    """

    _name = "integrator.remote.order"
    _description = "Order shipped by a channel"
    _inherit = ["integrator.site.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "remote_ref"

    remote_ref = fields.Char(
        string="Remote order", required=True, readonly=True, help="Its id at the channel."
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    operation_id = fields.Many2one(
        "integrator.operation",
        string="Made by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The export or the binding.",
    )
    origin = fields.Selection(
        [("export", "Exported"), ("bind", "Bound")],
        required=True,
        readonly=True,
        help="Whether Odoo made it, or somebody by hand at the channel.",
    )
    state = fields.Selection(
        [
            ("prepared", "Prepared"),
            ("open", "Followed"),
            ("done", "Complete"),
            ("unbound", "Unbound"),
            ("dropped", "Never made"),
        ],
        required=True,
        readonly=True,
        default="prepared",
        index=True,
        tracking=True,
        help="Only what is followed is read by synchronisations.",
    )
    status = fields.Selection(REMOTE_STATUSES, readonly=True, help="How it stands at the channel.")
    original_status = fields.Char(
        string="Channel's status", readonly=True, help="In the channel's own word."
    )
    is_held = fields.Boolean(
        string="On hold there", readonly=True, help="The channel ships it when it is released."
    )
    request = fields.Json(readonly=True, help="Choices that it was made with, without the address.")
    fees = fields.Json(readonly=True, help="What the channel asks for shipping it, by kind.")
    fee = fields.Float(digits=(16, 2), readonly=True, help="All fees together.")
    fee_currency = fields.Char(
        string="Currency of the fee", readonly=True, help="Currency of the fees."
    )
    attempted_at = fields.Datetime(
        string="Tried on", readonly=True, help="When the channel was first called for it."
    )
    read_at = fields.Datetime(
        string="Last read", readonly=True, help="When the channel was last asked how it stands."
    )
    line_ids = fields.One2many("integrator.remote.order.line", "remote_order_id", readonly=True)
    parcel_ids = fields.One2many("integrator.remote.parcel", "remote_order_id", readonly=True)
    tracking = fields.Char(
        string="Tracking numbers",
        compute="_compute_tracking",
        help="Tracking numbers of all its parcels.",
    )
    picking_ids = fields.One2many(
        "stock.picking", "integrator_remote_order_id", readonly=True, help="Deliveries it ships."
    )
    page_url = fields.Char(
        string="Page on the channel",
        compute="_compute_page_url",
        help="Page of the order at the site. Empty: it has none.",
    )
    difference = fields.Text(
        compute="_compute_difference",
        help="In what Odoo and the channel differ. Empty: in nothing.",
    )

    _ref_uniq = models.UniqueIndex(
        "(site_id, remote_ref) WHERE state IN ('prepared', 'open', 'done')",
        "This remote order is bound already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("parcel_ids.tracking")
    def _compute_tracking(self):
        for order in self:
            order.tracking = ", ".join(filter(None, order.parcel_ids.mapped("tracking")))

    @api.depends("site_id", "remote_ref")
    def _compute_page_url(self):
        for order in self:
            site = order.sudo().site_id
            order.page_url = site._adapter()._remote_order_page(site, order.remote_ref)

    @api.depends("status", "line_ids.quantity", "line_ids.shipped", "sale_order_id.state")
    def _compute_difference(self):
        for order in self:
            order.difference = "\n".join(order.sudo()._find_differences())

    # === CREATION === #

    @api.model
    def _prepare_row(self, operation, request, number):
        """Values of the row that is kept before the site is called.

        :param ExportRequest request: the part that becomes this order
        :param int number: makes its reference unlike any other
        """
        site = operation.site_id
        return {
            "site_id": site.id,
            "sale_order_id": operation.order_id.id,
            "operation_id": operation.id,
            "origin": "export",
            "status": "pending",
            "remote_ref": site._adapter()._prepare_remote_ref(site, request.order_ref, number),
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "sale_line_id": int(line.ref),
                        "ref": line.ref,
                        "sku": line.sku,
                        "quantity": float(line.quantity),
                        "asked_price": float(line.price),
                    },
                )
                for line in request.lines
            ],
        }

    def _drop(self):
        """The site never got it: its lines are free again."""
        self.write({"state": "dropped"})
        self._give_deliveries_back()

    # === FOLLOWING === #

    def _read(self):
        """Ask the site how the order stands, and follow it.

        :return: whether the site knows it
        """
        self.ensure_one()
        state = self.site_id._adapter()._read_remote_order(self.site_id, self.remote_ref)
        if state is not None:
            self._apply_state(state)
        return state is not None

    def _apply_state(self, state):
        """Bring the order, its lines, parcels and deliveries in line with what the site says.
        Doing it again changes nothing.

        :param RemoteOrderState state:
        """
        self.ensure_one()
        statuses = self.env["integrator.remote.status"]
        self.write(
            {
                "status": statuses._translate(self.site_id, state),
                "original_status": state.original_status,
                "is_held": state.is_held,
                **self._prepare_fees(state),
                "read_at": fields.Datetime.now(),
            }
        )
        self.line_ids._apply_lines(state.lines)
        self.parcel_ids._apply_parcels(self, state.parcels)
        self._ship()
        if state.is_complete:
            self.state = "done"
            self._give_deliveries_back()

    def _prepare_fees(self, state):
        """The fees of the site; many sites give them only when the order is created."""
        if not state.fees:
            return {}
        return {
            "fees": {kind: str(amount) for kind, amount in state.fees.items()},
            "fee": float(sum(state.fees.values())),
            "fee_currency": state.currency,
        }

    def _is_over(self):
        return self.state == "done" or self.status not in OPEN_STATUSES

    # === COMPARISON === #

    def _find_differences(self):
        """Texts: in what Odoo and the site differ.

        :return: list of sentences
        """
        self.ensure_one()
        if self.state not in BINDING_STATES:
            return []
        found = []
        sale = self.sale_order_id
        if self.status == "unknown":
            found.append(
                self.env._(
                    "The channel shows “%s”, whose meaning is not set up. An administrator enters "
                    "it under Configuration, Statuses of channels.",
                    self.original_status,
                )
            )
        if sale.state == "cancel" and self.status != "cancelled":
            found.append(
                self.env._(
                    "%(order)s is cancelled in Odoo, and %(status)s at the channel. Cancel it "
                    "there by hand, or by “Cancel at the channel”.",
                    order=sale.name,
                    status=self.original_status or self.status,
                )
            )
        elif self.status == "cancelled" and sale.state != "cancel":
            found.append(
                self.env._(
                    "The channel has cancelled %s. Ship it another way, or cancel the sale order.",
                    self.remote_ref,
                )
            )
        return found + [text for line in self.line_ids for text in line._find_differences()]

    # === ACTION METHODS === #

    def action_read(self):
        """Button: ask the site how it stands now."""
        check_operator(self)
        for order_sudo in self.sudo():
            order_sudo._check_followed()
            with as_user_error():
                is_known = order_sudo._read()
            if not is_known:
                raise UserError(self.env._("The channel does not know %s.", order_sudo.remote_ref))

    def action_cancel_remote(self):
        """Button: ask the site not to ship it. This is never done by a synchronisation."""
        check_operator(self)
        self.ensure_one()
        order_sudo = self.sudo()
        order_sudo._check_followed()
        adapter, site = order_sudo.site_id._adapter(), order_sudo.site_id
        with as_user_error():
            answer = adapter._cancel_remote_order(site, self.remote_ref)
        if answer != "cancelled":
            return self.env["integrator.site"]._notify(
                self.env._(
                    "It is too late: %s is being picked or has left. Ask the customer to refuse "
                    "the parcel, or take the goods back.",
                    self.remote_ref,
                ),
                kind="warning",
            )
        with as_user_error():
            order_sudo._read()
        return self.env["integrator.site"]._notify(
            self.env._("%s is cancelled at the channel.", self.remote_ref), kind="success"
        )

    def action_release_remote(self):
        """Button: let the site ship what it holds."""
        check_operator(self)
        self.ensure_one()
        order_sudo = self.sudo()
        order_sudo._check_followed()
        adapter, site = order_sudo.site_id._adapter(), order_sudo.site_id
        with as_user_error():
            answer = adapter._release_remote_order(site, self.remote_ref)
            order_sudo._read()
        texts = {
            "released": self.env._("The channel ships %s now.", self.remote_ref),
            "too_late": self.env._("%s is not on hold at the channel any more.", self.remote_ref),
        }
        return self.env["integrator.site"]._notify(texts[answer])

    def action_open_page(self):
        """Button: the order at the site."""
        check_operator(self)
        self.ensure_one()
        if not self.page_url:
            raise UserError(self.env._("The channel has no page for a single order."))
        return {"type": "ir.actions.act_url", "url": self.page_url, "target": "new"}

    def _check_followed(self):
        if self.state not in FOLLOWED:
            raise UserError(
                self.env._(
                    "%s is not followed any more. Bind it again if it should be.", self.remote_ref
                )
            )

    def _prepare_brief(self):
        """A remote order as callers get it.

        :return: dict, JSON-able
        """
        return {
            "id": self.remote_ref,
            "state": self.state,
            "status": self.status,
            "original_status": self.original_status or None,
            "tracking": [parcel.tracking for parcel in self.parcel_ids if parcel.tracking],
            "difference": self.difference or None,
        }

    @api.model
    def _open_domain(self, site):
        """Return the domain of what a synchronisation of a site reads: everything that it follows,
        and what may have reached it although its answer was lost."""
        lost = Domain("state", "=", "prepared") & Domain("attempted_at", "!=", False)
        lost &= Domain("operation_id.state", "not in", ("queued", "running", "waiting"))
        return Domain("site_id", "=", site.id) & (Domain("state", "in", FOLLOWED) | lost)

    # === DELIVERIES === #

    def _take_deliveries(self):
        """Move what the site ships into separate deliveries that cannot be validated by hand."""
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
        """Let our warehouse ship what the site does not ship any more, or export it again."""
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
        shipped = {
            line: line.shipped - line.noted
            for line in self.line_ids.filtered("is_bound")
            if line.shipped > line.noted
        }
        before = self.picking_ids.filtered(lambda picking: picking.state == "done")
        ready = self.env["stock.picking"]
        for line, pieces in shipped.items():
            ready |= line._pick(pieces)
            line.noted = line.shipped
        if ready:
            ready.with_context(**{SHIPPED_THERE: OURS, "cancel_backorder": False})._action_done()
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        self._track(done - before or done)

    def _track(self, pickings):
        """Write the tracking numbers that stand on no delivery yet."""
        noted = ", ".join(
            filter(None, (self.picking_ids - pickings).mapped("carrier_tracking_ref"))
        )
        numbers = [number for number in self.parcel_ids.mapped("tracking") if number]
        wanted = ", ".join(number for number in numbers if number not in noted)
        for picking in pickings.filtered(lambda one: wanted and one.carrier_tracking_ref != wanted):
            picking.carrier_tracking_ref = wanted
