# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re
from datetime import timedelta

from odoo import Command, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import IMPORTABLE
from ..exceptions import RejectedError
from ..models.order.sale_order import REFERENCE_BREAKS

#: An import posts no messages and adds no updaters.
QUIET_CONTEXT = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "tracking_disable": True,
}

#: Characters from which a number of an order is known among other words.
MIN_NUMBER = 8


class OrderChecks(models.AbstractModel):
    """Conditions of a remote order before anything is created from it; each reason says what
    happens next."""

    _name = "integrator.order.checks"
    _description = "Checks of remote orders"

    def _check_readable(self, order):
        """Refuse an order that cannot be read or is not complete; nothing is guessed.

        :param order: `integrator.order`
        :raise RejectedError: when it has to be asked for again
        """
        if order.flaw:
            raise RejectedError(
                self.env._(
                    "What %(site)s sent of this order %(flaw)s. It is asked for by its id; to ask "
                    "again now, press “Import again”. The document keeps the bytes as they came.",
                    site=order.site_id.name,
                    flaw=order.flaw,
                ),
                code="unreadable_order",
            )
        if not order.complete:
            raise RejectedError(
                self.env._(
                    "The document that named this order leaves open where it was sold, its prices "
                    "or its taxes. %(site)s is asked for the order by its id, and it goes on with "
                    "the answer; to ask again now, press “Import again”.",
                    site=order.site_id.name,
                ),
                code="incomplete_order",
            )
        if not order.currency_id and order._has_money():
            raise RejectedError(
                self.env._(
                    "%(site)s shows amounts of this order, and no currency that Odoo knows. Look "
                    "it up there; it goes on once the channel shows the currency. If Odoo lacks "
                    "it, an administrator enters it under Currencies and presses “Import again”.",
                    site=order.site_id.name,
                ),
                code="no_currency",
            )

    def _check_status(self, order):
        """Report a status without a mapping; it is never guessed.

        :param order: `integrator.order`
        :raise RejectedError: when the site's status is not known here
        """
        if order.remote_status not in IMPORTABLE:
            raise RejectedError(self._unknown_status(order), code="unknown_status")
        if not order.fulfilled_by:
            raise RejectedError(
                self.env._(
                    "%(site)s does not show who ships this order. Look it up there; it is imported "
                    "once the channel shows it.",
                    site=order.site_id.name,
                ),
                code="unknown_channel",
            )

    def _unknown_status(self, order):
        """The message for an unmapped status, or a missing one."""
        if not order.remote_status_text:
            return self.env._(
                "%(site)s gives no status of this order. Look it up there; it goes on once the "
                "channel shows one.",
                site=order.site_id.name,
            )
        return self.env._(
            "%(site)s shows “%(status)s” for this order, which is not known here. Look it up "
            "there; it goes on once the channel shows another status.",
            site=order.site_id.name,
            status=order.remote_status_text,
        )

    def _check_money(self, order):
        """An order without pieces is no sale, and one without prices is not sold for nothing.

        :param order: `integrator.order`
        :raise RejectedError: when there is nothing to sell, or nothing is known of its price
        """
        sold = order.line_ids.filtered("quantity")
        if not sold:
            raise RejectedError(
                self.env._(
                    "Nothing is left to sell: all lines of this order are of no pieces. Look it up "
                    "at %(site)s; it is imported once the channel shows pieces.",
                    site=order.site_id.name,
                ),
                code="no_pieces",
            )
        if not (order.replaces or self._is_priced(order, sold)):
            raise RejectedError(
                self.env._(
                    "%(site)s shows this order without prices. It is imported once the channel "
                    "shows them; to ask again now, use Orders, Fetch an order.",
                    site=order.site_id.name,
                ),
                code="no_prices",
            )

    def _is_priced(self, order, sold):
        """Return whether the site says what each line costs; a line without a price costs nothing
        only where all the others make up the total.

        :param sold: the lines of `order` that have pieces
        """
        if all("item" in line._amounts() for line in sold):
            return True
        return order.amount_known and not (
            order.amount_unexplained and self._is_partly_itemised(order)
        )

    def _is_partly_itemised(self, order):
        """Return whether the site itemises one part of an order and not the other, or says nothing
        of a tax in its prices: then a sum that is left is not known for what it is."""
        return any(line.charges or not line.tax_known for line in order.line_ids)


class OrderImporter(models.AbstractModel):
    """Makes sale orders of remote orders.

    A batch costs a fraction of its orders one by one. What can be seen to be wrong with an order
    is seen before anything is made, so that it stops no other order of the batch.
    """

    _name = "integrator.order.importer"
    _inherit = ["integrator.sale.values", "integrator.order.checks"]
    _description = "Order importer"

    def _import(self, orders):
        """Make sale orders, all or none of those that nothing is wrong with.

        :param orders: `integrator.order` of one site, in state `new` or held
        :return: dict order -> RejectedError: the reason why it is held
        :raise RejectedError: when Odoo made something else of an order than its site says
        """
        orders = orders.with_context(**QUIET_CONTEXT)
        wanted, failed = self._read(orders)
        fit = orders.browse().union(*wanted)
        known, typed = self._sold_already(fit)
        if typed:
            answered, unanswered = self.env["integrator.typed.order"]._split_answered(typed, wanted)
            known, failed = known | answered, failed | unanswered
        for order, sale_order in known.items():
            self._adopt(order, sale_order, wanted[order])
        fresh = fit - fit.browse().union(*known, *failed)
        if fresh:
            self._make(fresh, wanted)
        return failed

    def _register_unknown(self, orders):
        """Note what has to be known before orders can be imported, and so what people are asked;
        it stays when the import itself is taken back.

        :param orders: `integrator.order` of one site
        """
        known = orders.filtered(lambda order: order.complete and not order.flaw)
        self.env["integrator.marketplace"]._of_orders(known)
        self.env["integrator.tax.finder"]._register_unknown(known)
        self.env["integrator.product.finder"]._register_unknown(known)

    def _read(self, orders):
        """Look at each order alone, without making anything of it.

        :return: tuple (dict order -> list of `WantedLine`, dict order -> RejectedError)
        """
        wanted, failed = {}, {}
        products = self.env["integrator.product.finder"]._products(orders)
        for order in orders:
            try:
                self._check_readable(order)
                self._check_status(order)
                self._check_money(order)
                wanted[order] = self._wanted_lines(order, products)
            except RejectedError as error:
                failed[order] = error
        return wanted, failed

    # === ORDERS OF BEFORE === #

    def _sold_already(self, orders):
        """The sale orders that have the numbers of orders: those that were made of them before
        their site was removed and made again, and those that somebody has entered by hand.

        :return: tuple (dict order -> its sale order, dict order -> sale orders that may be it)
        """
        numbers = orders.mapped("remote_order_id")
        # after the addon was uninstalled only the fields of Odoo name the order
        forgotten = Domain("integrator_order_ref", "=", False)
        forgotten &= Domain.custom(
            to_sql=lambda model, alias, query: self._reference_sql(alias, numbers)
        )
        found = self.env["sale.order"].search(
            (Domain("integrator_order_ref", "in", numbers) | forgotten)
            & Domain("company_id", "in", orders.company_id.ids)
            & Domain("integrator_site_id", "in", (False, *orders.site_id.ids)),
            order="id desc",
        )
        # not asked of the database: usually there are none
        found = found.filtered(lambda sale_order: not sale_order.integrator_order_ids)
        made = {self._number_of(sale_order): sale_order for sale_order in found}
        open_ones = found.filtered(lambda one: one.state != "cancel")
        known, typed = {}, {}
        for order in orders if found else ():
            number = order.remote_order_id
            named = open_ones.filtered(lambda one, number=number: self._is_named(one, number))
            if number in made:
                known[order] = made[number]
            elif named and order.typed_answer != "other":
                typed[order] = named
        return known, typed

    def _reference_sql(self, alias, numbers):
        """Sale orders whose customer reference has a word in common with numbers of orders."""
        words = {max(re.split(REFERENCE_BREAKS, one.lower()), key=len) for one in numbers}
        column = SQL.identifier(alias, "client_order_ref")
        return SQL(
            "%(column)s IS NOT NULL"
            " AND regexp_split_to_array(lower(%(column)s), %(breaks)s) && %(words)s::text[]",
            column=column,
            breaks=REFERENCE_BREAKS,
            words=sorted(words),
        )

    def _number_of(self, sale_order):
        """The number at its site of a sale order that was made by the import; its source is the
        name of the site with the number."""
        name, _blank, number = (sale_order.origin or "").rpartition(" ")
        return sale_order.integrator_order_ref or (name and number)

    def _is_named(self, sale_order, number):
        """Return whether a customer reference is the number of an order. A long one may stand among
        other words; a short one may be anything there, such as the number of another order."""
        reference = (sale_order.client_order_ref or "").strip().lower()
        number = number.strip().lower()
        words = rf"(?:^|{REFERENCE_BREAKS}){re.escape(number)}(?:$|{REFERENCE_BREAKS})"
        return reference == number or (
            len(number) >= MIN_NUMBER and bool(re.search(words, reference))
        )

    def _adopt(self, order, sale_order, wanted):
        """Let an order go on with the sale order that it had: it is not sold twice.

        :param list wanted: `WantedLine` of the order
        """
        sale_order.write(
            {
                "integrator_site_id": order.site_id.id,
                "integrator_order_ref": order.remote_order_id,
                "integrator_shipped_by_site": order.fulfilled_by == "site",
                "integrator_ship_by": order.ship_by,
            }
        )
        self._link_lines(sale_order, wanted)
        order._imported(sale_order)
        order._record_followed(self._snapshot(order, wanted))
        if order.typed_answer:
            self.env["integrator.typed.order"]._begin(order)
            return
        sale_order.message_post(
            body=self.env._(
                "%(site)s shows this order again; it goes on with this sale order.",
                site=order.site_id.name,
            )
        )
        self.env["integrator.order.updater"]._begin(order)

    def _link_lines(self, sale_order, wanted):
        """Link the lines of a sale order with those of the order that it is; of lines of one
        product the most alike belong together, in whatever order they stand."""
        unlinked = sale_order.order_line.filtered(lambda line: not line.integrator_link_ids)
        pairs = [
            (self._unlikeness(one, line), one, line)
            for one in wanted
            for line in unlinked
            if line.product_id.id == one.product_id
        ]
        left = {one.key for one in wanted}
        for _unlikeness, one, line in sorted(pairs, key=lambda pair: pair[0]):
            if one.key in left and line in unlinked:
                left.remove(one.key)
                unlinked -= line
                line.integrator_link_ids = [
                    Command.create({"order_line_id": one.line.id, "kind": one.kind})
                ]

    def _unlikeness(self, wanted, sale_line):
        """Return the key by which sale lines are sorted by their difference from what an order has
        to have: by the pieces first, since either may have changed meanwhile, and then by the
        price."""
        pieces = abs(sale_line._integrator_pieces() - wanted.pieces)
        price = abs(sale_line.price_unit - wanted.values["price_unit"])
        return pieces, price

    # === CREATION === #

    def _snapshot(self, order, wanted):
        """The values that a sale order was brought in line with, as JSON.

        :param list wanted: `WantedLine`
        """
        rest = order._remainder()
        other = {"/other": [False, 1, rest, [], rest, ""]} if rest else {}
        return {**{one.key: one.snapshot() for one in wanted}, **other}

    def _make(self, orders, wanted):
        """Make, check and confirm the sale orders.

        :param dict wanted: order -> list of `WantedLine`
        """
        partners = self.env["integrator.partner.importer"]._partners(orders)
        marketplaces = self.env["integrator.marketplace"]._of_orders(orders)
        pricelists = self._pricelists(orders, marketplaces)
        values = [
            {
                **self._prepare_order(
                    order,
                    partners[order],
                    marketplaces[order.marketplace_code or ""],
                    wanted[order],
                ),
                "pricelist_id": pricelists[order].id,
                "order_line": self._prepare_commands(order, wanted[order]),
            }
            for order in orders
        ]
        sale_orders = self.env["sale.order"].with_context(**QUIET_CONTEXT).create(values)
        for order, sale_order in zip(orders, sale_orders, strict=True):
            self._balance_total(order, sale_order)
            order._record_followed(self._snapshot(order, wanted[order]))
            order.followed_marketplace_id = marketplaces[order.marketplace_code or ""]
            self._note_history(order)
        if orders.site_id.confirm_orders:
            # what was kept for them before they were paid is theirs now
            self.env["integrator.pending.reservation"]._release(orders)
            sale_orders.action_confirm()
            self._note_shortfall(sale_orders)
        orders._imported(sale_orders)
        self.env["integrator.order.updater"]._begin(orders)

    def _note_shortfall(self, sale_orders):
        """Say on each order which pieces are missing; nothing waits for it."""
        for sale_order in sale_orders:
            moves = sale_order.picking_ids.move_ids.filtered(
                lambda move: move.state in ("confirmed", "partially_available")
                and move.location_id.usage == "internal"
            )
            rows = [
                self.env._(
                    "%(product)s: %(missing)g of %(wanted)g",
                    product=move.product_id.display_name,
                    missing=move.product_uom_qty - move.quantity,
                    wanted=move.product_uom_qty,
                )
                for move in moves
            ]
            if rows:
                text = self.env._("Not in stock when the order came in: %s", "; ".join(rows))
                sale_order.message_post(body=text)

    def _balance_total(self, order, sale_order):
        """Odoo's total has to be the site's, to the cent: coins that rounding took another way
        become a line of their own; for more the order is held with the arithmetic.

        :raise RejectedError: when the totals differ by more than the site allows
        """
        currency = sale_order.currency_id
        expected = order._expected_total()
        difference = currency.round(expected - sale_order.amount_total)
        if currency.is_zero(difference):
            return
        coins = order.site_id.total_tolerance * len(sale_order.order_line.filtered("tax_ids"))
        if currency.compare_amounts(abs(difference), coins * currency.rounding) > 0:
            raise RejectedError(
                self._arithmetic(order, sale_order, difference), code="total_differs"
            )
        self._set_extra(sale_order, self._prepare_difference(order, difference))

    def _set_extra(self, sale_order, values):
        """Make the line of a sale order that belongs to no line of the site, or change it.

        :param dict values: what `_prepare_extra` gave
        """
        known = sale_order.order_line.filtered(
            lambda line: line.product_id.id == values["product_id"] and not line.integrator_link_ids
        )[:1]
        if known:
            price = values["price_unit"]
            rounding = values["product_id"] == self._charge_product("rounding").id
            known.price_unit = known.price_unit + price if rounding else price
        elif values["price_unit"]:
            sale_order.order_line = [Command.create(values)]

    def _note_history(self, order):
        """Count as delivered what had left before stock was counted here: it makes no delivery."""
        if not order._is_history():
            return
        for line in order.line_ids:
            if gone := line._quantity_shipped_remotely():
                sale_line = line._sale_line()
                sale_line.integrator_site_quantity = min(gone, sale_line.product_uom_qty)

    def _arithmetic(self, order, sale_order, difference):
        show = sale_order.currency_id.format
        return self.env._(
            "The total does not add up: %(site)s shows %(remote)s, Odoo computes %(untaxed)s + "
            "%(tax)s tax = %(ours)s, which is %(difference)s apart. Check the taxes of the order "
            "(next step on the order), or allow more rounding on the channel; then import it "
            "again.",
            site=order.site_id.name,
            remote=show(order._expected_total()),
            untaxed=show(sale_order.amount_untaxed),
            tax=show(sale_order.amount_tax),
            ours=show(sale_order.amount_total),
            difference=show(difference),
        )


class PendingReservation(models.AbstractModel):
    """Keeps the pieces of orders that await payment, without a sale order: such an order has no
    prices and no address yet, but its pieces are sold.

    A reservation is one stock move per line, without a picking, towards a location where nothing
    ever arrives. It ends when the order is cancelled or not paid in time; when it is paid, in the
    transaction in which the sale order takes the pieces over.
    """

    _name = "integrator.pending.reservation"
    _description = "Reservation before payment"

    def _domain(self, now):
        """The orders whose reservation has to be made or ended."""
        due = Domain("reservation_due", "=", True) & Domain("state", "in", ("pending", "cancelled"))
        late = Domain("state", "=", "pending") & Domain("reservation", "=", "reserved")
        late &= Domain("reserved_until", "<=", now)
        return (due | late) & (Domain("retry_at", "=", False) | Domain("retry_at", "<=", now))

    def _update_reservations(self, orders):
        """Bring reservations in line with where the orders stand.

        :param orders: `integrator.order`, pending or cancelled
        """
        for order in orders:
            if order._is_unpaid_too_long():
                self._expire(order)
            elif order._needs_reservation():
                self._reserve(order)
            else:
                self._release(order)
            order.write({"reservation_due": False, "retry_at": False})

    # === RESERVATION === #

    def _reserve(self, order):
        """Reserve what the order asks for; lines with an unknown SKU reserve nothing."""
        end = order.reserved_until
        self._release(order)
        values = self._prepare_moves(order)
        moves = self.env["stock.move"].with_company(order.company_id).create(values)
        moves._action_confirm(merge=False)
        moves._action_assign()
        end = end or fields.Datetime.now() + timedelta(days=order.site_id.reserve_days)
        order.write({"reservation": "reserved", "reserved_until": end})

    def _prepare_moves(self, order):
        lines = order.line_ids.filtered(lambda line: line._quantity_open() and line.sku)
        finder = self.env["integrator.product.finder"]
        products = finder._find_products(order.site_id, set(lines.mapped("sku")))
        return [
            self._prepare_move(line, products[line.sku])
            for line in lines
            if line.sku in products and products[line.sku].is_storable
        ]

    def _prepare_move(self, line, product):
        site = line.order_id.site_id
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": line._quantity_open(),
            "location_id": site.warehouse_id.lot_stock_id.id,
            "location_dest_id": site._pending_location().id,
            "warehouse_id": site.warehouse_id.id,
            "company_id": site.company_id.id,
            "origin": line.order_id.remote_order_id,
            # goods that come in later are reserved by Odoo's own scheduler
            "reservation_date": fields.Date.today(),
            "integrator_line_id": line.id,
        }

    # === RELEASE === #

    def _release(self, orders):
        """Free the pieces: the orders are cancelled, or their sale orders are about to take them.

        :param orders: `integrator.order`
        """
        held = orders.filtered(lambda order: order.reservation == "reserved")
        moves = held.line_ids.reservation_move_ids
        moves.filtered(lambda move: move.state != "cancel")._action_cancel()
        held.write({"reservation": "released", "reserved_until": False})

    def _expire(self, order):
        """Release the pieces of an order that was not paid in time, and notify the responsible
        person."""
        if order.reservation == "expired":
            return
        end, site = order.reserved_until, order.site_id
        self._release(order)
        order.write({"reservation": "expired", "reserved_until": end})
        site.message_post(
            body=self.env._(
                "%(order)s has not been paid within %(days)s days, so its pieces are free again. "
                "Should it be paid later, it is imported as usual.",
                order=order.remote_order_id,
                days=site.reserve_days,
            ),
            partner_ids=site._responsible().partner_id.ids,
        )
