# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import Form, tagged

from .books_case import BRITAIN, FRANCE, GERMANY, JAPAN, UNITED_STATES, BooksCase

#: Settlements of the year, and rows in all of them together.
FILES, ROWS = (26, 60_000) if "FAULT_MATRIX" in os.environ else (12, 1_200)


@tagged("post_install", "-at_install")
class TestAmazonSettlements(BooksCase):
    """Settlements of the local Amazon, from the report to the entry (001-27)."""

    # === TAKING OVER === #

    def test_a_settlement_is_found_and_posted_once(self):
        """001-27: by the daily look, with Amazon's own total as a control and the bank's name."""
        self.charge("reimbursement", 5, amount="200.00")
        self.charge("subscription", 4)
        self.charge("return_fee", 3, copies=2)
        remote = self.close(1)
        (settlement,) = self.look()
        self.assertEqual(settlement.remote_id, remote["settlement_id"])
        self.assert_posted(settlement)
        # two rows that are alike are two fees of 2.12
        self.assertEqual((settlement.amount_total, settlement.row_count), (156.76, 4))
        self.assertEqual(settlement.control_state, "same")
        self.assertEqual(settlement.payout_trace, remote["trace_id"])
        entries = settlement.move_ids
        self.assertEqual(self.look(), settlement)
        # Amazon may make the same report once more
        self.amazon.recreate_settlement(remote["settlement_id"], changed=False)
        self.assertEqual(self.look(), settlement)
        self.assertEqual(settlement.move_ids, entries)
        self.assertFalse(settlement.has_other_file)

    def test_all_ninety_days_are_taken_at_the_first_look(self):
        """001-27: and later only what is new."""
        for days in (95, 60, 30):
            self.charge("reimbursement", days + 1, amount="10.00")
            self.close(days)
        settlements = self.look()
        self.assertEqual(
            [one.end.date() for one in settlements],
            [self.days_ago(60).date(), self.days_ago(30).date()],
        )
        for settlement in settlements:
            self.assert_posted(settlement)

    def test_one_listing_brings_several_currencies(self):
        """001-27: the content decides on currency and account."""
        self._make_rates(EUR=1.0, USD=1.1, JPY=160.0)
        for place in (GERMANY, UNITED_STATES, JAPAN):
            self.charge("reimbursement", 2, amount="5000", marketplace_id=place)
            self.close(1, place)
        found = {one.currency_id.name: one for one in self.look()}
        self.assertEqual(set(found), {"EUR", "USD", "JPY"})
        for settlement in found.values():
            self.assert_posted(settlement)
            self.assertEqual(settlement.amount_total, 5000)

    def test_other_bytes_of_a_known_settlement_alert(self):
        """001-27: nothing is changed, and a person chooses."""
        self.charge("reimbursement", 4, amount="200.00")
        self.charge("subscription", 3)
        remote = self.close(1)
        (settlement,) = self.look()
        entries = settlement.move_ids
        self.amazon.recreate_settlement(remote["settlement_id"])
        self.assertEqual(self.look(), settlement)
        self.assertTrue(settlement.has_other_file)
        self.assertEqual((settlement.state, settlement.move_ids), ("posted", entries))
        document = settlement.other_document_id
        self.assertEqual(document.error_code, "settlement_changed")
        self.assertIn(settlement.remote_id, document.error_message)

    def test_a_file_can_be_uploaded_by_hand(self):
        """001-27: what Amazon does not list goes the same way, once."""
        self.charge("reimbursement", 4, amount="200.00")
        remote = self.close(3, listed=False)
        self.charge("reimbursement", 2, amount="50.00")
        other = self.close(1, listed=False)
        self.assertFalse(self.look())
        settlements = self.upload(remote["content"], other["content"])
        self.assertEqual(settlements.mapped("amount_total"), [200.0, 50.0])
        for settlement in settlements:
            self.assert_posted(settlement)
        self.assertEqual(self.upload(remote["content"]), settlements)
        # it is listed in the end
        self.amazon.recreate_settlement(remote["settlement_id"], changed=False)
        self.assertEqual(self.look(), settlements)

    # === DIALECTS === #

    def test_files_of_every_dialect_post_to_zero(self):
        """001-27: marks, charsets, dates, 23 columns, blanks, edited files, nameless rows."""
        dialects = (
            {"mark": ","},
            {"mark": ".", "dates": "iso"},
            {"dates": "us", "charset": "cp1252"},
            {"charset": "windows-31j", "dates": "t"},
            {"columns": 23, "padded": True, "blank_lines": 2, "line_end": "\n"},
            {"bom": True, "edited": True, "dates": "iso"},
        )
        for number, dialect in enumerate(dialects):
            self.write_as(**dialect)
            self.charge("reimbursement", 30 - number, amount="1234.56")
            self.charge("coupon", 30 - number)
            self.close(29 - number)
        settlements = self.look()
        self.assertEqual(settlements.mapped("amount_total"), [1227.96] * len(dialects))
        for settlement, dialect in zip(settlements, dialects, strict=True):
            with self.subTest(dialect=dialect):
                self.assert_posted(settlement)

    # === WHAT HOLDS === #

    def test_rows_that_nobody_knows_hold_it_until_they_are_answered(self):
        """001-27: they name themselves, and are known from then on."""
        self.charge("reimbursement", 9, amount="200.00")
        self.charge("unknown", 8)
        self.close(7)
        (settlement,) = self.look()
        self.assertEqual((settlement.state, settlement.hold_code), ("held", "rule"))
        self.assertIn("A fee that nobody has seen yet", settlement.hold_reason)
        self.assertFalse(settlement.move_ids)
        wizard = self.env["integrator.settlement.answer"].with_user(self.accountant)
        with Form(wizard.with_context(default_settlement_id=settlement.id)) as form:
            with form.line_ids.edit(0) as line:
                line.group_id = self.site._settlement_group("selling_fee")
        form.record.action_answer()
        self.assert_posted(settlement)
        self.charge("unknown", 6)
        self.charge("reimbursement", 6, amount="20.00")
        self.close(5)
        self.assert_posted(self.look()[1])

    def test_a_file_that_does_not_add_up_is_held_with_both_sums(self):
        """001-27: nothing is posted of it."""
        self.charge("reimbursement", 4, amount="200.00")
        content = self.close(3)["content"].replace(b"\t200,00\tEUR", b"\t200,01\tEUR")
        (settlement,) = self.upload(content)
        self.assertEqual((settlement.state, settlement.hold_code), ("held", "sum"))
        self.assertIn("200.00", settlement.hold_reason)
        self.assertIn("200.01", settlement.hold_reason)
        self.assertFalse(settlement.move_ids)

    def test_a_hole_in_the_chain_is_named_and_closed_by_the_missing_file(self):
        """001-27: some settlements never are in the listing."""
        contents = {}
        for days, listed in ((21, True), (14, False), (7, True)):
            self.charge("reimbursement", days + 1, amount="10.00")
            contents[days] = self.close(days, listed=listed)["content"]
        first, last = self.look()
        self.assert_posted(first)
        self.assertEqual((last.state, last.hold_code), ("held", "chain"))
        self.assertIn(first.remote_id, last.hold_reason)
        settlements = self.upload(contents[14])
        self.assertEqual(len(settlements), 3)
        for settlement in settlements:
            self.assert_posted(settlement)

    # === BALANCES OVER SEVERAL PERIODS === #

    def test_debts_charges_and_reserves_come_out_at_nothing(self):
        """001-27: a debt rolls on until the card is charged; a reserve comes back."""
        self.charge("subscription", 40)
        self.close(39)
        self.charge("subscription", 38)
        self.close(37)
        # the card is charged in two halves
        for part in self._halves("78.00"):
            self.charge("successful_charge", 36, amount=part)
        self.close(35)
        self.charge("reimbursement", 34, amount="100.00")
        self.close(33, reserve="30.00")
        self.close(32)
        settlements = self.look()
        self.assertEqual(settlements.mapped("amount_total"), [-39.0, -78.0, 0.0, 70.0, 30.0])
        for settlement in settlements:
            self.assert_posted(settlement)
        for key in ("debt", "reserve"):
            items = self.env["account.move.line"].search(
                [("account_id", "=", self.accounts[key].id), ("parent_state", "=", "posted")]
            )
            self.assertTrue(items, key)
            self.assertEqual(sum(items.mapped("amount_currency")), 0, key)
            self.assertTrue(all(items.mapped("reconciled")), key)

    def test_a_payout_that_the_bank_sent_back_is_paid_again(self):
        """001-27: what was on its way comes back into the next settlement."""
        self.charge("reimbursement", 20, amount="100.00")
        first = self.close(15)
        self.amazon.fail_payout(first["settlement_id"], "wrong IBAN")
        self.close(8)
        settlements = self.look()
        self.assertEqual(settlements.mapped("amount_total"), [100.0, 100.0])
        for settlement in settlements:
            self.assert_posted(settlement)
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.accounts["payout"].id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        self.assertEqual(items.mapped("amount_currency"), [100.0])

    # === SITES AND A YEAR === #

    def test_sites_of_one_account_share_no_settlement(self):
        """001-27: each settlement is booked once, by the site that has its marketplace, in the
        books of that site's company."""
        company = self.env["res.company"].create({"name": "Branch of its own"})
        charts = self.env["account.chart.template"]
        charts.try_loading("generic_coa", company, install_demo=False)
        euro = {"currency_id": self.env.ref("base.EUR").id, "company_id": company.id}
        self.env["res.currency.rate"].create({**euro, "name": "2020-01-01", "rate": 0.9})
        france = self._make_site(
            name="Amazon FR",
            company_id=company.id,
            warehouse_id=self.env["stock.warehouse"]
            .search([("company_id", "=", company.id)], limit=1)
            .id,
            amazon_marketplace_ids=self.env.ref("integrator_amazon.marketplace_fr").ids,
        )
        self._set_up_books(france)
        for place, amount in ((GERMANY, "10.00"), (FRANCE, "20.00")):
            self.charge("reimbursement", 2, amount=amount, marketplace_id=place)
            self.close(1, place)
        self.assertEqual(self.look().mapped("amount_total"), [10.0])
        settlement = self.settlements(france)
        self.assertEqual(settlement.mapped("amount_total"), [20.0])
        self.assert_posted(settlement)
        self.assertEqual(settlement.move_ids.company_id, company)

    def test_a_marketplace_that_is_taken_away_keeps_its_books(self):
        """001-27: what comes of it later stays with the settlements before it, not with the first
        site of the account."""
        france = self._make_site(
            name="Amazon FR",
            amazon_marketplace_ids=self.env.ref("integrator_amazon.marketplace_fr").ids,
        )
        self._set_up_books(france)
        for days in (5, 2):
            self.charge("reimbursement", days, amount="20.00", marketplace_id=FRANCE)
            self.close(days - 1, FRANCE)
            self.assertFalse(self.look())
            france.amazon_marketplace_ids = self.env.ref("integrator_amazon.marketplace_es")
        settlements = self.settlements(france)
        self.assertEqual(settlements.mapped("amount_total"), [20.0, 20.0])
        for settlement in settlements:
            self.assert_posted(settlement)

    def test_a_site_that_comes_later_books_nothing_again(self):
        """001-27: what another site of the account has taken, archived or not, is known."""
        self.charge("reimbursement", 5, amount="20.00", marketplace_id=FRANCE)
        first = self.close(4, FRANCE)
        (settlement,) = self.look()
        france = self._make_site(
            name="Amazon FR",
            amazon_marketplace_ids=self.env.ref("integrator_amazon.marketplace_fr").ids,
        )
        self._set_up_books(france)
        self.amazon.recreate_settlement(first["settlement_id"], changed=False)
        self.assertEqual(self.look(), settlement)
        self.assertFalse(self.settlements(france))
        self.charge("reimbursement", 3, amount="30.00", marketplace_id=FRANCE)
        second = self.close(2, FRANCE)
        self.assertEqual(self.look(), settlement)
        self.assertEqual(self.settlements(france).mapped("amount_total"), [30.0])
        france.active = False
        self.amazon.recreate_settlement(second["settlement_id"], changed=False)
        self.assertEqual(self.look(), settlement)
        self.charge("reimbursement", 1, amount="40.00", marketplace_id=FRANCE)
        self.close(0, FRANCE)
        self.assertEqual(self.look().mapped("amount_total"), [20.0, 40.0])

    def test_a_year_posts_to_zero(self):
        """001-27: three currencies, several chains, debts and reserves, nothing unexplained."""
        self._make_rates(EUR=1.0, GBP=0.85, USD=1.1)
        places = [GERMANY, BRITAIN, UNITED_STATES]
        made = self.amazon.add_settlement_year(files=FILES, rows=ROWS, marketplaces=places)
        files = [self.amazon.settlement_file(one["settlement_id"]) for one in made]
        settlements = self.upload(*files)
        self.assertEqual(len(settlements), FILES)
        for settlement in settlements:
            self.assert_posted(settlement)
        self.assertEqual(sum(settlements.mapped("row_count")), sum(one["rows"] for one in made))

    @staticmethod
    def _halves(amount):
        return [str(float(amount) / 2)] * 2
