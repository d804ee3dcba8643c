# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .catalogue_case import CatalogueCase

BRITAIN = "A1F83G8C2ARO7P"


@tagged("post_install", "-at_install")
class TestSectionPrice(CatalogueCase):
    """What is asked for, where, and until when (001-08, 001-09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.britain = cls.env.ref("integrator_amazon.marketplace_uk")
        currencies = cls.env["res.currency"].with_context(active_test=False)
        cls.euro = currencies.search([("name", "=", "EUR")])
        cls.pound = currencies.search([("name", "=", "GBP")])
        (cls.euro | cls.pound).active = True
        cls.pricelist = cls.make_pricelist("Germany", cls.euro, 12.5)
        cls.place().offer_pricelist_id = cls.pricelist
        cls._forget_events()

    @classmethod
    def place(cls, marketplace=None):
        code = (marketplace or cls.germany).code
        return cls.site.marketplace_ids.filtered(lambda place: place.code == code)

    @classmethod
    def make_pricelist(cls, name, currency, price):
        pricelist = cls.env["product.pricelist"].create({"name": name, "currency_id": currency.id})
        cls.add_rule(pricelist, fixed_price=price)
        return pricelist

    @classmethod
    def add_rule(cls, pricelist, **values):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": cls.product.id,
                "compute_price": "fixed",
                **values,
            }
        )

    def add_sale(self, price, start, end):
        now = fields.Datetime.now()
        return self.add_rule(
            self.pricelist,
            fixed_price=price,
            date_start=now + timedelta(days=start),
            date_end=now + timedelta(days=end),
        )

    def day(self, days):
        return fields.Date.to_string(fields.Date.today() + timedelta(days=days))

    def test_each_marketplace_has_its_pricelist_and_its_currency(self):
        """001-08."""
        self.site.amazon_marketplace_ids |= self.britain
        pounds = self.make_pricelist("Britain", self.pound, 9.99)
        self.place(self.britain).offer_pricelist_id = pounds
        self.publish()
        self.push()
        here, there = self.offer(), self.offer(code=BRITAIN)
        self.assertEqual((here["currency"], self.price_of(here["our_price"])), ("EUR", 12.5))
        self.assertEqual((there["currency"], self.price_of(there["our_price"])), ("GBP", 9.99))

    def test_a_dated_rule_is_a_sale_that_ends(self):
        """001-09: standard and sale side by side, then standard only."""
        self.publish()
        self.assertNotIn("discounted_price", self.offer())
        rule = self.add_sale(10.0, start=-1, end=5)
        self.push()
        offer = self.offer()
        self.assertEqual(self.price_of(offer["our_price"]), 12.5)
        self.assertEqual(self.price_of(offer["discounted_price"]), 10)
        [step] = offer["discounted_price"][0]["schedule"]
        self.assertEqual((step["start_at"], step["end_at"]), (self.day(-1), self.day(5)))
        self.assertIn("Sale from", self.listing().price_explanation)
        with self.later(days=6):
            self.env["integrator.listing"]._cron_look_at_dates()
            self.push()
        self.assertNotIn("discounted_price", self.offer())
        self.assertTrue(rule.exists())

    def test_a_sale_to_come_is_told_before_it_begins(self):
        """001-09."""
        self.publish()
        self.add_sale(11.0, start=3, end=8)
        self.push()
        [step] = self.offer()["discounted_price"][0]["schedule"]
        self.assertEqual(step["start_at"], self.day(3))
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)

    def test_a_dearer_rule_with_dates_is_no_sale(self):
        """001-09: Amazon refuses a sale above the standard price."""
        self.add_sale(20.0, start=-1, end=5)
        self.publish()
        self.assertNotIn("discounted_price", self.offer())

    def test_the_limits_hold(self):
        """001-08: minimum and maximum, also for sales."""
        self.add_sale(1.0, start=-1, end=5)
        self.publish()
        self.listing().write({"price_minimum": 11.0, "price_maximum": 12.0})
        self.push()
        offer = self.offer()
        self.assertEqual(self.price_of(offer["our_price"]), 12)
        self.assertEqual(self.price_of(offer["discounted_price"]), 11)
        self.assertEqual(self.price_of(offer["minimum_seller_allowed_price"]), 11)
        self.assertEqual(self.price_of(offer["maximum_seller_allowed_price"]), 12)
        self.assertIn("Within its limits: 12.00", self.listing().price_explanation)

    def test_a_listing_may_have_its_own_price(self):
        """001-08: fixed, or by a pricelist of its own."""
        self.publish()
        self.listing().write({"price_source": "fixed", "price_fixed": 33.33})
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 33.33)
        own = self.make_pricelist("Own", self.euro, 44.0)
        self.listing().write({"price_source": "own", "pricelist_id": own.id})
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 44)

    def test_business_buyers_have_a_price_and_quantity_discounts(self):
        """001-08: and when they end, the business offer is taken away."""
        trade = self.make_pricelist("Trade", self.euro, 12.0)
        for quantity, price in ((10, 11.0), (50, 9.5)):
            self.add_rule(trade, fixed_price=price, min_quantity=quantity)
        self.place().business_pricelist_id = trade
        self.publish()
        offer = self.offer("B2B")
        self.assertEqual(self.price_of(offer["our_price"]), 12)
        [plan] = offer["quantity_discount_plan"]
        levels = [(one["lower_bound"], one["value"]) for one in plan["schedule"][0]["levels"]]
        self.assertEqual(levels, [(10, 11), (50, 9.5)])
        self.place().business_pricelist_id = False
        self.publish()
        self.assertIsNone(self.offer("B2B"))
        self.assertTrue(self.offer())

    def test_a_product_without_a_price_is_refused_before_it_is_sent(self):
        """001-08; pain 5."""
        self.listing_price(0.0)
        self.publish()
        task = self.tasks(kind="price")
        self.assertEqual(task.state, "error")
        self.assertIn("purchasable_offer", task.error_message)
        self.assertEqual(self.listing()._section("price").state, "refused")

    def listing_price(self, price):
        self.pricelist.item_ids.fixed_price = price

    def test_a_pricelist_that_is_based_on_another_follows_it(self):
        """001-08: what changed is found through the list in between."""
        derived = self.env["product.pricelist"].create(
            {"name": "Derived", "currency_id": self.euro.id}
        )
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": derived.id,
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": self.pricelist.id,
                "price_surcharge": 1.0,
            }
        )
        self.place().offer_pricelist_id = derived
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 13.5)
        self.listing_price(20.0)
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 21)
