# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from .catalogue_case import CatalogueCase

BRITAIN = "A1F83G8C2ARO7P"


@tagged("post_install", "-at_install")
class TestSectionPrice(CatalogueCase):
    """Prices and sales are sent per marketplace, with their times (001-08, 001-09)."""

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

    def sale_shown(self):
        """Begin and end of the sale that Amazon shows."""
        [step] = self.offer()["discounted_price"][0]["schedule"]
        return step["start_at"], step["end_at"]

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
        self.assertIn("Sale from", self.listing().price_explanation)
        with self.later(days=6):
            self.run_stages("reconcile")
            self.push()
        self.assertNotIn("discounted_price", self.offer())
        self.assertTrue(rule.exists())

    def test_a_future_sale_is_sent_before_it_begins(self):
        """001-09."""
        self.publish()
        rule = self.add_sale(11.0, start=3, end=8)
        self.push()
        start = datetime.fromisoformat(self.sale_shown()[0]).astimezone(timezone.utc)
        self.assertEqual(start.replace(tzinfo=None), rule.date_start)
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)

    def test_a_sale_has_the_times_of_its_rule_where_the_people_are(self):
        """001-09: from midnight to midnight in Berlin, not in Greenwich; Amazon's end is over."""
        self.site.user_id = self.env.ref("base.user_admin")
        self.site.user_id.tz = "Europe/Berlin"
        self.add_rule(
            self.pricelist,
            fixed_price=10.0,
            date_start="2036-12-09 23:00:00",
            date_end="2036-12-12 22:59:00",
        )
        self.publish()
        times = self.sale_shown()
        self.assertEqual(times, ("2036-12-10T00:00:00+01:00", "2036-12-13T00:00:00+01:00"))
        self.assertEqual(self.listing()._section("price").state, "verified")
        self.site.user_id.tz = "America/Los_Angeles"
        self.publish()
        times = self.sale_shown()
        self.assertEqual(times, ("2036-12-09T15:00:00-08:00", "2036-12-12T15:00:00-08:00"))

    def test_a_sale_in_the_list_below_is_a_sale(self):
        """001-09: the dated rule is in the pricelist that the marketplace's is based on."""
        derived = self.derive(surcharge=1.0)
        self.place().offer_pricelist_id = derived
        self.add_sale(10.0, start=-1, end=5)
        self.publish()
        offer = self.offer()
        self.assertEqual(self.price_of(offer["our_price"]), 13.5)
        self.assertEqual(self.price_of(offer["discounted_price"]), 11)

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
        """001-08."""
        self.listing_price(0.0)
        self.publish()
        self.assert_refused("A price of 0.00 EUR cannot be offered", "Germany (EUR)")
        self.assertIsNone(self.offer())

    def assert_refused(self, *words):
        """The last price task is refused, with these words for people."""
        task = self.tasks(kind="price").sorted("id")[-1]
        self.assertEqual(task.state, "error")
        section = self.listing()._section("price")
        self.assertEqual(section.state, "refused")
        for word in words:
            self.assertIn(word, task.error_message)
            self.assertIn(word, section.reason)
        self.assertIn(words[0], self.listing().price_explanation)

    def listing_price(self, price):
        self.pricelist.item_ids.fixed_price = price

    def derive(self, surcharge=0.0, currency=None):
        """A pricelist that is based on that of the marketplace."""
        derived = self.env["product.pricelist"].create(
            {"name": "Derived", "currency_id": (currency or self.euro).id}
        )
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": derived.id,
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": self.pricelist.id,
                "price_surcharge": surcharge,
            }
        )
        return derived

    def test_a_pricelist_that_is_based_on_another_follows_it(self):
        """001-08: what changed is found through the list in between."""
        self.place().offer_pricelist_id = self.derive(surcharge=1.0)
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 13.5)
        self.listing_price(20.0)
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 21)

    # === NEVER FOR NOTHING === #

    def test_a_sale_for_nothing_is_refused_and_the_last_price_stays(self):
        """001-09: a dated rule of 100 % off, by a slip of the keyboard."""
        self.publish()
        self.add_rule(
            self.pricelist,
            compute_price="percentage",
            percent_price=100.0,
            date_start=fields.Datetime.now() - timedelta(days=1),
            date_end=fields.Datetime.now() + timedelta(days=5),
        )
        self.push()
        self.assert_refused("A price of 0.00 EUR cannot be offered", "the sale in Germany (EUR)")
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)
        self.assertNotIn("discounted_price", self.offer())

    def test_a_price_that_rounds_to_nothing_is_refused(self):
        """001-08."""
        self.listing_price(0.004)
        self.publish()
        self.assert_refused("A price of 0.00 EUR cannot be offered")

    def test_a_limit_makes_no_price_of_nothing(self):
        """001-08: a minimum is no price."""
        self.publish()
        self.listing().price_minimum = 5.0
        self.listing_price(0.0)
        self.push()
        self.assert_refused("A price of 0.00 EUR cannot be offered")

    def test_a_business_price_for_nothing_is_refused(self):
        """001-08: it does not take the business offer away in silence either."""
        trade = self.make_pricelist("Trade", self.euro, 12.0)
        self.place().business_pricelist_id = trade
        self.publish()
        trade.item_ids.fixed_price = 0.0
        self.push()
        self.assert_refused("A price of 0.00 EUR cannot be offered", "Trade (EUR)")
        self.assertEqual(self.price_of(self.offer("B2B")["our_price"]), 12)

    def test_a_fixed_price_of_nothing_is_refused(self):
        """001-08."""
        self.publish()
        self.listing().write({"price_source": "fixed", "price_fixed": 0.0})
        self.push()
        self.assert_refused("A price of 0.00 EUR cannot be offered", "the fixed price")

    # === BUSINESS BUYERS === #

    def business_levels(self):
        [plan] = self.offer("B2B").get("quantity_discount_plan", [{"schedule": [{"levels": []}]}])
        return [(one["lower_bound"], one["value"]) for one in plan["schedule"][0]["levels"]]

    def test_business_buyers_never_pay_more_than_everybody(self):
        """001-08: Amazon would refuse the whole offer; discounts count all the same."""
        trade = self.make_pricelist("Trade", self.euro, 25.0)
        for quantity, price in ((2.5, 20.0), (10, 11.0)):
            self.add_rule(trade, fixed_price=price, min_quantity=quantity)
        self.place().business_pricelist_id = trade
        self.publish()
        self.assertEqual(self.price_of(self.offer("B2B")["our_price"]), 12.5)
        self.assertEqual(self.business_levels(), [(10, 11)])

    def test_discounts_that_meet_at_the_minimum_are_one(self):
        """001-08: 9, 8 and 7 with a minimum of 8.50 are one discount, from 3 pieces on."""
        trade = self.make_pricelist("Trade", self.euro, 12.0)
        for quantity, price in ((2.5, 9.0), (10, 8.0), (50, 7.0)):
            self.add_rule(trade, fixed_price=price, min_quantity=quantity)
        self.place().business_pricelist_id = trade
        self.publish()
        self.listing().price_minimum = 8.5
        self.push()
        self.assertEqual(self.business_levels(), [(3, 9), (10, 8.5)])
        self.assertIn("… from 10 pieces on: 8.50", self.listing().price_explanation)

    # === TAX === #

    def add_vat(self, included=False):
        """The product is sold with 19 % tax."""
        self.vat.price_include_override = "tax_included" if included else "tax_excluded"
        self.product.taxes_id = self.vat

    def test_buyers_see_prices_with_tax_where_the_marketplace_shows_them_so(self):
        """001-08: 12.50 without 19 % is 14.88 for buyers, also in a sale and for business."""
        self.add_vat()
        self.add_sale(10.0, start=-1, end=5)
        trade = self.make_pricelist("Trade", self.euro, 12.0)
        self.add_rule(trade, fixed_price=11.0, min_quantity=10)
        self.place().business_pricelist_id = trade
        self.publish()
        offer = self.offer()
        self.assertEqual(self.price_of(offer["our_price"]), 14.88)
        self.assertEqual(self.price_of(offer["discounted_price"]), 11.9)
        self.assertEqual(self.price_of(self.offer("B2B")["our_price"]), 14.28)
        self.assertEqual(self.business_levels(), [(10, 13.09)])
        self.assertIn("With tax (VAT 19 % DE): 14.88", self.listing().price_explanation)

    def test_a_price_that_has_its_tax_gets_none_on_top(self):
        """001-08."""
        self.add_vat(included=True)
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)

    def test_the_marketplace_may_want_prices_without_tax(self):
        """001-08: as in the United States, where the tax comes on top."""
        self.add_vat(included=True)
        self.place().offer_tax = "excluded"
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 10.5)
        self.assertIn("Without tax (VAT 19 % DE): 10.50", self.listing().price_explanation)

    def test_a_pricelist_may_hold_the_marketplaces_prices_already(self):
        """001-08."""
        self.add_vat()
        self.place().offer_tax = "same"
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)

    def test_the_tax_is_that_of_the_country_that_is_sold_to(self):
        """001-08: by the marketplace's fiscal position, 20 % instead of 19 %."""
        self.add_vat()
        french = self._make_tax(20, self.env.ref("base.fr"))
        position = self.env["account.fiscal.position"].create({"name": "France"})
        french.write({"fiscal_position_ids": position.ids, "original_tax_ids": self.vat.ids})
        self.place().seller_position_id = position
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 15)

    def test_marketplaces_that_share_a_pricelist_have_taxes_of_their_own(self):
        """001-08: computed together, 19 % here and 20 % there."""
        self.add_vat()
        french = self._make_tax(20, self.env.ref("base.fr"))
        position = self.env["account.fiscal.position"].create({"name": "France"})
        french.write({"fiscal_position_ids": position.ids, "original_tax_ids": self.vat.ids})
        france = self.env.ref("integrator_amazon.marketplace_fr")
        self.site.amazon_marketplace_ids |= france
        self.place(france).write(
            {"offer_pricelist_id": self.pricelist.id, "seller_position_id": position.id}
        )
        common = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        listings = self.env["integrator.listing"].create(
            [{**common, "marketplace_code": place.code} for place in (self.germany, france)]
        )
        prices = listings._prices()
        self.assertEqual([prices[one]["amount"] for one in listings], ["14.88", "15.00"])

    def test_a_price_entered_on_the_listing_is_the_buyers_price(self):
        """001-08: a fixed price and the limits are not taxed once more."""
        self.add_vat()
        self.publish()
        self.listing().price_maximum = 14.0
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 14)
        self.listing().write({"price_source": "fixed", "price_fixed": 13.0})
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 13)

    def test_amazon_says_where_prices_have_their_tax(self):
        """001-08: and a person may decide otherwise."""
        places = self.env["integrator.amazon.marketplace"]
        for country, expected in (("US", "excluded"), ("MX", "included"), ("JP", "included")):
            place = places.search([("country_code", "=", country)])
            site = self._make_site(name=country, amazon_marketplace_ids=place.ids)
            self.assertEqual(site.marketplace_ids.offer_tax, expected)
        self.assertEqual(self.place().offer_tax, "included")
        self.place().offer_tax = "same"
        self.place().name = "Renamed"
        self.assertEqual(self.place().offer_tax, "same")

    # === OTHER CURRENCIES === #

    def test_a_fixed_price_of_a_foreign_pricelist_is_converted(self):
        """001-08: 12.50 EUR are not 12.50 pounds."""
        self._make_rates(EUR=0.8, GBP=0.7)
        self.site.amazon_marketplace_ids |= self.britain
        self.place(self.britain).offer_pricelist_id = self.pricelist
        self.publish()
        self.assertEqual(self.price_of(self.offer(code=BRITAIN)["our_price"]), 10.94)
        text = self.listing(code=BRITAIN).price_explanation
        self.assertIn("Germany (EUR): 12.50 EUR", text)
        self.assertIn("1 EUR = 0.875 GBP", text)
        self.assertIn("Exchange rate of 01/01/2020", text)

    def test_without_a_rate_nothing_is_offered_and_the_last_price_stays(self):
        """001-08: never one to one."""
        self.place().offer_pricelist_id = False
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 10)
        self.euro.rate_ids.unlink()
        self.product.list_price = 11.0
        self.push()
        self.assert_refused("There is no exchange rate for EUR", "Currencies")
        self.assertEqual(self.price_of(self.offer()["our_price"]), 10)
        self._make_rates(EUR=0.5)
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 5.5)

    def test_a_rate_that_is_missing_below_is_missing(self):
        """001-08: of the pricelist that the marketplace's is based on."""
        pounds = self.make_pricelist("Pounds", self.pound, 9.0)
        self.pound.rate_ids.unlink()
        self.pricelist.item_ids.write(
            {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": pounds.id}
        )
        self.publish()
        self.assert_refused("There is no exchange rate for GBP")
        self._make_rates(GBP=0.5)
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 18)

    def test_a_pricelist_with_fixed_prices_needs_no_rate(self):
        """001-08."""
        self.euro.rate_ids.unlink()
        self.publish()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)

    # === GONE MEANS GONE === #

    def test_a_sale_that_amazon_keeps_is_no_success(self):
        """001-09, 001-68: accepted, and yet the low price is still there."""
        rule = self.add_sale(10.0, start=-1, end=5)
        self.publish()
        self.amazon.settings.sticky_fields = {"discounted_price"}
        rule.date_end = fields.Datetime.now() - timedelta(minutes=1)
        self.push()
        task = self.tasks(kind="price").sorted("id")[-1]
        self.assertEqual(task.state, "pending")
        for expected in ("ready", "error"):
            task.submission_id.write({"submitted_at": "2026-01-01", "check_at": False})
            self.run_stages("send")
            self.assertEqual(task.state, expected)
            self.run_stages("send", "send")
        self.assertIn("still shows: discounted_price", task.error_message)
