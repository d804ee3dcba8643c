# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestCatalogueOut(AmazonCommon):
    """Products are sent to Amazon, and only what Amazon shows is a success."""

    def wait_in_vain(self, task):
        """Let the half hour be over in which Amazon should have shown the change; not before."""
        for minutes in (29, 31):
            self.assertEqual(task.state, "pending", minutes)
            submitted_at = fields.Datetime.now() - timedelta(minutes=minutes)
            task.submission_id.write({"submitted_at": submitted_at, "check_at": False})
            self.run_stages("send")

    def test_a_product_becomes_a_live_listing_with_stock_and_price(self):
        """001-01, 001-03, 001-04, 001-07, 001-08, 001-65 … 001-68, 001-73."""
        self.list_products()
        shown = self.amazon.listing("SKU-2")
        attributes = shown["attributes"]
        self.assertEqual(attributes["item_name"][0]["value"], "Thing 2")
        self.assertEqual(attributes["fulfillment_availability"][0]["quantity"], 100)
        listing = self.products[1].integrator_listing_ids
        self.assertEqual(listing.state, "live")
        self.assertEqual(listing.remote_id, shown["summaries"][0]["asin"])
        events = self.events(record_id=self.products[1].id)
        self.assertEqual(events.mapped("amazon_status"), ["success"])

    def test_stock_and_price_wait_for_the_product(self):
        """001-03."""
        self.env["product.integration"]._request(self.site, self.products[0])
        self.run_stages("plan_products", "send")
        self.assertEqual(self.tasks(kind="product").state, "submitted")
        self.assertEqual(self.tasks(kind="price").state, "waiting")

    def test_accepted_but_ignored_is_no_success(self):
        """001-68: sent once more, then shown."""
        self.list_products()
        self.amazon.fault("createFeed", "ignore")
        self.products[0].name = "A new name"
        self.run_stages("plan_products", "send", "send")
        task = self.tasks(kind="product")[:1]
        self.assertEqual(task.state, "pending")
        self.wait_in_vain(task)
        self.assertEqual(task.state, "ready")
        self.assertEqual(task.listing_id._section("product").resend_count, 1)
        self.amazon.fault("createFeed", "ignore")
        self.run_stages("send", "send")
        self.wait_in_vain(task)
        self.assertEqual(task.state, "error")
        self.assertIn("does not show", task.error_message)
        self.assertEqual(self.events(record_id=self.products[0].id)[:1].amazon_status, "error")

    def test_a_lost_answer_to_create_feed_makes_no_second_feed(self):
        self.amazon.fault("createFeed", "drop_after")
        self.env["product.integration"]._request(self.site, self.products)
        self.run_stages("plan_products", "send")
        submission = self.tasks(kind="product").submission_id
        self.assertFalse(submission.ticket)
        submission.check_at = False
        self.run_stages("send", "send", "send", "send")
        self.assertEqual(len(self.amazon.calls("createFeed")), 2)
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})

    def test_an_unlinked_product_closes_its_listing(self):
        """001-42."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "SKU-9"})
        self.run_stages("plan_products", *["send"] * 4)
        self.assertTrue(self.amazon.listing("SKU-9"))
        product.unlink()
        self.run_stages("plan_products", "send", "send")
        self.assertIsNone(self.amazon.listing("SKU-9"))
