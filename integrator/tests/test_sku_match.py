# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestSkuMatch(IntegratorCommon):
    """An unknown SKU is asked about once, and one answer is enough (000-22, 000-31)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "operator", "integrator.group_integrator_user")
        cls.products = cls.env["product.product"].create(
            [
                {"name": "Garden hose green 20 m", "default_code": "HOSE-20", "is_storable": True},
                {"name": "Garden chair", "barcode": "4006381333931"},
                {"name": "Lamp", "default_code": "L-1"},
            ]
        )

    def hold(self, *names, sku="hose 20", title="Green garden hose, 20 m", **line):
        """Orders with a SKU that nobody knows."""
        values = [self.remote.order(name, sku=sku) for name in names]
        for value in values:
            value["lines"][0] |= {"title": title, **line}
        self.remote.pages.clear()
        return self.import_orders(*values)

    def match(self):
        found = self.env["integrator.sku.match"].search([("site_id", "=", self.site.id)])
        return found.with_user(self.operator)

    def test_an_unknown_sku_holds_the_order_and_is_asked_about_once(self):
        orders = self.hold("R-1", "R-2")
        self.assertEqual(set(orders.mapped("error_code")), {"unknown_sku"})
        match = self.match()
        self.assertEqual((match.sku, match.state, match.waiting_count), ("hose 20", "to_match", 2))
        self.assertEqual(match.title, "Green garden hose, 20 m")
        self.assertEqual(set(orders.mapped("next_step")), {"Choose the product"})
        self.assertEqual(orders[0].action_next_step()["res_id"], match.id)

    def test_candidates_are_ranked_with_their_reasons(self):
        self.hold("R-1")
        first = self.match().candidate_ids[0]
        self.assertEqual(first.product_id, self.products[0])
        self.assertIn("case, blanks or zeros", first.reason)

    def test_a_barcode_in_the_sku_and_a_name_alike_are_candidates(self):
        self.hold("R-1", sku="X-4006381333931", title="Garden chairs")
        candidates = self.match().candidate_ids
        self.assertEqual(candidates[0].product_id, self.products[1])
        self.assertIn("barcode", candidates[0].reason)
        self.hold("R-2", sku="ZZZ", title="Garden hose 20 m in green")
        match = self.match().filtered(lambda one: one.sku == "ZZZ")
        self.assertEqual(match.candidate_ids[0].product_id, self.products[0])
        self.assertIn("name is alike", match.candidate_ids[0].reason)
        self.products[1].active = False
        self.hold("R-3", sku="Y-4006381333931", title="Chairs")
        match = self.match().filtered(lambda one: one.sku == "Y-4006381333931")
        self.assertIn("archived", match.candidate_ids[0].reason)

    def test_no_candidate_is_taken_without_a_person(self):
        orders = self.hold("R-1")
        self.run_stages("import")
        self.assertEqual(orders.state, "error")

    def test_none_of_equals_is_the_best_match(self):
        """000-22: two products with the SKU of the order; a person chooses."""
        duplicate = self.products[0].create({"name": "Twin", "default_code": "HOSE-20"})
        order = self.hold("R-1", sku="HOSE-20")
        match = self.match()
        same = match.candidate_ids[:2]
        self.assertEqual(same.product_id, self.products[0] | duplicate)
        self.assertEqual(set(same.mapped("reason")), {"The reference is the same"})
        self.assertFalse(match.best_product_id or match.best_reason)
        said = match.action_take_best()["params"]["message"]
        self.assertEqual(said, "Nothing has a match yet. Choose each product.")
        self.assertEqual((match.state, order.state), ("to_match", "error"))

    def test_one_answer_releases_every_order_and_is_remembered(self):
        orders = self.hold("R-1", "R-2")
        self.match().candidate_ids[0].action_choose()
        self.assertEqual(set(orders.mapped("state")), {"new"})
        self.run_stages("import")
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        self.assertEqual(orders.sale_order_id.order_line[:1].product_id, self.products[0])
        later = self.hold("R-3").filtered(lambda one: one.remote_order_id == "R-3")
        self.assertEqual(later.state, "imported", later.error_message)

    def test_an_answer_for_the_orders_alone_offers_nothing(self):
        """000-22: every order goes on, also later ones; no listing is made, so nothing is sent."""
        orders = self.hold("R-1")
        self.match().scope = "orders"
        self.match().candidate_ids[0].action_choose()
        self.run_stages("import")
        self.assertEqual(orders.state, "imported", orders.error_message)
        self.assertFalse(self.env["integrator.listing"].search([("sku", "=", "hose 20")]))
        later = self.hold("R-2").filtered(lambda one: one.remote_order_id == "R-2")
        self.assertEqual(later.state, "imported", later.error_message)
        # whoever changes his mind has the offer looked after from then on
        self.match().scope = "offer"
        listing = self.env["integrator.listing"].search([("sku", "=", "hose 20")])
        self.assertEqual(listing.product_id, self.products[0])

    def test_any_product_can_be_the_answer(self):
        orders = self.hold("R-1")
        self.match().product_id = self.products[2]
        self.run_stages("import")
        self.assertEqual(orders.sale_order_id.order_line[:1].product_id, self.products[2])

    def test_a_product_can_be_made_of_what_the_site_says(self):
        orders = self.hold("R-1", sku="NEW-1", title="Brand new thing")
        self.match().action_create_product()
        self.run_stages("import")
        product = orders.sale_order_id.order_line[:1].product_id
        self.assertEqual((product.name, product.default_code), ("Brand new thing", "NEW-1"))

    def test_an_archived_product_is_a_candidate_and_never_taken_silently(self):
        self.products[0].active = False
        orders = self.hold("R-1", sku="HOSE-20")
        self.assertEqual(orders.error_code, "unknown_sku")
        self.assertEqual(self.match().candidate_ids[0].product_id, self.products[0])

    def test_an_archived_product_is_said_to_be_so(self):
        self.product.active = False
        order = self.import_orders(self.remote.order("R-1"))
        self.assertIn("is archived", order.error_message)
        self.product.active = True
        order.action_import()
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)

    def test_two_products_of_one_sku_are_asked_about(self):
        """Nothing is guessed."""
        duplicate = self.product.create({"name": "Twin", "default_code": "SKU-1"})
        order = self.import_orders(self.remote.order("R-1"))
        self.assertEqual((order.state, order.error_code), ("error", "unknown_sku"))
        self.assertIn("Twin", order.error_message)
        self.env["integrator.sku.match"].search([("sku", "=", "SKU-1")]).product_id = duplicate
        self.run_stages("import")
        self.assertEqual(order.sale_order_id.order_line[0].product_id, duplicate)

    def test_without_a_sku_the_sites_own_id_tells_the_product(self):
        self.env["integrator.listing"].create(
            {
                "site_id": self.site.id,
                "product_id": self.products[2].id,
                "sku": "L-1",
                "remote_id": "B0LAMP",
            }
        )
        orders = self.hold("R-1", sku="", remote_product_id="B0LAMP")
        self.assertEqual(orders.state, "imported", orders.error_message)
        self.assertEqual(orders.sale_order_id.order_line[:1].product_id, self.products[2])

    def test_a_listing_of_a_sku_shipped_by_the_site_is_marked_so(self):
        """No quantity will ever be sent to it."""
        value = self.remote.order("R-1", sku="FBA-1", fulfilled_by="site", status="shipped")
        self.import_orders(value)
        self.match().product_id = self.products[2]
        listing = self.env["integrator.listing"].search([("sku", "=", "FBA-1")])
        self.assertEqual((listing.channel, listing.state), ("site", "live"))
