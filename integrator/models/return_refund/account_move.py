# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...exceptions import RejectedError
from ...reason import Reason
from .integrator_refund_line import COUNTING

ZERO = Decimal(0)


class AccountMove(models.Model):
    """Refunds a buyer on the site by a credit note."""

    _name = "account.move"
    _inherit = [
        "account.move",
        "integrator.status.watch",
        "integrator.timeline.mixin",
        "integrator.export.mixin",
    ]

    integrator_order_ref = fields.Char(
        string="Order on the channel",
        compute="_compute_integrator_order_ref",
        search="_search_integrator_order_ref",
    )

    # account move refund
    integrator_refund_reason_id = fields.Many2one(
        "integrator.refund.reason",
        string="Reason for the channel",
        copy=False,
        domain="[('site_type', '=', integrator_refund_site_type)]",
        help="Why the money goes back, as it is sent to the channel. Empty: the first reason of "
        "the list.",
    )
    integrator_refund_site_type = fields.Char(
        compute="_compute_integrator_refund", help="Kind of the channel that the order came from."
    )
    integrator_refund_note = Reason(
        string="On the channel",
        compute="_compute_integrator_refund",
        help="What the buyer got back on the channel, or gets when this credit note is posted.",
    )
    integrator_refund_line_ids = fields.One2many(
        "integrator.refund.line",
        "move_id",
        string="Refunds on the channel",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="The refunds sent to the channel, item by item, and what became of them.",
    )
    integrator_return_ids = fields.Many2many(
        "integrator.return",
        string="Returns on the channel",
        readonly=True,
        copy=False,
        groups="integrator.group_integrator_user",
        help="The returns that this credit note was proposed from.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "line_ids.sale_line_ids.order_id.integrator_order_ref",
        "reversed_entry_id.line_ids.sale_line_ids.order_id.integrator_order_ref",
    )
    def _compute_integrator_order_ref(self):
        for move in self:
            ids = move._integrator_sale_orders_sudo().filtered("integrator_order_ref")
            move.integrator_order_ref = ", ".join(ids.mapped("integrator_order_ref"))

    def _search_integrator_order_ref(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        path = "line_ids.sale_line_ids.order_id.integrator_order_ref"
        return Domain(path, operator, value) | Domain(f"reversed_entry_id.{path}", operator, value)

    @api.depends(
        "state",
        "move_type",
        "currency_id",
        "line_ids.sale_line_ids",
        "reversed_entry_id",
        "integrator_refund_line_ids.state",
    )
    def _compute_integrator_refund(self):
        for move in self:
            orders_sudo = move._integrator_refund_orders_sudo()
            move.integrator_refund_site_type = orders_sudo.integrator_site_id[:1].site_type
            move.integrator_refund_note = " ".join(
                filter(None, move._integrator_refund_outlook(orders_sudo))
            )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_integrator_refund(self):
        """Keep credit notes that remember what a buyer got back on the site."""
        for move in self:
            rows = move.sudo().integrator_refund_line_ids
            if rows.filtered(lambda row: row.state in COUNTING):
                raise UserError(
                    self.env._(
                        "%(note)s cannot be deleted: the buyer got money back for it on %(site)s. "
                        "Cancel it instead, or post it again.",
                        note=move.display_name,
                        site=rows.site_id[:1].name or rows[:1].remote_order_id,
                    )
                )

    # === BUSINESS METHODS === #

    def _integrator_sale_orders_sudo(self):
        """The sale orders that entries are about; a credit note with lines that name none may be
        about all those of the invoice that it reverses."""
        orders = self.env["sale.order"].sudo()
        for move in self.sudo():
            orders |= move.line_ids.sale_line_ids.order_id
            lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            if move.move_type == "out_refund" and not all(line.sale_line_ids for line in lines):
                orders |= move.reversed_entry_id.line_ids.sale_line_ids.order_id
        return orders

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._integrator_note_invoices()
        for move in posted.filtered(lambda move: move.move_type == "out_refund"):
            orders_sudo = move._integrator_sale_orders_sudo()
            for order in orders_sudo:
                self.env["order.integration"]._note(
                    order, "refund", source=move, amount=str(move.amount_total)
                )
            orders_sudo._integrator_check_sold()
        return posted

    def button_draft(self):
        result = super().button_draft()
        for move in self.filtered(lambda move: move.is_sale_document()):
            self.env["order.integration"]._withdraw(move, "invoice")
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            self.env["order.integration"]._withdraw(move, "refund")
            move._integrator_note_sent_refunds()
            move._integrator_sale_orders_sudo()._integrator_check_sold()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            move._integrator_note_sent_refunds()
        return result

    def _integrator_refund_orders_sudo(self):
        """Sale orders of sites that a credit note is about; none for any other entry."""
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        return notes._integrator_sale_orders_sudo().filtered("integrator_site_id")

    def _integrator_refund_reason(self, site):
        """The reason that is sent to the site: the chosen one, else the first of the list.

        :param site: `integrator.site`
        :raise RejectedError: when there is none
        """
        chosen = self.integrator_refund_reason_id
        reason = chosen or self.env["integrator.refund.reason"]._default_for(site.site_type)
        if not reason:
            raise RejectedError(
                self.env._(
                    "There is no refund reason for %s. Add one under Configuration, Refund "
                    "reasons.",
                    site.name,
                ),
                code="refund_without_reason",
            )
        return reason

    # === TEXTS === #

    def _integrator_refund_outlook(self, orders_sudo):
        """One sentence per order, shown before posting: what is refunded, what is being sent, or
        whether posting will send it."""
        for order in orders_sudo:
            remote, site = order.integrator_order_ids[:1], order.integrator_site_id
            number = order.integrator_order_ref
            rows = self.sudo().integrator_refund_line_ids.filtered(
                lambda row, number=number: row.remote_order_id == number
            )
            yield from self._integrator_refund_results(site, rows)
            refusal = site._adapter()._refund_refusal(site, remote) if remote else ""
            if self.state == "draft":
                yield refusal or self._integrator_refund_promise(site, remote, rows)
            elif self.state == "posted":
                yield refusal or self._integrator_refund_progress(site, remote)

    def _integrator_refund_promise(self, site, remote, rows):
        """Text: what posting does."""
        if remote.currency_id and self.currency_id != remote.currency_id:
            return self._integrator_refund_currency_text(remote)
        if rows.filtered(lambda row: row.state in COUNTING):
            return self.env._("Posting this credit note refunds the difference on %s.", site.name)
        return self.env._("Posting this credit note refunds the buyer on %s.", site.name)

    def _integrator_refund_progress(self, site, remote):
        """Return the reason for which a posted credit note is not sent to the site; empty when it
        is."""
        domain = [("move_id", "=", self._origin.id), ("kind", "=", "refund")]
        task = self.env["integrator.task"].sudo()
        task = task.search([*domain, ("order_id", "=", remote.id)], limit=1)
        if task.state == "error":
            return self.env._(
                "%(site)s did not get it, or refused it: %(reason)s",
                site=site.name,
                reason=task.error_message,
            )
        if task.state in ("waiting", "ready"):
            return task.error_message or self.env._("It is sent to %s soon.", site.name)
        return task.error_message or ""

    def _integrator_refund_results(self, site, rows):
        """Texts: the outcome of refunds that were sent."""
        texts = {
            "success": self.env._("The buyer got %(amount)s on %(site)s on %(day)s."),
            "submitted": self.env._(
                "The refund of %(amount)s was sent to %(site)s; its answer is to come."
            ),
            "unclear": self.env._(
                "It is unclear whether the buyer got %(amount)s on %(site)s. Look at the order "
                "there."
            ),
        }
        for state, text in texts.items():
            same = rows.filtered(lambda row, state=state: row.state == state)
            if same:
                amount = sum(same.mapped("net")) + sum(same.mapped("tax"))
                sent_at = fields.Datetime.context_timestamp(self, max(same.mapped("sent_at")))
                yield text % {
                    "amount": same.currency_id[:1].format(amount),
                    "site": site.name,
                    "day": format_date(self.env, sent_at.date()),
                }

    def _integrator_refund_currency_text(self, order):
        return self.env._(
            "%(order)s was paid in %(paid)s, and this credit note is in %(given)s. Make it in "
            "%(paid)s, so that the buyer gets back what was paid.",
            order=order.remote_order_id,
            paid=order.currency_id.name,
            given=self.currency_id.name,
        )

    # === INVOICES === #

    def _integrator_note_invoices(self):
        """Collect an event for each order of posted invoices and credit notes."""
        for move in self.filtered(lambda move: move.is_sale_document()):
            for order in move._integrator_sale_orders_sudo().filtered("integrator_site_id"):
                if order.integrator_site_id._can("invoice"):
                    self.env["order.integration"]._note(order, "invoice", source=move)

    def _integrator_is_at_site(self, order):
        """Whether the site of an order has this invoice.

        :param order: `integrator.order`
        """
        sent = [("kind", "=", "invoice"), ("order_id", "=", order.id), ("state", "=", "success")]
        return bool(self.env["integrator.task"].search_count([*sent, ("move_id", "=", self.id)]))

    # === AMOUNTS DUE === #

    def _integrator_note_refund(self, order):
        """Collect an event for a credit note that gives back more than the site was sent.

        :param order: `integrator.order`
        """
        try:
            more = self._integrator_refund_due(order)[0]
        except RejectedError:
            # it has been changed meanwhile: the plan says what is wrong with it
            more = True
        if more and self.state == "posted" and order.sale_order_id:
            self.env["order.integration"]._note(
                order.sale_order_id, "refund", source=self, site=order.site_id
            )

    def _integrator_note_sent_refunds(self):
        """Collect an event for a credit note that differs from what the site was sent."""
        sent = self.sudo().integrator_refund_line_ids.filtered(lambda row: row.state in COUNTING)
        numbers = set(sent.mapped("remote_order_id"))
        for order in self._integrator_refund_orders_sudo():
            if order.integrator_order_ref in numbers:
                self.env["order.integration"]._note(order, "refund", source=self)

    def _integrator_refund_is_due(self, order):
        """Return whether a credit note refunds something that was not sent yet. Where more was
        refunded than the note holds now, a person is asked: no site takes refunds back.

        :param order: `integrator.order`
        """
        self.ensure_one()
        try:
            more, less = self._integrator_refund_due(order)
        except RejectedError:
            # the task says what is wrong with it
            return True
        summary = self.env._("Refunded on the channel, and changed here")
        if less:
            text = self._integrator_refund_difference_text(order)
            order.site_id._schedule_question(self, summary, text, order=order.sale_order_id)
            return False
        order.site_id._close_question(self, summary)
        return bool(more)

    def _integrator_refund_due(self, order):
        """Return the difference between a credit note and the refunds that were sent to the site of
        an order.

        :param order: `integrator.order`
        :return: tuple of dicts (order line, kind) -> tuple (net, tax): what is still to be given
            back, and what was given back too much
        :raise RejectedError: see `_integrator_refund_parts`
        """
        refunded = self.env["integrator.refund.line"]._refunded(self, order)
        meant = self.env["integrator.status.map"]._is_mapped_state(
            order.site_id, "refunded", order.sale_order_id, self
        )
        parts = self._integrator_refund_parts(order) if meant or not refunded else {}
        differences = dict(parts)
        for key, (net, tax) in refunded.items():
            self._integrator_add_part(differences, key, (-net, -tax))
        more, less = {}, {}
        for keys in self._integrator_refund_groups(differences).values():
            amount = sum(sum(differences[key]) for key in keys)
            if not amount:
                continue
            target = less if amount < 0 and any(key in refunded for key in keys) else more
            target.update({key: differences[key] for key in keys if any(differences[key])})
        return more, less

    def _integrator_refund_groups(self, parts):
        """Return the lines in groups that are refunded as one: a discount and a tax of its own
        belong to the item.

        :return: dict (order line, kind) -> list of the keys of parts
        """
        groups = {}
        for line, kind in parts:
            of = "item" if kind in ("discount", "tax") else kind
            groups.setdefault((line, of), []).append((line, kind))
        return groups

    def _integrator_refund_difference_text(self, order):
        refunded = self.env["integrator.refund.line"]._refunded(self, order).values()
        is_posted = self.state == "posted"
        now = self._integrator_refund_parts(order).values() if is_posted else ()
        texts = [
            order.currency_id.format(float(sum((net + tax for net, tax in rows), ZERO)))
            for rows in (refunded, now)
        ]
        return self.env._(
            "For the credit note %(note)s the buyer of %(order)s got %(sent)s on %(site)s, and by "
            "now it gives back %(now)s, or that for other things. The channel does not take money "
            "back: correct the credit note so that it has at least what was sent, or settle the "
            "difference with the buyer. The difference is sent once it is so.",
            note=self.name,
            order=order.remote_order_id,
            sent=texts[0],
            now=texts[1],
            site=order.site_id.name,
        )

    # === PARTS === #

    def _integrator_refund_parts(self, order):
        """Return the amounts that the credit note gives back of a remote order, by line and by what
        was paid for.

        :param order: `integrator.order`
        :return: dict (order line, kind) -> tuple (net, tax), decimals to the coin
        :raise RejectedError: for an order without lines, another currency, and for lines of which
            it is not clear which of several orders they are about
        """
        self.ensure_one()
        self._integrator_check_refund(order)
        found = {}
        for line, key in self._integrator_refund_targets().items():
            if key[0].order_id == order:
                self._integrator_add_part(found, key, self._integrator_exact(line))
        parts = self._integrator_without_deductions(found)
        return {key: amounts for key, amounts in parts.items() if any(amounts)}

    def _integrator_check_refund(self, order):
        if not order.line_ids:
            raise RejectedError(
                self.env._("%s has no lines that money could go back for.", order.display_name),
                code="refund_without_lines",
            )
        if order.currency_id and self.currency_id != order.currency_id:
            raise RejectedError(
                self._integrator_refund_currency_text(order), code="refund_currency"
            )

    def _integrator_refund_targets(self):
        """Return the line of the remote order for which each line gives back, and what of it. A
        line that names none is goodwill, or keeps something back, on the order that the others are
        about.

        :return: dict invoice line -> tuple (order line, kind)
        :raise RejectedError: when there are several such orders
        """
        orders = self._integrator_refund_orders_sudo().integrator_order_ids
        targets, loose = {}, self.env["account.move.line"]
        for line in self.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            if key := self._integrator_refund_key(line, orders):
                targets[line] = key
            elif not line.sale_line_ids:
                loose |= line
        named = orders.browse().union(*(line.order_id for line, _kind in targets.values()))
        named = named or orders
        if loose and len(named) > 1:
            raise RejectedError(
                self.env._(
                    "%(note)s is about several orders, and “%(line)s” does not name the one that "
                    "it is for. Make a credit note for each order.",
                    note=self.display_name,
                    line=loose[0].name,
                ),
                code="refund_of_several_orders",
            )
        first = max(targets, key=lambda line: line.price_total, default=None)
        goodwill = targets[first][0] if first else named.line_ids[:1]
        return {**targets, **dict.fromkeys(loose, (goodwill, "goodwill"))}

    def _integrator_refund_key(self, line, orders):
        """Return the key of what an invoice line gives back for; None without one.

        :param orders: `integrator.order`, that the credit note may be about
        :return: tuple (order line, kind)
        """
        sale_lines = line.sale_line_ids
        link = sale_lines.integrator_link_ids.filtered(
            lambda link: link.order_line_id.order_id in orders
        )[:1]
        if link:
            return link.order_line_id, link.kind
        # a line that was added in Odoo, such as a rounding difference
        added = (sale_lines.order_id.integrator_order_ids & orders)[:1].line_ids[:1]
        if added:
            return added, "other"
        # one that was written by hand may name a product of one of the orders
        same = orders.sale_order_id.order_line.integrator_link_ids.filtered(
            lambda link: link.kind == "item" and link.sale_line_id.product_id == line.product_id
        ).order_line_id
        by_hand = not sale_lines and line.product_id and len(same.order_id) == 1
        return (same[0], "item") if by_hand else None

    @staticmethod
    def _integrator_add_part(found, key, amounts):
        """Add amounts to those of a part."""
        known = found.get(key, (ZERO, ZERO))
        found[key] = tuple(map(sum, zip(known, amounts, strict=True)))

    def _integrator_without_deductions(self, found):
        """The same parts, where what is kept back (a restocking fee, a rounding difference) makes
        the largest others smaller: sites take only amounts that go to the buyer. A discount stays,
        because it belongs to its item.

        :return: dict as of `_integrator_refund_parts`
        """
        kept = {key: sum(found[key]) < 0 and key[1] != "discount" for key in found}
        parts = {key: amounts for key, amounts in found.items() if not kept[key]}
        for key in [key for key in found if kept[key]]:
            left = [-amount for amount in found[key]]
            positive = [other for other in parts if sum(parts[other]) > 0]
            for other in sorted(positive, key=lambda one: sum(parts[one]), reverse=True):
                taken = tuple(min(*pair) for pair in zip(left, parts[other], strict=True))
                parts[other] = tuple(a - b for a, b in zip(parts[other], taken, strict=True))
                left = [a - b for a, b in zip(left, taken, strict=True)]
            if any(left):
                self._integrator_add_part(parts, key, tuple(-amount for amount in left))
        return parts

    def _integrator_exact(self, line):
        """Net amount and tax of an invoice line as decimals of its currency."""
        places = self.currency_id.decimal_places
        net = Decimal(f"{line.price_subtotal:.{places}f}")
        return net, Decimal(f"{line.price_total:.{places}f}") - net

    # === HOOKS OF OTHER SUBJECTS === #

    def _integrator_watched_sudo(self):
        return self.sudo().filtered(lambda move: move.move_type == "out_refund")

    def _integrator_orders(self):
        return self._integrator_sale_orders_sudo().with_env(self.env)

    def _integrator_timeline_sale_orders(self):
        return self.invoice_line_ids.sale_line_ids.order_id

    def _integrator_timeline_noted(self):
        return [self, self.sudo()._integrator_timeline_sale_orders()]

    def _integrator_timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        task_domain = ["|", ("move_id", "in", self.ids), ("target_ref", "in", refs)]
        return self._integrator_prepare_timeline_domains(
            "order.integration", [("source_ref", "in", refs)], task_domain
        )

    def _integrator_of_buyers(self):
        lines = self.sudo().invoice_line_ids.sale_line_ids.filtered("order_id.integrator_order_ref")
        return self & lines.invoice_lines.move_id.with_env(self.env)
