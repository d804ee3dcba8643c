# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .catalogue_case import CatalogueCase
from .common import GERMANY


@tagged("post_install", "-at_install")
class TestProductTypes(CatalogueCase):
    """Required attributes are known before a product is sent (001-01, 001-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what these tests are about is what nothing says yet
        asked = ("brand", "bullet_point", "country_of_origin")
        cls.rules.filtered(lambda rule: rule.attribute in asked).product_type = "PRODUCT"

    def setUp(self):
        super().setUp()
        self.amazon.unlimited = True
        self.operator = new_test_user(self.env, "clerk", "integrator.group_integrator_user")

    def offer_shirt(self):
        """A listing of the product type SHIRT that has not been sent."""
        values = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        listing = self.env["integrator.listing"].create(
            {**values, "marketplace_code": GERMANY, "amazon_product_type": "SHIRT"}
        )
        self._forget_events()
        return listing

    def ask(self, listing):
        """Press “Attributes”; return the rows that are to be filled in."""
        action = self.press(listing.with_user(self.operator), "action_amazon_attributes")
        rows = self.env[action["res_model"]].with_user(self.operator).search(action["domain"])
        return {row.attribute_id.name: row for row in rows}

    def press(self, record, method, *args):
        """A button that calls Amazon: what it notes is committed, as in life."""
        with self.running() as env:
            result = getattr(record.with_env(env(user=record.env.uid)), method)(*args)
        self.env.invalidate_all()
        return result

    def fill_in(self, rows):
        """Enter values as an operator."""
        rows["brand"].value = "Acme"
        rows["bullet_point"].value = "Soft\nWarm"
        for name, code in (("country_of_origin", "DE"), ("department", "mens")):
            choices = rows[name].attribute_id.choice_ids
            rows[name].choice_id = choices.filtered(lambda one, code=code: one.code == code)

    # === WHAT THE LISTING SAYS === #

    def test_missing_attributes_are_counted_and_sent_from_their_page(self):
        """001-01, 001-02: on the listing, and none once it is written; one press sends it."""
        listing = self.offer_shirt().with_user(self.operator)
        rows = self.ask(listing)
        self.env.invalidate_all()
        self.assertEqual(listing.amazon_missing, 4)
        self.fill_in(rows)
        self.env.invalidate_all()
        self.assertEqual(listing.amazon_missing, 0)
        # the client calls it without a row when none is chosen
        values = self.env["integrator.amazon.listing.value"].with_user(self.operator)
        values.with_context(default_listing_id=listing.id).action_save_and_send()
        self.publish()
        self.assertNotEqual(listing.sudo()._section("product").state, "none")
        with self.assertRaises(AccessError):
            outsider = new_test_user(self.env, "outsider", "base.group_user")
            values.with_user(outsider).with_context(
                default_listing_id=listing.id
            ).action_save_and_send()

    def test_a_live_listing_leads_to_its_page_at_amazon(self):
        """001-77: on the marketplace where it is sold."""
        listing = self.offer_shirt()
        listing.sudo().write({"remote_id": "B012345678"})
        self.assertFalse(listing.page_url)
        listing.sudo().state = "live"
        listing = listing.with_user(self.operator)
        self.assertEqual(listing.page_url, "https://www.amazon.de/dp/B012345678")
        self.assertEqual(listing.action_open_page()["url"], listing.page_url)

    # === REFUSED HERE === #

    def test_missing_attributes_are_refused_before_sending(self):
        """001-01, 001-69: with the attribute named, and no feed is made."""
        listing = self.offer_shirt()
        self.publish()
        section = listing._section("product")
        self.assertEqual(section.state, "refused")
        self.assertRegex(section.reason, "“Brand”, .* are missing: fill them in")
        self.assertEqual(section.reason.count("missing"), 1)
        self.assertIn("brand", [row["attribute"] for row in section.issues])
        self.assertEqual(self.feeds(), 0)
        task = self.tasks(kind="product")
        self.assertEqual((task.state, task.error_code), ("error", "listing_incomplete"))

    def test_required_attributes_are_filled_in_and_sent(self):
        """001-01, 001-02: the form has what nothing says yet; then Amazon takes the listing."""
        listing = self.offer_shirt()
        rows = self.ask(listing)
        self.assertEqual(set(rows), {"brand", "bullet_point", "country_of_origin", "department"})
        self.fill_in(rows)
        self.publish()
        self.assertEqual(listing._section("product").state, "verified")
        said = [entry["value"] for entry in self.shown("bullet_point")]
        self.assertEqual(said, ["Soft", "Warm"])
        self.assertEqual(self.shown("department")[0]["value"], "mens")
        self.assertEqual(self.amazon.listing("SKU-1")["productType"], "SHIRT")

    def test_a_later_attribute_is_sent_like_a_change_of_the_product(self):
        """001-02."""
        listing = self.offer_shirt()
        self.fill_in(self.ask(listing))
        self.publish()
        self.ask(listing)["brand"].value = "Other"
        self.push()
        self.assertEqual(self.shown("brand")[0]["value"], "Other")

    def test_a_type_that_amazon_does_not_know_is_refused_with_what_to_do(self):
        """001-69."""
        listing = self.offer_shirt()
        listing.amazon_product_type = "NONSENSE"
        self.publish()
        self.assertIn("does not know the product type", listing._section("product").reason)
        with self.assertRaisesRegex(UserError, "Find the product type"):
            self.ask(listing)

    def test_the_check_can_be_switched_off(self):
        """Then Amazon refuses it itself."""
        self.site.amazon_check_types = False
        listing = self.offer_shirt()
        self.publish()
        self.assertEqual(self.feeds(), 1)
        self.assertIn("'[brand]' is required", listing._section("product").reason)

    # === FETCHED AND KEPT === #

    def test_a_definition_is_fetched_once(self):
        """One call per type and marketplace, whatever is sent."""
        self.list_products()
        self.products.write({"name": "Renamed"})
        self.push()
        self.assertEqual(len(self.amazon.calls("getDefinitionsProductType")), 1)

    def test_a_definition_is_asked_for_again_after_a_week(self):
        """Changes at Amazon count from then on; entered values stay, missing titles are filled."""
        listing = self.offer_shirt()
        rows = self.ask(listing)
        rows["brand"].value = "Acme"
        listing.amazon_type_id.fetched_at = "2026-01-01"
        structures = listing.amazon_type_id.attribute_ids.filtered("part_titles")
        titles = structures.mapped("part_titles")
        structures.part_titles = False
        self.assertEqual(self.ask(listing)["brand"].value, "Acme")
        self.assertEqual(len(self.amazon.calls("getDefinitionsProductType")), 2)
        self.assertTrue(titles)
        self.assertEqual(structures.mapped("part_titles"), titles)

    def test_while_it_cannot_be_had_the_product_waits_with_the_reason(self):
        """Nothing lost, nothing sent unchecked; it goes on by itself."""
        self.amazon.fault("getDefinitionsProductType", "html_503")
        self.publish()
        task = self.tasks(kind="product")
        self.assertEqual(task.state, "ready")
        self.assertTrue(task.error_message)
        self.assertEqual(self.feeds(), 0)
        self.env["integrator.circuit"].search([])._end_pause()
        task.update_at = False
        self.push()
        self.assertEqual(self.listing().state, "live")

    def test_an_old_definition_serves_while_amazon_is_away(self):
        """Stock, prices and texts do not stand still because of it."""
        self.publish()
        self.env["integrator.amazon.product.type"].search([]).fetched_at = "2026-01-01"
        self.amazon.fault("getDefinitionsProductType", "server_error")
        self.product.name = "Renamed"
        self.push()
        self.assertEqual(self.shown("item_name")[0]["value"], "Renamed")

    def test_a_damaged_schema_is_not_believed(self):
        """Its checksum does not fit: asked for again later."""
        self.amazon.fault("downloadFeedDocument", "cut_body")
        listing = self.offer_shirt()
        with self.assertRaises(UserError):
            self.ask(listing)
        self.assertTrue(self.ask(listing))

    # === RULES === #

    def rule(self, attribute, source="field", **values):
        return self.env["integrator.amazon.attribute.rule"].create(
            {"attribute": attribute, "source": source, **values}
        )

    def test_rules_say_what_odoo_knows(self):
        """001-01, 001-02: a field, a constant, a number with its unit."""
        self.rule("brand", "constant", constant="Acme")
        self.rule("item_weight", field_path="weight", unit="kilograms")
        self.product.weight = 1.5
        self.rule("country_of_origin", "constant", constant="Germany", product_type="SHIRT")
        listing = self.offer_shirt()
        rows = self.ask(listing)
        self.assertEqual(set(rows), {"bullet_point", "department"})
        value = listing._section_values(("product",))[listing]["product"]
        self.assertEqual(value["item_weight"][0]["value"], 1.5)
        self.assertEqual(value["item_weight"][0]["unit"], "kilograms")
        self.assertEqual(value["country_of_origin"][0]["value"], "DE")

    def test_a_rule_says_the_value_of_a_product_attribute(self):
        """001-02: with the unit of the rule; the first rule that says something counts."""
        width = self.env["product.attribute"].create(
            {
                "name": "Width",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": "12.5"})],
            }
        )
        self.rule("item_width", "property", property_id=width.id, unit="centimeters")
        self.rule("item_width", "constant", constant="7 centimeters", sequence=20)
        listing = self.offer_shirt()
        self.assertEqual(self.said(listing, "item_width"), "7 centimeters")
        line = {"attribute_id": width.id, "value_ids": width.value_ids.ids}
        self.product.product_tmpl_id.attribute_line_ids = [Command.create(line)]
        self.assertEqual(self.said(listing, "item_width"), "12.5 centimeters")

    def said(self, listing, attribute):
        [entry] = listing._section_values(("product",))[listing]["product"][attribute]
        return entry["value"]

    def test_values_of_the_listing_precede_rules(self):
        """001-02."""
        listing = self.offer_shirt()
        self.ask(listing)["brand"].value = "Written"
        self.rule("brand", "constant", constant="Ruled")
        value = listing._section_values(("product",))[listing]["product"]
        self.assertEqual(value["brand"][0]["value"], "Written")

    def test_rules_cost_no_query_per_listing(self):
        """001-02: ten thousand listings are looked at in bulk."""
        self.rule("brand", "constant", constant="Acme")
        self.rule("item_weight", field_path="weight", unit="kilograms")
        site = {"site_id": self.site.id, "marketplace_code": GERMANY}
        products = self.env["product.product"].create(
            [{"name": f"Many {number}", "default_code": f"SKU-M{number}"} for number in range(40)]
        )
        listings = self.env["integrator.listing"].create(
            [{**site, "product_id": one.id, "sku": one.default_code} for one in products]
        )
        counts = []
        for some in (listings[:10], listings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._section_values(("product",))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 5)

    def test_a_rule_that_cannot_be_read_is_refused_at_once(self):
        """Bad input gets a clear error and changes nothing."""
        for path in ("nonsense", "categ_id.nonsense", "", "name.x"):
            with self.subTest(path=path), self.assertRaises(ValidationError):
                self.rule("brand", field_path=path)
        with self.assertRaises(ValidationError):
            self.rule("brand", "constant")

    def test_a_rule_leads_only_to_what_its_writer_may_read(self):
        """Setting up rules shows no records that the user could not open himself."""
        manager = new_test_user(self.env, "ruler", "integrator.group_integrator_manager")
        rules = self.env["integrator.amazon.attribute.rule"].with_user(manager)
        own = {"attribute": "brand", "source": "field", "site_id": self.site.id}
        for path in (
            "stock_move_ids.picking_id.partner_id",
            "seller_ids.partner_id.name",
            "message_ids.body",
            "create_uid.password",
            "create_uid",
            "integrator_listing_ids.site_id.amazon_merchant_id",
        ):
            with self.subTest(path=path), self.assertRaises(ValidationError):
                rules.create({**own, "field_path": path})
        for path in ("weight", "categ_id.name", "categ_id", "product_tag_ids.name"):
            with self.subTest(path=path):
                rules.create({**own, "field_path": path})

    def test_rules_of_every_site_are_the_system_administrators(self):
        """A rule without a site counts for every company."""
        manager = new_test_user(self.env, "ruler", "integrator.group_integrator_manager")
        groups = "integrator.group_integrator_manager,base.group_system"
        system = new_test_user(self.env, "rule_system", groups)
        values = {"attribute": "brand", "source": "constant", "constant": "Acme"}
        rules = self.env["integrator.amazon.attribute.rule"]
        with self.assertRaises(AccessError):
            rules.with_user(manager).create(values)
        shared = rules.with_user(system).create(values)
        self.assertEqual(shared.with_user(manager).constant, "Acme")
        own = rules.with_user(manager).create({**values, "site_id": self.site.id})
        for change in (
            lambda: shared.with_user(manager).write({"constant": "Elsewhere"}),
            lambda: shared.with_user(manager).unlink(),
            lambda: own.write({"site_id": False}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_a_value_of_the_wrong_kind_is_refused_at_its_attribute(self):
        """001-69: said by a rule, it is found when it is to be sent."""
        self.rule("item_weight", "constant", constant="heavy")
        listing = self.offer_shirt()
        self.publish()
        names = [row["attribute"] for row in listing._section("product").issues]
        self.assertIn("item_weight", names)

    def test_a_value_that_cannot_be_read_is_refused_while_it_is_written(self):
        """Bad input gets a clear error and changes nothing."""
        listing = self.offer_shirt()
        self.ask(listing)
        weight = listing.amazon_type_id.attribute_ids.filtered(lambda one: one.kind == "measure")
        with self.assertRaisesRegex(ValidationError, "Item weight cannot be read"):
            self.env["integrator.amazon.listing.value"].create(
                {"listing_id": listing.id, "attribute_id": weight.id, "value": "much"}
            )

    # === TEMPLATES, ACCESSORIES, SEARCH === #

    def test_shipping_templates_are_those_of_the_account(self):
        """001-15, 001-16: chosen from a list; one that is not on it is refused here."""
        self.publish()
        listing = self.listing()
        names = listing.amazon_type_id.attribute_ids.filtered(
            lambda one: one.name == "merchant_shipping_group"
        ).choice_ids
        self.assertEqual(names.mapped("name"), ["Default", "Bulky goods"])
        listing.amazon_shipping_choice_id = names[1]
        self.push()
        self.assertEqual(self.shown("merchant_shipping_group")[0]["value"], "aa11-bulky")
        listing.shipping_group = "no-such-template"
        self.push()
        self.assertEqual(listing._section("shipping").state, "refused")
        self.assertIn("It offers", listing._section("shipping").reason)

    def test_the_type_decides_whether_accessories_can_be_sent(self):
        """001-13."""
        listing = self.offer_shirt()
        self.ask(listing)
        self.assertFalse(listing._amazon_takes_accessories())
        listing.amazon_product_type = "LUGGAGE"
        self.ask(listing)
        self.assertTrue(listing._amazon_takes_accessories())

    def test_amazon_suggests_the_type_by_the_title(self):
        """001-01: search, choose, and go on with what it asks for."""
        listing = self.offer_shirt()
        listing.amazon_product_type = "PRODUCT"
        self.product.name = "Blue T-Shirt"
        finder = self.env["integrator.amazon.find.type"].with_user(self.operator)
        wizard = finder.create({"listing_ids": listing.ids})
        self.assertEqual(wizard.words, "Blue T-Shirt")
        self.press(wizard, "action_search")
        self.assertEqual(wizard.line_ids.mapped("code"), ["SHIRT"])
        action = self.press(wizard.line_ids, "action_choose")
        self.assertEqual(listing.amazon_product_type, "SHIRT")
        self.assertEqual(action["res_model"], "integrator.amazon.listing.value")
        wizard.words = "Xylophone"
        with self.assertRaisesRegex(UserError, "more general word"):
            self.press(wizard, "action_search")

    def test_only_operators_fill_in(self):
        """001-35, 002-01."""
        listing = self.offer_shirt()
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            listing.with_user(outsider).action_amazon_attributes()

    # === AN OFFER ON WHAT AMAZON HAS === #

    def offer_existing(self, asin="B012345678"):
        listing = self.offer_shirt()
        listing.write({"amazon_product_type": "PRODUCT", "amazon_offer_asin": asin})
        return listing

    def test_an_offer_on_an_existing_product_says_nothing_of_the_product(self):
        """001-01: condition, stock and price only; the ASIN is the one that was named."""
        self.product.image_1920 = self.env.ref("base.main_company").logo
        listing = self.offer_existing()
        self.publish()
        self.assertEqual((listing.state, listing.remote_id), ("live", "B012345678"))
        attributes = self.amazon.listing("SKU-1")["attributes"]
        self.assertFalse(attributes.keys() & {"item_name", "main_product_image_locator"})
        self.assertTrue(attributes.keys() >= {"purchasable_offer", "fulfillment_availability"})

    def test_a_product_that_may_not_be_offered_is_refused_with_the_reason(self):
        """001-69: and before, when the site is asked first."""
        self.amazon.seller.restricted_asins["B012345678"] = "APPROVAL_REQUIRED"
        listing = self.offer_existing()
        preview = self.preview(listing)
        self.press(preview, "action_ask")
        self.assertIn("need approval", " ".join(filter(None, preview.line_ids.mapped("reason"))))
        self.publish()
        self.assertIn("need approval", listing._section("product").reason)

    def test_an_invalid_asin_is_refused_at_once(self):
        """Bad input gets a clear error and changes nothing."""
        with self.assertRaisesRegex(ValidationError, "no ASIN"):
            self.offer_existing("4006381333931")

    # === PREVIEW === #

    def preview(self, listing):
        wizard = self.env["integrator.preview"].with_user(self.operator)
        made = self.press(wizard, "create", {"listing_ids": listing.ids})
        return wizard.browse(made.id)

    def test_the_preview_names_what_is_missing(self):
        """001-01: before anything is sent, each attribute with its reason."""
        preview = self.preview(self.offer_shirt())
        rows = {row.field: row for row in preview.line_ids if row.outcome == "refused"}
        self.assertIn("is missing", rows["Brand"].reason)
        self.assertEqual(self.feeds(), 0)

    def test_the_site_is_asked_first(self):
        """001-01: Amazon's own refusal, by VALIDATION_PREVIEW; nothing changes there."""
        self.site.amazon_check_types = False
        preview = self.preview(self.offer_shirt())
        self.press(preview, "action_ask")
        refused = preview.line_ids.filtered(lambda row: row.outcome == "refused")
        self.assertIn("is required but not supplied", " ".join(refused.mapped("reason")))
        self.assertIsNone(self.amazon.listing("SKU-1"))

    def test_more_than_amazon_answers_at_once_is_asked_later(self):
        """Five at once, then one a second: the preview says so, and goes on where it was."""
        listings = self.env["integrator.listing"]
        for product in self.products:
            values = {"site_id": self.site.id, "marketplace_code": GERMANY}
            values |= {"product_id": product.id, "sku": product.default_code}
            listings |= listings.create(values)
        self.publish(*self.products)
        self.env["integrator.amazon.quota"].search([]).unlink()
        for product in self.products:
            product.write({"name": "New", "list_price": 77})
        preview = self.preview(listings)
        self.assertEqual(preview.message_count, 6)
        self.press(preview, "action_ask")
        self.assertIn("5 of 6", preview.note)
        self.env["integrator.amazon.quota"].search([]).unlink()
        self.press(preview, "action_ask")
        self.assertIn("what it would refuse is marked", preview.note)

    def test_every_message_is_the_one_that_is_sent(self):
        """001-01 … 001-16: byte by byte, over all sections."""
        self.publish()
        listing = self.listing()
        self.product.write({"name": "Other", "list_price": 21})
        listing.write({"handling_days": 4, "shipping_group": "aa11-bulky"})
        preview = self.preview(listing)
        expected = json.loads(preview.messages)
        self.assertEqual(len(expected), 4)
        before = self.tasks()
        preview.action_send()
        self.push()
        submissions = (self.tasks() - before).submission_id
        sent = [
            one for submission in submissions for one in json.loads(submission._raw())["messages"]
        ]
        self.assertEqual(by_number(sent), by_number(expected))
        everything = b"".join(submission._raw() for submission in submissions)
        for message in expected:
            self.assertIn(dump(message), everything)

    # === ACCEPTED === #

    def test_a_product_that_amazon_has_not_shown_yet_is_accepted(self):
        """001-68: neither sent nor verified; asked for again after a while, not at once."""
        self.publish()
        self.site.direct_threshold = 10
        self.amazon.fault("patchListingsItem", "ignore")
        self.product.list_price = 33
        self.run_stages("plan_products", "send", "send")
        self.assertEqual(self.listing()._section("price").state, "accepted")
        self.assertTrue(self.tasks(kind="price").sorted("id")[-1].submission_id.check_at)


def by_number(messages):
    """Messages in the order of their numbers."""
    return sorted(messages, key=lambda message: message["messageId"])


def dump(message):
    """A message as it stands in a feed."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
