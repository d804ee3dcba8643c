# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import tagged

from .common import AmazonCommon

FACILITATOR = {
    "taxCollections": [
        {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
    ]
}


@tagged("post_install", "-at_install")
class TestOrderTaxes(AmazonCommon):
    """Taxes on Amazon's orders (000-27)."""

    def tax_there(self, remote_order_id):
        """Amazon's tax of all lines of an order."""
        items = self.amazon.order(remote_order_id)["orderItems"]
        rows = [row for item in items for row in item["proceeds"]["breakdowns"]]
        taxes = [Decimal(row["subtotal"]["amount"]) for row in rows if row["type"] == "TAX"]
        return sum(taxes, Decimal(0))

    def cents(self, amount):
        return Decimal(f"{amount:.2f}")

    def test_tax_of_orders_of_all_kinds_is_amazons_to_the_cent(self):
        """000-04, 000-27: as taxes of Odoo, and without a line of rounding."""
        self.place_orders(count=24)
        orders = self.import_orders().filtered("sale_order_id")
        self.assertFalse(orders.filtered("error_code"))
        taxed = orders.filtered(lambda order: self.tax_there(order.remote_order_id))
        self.assertTrue(taxed)
        for order in orders:
            there = self.tax_there(order.remote_order_id)
            self.assertEqual(self.cents(order.sale_order_id.amount_tax), there)
        products = orders.sale_order_id.order_line.product_id
        for kind in ("rounding", "tax"):
            self.assertNotIn(self.env.ref(f"integrator.product_{kind}"), products)

    def place_facilitated(self, kinds, **tax):
        """The same order again, sent to Texas, with tax that Amazon collects."""
        template = self.amazon.order(kinds["tax"][0])
        address = {"city": "Dallas", "stateOrRegion": "TX", "postalCode": "75001"}
        address |= {"name": "Ada", "addressLine1": "Way 1", "countryCode": "US"}
        items = [
            {**item, "orderItemId": f"9{number}", "tax": {**FACILITATOR, **tax}}
            for number, item in enumerate(template["orderItems"])
        ]
        order = {**template, "orderId": "302-0000009-7654321", "orderItems": items}
        self.amazon.add_order({**order, "recipient": {"deliveryAddress": address}})
        orders = self.import_orders()
        return orders.filtered(lambda one: one.remote_order_id == order["orderId"])

    def test_tax_that_amazon_collects_is_no_tax_of_ours(self):
        """No question is asked, and the amount is a line of its own."""
        order = self.place_facilitated(self.place_orders(count=1, kinds=["tax"]))
        self.assertEqual(order.state, "imported", order.error_message)
        sale_order = order.sale_order_id
        self.assertFalse(sale_order.order_line.tax_ids)
        product = self.env.ref("integrator.product_tax")
        lines = sale_order.order_line.filtered(lambda line: line.product_id == product)
        there = self.tax_there(order.remote_order_id)
        self.assertEqual(self.cents(sum(lines.mapped("price_total"))), there)
        total = self.amazon.order(order.remote_order_id)["proceeds"]["grandTotal"]["amount"]
        self.assertEqual(self.cents(sale_order.amount_total), Decimal(total))
        self.assertEqual(set(order.line_ids.mapped("tax_collection")), {"marketplace"})

    def test_a_deemed_reseller_is_recognised_by_its_scheme(self):
        """IOSS has a rule and a fiscal position of its own."""
        scheme = {"taxCalculationBreakdowns": [{"reportingScheme": "IOSS"}]}
        kinds = self.place_orders(count=1, kinds=["tax"])
        order = self.place_facilitated(kinds, **scheme)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(set(order.line_ids.mapped("tax_collection")), {"ioss"})
        self.assertIn("ioss", self.site.tax_rule_ids.mapped("collection"))
