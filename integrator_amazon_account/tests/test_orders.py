# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.integrator_amazon.tests.common import GERMANY
from odoo.addons.integrator_amazon.tests.money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestAmazonSettlementOrders(MoneyCase):
    """Rows of a settlement find the orders, lines and refunds of Odoo."""

    def rows(self):
        """Close the period in five minutes, when all that was told has happened, and read it."""
        end = datetime.now(timezone.utc) + timedelta(minutes=5)
        (found,) = self.amazon.close_settlement(GERMANY, end=end)
        content = self.amazon.settlement_file(found["settlement_id"])
        ((head, rows),) = self.site._adapter()._open_settlement(content)
        return head, list(rows)

    def test_rows_name_orders_and_lines_as_the_house_does(self):
        """001-27: by the site's number of the order and of its line."""
        _head, rows = self.rows()
        sales = [row for row in rows if row.transaction_type == "Order"]
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

    def test_a_refund_that_odoo_told_is_settled(self):
        """001-27: what a credit note gave back, and the commission that comes back for it."""
        self.credit(self.invoice(self.twenty), 5.00)
        self.tell()
        _head, rows = self.rows()
        refund = {row.description: row.amount for row in rows if row.transaction_type == "Refund"}
        self.assertEqual(
            refund,
            {
                "Principal": Decimal("-5.00"),
                "Commission": Decimal("0.75"),
                "RefundCommission": Decimal("-0.15"),
            },
        )
        (order_ref,) = {row.order_ref for row in rows if row.transaction_type == "Refund"}
        self.assertEqual(order_ref, self.twenty.remote_order_id)
