# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ...access import check_operator
from ...reason import Reason, reason_for
from ...utils import choices_of, labels_of
from .integrator_delivery_hold import FINISHED, OPEN

#: Odoo's note “this transfer was created from …”.
ORIGIN_NOTE = "mail.message_origin_link"
#: Columns that say what holds a delivery.
HOLD_COLUMNS = {
    "integrator_hold": "varchar",
    "integrator_hold_note": "text",
    "integrator_hold_since": "timestamp",
}
#: The activity that asks what to do about a hold.
HOLD_ACTIVITY = "integrator.mail_activity_hold"


class StockPicking(models.Model):
    """Deliveries on hold: something speaks against sending the parcel, and a
    person has to answer before it leaves. Several reasons may hold one delivery."""

    _name = "stock.picking"
    _inherit = [
        "stock.picking",
        "integrator.delivery.desk.mixin",
        "integrator.readonly.mixin",
        "integrator.status.watch",
        "integrator.timeline.mixin",
        "integrator.export.mixin",
    ]

    integrator_order_ref = fields.Char(
        related="sale_id.integrator_order_ref",
        string="Order on the channel",
        store=True,
        index="btree_not_null",
    )

    # delivery hold
    integrator_hold_ids = fields.One2many(
        "integrator.delivery.hold",
        "picking_id",
        string="Holds",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="Everything that has spoken against sending this parcel, and what was answered.",
    )
    integrator_hold = fields.Selection(
        choices_of("integrator.delivery.hold", "reason"),
        string="On hold",
        compute="_compute_integrator_hold",
        store=True,
        index="btree_not_null",
        help="Why this delivery may not leave yet; of several reasons, the gravest.",
    )
    integrator_hold_note = Reason(
        string="Reason of the hold",
        compute="_compute_integrator_hold",
        store=True,
        help="What happened, and what to do about it.",
    )
    integrator_hold_since = fields.Datetime(
        string="On hold since", compute="_compute_integrator_hold", store=True
    )

    # delivery elsewhere
    integrator_shipped_elsewhere = fields.Boolean(
        string="Shipped by someone else",
        readonly=True,
        copy=False,
        help="The channel knew before Odoo that this parcel had left, so nothing is sent to it.",
    )

    # delivery tracking
    integrator_untracked = fields.Boolean(
        string="Sent without tracking",
        readonly=True,
        copy=False,
        help="Somebody decided to confirm the shipment without a tracking number.",
    )
    integrator_awaits_tracking = fields.Boolean(
        string="Waits for a tracking number",
        compute="_compute_integrator_awaits_tracking",
        search="_search_integrator_awaits_tracking",
        compute_sudo=True,
        help="The shipment is confirmed to the channel when its tracking number is entered.",
    )

    # cancellation refused
    integrator_cancel_refusal = Reason(
        related="sale_id.integrator_cancel_refusal",
        string="The channel did not cancel",
        help="Why the channel refused the cancellation; for it, the order is still to be shipped.",
    )

    # integrator deadline
    integrator_ship_by = fields.Datetime(
        related="sale_id.integrator_ship_by",
        string="Ship by",
        store=True,
        index="btree_not_null",
        help="The channel's latest date for this parcel to leave.",
    )

    # the desk
    integrator_site_id = fields.Many2one(
        related="sale_id.integrator_site_id", help="Where the order was sold."
    )
    integrator_items = fields.Text(
        string="Items", compute="_compute_integrator_items", help="What is in the parcel."
    )
    integrator_image_128 = fields.Image(
        string="Picture",
        compute="_compute_integrator_items",
        help="Picture of the first product in the parcel.",
    )
    integrator_city = fields.Char(
        string="City", compute="_compute_integrator_city", help="Where the parcel goes."
    )
    integrator_to_ship = fields.Boolean(
        string="To ship",
        compute="_compute_integrator_to_ship",
        search="_search_integrator_to_ship",
        help="A delivery of a channel's order that is ready to leave, and that nothing holds.",
    )
    integrator_left_late = fields.Boolean(
        string="Left late",
        compute="_compute_integrator_left_late",
        search="_search_integrator_left_late",
        help="It left after the date by which the channel wanted it shipped.",
    )

    def _auto_init(self):
        """Override: no delivery is on hold at first, so nothing is computed of those that are
        there already."""
        for name, kind in HOLD_COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # === COMPUTE METHODS === #

    @api.depends(*(f"integrator_hold_ids.{name}" for name in ("state", "reason", "note", "since")))
    def _compute_integrator_hold(self):
        for picking in self:
            holds = picking.integrator_hold_ids
            hold = holds and holds._gravest()
            picking.integrator_hold = hold.reason
            picking.integrator_hold_note = hold.note
            picking.integrator_hold_since = hold.since

    @api.depends("state", "carrier_tracking_ref", "carrier_id", "integrator_untracked")
    def _compute_integrator_awaits_tracking(self):
        for picking in self:
            picking.integrator_awaits_tracking = (
                picking.state == "done"
                and picking._integrator_needs_tracking()
                and bool(picking._integrator_open_shipments_sudo())
            )

    @api.depends("move_ids.product_id", "move_ids.product_uom_qty", "move_ids.state")
    def _compute_integrator_items(self):
        for picking in self:
            moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
            moves = moves.with_context(display_default_code=False)
            picking.integrator_image_128 = moves.product_id[:1].image_128
            picking.integrator_items = "\n".join(
                f"{move.product_uom_qty:g} × {move.product_id.display_name}" for move in moves
            )

    @api.depends("partner_id.city", "partner_id.country_id")
    def _compute_integrator_city(self):
        for picking in self:
            parts = (picking.partner_id.city, picking.partner_id.country_id.code)
            picking.integrator_city = ", ".join(filter(None, parts))

    @api.depends("state", "integrator_hold", "sale_id.integrator_site_id")
    def _compute_integrator_to_ship(self):
        found = self.filtered_domain(self._integrator_to_ship_domain())
        for picking in self:
            picking.integrator_to_ship = picking in found

    @api.depends("date_done", "integrator_ship_by")
    def _compute_integrator_left_late(self):
        for picking in self:
            done, limit = picking.date_done, picking.integrator_ship_by
            picking.integrator_left_late = bool(done and limit) and done > limit

    # === SEARCH METHODS === #

    def _search_integrator_left_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return self._integrator_left_domain() & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s > %s",
                SQL.identifier(alias, "date_done"),
                SQL.identifier(alias, "integrator_ship_by"),
            )
        )

    def _search_integrator_to_ship(self, operator, value):
        return (
            self._integrator_to_ship_domain()
            if operator == "in" and True in value
            else NotImplemented
        )

    def _search_integrator_awaits_tracking(self, operator, value):
        return (
            self._integrator_untracked_domain()
            if operator == "in" and True in value
            else NotImplemented
        )

    @api.model
    def _integrator_held_domain(self):
        """Deliveries that wait for a person's answer."""
        return Domain("integrator_hold", "!=", False) & Domain("state", "not in", FINISHED)

    @api.model
    def _integrator_to_ship_domain(self):
        """Deliveries of channels that may leave now."""
        return (
            Domain("state", "=", "assigned")
            & Domain("picking_type_code", "=", "outgoing")
            & Domain("integrator_hold", "=", False)
            & Domain("sale_id.integrator_site_id", "!=", False)
        )

    @api.model
    def _integrator_left_domain(self):
        """Deliveries of channels that have left, and that had to leave by some date."""
        return (
            Domain("state", "=", "done")
            & Domain("picking_type_code", "=", "outgoing")
            & Domain("integrator_ship_by", "!=", False)
        )

    @api.model
    def _integrator_untracked_domain(self):
        """Deliveries that have left, and of which the channel waits for the tracking number."""
        tasks = (
            self.env["integrator.task"]
            .sudo()
            ._search(
                [
                    ("kind", "=", "shipment"),
                    ("state", "in", ("waiting", "ready")),
                    "|",
                    ("picking_id", "!=", False),
                    ("target_ref", "=like", f"{self._name},%"),
                ]
            )
        )
        tracked = Domain("integrator_tracking", "!=", False)
        about = SQL("COALESCE(picking_id, split_part(target_ref, ',', 2)::int)")
        return (
            Domain("id", "in", tasks.subselect(about))
            & Domain("state", "=", "done")
            & Domain("carrier_tracking_ref", "in", (False, ""))
            & Domain("integrator_untracked", "=", False)
            # who may read deliveries need not be allowed to read carriers and packages
            & ~Domain("carrier_id", "any!", Domain("integrator_no_tracking", "=", True))
            & ~Domain("move_line_ids", "any!", Domain("result_package_id", "any!", tracked))
        )

    # === CRUD METHODS === #

    def write(self, vals):
        before = {}
        if "carrier_tracking_ref" in vals:
            before = {picking.id: picking.carrier_tracking_ref or "" for picking in self}
        result = super().write(vals)
        for picking in self.filtered(lambda picking: picking.id in before):
            if (picking.carrier_tracking_ref or "") != before[picking.id]:
                picking._integrator_note_tracking()
        if vals.get("carrier_tracking_ref") or vals.get("integrator_untracked"):
            self._integrator_close_tracking_question()
        return result

    @api.model
    def get_empty_list_help(self, help_message):
        """Override of `stock`: on our pages, an empty list is a good result."""
        if self.env.context.get("integrator_desk"):
            return help_message
        return super().get_empty_list_help(help_message)

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override of `stock`: what is cancelled needs no answer any more."""
        result = super().action_cancel()
        self.filtered("integrator_hold")._integrator_release_hold()
        return result

    def action_integrator_release_hold(self):
        """Button: send it all the same. Who said so stands in the log."""
        check_operator(self)
        self.sudo()._integrator_lift_hold()
        return self._integrator_notify_released()

    def action_integrator_take_tracking(self):
        """Button: the tracking number was written; the channel gets it.

        :raise UserError: where there is none
        """
        check_operator(self)
        if not all(picking.carrier_tracking_ref for picking in self):
            raise UserError(self.env._("Enter the tracking number first."))
        return self.env["integrator.todo"]._notify_done(
            self.env._("The channel gets the number: %s.", ", ".join(self.mapped("name")))
        )

    def action_integrator_correct_address(self):
        """Button: the delivery address, to be completed; saving it lets the delivery leave."""
        check_operator(self)
        self.ensure_one()
        return self.env["integrator.address"]._open(self)

    def action_integrator_cancel_for_buyer(self):
        """Button: cancel the sale order as the buyer asks."""
        return self.sale_id.action_integrator_cancel_for_buyer()

    def action_integrator_send_untracked(self):
        """Button: send the shipment without a tracking number."""
        check_operator(self)
        pickings_sudo = self.sudo()
        pickings_sudo.integrator_untracked = True
        for picking in pickings_sudo:
            picking.message_post(
                body=self.env._(
                    "The shipment is confirmed to the channel without a tracking number."
                )
            )
        tasks = pickings_sudo._integrator_open_shipments_sudo()
        tasks._retry()
        tasks.filtered(lambda task: task.state == "waiting").update_at = False
        self.env["integrator.site"]._trigger_stages("send")

    # === BUSINESS METHODS === #

    def message_post_with_source(self, source_ref, **kwargs):
        """Override of `mail`: an import leaves no note of what was made from what on each of its
        deliveries; their source document says it."""
        if self.env.context.get("mail_create_nolog") and source_ref == ORIGIN_NOTE:
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def _integrator_notify_released(self):
        """Say which of these deliveries may leave by now."""
        free = self.filtered(lambda picking: not picking.integrator_hold)
        return self.env["integrator.todo"]._notify_done(
            self.env["integrator.todo"]._in_names(
                free.mapped("name"),
                none=self.env._("Something else holds it still."),
                one=self.env._("May leave now: %(names)s."),
                many=self.env._("%(count)s deliveries may leave now: %(names)s."),
            )
        )

    def _integrator_note_tracking(self):
        """Collect that the tracking number of a delivery was set or changed, also when later; what
        is only picked, or comes back, is no shipment."""
        for order in self._integrator_watched_sudo().move_ids.sale_line_id.order_id:
            self.env["order.integration"]._note(
                order, "tracking", source=self, tracking=self.carrier_tracking_ref or ""
            )

    # === HOLDS === #

    def _integrator_hold(self, reason, note):
        """Keep deliveries from leaving until somebody answers; the responsible is asked.

        Saying the same again changes nothing, also when a person has lifted it meanwhile.

        :param str reason: a value of `integrator_hold`
        :param str note: for people: what happened, and what to do next
        """
        holds_sudo = self.env["integrator.delivery.hold"].sudo()
        held = holds_sudo._put(self._integrator_open_deliveries(), reason, note)
        held._integrator_ask_about_hold(reason, note)

    def _integrator_release_hold(self, reason=None):
        """Remove a hold whose cause is over.

        :param str reason: the only hold to lift; none: all of them
        """
        holds_sudo = self.sudo().integrator_hold_ids
        holds_sudo.filtered(lambda hold: reason in (None, hold.reason))._release()
        self._integrator_close_questions()

    def _integrator_open_deliveries(self):
        return self.filtered(
            lambda picking: picking.state not in ("done", "cancel")
            and picking.picking_type_code != "incoming"
        )

    def _integrator_has_left(self):
        """Return whether this is a delivery that has left for the buyer."""
        return self.state == "done" and self.location_dest_id.usage == "customer"

    def _integrator_hold_label(self):
        self.ensure_one()
        labels = labels_of(self, "integrator_hold")
        return labels[self.integrator_hold]

    # === QUESTIONS === #

    def _integrator_ask_about_hold(self, reason, note):
        """One question per order, where its responsible looks, and a line in the log of each
        delivery."""
        labels = labels_of(self, "integrator_hold")
        for picking in self:
            picking.message_post(
                body=self.env._("On hold: %(reason)s. %(note)s", reason=labels[reason], note=note)
            )
        for record in (*self.sale_id, *self.filtered(lambda picking: not picking.sale_id)):
            site = self.sale_id.integrator_site_id[:1]
            site._schedule_question(record, labels[reason], note, HOLD_ACTIVITY, again=True)

    def _integrator_close_questions(self):
        """Nothing is held any more: the questions are answered."""
        for order in self.sale_id:
            if not order.picking_ids._integrator_open_deliveries().filtered("integrator_hold"):
                order.activity_feedback([HOLD_ACTIVITY])
        self.filtered(lambda picking: not picking.integrator_hold).activity_feedback(
            [HOLD_ACTIVITY]
        )

    # === VALIDATION === #

    def button_validate(self):
        """Override of `stock`: say it before a wizard opens."""
        self._integrator_check_hold()
        return super().button_validate()

    def _action_done(self):
        """Override of `stock`: every way of validating comes by here: buttons, batch transfers,
        wizards and code."""
        self._integrator_check_hold()
        return super()._action_done()

    def _integrator_check_hold(self):
        """
        :raise UserError: when one of the deliveries is on hold
        """
        held = self._integrator_open_deliveries().filtered("integrator_hold")
        if held:
            lines = [
                f"{picking.name}: {picking._integrator_hold_label()}. "
                f"{reason_for(self.env, picking.integrator_hold_note)}"
                for picking in held
            ]
            raise UserError(
                self.env._(
                    "On hold, so it cannot leave:\n\n%s\n\nOpen the delivery and answer with the "
                    "buttons at its top.",
                    "\n".join(lines),
                )
            )

    def _integrator_lift_hold(self, answer="ship"):
        """Remove a hold because a person decides so, and keep the answer.

        :param str answer: a value of `integrator.delivery.hold.answer`
        """
        for picking in self.filtered("integrator_hold"):
            label = picking._integrator_hold_label()
            picking.integrator_hold_ids._gravest()._answer(answer)
            picking.message_post(body=self.env._("Hold lifted by hand: %s", label))
        self._integrator_close_questions()

    def _integrator_release_address(self):
        """The address is corrected: the deliveries to it that waited for that may leave."""
        same = (self | self.sale_id.picking_ids).filtered(
            lambda picking: picking.integrator_hold == "address"
            and picking.partner_id == self.partner_id
        )
        for picking in same:
            picking.message_post(body=self.env._("The address was corrected."))
        same._integrator_lift_hold("address")

    def _integrator_release_shipped_elsewhere(self):
        """Validate these deliveries with what left elsewhere; other holds go on with the rest."""
        for picking in self:
            holds = picking.integrator_hold_ids.filtered(lambda hold: hold.state == OPEN)
            gone = holds.filtered(lambda hold: hold.reason == "shipped_elsewhere")
            gone._answer("left")
            picking._integrator_release_hold()
            picking.message_post(
                body=self.env._("Left without Odoo: nothing is sent to the channel.")
            )
            picking.with_company(picking.company_id)._integrator_validate_shipped_elsewhere()
            for hold in holds - gone:
                picking.backorder_ids._integrator_hold(hold.reason, hold.note)

    def _integrator_validate_shipped_elsewhere(self):
        """Validate the pieces that left elsewhere, and the transfers that follow on these."""
        self.ensure_one()
        pieces = self._integrator_remote_quantities()
        for move in self._integrator_open_moves():
            move.quantity = pieces.get(move, 0)
            move.picked = bool(pieces.get(move))
        self.integrator_shipped_elsewhere = True
        self.with_context(skip_backorder=True, skip_sms=True).button_validate()
        for picking in self.move_ids.move_dest_ids.picking_id._integrator_open_deliveries():
            picking._integrator_validate_shipped_elsewhere()

    def _integrator_remote_quantities(self):
        """Return the quantity of each move that the site shows as shipped.

        :return: dict move -> quantity
        """
        pieces = {}
        moves = self._integrator_open_moves().grouped("sale_line_id")
        for line in self.sale_id.integrator_order_ids.line_ids:
            sale_line = line._sale_line()
            missing = line._quantity_missing()
            open_pieces = sale_line.product_uom_qty - sale_line._integrator_quantity_sent()
            share = min(missing / open_pieces, 1) if open_pieces > 0 else 0
            for move in moves.get(sale_line, ()):
                # the moves of a kit are those of its parts
                is_part = move.product_id != sale_line.product_id
                wanted = move.product_uom_qty * share if is_part else missing
                pieces[move] = min(wanted, move.product_uom_qty)
                missing -= 0 if is_part else pieces[move]
        return pieces

    def _integrator_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _integrator_needs_tracking(self):
        """Return whether a tracking number is still to come."""
        self.ensure_one()
        return not (
            self.carrier_tracking_ref
            or self._integrator_packages_are_tracked()
            or self.integrator_untracked
            or self.carrier_id.integrator_no_tracking
        )

    def _integrator_packages_are_tracked(self):
        """Return whether everything is in packages that have tracking numbers of their own."""
        packages = self.move_line_ids.mapped("result_package_id")
        loose = self.move_line_ids.filtered(lambda line: not line.result_package_id)
        return bool(packages) and not loose and all(packages.mapped("integrator_tracking"))

    def _integrator_open_shipments_sudo(self):
        """Tasks that wait for the tracking number."""
        tasks_sudo = self.env["integrator.task"].sudo()
        domain = [("kind", "=", "shipment"), ("state", "in", ("waiting", "ready", "error"))]
        references = [f"{self._name},{picking.id}" for picking in self]
        about = ["|", ("picking_id", "in", self.ids), ("target_ref", "in", references)]
        return tasks_sudo.search([*domain, *about])

    def _integrator_close_tracking_question(self):
        for picking in self.sudo().with_context(active_test=False).filtered("activity_ids"):
            site = picking.sale_id.integrator_site_id
            site._close_question(picking, self.env._("Tracking number missing"))

    def _integrator_record_sent(self, order):
        self.env["integrator.parcel"]._record_sent(self, order)

    def _integrator_watched_sudo(self):
        return self.sudo().filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
            and not picking.integrator_shipped_elsewhere
        )

    def _integrator_orders(self):
        return self.move_ids.sale_line_id.order_id

    def _integrator_timeline_sale_orders(self):
        return self.sale_id

    def _integrator_timeline_noted(self):
        return [self, self.sudo().sale_id]

    def _integrator_timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        task_domain = ["|", ("picking_id", "in", self.ids), ("target_ref", "in", refs)]
        return self._integrator_prepare_timeline_domains(
            "order.integration", [("source_ref", "in", refs)], task_domain
        )

    def _integrator_of_buyers(self):
        return self.filtered(lambda picking: picking.sudo().sale_id.integrator_order_ref)
