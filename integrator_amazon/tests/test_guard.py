# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestGuard(CatalogueCase):
    """Limits apply to every price and quantity that Amazon would sell at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.pricelist = cls.make_pricelist("Offers")
        cls.rule(cls.pricelist, 50)
        cls.trade = cls.make_pricelist("Trade")
        cls.rule(cls.trade, 45)
        cls.place = cls.site.marketplace_ids.filtered(lambda one: one.code == cls.germany.code)
        cls.place.offer_pricelist_id = cls.pricelist
        cls.site.guard_price = 50
        cls._forget_events()

    @classmethod
    def make_pricelist(cls, name):
        return cls.env["product.pricelist"].create({"name": name, "currency_id": cls.euro.id})

    @classmethod
    def rule(cls, pricelist, price, **values):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": cls.product.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    def sale(self, price):
        now = fields.Datetime.now()
        dates = {"date_start": now - timedelta(days=1), "date_end": now + timedelta(days=5)}
        return self.rule(self.pricelist, price, **dates)

    def held(self):
        domain = [("site_id", "=", self.site.id), ("state", "=", "open")]
        return self.env["integrator.approval"].search(domain)

    def assert_held(self, *changes):
        """The change is held with these words, and nothing was sent to Amazon."""
        self.push()
        self.assertEqual(tuple(self.held().mapped("change_text")), changes)
        self.assertNotIn("discounted_price", self.offer())
        self.assertEqual(self.price_of(self.offer()["our_price"]), 50)

    def test_a_price_drop_is_held(self):
        """001-08: by what was really sent to Amazon."""
        self.publish()
        self.pricelist.item_ids.fixed_price = 5
        self.assert_held("price: 50.00 → 5.00 EUR (-90 %)")
        self.held()._approve()
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 5)

    def test_a_sale_is_held_like_a_price(self):
        """001-09: a sale for nearly nothing, beside a price that stays."""
        self.publish()
        self.sale(0.01)
        self.assert_held("sale price: 50.00 → 0.01 EUR (-100 %)")
        held = self.held()
        self.assertIn("sale price from 50.00 EUR to 0.01 EUR", held.reason)
        held._approve()
        self.push()
        self.assertEqual(self.price_of(self.offer()["discounted_price"]), 0.01)

    def test_a_usual_sale_goes(self):
        """001-09."""
        self.publish()
        self.sale(40)
        self.push()
        self.assertFalse(self.held())
        self.assertEqual(self.price_of(self.offer()["discounted_price"]), 40)

    def test_a_first_price_with_a_mad_sale_is_held(self):
        """001-09: of a new listing the sale is held against its own price."""
        self.sale(0.5)
        self.publish()
        self.assertEqual(self.held().change_text, "sale price: 50.00 → 0.50 EUR (-99 %)")
        self.assertIsNone(self.offer())

    def test_an_approved_sale_does_not_cover_another_price(self):
        """004-27: each figure has its own way."""
        self.publish()
        self.sale(0.5)
        self.push()
        self.held()._approve()
        self.pricelist.item_ids.filtered(lambda rule: not rule.date_end).fixed_price = 2
        self.push()
        self.assertIn("price from 50.00 EUR to 2.00 EUR", self.held().reason)

    def test_prices_of_business_buyers_are_held(self):
        """001-08: the price of one piece, and those from a quantity on."""
        self.place.business_pricelist_id = self.trade
        self.publish()
        self.assertFalse(self.held())
        tier = self.rule(self.trade, 40, min_quantity=10)
        self.push()
        self.assertFalse(self.held())
        tier.fixed_price = 4
        self.assert_held("business price from 10 pieces: 40.00 → 4.00 EUR (-90 %)")
        tier.fixed_price = 0.4
        self.trade.item_ids.filtered(lambda rule: not rule.min_quantity).fixed_price = 4.5
        self.assert_held("business price from 10 pieces: 40.00 → 0.40 EUR (-99 %)")
        self.assertIn("business price from 45.00 EUR to 4.50 EUR", self.held().reason)

    def test_the_whole_catalogue_sold_out_is_held(self):
        """001-04: by the quantity that was really sent to Amazon."""
        more = self.env["product.product"].create(
            [
                {"name": f"More {number}", "default_code": f"SKU-1{number}", "list_price": 9}
                for number in range(6)
            ]
        )
        more.is_storable = True
        for product in more:
            self.env["stock.quant"]._update_available_quantity(product, self.stock, 5)
        self.publish(*self.products, *more)
        self.site.guard_zero = 25
        self.site.warehouse_id = self.site.warehouse_id.copy({"code": "W2", "name": "Empty"})
        self.run_stages("reconcile")
        self.push()
        self.assertEqual(set(self.held().mapped("rule")), {"zero"})
        self.assertEqual(len(self.held()), 9)
        self.assertIn("pieces: 100 → 0 (-100 %)", self.held().mapped("change_text"))
        self.assertEqual(self.stock_shown()["quantity"], 100)

    def test_a_mistyped_rule_deletes_no_catalogue(self):
        """001-59: products that match no more are met one by one, as they move, and by passes."""
        more = self.env["product.product"].create(
            [
                {"name": f"More {number}", "default_code": f"SKU-1{number}", "list_price": 9}
                for number in range(5)
            ]
        )
        self.publish(*self.products, *more)
        self.site.guard_deletions = 3
        mistyped = {"product_domain": "[('default_code', '=', 'SKU')]"}
        self.site.with_context(integrator_dropping=True).write(mistyped)
        for product in self.products:
            product.name = "Moves"
            self.push()
        self.run_stages("reconcile")
        self.push()
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        self.assertGreaterEqual(len(listings.filtered(lambda one: one.state == "live")), 5)
        self.assertTrue(self.held())
        self.site.product_domain = "[('default_code', '=like', 'SKU-%')]"
        for _round in range(2):
            self.run_stages("reconcile")
            self.push()
        self.assertFalse(self.held())
        self.assertEqual(set(listings.mapped("state")), {"live"})
