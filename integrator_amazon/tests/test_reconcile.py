# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestReconcile(CatalogueCase):
    """Changes in Odoo reach Amazon: at once where they make an event, else after a pass."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_once(lambda test: test.publish(*test.products))
        cls.env.cr.flush()
        cls.env["integrator.reconcile"].search([]).unlink()
        # that of the last night
        values = {"site_id": cls.site.id, "scope": "all", "cause": "schedule", "state": "done"}
        cls.env["integrator.reconcile"].create(values)
        cls._forget_events()

    def compare(self, scope="offer"):
        """One pass, and what it finds is sent."""
        values = {"site_id": self.site.id, "scope": scope, "cause": "person"}
        self.env["integrator.reconcile"].create(values)
        self.run_stages("reconcile")
        self.push()

    def price_shown(self, sku="SKU-1"):
        return self.price_of(self.offer(sku=sku)["our_price"])

    def quantity_shown(self, sku="SKU-1"):
        return self.stock_shown(sku)["quantity"]

    def test_an_unchanged_catalogue_costs_no_call(self):
        """001-15: everything is compared, nothing leaves."""
        calls = len(self.amazon.calls())
        self.compare("all")
        self.assertEqual(len(self.amazon.calls()), calls)
        done = self.env["integrator.reconcile"].search([], limit=1)
        self.assertEqual((done.compared, done.found), (3, 0))

    def test_products_are_read_by_the_columns_that_are_compared(self):
        """001-15: a template has five times as many; all would be read with any other."""
        template = self.product.product_tmpl_id
        self.env.flush_all()
        self.env.invalidate_all()
        self.listing()._section_values()
        before = self.env.cr.sql_log_count
        self.assertFalse(template.description_purchase)
        self.assertEqual(self.env.cr.sql_log_count - before, 1, "it has been read before")

    # === PRICES === #

    def pricelist(self, **rule):
        values = {"applied_on": "3_global", **rule}
        pricelist = self.env["product.pricelist"].create(
            {"name": "Offers", "currency_id": self.env.ref("base.EUR").id}
        )
        pricelist.item_ids = [Command.create(values)]
        self.site.pricelist_id = pricelist
        self.run_stages("reconcile")
        self.push()
        return pricelist

    def test_a_price_follows_the_cost_at_once(self):
        """001-08: a pricelist by cost; the cost is no price of its own."""
        self.product.standard_price = 4
        self.pricelist(compute_price="formula", base="standard_price", price_discount=-50)
        self.assertEqual(self.price_shown(), 6)
        self.product.standard_price = 8
        self.push()
        self.assertEqual(self.price_shown(), 12)

    def test_a_price_follows_the_category_at_once(self):
        """001-08: a rule per category."""
        category = self.env["product.category"].create({"name": "Cheap"})
        self.pricelist(
            applied_on="2_product_category",
            categ_id=category.id,
            compute_price="fixed",
            fixed_price=3,
        )
        self.product.categ_id = category
        self.push()
        self.assertEqual(self.price_shown(), 3)

    def test_a_deleted_rule_takes_its_price_along(self):
        """001-08: the sales price counts again."""
        pricelist = self.pricelist(compute_price="fixed", fixed_price=3)
        self.assertEqual(self.price_shown(), 3)
        pricelist.item_ids.unlink()
        self.run_stages("reconcile")
        self.push()
        self.assertNotEqual(self.price_shown(), 3)

    def test_a_standing_price_begins_at_its_minute(self):
        """001-08: a rule with a start and no end."""
        start = fields.Datetime.now() + timedelta(minutes=30)
        self.pricelist(compute_price="fixed", fixed_price=3, date_start=start)
        self.assertNotEqual(self.price_shown(), 3)
        with self.later(minutes=31):
            self.run_stages("reconcile")
            self.push()
        self.assertEqual(self.price_shown(), 3)

    def test_an_extra_price_of_an_attribute_counts_at_once(self):
        """001-08, 001-12: also the new name of the value, in the texts."""
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in "SL"]}
        )
        line = {"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids}
        template = self.env["product.template"].create(
            {
                "name": "Mug",
                "list_price": 20,
                "amazon_product_type": "KITCHEN",
                "attribute_line_ids": [Command.create(line)],
            }
        )
        small, large = template.product_variant_ids
        small.default_code, large.default_code = "SKU-S", "SKU-L"
        self.site.send_relationships = False
        self.publish(small, large)
        value = template.attribute_line_ids.product_template_value_ids[1]
        value.price_extra = 5
        self.push()
        self.assertEqual((self.price_shown("SKU-S"), self.price_shown("SKU-L")), (20, 25))
        attribute.value_ids[1].name = "Extra large"
        self.run_stages("reconcile")
        self.push()
        [name] = self.shown("item_name", "SKU-L")
        self.assertIn("Extra large", name["value"])

    # === STOCK === #

    def delivery(self, quantity, method):
        """A confirmed order whose delivery reserves by hand, by date or at once."""
        self.site.warehouse_id.out_type_id.reservation_method = method
        partner = self.env["res.partner"].create({"name": "Shop around the corner"})
        line = {"product_id": self.product.id, "product_uom_qty": quantity}
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        return order.picking_ids

    def test_sold_pieces_without_a_reservation_are_not_offered_again(self):
        """001-04: by hand and by date; reserved at last, nothing is counted twice."""
        picking = self.delivery(20, "manual")
        self.assertFalse(picking.move_ids.quantity)
        self.push()
        self.assertEqual(self.quantity_shown(), 80)
        picking.action_assign()
        self.push()
        self.assertEqual((picking.move_ids.quantity, self.quantity_shown()), (20, 80))
        picking.action_cancel()
        self.push()
        self.assertEqual(self.quantity_shown(), 100)

    def test_several_steps_of_a_delivery_count_once(self):
        """001-04: pick, then ship: the pieces leave once."""
        self.site.warehouse_id.delivery_steps = "pick_ship"
        self.delivery(10, "at_confirm")
        self.push()
        self.assertEqual(self.quantity_shown(), 90)

    def test_a_reservation_by_hand_is_seen(self):
        """001-04: a person changes the reserved pieces, or deletes the line."""
        # pieces that go elsewhere inside, and that nobody ordered
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 30,
                "location_id": self.stock.id,
                "location_dest_id": self.site.warehouse_id.wh_input_stock_loc_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.push()
        self.assertEqual(self.quantity_shown(), 70)
        move.move_line_ids.quantity = 12
        self.push()
        self.assertEqual(self.quantity_shown(), 88)
        move.move_line_ids.unlink()
        self.push()
        self.assertEqual(self.quantity_shown(), 100)

    def test_a_buffer_and_another_warehouse_count_for_all(self):
        """001-04: settings of the site."""
        self.site.stock_buffer = 3
        self.run_stages("reconcile")
        self.push()
        self.assertEqual((self.quantity_shown(), self.quantity_shown("SKU-3")), (97, 97))
        self.site.warehouse_id = self.site.warehouse_id.copy({"code": "W2", "name": "Second"})
        self.run_stages("reconcile")
        self.push()
        self.assertEqual(self.quantity_shown(), 0)

    def test_a_kit_follows_its_components(self):
        """001-04: by sales, by another kit in between, and by a changed bill of materials."""
        kit = self.make_kit("SKU-KIT", {self.product: 2}, list_price=50)
        box = self.make_kit("SKU-BOX", {kit: 5}, list_price=50)
        self.publish(kit, box)
        self.assertEqual((self.quantity_shown("SKU-KIT"), self.quantity_shown("SKU-BOX")), (50, 10))
        self.delivery(60, "at_confirm")
        self.push()
        self.assertEqual((self.quantity_shown("SKU-KIT"), self.quantity_shown("SKU-BOX")), (20, 4))
        # sold and not reserved, of a component
        self.delivery(20, "manual")
        self.push()
        self.assertEqual((self.quantity_shown(), self.quantity_shown("SKU-KIT")), (20, 10))
        kit.bom_ids.bom_line_ids.product_qty = 4
        self.compare()
        self.assertEqual(self.quantity_shown("SKU-KIT"), 5)

    # === TEXTS === #

    def test_a_translation_is_sent_at_once(self):
        """001-02: the dialog that translates makes no write."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.compare("all")
        self.product.product_tmpl_id.update_field_translations("name", {"de_DE": "Ding 1"})
        self.push()
        [name] = self.shown("item_name")
        self.assertEqual((name["value"], name["language_tag"]), ("Ding 1", "de_DE"))

    def test_a_name_changed_by_sql_is_sent_after_the_nightly_pass(self):
        """001-02: everything is compared."""
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE product_template SET name = \'{"en_US": "Renamed"}\' WHERE id = %s',
            [self.product.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.compare()
        self.assertNotEqual(self.shown("item_name")[0]["value"], "Renamed")
        self.compare("all")
        self.assertEqual(self.shown("item_name")[0]["value"], "Renamed")

    def test_a_rule_for_an_attribute_is_sent_for_all_listings(self):
        """001-01: rules speak of very many."""
        self.rules.filtered(lambda rule: rule.attribute == "brand").constant = "Ours"
        self.run_stages("reconcile")
        self.push()
        self.assertEqual(self.shown("brand", "SKU-3")[0]["value"], "Ours")

    # === CLOSING === #

    def test_archived_and_back_before_the_closing_leaves_closes_nothing(self):
        """001-42: the offer stays, also the night after."""
        self.product.active = False
        self.run_stages("plan_products")
        task = self.tasks(kind="delist")
        self.product.active = True
        self.push()
        self.assertEqual(task.state, "obsolete")
        self.compare("all")
        self.assertEqual((self.listing().state, self.quantity_shown()), ("live", 100))

    def test_back_while_the_closing_is_on_its_way_it_is_offered_anew(self):
        """001-42: what was closed and is to be offered is sent again by the next pass."""
        self.product.active = False
        self.run_stages("plan_products", "send")
        self.product.active = True
        self.push()
        self.assertEqual(self.listing().state, "closed")
        self.compare()
        self.push()
        self.assertEqual((self.listing().state, self.quantity_shown()), ("live", 100))
        self.assertEqual(self.price_shown(), 10)

    def test_a_template_that_is_deleted_takes_its_offers_along(self):
        """001-42: the database deletes the variants by itself."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "SKU-GONE"})
        product.list_price = 5
        self.publish(product)
        self.assertEqual(self.listing(product).state, "live")
        listing = self.listing(product)
        product.product_tmpl_id.unlink()
        self.push()
        self.assertEqual(listing.state, "closed")
        self.assertIsNone(self.amazon.listing("SKU-GONE"))

    # === WITH THE LOOK === #

    def test_the_nightly_look_sends_what_odoo_says_differently(self):
        """It is computed for the look anyway."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE product_template SET list_price = 17 WHERE list_price = 10")
        self.env.invalidate_all()
        with self.running() as env:
            env["integrator.drift.check"]._cron_drift_check()
        self.run_stages("fetch", "acknowledge", "extract", "fetch", "acknowledge", "extract")
        self.push()
        self.assertEqual(self.price_shown(), 17)
