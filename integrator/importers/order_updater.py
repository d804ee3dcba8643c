# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, models

from ..const import FROM_SITE, IMPORTABLE, OURS
from ..exceptions import RejectedError

#: Fields that Odoo would compute again for another customer, although the site has given them.
KEPT_FIELDS = ("fiscal_position_id", "payment_term_id", "user_id", "team_id", "note")

#: The same of an invoice.
KEPT_INVOICE_FIELDS = ("fiscal_position_id", "invoice_payment_term_id", "invoice_user_id")

#: Odoo asks a person to change the deliveries whenever a delivery address is written, or changes
#: those that have left, too; here they are followed.
SILENT = {"mail_activity_automation_skip": True}


class BuyerUpdater(models.AbstractModel):
    """Follows what a site says later of the buyer and the address: some of it comes only when the
    order is paid, or when the application may read it."""

    _name = "integrator.buyer.updater"
    _description = "Updater of buyers"

    def _update_buyer(self, order, sale_order):
        """The buyer that the site names by now is the customer, also of invoices that are not
        posted, unless a person has chosen another one here."""
        version = order._buyer_version()
        if order.followed_buyer == version or order.masked_at:
            return
        order.followed_buyer = version
        if not sale_order.partner_id.integrator_buyer_key:
            return
        importer = self.env["integrator.partner.importer"]
        customer, _delivery = importer._partners(order)[order]
        invoiced = importer._invoice_address(order, customer)
        if (customer, invoiced) == (sale_order.partner_id, sale_order.partner_invoice_id):
            return
        if not sale_order.partner_invoice_id.integrator_buyer_key:
            invoiced = sale_order.partner_invoice_id
        before = sale_order.partner_id
        sale_order.with_context(**SILENT).write(
            {
                **self._kept(sale_order, KEPT_FIELDS),
                "partner_id": customer.id,
                "partner_invoice_id": invoiced.id,
                "partner_shipping_id": sale_order.partner_shipping_id.id,
            }
        )
        sale_order.message_post(body=self.env._("The channel has sent the data of the buyer."))
        self._change_invoices(order, sale_order, before)

    def _kept(self, record, names):
        """The present values of columns, for a write that would compute them anew."""
        values = {name: record[name] for name in names}
        if record._name == "sale.order" and record.state == "draft":
            # of a confirmed order it is never computed anew
            values["pricelist_id"] = record.pricelist_id
        return {name: getattr(value, "id", value) for name, value in values.items()}

    def _change_invoices(self, order, sale_order, before):
        """Let invoices that are not posted have the customer; of the others a person decides.

        :param before: the customer until now
        """
        invoices = sale_order.invoice_ids
        for invoice in invoices.filtered(lambda move: move.state == "draft"):
            invoice.write(
                {
                    **self._kept(invoice, KEPT_INVOICE_FIELDS),
                    "partner_id": sale_order.partner_invoice_id.id,
                    "partner_shipping_id": sale_order.partner_shipping_id.id,
                }
            )
        posted = invoices.filtered(lambda move: move.state == "posted")
        if posted and before != sale_order.partner_id:
            order.site_id._schedule_question(
                sale_order,
                self.env._("The buyer came after the invoice"),
                self.env._(
                    "%(invoices)s is of “%(before)s”; the channel now shows as the buyer "
                    "“%(now)s”. Where that matters, make a credit note and invoice again.",
                    invoices=", ".join(posted.mapped("name")),
                    before=before.name,
                    now=sale_order.partner_id.name,
                ),
            )

    def _update_address(self, order, sale_order):
        """The buyer's new address becomes that of what has not left yet, unless a person has
        chosen another one here."""
        place = sale_order.partner_shipping_id
        is_open = sale_order.state != "sale" or sale_order.picking_ids._integrator_open_deliveries()
        if not (is_open and place.integrator_buyer_key):
            return
        _customer, wanted = self.env["integrator.partner.importer"]._partners(order)[order]
        if wanted != place:
            kept = self._kept(sale_order, KEPT_FIELDS)
            sale_order.with_context(**SILENT).write({**kept, "partner_shipping_id": wanted.id})
            waiting = sale_order.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )
            waiting.partner_id = wanted
            sale_order.message_post(
                body=self.env._("The channel has sent another delivery address.")
            )


#: Steps for an order that is open on the site.
OPEN = (
    *("place_of_sale", "money", "shipments", "refusal", "cancel_request"),
    *("buyer", "address", "place", "deadline"),
)

#: Steps for a quotation: what it will be confirmed with.
QUOTED = ("place_of_sale", "money", "buyer", "address")

#: Remote status -> steps, see `_updaters`.
STEPS = {
    # a paid order never returns to “pending”; the next status decides
    "pending": (),
    "unshipped": OPEN,
    "partially_shipped": OPEN,
    "shipped": OPEN,
    "unfulfillable": OPEN,
    "cancelled": ("remote_cancellation", "cancellation", "refusal"),
    "unknown": ("unknown",),
}

#: Steps for a quotation or a cancelled sale order, instead of the above.
NOT_SOLD = {
    **{
        state: {
            **dict.fromkeys(IMPORTABLE, QUOTED),
            "cancelled": ("remote_cancellation", "cancellation"),
            "unknown": ("unknown",),
        }
        for state in ("draft", "sent")
    },
    "cancel": {
        **dict.fromkeys(("partially_shipped", "shipped"), ("contradiction",)),
        "cancelled": ("remote_cancellation",),
    },
}


class OrderUpdater(models.AbstractModel):
    """Updates imported sale orders to the state of their remote orders.

    Each step compares the remote order with the sale order and applies the difference. So the state
    in which an order was first seen, skipped states and repeated updates make no difference. No
    events are recorded here: the changes come from the site.
    """

    _name = "integrator.order.updater"
    _inherit = ["integrator.change.updater", "integrator.buyer.updater"]
    _description = "Order updater"

    def _begin(self, orders):
        """Update sale orders that were just confirmed and whose remote orders are already further,
        such as shipped or cancelled.

        :param orders: `integrator.order`, imported
        """
        self._apply_changes(orders.filtered(self._is_ahead))

    def _is_ahead(self, order):
        return (
            order.remote_status != "unshipped"
            or order.cancel_requested
            or not order._is_addressed()
            or any(order.line_ids.mapped("quantity_shipped"))
        )

    def _apply_changes(self, orders):
        """Apply the changes of remote orders to their sale orders.

        :param orders: `integrator.order` with changes
        :raise RejectedError: when the changes cannot be applied
        """
        self = self.with_context(**{FROM_SITE: OURS})
        for order in orders.with_env(self.env):
            self.env["integrator.order.checks"]._check_readable(order)
            updaters = self._updaters()
            for step in self._steps(order):
                updaters[step](order, order.sale_order_id)
            order._mark_up_to_date()

    def _updaters(self):
        """Name of a step -> the method that does it."""
        return {
            "unknown": self._update_unknown,
            "place_of_sale": self._update_place_of_sale,
            "money": self._update_money,
            "shipments": self._update_shipments,
            "remote_cancellation": self._update_remote_cancellation,
            "cancellation": self._update_cancellation,
            "refusal": self._update_refusal,
            "contradiction": self._update_contradiction,
            "cancel_request": self._update_cancel_request,
            "buyer": self._update_buyer,
            "address": self._update_address,
            "place": self._update_place,
            "erased": self._update_erased,
            "deadline": self._update_deadline,
        }

    def _steps(self, order):
        """The steps for an order, in this order."""
        sale_order = order.sale_order_id
        if not sale_order:
            return ()
        steps = NOT_SOLD.get(sale_order.state, STEPS).get(order.remote_status, ())
        if order.masked_at:
            # where to is not known any more, and not taken over again
            steps = ("erased" if step == "place" else step for step in steps if step != "address")
        return tuple(steps)

    def _update_unknown(self, order, sale_order):
        """Report a status without a mapping; it is never guessed."""
        text = self.env["integrator.order.checks"]._unknown_status(order)
        raise RejectedError(text, code="unknown_status")

    # === CANCELLATIONS === #

    def _update_remote_cancellation(self, order, sale_order):
        """The site needs no acknowledgement and no cancellation of what it has cancelled."""
        self.env["integrator.task"]._drop_moot(order)

    def _update_cancellation(self, order, sale_order):
        """Cancel the sale order unless something has left already; then a person decides."""
        if sale_order.order_line._integrator_quantity_sent():
            self._ask_after_delivery(order, sale_order)
            return
        sale_order._action_cancel()
        if sale_order.invoice_ids.filtered(lambda move: move.state == "posted"):
            order.site_id._schedule_question(
                sale_order,
                self.env._("Cancelled by the channel after the invoice"),
                self.env._("The invoice is posted already. Make a credit note of it."),
            )

    def _ask_after_delivery(self, order, sale_order):
        note = self.env._(
            "%s has been cancelled there, but a delivery has left. Try to stop the parcel, or "
            "expect a return.",
            order.remote_order_id,
        )
        order.site_id._schedule_question(
            sale_order, self.env._("Cancelled by the channel after delivery"), note
        )
        sale_order.picking_ids._integrator_hold(
            "cancelled",
            self.env._(
                "The channel has cancelled what is left of the order. Cancel this delivery."
            ),
        )

    def _update_refusal(self, order, sale_order):
        """The site says that it cannot be shipped; stock stays as it is and a person decides."""
        summary = self.env._("Cannot be fulfilled")
        if order.remote_status != "unfulfillable":
            sale_order.picking_ids._integrator_release_hold("unfulfillable")
            order.site_id._close_question(sale_order, summary)
            return
        note = self.env._(
            "The channel cannot fulfil %s. Look there for the reason; it will be cancelled or go "
            "on.",
            order.remote_order_id,
        )
        sale_order.picking_ids._integrator_hold("unfulfillable", note)
        if not sale_order.picking_ids:
            order.site_id._schedule_question(sale_order, summary, note)

    def _update_contradiction(self, order, sale_order):
        """Cancelled here, shipped there: the pieces have left, and the buyer has to pay them."""
        self._check_sold(sale_order)

    # === SHIPPED, BUT NOT SOLD === #

    def _update_sold(self, sale_order):
        """A person has changed what a sale order sells: ask again what may leave twice, and what
        has left although it is not sold any more.

        :param sale_order: `sale.order` of a site
        """
        if sale_order.state == "sale":
            for order in sale_order.integrator_order_ids:
                if order.fulfilled_by != "site":
                    self._update_foreign_parcels(order, sale_order)
        self._check_sold(sale_order)

    def _check_sold(self, sale_order):
        """Ask where the site shows more pieces as shipped than the sale order sells, because a
        person has cancelled it or lowered a line; what has left cannot be cancelled there. The
        question is closed once the pieces are sold again or credited.

        :param sale_order: `sale.order` of a site
        """
        orders = sale_order.integrator_order_ids
        if not any(line._quantity_shipped_remotely() for line in orders.line_ids):
            return
        site = orders.site_id[:1]
        # a question is known by its title, whoever works on the order
        self = self.with_context(lang=site._responsible(sale_order).lang)
        questions = {
            self.env._("Shipped although it is cancelled here"): self._ask_if_cancelled(sale_order),
            self.env._("Fewer pieces than were shipped"): self._ask_if_fewer(sale_order),
        }
        sale_order = sale_order.with_context(mail_activity_automation_skip=False)
        for summary, note in questions.items():
            if note:
                site._schedule_question(sale_order, summary, note)
            elif sale_order.with_context(active_test=False).activity_ids:
                site._close_question(sale_order, summary)

    def _ask_if_cancelled(self, sale_order):
        """Return the question about a cancelled order of which pieces have left; empty for any
        other."""
        orders = sale_order.integrator_order_ids
        if sale_order.state != "cancel" or not any(
            line._quantity_missing() for line in orders.line_ids
        ):
            return ""
        return self.env._(
            "The channel shows %s as shipped. If that is so, set the sale order to quotation "
            "and confirm it again, so that stock and invoice are right.",
            ", ".join(orders.mapped("remote_order_id")),
        )

    def _ask_if_fewer(self, sale_order):
        """Return the question about a confirmed order that sells fewer pieces than have left; empty
        for any other."""
        if sale_order.state != "sale":
            return ""
        rows = []
        lines = sale_order.integrator_order_ids.line_ids
        for sale_line, shown in lines.grouped(lambda line: line._sale_line()).items():
            shipped = sum(line._quantity_shipped_remotely() for line in shown)
            sold = sale_line._integrator_pieces()
            covered = sold + sale_line._integrator_pieces_credited()
            if sale_line and sale_line.product_id.uom_id.compare(covered, shipped) < 0:
                rows.append(
                    self.env._(
                        "%(sku)s: %(shipped)g shipped, %(sold)g here",
                        sku=shown[0]._product_key(),
                        shipped=shipped,
                        sold=sold,
                    )
                )
        return rows and self.env._(
            "The channel shows pieces as shipped that this order does not sell any more: "
            "%(pieces)s. They cannot be cancelled there, so the channel was not sent anything "
            "about them. If the buyer keeps them, enter the former quantity again; if the buyer "
            "gets the money back, make a credit note.",
            pieces="; ".join(rows),
        )

    # === PARCELS === #

    def _update_shipments(self, order, sale_order):
        """Parcels that left: those of the site's warehouse, or ours that Odoo has not sent."""
        if order.fulfilled_by == "site":
            self.env["integrator.site.shipment"]._ship(order)
        else:
            self._update_foreign_parcels(order, sale_order)
        self._check_sold(sale_order)

    def _update_foreign_parcels(self, order, sale_order):
        """The site shows pieces as shipped that have not left here: ask before they leave twice."""
        missing = {
            line: pieces
            for line in order.line_ids
            if line._sale_line().product_id.type == "consu" and (pieces := line._quantity_twice())
        }
        if not missing:
            sale_order.picking_ids._integrator_release_hold("shipped_elsewhere")
            return
        pieces = ", ".join(f"{pieces:g} × {line.sku}" for line, pieces in missing.items())
        sale_order.picking_ids._integrator_hold(
            "shipped_elsewhere",
            self.env._(
                "The channel shows as shipped what has not left here: %s. If the parcel left "
                "without Odoo, press “Has left: do not confirm it”; otherwise “Ship anyway”.",
                pieces,
            ),
        )

    # === THE BUYER === #

    def _update_cancel_request(self, order, sale_order):
        """The buyer asks to cancel: the parcel stays until a person has decided."""
        if not order.cancel_requested:
            sale_order.picking_ids._integrator_release_hold("buyer_cancel")
            return
        sale_order.picking_ids._integrator_hold(
            "buyer_cancel",
            self.env._(
                "The buyer asks to cancel the order. Reason: %s. Press “Cancel as the buyer asks”, "
                "or “Ship anyway”.",
                order.cancel_reason or self.env._("none given"),
            ),
        )

    def _update_place(self, order, sale_order):
        """A parcel without an address waits; the site may give it later, or never."""
        if order._is_addressed():
            sale_order.picking_ids._integrator_release_hold("address")
        else:
            note = self.env._(
                "%s has not given a complete address. Ask the buyer, and enter it: saving it "
                "releases the delivery. It is also released when the channel gives one.",
                order.site_id.name,
            )
            sale_order.picking_ids._integrator_hold("address", note)

    def _update_erased(self, order, sale_order):
        """A parcel whose address had to be erased before it left waits for a person."""
        sale_order._integrator_hold_erased()

    def _update_deadline(self, order, sale_order):
        """Deadlines that the site moved are those of the sale order and its deliveries."""
        promised = order.deliver_by or order.ship_by
        if promised and sale_order.commitment_date != promised:
            sale_order.commitment_date = promised
        if order.ship_by and sale_order.integrator_ship_by != order.ship_by:
            sale_order.integrator_ship_by = order.ship_by
        moves = sale_order.picking_ids._integrator_open_deliveries().move_ids
        moves = moves.filtered(lambda move: move.location_dest_id.usage == "customer")
        if order.ship_by and set(moves.mapped("date_deadline")) - {order.ship_by}:
            moves.date_deadline = order.ship_by


class SiteShipment(models.AbstractModel):
    """Notes what the site ships from its own warehouse: the pieces are delivered, and leave the
    location that stands for that warehouse when there is one.

    The site does not say which lots it takes, so the moves have none. Every run ships the
    difference between what the site shows and what has been noted, so nothing leaves twice.
    """

    _name = "integrator.site.shipment"
    _description = "Shipment by the channel"

    def _ship(self, order):
        """Note the pieces that the site has shipped since the last time.

        :param order: `integrator.order` with its sale order, fulfilled by the site
        """
        missing = {line: line._quantity_missing() for line in order.line_ids}
        missing = {line._sale_line(): pieces for line, pieces in missing.items() if pieces}
        for sale_line, pieces in missing.items():
            if self._leaves_stock(order.site_id, sale_line):
                self._move(order.site_id, sale_line, pieces)
            else:
                sale_line.integrator_site_quantity += pieces

    def _leaves_stock(self, site, sale_line):
        return site.site_stock == "location" and sale_line.product_id.type == "consu"

    def _move(self, site, sale_line, pieces):
        """Take pieces from the site's location to the buyer, even when Odoo knows of fewer."""
        move = self.env["stock.move"].with_company(site.company_id)
        move = move.create(self._prepare_move(site, sale_line, pieces))
        # confirming explodes kits into the moves of their parts
        for part in move._action_confirm(merge=False):
            part.move_line_ids = [Command.create(self._prepare_move_line(part))]
            part.picked = True
            part._action_done()

    def _prepare_move(self, site, sale_line, pieces):
        order = sale_line.order_id
        buyer = order.partner_shipping_id.with_company(site.company_id)
        return {
            "product_id": sale_line.product_id.id,
            "product_uom": sale_line.product_uom_id.id,
            "product_uom_qty": pieces,
            "location_id": site.site_location_id.id,
            "location_dest_id": buyer.property_stock_customer.id,
            "partner_id": buyer.id,
            "company_id": site.company_id.id,
            "origin": order.name,
            "reference_ids": [Command.set(order.stock_reference_ids.ids)],
            "sale_line_id": sale_line.id,
            "integrator_by_site": True,
        }

    def _prepare_move_line(self, move):
        """The whole quantity, without lot, package or reservation."""
        return {
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "quantity": move.product_uom_qty,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "company_id": move.company_id.id,
        }
