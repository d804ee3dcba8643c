# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestStageImport(IntegratorCommon):
    """Remote orders become sale orders, each alone (000-04, 000-22)."""

    def order(self, remote_order_id):
        domain = [("site_id", "=", self.site.id), ("remote_order_id", "=", remote_order_id)]
        return self.env["integrator.order"].search(domain)

    def import_with_unknown_sku(self):
        self.import_orders(
            self.remote.order("R-1"),
            self.remote.order("R-2", sku="NEW"),
            self.remote.order("R-3"),
        )
        return self.order("R-2")

    def give_sku(self):
        return self.env["product.product"].create({"name": "New", "default_code": "NEW"})

    def test_one_order_that_cannot_be_imported_stops_no_other(self):
        """000-22: it is held with its reason."""
        held = self.import_with_unknown_sku()
        self.assertEqual(self.order("R-1").state, "imported")
        self.assertEqual(self.order("R-3").state, "imported")
        self.assertEqual((held.state, held.error_code), ("error", "unknown_sku"))
        self.assertIn("“NEW”", held.error_message)
        self.assertEqual(self.alerts(stage="import").code, "unknown_sku")

    def test_a_held_order_is_imported_by_itself_once_the_cause_is_corrected(self):
        """000-22."""
        held = self.import_with_unknown_sku()
        self.give_sku()
        self.run_stages("import")
        self.assertEqual(held.state, "error", "it is not tried before its time")
        with self.later(minutes=1, seconds=1):
            self.run_stages("import")
        self.assertEqual(held.state, "imported")
        self.assertFalse(held.error_code or held.error_message or self.alerts())

    def test_a_held_order_is_imported_by_the_button_at_once(self):
        """000-22."""
        held = self.import_with_unknown_sku()
        self.give_sku()
        held.action_import()
        self.run_stages("import")
        self.assertEqual(held.state, "imported")

    def test_after_three_attempts_a_held_order_waits_for_a_person(self):
        """000-22: the retry threshold; the button begins again."""
        held = self.import_with_unknown_sku()
        for attempts, hours in enumerate(range(1, 6), start=2):
            with self.later(hours=hours):
                self.run_stages("import")
            self.assertEqual(held.attempts, min(attempts, 3))
        held.action_import()
        self.run_stages("import")
        self.assertEqual((held.state, held.attempts), ("error", 1))

    def test_changes_that_wait_for_their_retry_are_left_alone(self):
        """000-22: not followed at every run until then."""
        order = self.import_orders(self.remote.order("R-1"))
        later = fields.Datetime.now() + timedelta(hours=1)
        order.write({"has_changes": True, "retry_at": later})
        self.run_stages("import")
        self.assertTrue(order.has_changes)
        with self.later(hours=2):
            self.run_stages("import")
        self.assertFalse(order.has_changes)

    def test_the_threshold_is_a_setting(self):
        """000-25."""
        self.env["ir.config_parameter"].set_param("integrator.max_attempts", 1)
        held = self.import_with_unknown_sku()
        with self.later(days=1):
            self.run_stages("import")
        self.assertEqual(held.attempts, 1)

    def test_a_listing_names_the_product_of_a_foreign_sku(self):
        """The SKU of the site need not be the internal reference."""
        self.env["integrator.listing"].create(
            {"site_id": self.site.id, "product_id": self.product.id, "sku": "NEW"}
        )
        held = self.import_with_unknown_sku()
        self.assertEqual(held.state, "imported")
        self.assertEqual(held.sale_order_id.order_line[0].product_id, self.product)

    def test_an_import_that_was_rolled_back_is_made_once(self):
        """000-22: nothing is left of it, and the next run makes it."""
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge", "extract")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.env["integrator.order.importer"]._import(self.order("R-1"))
            raise ZeroDivisionError
        self.assertFalse(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")]))
        self.run_stages("import", "import")
        self.assertEqual(
            len(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])), 1
        )

    def test_an_imported_order_is_never_imported_again(self):
        """000-22: already imported is recognised."""
        self.import_orders(self.remote.order("R-1"))
        order = self.order("R-1")
        order.action_import()
        self.run_stages("import")
        self.assertEqual(
            len(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])), 1
        )

    def test_the_same_order_number_of_two_sites_is_two_orders(self):
        """002-04."""
        other = self._make_site("Other")
        self.put_orders(self.remote.order("R-1"))
        self.put_orders(self.remote.order("R-1"), site=other)
        self.run_stages()
        orders = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        self.assertEqual(orders.integrator_site_id, self.site + other)

    # === SOLD ALREADY === #

    def make_site_again(self):
        """The site is removed with all that it had, and made anew."""
        self.remove_site(self.site)
        self.site = self._make_site("Dummy again")
        self.remote = DummyAdapter.remotes[self.site.id]

    def sold(self, **values):
        """A sale order of R-1 that nothing remembers any more."""
        return self.env["sale.order"].create(
            {"partner_id": self.partner.id, "integrator_order_ref": "R-1", **values}
        )

    def test_an_order_of_a_site_that_was_made_again_is_not_sold_twice(self):
        """000-22: it goes on with the sale order that it had, line by line, and follows what is
        a change of it."""
        self.give_sku()
        value = self.remote.order("R-1", amount_total="40.90")
        for number, sku, quantity, amount in ((2, "SKU-1", 1, "10.00"), (3, "NEW", 3, "6.00")):
            charges = [{"kind": "item", "of": "", "amount": amount}]
            line = {**value["lines"][0], "sku": sku, "quantity": quantity, "charges": charges}
            value["lines"].append({**line, "remote_line_id": f"R-1-{number}"})
        sale_order = self.import_orders(value).sale_order_id
        lines = sale_order.order_line
        self.make_site_again()
        # the other one of the number is younger
        self.sold(origin=sale_order.origin, integrator_order_ref=False, client_order_ref="R-1")
        value["lines"].insert(0, value["lines"].pop())
        order = self.import_orders({**value, "cancel_requested": True})
        self.assertEqual((order.state, order.sale_order_id), ("imported", sale_order))
        self.assertEqual((sale_order.order_line, sale_order.amount_total), (lines, 40.9))
        links = {line.remote_line_id: line._sale_line() for line in order.line_ids}
        self.assertEqual(
            {ref: (one.product_id.default_code, one.product_uom_qty) for ref, one in links.items()},
            {"R-1-1": ("SKU-1", 2), "R-1-2": ("SKU-1", 1), "R-1-3": ("NEW", 3)},
        )
        self.assertEqual(sale_order.picking_ids.integrator_hold, "buyer_cancel")
        self.remote.pages.clear()
        fewer = {**value["lines"][0], "quantity": 2}
        fewer["charges"] = [{"kind": "item", "of": "", "amount": "4.00"}]
        later = {"updated_at": "2026-11-01T12:00:00", "lines": [fewer, *value["lines"][1:]]}
        self.import_orders({**value, **later, "amount_total": "38.90"})
        self.assertEqual((links["R-1-3"].product_uom_qty, sale_order.amount_total), (2, 38.9))
        said = " ".join(sale_order.message_ids.mapped("body"))
        self.assertIn("goes on with this sale order", said)
        # changes of it find nothing to say of where it was sold, nor of what they do not change
        self.assertNotIn("was sold on", said)
        self.assertIn("NEW: 3 pieces for $&nbsp;6.00 → 2 for $&nbsp;4.00.", said)
        self.assertNotIn("SKU-1:", said)
        self.assertEqual(
            len(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])), 1
        )

    def test_lines_of_one_product_go_on_each_with_its_own(self):
        """000-22: by pieces and price, in whatever order the site shows them by now, and also
        beside one that somebody has changed."""
        value = self.remote.order("R-1", amount_total="109.90")
        for number, quantity, amount in ((2, 1, "10.00"), (3, 1, "15.00"), (4, 5, "60.00")):
            charges = [{"kind": "item", "of": "", "amount": amount}]
            line = {**value["lines"][0], "quantity": quantity, "charges": charges}
            value["lines"].append({**line, "remote_line_id": f"R-1-{number}"})
        before = self.import_orders(value)
        links = {line.remote_line_id: line._sale_line() for line in before.line_ids}
        links["R-1-4"].product_uom_qty = 6
        self.make_site_again()
        value["lines"].reverse()
        order = self.import_orders(value)
        self.assertEqual({line.remote_line_id: line._sale_line() for line in order.line_ids}, links)

    def test_an_order_of_before_the_uninstallation_is_not_sold_twice(self):
        """000-22: the fields of the addon are gone; Odoo's own name the order."""
        value = self.remote.order("R-1")
        sale_order = self.import_orders(value).sale_order_id
        self.make_site_again()
        sale_order.integrator_order_ref = False
        # what somebody has typed himself is his
        self.sold(integrator_order_ref=False, client_order_ref="R-1")
        order = self.import_orders(value)
        self.assertEqual((order.state, order.sale_order_id), ("imported", sale_order))
        self.assertEqual(sale_order.integrator_order_ref, "R-1")
        self.assertEqual(sale_order.integrator_site_id, self.site)

    def test_a_sale_order_of_others_is_not_taken_over(self):
        """000-22, 002-04: one of another company, or of another site."""
        company = self.env["res.company"].create({"name": "Another"})
        self._warehouse_of(company.id)
        others = self.sold(company_id=company.id)
        others |= self.sold(integrator_site_id=self._make_site("Other").id)
        order = self.import_orders(self.remote.order("R-1"))
        self.assertEqual((order.state, order.sale_order_id & others), ("imported", others.browse()))
        self.assertEqual(order.sale_order_id.amount_total, 24.9)

    def test_a_sale_order_that_another_order_goes_on_with_is_not_taken_over(self):
        """000-22, 002-04: the same number was sold on another site."""
        value = self.remote.order("R-1")
        self.put_orders(value, site=self._make_site("Other"))
        self.run_stages()
        taken = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        taken.integrator_site_id = False
        order = self.import_orders(value)
        self.assertEqual(order.state, "imported")
        self.assertNotEqual(order.sale_order_id, taken)

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_an_unexpected_error_is_kept_without_quoting_data(self):
        """000-22, 001-88: personal data stay out of messages."""
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge", "extract")
        self.order("R-1").address = {"name": "Ada Secret"}
        self.run_stages("import")
        self.assertEqual(self.order("R-1").error_code, "unexpected_KeyError")
        self.assertNotIn("Ada", self.order("R-1").error_message)

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_the_failing_order_of_a_batch_is_found_at_any_position(self):
        """000-22: at its end, too, and in the same run."""
        self.put_orders(self.remote.order("R-1"), self.remote.order("R-2"))
        self.run_stages("fetch", "acknowledge", "extract")
        self.order("R-2").address = {"name": "Ada Secret"}
        self.run_stages("import")
        states = (self.order("R-1").state, self.order("R-2").state)
        self.assertEqual(states, ("imported", "error"))

    def test_an_unknown_remote_status_is_held_with_that_reason(self):
        """002-74: reported, not guessed."""
        order = self.import_orders(self.remote.order("R-1", status="unknown"))
        self.assertEqual((order.state, order.error_code), ("error", "unknown_status"))
        self.assertIn("UNKNOWN", order.error_message)
        self.assertEqual(self.alerts(stage="import").code, "unknown_status")
