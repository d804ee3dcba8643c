# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementProfit(SettlementCase):
    """What is left of sales, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.standard_price = 4.00

    def report(self, *domain):
        report = self.env["integrator.profit.report"].with_user(self.accountant)
        names = ("quantity", "sales", "refunds", "commission", "storage", "cost", "profit")
        groups = report._read_group(list(domain), [], [f"{name}:sum" for name in names])
        return dict(zip(names, groups[0], strict=True))

    def test_profit_of_an_order(self):
        """Sale, fees, refunds and the cost of two pieces; the quantity counts once."""
        rows = [
            *self.order_rows("R-1"),
            self.row("Refund/Price/Principal", "-5.00", order_ref="R-1", sku="SKU-1", quantity=2),
            self.row("Service/Storage/Month", "-1.25"),
        ]
        self.take(self.settlement_file(*rows))
        self.assertEqual(
            self.report(("order_ref", "=", "R-1")),
            {
                "quantity": 2,
                "sales": 20.0,
                "refunds": -5.0,
                "commission": -3.0,
                "storage": 0,
                "cost": -8.0,
                "profit": 4.0,
            },
        )
        self.assertEqual(self.report()["profit"], 2.75)

    def test_profit_in_the_currency_of_the_company(self):
        """Amounts of another currency are converted at the end of the period."""
        currency = self.env.ref("base.EUR")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-09-01", "rate": 0.5}
        )
        self.take(self.settlement_file(*self.order_rows("R-1"), currency="EUR"))
        self.assertEqual(self.report()["sales"], 40.0)
        self.assertEqual(self.report()["profit"], 26.0)

    def test_profit_on_order_and_listing(self):
        """The order and the listing show it to accountants."""
        order = self.site_order("R-1")
        listing = self.env["integrator.listing"].create(
            {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        )
        self.take(self.settlement_file(*self.order_rows("R-1", principal="24.90")))
        self.assertEqual(order.integrator_profit, 13.9)
        self.assertEqual(listing.settled_profit, 13.9)
