# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.integrator_amazon.tests.money_case import MoneyCase

from .books_case import BooksMixin


@tagged("post_install", "-at_install")
class TestAmazonSettlementOrders(BooksMixin, MoneyCase):
    """Rows of a settlement find their orders, lines and refunds, and pay invoices and credit
    notes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls._set_up_books(cls.site)

    # === DOING === #

    def close_now(self, **options):
        """Close the period in five minutes: by then all that was sent has happened."""
        end = datetime.now(timezone.utc) + timedelta(minutes=5)
        return self.close(end=end, **options)

    def read_rows(self):
        """Close the period and return its rows."""
        ((_head, rows),) = self.site._adapter()._open_settlement(self.close_now()["content"])
        return list(rows)

    # === TESTS === #

    def test_rows_name_orders_and_lines_as_the_house_does(self):
        """001-27: by the site's number of the order and of its line."""
        sales = [row for row in self.read_rows() if row.transaction_type == "Order"]
        orders = self.ten + self.twenty + self.taxed
        self.assertEqual({row.order_ref for row in sales}, {*orders.mapped("remote_order_id")})
        self.assertEqual(
            {row.order_item_ref for row in sales}, {*orders.line_ids.mapped("remote_line_id")}
        )
        paid = {
            (row.description, row.quantity): row.amount
            for row in sales
            if row.order_ref == self.taxed.remote_order_id and row.amount_type == "ItemPrice"
        }
        # 60.00 and 4.90 for shipping, 19 % in both; the first line is of two pieces
        self.assertEqual(
            paid,
            {
                ("Principal", 2): Decimal("33.61"),
                ("Tax", 2): Decimal("6.39"),
                ("Shipping", 2): Decimal("4.12"),
                ("ShippingTax", 2): Decimal("0.78"),
                ("Principal", 1): Decimal("16.81"),
                ("Tax", 1): Decimal("3.19"),
            },
        )

    def test_a_period_of_the_house_posts_to_zero_and_pays_its_invoices(self):
        """001-27, 001-28: orders, a refund, fees and a reserve, from the sale to the bank."""
        invoices = self.env["account.move"]
        for order in (self.ten, self.twenty, self.taxed):
            invoices |= self.invoice(order)
        note = self.credit(self.invoice_of(self.twenty), 5.00)
        self.send_updates()
        self.amazon.add_charge("subscription")
        self.amazon.add_charge("reimbursement", amount="100.00")
        remote = self.close_now(reserve="10.00")
        (settlement,) = self.look()
        self.assert_posted(settlement)
        # 8.50, 17.00 and 55.16 of orders, 4.40 given back, 39.00 and 100.00, 10.00 kept
        self.assertEqual(settlement.amount_total, 127.26)
        self.assertEqual(settlement.control_state, "same")
        # nobody owes anything any more, whatever was set off against what
        self.assertEqual((invoices | note).mapped("amount_residual"), [0.0] * 4)
        receivables = settlement.move_ids.line_ids.filtered("integrator_order_ref")
        self.assertEqual(len(receivables), 4)
        self.assertEqual(set(receivables.mapped("reconciled")), {True})
        self.assertEqual(settlement.order_count, 3)
        # the bank shows Amazon's trace id two days later
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank().id,
                "date": settlement.deposit_at.date(),
                "payment_ref": f"AMAZON {remote['trace_id']}",
                "amount": 127.26,
            }
        )
        self.env.invalidate_all()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.payout_state, "received")

    def test_an_invoice_that_comes_later_is_paid_by_itself(self):
        """001-27: money came first."""
        self.close_now()
        (settlement,) = self.look()
        self.assert_posted(settlement)
        invoice = self.invoice(self.ten)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_a_refund_at_amazon_proposes_its_credit_note_once(self):
        """001-28: refunded in Seller Central, with another item number than the order's."""
        self.amazon.settings.refund_item_codes_differ = True
        self.addCleanup(setattr, self.amazon.settings, "refund_item_codes_differ", False)
        self.invoice(self.twenty)
        number = self.twenty.remote_order_id
        self.amazon.refund_elsewhere(
            number, self.twenty.line_ids.remote_line_id, {"Principal": "5.00"}
        )
        self.close_now()
        (settlement,) = self.look()
        self.assert_posted(settlement)
        (item,) = settlement.move_ids.line_ids.filtered("integrator_is_refund")
        self.assertEqual((item.integrator_order_ref, item.balance), (number, 5.00))
        matcher = self.env["integrator.settlement.matcher"]
        note = matcher._credit_note_of(item)
        self.assertEqual(note.amount_total, 5.00)
        self.assertEqual(matcher._credit_note_of(item), note)
        note.action_post()
        self.assertEqual((note.amount_residual, item.reconciled), (0.0, True))
        # no refund is sent to Amazon once more
        self.assertFalse(self.refunds(note))

    def test_finances_is_a_control_order_by_order(self):
        """001-28: in each way in which Amazon may tell the same money; a reserve is no movement in
        one of them."""
        self.amazon.add_charge("subscription")
        remote = self.close_now(reserve="10.00")
        (settlement,) = self.look()
        self.assertEqual(settlement.movements_state, "none", "for two days some are missing")
        for dialect, found in (
            ((), "same"),
            (("words", "nameless"), "same"),
            (("unmoved",), "same"),
            (("groupless",), "none"),
        ):
            with self.subTest(dialect=dialect):
                self.set_dialect(*dialect)
                self.assertEqual(self.compare(settlement), found, settlement.movements_note)
        self.amazon.settings.finance_errors[remote["settlement_id"]] = "1.25"
        self.addCleanup(self.amazon.settings.finance_errors.clear)
        self.set_dialect()
        self.assertEqual(self.compare(settlement), "differs")
        self.assertAlmostEqual(settlement.movements_total, settlement.amount_total + 1.25)
        self.assertEqual(settlement.state, "posted")

    def set_dialect(self, *dialect):
        """Let Finances return the same in another form."""
        kept = self.amazon.settings.finance_dialect
        self.addCleanup(kept.clear)
        kept.clear()
        kept.update(dialect)

    def compare(self, settlement):
        """The result of a control three days after the settlement."""
        settlement.write({"movements_state": "none", "movements_asked_at": False})
        with self.later(days=3):
            self.look()
        return settlement.movements_state

    # === SEEING === #

    def invoice_of(self, order):
        """The invoice of an order."""
        return order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )

    def bank(self):
        """A bank journal in euros."""
        euro = self.env.ref("base.EUR")
        values = {"name": "Bank in euros", "code": "BEUR", "type": "bank", "currency_id": euro.id}
        return self.env["account.journal"].create(values)
