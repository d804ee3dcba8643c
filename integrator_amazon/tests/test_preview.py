# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestPreview(AmazonCommon):
    """The preview shows exactly what is sent, and sends nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_once(cls.list_products)
        cls.listings = cls.env["integrator.listing"].search([("site_id", "=", cls.site.id)])
        cls.operator = new_test_user(
            cls.env, "looker", "integrator.group_integrator_user,stock.group_stock_user"
        )

    def preview(self, listings):
        wizard = self.env["integrator.preview"].with_user(self.operator)
        return wizard.create({"listing_ids": listings.ids})

    def test_an_unchanged_listing_stays_as_it_is(self):
        """001-02: nothing to send, field by field."""
        calls = len(self.amazon.calls())
        preview = self.preview(self.listings)
        self.assertEqual(preview.message_count, 0)
        self.assertEqual(set(preview.line_ids.mapped("outcome")), {"stays"})
        self.assertEqual(len(self.amazon.calls()), calls)

    def test_a_change_shows_both_values_and_nothing_is_sent(self):
        """001-02, 001-08: Odoo says, the site has, will be sent."""
        self.products[0].list_price = 99.0
        calls = len(self.amazon.calls())
        preview = self.preview(self.listings)
        rows = preview.line_ids.filtered(lambda row: row.outcome == "sent")
        self.assertEqual(set(rows.mapped("section")), {"price"})
        self.assertEqual(len(self.amazon.calls()), calls)

    def test_values_are_shown_in_words_and_local_numbers(self):
        """001-02: no keys and no codes of Amazon's messages, where something else is known."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.products[0].list_price = 1099.5
        self.operator.lang = "de_DE"
        wizard = self.env["integrator.preview"].with_user(self.operator).with_context(lang="de_DE")
        preview = wizard.create({"listing_ids": self.products[0].integrator_listing_ids.ids})
        price = preview.change_ids
        self.assertEqual(price.mapped("section"), ["price"])
        self.assertRegex(price.odoo_value, r"^1\.[0-9]{3},[0-9]{2}\W€$")
        texts = dict(preview.same_ids.mapped(lambda row: (row.field, row.odoo_value)))
        self.assertNotIn("fulfillment channel", " ".join([*texts, *texts.values()]).lower())

    def test_the_preview_equals_the_sent_message(self):
        """001-02, 001-08: word by word."""
        self.products[0].list_price = 14.0
        self.site.direct_threshold = 0
        preview = self.preview(self.listings)
        [expected] = json.loads(preview.messages)
        preview.action_send()
        self.run_stages("plan_products", "send")
        submission = self.tasks(kind="price").sorted("id")[-1:].submission_id
        self.assertEqual(json.loads(submission._raw())["messages"], [expected])

    def test_a_listing_that_was_never_sent_is_read_first(self):
        """001-01: its listing is made by looking, and nothing leaves by that."""
        values = {"name": "New thing", "default_code": "SKU-NEW", "list_price": 5.0}
        product = self.env["product.product"].create(values)
        opened = product.with_user(self.operator).action_integrator_preview_listings()
        preview = self.env["integrator.preview"].browse(opened["res_id"])
        self.assertEqual(preview.listing_ids.mapped("sku"), ["SKU-NEW"])
        self.assertEqual(preview.listing_ids.state, "new")
        self.assertIn("New thing", preview.change_ids.mapped("odoo_value"))
        self.assertGreater(preview.message_count, 1)
        self.run_stages("send")
        self.assertFalse(self.tasks(listing_id=preview.listing_ids.id))

    def test_too_many_listings_are_not_shown(self):
        """It says how many it shows."""
        site = {"site_id": self.site.id, "marketplace_code": self.germany.code}
        many = self.env["integrator.listing"].create(
            [{**site, "sku": f"MANY-{number}"} for number in range(201)]
        )
        with self.assertRaisesRegex(UserError, "201 listings"):
            self.preview(many)

    def test_only_operators_look(self):
        """001-35, 002-01."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["integrator.preview"].with_user(outsider).create({"listing_ids": []})
