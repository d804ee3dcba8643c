# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import tagged

from .common import GERMANY, AmazonCommon


@tagged("post_install", "-at_install")
class TestDrift(AmazonCommon):
    """Listings that Amazon shows are imported, or compared with what was sent, with their
    issues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.daily_order_check = False
        cls._prepare_once(cls.list_products)

    def look(self):
        """A night's look."""
        with self.running() as env:
            env["integrator.drift.check"]._cron_drift_check()
        self.come_in()

    def come_in(self):
        self.run_stages("fetch", "acknowledge", "extract")

    def listing(self, number=1):
        return self.products[number - 1].integrator_listing_ids

    def change_outside(self, sku, **attributes):
        """Another program changes a listing at Amazon."""
        with self.site._adapter()._gateway(self.site) as gateway:
            gateway.call(
                "patchListingsItem",
                path={"sellerId": self.site.amazon_merchant_id, "sku": sku},
                query={"marketplaceIds": [GERMANY]},
                body={
                    "productType": "PRODUCT",
                    "patches": [
                        {"op": "replace", "path": f"/attributes/{name}", "value": value}
                        for name, value in attributes.items()
                    ],
                },
            )

    def price(self, amount):
        schedule = [{"schedule": [{"value_with_tax": amount}]}]
        offer = {"marketplace_id": GERMANY, "currency": "EUR", "audience": "ALL"}
        return [{**offer, "our_price": schedule}]

    def forget(self):
        """Odoo does not know the listings any more; Amazon does."""
        self.env["integrator.task"].search([]).unlink()
        self.env["integrator.listing"].search([]).unlink()
        self._forget_events()

    def test_a_value_shown_as_sent_is_no_drift(self):
        """Nothing to report, nothing to send."""
        self.look()
        sections = self.listing().section_ids
        self.assertLessEqual(set(sections.mapped("state")), {"verified", "none"})
        self.assertTrue(self.listing().drift_checked_at)

    def test_a_price_that_was_changed_outside_drifts(self):
        """Both values are shown; Odoo wins by one press."""
        self.change_outside("SKU-1", purchasable_offer=self.price(77))
        self.look()
        section = self.listing()._section("price")
        self.assertEqual(section.state, "drifted", section.reason)
        self.assertEqual(section.odoo_text, "10.00 EUR")
        self.assertEqual(section.shown_text, "77.00 EUR")
        section.action_odoo_wins()
        self.run_stages(*["send"] * 3)
        self.assertEqual(section.state, "verified")
        [offer] = self.amazon.listing("SKU-1")["attributes"]["purchasable_offer"]
        self.assertEqual(offer["our_price"][0]["schedule"][0]["value_with_tax"], 10)

    def test_a_sale_that_was_not_sent_drifts(self):
        """001-68: the price is as sent, and buyers see a lower one."""
        day = {"start_at": "2026-01-01", "end_at": "2036-01-01"}
        offer = self.price(10)[0]
        sale = [{"schedule": [{**day, "value_with_tax": 1}]}]
        self.change_outside("SKU-1", purchasable_offer=[{**offer, "discounted_price": sale}])
        self.look()
        section = self.listing()._section("price")
        self.assertEqual(section.state, "drifted")
        section.action_odoo_wins()
        self.run_stages(*["send"] * 3)
        [offer] = self.amazon.listing("SKU-1")["attributes"]["purchasable_offer"]
        self.assertNotIn("discounted_price", offer)

    def test_a_sku_with_a_comma_is_looked_at_alone(self):
        """And so are those beside it."""
        odd = self.env["product.product"].create(
            {"name": "Odd", "default_code": "SKU-A,B", "is_storable": True, "list_price": 5}
        )
        self._forget_events()
        self.products |= odd
        self.list_products()
        listings = self.products.integrator_listing_ids
        listings.drift_checked_at = False
        self.look()
        self.assertTrue(all(listings.mapped("drift_checked_at")))
        self.assertEqual(set(listings.mapped("state")), {"live"})

    def site_wins(self, name):
        """Press the button, and the one in the dialog.

        :return: the action that says what was done
        """
        opened = self.listing()._section(name).action_site_wins()
        return self.env[opened["res_model"]].browse(opened["res_id"]).action_confirm()

    def test_taken_back_at_once_nothing_is_sent(self):
        """001-77: also when the change has not been planned yet."""
        self.change_outside("SKU-1", purchasable_offer=self.price(77))
        self.look()
        done = self.site_wins("price")
        self.env["integrator.undo"].browse(done["params"]["undo_id"]).action_undo()
        self.env.cr.flush()
        self.run_stages("plan_products", *["send"] * 3)
        [offer] = self.amazon.listing("SKU-1")["attributes"]["purchasable_offer"]
        self.assertEqual(offer["our_price"][0]["schedule"][0]["value_with_tax"], 77)
        self.assertEqual(self.listing()._section("price").state, "drifted")

    def test_the_price_of_amazon_is_taken_into_odoo(self):
        """As the fixed price of the listing."""
        self.change_outside("SKU-1", purchasable_offer=self.price(77))
        self.look()
        self.site_wins("price")
        self.assertEqual(self.listing().price_fixed, 77)
        self.look()
        self.assertEqual(self.listing()._section("price").state, "verified")

    def test_existing_listings_are_imported_and_nothing_is_sent_back(self):
        """001-73, 001-59: the first synchronisation shows only real differences."""
        self.forget()
        self.products[2].default_code = "OTHER-3"
        self.site.action_import_listings()
        self.come_in()
        listing = self.listing(1)
        self.assertEqual((listing.state, listing.channel), ("live", "merchant"))
        shown = self.amazon.listing("SKU-1")["summaries"][0]
        self.assertEqual(listing.remote_id, shown["asin"])
        row = self.env["integrator.sku.match"].search([("state", "=", "to_match")])
        self.assertEqual(row.sku, "SKU-3")
        row.action_create_product()
        self.assertEqual(row.product_id.integrator_listing_ids.state, "live")
        self.products[1].list_price = 21
        self._forget_events()
        self.env["product.integration"]._request(self.site, self.products[:2])
        self.run_stages("plan_products")
        self.assertEqual(self.tasks().mapped("kind"), ["price"])

    def test_very_many_are_imported_by_report(self):
        """001-73: then each is looked at, and nothing is sent back."""
        self.forget()
        self.site.write({"amazon_listings_report": True, "automatic": False})
        self.site.action_import_listings()
        for minutes in range(4):
            with self.later(minutes=2 * minutes):
                self.amazon.advance(2)
                self.come_in()
        listing = self.listing(1)
        self.assertEqual((listing.state, listing.remote_id[:1]), ("live", "B"))
        self.assertEqual(listing._section("price").state, "verified")
        self.assertTrue(listing.drift_checked_at)
        self._forget_events()
        self.env["product.integration"]._request(self.site, self.products)
        self.run_stages("plan_products")
        self.assertFalse(self.tasks())

    def test_fba_listings_keep_their_channel_and_two_channels_are_shown(self):
        """Never a quantity; the conflict is on the listing."""
        fba = {"fulfillment_channel_code": "AMAZON_EU"}
        both = [fba, {"fulfillment_channel_code": "DEFAULT", "quantity": 3}]
        self.change_outside("SKU-1", fulfillment_availability=[fba])
        self.change_outside("SKU-2", fulfillment_availability=both)
        self.forget()
        self.site.action_import_listings()
        self.come_in()
        listings = self.listing(1) | self.listing(2)
        self.assertEqual(set(listings.mapped("channel")), {"site"})
        self.assertTrue(self.listing(2).channel_conflict)
        values = listings._section_values(("inventory",))
        self.assertEqual({row["inventory"] for row in values.values()}, {None})

    def test_issues_that_come_later_are_kept_and_go_again(self):
        """The group is notified once."""
        for sku in ("SKU-1", "SKU-2"):
            self.amazon.add_issue(sku, severity="ERROR", code="8541", message="Brand?")
        self.look()
        issue = self.listing().issue_ids
        self.assertEqual((issue.code, issue.severity, issue.state), ("8541", "error", "open"))
        self.assertEqual(self.alerts(code="issue_8541").count, 1)

    def test_a_notification_makes_it_look_at_the_listing(self):
        """LISTINGS_ITEM_ISSUES_CHANGE."""
        self.site.write(
            {
                "amazon_queue_url": self.amazon.queue_url,
                "amazon_queue_endpoint": self.amazon.url,
                "amazon_queue_region": "eu-west-1",
                "amazon_queue_key_id": "AKIA",
                "amazon_queue_secret": "hidden",
            }
        )
        self.amazon.add_issue("SKU-1", severity="ERROR", code="8541", message="Brand?")
        payload = {"MarketplaceId": GERMANY, "Sku": "SKU-1", "Severities": ["ERROR"]}
        body = {"NotificationType": "LISTINGS_ITEM_ISSUES_CHANGE", "Payload": payload}
        self.amazon.send_message(json.dumps(body))
        self.come_in()
        self.come_in()
        self.assertEqual(self.listing(1).issue_ids.code, "8541")
        self.assertFalse(self.listing(1).drift_check_requested)
        self.assertFalse(self.listing(2).drift_checked_at)

    def test_a_listing_that_amazon_forgot_drifts(self):
        with self.site._adapter()._gateway(self.site) as gateway:
            gateway.call(
                "deleteListingsItem",
                path={"sellerId": self.site.amazon_merchant_id, "sku": "SKU-1"},
                query={"marketplaceIds": [GERMANY]},
            )
        self.listing()._request_drift_check()
        self.come_in()
        section = self.listing()._section("product")
        self.assertEqual(section.state, "drifted")
        self.assertIn("knows it no more", section.reason)

    def hour(self):
        """The hourly look at issues, and what comes of it."""
        with self.running() as env:
            env["integrator.drift.check"]._cron_issues()
        self.come_in()

    def test_issues_are_seen_within_the_hour_and_go_within_the_hour(self):
        """Only what has issues is asked for, and what had some."""
        self.amazon.add_issue("SKU-1", severity="ERROR", code="8541", message="Brand?")
        self.hour()
        issue = self.listing(1).issue_ids
        self.assertEqual((issue.code, issue.state), ("8541", "open"))
        self.assertFalse(self.listing(2).drift_checked_at)
        # a change of the listing corrects it at Amazon
        self.products[0].name = "A title with a brand"
        self.run_stages("plan_products", "send", "send")
        self.hour()
        self.assertNotEqual(issue.state, "open")

    def test_listings_missing_in_the_full_check_are_fetched_by_sku(self):
        """A listing that vanished in Seller Central is found, whatever was shown."""
        with self.site._adapter()._gateway(self.site) as gateway:
            gateway.call(
                "deleteListingsItem",
                path={"sellerId": self.site.amazon_merchant_id, "sku": "SKU-1"},
                query={"marketplaceIds": [GERMANY]},
            )
        self.look()
        self.assertNotEqual(self.listing(1)._section("product").state, "drifted")
        self.hour()
        self.assertEqual(self.listing(1)._section("product").state, "drifted")
        calls = len(self.amazon.calls("searchListingsItems"))
        self.hour()
        # nothing is asked for twice: only the hourly question for issues is left
        self.assertLessEqual(len(self.amazon.calls("searchListingsItems")), calls + 1)

    def test_the_site_wins_for_a_text(self):
        """The text of Seller Central becomes Odoo's value of the listing."""
        place = {"marketplace_id": GERMANY, "language_tag": self.germany.language}
        self.change_outside("SKU-1", item_name=[{"value": "Written elsewhere", **place}])
        self.look()
        section = self.listing()._section("product")
        self.assertEqual(section.state, "drifted")
        self.site_wins("product")
        self.assertEqual(section.state, "verified")
        [value] = self.listing().amazon_value_ids
        self.assertEqual((value.attribute_id.name, value.value), ("item_name", "Written elsewhere"))
        feeds = len(self.amazon.calls("createFeed"))
        self.run_stages("plan_products", "send")
        self.assertEqual(len(self.amazon.calls("createFeed")), feeds)
