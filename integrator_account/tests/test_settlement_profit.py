# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementProfit(SettlementCase):
    """Profit per order and listing is right to the cent."""

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

    # === TAX INSIDE === #

    def taxed_order(self, remote_order_id):
        """A sale order of the site with 19 % inside: 24.90, of which 3.98 are tax."""
        tax = self.env["account.tax"].create(
            {"name": "19 % inside", "amount": 19, "price_include_override": "tax_included"}
        )
        order = self.site_order(remote_order_id)
        order.order_line.tax_ids = tax
        self.assertEqual((order.amount_total, order.amount_tax), (24.90, 3.98))
        return order

    def test_tax_that_no_row_shows_is_no_profit(self):
        """Principal 20.00 with 3.20 inside; with a row of its own it is without tax already."""
        self.taxed_order("R-1")
        self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(
            {name: self.report()[name] for name in ("sales", "commission", "cost", "profit")},
            {"sales": 16.8, "commission": -3.0, "cost": -8.0, "profit": 5.8},
        )
        self.assertEqual(self.tax_figure(), 3.2)

    def test_tax_in_a_row_of_its_own_is_no_part_of_the_sale(self):
        """Principal 20.00 and Tax 3.80, both as they are, also of the refund."""
        self.taxed_order("R-1")
        rows = [
            *self.order_rows("R-1"),
            self.row("Order/Price/Tax", "3.80", order_ref="R-1"),
            self.row("Refund/Price/Principal", "-10.00", order_ref="R-1", sku="SKU-1"),
            self.row("Refund/Price/Tax", "-1.90", order_ref="R-1"),
        ]
        self.take(self.settlement_file(*rows))
        found = self.report()
        self.assertEqual((found["sales"], found["refunds"]), (20.0, -10.0))
        self.assertEqual((self.tax_figure(), found["profit"]), (1.9, -1.0))

    def test_a_row_of_no_tax_shows_none(self):
        """A row “Tax 0.00” stands beside a price that has 3.20 inside."""
        self.taxed_order("R-1")
        nothing = self.row("Order/Price/Tax", "0.00", order_ref="R-1")
        self.take(self.settlement_file(*self.order_rows("R-1"), nothing))
        self.assertEqual((self.report()["sales"], self.tax_figure()), (16.8, 3.2))

    def test_a_refund_gives_its_tax_back(self):
        """Of 10.00 that were given back, 1.60 were tax."""
        self.taxed_order("R-1")
        refund = self.row("Refund/Price/Principal", "-10.00", order_ref="R-1", sku="SKU-1")
        self.take(self.settlement_file(*self.order_rows("R-1"), refund))
        self.assertEqual((self.report()["refunds"], self.tax_figure()), (-8.4, 1.6))

    def tax_figure(self):
        report = self.env["integrator.profit.report"].with_user(self.accountant)
        return round(report._read_group([], [], ["tax:sum"])[0][0], 2)

    # === GOODS THAT COME BACK === #

    def give_back(self, order, quantity, location=None):
        """Receive pieces of a delivered order."""
        picking = order.picking_ids.filtered(lambda one: one.state == "done")[:1]
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_model="stock.picking"
        )
        wizard = wizard.create({"picking_id": picking.id})
        line = wizard.product_return_moves.filtered(lambda one: one.product_id == self.product)
        line.quantity = quantity
        back = wizard._create_return()
        if location:
            back.location_dest_id = location
            back.move_ids.location_dest_id = location
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()

    def test_cost_of_goods_that_come_back(self):
        """Of two pieces at 4.00, one is refunded: 10.00 less, and 4.00 more when it is back in
        stock; scrapped, it has cost what it has."""
        order = self.site_order("R-1")
        self.env["stock.quant"]._update_available_quantity(self.product, self.stock, 5)
        self.deliver(order.picking_ids)
        refund = self.row("Refund/Price/Principal", "-10.00", order_ref="R-1", sku="SKU-1")
        self.take(self.settlement_file(*self.order_rows("R-1"), refund))
        kept = {"refunds": -10.0, "cost": -8.0, "profit": -1.0}
        self.assertEqual({name: self.report()[name] for name in kept}, kept)
        scrap = self.env["stock.location"].search([("usage", "=", "inventory")], limit=1)
        self.give_back(order, 1, scrap)
        self.env.flush_all()
        self.assertEqual({name: self.report()[name] for name in kept}, kept)
        self.give_back(order, 1)
        self.env.flush_all()
        back = {"refunds": -10.0, "cost": -4.0, "profit": 3.0}
        self.assertEqual({name: self.report()[name] for name in back}, back)
        self.assertEqual(order.integrator_profit, 3.0)

    # === WHAT IS NO PROFIT === #

    def test_money_on_the_balance_sheet_is_no_profit(self):
        """Reserves, debts and payouts that came back move money, and earn none."""
        rows = [
            *self.order_rows("R-1"),
            self.row("Other/Balance/Reserve", "-5.00"),
            self.row("Other/Balance/Debt", "-7.00"),
            self.row("Other/Balance/Failed payout", "30.00"),
        ]
        self.take(self.settlement_file(*rows))
        self.assertEqual(self.report()["profit"], 9.0)

    def test_an_order_that_came_after_the_posting(self):
        """The entry stays; the order has its profit from the next look on."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        moves = self.post(settlement)
        order = self.site_order("R-1")
        self.assertEqual(order.integrator_profit, 0)
        self.take()
        self.env.invalidate_all()
        self.assertEqual(order.integrator_profit, 9.0)
        self.assertEqual(settlement.move_ids, moves)

    def test_a_product_that_was_made_later_has_its_cost(self):
        """Also a row whose meaning was answered later counts then."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1", sku="LATER")))
        self.assertEqual(self.report()["cost"], 0)
        product = self.env["product.product"].create({"name": "Later", "default_code": "LATER"})
        product.standard_price = 2.50
        self.as_accountant(settlement).action_check()
        self.assertEqual((self.report()["cost"], self.report()["profit"]), (-5.0, 12.0))
