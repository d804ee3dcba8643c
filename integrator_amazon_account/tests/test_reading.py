# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.integrator.exceptions import ConfigurationError
from odoo.addons.integrator_account.neutral import GROUPS, SettlementReadingError

from .books_case import GERMANY, JAPAN, UNITED_STATES, SettlementCommon

DAY = 24 * 3600


@tagged("post_install", "-at_install")
class TestAmazonSettlementReading(SettlementCommon):
    """The adapter reads Amazon's settlements over HTTP."""

    def setUp(self):
        super().setUp()
        self.adapter = self.site._adapter()

    def ask(self, hook, *args):
        """The result of a hook of the adapter that calls Amazon."""
        with self.running() as env:
            site = env["integrator.site"].browse(self.site.id)
            return getattr(site._adapter(), hook)(site, *args)

    def open_file(self, content):
        """Head and rows of the only settlement of a file."""
        ((head, rows),) = self.adapter._open_settlement(content)
        return head, list(rows)

    # === FINDING === #

    def test_documents_of_ninety_days_and_all_currencies_are_found(self):
        """001-27: at the first look all that Amazon keeps, later only what is new."""
        for days in (100, 60, 30):
            self.charge("reimbursement", days + 1, amount="5.00")
            self.close(days)
        self.charge("reimbursement", 31, amount="7.00", marketplace_id=UNITED_STATES)
        self.close(30, UNITED_STATES)
        found = list(self.ask("_find_settlement_documents", None))
        self.assertEqual(len(found), 3)
        heads = [
            self.open_file(self.ask("_fetch_settlement_document", remote_id))[0]
            for remote_id, _made in found
        ]
        self.assertEqual(
            sorted((head.currency, head.total, head.account_ref) for head in heads),
            [
                ("EUR", Decimal(5), "amazon.de"),
                ("EUR", Decimal(5), "amazon.de"),
                ("USD", Decimal(7), "amazon.com"),
            ],
        )
        since = self.days_ago(40).replace(tzinfo=None)
        found = dict(self.ask("_find_settlement_documents", since))
        midnight = self.days_ago(30).replace(tzinfo=None)
        self.assertEqual([*found.values()], [midnight, midnight])

    def test_documents_come_page_by_page(self):
        self.amazon.add_settlement_year(files=104, rows=520, marketplaces=[UNITED_STATES])
        # a quarter of them is not forgotten yet; one page has 100
        found = list(self.ask("_find_settlement_documents", None))
        self.assertEqual(len(found), 26)

    def test_a_missing_role_is_said_with_what_to_do(self):
        """001-27: nothing is found without the role, and the person reads which."""
        self.site.amazon_refresh_token = self._without_role()
        with self.assertRaises(ConfigurationError) as caught:
            self.ask("_find_settlement_documents", None)
        self.assertIn("role", caught.exception.message)

    # === READING === #

    def test_rows_are_neutral_and_keep_what_they_say(self):
        """001-27: every column has a place, and times are UTC."""
        self.charge(
            "reimbursement",
            1,
            amount="1141.18",
            sku="SKU-1",
            item_code="55512345678901",
            quantity=2,
            order_id="302-1111111-2222222",
            promotion_id="P-1",
        )
        head, (row,) = self.open_file(self.close()["content"])
        midnight = self.today.replace(tzinfo=None)
        self.assertEqual((head.total, head.end), (Decimal("1141.18"), midnight))
        self.assertEqual(head.deposit_at, midnight + timedelta(days=2))
        self.assertEqual((row.amount, row.quantity, row.sku), (Decimal("1141.18"), 2, "SKU-1"))
        self.assertEqual(row.order_ref, "302-1111111-2222222")
        self.assertEqual(row.order_item_ref, "55512345678901")
        self.assertEqual(row.marketplace_ref, "Amazon.de")
        self.assertEqual(row.posted_at, midnight - timedelta(days=1))
        self.assertEqual(row.extra, {"promotion-id": "P-1"})
        self.assertEqual(
            (row.transaction_type, row.amount_type, row.description),
            ("other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE"),
        )

    def test_each_dialect_is_read_to_the_cent(self):
        """001-27: decimal comma and point, charsets, dates, 23 columns, blanks, edited files."""
        for number, dialect in enumerate(
            (
                {},
                {"mark": ".", "dates": "iso"},
                {"mark": ".", "dates": "us", "charset": "cp1252"},
                {"charset": "windows-31j", "dates": "t"},
                {"columns": 23, "padded": True, "blank_lines": 3, "line_end": "\n"},
                {"bom": True, "edited": True, "dates": "iso"},
                {"nameless": True},
            )
        ):
            self.amazon.settings.settlement_dialect.clear()
            self.amazon.settings.settlement_dialect.update(dialect)
            self.charge("reimbursement", 30 - number, amount="1234.56")
            self.charge("coupon", 30 - number, description="5 % – für alle")
            with self.subTest(dialect=dialect):
                head, rows = self.open_file(self.close(29 - number)["content"])
                self.assertEqual(head.total, Decimal("1227.96"))
                self.assertEqual(
                    [row.amount for row in rows], [Decimal("1234.56"), Decimal("-6.60")]
                )
                self.assertEqual(rows[0].posted_at.date(), self.days_ago(30 - number).date())

    def test_yen_have_no_decimals(self):
        """001-27"""
        points = {"amount_type": "Points", "description": "PointsGranted"}
        self.charge("deal", 1, amount="-1234", marketplace_id=JAPAN, kind="Order", **points)
        head, (row,) = self.open_file(self.close(0, JAPAN)["content"])
        self.assertEqual((head.currency, head.total, row.amount), ("JPY", -1234, -1234))
        self.assertEqual(head.account_ref, "amazon.co.jp")

    def test_a_file_that_can_be_read_in_two_ways_shows_both(self):
        """001-27"""
        self.charge("reimbursement", 1, amount="10.00")
        content = self.close()["content"].replace(b"\t10,00\t", b"\t1.234\t")
        with self.assertRaises(SettlementReadingError) as caught:
            self.open_file(content)
        self.assertEqual(caught.exception.code, "total_ambiguous")
        self.assertIn("Rows 1.234, total 1.234; Rows 1234, total 1234", caught.exception.message)
        plain = caught.exception.without_sums()
        self.assertEqual(plain.code, "total_ambiguous")
        self.assertIn("Download it in Seller Central", plain.message)
        self.assertNotIn("234", plain.message)

    def test_other_files_are_refused_with_what_to_do(self):
        """001-27"""
        for content, word in (
            (b"%PDF-1.7", "a PDF"),
            (b"settlement-id\tprice-type\n", "V1"),
            (b"a;b;c", "no column"),
        ):
            with self.assertRaises(SettlementReadingError) as caught:
                self.open_file(content)
            self.assertIn(word, caught.exception.message)
            self.assertIn("Download Flat File V2", caught.exception.message)

    def test_a_damaged_row_is_named(self):
        """001-27"""
        self.charge("reimbursement", 1, amount="10.00")
        content = self.close()["content"].replace(
            b"WAREHOUSE_DAMAGE\t10,00", b"WAREHOUSE_DAMAGE\tx"
        )
        with self.assertRaises(SettlementReadingError) as caught:
            self.open_file(content)
        self.assertIn("line 3, column amount", caught.exception.message)

    # === RULES === #

    def test_rules_name_groups_that_the_books_know(self):
        """001-27"""
        rules = self.adapter._settlement_rules()
        self.assertLessEqual({rule["group"] for rule in rules}, set(GROUPS))
        keys = [
            (rule["transaction_type"], rule["amount_type"], rule["description"]) for rule in rules
        ]
        self.assertEqual(len(keys), len(set(keys)))
        # free text stands in the description of coupons only; no other rule takes whatever comes
        self.assertEqual(
            [key for key in keys if key[2] == "*"], [("*", "CouponRedemptionFee", "*")]
        )
        self.assertFalse([key for key in keys if key[1] == "*"])

    # === OTHER SOURCES === #

    def test_amazons_own_total_is_a_control(self):
        """001-27: netProceeds of the same settlement, from another source."""
        self.charge("reimbursement", 2, amount="100.00")
        self.charge("advertising", 1, amount="-30.00")
        head, _rows = self.open_file(self.close()["content"])
        control = self.ask("_fetch_settlement_control", head)
        self.assertEqual(control.total, Decimal(70))
        self.assertTrue(control.source)

    def test_deferred_money_is_one_movement(self):
        """001-28: a deferred sale and its release are listed as two, and both may name the
        settlement; an order of another period is none of it."""
        self.amazon.settings.deferral_days = 7
        self.addCleanup(setattr, self.amazon.settings, "deferral_days", 0)
        self.addCleanup(self.amazon.settings.finance_dialect.clear)
        (order_id,) = self.place_orders(count=1, kinds=["single"])["single"]
        self.amazon.ship_elsewhere(order_id)
        self.amazon.advance(8 * DAY)
        self.amazon.add_charge("subscription")
        (closed,) = self.amazon.close_settlement(GERMANY)
        content = self.amazon.settlement_file(closed["settlement_id"])
        self.amazon.advance(3 * DAY)
        head, rows = self.open_file(content)
        paid = sum(row.amount for row in rows if row.order_ref == order_id)
        for dialect in ((), ("both",), ("both", "nameless")):
            self.amazon.settings.finance_dialect = set(dialect)
            with self.subTest(dialect=dialect), self.later(days=11):
                self.fill_buckets()
                found = self.ask("_fetch_settlement_movements", head, order_id, {})
                self.assertEqual(found.by_order, {order_id: paid, "": Decimal(-39)})
                self.assertEqual(found.total, head.total)

    def test_many_movements_are_read_as_the_quota_allows(self):
        """001-28: each part goes on where the one before ended, and a transaction that is listed on
        two pages counts once."""
        self.amazon.settings.finance_page_size = 1
        self.addCleanup(setattr, self.amazon.settings, "finance_page_size", 500)
        order_id = "302-1111111-2222222"
        self.charge("reimbursement", 5, amount="0.20", order_id=order_id)
        for cents in range(1, 20):
            self.charge("reimbursement", 5, amount=f"0.{cents:02d}")
        head, _rows = self.open_file(self.close(3)["content"])
        progress, parts = {}, 0
        while progress is not None and parts < 20:
            self.fill_buckets()
            found = self.ask("_fetch_settlement_movements", head, order_id, progress)
            progress, parts = found.progress, parts + 1
        self.assertEqual(found.by_order, {order_id: Decimal("0.20"), "": Decimal("1.90")})
        self.assertGreater(parts, 2)

    def test_old_settlements_have_no_control(self):
        """001-28: Amazon gives transactions for 180 days."""
        self.charge("reimbursement", 200, amount="100.00")
        head, _rows = self.open_file(self.close(190)["content"])
        self.assertEqual(self.ask("_fetch_settlement_movements", head, "1", {}).refusal, "old")
        self.assertEqual(self.ask("_fetch_settlement_control", head).total, Decimal(100))
        unknown = replace(head, remote_id="1")
        self.assertEqual(self.ask("_fetch_settlement_control", unknown).refusal, "old")
        self.assertIsNone(self.ask("_fetch_settlement_control", replace(unknown, end=self.now())))

    def now(self):
        return self.today.replace(tzinfo=None)

    def test_the_bank_names_a_payout(self):
        """001-27: the trace id of the transfers API."""
        self.charge("reimbursement", 3, amount="100.00")
        settlement = self.close(2)
        head, _rows = self.open_file(settlement["content"])
        trace = self.ask("_fetch_payout_trace", head)
        self.assertEqual(trace, settlement["trace_id"])
        self.charge("subscription", 1)
        head, _rows = self.open_file(self.close()["content"])
        self.assertIsNone(self.ask("_fetch_payout_trace", head))

    def test_deferred_money_has_its_day(self):
        """001-28: sold, not payable yet."""
        self.amazon.settings.deferral_days = 7
        self.addCleanup(setattr, self.amazon.settings, "deferral_days", 0)
        orders = self.place_orders(count=1, kinds=["single"])
        (order_id,) = orders["single"]
        self.amazon.ship_elsewhere(order_id)
        # what is only minutes old is not listed
        self.assertEqual(self.ask("_fetch_deferred_money"), [])
        self.amazon.advance(3600)
        with self.later(hours=1):
            (waiting,) = self.ask("_fetch_deferred_money")
        self.assertEqual((waiting["order_ref"], waiting["reason"]), (order_id, "DD7"))
        self.assertEqual(waiting["release_at"] - waiting["posted_at"], timedelta(days=7))

    def test_without_the_role_other_sources_are_left_out(self):
        """001-27"""
        self.charge("reimbursement", 3, amount="100.00")
        head, _rows = self.open_file(self.close(2)["content"])
        self.site.amazon_refresh_token = self._without_role()
        self.assertEqual(self.ask("_fetch_settlement_control", head).refusal, "role")
        earlier = replace(head, end=self.days_ago(3).replace(tzinfo=None))
        found = self.ask("_fetch_settlement_movements", earlier, "1", {})
        self.assertEqual(found.refusal, "role")
        self.assertIsNone(self.ask("_fetch_payout_trace", head))
        self.assertIsNone(self.ask("_fetch_deferred_money"))

    def _without_role(self):
        """Refresh token of a seller who has not granted the role for money."""
        seller = self.amazon.add_seller(
            client_id=self.amazon.seller.client_id,
            client_secret=self.amazon.seller.client_secret,
            roles=frozenset({"Inventory and Order Tracking"}),
        )
        return seller.refresh_token
