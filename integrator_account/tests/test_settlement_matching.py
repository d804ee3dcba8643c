# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementMatching(SettlementCase):
    """Money finds its invoice, refunds their credit notes, and payouts the bank."""

    def order_money(self, order_ref, **values):
        """The site's rows for an order of 24.90."""
        return self.order_rows(order_ref, principal="24.90", commission="-3.74", **values)

    def refund_money(self, order_ref, amount="-24.90", **values):
        about = {"order_ref": order_ref, "order_item_ref": f"{order_ref}-1", "sku": "SKU-1"}
        about |= {"adjustment_ref": "A-1", "quantity": 2, **values}
        return self.row("Refund/Price/Principal", amount, **about)

    def listed(self, xmlid):
        """Orders that a list of the menu shows, as an accountant."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"integrator_account.{xmlid}")
        items = self.env["account.move.line"].with_user(self.accountant)
        return items.search(safe_eval(action["domain"]))

    # === INVOICES === #

    def test_invoice_that_is_there_is_paid(self):
        """The money of an order closes its invoice."""
        invoice = self.invoice(self.site_order("R-1"))
        self.assertEqual(invoice.amount_residual, 24.90)
        self.post(self.take(self.settlement_file(*self.order_money("R-1"))))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertFalse(self.listed("integrator_money_without_invoice_action"))

    def test_invoice_that_comes_later_closes_by_itself(self):
        """Money without an invoice is listed, and finds the invoice when it is posted (001-28)."""
        order = self.site_order("R-1")
        self.post(self.take(self.settlement_file(*self.order_money("R-1"))))
        listed = self.listed("integrator_money_without_invoice_action")
        self.assertEqual(listed.mapped("integrator_order_ref"), ["R-1"])
        self.assertEqual(listed.amount_residual, -24.90)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.listed("integrator_money_without_invoice_action"))

    def test_order_that_comes_later(self):
        """Money of an order that Odoo does not have yet stands with the buyers of the site."""
        settlement = self.take(self.settlement_file(*self.order_money("R-1")))
        items = self.post(settlement).line_ids
        item = items.filtered("integrator_order_ref")
        self.assertEqual(item.partner_id, self.buyers)
        invoice = self.invoice(self.site_order("R-1"))
        self.assertEqual(invoice.amount_residual, 0)

    def test_less_money_leaves_the_rest_open(self):
        """The unpaid amount stays open on the invoice, to the cent."""
        invoice = self.invoice(self.site_order("R-1"))
        rows = self.order_rows("R-1", principal="20.00", commission="-3.00")
        self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(invoice.amount_residual, 4.90)

    def test_invoices_without_money(self):
        """An invoice that no settlement has paid is listed after the days of the site."""
        invoice = self.invoice(self.site_order("R-1"), day=fields.Date.today())
        moves = self.env["account.move"].with_user(self.accountant)
        domain = moves.action_integrator_unpaid()["domain"]
        self.assertNotIn(invoice, moves.search(domain))
        with self.later(days=31):
            domain = moves.action_integrator_unpaid()["domain"]
        self.assertIn(invoice, moves.search(domain))
        # more is taken back than came
        back = self.row("Order/Price/Principal", "-44.90", order_ref="R-1")
        self.post(self.take(self.settlement_file(*self.order_rows("R-1"), back)))
        self.assertEqual(invoice.amount_residual, 24.90)

    def test_money_stands_where_the_invoice_does(self):
        """The buyer of the order and his account were changed after the invoice (001-28)."""
        order = self.site_order("R-1")
        invoice = self.invoice(order)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        other = {"code": "SET119", "name": "Other", "account_type": "asset_receivable"}
        invoice.partner_id.property_account_receivable_id = self.env["account.account"].create(
            other
        )
        order.partner_invoice_id = self.partner
        note = self.note_of(invoice, 4.0)
        note.action_post()
        self.assertNotEqual(note.line_ids.account_id & receivable.account_id, receivable.account_id)
        # a person begins another one
        self.note_of(invoice, 0).invoice_line_ids.unlink()
        rows = [*self.order_rows("R-1", principal="28.90"), self.refund_money("R-1", "-4.00")]
        moves = self.post(self.take(self.settlement_file(*rows)))
        money = moves.line_ids.filtered("integrator_order_ref")
        refund = money.filtered("integrator_is_refund")
        # its credit note stands elsewhere: a person decides
        self.assertEqual((refund.amount_residual, note.amount_residual), (4.0, 4.0))
        self.assertEqual(
            (money.partner_id, money.account_id), (invoice.partner_id, receivable.account_id)
        )
        self.assertEqual(invoice.amount_residual, 0)

    def test_money_that_comes_twice(self):
        """The older one pays the invoice; the other stays listed, for a person (001-28)."""
        invoice = self.invoice(self.site_order("R-1"))
        later = {"start": "2026-09-15 00:00:00", "end": "2026-09-29 00:00:00"}
        later |= {"deposit_at": "2026-10-01 00:00:00", "remote_id": "1002"}
        settlements = self.take(
            self.settlement_file(*self.order_money("R-1")),
            self.settlement_file(*self.order_money("R-1"), **later),
        )
        invoice.button_draft()
        self.post(settlements)
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        listed = self.listed("integrator_money_without_invoice_action")
        self.assertEqual(listed.integrator_settlement_id, settlements[1])
        self.assertEqual(listed.amount_residual, -24.90)

    def part(self, order, **wanted):
        """A draft invoice of a part of an order.

        :param wanted: pieces of `goods`, and of the `rest`
        """
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-09-10"
        for line in invoice.invoice_line_ids:
            line.quantity = wanted.get("goods" if line.product_id == self.product else "rest", 0)
        invoice.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        return invoice

    def test_money_goes_to_the_invoice_of_its_amount(self):
        """001-28: where an order has several, each is paid once."""
        self.product.invoice_policy = "order"
        order = self.site_order("R-1")
        first, second = self.part(order, goods=1), self.part(order, goods=1)
        shipping = self.part(order, rest=1)
        # the one that is due first would be paid first
        first.write({"invoice_payment_term_id": False, "invoice_date_due": "2026-09-10"})
        shipping.write({"invoice_payment_term_id": False, "invoice_date_due": "2026-10-10"})
        (first | shipping).action_post()
        files = [
            self.settlement_file(
                *self.order_rows("R-1", principal=principal),
                remote_id=f"100{number}",
                start=f"2026-09-0{number} 00:00:00",
                end=f"2026-09-0{number + 1} 00:00:00",
            )
            for number, principal in enumerate(("4.90", "10.00", "10.00"), 1)
        ]
        self.post(self.take(files[0]))
        self.assertEqual((first.amount_residual, shipping.amount_residual), (10, 0))
        first.button_draft()
        self.post(self.take(*files[1:])[1:])
        (first | second).action_post()
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 0))

    def test_concurrent_entries_are_matched_by_the_next_run(self):
        """The invoice and the line of the bank may be posted in the moment in which the settlement
        is: neither sees the other (001-28)."""
        invoice = self.invoice(self.site_order("R-1"))
        settlement = self.take(self.settlement_file(*self.order_money("R-1")))
        moves = self.post(settlement)
        line = self.bank_line(21.16)
        self.assertEqual(settlement.payout_state, "received")
        moves.line_ids.remove_move_reconcile()
        self.assertEqual((invoice.amount_residual, settlement.payout_state), (24.90, "open"))
        self.take()
        self.assertEqual((invoice.amount_residual, settlement.payout_state), (0, "received"))
        self.assertEqual(settlement._bank_lines(), line)

    # === REFUNDS === #

    def note_of(self, invoice, amount):
        """A draft credit note that names the invoice only."""
        line = {"name": "Goodwill", "price_unit": amount, "tax_ids": False}
        return self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "invoice_date": "2026-09-12",
                "reversed_entry_id": invoice.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )

    def test_refund_closes_its_credit_note(self):
        """A credit note that is there is paid by the refund of the site."""
        order = self.site_order("R-1")
        note = self.refund(order)
        invoice = note.reversed_entry_id
        rows = [*self.order_money("R-1"), self.refund_money("R-1"), *self.order_rows("R-9")]
        self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(note.amount_residual, 0)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.listed("integrator_refund_without_note_action"))

    def test_a_credit_note_of_one_s_own(self):
        """It names the invoice only, which is paid already: the refund that comes later closes it
        (001-28)."""
        invoice = self.invoice(self.site_order("R-1"))
        self.post(self.take(self.settlement_file(*self.order_money("R-1"))))
        self.assertEqual(invoice.amount_residual, 0)
        note = self.note_of(invoice, 10.0)
        euros = self.env.ref("base.EUR")
        euros.active = True
        older = note.copy({"invoice_date": "2026-09-11"})
        older.invoice_line_ids.price_unit = 4.0
        foreign = note.copy({"currency_id": euros.id, "invoice_date": "2026-09-12"})
        (older | foreign).reversed_entry_id = invoice
        notes = note | older | foreign
        notes.action_post()
        self.assertEqual(notes.mapped("amount_residual"), [10.0, 4.0, 10.0])
        later = {"start": "2026-09-15 00:00:00", "end": "2026-09-29 00:00:00"}
        rows = [self.refund_money("R-1", "-10.00"), *self.order_rows("R-9")]
        self.post(self.take(self.settlement_file(*rows, remote_id="1002", **later))[1])
        # as many euros are another sum
        self.assertEqual(notes.mapped("amount_residual"), [0, 4.0, 10.0])

    def test_credit_note_is_proposed_once(self):
        """A refund without a credit note is listed; the note has the amount of the item, closes
        when it is posted, and no refund is sent to the site once more (001-28)."""
        invoice = self.invoice(self.site_order("R-1"))
        rows = [*self.order_money("R-1"), self.refund_money("R-1", "-10.00")]
        moves = self.post(self.take(self.settlement_file(*rows)))
        item = self.listed("integrator_refund_without_note_action")
        self.assertEqual(item.amount_residual, 10.0)
        with self.assertRaises(UserError):
            (moves.line_ids.filtered("integrator_order_ref") - item).action_integrator_credit_note()
        action = item.action_integrator_credit_note()
        note = self.env["account.move"].search(action["domain"])
        self.assertEqual(item.action_integrator_credit_note()["domain"], action["domain"])
        self.assertEqual(
            (note.state, note.amount_total, note.reversed_entry_id), ("draft", 10.0, invoice)
        )
        self.assertEqual(note.invoice_line_ids.product_id, self.product)
        note.action_post()
        self.assertEqual(note.amount_residual, 0)
        self.assertFalse(self.listed("integrator_refund_without_note_action"))
        remote = self.env["integrator.order"].search([("remote_order_id", "=", "R-1")])
        self.assertFalse(note._integrator_refund_is_due(remote))

    def test_a_refund_that_is_credited_has_no_second_credit_note(self):
        """Our own note has reduced the invoice already, and a second invoice took the money that
        was left: another note would give the buyer the money twice."""
        order = self.site_order("R-1")
        invoice = self.invoice(order)
        note = self.note_of(invoice, 10.0)
        note.action_post()
        items = (invoice | note).line_ids
        items.filtered(lambda item: item.account_type == "asset_receivable").reconcile()
        again = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "invoice_date": "2026-09-12",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Once more",
                            "price_unit": 10.0,
                            "tax_ids": False,
                            "sale_line_ids": order.order_line[:1].ids,
                        }
                    )
                ],
            }
        )
        again.action_post()
        rows = [*self.order_money("R-1"), self.refund_money("R-1", "-10.00")]
        self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual((invoice | again).mapped("amount_residual"), [0, 0])
        item = self.listed("integrator_refund_without_note_action")
        self.assertEqual(item.amount_residual, 10.0)
        with self.assertRaisesRegex(UserError, f"credited already by {note.name}"):
            item.action_integrator_credit_note()
        note.button_draft()
        note.button_cancel()
        self.assertTrue(item.action_integrator_credit_note())

    @mute_logger("odoo.sql_db")
    def test_a_refund_has_one_credit_note(self):
        """The database refuses a second one at the same moment (001-28)."""
        self.invoice(self.site_order("R-1"))
        rows = [*self.order_money("R-1"), self.refund_money("R-1", "-10.00")]
        self.post(self.take(self.settlement_file(*rows)))
        item = self.listed("integrator_refund_without_note_action")
        item.action_integrator_credit_note()
        note = self.env["account.move"].search([("integrator_refund_item_id", "=", item.id)])
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            note.copy({"integrator_refund_item_id": item.id})
        note.button_cancel()
        item.action_integrator_credit_note()
        notes = self.env["account.move"].search([("integrator_refund_item_id", "=", item.id)])
        self.assertEqual(sorted(notes.mapped("state")), ["cancel", "draft"])

    def test_credit_note_with_tax_to_the_cent(self):
        """The tax of the invoice line is in the credit note, and its total is the refund's. It is
        the line of the item, whatever its product is called now; else that of the product."""
        order = self.site_order("R-1")
        tax = self.env["account.tax"].create({"name": "19 in", "amount": 19})
        included = tax.copy(
            {"name": "20 in", "amount": 20, "price_include_override": "tax_included"}
        )
        line, shipping = order.order_line
        line.tax_ids = tax
        shipping.sequence = line.sequence - 1
        order.invalidate_recordset(["order_line"])
        shipping.tax_ids = included
        line.product_id.default_code = "RENAMED"
        shipping.product_id.default_code = "SKU-1"
        self.invoice(order)
        rows = [
            *self.order_rows("R-1"),
            self.refund_money("R-1", "-9.99"),
            self.refund_money("R-1", "-1.19", order_item_ref="", sku="RENAMED"),
            self.refund_money("R-1", "-2.40", order_item_ref="", sku="UNKNOWN"),
        ]
        self.post(self.take(self.settlement_file(*rows)))
        item = self.listed("integrator_refund_without_note_action")
        item.action_integrator_credit_note()
        note = self.env["account.move"].search([("integrator_refund_item_id", "=", item.id)])
        self.assertEqual((note.amount_total, note.amount_tax), (13.58, 2.19))
        self.assertEqual(
            [
                (one.product_id == self.product, one.price_unit, one.price_total)
                for one in note.invoice_line_ids
            ],
            [(True, 8.39, 9.99), (True, 1.0, 1.19), (False, 2.40, 2.40)],
        )

    def test_credit_note_needs_an_invoice(self):
        """Without an invoice there is nothing to credit, and that is said."""
        self.site_order("R-1")
        rows = [*self.order_money("R-1"), self.refund_money("R-1", "-10.00")]
        self.post(self.take(self.settlement_file(*rows)))
        item = self.listed("integrator_refund_without_note_action")
        with self.assertRaisesRegex(UserError, "no posted invoice"):
            item.action_integrator_credit_note()

    # === THE BANK === #

    def bank_line(self, amount, date="2026-09-18", text="Payout", **values):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "amount": amount,
                "date": date,
                "payment_ref": text,
                **values,
            }
        )

    def test_bank_line_matches_by_itself(self):
        """A line of the bank with the amount of a payout, within five days, closes it."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.assertEqual(settlement.payout_state, "open")
        # two days before the site said
        line = self.bank_line(17.00, date="2026-09-15")
        self.assertEqual(settlement.payout_state, "received")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement._bank_lines(), line)

    def test_other_lines_do_not_match(self):
        """Another amount, another day, or two alike without a name are for a person."""
        for day in ("2026-09-11", "2026-09-12", "2026-09-18"):
            self.bank_line(17.00, date=day)
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.bank_line(17.01)
        self.bank_line(17.00, date="2026-09-23")
        self.assertEqual(settlement.payout_state, "open")

    def test_bank_line_that_was_there(self):
        """A line that came before the settlement is found when it is posted."""
        line = self.bank_line(17.00, date="2026-09-12")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.assertTrue(line.is_reconciled)

    def test_reference_decides_between_two(self):
        """Of two lines alike, the one with the bank's reference of the payout is meant."""
        self.remote.trace = "TRACE-7"
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(settlement.payout_trace, "TRACE-7")
        other = self.bank_line(17.00, text="Somebody")
        mine = self.bank_line(17.00, text="REF TRACE-7 X")
        self.post(settlement)
        self.assertEqual(settlement._bank_lines(), mine)
        self.assertFalse(other.is_reconciled)

    def test_payout_of_another_currency(self):
        """The line names both amounts; the one in the settlement's currency counts (001-28)."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2026-09-01", "rate": 0.5})]
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), currency="EUR"))
        self.post(settlement)
        other = self.bank_line(17.00, foreign_currency_id=euro.id, amount_currency=8.50)
        other |= self.bank_line(17.00)
        self.assertEqual(settlement.payout_state, "open")
        self.assertFalse(any(other.mapped("is_reconciled")))
        line = self.bank_line(33.00, foreign_currency_id=euro.id, amount_currency=17.00)
        self.assertEqual(settlement.payout_state, "received")
        self.assertEqual(settlement._bank_lines(), line)

    def test_a_line_between_two_payouts(self):
        """A week lies between them; it may be either, so a person decides (001-28), also where one
        has no day. A payout of another amount is none of them."""
        about = {"remote_id": "1002", "account_ref": "b", "deposit_at": "2026-09-24 00:00:00"}
        third = self.order_rows("R-3", principal="21.00")
        settlements = self.take(
            self.settlement_file(*self.order_rows("R-1"), account_ref="a"),
            self.settlement_file(*self.order_rows("R-2"), **about),
            self.settlement_file(*third, remote_id="1003", account_ref="c"),
        )
        self.post(settlements)
        self.bank_line(17.00, date="2026-09-21")
        self.assertEqual(settlements.mapped("payout_state"), ["open", "open", "open"])
        settlements[1].deposit_at = False
        self.bank_line(18.00)
        self.assertEqual(settlements.mapped("payout_state"), ["open", "open", "received"])
        # one that names its settlement leaves the other line to the other
        named = self.bank_line(17.00, text="SETTLEMENT 1002")
        self.assertEqual(settlements[1]._bank_lines(), named)
        self.assertEqual(settlements[0].payout_state, "received")

    def test_a_payout_without_a_day(self):
        """Then the end of the period counts (001-28)."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        settlement.deposit_at = False
        self.post(settlement)
        self.assertEqual(str(settlement.payout_line_id.date_maturity), "2026-09-15")
        self.bank_line(17.00, date="2026-09-19")
        self.assertEqual(settlement.payout_state, "received")

    def test_manual_entries_on_the_account_of_payouts(self):
        """Another amount or currency, a line of another month, what is left of one whose other
        part is something else, or an entry of no bank, is no payout (001-28)."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        for amount, day in ((16.00, "2026-09-18"), (17.00, "2026-10-18")):
            line = self.bank_line(amount, date=day)
            _liquidity, suspense, _other = line._seek_for_lines()
            suspense.with_context(skip_readonly_check=True).account_id = self.accounts["payout"]
        foreign = self.bank_line(34.00, foreign_currency_id=euro.id, amount_currency=17.00)
        _liquidity, suspense, _other = foreign._seek_for_lines()
        suspense.with_context(skip_readonly_check=True).account_id = self.accounts["payout"]
        line = self.bank_line(17.00)
        _liquidity, suspense, _other = line._seek_for_lines()
        part = {"account_id": self.accounts["commission"].id, "balance": -5.0}
        line.move_id.with_context(skip_readonly_check=True).line_ids = [
            Command.update(suspense.id, {"balance": -12.0}),
            Command.create(part),
        ]
        pairs = (("payout", -17.0), ("commission", 17.0))
        entry = self.env["account.move"].create(
            {
                "date": "2026-09-18",
                "line_ids": [
                    Command.create({"account_id": self.accounts[key].id, "balance": balance})
                    for key, balance in pairs
                ],
            }
        )
        entry.action_post()
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.assertEqual(settlement.payout_state, "open")
        self.assertEqual(settlement.payout_line_id.amount_residual, 17.0)

    # === LATER === #

    def test_deferred_money(self):
        """Later payouts are listed with their day, as of the last fetch."""
        self.remote.deferred = [
            {
                "remote_id": "T1",
                "order_ref": "R-1",
                "amount": "12.50",
                "currency": "USD",
                "posted_at": False,
                "release_at": "2026-12-01 00:00:00",
                "reason": "DD7",
            }
        ]
        self.take()
        deferred = self.env["integrator.settlement.deferred"].with_user(self.accountant).search([])
        self.assertEqual((deferred.amount, deferred.reason), (12.5, "DD7"))
        self.assertEqual(str(deferred.release_at), "2026-12-01 00:00:00")
        self.remote.deferred = []
        self.take()
        self.assertFalse(deferred.exists())
