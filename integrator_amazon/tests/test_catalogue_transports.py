# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.integrator.exceptions import RejectedError

from ..exporters import exporter_listing
from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestCatalogueTransports(CatalogueCase):
    """Changes of listings are sent by feed or in single calls, only where something changed, and
    are sent again when they do not arrive (001-02 … 001-07)."""

    def patches(self):
        return len(self.amazon.calls("patchListingsItem"))

    def sell_out(self, products):
        """Nothing of it is there any more."""
        domain = [("product_id", "in", products.ids), ("location_id", "=", self.stock.id)]
        quants = self.env["stock.quant"].search(domain)
        quants.inventory_quantity = 0
        quants.action_apply_inventory()

    def test_few_changes_go_directly(self):
        """And are believed only when Amazon shows them (001-68)."""
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
        self.publish()
        self.site.direct_threshold = 5
        for _time in range(2):
            self.amazon.fault("patchListingsItem", "ignore")
        self.product.list_price = 79.0
        self.push(rounds=2)
        task = self.tasks(kind="price")[:1]
        for expected in ("ready", "error"):
            submission = task.submission_id
            submission.write({"submitted_at": "2026-01-01", "check_at": False})
            self.run_stages("send")
            self.assertEqual(task.state, expected)
            self.run_stages("send", "send")
        self.assertIn("purchasable_offer", task.error_message)
        self.assertEqual(self.listing()._section("price").state, "refused")

    def make_odd(self, *skus):
        """Products whose SKUs are hard to ask for."""
        return self.env["product.product"].create(
            [
                {"name": f"Odd {sku}", "default_code": sku, "is_storable": True, "list_price": 5}
                for sku in skus
            ]
        )

    def read_back(self, listings, tokens=10):
        """Listings as Amazon shows them; the notes of the call are committed, as in production."""
        self.env["integrator.amazon.quota"].search([]).tokens = tokens
        with self.running() as env:
            lane = env["integrator.amazon.exporter.listings"]
            return lane._read_back(self.site.with_env(env), listings.with_env(env))

    def test_a_sku_with_a_comma_keeps_nobody_back(self):
        """001-68: Amazon splits what is asked for at its commas, so it is asked for alone."""
        odd = self.make_odd("SKU-RED,M", "SKU-A/B", "SKU-#1")
        self._forget_events()
        self.publish(*self.products, *odd)
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})
        self.site.direct_threshold = 20
        odd.list_price = 6
        self.push()
        for product in odd:
            self.assertEqual(self.price_of(self.offer(sku=product.default_code)["our_price"]), 6)

    def test_a_sku_that_amazon_cannot_read_back_fails_alone(self):
        """001-68: more than twenty pieces between commas are more than one question takes."""
        odd = self.make_odd("SKU-" + "," * 30)
        self.publish(self.product, odd)
        shown = self.read_back(self.listing() | self.listing(odd))
        self.assertEqual(shown["SKU-1"]["sku"], "SKU-1")
        self.assertIsNone(shown[odd.default_code])
        with self.assertRaises(RejectedError):
            self.read_back(self.listing(odd))

    def test_skus_that_are_refused_together_are_asked_for_alone(self):
        """001-68: one refusal is not the answer of all."""
        self.publish(*self.products[:2])
        self.amazon.fault("searchListingsItems", "server_error", status=400, code="InvalidInput")
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        shown = self.read_back(listings)
        self.assertEqual(len(shown), 2)
        self.assertTrue(all(shown.values()))

    def test_read_backs_beyond_the_quota_follow_in_the_next_run(self):
        """001-68: each is a question of its own, and nobody is taken for missing."""
        odd = self.make_odd(*(f"SKU-A,{number}" for number in range(7)))
        self._forget_events()
        self.publish(*odd)
        listings = self.env["integrator.listing"].search([("sku", "like", "SKU-A,")])
        shown = self.read_back(listings, tokens=5)
        self.assertLess(len(shown), 7)
        self.assertTrue(all(shown.values()))
        for _time in range(4):
            self.env["integrator.submission"].search([]).check_at = False
            self.push()
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})

    def test_a_sku_that_may_not_be_called_about_goes_by_feed(self):
        """001-69: 403 for one SKU is not the application's missing role; the others go on."""
        odd = self.make_odd("SKU-A/B")
        self.publish(self.product, odd)
        self.amazon.settings.forbidden_skus = {"SKU-A/B"}
        self.site.direct_threshold = 5
        feeds = self.feeds()
        (self.product | odd).list_price = 66
        self.push(rounds=6)
        self.assertEqual(self.price_of(self.offer()["our_price"]), 66)
        self.assertEqual(self.price_of(self.offer(sku="SKU-A/B")["our_price"]), 66)
        self.assertEqual(self.feeds(), feeds + 1)
        self.assertEqual(set(self.tasks(kind="price").mapped("state")), {"success"})
        self.assertTrue(self.listing(odd).amazon_by_feed)
        alerts = self.env["integrator.alert"].search([("site_id", "=", self.site.id)])
        self.assertFalse(alerts.filtered(lambda one: one.state == "open"))
        patches = self.patches()
        odd.list_price = 67
        self.push(rounds=6)
        self.assertEqual(self.price_of(self.offer(sku="SKU-A/B")["our_price"]), 67)
        self.assertEqual(self.patches(), patches)

    def test_stock_and_prices_pass_a_feed_that_is_stuck(self):
        """Content waits, stock and prices do not."""
        self.publish(*self.products)
        self.amazon.fault("createFeed", "stuck")
        self.products.write({"description_sale": "New"})
        self.push(rounds=2)
        submission = self.tasks(kind="product")[:1].submission_id
        self.products.write({"list_price": 55.0})
        self.push()
        self.assertEqual(self.patches(), 0)
        late = fields.Datetime.now() - timedelta(minutes=self.site.stuck_minutes + 1)
        submission.submitted_at = late
        self.push()
        self.assertEqual(self.patches(), 3)
        self.assertEqual(self.price_of(self.offer()["our_price"]), 55)

    def test_an_accepted_listing_that_is_not_shown_holds_up_nothing(self):
        """Sold-out goods do not stay on offer because Amazon does not show a price."""
        self.publish(*self.products)
        self.amazon.fault("createFeed", "ignore")
        self.product.list_price = 44.0
        self.push(rounds=2)
        price = self.tasks(kind="price")[:1]
        self.assertEqual(price.state, "pending")
        self.sell_out(self.products[1:])
        self.push(rounds=3)
        quantities = [self.stock_shown(sku)["quantity"] for sku in ("SKU-2", "SKU-3")]
        self.assertEqual((quantities, price.state), ([0, 0], "pending"))

    def test_stock_does_not_wait_for_a_feed_that_is_under_way(self):
        """Prices and content do, for as long as it is not stuck."""
        self.publish(*self.products)
        self.amazon.fault("createFeed", "stuck")
        self.products.write({"description_sale": "New"})
        self.push(rounds=2)
        self.sell_out(self.products)
        self.products.write({"list_price": 55.0})
        self.push(rounds=2)
        self.assertEqual(self.patches(), 3)
        self.assertEqual(self.stock_shown()["quantity"], 0)
        self.assertEqual(len(self.tasks(kind="price", state="ready")), 3)

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

    def test_only_the_changed_section_is_sent(self):
        """001-02: one message, with the title alone."""
        self.publish()
        feeds = self.feeds()
        self.product.name = "Another name"
        self.push()
        self.assertEqual(self.feeds(), feeds + 1)
        task = self.tasks(kind="product")[:1]
        self.assertIn(b"item_name", task.submission_id._raw())
        self.assertNotIn(b"condition_type", task.submission_id._raw())
        self.assertEqual(self.shown("item_name")[0]["value"], "Another name")

    def test_messages_too_large_for_one_feed_go_in_two(self):
        """001-01: Amazon's limit of 10 MiB, here a small one."""
        self.patch(exporter_listing, "MAX_BYTES", 3000)
        self.env["product.integration"]._request(self.site, self.products)
        self.push(rounds=8)
        self.assertGreater(self.feeds(), 3)
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})
        self.assertCountEqual(self.amazon.listings(), self.products.mapped("default_code"))

    def test_attributes_removed_in_odoo_are_removed_at_amazon(self):
        """001-02."""
        self.product.description_sale = "Soft"
        self.publish()
        self.assertTrue(self.shown("product_description"))
        self.product.description_sale = False
        self.push()
        self.assertFalse(self.shown("product_description"))

    def test_a_product_that_is_refused_stops_the_rest_with_its_reason(self):
        """001-03, 000-35: and everything follows when it is corrected."""
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
        bad.default_code = "SKU-9"
        self.push()
        self.assertEqual(self.stock_shown("SKU-9")["quantity"], 0)
        self.assertEqual(self.price_of(self.offer(sku="SKU-9")["our_price"]), 1)

    def test_texts_that_are_too_long_are_cut_with_a_warning(self):
        """000-36."""
        self.product.name = "word " * 60
        self.publish()
        title = self.shown("item_name")[0]["value"]
        self.assertLessEqual(len(title), 200)
        self.assertTrue(title.endswith("word…"))
        self.assertIn("item_name is cut to 195", self.listing().amazon_warnings)

    def test_a_description_is_cut_by_its_bytes(self):
        """000-36: 1,989 characters of German are more than Amazon takes."""
        self.product.description_sale = "Größe für Küche, " * 117
        self.publish()
        text = self.shown("product_description")[0]["value"]
        self.assertLessEqual(len(text.encode()), 2000)
        self.assertTrue(text.endswith("…"))
        self.assertIn("product_description is cut", self.listing().amazon_warnings)

    def test_a_number_of_ones_own_is_no_barcode(self):
        """001-01: a mistyped one is not sent, but reported."""
        self.product.barcode = "4006381333932"
        self.publish()
        self.assertFalse(self.shown("externally_assigned_product_identifier"))
        self.assertIn("4006381333932 is not an EAN", self.listing().amazon_warnings)
        self.product.barcode = "4006381333931"
        self.push()
        [entry] = self.shown("externally_assigned_product_identifier")
        self.assertEqual((entry["type"], entry["value"]), ("ean", "4006381333931"))
        self.assertNotIn("EAN", self.listing().amazon_warnings)

    def test_texts_in_another_language_are_said_to_be(self):
        """001-01: whoever sends; a language that is near enough is no matter."""
        self.publish()
        listing = self.listing()
        self.assertIn("de_DE is not installed", listing.amazon_warnings)
        self.env["res.lang"]._activate_lang("de_CH")
        self.product.with_context(lang="de_CH").name = "Ding"
        self.push()
        self.assertEqual(self.shown("item_name")[0]["value"], "Ding")
        listing.invalidate_recordset()
        self.assertFalse(listing.amazon_warnings)

    def test_closing_by_setting_leaves_the_listing_without_a_piece(self):
        """001-42: archived products are closed by the site's setting."""
        self.publish()
        self.site.close_by = "zero"
        self.product.action_archive()
        self.push()
        self.assertEqual(self.stock_shown()["quantity"], 0)
        listing = self.env["integrator.listing"].search([("sku", "=", "SKU-1")])
        self.assertEqual((listing.state, listing.sku), ("closed", "SKU-1"))

    def test_a_closed_listing_that_comes_back_is_sent_as_a_whole(self):
        """001-01, 001-42: also what has changed meanwhile, and before it could be closed."""
        self.publish()
        self.product.action_archive()
        self.product.list_price = 12
        self.run_stages("plan_products")
        self.product.action_unarchive()
        self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12)
        self.product.action_archive()
        self.push()
        self.assertIsNone(self.amazon.listing("SKU-1"))
        self.product.name = "Gone"
        self.push()
        closings = self.tasks(kind="delist")
        self.assertCountEqual(closings.mapped("state"), ["obsolete", "success"])
        self.product.action_unarchive()
        self.push()
        self.assertEqual(self.stock_shown()["quantity"], 100)
        self.assertEqual(self.listing().state, "live")

    def as_product_user(self):
        """The product, as who may change products and nothing of the integration."""
        groups = "stock.group_stock_user,product.group_product_manager"
        user = self.env["res.users"].search([("login", "=", "products")])
        user = user or new_test_user(self.env, "products", groups)
        return self.product.with_user(user)

    def offered(self, *skus):
        """Return those of these that Amazon has."""
        return [sku for sku in skus if self.amazon.listing(sku)]

    def test_a_product_with_a_new_reference_is_offered_under_that(self):
        """000-34, 001-42: archived, changed and back, as the message recommends; not under the
        former one again, by the night neither."""
        self.publish()
        product = self.as_product_user()
        with self.assertRaisesRegex(UserError, "Archive the product first"):
            product.default_code = "SKU-NEW"
        product.action_archive()
        with self.assertRaisesRegex(UserError, "still being closed"):
            product.default_code = "SKU-NEW"
        self.run_stages("plan_products", "send")
        with self.assertRaisesRegex(UserError, "still being closed"):
            product.default_code = "SKU-NEW"
        self.push()
        product.default_code = "SKU-NEW"
        product.action_unarchive()
        self.push()
        values = {"site_id": self.site.id, "scope": "all", "cause": "person"}
        self.env["integrator.reconcile"].create(values)
        self.run_stages("reconcile")
        self.push()
        self.assertEqual(self.offered("SKU-1", "SKU-NEW"), ["SKU-NEW"])
        self.assertEqual(self.stock_shown("SKU-NEW")["quantity"], 100)
        listings = self.listing().sorted("id")
        self.assertEqual(listings.mapped("state"), ["closed", "live"])
        self.assertIn("another internal reference", listings[0].outlook)
        # the former SKU still names the product of what was sold under it
        found = self.env["integrator.product.finder"]._find_products(self.site, {"SKU-1"})
        self.assertEqual(found["SKU-1"], self.product)

    def test_a_product_with_its_former_reference_keeps_its_offer(self):
        """000-34, 001-42."""
        self.publish()
        product = self.as_product_user()
        product.action_archive()
        self.push()
        product.default_code = "SKU-NEW"
        product.default_code = "SKU-1"
        product.action_unarchive()
        self.push()
        self.assertEqual(self.offered("SKU-1", "SKU-NEW"), ["SKU-1"])
        self.assertEqual(self.listing().state, "live")

    def test_another_product_may_have_the_former_reference(self):
        """000-34, 001-73: it takes the place over, and the first keeps its own."""
        self.publish()
        product = self.as_product_user()
        product.action_archive()
        self.push()
        product.default_code = "SKU-NEW"
        values = {"name": "Next", "default_code": "SKU-1", "is_storable": True, "list_price": 9.0}
        follower = product.create(values)
        product.action_unarchive()
        self.push()
        self.assertEqual(self.offered("SKU-1", "SKU-NEW"), ["SKU-1", "SKU-NEW"])
        self.assertEqual(self.listing(follower).sku, "SKU-1")
        self.assertEqual(self.listing().sku, "SKU-NEW")
        self.assertEqual(self.shown("item_name")[0]["value"], "Next")

    def test_a_closed_listing_comes_back_under_the_present_reference(self):
        """000-34, 001-42: closed without being archived, and changed later with its barcode."""
        self.publish()
        rule = {"site_id": self.site.id, "product_domain": "[('default_code', '!=', 'SKU-1')]"}
        self.env["integrator.drop.listings"].create(rule).action_save_rule()
        self.as_product_user().list_price = 11
        self.push()
        self.assertEqual(self.listing().state, "closed")
        self.as_product_user().write({"default_code": "SKU-NEW", "barcode": "4006381333931"})
        self.push()
        self.assertEqual(self.offered("SKU-1", "SKU-NEW"), ["SKU-NEW"])
        [entry] = self.shown("externally_assigned_product_identifier", "SKU-NEW")
        self.assertEqual(entry["value"], "4006381333931")

    def test_two_products_never_share_a_sku(self):
        """000-34, 001-73: the second one with the same number is not offered in place of the first,
        and takes nothing away from it."""
        self.publish()
        duplicate = self.product.create(
            {"name": "Twin", "default_code": "SKU-1", "is_storable": True, "list_price": 99.0}
        )
        first, second = duplicate.create(
            [{"name": name, "default_code": "SKU-T"} for name in ("First", "Second")]
        )
        self._forget_events()
        self.publish(duplicate, first, second)
        self.assertFalse(self.listing(duplicate) | self.listing(second))
        self.assertEqual((self.listing().sku, self.listing(first).sku), ("SKU-1", "SKU-T"))
        self.assertEqual(self.price_of(self.offer()["our_price"]), 10)
        self.assertEqual(self.shown("item_name")[0]["value"], "Thing 1")

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
