# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..lanes import lane_listings
from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestCatalogueWays(CatalogueCase):
    """By feed or one by one; only what changed; what does not arrive (001-02 … 001-07)."""

    def patches(self):
        return len(self.amazon.calls("patchListingsItem"))

    def test_few_changes_go_directly(self):
        """Pain 4: and are believed only when Amazon shows them (001-68)."""
        self.publish()
        self.site.direct_threshold = 5
        feeds = self.feeds()
        self.product.list_price = 77.0
        self.push()
        self.assertEqual((self.feeds(), self.patches()), (feeds, 1))
        self.assertEqual(self.price_of(self.offer()["our_price"]), 77)
        self.assertEqual(self.tasks(kind="price")[:1].state, "success")

    def test_a_direct_change_that_is_refused_tells_why(self):
        """001-69: HTTP 200 with INVALID is a refusal, with Amazon's words at the section."""
        self.publish()
        self.site.direct_threshold = 5
        self.amazon.reset()
        self.product.list_price = 78.0
        self.push()
        task = self.tasks(kind="price")[:1]
        self.assertEqual(task.state, "error")
        self.assertIn("does not exist", task.error_message)
        self.assertIn("does not exist", self.listing()._section("price").reason)

    def test_a_direct_call_that_fails_is_made_again(self):
        """000-10: and changes the price once."""
        self.publish()
        self.site.direct_threshold = 5
        self.amazon.fault("patchListingsItem", "server_error")
        self.product.list_price = 78.0
        self.push()
        task = self.tasks(kind="price")[:1]
        self.assertEqual(task.state, "ready")
        task.update_at = False
        self.push()
        self.assertEqual(task.state, "success")

    def test_a_direct_change_that_is_ignored_is_sent_once_more_and_then_shown(self):
        """Pain 5."""
        self.publish()
        self.site.direct_threshold = 5
        for _time in range(2):
            self.amazon.fault("patchListingsItem", "ignore")
        self.product.list_price = 79.0
        self.push(rounds=2)
        task = self.tasks(kind="price")[:1]
        for expected in ("ready", "error"):
            batch = task.batch_id
            batch.write({"submitted_at": "2026-01-01", "check_at": False})
            self.run_stages("send")
            self.assertEqual(task.state, expected)
            self.run_stages("send", "send")
        self.assertIn("purchasable_offer", task.error_message)
        self.assertEqual(self.listing()._section("price").state, "refused")

    def test_stock_and_prices_pass_a_feed_that_is_stuck(self):
        """Pain 4: content waits, stock and prices do not."""
        self.publish(*self.products)
        self.amazon.fault("createFeed", "stuck")
        self.products.write({"description_sale": "New"})
        self.push(rounds=2)
        batch = self.tasks(kind="product")[:1].batch_id
        self.products.write({"list_price": 55.0})
        self.push()
        self.assertEqual(self.patches(), 0)
        late = fields.Datetime.now() - timedelta(minutes=self.site.stuck_minutes + 1)
        batch.submitted_at = late
        self.push()
        self.assertEqual(self.patches(), 3)
        self.assertEqual(self.price_of(self.offer()["our_price"]), 55)

    def test_a_second_full_synchronisation_makes_no_call(self):
        """001-32, 001-60: of an unchanged catalogue; the events say so."""
        self.publish(*self.products)
        calls = len(self.amazon.calls())
        self._forget_events()
        self.publish(*self.products)
        self.assertEqual(len(self.amazon.calls()), calls)
        events = self.events(site_id=self.site.id)
        self.assertEqual(set(events.mapped("pending")), {False})
        self.assertEqual(set(events.mapped("reason")), {"Nothing to send."})

    def test_only_the_changed_section_is_told(self):
        """001-02: one message, with the title alone."""
        self.publish()
        feeds = self.feeds()
        self.product.name = "Another name"
        self.push()
        self.assertEqual(self.feeds(), feeds + 1)
        task = self.tasks(kind="product")[:1]
        self.assertIn(b"item_name", task.batch_id._raw())
        self.assertNotIn(b"condition_type", task.batch_id._raw())
        self.assertEqual(self.shown("item_name")[0]["value"], "Another name")

    def test_what_is_too_large_for_one_feed_goes_in_two(self):
        """001-01: Amazon's limit of 10 MiB, here a small one."""
        self.patch(lane_listings, "MAX_BYTES", 2000)
        self.env["product.integration"]._request(self.site, self.products)
        self.push(rounds=8)
        self.assertGreater(self.feeds(), 3)
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})
        self.assertCountEqual(self.amazon.listings(), self.products.mapped("default_code"))

    def test_what_is_removed_in_odoo_is_removed_at_amazon(self):
        """001-02."""
        self.product.description_sale = "Soft"
        self.publish()
        self.assertTrue(self.shown("product_description"))
        self.product.description_sale = False
        self.push()
        self.assertFalse(self.shown("product_description"))

    def test_a_product_that_is_refused_stops_the_rest_with_its_reason(self):
        """001-03, 000-35: and everything follows when it is mended."""
        bad = self.env["product.product"].create(
            {"name": "Long", "default_code": "SKU-" + "9" * 40, "is_storable": True}
        )
        self.push()
        tasks = self.tasks(listing_id=self.listing(bad).id)
        self.assertEqual(set(tasks.mapped("state")), {"error"})
        for task in tasks:
            self.assertIn("40 characters", task.error_message)
        section = self.listing(bad)._section("product")
        self.assertEqual(section.state, "refused")
        self.assertIn("40 characters", section.reason)

    def test_texts_that_are_too_long_are_cut_with_a_warning(self):
        """000-36."""
        self.product.name = "word " * 60
        self.publish()
        title = self.shown("item_name")[0]["value"]
        self.assertLessEqual(len(title), 200)
        self.assertTrue(title.endswith("word…"))
        self.assertIn("item_name is cut to 200", self.listing().amazon_warnings)

    def test_closing_by_setting_leaves_the_listing_without_a_piece(self):
        """001-42: archived products are closed by the site's setting."""
        self.publish()
        self.site.close_by = "zero"
        self.product.action_archive()
        self.push()
        self.assertEqual(self.stock_shown()["quantity"], 0)
        listing = self.env["integrator.listing"].search([("sku", "=", "SKU-1")])
        self.assertEqual((listing.state, listing.sku), ("closed", "SKU-1"))

    def test_a_closed_listing_that_comes_back_is_told_anew(self):
        """001-01, 001-42."""
        self.publish()
        self.product.action_archive()
        self.push()
        self.assertIsNone(self.amazon.listing("SKU-1"))
        self.product.action_unarchive()
        self.push()
        self.assertEqual(self.stock_shown()["quantity"], 100)
        self.assertEqual(self.listing().state, "live")

    def test_a_product_may_have_several_skus(self):
        """001-73: each with a price of its own."""
        self.publish()
        second = self.env["integrator.listing"].create(
            {
                "site_id": self.site.id,
                "product_id": self.product.id,
                "marketplace_id": self.listing().marketplace_id.id,
                "sku": "SKU-1-USED",
                "condition": "used_good",
                "price_source": "fixed",
                "price_fixed": 5.0,
            }
        )
        second.action_send()
        self.push()
        self.assertEqual(self.price_of(self.offer(sku="SKU-1-USED")["our_price"]), 5)
        self.assertEqual(self.shown("condition_type", "SKU-1-USED")[0]["value"], "used_good")
        self.assertEqual(self.price_of(self.offer()["our_price"]), 10)
