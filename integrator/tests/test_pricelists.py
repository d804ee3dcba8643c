# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestPricelists(IntegratorCommon):
    """Removing a rule or a pricelist is a change of the listings that it priced (001-08)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "seller", "sales_team.group_sale_manager,product.group_product_pricelist"
        )
        cls.unlisted = cls.env["product.product"].create({"name": "Unlisted"})
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Shop"})
        for product, price in ((cls.product, 8), (cls.unlisted, 9)):
            cls.pricelist.item_ids += cls.env["product.pricelist.item"].create(
                {
                    "pricelist_id": cls.pricelist.id,
                    "applied_on": "0_product_variant",
                    "product_id": product.id,
                    "compute_price": "fixed",
                    "fixed_price": price,
                }
            )
        cls.site.pricelist_id = cls.pricelist
        cls.env["integrator.listing"].create(
            {
                "site_id": cls.site.id,
                "product_id": cls.product.id,
                "sku": "SKU-1",
                "state": "live",
            }
        )
        cls._forget_events()
        cls.pricelist = cls.pricelist.with_user(cls.seller)

    def assert_price_event(self):
        """The listed product has an event of its price; the other has none."""
        self.assertEqual(self.events().mapped("record_id"), self.product.ids)
        self.assertIn("pricelist", self.events().operation_data)

    def test_a_seller_deletes_a_rule(self):
        """001-08: a seller has no rights on listings."""
        self.pricelist.item_ids.unlink()
        self.assert_price_event()

    def test_a_seller_takes_a_rule_off_its_pricelist(self):
        """001-08: by a command."""
        self.pricelist.item_ids = [Command.delete(rule.id) for rule in self.pricelist.item_ids]
        self.assertFalse(self.pricelist.item_ids)
        self.assert_price_event()

    def test_a_seller_removes_a_line_on_the_form(self):
        """001-08: as a person does it."""
        rules = self.pricelist.item_ids
        with Form(self.pricelist) as form:
            form.item_ids.remove(rules.mapped("product_id").ids.index(self.product.id))
        self.assertEqual(self.pricelist.item_ids.product_id, self.unlisted)
        self.assert_price_event()

    def test_a_seller_deletes_a_whole_pricelist(self):
        """001-08: the database deletes its rules by itself; all prices are compared."""
        self.pricelist.unlink()
        self.env.cr.flush()
        [wanted] = self.env["integrator.reconcile"].search([("site_id", "=", self.site.id)])
        self.assertEqual((wanted.scope, wanted.cause), ("offer", "setting"))
