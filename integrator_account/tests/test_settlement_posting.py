# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementPosting(SettlementCase):
    """A settlement is booked to the right accounts."""

    def second(self, *rows, **values):
        """A settlement that follows the first one without a hole."""
        about = {"remote_id": "1002", "start": "2026-09-15 00:00:00", "end": "2026-09-29 00:00:00"}
        about |= {"deposit_at": "2026-10-01 00:00:00"}
        return self.settlement_file(*rows, **about, **values)

    # === WHAT IS BOOKED === #

    def test_one_entry_to_the_cent(self):
        """Receivables per order, fees by group, and the payout on its way (001-28)."""
        rows = [
            *self.order_rows("R-1"),
            *self.order_rows("R-2", principal="30.00", commission="-4.50"),
            self.row("Service/Storage/Month", "-2.25"),
        ]
        moves = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(len(moves), 1)
        self.assertEqual(
            self.booked(moves),
            [
                ("asset_receivable", -30.0),
                ("asset_receivable", -20.0),
                ("commission", 7.5),
                ("payout", 40.25),
                ("storage", 2.25),
            ],
        )
        self.assertEqual(str(moves.date), "2026-09-15")
        self.assertEqual(moves.state, "posted")

    def test_every_row_names_its_item(self):
        """Each row with an amount stands behind one journal item, and their sums agree (001-28)."""
        rows = [*self.order_rows("R-1"), *self.order_rows("R-2")]
        settlement = self.take(self.settlement_file(*rows))
        moves = self.post(settlement)
        self.assertEqual(len(settlement.line_ids.move_line_id), 3)
        for item in settlement.line_ids.move_line_id:
            rows = settlement.line_ids.filtered(lambda row, item=item: row.move_line_id == item)
            self.assertAlmostEqual(sum(rows.mapped("amount")), -item.amount_currency)
        self.assertEqual(moves.integrator_settlement_id, settlement)

    def test_identical_rows_are_both_booked(self):
        """Two units sold in two rows that are alike are two sales (001-28)."""
        rows = self.order_rows("R-1") + self.order_rows("R-1")
        moves = self.post(self.take(self.settlement_file(*rows)))
        self.assertIn(("asset_receivable", -40.0), self.booked(moves))
        self.assertIn(("payout", 34.0), self.booked(moves))

    def test_tax_that_the_site_pays(self):
        """Tax paid by the buyer is part of his payment; what the site keeps of it has an account
        of its own."""
        rows = [
            *self.order_rows("R-1"),
            self.row("Order/Price/Tax", "1.60", order_ref="R-1"),
            self.row("Order/Withheld/Facilitator", "-1.60", order_ref="R-1"),
        ]
        moves = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(
            self.booked(moves),
            [
                ("asset_receivable", -21.6),
                ("commission", 3.0),
                ("payout", 17.0),
                ("withheld_tax", 1.6),
            ],
        )

    def test_nothing_paid_out(self):
        """A settlement of 0.00 is booked without a payout."""
        rows = [*self.order_rows("R-1"), self.row("Other/Balance/Reserve", "-17.00")]
        settlement = self.take(self.settlement_file(*rows))
        self.assertEqual(
            self.booked(self.post(settlement)),
            [("asset_receivable", -20.0), ("commission", 3.0), ("reserve", 17.0)],
        )
        self.assertEqual(settlement.payout_state, "none")

    def test_reserve_comes_back(self):
        """A reserve is released by the next settlement, and both are reconciled
        (001-28)."""
        first = self.settlement_file(
            *self.order_rows("R-1"), self.row("Other/Balance/Reserve", "-5.00")
        )
        second = self.second(*self.order_rows("R-2"), self.row("Other/Balance/Reserve", "5.00"))
        moves = self.post(self.take(first, second))
        reserve = moves.line_ids.filtered(lambda line: line.account_id == self.accounts["reserve"])
        self.assertEqual(sorted(reserve.mapped("amount_currency")), [-5.0, 5.0])
        self.assertEqual(reserve.mapped("reconciled"), [True, True])

    def test_reserve_that_does_not_come_back_holds(self):
        """Less than was held back is named with both amounts."""
        first = self.settlement_file(
            *self.order_rows("R-1"), self.row("Other/Balance/Reserve", "-5.00")
        )
        second = self.second(*self.order_rows("R-2"), self.row("Other/Balance/Reserve", "4.00"))
        held = self.take(first, second)[1]
        self.assertEqual(held.hold_code, "chain")
        self.assertIn("5.00", held.hold_reason)
        self.assertIn("4.00", held.hold_reason)

    def test_debt_is_charged(self):
        """A negative settlement opens the next one; the charge of the card balances it, and not a
        reserve of the same amount."""
        first = self.settlement_file(self.row("Service/Storage/Month", "-30.00"))
        second = self.second(
            self.row("Other/Balance/Reserve", "-30.00"),
            self.row("Other/Balance/Debt", "-30.00"),
            *self.order_rows("R-2", principal="80.00"),
        )
        moves = self.post(self.take(first, second))
        self.assertEqual(
            self.booked(moves[:1] if moves[0].date < moves[1].date else moves[1:]),
            [("debt", -30.0), ("storage", 30.0)],
        )
        debt = moves.line_ids.filtered(lambda line: line.account_id == self.accounts["debt"])
        self.assertEqual(sorted(debt.mapped("amount_currency")), [-30.0, 30.0])
        self.assertTrue(all(debt.mapped("reconciled")))
        self.assertIn(("payout", 17.0), self.booked(moves))

    def test_failed_payout(self):
        """A payout that the bank sent back is taken from what is on its way, the older one of two
        alike: not from as many euros, and not from what is held back."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2026-09-01", "rate": 0.5})]
        failed = self.row("Other/Balance/Failed payout", "17.00")
        held, free = (self.row("Other/Balance/Reserve", amount) for amount in ("-17.00", "17.00"))
        first = self.settlement_file(*self.order_rows("R-1", principal="37.00"), held)
        euros = self.settlement_file(
            failed, *self.order_rows("R-3"), remote_id="77", currency="EUR"
        )
        second = self.second(failed, *self.order_rows("R-2", principal="3.00"), free, held)
        settlements = self.take(first, euros, second)
        moves = self.post(settlements)
        transit = moves.line_ids.filtered(lambda line: line.account_id == self.accounts["payout"])
        self.assertEqual(
            sorted(transit.mapped("amount_currency")), [-17.0, -17.0, 17.0, 17.0, 34.0]
        )
        dollars = transit.filtered(lambda line: line.currency_id == self.usd)
        self.assertEqual(dollars.filtered("reconciled").mapped("amount_currency"), [17.0, -17.0])
        self.assertTrue(settlements[0].payout_line_id.reconciled)
        self.assertFalse((transit - dollars).filtered("reconciled"))

    def test_refunds_of_one_order(self):
        """Each has an item: by its adjustment, however many days it takes, else by its day."""
        rows = [*self.order_rows("R-1", principal="90.00")]
        for amount, day, adjustment in (
            ("-1.00", "2026-09-02", "A-1"),
            ("-2.00", "2026-09-03", "A-1"),
            ("-4.00", "2026-09-04", ""),
            ("-8.00", "2026-09-05", ""),
        ):
            about = {"order_ref": "R-1", "adjustment_ref": adjustment}
            about["posted_at"] = f"{day} 10:00:00"
            rows.append(self.row("Refund/Price/Principal", amount, **about))
        moves = self.post(self.take(self.settlement_file(*rows)))
        refunds = moves.line_ids.filtered("integrator_is_refund")
        self.assertEqual(sorted(refunds.mapped("amount_currency")), [3.0, 4.0, 8.0])

    def test_a_marketplace_is_one_however_it_is_written(self):
        """Its fees are one item; another one has its own."""
        rows = [
            row
            for number, market in enumerate(("Amazon.de", "amazon.DE", "Amazon.fr"))
            for row in self.order_rows(f"R-{number}", marketplace_ref=market)
        ]
        moves = self.post(self.take(self.settlement_file(*rows)))
        fees = [amount for name, amount in self.booked(moves) if name == "commission"]
        self.assertEqual(fees, [3.0, 6.0])

    def test_a_reserve_that_returns_and_is_held_again(self):
        """In one settlement, what is held back and what comes back are two items, and each finds
        its other half, the oldest first."""
        reserve = "Other/Balance/Reserve"
        first = self.settlement_file(*self.order_rows("R-1"), self.row(reserve, "-5.00"))
        second = self.second(
            *self.order_rows("R-2"), self.row(reserve, "5.00"), self.row(reserve, "-5.00")
        )
        settlements = self.take(first, second)
        moves = self.post(settlements)
        items = moves.line_ids.filtered(lambda line: line.account_id == self.accounts["reserve"])
        self.assertEqual(sorted(items.mapped("amount_currency")), [-5.0, 5.0, 5.0])
        left = items.filtered(lambda line: not line.reconciled)
        self.assertEqual(left.move_id.integrator_settlement_id, settlements[1])

    def test_a_payout_is_due_on_the_day_of_the_company(self):
        """23:30 in London is the next day in Berlin."""
        self.site.user_id = False
        self.company.partner_id.tz = "Europe/Berlin"
        about = {"deposit_at": "2026-09-17 22:30:00"}
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), **about))
        self.post(settlement)
        self.assertEqual(str(settlement.payout_line_id.date_maturity), "2026-09-18")

    def test_a_debt_is_no_payout(self):
        """A negative settlement waits for no line of the bank."""
        settlement = self.take(self.settlement_file(self.row("Service/Storage/Month", "-30.00")))
        self.post(settlement)
        self.assertEqual((settlement.payout_state, settlement.payout_line_id.ids), ("none", []))

    def test_tax_inside_fees(self):
        """Input tax inside a fee is split off; a reverse charge leaves the fee as it is."""
        group = self.site._settlement_group("commission")
        tax = self.env["account.tax"].create(
            {"name": "Input 20", "amount": 20, "type_tax_use": "purchase"}
        )
        tax_account = self.env["account.account"].create(
            {"code": "SET140", "name": "Input tax", "account_type": "asset_current"}
        )
        lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "tax").account_id = tax_account
        group.tax_id = tax
        settlement = self.take(self.settlement_file(*self.order_rows("R-1", commission="-3.60")))
        moves = self.post(settlement)
        self.assertEqual(
            self.booked(moves),
            [
                ("asset_current", 0.6),
                ("asset_receivable", -20.0),
                ("commission", 3.0),
                ("payout", 16.4),
            ],
        )
        item = moves.line_ids.filtered(lambda line: line.account_id == tax_account)
        self.assertEqual(item.tax_line_id, tax)

    def test_reverse_charge_of_fees(self):
        """A reverse charge adds tax and takes it off again; the payout is the same."""
        tax = self.env["account.tax"].create(
            {
                "name": "Reverse 20",
                "amount": 20,
                "type_tax_use": "purchase",
                **{
                    f"{kind}_repartition_line_ids": [
                        Command.create({"repartition_type": "base"}),
                        Command.create({"repartition_type": "tax", "factor_percent": 100}),
                        Command.create({"repartition_type": "tax", "factor_percent": -100}),
                    ]
                    for kind in ("invoice", "refund")
                },
            }
        )
        self.site._settlement_group("commission").tax_id = tax
        moves = self.post(self.take(self.settlement_file(*self.order_rows("R-1"))))
        amounts = [amount for name, amount in self.booked(moves) if name == "commission"]
        self.assertEqual(amounts, [-0.6, 0.6, 3.0])
        self.assertIn(("payout", 17.0), self.booked(moves))

    def test_summary(self):
        """Without invoices per order sales go to income, by marketplace."""
        self.site.settlement_mode = "summary"
        rows = self.order_rows("R-1") + self.order_rows("R-2", marketplace_ref="Other market")
        moves = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(
            self.booked(moves),
            [
                ("commission", 3.0),
                ("commission", 3.0),
                ("payout", 34.0),
                ("sale", -20.0),
                ("sale", -20.0),
            ],
        )

    # === WHEN === #

    def test_locked_period_holds(self):
        """A locked period is named; by choice Odoo books in the next open one (001-28)."""
        self.company.fiscalyear_lock_date = "2026-09-30"
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.as_accountant(settlement).action_post()
        self.assertEqual((settlement.state, settlement.hold_code), ("held", "lock"))
        self.assertIn("09/15/2026", settlement.hold_reason)
        self.assertFalse(settlement.move_ids)
        self.site.settlement_locked = "next"
        moves = self.post(settlement)
        self.assertGreater(str(moves.date), "2026-09-30")

    def test_posted_by_themselves(self):
        """The site's setting posts what nothing holds when it comes in."""
        self.site.settlement_automatic = True
        self.assertEqual(self.take(self.settlement_file(*self.order_rows("R-1"))).state, "posted")

    # === CURRENCIES === #

    def test_other_currency(self):
        """Amounts stay exact in the currency of the settlement; rounding in that of the company
        leaves nothing open."""
        currency = self.env.ref("base.EUR")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-09-01", "rate": 0.9137}
        )
        rows = [row for number in range(7) for row in self.order_rows(f"R-{number}", "10.01")]
        moves = self.post(self.take(self.settlement_file(*rows, currency="EUR")))
        payout = moves.line_ids.filtered(lambda line: line.integrator_settlement_key == "payout")
        self.assertEqual((payout.currency_id, payout.amount_currency), (currency, 49.07))
        self.assertAlmostEqual(sum(moves.line_ids.mapped("balance")), 0)
        self.assertAlmostEqual(payout.balance, 53.70, delta=0.05)

    def test_the_rate_of_the_day_of_the_company(self):
        """22:30 of the 14th is the 15th in Berlin: one dollar is 0.80 (001-28)."""
        self.site.user_id = False
        self.company.partner_id.tz = "Europe/Berlin"
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [
            Command.create({"name": day, "rate": rate})
            for day, rate in (("2026-09-14", 0.5), ("2026-09-15", 0.8))
        ]
        about = {"currency": "EUR", "end": "2026-09-14 22:30:00"}
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), **about))
        self.assertEqual(settlement.rate, 1.25)
        self.post(settlement)
        self.assertEqual(str(settlement.move_ids.date), "2026-09-15")
        self.assertEqual(settlement.payout_line_id.balance, 21.25)

    # === AGAIN === #

    def test_posting_again(self):
        """Entries are reversed, never edited; the new ones follow the rules as they are now."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        first = self.post(settlement)
        other = self.accounts["storage"]
        self.site._settlement_group("commission").account_id = other
        self.as_accountant(settlement).action_repost()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(first.reversal_move_ids.state, "posted")
        self.assertEqual(len(settlement.move_ids), 3)
        totals = dict.fromkeys(("commission", "storage", "payout", "asset_receivable"), 0)
        for name, amount in self.booked(settlement.move_ids):
            totals[name] += amount
        self.assertEqual(
            totals,
            {"commission": 0, "storage": 3.0, "payout": 17.0, "asset_receivable": -20.0},
        )

    def test_posting_again_and_again(self):
        """Only what stands is reversed, on the day of its entry."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        for _time in range(2):
            self.as_accountant(settlement).action_repost()
        self.assertEqual(len(settlement.move_ids), 5)
        self.assertEqual({str(day) for day in settlement.move_ids.mapped("date")}, {"2026-09-15"})
        money = [one for one in self.booked(settlement.move_ids) if one[0] == "asset_receivable"]
        self.assertEqual(sum(amount for _name, amount in money), -20.0)
        self.as_accountant(settlement).action_reverse()
        self.assertEqual((settlement.line_ids.move_line_id.ids, settlement.state), ([], "ready"))

    def test_posted_once(self):
        """Posting a second time makes no second entry."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.as_accountant(settlement).action_post()
        self.assertEqual(len(settlement.move_ids), 1)

    def test_entries_stay_when_the_addon_of_the_channel_is_uninstalled(self):
        """The channel of an addon that is uninstalled takes its settlements along, not the books;
        nothing is left that no stage can work on."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        entry = self.post(settlement)
        booked = self.booked(entry)
        self.uninstall_kind(self.site.site_type)
        self.assertEqual((self.site.exists().ids, settlement.exists().ids), ([], []))
        self.assertEqual((entry.state, self.booked(entry)), ("posted", booked))

    def test_set_up_is_asked_for(self):
        """Without accounts nothing is posted, and what is missing is named."""
        self.site._settlement_group("commission").account_id = False
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(settlement.hold_code, "account")
        self.assertIn("Sales commission", settlement.hold_reason)

    # === EVERY SUM === #

    def test_rows_items_and_total_agree(self):
        """For any rows, their sum, the journal items and the payout are the same
        (001-28)."""
        from hypothesis import HealthCheck, given, settings
        from hypothesis import strategies as st

        kinds = [
            "Order/Price/Principal",
            "Order/Price/Tax",
            "Order/Withheld/Facilitator",
            "Order/Fees/Commission",
            "Refund/Price/Principal",
            "Service/Storage/Month",
            "Other/Balance/Reserve",
        ]
        row = st.tuples(
            st.sampled_from(kinds),
            st.integers(-99999, 99999),
            st.sampled_from(["R-1", "R-2", "R-3", ""]),
        )

        @given(st.lists(row, min_size=1, max_size=12))
        @settings(
            max_examples=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        def check(drawn):
            with self.env.cr.savepoint() as savepoint:
                self._check_sums(drawn)
                self.env.flush_all()
                savepoint.close(rollback=True)
            self.env.invalidate_all()

        check()

    def _check_sums(self, drawn):
        rows = [
            self.row(kind, str(Decimal(cents) / 100), order_ref=order)
            for kind, cents, order in drawn
        ]
        total = sum(Decimal(cents) / 100 for _kind, cents, _order in drawn)
        document = self.env["integrator.document"]._keep_settlement_file(
            self.site, self.settlement_file(*rows)
        )
        settlement = self.env["integrator.settlement"]._take_over(document)
        settlement._check_again()
        settlement._post_ready()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        items = settlement.move_ids.line_ids
        payout = sum(
            line.amount_currency for line in items if line.integrator_settlement_key == "payout"
        )
        self.assertAlmostEqual(payout, float(total))
        self.assertAlmostEqual(sum(items.mapped("balance")), 0)
        for item in items.filtered(lambda one: one.integrator_settlement_key != "payout"):
            own = settlement.line_ids.filtered(lambda line, item=item: line.move_line_id == item)
            self.assertAlmostEqual(sum(own.mapped("amount")), -item.amount_currency)

    # === SEVERAL COMPANIES === #

    def test_company_of_the_site(self):
        """A site of another company books in the journals and accounts of that company
        (001-28)."""
        company = self.env["res.company"].create({"name": "Theirs", "currency_id": self.usd.id})
        self.env["account.chart.template"].try_loading("generic_coa", company=company)
        self.env.user.company_ids |= company
        site = self._make_site("Theirs", company_id=company.id, warehouse_id=False)
        site._ensure_settlement_rules()
        for group in site.settlement_group_ids:
            group.account_id = group._propose_account()
        site.settlement_journal_id = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        # another company's line of the bank is none of it
        journals = self.env["account.journal"].search([("type", "=", "bank")])
        journal = journals.filtered(lambda one: one.company_id == self.company)[:1]
        values = {"amount": 17.0, "date": "2026-09-18", "payment_ref": "Payout"}
        line = self.env["account.bank.statement.line"].create({**values, "journal_id": journal.id})
        document = self.env["integrator.document"]._keep_settlement_file(
            site, self.settlement_file(*self.order_rows("R-1"))
        )
        settlement = self.env["integrator.settlement"]._take_over(document)
        settlement._check_again()
        settlement._post_ready()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        items = settlement.move_ids.line_ids
        self.assertEqual(items.company_id, company)
        self.assertEqual(items.account_id.company_ids, company)
        self.assertEqual(sorted(items.mapped("amount_currency")), [-20.0, 3.0, 17.0])
        self.assertEqual((settlement.payout_state, line.is_reconciled), ("open", False))

    def test_months_without_a_rest(self):
        """Three months of chained settlements with reserves, debts, refunds and two currencies is
        posted, and no reserve but the last one and no debt stays open (001-28)."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2025-01-01", "rate": 0.9})]
        contents = [content for currency in ("USD", "EUR") for content in self._chain(currency)]
        self.site.settlement_automatic = True
        settlements = self.take(*contents)
        self.assertEqual(len(settlements), 14)
        self.assertEqual(
            set(settlements.mapped("state")), {"posted"}, set(settlements.mapped("hold_reason"))
        )
        items = settlements.move_ids.line_ids
        for key, left in (("reserve", {"EUR": -6.0, "USD": -6.0}), ("debt", {})):
            mine = items.filtered(lambda item, key=key: item.account_id == self.accounts[key])
            rest = mine.filtered(lambda item: not item.reconciled)
            self.assertEqual(
                {item.currency_id.name: -item.amount_residual_currency for item in rest}, left, key
            )
        for settlement in settlements:
            booked = sum(
                item.amount_currency
                for item in settlement.move_ids.line_ids
                if item.integrator_settlement_key != "payout"
            )
            self.assertAlmostEqual(-booked, settlement.amount_total)

    def _chain(self, currency):
        """The files of seven settlements: the third is negative, and its debt rolls on."""
        begin, reserve, debt = datetime(2025, 9, 1), Decimal(0), Decimal(0)
        for number in range(7):
            end = begin + timedelta(days=14)
            rows = self.order_rows(f"{currency}-{number}", principal=f"{20 + number}.37")
            rows.append(
                self.row("Refund/Price/Principal", "-4.11", order_ref=f"{currency}-{number - 1}")
            )
            if number == 2:
                rows.append(self.row("Service/Advertising/Clicks", "-60.13"))
            if debt:
                rows.append(self.row("Other/Balance/Debt", str(debt)))
            if reserve:
                rows.append(self.row("Other/Balance/Reserve", str(reserve)))
            reserve = Decimal(number % 3 + 6)
            rows.append(self.row("Other/Balance/Reserve", str(-reserve)))
            total = sum(Decimal(row["amount"]) for row in rows)
            debt = min(total, Decimal(0))
            yield self.settlement_file(
                *rows,
                remote_id=f"{currency}{number}",
                currency=currency,
                start=str(begin),
                end=str(end),
                deposit_at=str(end + timedelta(days=2)),
            )
            begin = end
