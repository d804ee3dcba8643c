# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...const import CANCEL_REASON, FROM_SITE, OURS, CancelReason
from ...reason import Reason
from ...utils import choices_of
from ..outbox.integrator_status_map import ACTIONS

#: Separators between the words of a customer reference.
REFERENCE_BREAKS = r"[\s,;:#()/]+"
#: New state of a sale order -> event.
STATE_OPERATIONS = {"sale": "confirmation", "cancel": "cancellation"}


class SaleOrder(models.Model):
    """The hold of an order's deliveries, where its responsible looks."""

    # later subjects add theirs: pylint: disable=consider-merging-classes-inherited
    _name = "sale.order"
    _inherit = [
        "sale.order",
        "integrator.readonly.mixin",
        "integrator.status.watch",
        "integrator.timeline.mixin",
        "integrator.export.mixin",
    ]

    integrator_order_ids = fields.One2many(
        "integrator.order",
        "sale_order_id",
        readonly=True,
        groups="integrator.group_integrator_user",
    )
    integrator_site_id = fields.Many2one(
        "integrator.site", string="Channel", readonly=True, copy=False, index=True
    )
    integrator_order_ref = fields.Char(
        string="Order on the channel", readonly=True, copy=False, index="btree_not_null"
    )
    integrator_shipped_by_site = fields.Boolean(
        string="Shipped by the channel", readonly=True, copy=False
    )
    integrator_ship_by = fields.Datetime(
        string="Ship by",
        readonly=True,
        copy=False,
        help="The channel's deadline for the parcel; it is the deadline of the delivery.",
    )

    # sale order hold
    integrator_hold = fields.Selection(
        selection=choices_of("stock.picking", "integrator_hold"),
        string="Delivery on hold",
        compute="_compute_integrator_hold",
        compute_sudo=True,
        help="Why a delivery of this order may not leave yet.",
    )
    integrator_hold_note = Reason(
        string="Reason of the hold",
        compute="_compute_integrator_hold",
        compute_sudo=True,
        help="What happened, and what to do about it.",
    )

    # cancellation refused
    integrator_cancel_refusal = Reason(
        string="The channel did not cancel",
        compute="_compute_integrator_cancel_refusal",
        help="Why the channel refused the cancellation; for it, the order is still to be shipped.",
    )

    # order privacy
    integrator_masked_at = fields.Datetime(
        string="Buyer masked on",
        readonly=True,
        copy=False,
        help="When the buyer's personal data had to go.",
    )

    _integrator_unmasked_idx = models.Index(
        "(id) WHERE integrator_order_ref IS NOT NULL AND integrator_masked_at IS NULL"
    )
    #: Finds by a number what was imported before the addon was uninstalled, or entered by hand;
    #: what is imported costs it nothing.
    _integrator_reference_idx = models.Index(
        f"USING gin (regexp_split_to_array(lower(client_order_ref), '{REFERENCE_BREAKS}'))"
        " WITH (fastupdate = off)"
        " WHERE client_order_ref IS NOT NULL AND integrator_order_ref IS NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("picking_ids.integrator_hold", "picking_ids.integrator_hold_note")
    def _compute_integrator_hold(self):
        for order in self:
            held = order._integrator_held_deliveries()[:1]
            order.integrator_hold = held.integrator_hold
            order.integrator_hold_note = held.integrator_hold_note

    @api.depends("state", "integrator_order_ref")
    def _compute_integrator_cancel_refusal(self):
        tasks_sudo = self.env["integrator.task"].sudo()
        domain = [("kind", "=", "cancellation"), ("state", "=", "error")]
        domain += [("order_id.sale_order_id", "in", self.filtered("integrator_order_ref").ids)]
        refused = tasks_sudo.search(domain).grouped(lambda task: task.order_id.sale_order_id.id)
        for order in self:
            order.integrator_cancel_refusal = refused.get(order.id, tasks_sudo)[:1].error_message

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._integrator_note_states({order.id: "draft" for order in orders})
        return orders

    def write(self, vals):
        before = {order.id: order.state for order in self} if "state" in vals else {}
        moved = self if vals.keys() & {"partner_id", "partner_shipping_id"} else self.browse()
        places = {order: order.partner_shipping_id for order in moved}
        result = super().write(vals)
        self._integrator_note_states(before)
        self.filtered(
            lambda order: order.state == "cancel" != before.get(order.id, "cancel")
        )._integrator_check_sold()
        for order, place in places.items():
            if order.partner_shipping_id != place:
                order._integrator_ask_about_place()
        return result

    # === ACTION METHODS === #

    def action_integrator_view_history(self):
        """Button: everything that was sent about this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.order_integration_action"
        )
        return {**action, "domain": [("record_id", "=", self.id)], "context": {}}

    def action_integrator_release_hold(self):
        """Button: ship all the same."""
        check_operator(self)
        self.sudo()._integrator_held_deliveries()._integrator_lift_hold()

    def action_integrator_validate_shipped_elsewhere(self):
        """Button: the parcel left without Odoo."""
        check_operator(self)
        held_sudo = self.sudo()._integrator_held_deliveries()
        held_sudo.filtered(
            lambda picking: picking.integrator_hold == "shipped_elsewhere"
        )._integrator_release_shipped_elsewhere()

    def action_integrator_cancel_for_buyer(self):
        """Button: cancel at the buyer's request, which is sent to the site as the reason.

        :raise UserError: when a parcel has left already
        """
        check_operator(self)
        orders_sudo = self.sudo()
        for order in orders_sudo:
            gone = [
                line._quantity_shipped_remotely() for line in order.integrator_order_ids.line_ids
            ]
            if any(gone) or order.order_line._integrator_quantity_sent():
                raise UserError(
                    self.env._(
                        "A parcel of %s has left already, so the order cannot be cancelled any "
                        "more. Ship the rest, or cancel its delivery, and expect a return.",
                        order.name,
                    )
                )
        orders_sudo.with_context(**{CANCEL_REASON: CancelReason("BuyerCanceled")})._action_cancel()
        return self.env["integrator.todo"]._notify_done(
            self.env._("Cancelled; the channel is notified: %s.", ", ".join(self.mapped("name")))
        )

    # === BUSINESS METHODS === #

    def _integrator_note_states(self, before):
        """Collect the events of a change of state, after the change and in its transaction.

        :param dict before: order id -> state before the change
        """
        reason = self.env.context.get(CANCEL_REASON)
        data = {"reason": str(reason)} if isinstance(reason, CancelReason) else {}
        for order in self.filtered("id"):
            operation = STATE_OPERATIONS.get(order.state)
            if operation and before.get(order.id, order.state) != order.state:
                self.env["order.integration"]._note(order, operation, **data)

    def _integrator_check_sold(self):
        """Ask about pieces that the site shows as shipped and that a person does not sell any
        more, or close the question."""
        if self.env.context.get(FROM_SITE) is OURS:
            return
        for order_sudo in self.sudo().filtered("integrator_site_id"):
            self.env["integrator.order.updater"].sudo()._update_sold(order_sudo)

    def _integrator_ask_about_place(self):
        """Ask a person to pass on a changed delivery address to others who ship the order."""
        shippers = self.sudo()._integrator_other_shippers() if self.state == "sale" else []
        if not shippers:
            return
        note = self.env._(
            "The delivery address of %(order)s has changed. Who ships it was given the former one: "
            "%(shippers)s. Change it there; where that is not possible, cancel it there and export "
            "the order again.",
            order=self.name,
            shippers=", ".join(name for _site, name in shippers),
        )
        # changes from the channel must not open Odoo's questions about deliveries
        order_sudo = self.sudo().with_context(mail_activity_automation_skip=False)
        summary = self.env._("Shipped elsewhere to the former address")
        shippers[0][0]._schedule_question(order_sudo, summary, note, again=True)

    def _integrator_other_shippers(self):
        """Hook: who else ships what has not left yet, and was given the delivery address.

        :return: list of tuples (`integrator.site`, who and by which number, for people)
        """
        return []

    def _prepare_confirmation_values(self):
        """Override of `sale`: an order of a site was placed when the site says so."""
        values = super()._prepare_confirmation_values()
        if all(self.mapped("integrator_order_ref")):
            values.pop("date_order", None)
        return values

    def _integrator_history(self, site):
        """The events that describe where this order stands now.

        :param site: `integrator.site` that the events are for; its status map counts, too
        :return: list of tuples (operation, source record or None)
        """
        self.ensure_one()
        state = STATE_OPERATIONS.get(self.state)
        meant = self.env["integrator.status.map"]._is_mapped_state
        found = [
            *([(state, None)] if state else []),
            *(("shipped", picking) for picking in self._integrator_left_deliveries()),
            *(("refund", move) for move in self._integrator_posted_refunds()),
            *(("invoice", move) for move in self._integrator_invoices_for(site)),
            *(
                (operation, source)
                for action, operation in ACTIONS.items()
                if meant(site, action, self)
                for source in self._integrator_sources(action)
            ),
        ]
        return list(dict.fromkeys(found))

    def _action_confirm(self):
        """Override of `sale`: a quotation takes over what was kept for it, and follows what the
        site said meanwhile."""
        orders = self.sudo().integrator_order_ids
        self.env["integrator.pending.reservation"].sudo()._release(orders)
        result = super()._action_confirm()
        self.env["integrator.order.updater"].sudo()._begin(orders)
        return result

    def _action_cancel(self):
        """Override of `sale`: nothing is kept for what is cancelled."""
        orders = self.sudo().integrator_order_ids
        self.env["integrator.pending.reservation"].sudo()._release(orders)
        return super()._action_cancel()

    def _integrator_held_deliveries(self):
        return self.picking_ids._integrator_open_deliveries().filtered("integrator_hold")

    def _integrator_orders(self):
        return self

    def _integrator_task_target(self, order):
        return self, None

    def _integrator_sources(self, action, record=None):
        """The records of the order that an action is about.

        :param str action: see `integrator.status.map`
        :param record: what has changed; only this when the action is about it
        :return: list of deliveries or credit notes; of None for the order itself
        """
        found = {
            "shipped": self._integrator_left_deliveries,
            "refunded": self._integrator_posted_refunds,
        }
        if action not in found:
            return [None]
        sources = found[action]()
        if record and record._name == sources._name:
            return list(record)
        return list(sources)

    def _integrator_left_deliveries(self):
        return self.picking_ids.filtered(
            lambda picking: picking._integrator_has_left()
            and not picking.integrator_shipped_elsewhere
        )

    def _integrator_invoices_for(self, site):
        """Posted invoices and credit notes of the order, where a site takes them."""
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        return posted if site._can("invoice") else posted.browse()

    def _integrator_posted_refunds(self):
        # a credit note whose lines name no order is about those of the invoice that it reverses
        notes = self.invoice_ids | self.invoice_ids.reversal_move_ids
        return notes.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )

    def _integrator_timeline_domains(self):
        return self._integrator_prepare_timeline_domains(
            "order.integration",
            [("record_model", "=", self._name), ("record_id", "in", self.ids)],
            self._integrator_timeline_tasks(),
        )

    def _integrator_timeline_sale_orders(self):
        return self

    def _integrator_timeline_noted(self):
        return [self, self.sudo().picking_ids, self.sudo()._integrator_posted_refunds()]

    def _integrator_timeline_tasks(self):
        """The updates of the order, its deliveries and its credit notes."""
        refs = [f"{self._name},{one.id}" for one in self]
        about = Domain("order_id.sale_order_id", "in", self.ids)
        about |= Domain("picking_id.sale_id", "in", self.ids)
        return about | Domain("target_ref", "in", refs)

    def _integrator_of_buyers(self):
        return self.filtered("integrator_order_ref")

    def _integrator_hold_erased(self):
        """Hold what is still to be shipped: its address was erased."""
        note = self.env._(
            "The buyer's name and address were erased, because they may not be kept any longer. "
            "Look them up on the channel, and enter them: saving them releases the delivery."
        )
        ours = self.filtered(lambda order: not order.integrator_shipped_by_site)
        for picking in ours.picking_ids._integrator_open_deliveries():
            picking._integrator_hold("address", note)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "integrator.readonly.mixin"]

    integrator_link_ids = fields.One2many(
        "integrator.link", "sale_line_id", readonly=True, groups="integrator.group_integrator_user"
    )

    # site shipment
    integrator_site_quantity = fields.Float(
        string="Shipped by the channel",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces that the channel shipped without a stock move here; they count as delivered.",
    )

    # === COMPUTE METHODS === #

    def _compute_price_unit(self):
        """Override of `sale`: the buyer has paid the site's price, whatever pricelists say when
        the quantity changes."""
        return super(SaleOrderLine, self._integrator_priced_by_us())._compute_price_unit()

    def _compute_discount(self):
        """Override of `sale`: as for the price."""
        return super(SaleOrderLine, self._integrator_priced_by_us())._compute_discount()

    @api.depends("integrator_site_quantity")
    def _compute_qty_delivered(self):
        """Override of `sale`: also when only the pieces without a move have changed."""
        return super()._compute_qty_delivered()

    # === ONCHANGE METHODS === #

    @api.onchange("product_uom_qty")
    def _onchange_integrator_quantity(self):
        """Warn, before a changed quantity is saved, of its effect at the channel."""
        line_sudo = self._origin.sudo()
        site_sudo = line_sudo.order_id.integrator_site_id
        if line_sudo.state != "sale" or not site_sudo:
            return None
        links = line_sudo.integrator_link_ids.filtered(lambda link: link.kind == "item")
        sold = sum(line._quantity_open() for line in links.order_line_id)
        if not sold:
            return None
        shipped = sum(line._quantity_shipped_remotely() for line in links.order_line_id)
        less = min(line_sudo.product_uom_qty, sold) - self.product_uom_qty
        if self.product_uom_qty < min(line_sudo.product_uom_qty, shipped):
            text = self.env._(
                "%(site)s shows %(quantity)g of it as shipped, and that cannot be cancelled there. "
                "Leave the quantity as it is. If the buyer gets money back, make a credit note.",
                site=site_sudo.name,
                quantity=shipped,
            )
        elif less > 0 and site_sudo._can("cancellation:pieces"):
            text = self.env._(
                "When you save, %(site)s is asked to cancel %(quantity)g of it, and the buyer gets "
                "the money back. To send something else in its place leave this quantity as it is: "
                "the channel knows of no replacement.",
                site=site_sudo.name,
                quantity=less,
            )
        elif less > 0:
            text = self.env._(
                "%s cannot cancel single pieces. Settle it with the buyer there, or "
                "cancel the whole order.",
                site_sudo.name,
            )
        elif self.product_uom_qty > max(line_sudo.product_uom_qty, sold):
            text = self.env._(
                "The buyer has ordered %(quantity)g on %(site)s, and pays nothing for more.",
                quantity=sold,
                site=site_sudo.name,
            )
        else:
            return None
        return {"warning": {"title": self.env._("The channel has sold this"), "message": text}}

    # === CRUD METHODS === #

    def write(self, vals):
        before = {line.id: line.product_uom_qty for line in self if "product_uom_qty" in vals}
        result = super().write(vals)
        self._integrator_note_reductions(before)
        changed = self.filtered(
            lambda line: line.state == "sale"
            and before.get(line.id, line.product_uom_qty) != line.product_uom_qty
        )
        changed.order_id._integrator_check_sold()
        return result

    # === BUSINESS METHODS === #

    def _integrator_note_reductions(self, before):
        """Collect partial cancellations: a smaller quantity on a confirmed order.

        :param dict before: line id -> quantity before the change
        """
        for line in self.filtered(lambda line: line.state == "sale" and line.id in before):
            if line.product_uom_qty < before[line.id]:
                self.env["order.integration"]._note(
                    line.order_id,
                    "cancellation",
                    source=line,
                    quantity=before[line.id] - line.product_uom_qty,
                )

    def _action_launch_stock_rule(self, **kwargs):
        """Override of `sale_stock`: what the site ships itself never leaves our warehouse."""
        ours = self.filtered(
            lambda line: not line.order_id.integrator_shipped_by_site
            and (
                not line.integrator_site_quantity
                or line.integrator_site_quantity < line.product_uom_qty
            )
        )
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """Override of `sale_stock`: what had left without a move here is not delivered again."""
        quantity = super()._get_qty_procurement(previous_product_uom_qty)
        return quantity + self.integrator_site_quantity

    def _integrator_pieces(self):
        """Return the pieces that are sold, in the unit of the product."""
        return self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, round=False
        )

    def _integrator_pieces_credited(self):
        """Pieces of posted credit notes, in the unit of the product."""
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self.product_id.uom_id, round=False
            )
            for line in self.invoice_lines
            if line.move_id.move_type == "out_refund" and line.move_id.state == "posted"
        )

    def _integrator_quantity_sent(self):
        """Pieces that have left for the buyer, whatever came back since; those that came back and
        have left once more count once."""
        sent = 0.0
        for line in self:
            moves = line.move_ids.filtered(
                lambda move: move.state == "done"
                and move.location_dest_id.usage == "customer"
                and not move.origin_returned_move_id
            )
            # the moves of a kit are those of its parts
            is_kit = moves.product_id - line.product_id
            moved = line.qty_delivered if is_kit else sum(moves.mapped("quantity"))
            sent += moved + (0 if is_kit else line.integrator_site_quantity)
        return sent

    def _integrator_quantity_away(self):
        """Pieces that are with the buyer or on the way: what has left, without what came back, and
        with what has left once more since."""
        done = self.move_ids.filtered(
            lambda move: move.state == "done" and move.product_id == move.sale_line_id.product_id
        )
        back = done.filtered(lambda move: move.location_id.usage == "customer")
        again = (done - back).filtered("origin_returned_move_id")
        return (
            self._integrator_quantity_sent()
            - sum(back.mapped("quantity"))
            + sum(again.mapped("quantity"))
        )

    def _prepare_procurement_values(self):
        """Override of `sale_stock`: the site's deadline for the parcel is that of the delivery."""
        values = super()._prepare_procurement_values()
        deadline = self._integrator_delivery_deadline()
        if not deadline:
            return values
        lead = timedelta(days=self.order_id.company_id.security_lead)
        return {**values, "date_planned": deadline - lead, "date_deadline": deadline}

    def _integrator_delivery_deadline(self):
        """Deadline of what is still to be delivered of an order of a site, if it has one."""
        if not self.order_id.integrator_order_ref:
            return False
        # a smaller quantity only reduces a move with the same deadline; else Odoo plans a receipt
        moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return moves[:1].date_deadline or self.order_id.integrator_ship_by

    def _integrator_priced_by_us(self):
        """The lines whose price is ours to say: not those that the site has sold."""
        return self - self.sudo().filtered("integrator_link_ids").with_env(self.env)

    def _prepare_qty_delivered(self):
        """Override of `sale`: what the site shipped without a move here is delivered too."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("integrator_site_quantity"):
            delivered[line] += line.integrator_site_quantity
        return delivered
