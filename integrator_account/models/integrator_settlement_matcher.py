# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_repr

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.importers.sale_values import site_tax

from ..concurrency import create_once

_logger = logging.getLogger(__name__)

#: Days between the day of a payout and its line at the bank.
BANK_DAYS = 5

#: Groups whose money goes and comes back in pairs.
PAIR_KEYS = ("reserve", "debt", "payout")


class IntegratorSettlementMatcher(models.AbstractModel):
    """Finds what belongs together: the money of orders and their invoices, refunds and credit
    notes, what is held back and what is given free again, payouts and the bank."""

    _name = "integrator.settlement.matcher"
    _description = "Matching of settlements"

    def _match_if_possible(self, match, records):
        """Match beside somebody's own work, which does not fail because of it: what cannot be
        reconciled stays open in the lists of settlements.

        :param match: method of this model
        :param records: its argument
        """
        try:
            with self.env.cr.savepoint():
                match(records)
        except UserError as error:
            _logger.info("Money of settlements was not matched: %r", error)

    # === INVOICES AND CREDIT NOTES === #

    def _match_orders(self, items):
        """Reconcile items of settlements with the invoices and credit notes that are there.

        :param items: `account.move.line` of settlements
        """
        items = items.filtered("integrator_order_ref")
        orders = self.env["integrator.order"].search(
            [
                ("site_id", "in", self._sites(items).ids),
                ("remote_order_id", "in", items.mapped("integrator_order_ref")),
                ("sale_order_id", "!=", False),
            ]
        )
        documents = self.env["account.move.line"].search(
            [
                ("move_id.line_ids.sale_line_ids.order_id", "in", orders.sale_order_id.ids),
                *self._document_domain(),
            ]
        )
        notes = self.env["account.move.line"].search(
            [
                ("move_id.reversed_entry_id", "in", documents.move_id.ids),
                *self._document_domain(),
            ]
        )
        # credit notes of invoices that are paid already
        paid = orders.sale_order_id.invoice_ids.reversal_move_ids.line_ids
        notes |= paid.filtered_domain(self._document_domain())
        self._reconcile(items, documents | notes)
        self._match_within_orders(items)

    def _match_concurrent(self, site):
        """Match what came at the same moment, each in a transaction that did not see the other:
        invoices and money of the same order, payouts and lines of the bank. And what is nothing any
        more because its order was cancelled."""
        documents = self.env["account.move"].browse(self._concurrent_ids(site))
        self._match_if_possible(self._match_documents, documents)
        items = self.env["account.move.line"].browse(self._concurrent_ids(site, cancelled=True))
        self._match_if_possible(self._match_within_orders, items)
        settlements = self.env["integrator.settlement"]
        domain = [("site_id", "=", site.id), ("payout_state", "=", "open")]
        self._match_if_possible(self._match_payouts, settlements.search(domain))

    def _concurrent_ids(self, site, cancelled=False):
        """Ids of open invoices and credit notes of orders whose money is open, too; or of the money
        whose order is cancelled."""
        self.env.flush_all()
        documents = SQL(
            """
            JOIN sale_order_line sold ON sold.order_id = remote.sale_order_id
            JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
            JOIN account_move_line part ON part.id = rel.invoice_line_id
            JOIN account_move found ON found.id = part.move_id AND found.state = 'posted'
             AND found.payment_state IN ('not_paid', 'partial')
            """
        )
        money = SQL(
            """
            JOIN sale_order sale ON sale.id = remote.sale_order_id AND sale.state = 'cancel'
            JOIN account_move_line found ON found.id = item.id
            """
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT found.id
                  FROM integrator_settlement settlement
                  JOIN account_move entry ON entry.integrator_settlement_id = settlement.id
                   AND entry.state = 'posted'
                  JOIN account_move_line item ON item.move_id = entry.id AND NOT item.reconciled
                  JOIN integrator_order remote ON remote.site_id = settlement.site_id
                   AND remote.remote_order_id = item.integrator_order_ref
                  %s
                 WHERE settlement.site_id = %s
                """,
                money if cancelled else documents,
                site.id,
            )
        )
        return [row_id for (row_id,) in rows]

    def _match_within_orders(self, items):
        """Reconcile the sale and the refund of an order whose invoice was closed by its credit
        note: Odoo does that by itself where no money had come before the note. So it is with an
        order that was cancelled and has no invoice, when all of its money went back."""
        items = self.env["account.move.line"].search(
            [
                ("integrator_order_ref", "in", items.mapped("integrator_order_ref")),
                ("move_id.integrator_settlement_id.site_id", "in", self._sites(items).ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        groups = items.grouped(lambda item: (self._sites(item), item.integrator_order_ref))
        both = {
            key: group
            for key, group in groups.items()
            if len(set(group.mapped("integrator_is_refund"))) > 1
        }
        found = self.env["integrator.order"].search(
            [
                ("site_id", "in", [site.id for site, _ref in both]),
                ("remote_order_id", "in", [ref for _site, ref in both]),
            ]
        )
        by_key = found.grouped(lambda order: (order.site_id, order.remote_order_id))
        plan = []
        for key, group in both.items():
            orders = by_key.get(key, self.env["integrator.order"])
            notes = orders.sale_order_id.invoice_ids.reversal_move_ids
            closed = any(note.state == "posted" and not note.amount_residual for note in notes)
            if closed or self._is_undone(orders.sale_order_id, group):
                plan += group.grouped("account_id").values()
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _is_undone(self, sales, items):
        """Return whether nothing is left of an order: it is cancelled here, was never invoiced, and
        its money went back."""
        invoiced = sales.invoice_ids.filtered(lambda move: move.state == "posted")
        cancelled = sales and set(sales.mapped("state")) == {"cancel"}
        left = sum(items.mapped("amount_residual_currency"))
        one_currency = len(items.currency_id) == 1
        return cancelled and not invoiced and one_currency and items.currency_id.is_zero(left)

    def _sites(self, items):
        return items.move_id.integrator_settlement_id.site_id

    def _match_documents(self, moves):
        """Reconcile invoices and credit notes with the money that came before them.

        :param moves: posted `account.move`
        """
        orders_sudo = moves._integrator_sale_orders_sudo().integrator_order_ids
        numbers = orders_sudo.mapped("remote_order_id")
        if not numbers:
            return
        items = self.env["account.move.line"].search(
            [
                ("integrator_order_ref", "in", numbers),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("company_id", "in", moves.company_id.ids),
            ]
        )
        if items:
            documents = moves.line_ids.filtered_domain(self._document_domain())
            self._reconcile(items, documents)
            self._match_within_orders(items)

    def _document_domain(self):
        return [
            ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
        ]

    def _reconcile(self, items, documents):
        """Reconcile what is about the same order: sales with invoices, refunds with credit notes,
        those of the same amount first."""
        by_key = defaultdict(self.env["account.move.line"].browse)
        for line in documents:
            refund = line.move_id.move_type == "out_refund"
            for order in line.move_id._integrator_sale_orders_sudo().integrator_order_ids:
                by_key[order.site_id, order.remote_order_id, refund, line.account_id] |= line
        plan, taken = [], self.env["account.move.line"]
        for item in items.sorted("date"):
            site = item.move_id.integrator_settlement_id.site_id
            ref, refund = item.integrator_order_ref, item.integrator_is_refund
            found = by_key[site, ref, refund, item.account_id] - taken
            same = found.filtered(
                lambda line, item=item: line.currency_id == item.currency_id
                and not line.currency_id.compare_amounts(
                    line.amount_residual_currency, -item.amount_residual_currency
                )
            )
            if found:
                found = same[:1] or found
                taken |= same[:1]
                plan.append(found | item)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    # === PAIRS === #

    def _match_pairs(self, settlement):
        """Reconcile what was held back with what came back, debts with their payment, and failed
        payouts with what was on its way: equal amounts on the same account, the oldest first."""
        site = settlement.site_id
        groups = site.settlement_group_ids.filtered(lambda group: group.key in PAIR_KEYS)
        accounts = groups.account_id.filtered("reconcile")
        items = self.env["account.move.line"].search(
            [
                ("move_id.integrator_settlement_id.site_id", "=", site.id),
                ("account_id", "in", accounts.ids),
                ("currency_id", "=", settlement.currency_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date, id",
        )
        for item in items.filtered(lambda one: one.move_id.integrator_settlement_id == settlement):
            match = (
                not item.reconciled
                and items.filtered(
                    lambda one, item=item: one.account_id == item.account_id
                    and not one.currency_id.compare_amounts(
                        one.amount_residual_currency, -item.amount_residual_currency
                    )
                )[:1]
            )
            if match:
                (item | match).reconcile()

    # === BANK === #

    def _match_payouts(self, settlements):
        """Look for payouts among the open lines of the bank.

        :return: settlements whose payout was found
        """
        waiting = settlements.filtered(lambda one: one.payout_state == "open")
        found = waiting.filtered(self._match_bank_item)
        # one that is found may leave the only other line to another
        for _turn in range(2):
            found |= (waiting - found).filtered(self._match_payout)
        return found

    def _match_payout(self, settlement):
        """Reconcile the payout of a settlement with its line of the bank: one that names it, or the
        only one where no other payout may be meant.

        :return: whether there is one
        """
        day = settlement._payout_day()
        lines = self.env["account.bank.statement.line"].search(
            [
                ("company_id", "=", settlement.company_id.id),
                ("is_reconciled", "=", False),
                ("date", ">=", day - timedelta(days=BANK_DAYS)),
                ("date", "<=", day + timedelta(days=BANK_DAYS)),
            ]
        )
        fitting = lines.filtered(lambda line: self._is_payout(line, settlement))
        line = fitting.filtered(lambda line: self._names(line, settlement))
        if not (line or self._open_payouts(settlement)):
            line = fitting
        if len(line) == 1:
            self._reconcile_bank(line, settlement)
        return settlement.payout_state == "received"

    def _match_bank_item(self, settlement):
        """Reconcile a payout with what a line of the bank has put on its account already: a person
        was quicker, or the settlement was posted again.

        :return: whether there is such an item
        """
        payout = settlement.payout_line_id
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", payout.account_id.id),
                ("statement_line_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", payout.currency_id.id),
                ("amount_residual_currency", "=", -payout.amount_residual_currency),
            ]
        )
        items = items.filtered(lambda one: self._is_near(one.date, settlement))
        named = items.filtered(lambda one: self._names(one.statement_line_id, settlement))
        if not (named or self._open_payouts(settlement)):
            named = items
        if len(named) == 1:
            (named | payout).reconcile()
        return len(named) == 1

    def _is_near(self, day, settlement, days=BANK_DAYS):
        return abs((day - settlement._payout_day()).days) <= days

    def _match_bank_lines(self, lines):
        """Look for the payouts that new lines of the bank may be."""
        lines = lines.filtered(lambda line: not line.is_reconciled and line.amount > 0)
        if not lines:
            return
        days = [line.date for line in lines]
        pause = timedelta(days=BANK_DAYS + 1)
        settlements = self.env["integrator.settlement"].search(
            [
                ("company_id", "in", lines.company_id.ids),
                ("payout_state", "=", "open"),
                "|",
                "&",
                ("deposit_at", ">=", min(days) - pause),
                ("deposit_at", "<=", max(days) + pause),
                ("deposit_at", "=", False),
            ]
        )
        self._match_payouts(settlements)

    def _is_payout(self, line, settlement):
        """Return whether a line of the bank has the amount of a payout, in its currency."""
        paid = (line.foreign_currency_id and line.amount_currency) or line.amount
        currency = line.foreign_currency_id or line.currency_id
        return currency == settlement.currency_id and not currency.compare_amounts(
            paid, settlement.payout_line_id.amount_residual_currency
        )

    def _open_payouts(self, settlement):
        """Other settlements whose payout may be the same line of the bank."""
        day = settlement._payout_day()
        others = self.env["integrator.settlement"].search(
            [
                ("company_id", "=", settlement.company_id.id),
                ("currency_id", "=", settlement.currency_id.id),
                ("payout_state", "=", "open"),
                ("amount_total", "=", settlement.amount_total),
                ("id", "!=", settlement.id),
            ]
        )
        return others.filtered(lambda one: self._is_near(day, one, days=2 * BANK_DAYS))

    def _names(self, line, settlement):
        names = filter(None, (settlement.payout_trace, settlement.remote_id))
        return any(name in (line.payment_ref or "") for name in names)

    def _reconcile_bank(self, line, settlement):
        """Put the open item of the bank's line on the account of the payout, and reconcile both."""
        _liquidity, suspense, other = line._seek_for_lines()
        payout = settlement.payout_line_id
        if other or len(suspense) != 1:
            return
        suspense.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.update(
                        suspense.id,
                        {"account_id": payout.account_id.id, "name": payout.name},
                    )
                ]
            }
        )
        (suspense | payout).reconcile()

    # === CREDIT NOTES OF REFUNDS === #

    def _credit_note_of(self, item):
        """The credit note for a refund that the site has paid. There is one, however often it is
        asked for.

        :param item: `account.move.line` of a refund
        :return: draft or known `account.move`
        :raise UserError: when there is no invoice that it could be about, or the money is credited
            already
        """
        known = self.env["account.move"].search(
            [("integrator_refund_item_id", "=", item.id), ("state", "!=", "cancel")], limit=1
        )
        if known:
            return known
        site = item.move_id.integrator_settlement_id.site_id
        order = self.env["integrator.order"].search(
            [("site_id", "=", site.id), ("remote_order_id", "=", item.integrator_order_ref)]
        )
        invoice = order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )[:1]
        if not (item.integrator_is_refund and invoice):
            raise UserError(
                self.env._(
                    "Order %s has no posted invoice in Odoo, so there is nothing to credit. Make "
                    "the invoice first.",
                    item.integrator_order_ref or "–",
                )
            )
        self._check_not_credited(item, order)
        values = self._integrator_prepare_note(item, order, invoice)
        with create_once(self.env):
            note = self.env["account.move"].create(values)
        self._note_as_paid(note, order, item)
        return note

    def _check_not_credited(self, item, order):
        """Credit notes of an order are never more than its refunds: one of our own, which Odoo may
        have reconciled with an invoice already, is the note of the refund that it led to.

        :raise UserError: when one more would be too much
        """
        currency = item.currency_id
        invoices = order.sale_order_id.invoice_ids
        notes = (invoices | invoices.reversal_move_ids).filtered(
            lambda move: move.move_type == "out_refund"
            and move.state != "cancel"
            and move.currency_id == currency
        )
        refunds = self.env["account.move.line"].search(
            [
                ("integrator_order_ref", "=", item.integrator_order_ref),
                ("integrator_is_refund", "=", True),
                ("move_id.integrator_settlement_id.site_id", "=", order.site_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("currency_id", "=", currency.id),
            ]
        )
        refunded = sum(refunds.mapped("amount_currency"))
        credited = sum(notes.mapped("amount_total"))
        if notes and currency.compare_amounts(credited + item.amount_currency, refunded) > 0:
            raise UserError(
                self.env._(
                    "The channel has refunded %(refunded)s of order %(order)s, and %(credited)s is "
                    "credited already by %(notes)s. One more credit note would be too much: "
                    "reconcile the refund with these, or with the invoice that they should close.",
                    refunded=currency.format(refunded),
                    credited=currency.format(credited),
                    order=item.integrator_order_ref,
                    notes=", ".join(note.name or note.display_name for note in notes),
                )
            )

    def _integrator_prepare_note(self, item, order, invoice):
        settlement = item.move_id.integrator_settlement_id
        return {
            "move_type": "out_refund",
            "partner_id": invoice.partner_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": item.currency_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": item.date,
            "reversed_entry_id": invoice.id,
            "ref": self.env._("Refunded in settlement %s", settlement.remote_id),
            "integrator_refund_item_id": item.id,
            "invoice_line_ids": [
                Command.create(values) for values in self._prepare_note_lines(item, order, invoice)
            ],
        }

    def _prepare_note_lines(self, item, order, invoice):
        """One line for each item that money went back for, with the tax of its invoice line."""
        rows = self.env["integrator.settlement.line"].search([("move_line_id", "=", item.id)])
        places = item.currency_id.decimal_places
        amounts = defaultdict(Decimal)
        for row in rows:
            amounts[row.order_item_ref or "", row.sku or ""] -= Decimal(
                float_repr(row.amount, places)
            )
        for (item_ref, sku), amount in amounts.items():
            if amount:
                source = self._invoice_line(order, invoice, item_ref, sku)
                yield self._prepare_note_line(source, amount, item.currency_id)

    def _prepare_note_line(self, source, amount, currency):
        """
        :param source: the invoice line
        :param Decimal amount: what went back, with tax
        """
        tax = source.tax_ids
        net = amount
        if tax:
            found = tax.with_context(force_price_include=True).compute_all(
                float(amount), currency=currency, is_refund=True
            )
            net = Decimal(float_repr(found["total_excluded"], currency.decimal_places))
        price = float(amount if tax[:1].price_include else net)
        values = {
            "product_id": source.product_id.id,
            "name": source.name,
            "account_id": source.account_id.id,
            "tax_ids": [Command.set(tax.ids)],
            "analytic_distribution": source.analytic_distribution,
            "quantity": 1,
            "price_unit": price,
        }
        if len(tax) == 1 and net != amount:
            line = {"price_unit": price, "quantity": 1, "currency": currency}
            values["extra_tax_data"] = site_tax(tax, net, amount - net, line)
        return values

    def _invoice_line(self, order, invoice, item_ref, sku):
        """The line of an invoice by which an item was sold."""
        lines = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        remote = order.line_ids.filtered(
            lambda line: (item_ref and line.remote_line_id == item_ref)
        ) or order.line_ids.filtered(lambda line: sku and line.sku == sku)
        sold = lines.filtered(lambda line: line.sale_line_ids & remote[:1]._sale_line())
        by_sku = lines.filtered(lambda line: sku and line.product_id.default_code == sku)
        return (sold or by_sku or lines)[:1]

    def _note_as_paid(self, note, order, item):
        """Note that the buyer has this money, so that the channel is not asked to refund it
        again."""
        refunds = self.env["integrator.refund.line"]
        try:
            parts = note._integrator_refund_parts(order)
        except RejectedError as error:
            raise UserError(error.message) from error
        settlement = item.move_id.integrator_settlement_id
        refunds.create(
            [
                {
                    "move_id": note.id,
                    "site_id": order.site_id.id,
                    "company_id": note.company_id.id,
                    "order_line_id": line.id,
                    "remote_order_id": order.remote_order_id,
                    "remote_line_id": line.remote_line_id,
                    "sku": line.sku,
                    "currency_id": note.currency_id.id,
                    "kind": kind,
                    "net": float(net),
                    "tax": float(tax),
                    "state": "success",
                    "sent_at": fields.Datetime.to_datetime(item.date),
                    "message": self.env._("Paid in settlement %s", settlement.remote_id),
                }
                for (line, kind), (net, tax) in parts.items()
            ]
        )
