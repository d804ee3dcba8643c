# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .settlement_case import SettlementCase

LATER = {"start": "2026-09-15 00:00:00", "end": "2026-09-29 00:00:00"}
LATER |= {"deposit_at": "2026-10-01 00:00:00"}


@tagged("post_install", "-at_install")
class TestSettlementStrange(SettlementCase):
    """Unusual settlements lose nothing and book nothing twice, and a person reads the reason
    (001-27, 001-28)."""

    def posted(self, *rows, **values):
        settlement = self.take(self.settlement_file(*rows, **values))
        self.post(settlement)
        return settlement

    def bank_line(self, amount, text, **values):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        values = {"journal_id": journal.id, "date": "2026-09-18", **values}
        return self.env["account.bank.statement.line"].create(
            {"amount": amount, "payment_ref": text, **values}
        )

    def answer(self, settlement, key):
        action = self.as_accountant(settlement).action_answer()
        wizards = self.env[action["res_model"]].with_user(self.accountant)
        wizard = wizards.create({"settlement_id": settlement.id})
        wizard.line_ids.group_id = self.site._settlement_group(key)
        wizard.action_answer()

    # === RULES THAT CHANGE === #

    def test_rows_that_are_always_asked_are_answered(self):
        """001-27: the answer changes the rule that says “ask”, and the rows follow it."""
        settlement = self.take(self.settlement_file(self.row("Other/Odd/Odd", "5.00")))
        self.assertEqual(settlement.hold_code, "rule")
        self.answer(settlement, "storage")
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)
        self.assertIn(("storage", -5.0), self.booked(self.post(settlement)))

    def test_a_rule_that_leads_elsewhere_after_posting(self):
        """001-28: what is posted stays; posted again, the rows are what the rule says now."""
        settlement = self.posted(*self.order_rows("R-1"))
        entry = settlement.move_ids
        rule = settlement.line_ids[1].rule_id
        rule.with_user(self.accountant).group_id = self.site._settlement_group("advertising")
        self.as_accountant(settlement).action_check()
        self.assertEqual((settlement.state, settlement.move_ids), ("posted", entry))
        self.assertIn(("commission", 3.0), self.booked(entry))
        self.as_accountant(settlement).action_repost()
        self.assertIn(("advertising", 3.0), self.booked(settlement.move_ids))

    def test_a_rule_that_is_gone_after_posting(self):
        """001-28: what cannot be posted again is not reversed either, and the reason is read."""
        settlement = self.posted(*self.order_rows("R-1"))
        entry = settlement.move_ids
        settlement.line_ids[1].rule_id.with_user(self.accountant).unlink()
        with (
            self.assertRaisesRegex(UserError, "Nothing was reversed.*Commission"),
            self.env.cr.savepoint(),
        ):
            self.as_accountant(settlement).action_repost()
        self.env.invalidate_all()
        self.assertEqual((settlement.state, settlement.move_ids), ("posted", entry))
        self.assertFalse(entry.reversal_move_ids)

    def test_a_locked_period_is_not_reversed_by_halves(self):
        """001-28: the period was closed after posting."""
        settlement = self.posted(*self.order_rows("R-1"))
        entry = settlement.move_ids
        self.company.fiscalyear_lock_date = "2026-09-30"
        with self.assertRaisesRegex(UserError, "locked"), self.env.cr.savepoint():
            self.as_accountant(settlement).action_repost()
        self.env.invalidate_all()
        self.assertEqual((settlement.state, settlement.move_ids), ("posted", entry))
        self.site.settlement_locked = "next"
        self.as_accountant(settlement).action_repost()
        self.assertEqual(settlement.state, "posted")
        new = settlement.move_ids - entry
        self.assertEqual(len(new), 2)
        self.assertTrue(all(str(day) > "2026-09-30" for day in new.mapped("date")))

    # === FILES THAT COME AGAIN === #

    def test_a_decided_question_is_not_asked_again(self):
        """001-27: the site gives the declined bytes once more, and those that were replaced."""
        first = self.settlement_file(*self.order_rows("R-1"))
        other = self.settlement_file(*self.order_rows("R-1", principal="21.00"))
        settlement = self.take(first, other)
        self.as_accountant(settlement).action_keep_this_file()
        self.take(other)
        self.assertFalse(settlement.has_other_file)
        self.assertFalse(self.alerts(code="settlement_changed"))
        third = self.settlement_file(*self.order_rows("R-1", principal="22.00"))
        self.take(third)
        self.as_accountant(settlement).action_take_other_file()
        self.assertEqual(settlement.amount_total, 19.0)
        self.take(first)
        self.assertFalse(settlement.has_other_file)

    def test_the_same_other_bytes_twice_are_one_question(self):
        """001-27: one answer closes both alerts."""
        other = self.settlement_file(*self.order_rows("R-1", principal="21.00"))
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")), other, other)
        self.as_accountant(settlement).action_keep_this_file()
        self.run_stages("settle")
        waiting = self.env["integrator.document"].search(
            [("kind", "=", "settlement"), ("stage", "=", "settle")]
        )
        self.assertFalse(waiting)
        self.assertFalse(self.alerts(code="settlement_changed"))

    def test_a_large_file_that_cannot_be_read_is_refused_at_once(self):
        """001-27: also where it would be read in the background."""
        attachment = self.env["ir.attachment"].with_user(self.accountant)
        attachment = attachment.create({"name": "large.txt", "raw": b"x" * 1_000_001})
        wizard = self.env["integrator.settlement.upload"].with_user(self.accountant)
        wizard = wizard.create({"site_id": self.site.id, "attachment_ids": attachment.ids})
        with self.assertRaisesRegex(UserError, "large.txt: This is no settlement"):
            wizard.action_upload()

    def test_dropped_files_go_the_way_of_uploaded_ones(self):
        """001-27: at once where there is one channel; otherwise a person chooses it."""
        attachments = (
            self.env["ir.attachment"]
            .with_user(self.accountant)
            .create(
                [
                    {"name": f"{number}.txt", "raw": content}
                    for number, content in enumerate(
                        (
                            self.settlement_file(*self.order_rows("R-1")),
                            self.settlement_file(*self.order_rows("R-2"), remote_id="2", **LATER),
                        )
                    )
                ]
            )
        )
        settlements = self.env["integrator.settlement"].with_user(self.accountant)
        others = self.env["integrator.site"].search([("id", "!=", self.site.id)])
        others.active = False
        action = settlements.create_document_from_attachment(attachments.ids)
        self.assertEqual(len(settlements.search(action["domain"])), 2)
        self._make_site("Second")
        action = settlements.create_document_from_attachment(attachments.ids)
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((wizard.site_id, wizard.attachment_ids), (self.site, attachments))
        self.assertEqual(len(self.settlements()), 2)

    # === THE CHAIN === #

    def test_a_period_without_a_sale_names_no_account(self):
        """001-27: it stands in the chain of the account that ends where it begins."""
        quiet = [self.row("Other/Balance/Debt", "-9.00")]
        owed = [*self.order_rows("R-1"), self.row("Service/Storage/Month", "-26.00")]
        third = {"start": "2026-09-29 00:00:00", "end": "2026-10-13 00:00:00"}
        settlements = self.take(
            self.settlement_file(*owed, account_ref="market"),
            self.settlement_file(*quiet, remote_id="1002", account_ref="", **LATER),
            self.settlement_file(
                self.row("Other/Balance/Debt", "-9.00"),
                *self.order_rows("R-3"),
                remote_id="1003",
                account_ref="market",
                **third,
            ),
        )
        self.assertEqual(
            settlements.mapped("state"), ["ready"] * 3, settlements.mapped("hold_reason")
        )

    def test_two_chains_that_end_together(self):
        """001-27: the period before is that of the same account, whichever came in last."""
        held = self.row("Other/Balance/Reserve", "-5.00")
        back = self.row("Other/Balance/Reserve", "5.00")
        settlements = self.take(
            self.settlement_file(*self.order_rows("R-1"), held, account_ref="market"),
            self.settlement_file(*self.order_rows("R-2"), remote_id="1002", account_ref=""),
            self.settlement_file(
                *self.order_rows("R-3"), back, remote_id="1003", account_ref="market", **LATER
            ),
        )
        self.assertEqual(settlements[2].state, "ready", settlements[2].hold_reason)

    # === MONEY OF OTHER CURRENCIES === #

    def test_a_currency_without_a_rate_holds(self):
        """001-28: Odoo would take a yen for a dollar; the day of the rate is named."""
        currency = self.env.ref("base.JPY")
        currency.active = True
        currency.rate_ids.unlink()
        self.usd.rate_ids.unlink()
        rows = self.order_rows("R-1", principal="2000", commission="-300")
        settlement = self.take(self.settlement_file(*rows, currency="JPY"))
        self.assertEqual((settlement.state, settlement.hold_code), ("held", "rate"))
        self.assertIn("JPY", settlement.hold_reason)
        self.assertIn("09/15/2026", settlement.hold_reason)
        currency.rate_ids = [Command.create({"name": "2026-09-01", "rate": 160.0})]
        payout = self.post(settlement).line_ids.filtered(lambda one: one.amount_currency == 1700)
        self.assertEqual(payout.balance, 10.62)
        self.assertAlmostEqual(settlement.rate, 1 / 160)

    def test_a_credit_note_in_another_currency(self):
        """001-28: it was made in the currency of the company; the refund closes it at the rate of
        the settlement and nothing is closed that is not about the order."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids = [Command.create({"name": "2026-09-01", "rate": 0.5})]
        order = self.site_order("R-1")
        note = self.refund(order)
        self.assertEqual((note.currency_id, note.amount_total), (self.usd, 24.90))
        about = {"order_ref": "R-1", "adjustment_ref": "A-1"}
        rows = [
            *self.order_rows("R-1", principal="12.45"),
            self.row("Refund/Price/Principal", "-12.45", **about),
            *self.order_rows("R-9"),
        ]
        settlement = self.take(self.settlement_file(*rows, currency="EUR"))
        moves = self.post(settlement)
        self.assertEqual((note.amount_residual, note.reversed_entry_id.amount_residual), (0, 0))
        left = moves.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable" and not one.reconciled
        )
        self.assertEqual(left.mapped("integrator_order_ref"), ["R-9"])

    # === DOCUMENTS THAT GO === #

    def test_an_invoice_that_is_cancelled_after_it_was_paid(self):
        """001-28: the money is open again and listed; the new invoice gets it."""
        invoice = self.invoice(self.site_order("R-1"))
        settlement = self.posted(*self.order_rows("R-1", principal="24.90"))
        item = settlement.move_ids.line_ids.filtered("integrator_order_ref")
        self.assertTrue(item.reconciled)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual((item.reconciled, item.amount_residual), (False, -24.90))
        invoice.button_draft()
        invoice.action_post()
        self.assertTrue(item.reconciled)
        self.assertEqual(invoice.amount_residual, 0)

    def test_an_archived_product_and_channel(self):
        """001-28: the entry, its rows and its way back stay."""
        settlement = self.posted(*self.order_rows("R-1"))
        self.product.active = False
        self.site.active = False
        self.assertEqual(settlement.line_ids[0].product_id, self.product)
        self.as_accountant(settlement).action_repost()
        self.assertEqual(settlement.state, "posted")
        self.assertIn("20.00", self.as_accountant(settlement).summary_html)

    # === WHAT IS GONE === #

    def test_a_product_that_is_gone(self):
        """001-28: archived before its rows come in it counts with its cost; deleted afterwards, the
        rows, the entry and the profit stay."""
        product = self.env["product.product"].create(
            {"name": "Gone", "default_code": "GONE", "standard_price": 4.0, "active": False}
        )
        rows = self.order_rows("R-1", sku="GONE") + self.order_rows("R-2", sku="NEVER")
        settlement = self.take(self.settlement_file(*rows))
        self.assertEqual(settlement.line_ids.mapped("cost"), [8.0, 0.0, 0.0, 0.0])
        product.unlink()
        self.env.invalidate_all()
        self.as_accountant(settlement).action_check()
        self.assertIn(("payout", 34.0), self.booked(self.post(settlement)))
        self.as_accountant(settlement).action_repost()
        self.assertEqual(settlement.line_ids[0].cost, 8.0)
        report = self.env["integrator.profit.report"].with_user(self.accountant)
        profit = report.search([("order_ref", "=", "R-1")])
        # 20.00 less 3.00 of commission and two pieces of 4.00
        self.assertEqual((sum(profit.mapped("profit")), profit.product_id.ids), (9.0, []))

    def test_an_order_that_is_deleted(self):
        """001-28: before posting its money stands with the buyers of the channel; after posting
        nothing of the entry changes, and it can be posted again."""
        first, second = self.site_order("R-1"), self.site_order("R-2")
        settlement = self.take(
            self.settlement_file(*self.order_rows("R-1"), *self.order_rows("R-2"))
        )
        partner = second.partner_invoice_id.commercial_partner_id
        self.delete_order(first)
        self.post(settlement)
        money = settlement.move_ids.line_ids.filtered("integrator_order_ref").sorted("id")
        self.assertEqual(money.mapped("integrator_order_ref"), ["R-1", "R-2"])
        self.assertEqual(money.partner_id, self.buyers | partner)
        self.delete_order(second)
        self.assertEqual(money.mapped("amount_residual"), [-20.0, -20.0])
        self.as_accountant(settlement).action_repost()
        self.assertEqual(settlement.state, "posted")
        money = settlement.move_ids.line_ids.filtered(
            lambda line: line.integrator_order_ref and not line.reconciled
        )
        self.assertEqual(money.partner_id, self.buyers)

    def delete_order(self, order):
        order._action_cancel()
        order.picking_ids.unlink()
        order.unlink()
        self.env.invalidate_all()

    def test_an_order_that_is_cancelled(self):
        """001-28: it has no invoice, and its money went back: both are closed, not listed for ever.
        What did not go back stays listed; so does what went back as euros, what stands on another
        account, and what an invoice needs a credit note for."""
        self.euro_at_par()
        orders = [self.site_order(f"R-{number}") for number in range(1, 6)]
        invoice = self.invoice(orders[3])
        settlement = self.posted(
            *self.order_rows("R-1"),
            *self.order_rows("R-2"),
            *self.order_rows("R-3"),
            *self.order_rows("R-4", principal="44.90"),
            *self.order_rows("R-5"),
            self.refund_row("R-1", "-20.00"),
            self.refund_row("R-2", "-5.00"),
            self.refund_row("R-3", "-20.00"),
            self.refund_row("R-4", "-20.00"),
            self.refund_row("R-5", "-5.00"),
        )
        self.posted(
            *self.order_rows("R-9"),
            self.refund_row("R-2", "-15.00"),
            remote_id="77",
            currency="EUR",
        )
        self.assertEqual(invoice.amount_residual, 0)
        money = settlement.move_ids.line_ids.filtered("integrator_order_ref")
        elsewhere = money.filtered(
            lambda item: item.integrator_order_ref == "R-3" and item.integrator_is_refund
        )
        elsewhere.account_id = elsewhere.account_id.copy({"code": "SET119"})
        self.take()
        self.assertFalse(any(money.mapped("reconciled")), "the order may be invoiced yet")
        for order in orders:
            order._action_cancel()
        self.take()
        closed = money.filtered("reconciled")
        self.assertEqual(sorted(closed.mapped("amount_currency")), [-20.0, 20.0])
        self.assertEqual(set(closed.mapped("integrator_order_ref")), {"R-1"})

    def refund_row(self, order_ref, amount):
        about = {"order_ref": order_ref, "adjustment_ref": f"A-{order_ref}"}
        return self.row("Refund/Price/Principal", amount, **about)

    def euro_at_par(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2026-09-01", "rate": 1.0})]

    def test_an_archived_journal_or_account(self):
        """001-28: what was archived after the set-up is named, and another one is proposed."""
        journal, commission = self.site.settlement_journal_id, self.accounts["commission"]
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        for record, name in (
            (journal, "the journal"),
            (commission, "Sales commission"),
            (self.accounts["payout"], "Payouts and charges"),
        ):
            with self.subTest(name=name):
                record.active = False
                self.as_accountant(settlement).action_post()
                self.assertEqual((settlement.state, settlement.hold_code), ("held", "account"))
                self.assertIn(name, settlement.hold_reason)
                wizard = self.env["integrator.settlement.setup"].with_user(self.accountant)
                wizard = wizard.create({"site_id": self.site.id})
                proposed = wizard.journal_id if record == journal else wizard.line_ids.account_id
                self.assertNotIn(record, proposed)
                record.active = True
        rule = settlement.line_ids[1].rule_id
        rule.account_id = self.accounts["storage"].copy({"code": "SET619", "active": False})
        self.as_accountant(settlement).action_check()
        self.assertIn("Sales commission", settlement.hold_reason)
        rule.account_id = False
        self.post(settlement)

    def test_another_chart_of_accounts(self):
        """001-28: it takes the place of the company's first one; accounts are asked for again."""
        company = self.env["res.company"].create({"name": "Another chart"})
        charts = self.env["account.chart.template"]
        charts.try_loading("generic_coa", company, install_demo=False)
        site = self._make_site("Other", company_id=company.id, warehouse_id=False)
        self.accountant.company_ids |= company
        wizards = self.env["integrator.settlement.setup"].with_user(self.accountant)
        wizard = wizards.with_company(company).create({"site_id": site.id})
        wizard.action_confirm()
        self.assertTrue(site._settlement_group("commission").account_id)
        # as if it had been another one
        company.chart_template = False
        charts.try_loading("generic_coa", company, install_demo=False)
        self.env.invalidate_all()
        self.assertFalse(site._settlement_group("commission").account_id)
        self.assertFalse(site.settlement_journal_id)
        wizard = wizards.with_company(company).create({"site_id": site.id})
        wizard.action_confirm()
        self.assertTrue(site._settlement_group("commission").account_id.exists())

    # === THE BANK === #

    def test_one_line_that_may_be_two_payouts(self):
        """001-28: without a name a person chooses; with one, that settlement is meant."""
        first = self.settlement_file(*self.order_rows("R-1"), account_ref="a")
        second = self.settlement_file(*self.order_rows("R-2"), remote_id="2002", account_ref="b")
        settlements = self.take(first, second)
        self.post(settlements)
        self.bank_line(17.00, "Payout")
        self.assertEqual(settlements.mapped("payout_state"), ["open", "open"])
        first = self.env["account.bank.statement.line"].search([], order="id desc", limit=1)
        line = self.bank_line(17.00, "Payout of 1001")
        # the line that names one leaves the other to the one that is left
        self.assertEqual(settlements.mapped("payout_state"), ["received", "received"])
        self.assertEqual([one._bank_lines() for one in settlements], [line, first])

    def test_a_person_was_quicker_at_the_bank(self):
        """001-28: the line was put on the account of payouts before the settlement came; where it
        may be either of two, nobody guesses."""
        line = self.bank_on_its_way()
        settlement = self.posted(*self.order_rows("R-1"))
        self.assertEqual(settlement.payout_state, "received")
        self.assertEqual(settlement._bank_lines(), line)
        files = [
            self.settlement_file(
                *self.order_rows(f"R-{number}"), remote_id=f"200{number}", account_ref=str(number)
            )
            for number in (2, 3)
        ]
        settlements = self.take(*files) - settlement
        self.post(settlements)
        self.bank_on_its_way()
        self.as_accountant(settlements).action_match_bank()
        self.assertEqual(settlements.mapped("payout_state"), ["open", "open"])

    def bank_on_its_way(self):
        """A line of the bank that a person has put on the account of payouts."""
        line = self.bank_line(17.00, "Payout")
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.with_context(skip_readonly_check=True).account_id = self.accounts["payout"]
        return line

    def test_an_account_that_cannot_be_reconciled(self):
        """001-28: it is named before anything is posted; changed later, it stops no line of the
        bank."""
        payouts = self.accounts["payout"]
        payouts.reconcile = False
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(settlement.hold_code, "account")
        self.assertIn("allows reconciliation, unlike SET130", settlement.hold_reason)
        payouts.reconcile = True
        self.post(settlement)
        payouts.reconcile = False
        line = self.bank_line(17.00, "Payout")
        self.assertFalse(line.is_reconciled)
        self.assertEqual(settlement.payout_state, "open")
        payouts.reconcile = True
        self.as_accountant(settlement).action_match_bank()
        self.assertEqual(settlement._bank_lines(), line)

    def test_a_payout_that_is_reversed_after_the_bank(self):
        """001-28: posted again, the line of the bank is found again."""
        settlement = self.posted(*self.order_rows("R-1"))
        line = self.bank_line(17.00, "Payout")
        self.assertEqual(settlement.payout_state, "received")
        self.as_accountant(settlement).action_repost()
        self.assertEqual((settlement.state, settlement.payout_state), ("posted", "received"))
        self.assertEqual(settlement._bank_lines(), line)
        transit = self.env["account.move.line"].search(
            [("account_id", "=", self.accounts["payout"].id), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(sum(transit.mapped("amount_residual")), 0)
