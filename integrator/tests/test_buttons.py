# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .menus_mixin import MenusMixin
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestButtons(MenusMixin, SaleCase):
    """Buttons open the related records, and every view can be loaded (001-77, 001-85)."""

    def opened(self, action):
        return action["res_model"], action["res_id"]

    def test_an_event_opens_its_record(self):
        """001-85: open the record."""
        self.product.name = "Better"
        self.assertEqual(
            self.opened(self.events().action_open_record()), ("product.product", self.product.id)
        )

    def test_an_event_of_a_deleted_record_says_so(self):
        """001-42, 001-85."""
        product = self.env["product.product"].create({"name": "Gone"})
        self.env.cr.flush()
        product.unlink()
        action = self.events(record_operation="unlink").action_open_record()
        self.assertIn("deleted in Odoo", action["params"]["message"])

    def test_a_remote_order_opens_its_sale_order(self):
        """001-85."""
        order = self.import_orders(self.remote.order("R-1"))
        self.assertEqual(
            self.opened(order.action_open_sale_order()), ("sale.order", order.sale_order_id.id)
        )

    def test_a_sale_order_opens_its_updates(self):
        """001-85, 002-72."""
        order = self.make_order()
        action = order.action_integrator_view_history()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.events("order", record_id=order.id))

    def test_a_task_opens_its_target(self):
        """001-85: the most exact of what it names."""
        picking = self.make_order().picking_ids
        listing = self.env["integrator.listing"].create({"site_id": self.site.id, "sku": "A"})
        values = {"site_id": self.site.id, "kind": "shipment", "target_ref": "x"}
        task = self.env["integrator.task"].create({**values, "picking_id": picking.id})
        self.assertEqual(self.opened(task.action_open_target()), ("stock.picking", picking.id))
        task.write({"picking_id": False, "listing_id": listing.id})
        self.assertEqual(self.opened(task.action_open_target()), ("integrator.listing", listing.id))

    def test_every_menu_and_filter_opens(self):
        """001-75, 001-85."""
        self.assertGreater(self.check_menus(), 100)
