# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestSectionRelationship(CatalogueCase):
    """Variants are sent under their parent, and accessories with their product (001-12 …
    001-14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_family("Shirt", Size=("S", "M"), Color=("Red", "Blue"))
        cls.variants = cls.template.product_variant_ids
        for number, variant in enumerate(cls.variants):
            variant.default_code = f"SKU-S{number}"
        cls._forget_events()

    @classmethod
    def make_family(cls, name, **attributes):
        lines = []
        for attribute, values in attributes.items():
            made = cls.env["product.attribute"].create(
                {"name": attribute, "value_ids": [(0, 0, {"name": value}) for value in values]}
            )
            line = {"attribute_id": made.id, "value_ids": [(6, 0, made.value_ids.ids)]}
            lines.append((0, 0, line))
        return cls.env["product.template"].create(
            {
                "name": name,
                "is_storable": True,
                "attribute_line_ids": lines,
                "amazon_product_type": "KITCHEN",
            }
        )

    def parent_sku(self):
        return self.template._integrator_parent_sku()

    def test_four_variants_have_one_parent_and_a_theme(self):
        """001-12."""
        self.publish(*self.variants)
        parent = self.amazon.listing(self.parent_sku())
        attributes = parent["attributes"]
        self.assertEqual(attributes["parentage_level"][0]["value"], "parent")
        self.assertEqual(attributes["variation_theme"][0]["name"], "SIZE/COLOR")
        self.assertEqual(attributes["item_name"][0]["value"], "Shirt")
        self.assertNotIn("purchasable_offer", attributes)
        self.assertNotIn("fulfillment_availability", attributes)
        [family] = parent["relationships"][0]["relationships"]
        self.assertCountEqual(family["childSkus"], self.variants.mapped("default_code"))
        first = self.variants[0].default_code
        [relation] = self.shown("child_parent_sku_relationship", first)
        self.assertEqual(relation["parent_sku"], self.parent_sku())
        preview = self.env["integrator.preview"].create(
            {"listing_ids": self.variants[0].integrator_listing_ids.ids}
        )
        row = preview.same_ids.filtered(lambda one: one.field == "Relationship")
        text = f"Child relationship type: variation, Parent SKU: {self.parent_sku()}"
        self.assertEqual((row.odoo_value, row.site_value), (text, text))
        self.assertEqual(self.shown("parentage_level", first)[0]["value"], "child")
        self.assertEqual(self.shown("size", first)[0]["value"], "S")
        self.assertEqual(self.shown("color", first)[0]["value"], "Red")

    def test_the_theme_and_the_names_can_be_amazons(self):
        """001-12: a theme per product, a name per attribute."""
        self.template.write(
            {"amazon_variation_theme": "STYLE/COLOR", "integrator_parent_sku": "SHIRT"}
        )
        lines = self.template.attribute_line_ids
        lines.attribute_id.filtered(lambda one: one.name == "Size").amazon_attribute = "style"
        self.publish(*self.variants)
        self.assertEqual(self.shown("variation_theme", "SHIRT"), [{"name": "STYLE/COLOR"}])
        self.assertTrue(self.shown("style", self.variants[0].default_code))

    def test_a_theme_that_the_type_does_not_have_is_refused_with_those_it_has(self):
        """001-12, 001-69: and the variants are sold all the same."""
        self.template.amazon_variation_theme = "BOGUS"
        self.publish(*self.variants)
        parent = self.listing(self.variants[0]).parent_id
        reason = parent._section("product").reason
        self.assertIn("Amazon does not offer “BOGUS”. It offers: COLOR, SIZE", reason)
        prices = self.tasks(kind="price")
        self.assertEqual(set(prices.mapped("state")), {"success"})

    def test_a_parent_is_checked_as_a_parent(self):
        """001-12: nobody asks for its barcode or its colour."""
        self.publish(*self.variants)
        parent = self.listing(self.variants[0]).parent_id
        definition = parent.amazon_type_id
        self.assertTrue(definition.is_parent)
        self.assertNotIn("purchasable_offer", definition.attribute_ids.mapped("name"))
        self.assertNotEqual(definition, self.listing(self.variants[0]).amazon_type_id)
        self.assertEqual(len(self.amazon.calls("getDefinitionsProductType")), 2)

    def test_a_type_without_variants_says_so(self):
        """001-12, 001-69: the catch-all type knows none."""
        self.template.amazon_product_type = False
        self.publish(*self.variants)
        parent = self.listing(self.variants[0]).parent_id
        self.assertIn("knows no variants", parent._section("product").reason)

    def test_the_product_type_of_a_product_is_that_of_its_listings(self):
        """001-01: of those that follow it, also when it changes later."""
        self.publish(*self.variants)
        listings = self.listing(self.variants[0]) | self.listing(self.variants[1])
        listings |= listings.parent_id
        self.assertEqual(set(listings.mapped("amazon_product_type")), {"KITCHEN"})
        listings[0].amazon_product_type = "LUGGAGE"
        self.template.amazon_product_type = "SHIRT"
        self.assertEqual(listings.mapped("amazon_product_type"), ["LUGGAGE", "SHIRT", "SHIRT"])

    def test_the_sku_of_a_parent_that_is_listed_cannot_be_changed(self):
        """001-12, 001-34: the new one would be another family."""
        self.template.integrator_parent_sku = "FIRST"
        self.publish(*self.variants)
        with self.assertRaisesRegex(UserError, "FIRST"):
            self.template.integrator_parent_sku = "SECOND"

    def test_the_sku_of_a_parent_that_is_not_listed_yet_can_be_changed(self):
        """001-12."""
        self.template.integrator_parent_sku = "P" * 41
        self.publish(*self.variants)
        self.template.integrator_parent_sku = "SHORT"
        self.publish(*self.variants)
        self.assertTrue(self.amazon.listing("SHORT"))

    def test_relations_wait_until_the_parent_is_shown(self):
        """001-12, 001-03."""
        self.env["product.integration"]._request(self.site, self.variants)
        self.run_stages("plan_products", "send")
        parents = self.tasks(kind="product").filtered(lambda task: task.listing_id.is_parent)
        self.assertLess(parents.id, min((self.tasks(kind="product") - parents).ids))
        relations = self.tasks(kind="relationship")
        self.assertEqual(set(relations.mapped("state")), {"waiting"})
        self.run_stages(*["send"] * 4)
        self.assertEqual(set(relations.mapped("state")), {"success"})

    def test_a_parent_that_is_refused_says_so_at_the_relations(self):
        """001-12: the variants are sold all the same."""
        self.template.integrator_parent_sku = "P" * 41
        self.publish(*self.variants)
        relations = self.tasks(kind="relationship")
        self.assertEqual(set(relations.mapped("state")), {"error"})
        self.assertIn("40 characters", relations[0].error_message)
        prices = self.tasks(kind="price")
        self.assertEqual(set(prices.mapped("state")), {"success"})

    def test_a_switch_keeps_relations_at_home(self):
        """001-14: none is sent, the rest is as it was."""
        self.site.send_relationships = False
        self.publish(*self.variants)
        self.assertFalse(self.tasks(kind="relationship"))
        self.assertIsNone(self.amazon.listing(self.parent_sku()))
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})
        self.assertTrue(self.offer(sku=self.variants[0].default_code))

    def test_the_parent_goes_with_the_last_variant(self):
        """001-12, 001-42."""
        self.publish(*self.variants)
        self.variants[1:].action_archive()
        self.push()
        self.assertTrue(self.amazon.listing(self.parent_sku()))
        self.assertFalse(self.tasks(kind="delist").listing_id.filtered("is_parent"))
        self.variants[0].action_archive()
        self.push()
        self.assertIsNone(self.amazon.listing(self.parent_sku()))

    def test_accessories_that_the_type_does_not_take_are_reported(self):
        """001-13."""
        self.product.product_tmpl_id.optional_product_ids = self.products[1].product_tmpl_id
        self.publish(*self.products)
        self.assertFalse(self.shown("child_parent_sku_relationship", "SKU-2"))
        warnings = self.listing(self.products[1]).amazon_warnings
        self.assertIn("accessory of SKU-1", warnings)
        self.assertNotIn("accessory", self.listing(self.products[0]).amazon_warnings or "")

    def test_accessories_are_sent_where_the_type_takes_them(self):
        """001-13: and taken away when they are none any more."""
        main, accessory = self.products[:2]
        main.product_tmpl_id.optional_product_ids = accessory.product_tmpl_id
        accessory.amazon_product_type = "KITCHEN"
        self.publish(*self.products)
        # that the type takes them was not known before it was fetched for the product
        self.push()
        [relation] = self.shown("child_parent_sku_relationship", "SKU-2")
        self.assertEqual(relation["child_relationship_type"], "accessory")
        self.assertEqual(relation["parent_sku"], "SKU-1")
        self.assertNotIn("accessory", self.listing(accessory).amazon_warnings or "")
        main.product_tmpl_id.optional_product_ids = False
        self.push()
        self.assertFalse(self.shown("child_parent_sku_relationship", "SKU-2"))
