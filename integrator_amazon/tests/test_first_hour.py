# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestFirstHour(AmazonCommon):
    """A new channel gets from nothing to its first order, and each step names what is missing."""

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_manager,base.group_system"
        self.manager = new_test_user(self.env, "boss", groups)
        self.parameters = self.env["ir.config_parameter"].sudo()

    def practise(self, url):
        self.parameters.set_param("integrator_amazon.practice_url", url)
        with self.running() as env:
            sites = env["integrator.site"].with_user(self.manager.id)
            return sites.action_practise()

    def steps(self, site):
        self.env.invalidate_all()
        return {step["key"]: step["done"] for step in site._setup_steps()}

    def test_a_site_without_keys_says_what_is_missing(self):
        """001-80, 001-81."""
        empty = {"name": "New", "site_type": "amazon"}
        site = self.env["integrator.site"].create(empty)
        steps = {step["key"]: step for step in site._setup_steps()}
        self.assertFalse(steps["account"]["done"])
        self.assertIn("Merchant Token", steps["account"]["text"])
        site.amazon_merchant_id = "A2SIMULATOR01"
        self.assertIn("Link account", site._adapter()._setup_missing(site))

    def test_practice_goes_from_nothing_to_the_list_of_steps(self):
        """One press makes a site that works; a second one makes no other."""
        action = self.practise(self.amazon.url.replace("127.0.0.1", "localhost"))
        self.assertEqual(action["res_model"], "integrator.setup")
        site = self.env["integrator.site"].search([("name", "=", "Practice")])
        done = self.steps(site)
        self.assertTrue(done["account"] and done["connection"] and done["marketplaces"])
        self.assertFalse(done["automatic"])
        # the settings of a marketplace that is not chosen any more stay
        chosen, site.amazon_marketplace_ids = site.amazon_marketplace_ids, False
        self.assertFalse(self.steps(site)["marketplaces"])
        site.amazon_marketplace_ids = chosen
        self.practise(self.amazon.url.replace("127.0.0.1", "localhost"))
        self.assertEqual(self.env["integrator.site"].search_count([("name", "=", "Practice")]), 1)

    def test_a_practice_has_products_and_a_buyer_who_orders_cancels_and_returns(self):
        """001-82: from an empty database to an order, a cancellation request, and a return."""
        self.practise(self.amazon.url.replace("127.0.0.1", "localhost"))
        site = self.env["integrator.site"].search([("name", "=", "Practice")])
        self.assertTrue(site.amazon_is_practice)
        products = site._offered_products()
        self.assertEqual(
            products.mapped("default_code"), ["PRACTICE-CHAIR", "PRACTICE-CUP", "PRACTICE-LAMP"]
        )
        self.assertGreater(min(products.mapped("free_qty")), 0)
        site.automatic = True
        operator = new_test_user(self.env, "pupil", "integrator.group_integrator_user")
        with self.assertRaisesRegex(UserError, "Let a buyer order"):
            site.with_user(operator).action_practice_cancel()
        self.press(site, operator, "action_practice_order")
        order = self.env["integrator.order"].search([("site_id", "=", site.id)])
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertIn(order.sale_order_id.order_line[:1].product_id, products)
        self.press(site, operator, "action_practice_cancel")
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.integrator_hold, "buyer_cancel")
        picking.action_integrator_release_hold()
        self.press(site, operator, "action_practice_order")
        order = self.env["integrator.order"].search([("site_id", "=", site.id)]) - order
        self.assertEqual(order.state, "imported", order.error_message)
        self.deliver(order.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        self.press(site, operator, "action_practice_return")
        # a report is asked for, waited for, and downloaded
        for minutes in (3, 6):
            with self.later(minutes=minutes):
                self.run_stages("fetch", "acknowledge", "extract")
        back = self.env["integrator.return"].search([("site_id", "=", site.id)])
        self.assertEqual(back.order_id, order)

    def press(self, site, user, action):
        """Press a button of the practice, and let the background work."""
        with self.running() as env:
            getattr(env["integrator.site"].with_user(user.id).browse(site.id), action)()
        self.env.invalidate_all()
        self.run_stages("fetch", "acknowledge", "extract", "import")

    def test_only_a_channel_for_practice_has_a_buyer(self):
        """Bad input gets a clear error: at the real Amazon no test orders are made."""
        values = {"name": "Real", "site_type": "amazon", "amazon_merchant_id": "A1REALREAL"}
        real = self.env["integrator.site"].create(values)
        self.assertFalse(real.amazon_is_practice)
        with self.assertRaisesRegex(UserError, "not a channel for practice"):
            real.action_practice_order()

    def test_a_product_for_practice_says_what_amazon_asks_for(self):
        """001-01: by rules that come with the practice; nothing has to be filled in first."""
        self.rules.unlink()
        self.practise(self.amazon.url.replace("127.0.0.1", "localhost"))
        site = self.env["integrator.site"].search([("name", "=", "Practice")])
        product = self.env["product.product"].create(
            {"name": "Cup", "default_code": "PRACTICE-1", "description_sale": False}
        )
        code = site.amazon_marketplace_ids.code
        listing = self.env["integrator.listing"].create(
            {
                "site_id": site.id,
                "product_id": product.id,
                "sku": "PRACTICE-1",
                "marketplace_code": code,
            }
        )
        with self.running() as env:
            env["integrator.amazon.product.type"]._prepare_for(listing.with_env(env))
        self.env.invalidate_all()
        value = listing._section_values(("product",))[listing]["product"]
        message = site._adapter()._section_message(listing, "product", value)
        texts = message["attributes"]["product_description"]
        self.assertEqual(texts[0]["value"], "A product for practice.")
        product.description_sale = "My own words"
        value = listing._section_values(("product",))[listing]["product"]
        self.assertEqual(value["product_description"][0]["value"], "My own words")

    def test_without_a_local_amazon_it_says_how_to_start_one(self):
        """Bad input gets a clear error."""
        with self.assertRaisesRegex(UserError, "spapi_simulator"):
            self.practise("http://127.0.0.1:9")

    def test_a_server_that_is_not_for_practice_says_so(self):
        """A server at that address would be taken for Amazon, and its orders for real ones."""
        closed = {"INTEGRATOR_PRACTICE_HOSTS": "elsewhere.example"}
        with patch.dict(os.environ, closed), self.assertRaisesRegex(UserError, "practice_hosts"):
            self.practise(self.amazon.url)
        self.assertFalse(self.env["integrator.site"].search([("name", "=", "Practice")]))

    def test_each_step_is_done_by_doing_it(self):
        """Import, match, dry run, automatic."""
        self.list_products()
        site = self.site
        self.assertFalse(self.steps(site)["listings"])
        site.action_import_listings()
        self.run_stages("fetch", "acknowledge", "extract")
        done = self.steps(site)
        self.assertTrue(done["listings"] and done["match"])
        preview = self.env["integrator.preview"]
        preview.create({"listing_ids": self.products.integrator_listing_ids.ids})
        self.assertTrue(all(self.steps(site)[key] for key in ("preview", "automatic")))
