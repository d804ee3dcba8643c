# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .catalogue_case import CatalogueCase
from .common import GERMANY


@tagged("post_install", "-at_install")
class TestSectionInventory(CatalogueCase):
    """The offered quantity follows stock, buffers and caps (001-04 … 001-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_once(cls.publish)

    def offered(self, **policy):
        """The quantity that Amazon shows under a policy."""
        self.listing().write(policy)
        self.push()
        return self.stock_shown()["quantity"]

    def test_the_policy_says_how_many(self):
        """001-04: free, less a buffer, capped, fixed, made to order; and the breakdown."""
        self.assertEqual(self.stock_shown()["quantity"], 100)
        self.assertEqual(self.offered(stock_buffer=3), 97)
        self.assertIn("Held back: -3", self.listing().stock_explanation)
        self.assertEqual(self.offered(stock_cap=20), 20)
        self.assertEqual(self.offered(stock_policy="fixed", stock_quantity=7), 7)
        self.assertEqual(self.offered(stock_policy="order", stock_quantity=50), 50)
        self.assertIn("Made to order: 50", self.listing().stock_explanation)

    def test_only_the_chosen_locations_count(self):
        """001-04."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id, "usage": "internal"}
        )
        self.env["stock.quant"]._update_available_quantity(self.product, shelf, 4)
        self.assertEqual(self.offered(location_ids=shelf.ids), 4)
        self.assertEqual(self.offered(location_ids=[(5, 0, 0)]), 104)

    def test_locations_of_one_listing_are_not_those_of_another(self):
        """001-04: computed together."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id, "usage": "internal"}
        )
        self.env["stock.quant"]._update_available_quantity(self.product, shelf, 4)
        common = {"site_id": self.site.id, "marketplace_code": GERMANY, "sku": "SKU-SHELF"}
        own = {"product_id": self.product.id, "location_ids": shelf.ids}
        shelved = self.env["integrator.listing"].create({**common, **own})
        listings = self.listing() - shelved | shelved
        stock = listings._stock()
        self.assertEqual([stock[one]["quantity"] for one in listings], [104, 4])

    def test_the_site_says_how_many_are_held_back(self):
        """001-04: unless the listing says otherwise."""
        self.site.stock_buffer = 10
        self.assertEqual(self.offered(stock_cap=1000), 90)
        self.assertEqual(self.offered(stock_buffer=0), 100)

    def test_a_receipt_gives_the_restock_date_and_none_takes_it_away(self):
        """001-05, 001-06: and the handling days stay as they are."""
        self.offered(handling_days=4)
        move = self.make_receipt(self.product, days=9)
        self.push()
        expected = fields.Date.to_string(fields.Date.today() + timedelta(days=9))
        shown = self.stock_shown()
        self.assertEqual(shown["restock_date"], expected)
        self.assertEqual(shown["lead_time_to_ship_max_days"], 4)
        move._action_cancel()
        self.push()
        self.assertNotIn("restock_date", self.stock_shown())
        self.assertEqual(self.stock_shown()["lead_time_to_ship_max_days"], 4)

    def test_a_receipt_that_is_put_off_or_late_has_no_old_date(self):
        """001-05."""
        move = self.make_receipt(self.product, days=3)
        self.push()
        move.date = fields.Datetime.add(fields.Datetime.now(), days=5)
        self.push()
        expected = fields.Date.to_string(fields.Date.today() + timedelta(days=5))
        self.assertEqual(self.stock_shown()["restock_date"], expected)
        with self.later(days=6):
            self.run_stages("reconcile")
            self.push()
        self.assertNotIn("restock_date", self.stock_shown())

    def test_handling_days_of_seller_central_stay(self):
        """001-06: whatever comes and goes in Odoo."""
        entry = {"fulfillment_channel_code": "DEFAULT", "quantity": 100}
        days = {"lead_time_to_ship_max_days": 5}
        self.patch_elsewhere("fulfillment_availability", [entry | days])
        move = self.make_receipt(self.product, days=9)
        self.push()
        self.assertIn("restock_date", self.stock_shown())
        self.env["stock.quant"]._update_available_quantity(self.product, self.stock, 1)
        self.push()
        self.assertEqual(self.stock_shown()["lead_time_to_ship_max_days"], 5)
        move._action_cancel()
        self.push()
        self.assertEqual(self.stock_shown(), {**entry, **days, "quantity": 101})

    def test_handling_days_are_ours_as_long_as_we_tell_them(self):
        """001-06: the same day, at most 30 days, and the account's again."""
        self.offered(handling_days=0)
        self.assertEqual(self.stock_shown()["lead_time_to_ship_max_days"], 0)
        self.offered(handling_days=90)
        self.assertEqual(self.stock_shown()["lead_time_to_ship_max_days"], 0)
        self.assertIn("at most 30 handling days", self.listing()._section("inventory").reason)
        self.offered(handling_days=-1)
        self.assertNotIn("lead_time_to_ship_max_days", self.stock_shown())

    def test_products_without_stock_tracking_are_asked_about(self):
        """001-04: no quantity is made up, and what Amazon has stays."""
        self.product.is_storable = False
        self.env["product.integration"]._request(self.site, self.product)
        self.push()
        section = self.listing()._section("inventory")
        self.assertEqual(section.state, "refused")
        self.assertIn("Made to order", section.reason)
        self.assertEqual(self.stock_shown()["quantity"], 100)
        self.assertIn("does not count", self.listing().stock_explanation)
        self.assertEqual(self.offered(stock_policy="order", stock_quantity=50), 50)

    def test_the_same_pieces_under_two_skus_are_said_to_be(self):
        """001-04."""
        values = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1-B"}
        self.env["integrator.listing"].create(values | {"marketplace_code": GERMANY})
        self.assertIn("also offered as: SKU-1-B", self.listing()[:1].stock_explanation)

    def test_the_day_of_a_receipt_is_that_of_the_people(self):
        """001-05: half past eleven in the evening in Greenwich is tomorrow in Berlin."""
        self.site.user_id = self.env.ref("base.user_admin")
        self.site.user_id.tz = "Europe/Berlin"
        move = self.make_receipt(self.product, days=3)
        move.date = "2036-12-01 23:30:00"
        self.push()
        self.assertEqual(self.stock_shown()["restock_date"], "2036-12-02")

    def test_a_product_without_a_listing_gets_no_quantity(self):
        """001-07: moving stock of a product that is not offered tells Amazon nothing."""
        other = self.env["product.product"].create(
            {"name": "Unlisted", "default_code": "X-1", "is_storable": True}
        )
        feeds = self.feeds()
        self.make_receipt(other, days=1)._action_done()
        self.push()
        self.assertEqual(self.feeds(), feeds)

    def test_a_quantity_is_never_sent_for_fba_listings(self):
        """001-07."""
        self.listing().channel = "site"
        feeds = self.feeds()
        self.env["stock.quant"]._update_available_quantity(self.product, self.stock, 5)
        self.make_receipt(self.product, days=1)
        self.push()
        self.publish()
        self.assertEqual(self.feeds(), feeds)
        self.assertEqual(self.stock_shown()["quantity"], 100)

    def test_a_switch_of_the_channel_takes_the_old_one_away(self):
        """PATCH would keep both."""
        listing = self.listing()
        listing.action_switch_channel()
        self.push()
        self.assertEqual(self.stock_shown(), {"fulfillment_channel_code": "AMAZON_EU"})
        self.assertEqual((listing.channel, listing.switching), ("site", False))
        listing.action_switch_channel()
        self.push()
        self.assertEqual(self.stock_shown()["fulfillment_channel_code"], "DEFAULT")
        self.assertEqual(self.stock_shown()["quantity"], 100)
        self.assertEqual((listing.channel, listing.switching), ("merchant", False))

    def test_a_listing_that_is_not_live_cannot_be_switched(self):
        self.listing().state = "closed"
        with self.assertRaisesRegex(UserError, "live listing"):
            self.listing().action_switch_channel()

    def test_the_channel_is_read_from_amazon(self):
        """Amazon ships it, whatever we thought, so no quantity follows."""
        entry = {"fulfillment_channel_code": "AMAZON_EU"}
        self.patch_elsewhere("fulfillment_availability", [entry])
        self.product.name = "Better"
        self.push()
        self.assertEqual(self.listing().channel, "site")
