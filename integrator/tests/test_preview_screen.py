# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestPreviewScreen(ListingCase, HttpCase):
    """The dry run, opened by a click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env, "looker", "integrator.group_integrator_user,stock.group_stock_user"
        )

    def test_an_operator_opens_it_reads_a_row_and_sends(self):
        """001-02, 001-60: what is sent is asked for by the button, not by looking."""
        self.products[0].list_price = 12.5
        self.env.cr.flush()
        self._forget_events()
        self.start_tour("/odoo/integration-listings", "integrator_preview", login="looker")
        event = self.events(site_id=self.site.id)
        self.assertEqual(event.record_id, self.products[0].id)
        self.assertTrue(self.site.previewed_at)

    def test_nothing_to_send_has_no_button_to_send(self):
        template = self.products[0].product_tmpl_id
        url = f"/odoo/product.template/{template.id}"
        self.start_tour(url, "integrator_preview_nothing", login="looker")
        self.assertFalse(self.events(site_id=self.site.id))

    def test_products_are_looked_at_from_the_list(self):
        """Several at once, by the action of the list."""
        action = self.env.ref("integrator.integrator_preview_product_action")
        chosen = self.products[:2]
        action = action.with_user(self.operator).with_context(
            active_model="product.product", active_id=chosen[0].id, active_ids=chosen.ids
        )
        opened = action.run()
        preview = self.env[opened["res_model"]].browse(opened["res_id"])
        self.assertEqual(preview.listing_ids, self.listings[:2])
        self.assertEqual(len(preview.same_ids), 4)

    def test_a_product_without_a_listing_shows_what_to_do(self):
        product = self.env["product.product"].create({"name": "Without a SKU"})
        with self.assertRaisesRegex(UserError, "internal reference"):
            product.with_user(self.operator).action_integrator_preview_listings()

    def test_other_users_cannot_open_the_preview(self):
        """002-01."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        for records in (self.products, self.products.product_tmpl_id):
            with self.assertRaises(AccessError):
                records.with_user(outsider).action_integrator_preview_listings()
