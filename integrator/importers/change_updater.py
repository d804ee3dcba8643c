# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import float_compare

#: Digits to which a price is the same.
PRICE_DIGITS = 6


class ChangeUpdater(models.AbstractModel):
    """Applies changes that a site makes to a sold order: pieces, lines, amounts, taxes and
    marketplace.

    While nothing has left and nothing is invoiced, and nobody has changed the sale order here, it
    is brought in line with the site; else a person is asked, with each difference. Pieces that the
    site has cancelled are not delivered in any case.
    """

    _name = "integrator.change.updater"
    _description = "Updater of changed orders"

    def _update_money(self, order, sale_order):
        """Bring the lines of a sale order in line with the site, or ask.

        :param order: `integrator.order`
        :param sale_order: `sale.order`
        :raise RejectedError: when a changed line cannot be sold, or its tax is unknown
        """
        if order.followed_money == order._money_version():
            return
        importer = self.env["integrator.order.importer"]
        wanted = importer._wanted_lines(order, self._products(order))
        before, now = order.followed or {}, importer._snapshot(order, wanted)
        if before != now:
            if self._may_change(order, sale_order, before):
                self._change_lines(order, sale_order, wanted)
            else:
                self._cancel_pieces(order)
            self._report_change(order, sale_order, before, now)
        order._record_followed(now)

    def _products(self, order):
        """The products of the lines of an order; lines that are sold already keep theirs.

        :return: dict as the product finder gives it
        """
        followed = order.followed or {}
        sold = {}
        for line in order.line_ids:
            known = followed.get(f"{line.remote_line_id}/item")
            if known and known[-1] == line._product_key():
                sold[known[-1]] = self.env["product.product"].browse(known[0])
        return {**self.env["integrator.product.finder"]._products(order), **sold}

    def _is_as_shown(self, order, sale_order, now):
        """Return whether a sale order agrees with the remote order.

        :param dict now: what the site shows
        """
        linked = self._linked(order)
        has_all = all(key in linked or key.startswith("/") for key in now)
        same = all(self._is_unchanged(line, now.get(key)) for key, line in linked.items())
        total = sale_order.currency_id.compare_amounts(
            sale_order.amount_total, order._expected_total()
        )
        return has_all and same and not total

    # === CONDITIONS === #

    def _may_change(self, order, sale_order, before):
        """Return whether a sale order may be changed without a person: nothing of it has left or is
        invoiced, and it is as it was made.

        :param dict before: what the lines were last brought in line with
        """
        return (
            sale_order.state in ("draft", "sent", "sale")
            and not sale_order.order_line._integrator_quantity_sent()
            and not self._invoices(sale_order)
            and self._is_untouched(order, sale_order, before)
        )

    def _invoices(self, sale_order):
        return sale_order.invoice_ids.filtered(lambda move: move.state != "cancel")

    def _is_untouched(self, order, sale_order, before):
        """Return whether the lines of a sale order are as they were made."""
        linked = self._linked(order)
        ours = self.env["sale.order.line"].union(*linked.values())
        charges = self.env["integrator.sale.values"]
        extra = charges._charge_product("other") | charges._charge_product("rounding")
        others = sale_order.order_line.filtered(lambda line: not line.display_type) - ours
        return others.product_id <= extra and all(
            self._is_unchanged(line, before.get(key)) for key, line in linked.items()
        )

    def _linked(self, order):
        """The sale lines of an order by what they are.

        :return: dict key of `WantedLine` -> sale line
        """
        return {
            f"{link.order_line_id.remote_line_id}/{link.kind}": link.sale_line_id
            for link in order.line_ids.link_ids
        }

    def _is_unchanged(self, line, followed):
        """Return whether a sale line is as the last update left it: product, pieces, price and
        taxes."""
        if not followed:
            return not line.product_uom_qty
        product_id, quantity, price, tax_ids, _total, _sku = followed
        return (
            line.product_id.id == product_id
            and line.product_uom_qty == quantity
            and not float_compare(line.price_unit, price, PRICE_DIGITS)
            and line.tax_ids.ids == tax_ids
            and not line.discount
        )

    # === CHANGES === #

    def _change_lines(self, order, sale_order, wanted):
        """Make the lines of a sale order those that the site shows.

        :param list wanted: `WantedLine`
        """
        importer = self.env["integrator.order.importer"]
        linked = self._linked(order)
        was_locked, sale_order.locked = sale_order.locked, False
        for one in wanted:
            line = linked.pop(one.key, None)
            if not line:
                sale_order.order_line = [importer._prepare_linked(one)]
            elif line.product_id.id != one.product_id:
                line.product_uom_qty = 0
                line.integrator_link_ids.unlink()
                sale_order.order_line = [importer._prepare_linked(one)]
            elif not self._is_unchanged(line, one.snapshot()):
                line.write({key: one.values[key] for key in one.values if key != "product_id"})
        for line in linked.values():
            # a line of a confirmed order cannot be removed
            line.product_uom_qty = 0
        importer._set_extra(sale_order, importer._prepare_remainder(order, order._remainder()))
        importer._balance_total(order, sale_order)
        sale_order.locked = was_locked

    def _cancel_pieces(self, order):
        """Reduce the demand of a line to what the site still orders; what has left stays."""
        for line in order.line_ids:
            sale_line = line._sale_line()
            wanted = max(line._quantity_open(), sale_line._integrator_quantity_sent())
            if sale_line.product_uom_qty > wanted:
                self._reduce(sale_line, wanted)

    def _reduce(self, sale_line, quantity):
        sale_order = sale_line.order_id
        was_locked, sale_order.locked = sale_order.locked, False
        sale_line.product_uom_qty = quantity
        sale_order.locked = was_locked

    # === REPORT === #

    def _report_change(self, order, sale_order, before, now):
        """Note the changes of the site on the sale order; ask where the sale order does not follow.

        :param dict before: what the lines were last brought in line with
        :param dict now: what the site shows
        """
        summary = self.env._("Changed by the channel")
        rows = self._differences(order, before, now)
        if not rows:
            return
        note = self.env._(
            "%(site)s has changed the order: %(rows)s.",
            site=order.site_id.name,
            rows="; ".join(rows),
        )
        sale_order.message_post(body=note)
        invoices = self._invoices(sale_order)
        if not invoices and self._is_as_shown(order, sale_order, now):
            order.site_id._close_question(sale_order, summary)
            return
        todo = (
            self.env._("It is invoiced already: make a credit note, or invoice the difference.")
            if invoices
            else self.env._("The sale order was left as it is: change it where that is right.")
        )
        order.site_id._schedule_question(sale_order, summary, f"{note} {todo}")

    def _differences(self, order, before, now):
        """Old and new of each line that has changed, as text for people."""
        names = {line.remote_line_id: line.sku or line.title for line in order.line_ids}
        rows = []
        for key in dict.fromkeys((*before, *now)):
            old, new = before.get(key), now.get(key)
            if self._figures(old) != self._figures(new):
                remote_line_id, _slash, kind = key.rpartition("/")
                name = names.get(remote_line_id) or remote_line_id
                rows.append(self._difference(order, name, kind, old, new))
        return rows

    def _figures(self, values):
        """Pieces and total of a line, for people."""
        return (values[1], values[4]) if values else (0, 0.0)

    def _difference(self, order, name, kind, old, new):
        """For example “SKU-1: 2 × 20.00 € → 1 × 10.00 €”."""
        show = (order.currency_id or order.company_id.currency_id).format
        (pieces, total), (pieces_now, total_now) = self._figures(old), self._figures(new)
        if kind == "item":
            return self.env._(
                "%(name)s: %(pieces)g pieces for %(total)s → %(pieces_now)g for %(total_now)s",
                name=name,
                pieces=pieces,
                total=show(total),
                pieces_now=pieces_now,
                total_now=show(total_now),
            )
        charge = self.env["integrator.sale.values"]._charge_product(kind).name
        return self.env._(
            "%(charge)s of %(name)s: %(total)s → %(total_now)s",
            charge=charge,
            name=name,
            total=show(total),
            total_now=show(total_now),
        )

    # === MARKETPLACE === #

    def _update_place_of_sale(self, order, sale_order):
        """The marketplace that the site names by now: its pricelist and fiscal position, or a
        question where the order cannot be changed any more."""
        market = self.env["integrator.marketplace"]._of_orders(order)[order.marketplace_code or ""]
        before, order_before = order.followed_marketplace_id, sale_order.warehouse_id
        order.followed_marketplace_id = market
        if not before or before == market:
            return
        importer = self.env["integrator.order.importer"]
        note = self.env._(
            "%(site)s shows that the order was sold on %(now)s, not on %(before)s.",
            site=order.site_id.name,
            now=market.name,
            before=before.name,
        )
        sale_order.message_post(body=note)
        warehouse = market.warehouse_id or order.site_id.warehouse_id
        if not self._may_change(order, sale_order, order.followed or {}):
            todo = self.env._("Check its taxes, its warehouse and its invoice.")
            order.site_id._schedule_question(
                sale_order, self.env._("Sold on another marketplace"), f"{note} {todo}"
            )
            return
        position = market._fiscal_position(order._collection())
        sale_order.fiscal_position_id = position or sale_order.fiscal_position_id
        if sale_order.state == "draft":
            sale_order.pricelist_id = importer._pricelist(order, market)
        if warehouse != order_before:
            todo = self.env._("Its warehouse is %s: move the delivery there.", warehouse.name)
            order.site_id._schedule_question(
                sale_order, self.env._("Sold on another marketplace"), f"{note} {todo}"
            )
