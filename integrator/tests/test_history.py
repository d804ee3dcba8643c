# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..neutral import Update
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestHistory(SaleCase):
    """Orders from before the integration began, or from an outage, are imported without a second
    delivery (001-33)."""

    def setUp(self):
        super().setUp()
        self.site.stock_since = "2026-11-01 20:00:00"

    def sold_line(self, order):
        return order.sale_order_id.order_line[:1]

    def free(self):
        self.env.invalidate_all()
        return self.product.free_qty

    def test_pieces_shipped_before_make_no_delivery(self):
        """001-33: no reservation, no question; it can be invoiced."""
        order = self.see("shipped", quantity_shipped=2)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertFalse(order.sale_order_id.picking_ids)
        self.assertFalse(order.sale_order_id.activity_ids)
        self.assertEqual((self.free(), self.product.qty_available), (100, 100))
        self.assertEqual(self.sold_line(order).qty_delivered, 2)
        self.assertEqual(order.sale_order_id._create_invoices().amount_total, 24.9)
        self.see("shipped", 13, quantity_shipped=2)
        self.assertFalse(order.sale_order_id.activity_ids or order.sale_order_id.picking_ids)

    def test_only_what_was_left_then_is_delivered(self):
        """001-33."""
        order = self.see("partially_shipped", quantity_shipped=1)
        self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_uom_qty, 1)
        self.assertFalse(order.sale_order_id.integrator_hold)
        self.deliver(order.sale_order_id.picking_ids)
        self.assertEqual(self.sold_line(order).qty_delivered, 2)

    def test_pieces_shipped_since_are_asked_about(self):
        """The stock here does not know of it."""
        order = self.see("shipped", 21, quantity_shipped=2)
        self.assertEqual(order.sale_order_id.integrator_hold, "shipped_elsewhere")

    def test_the_time_of_the_parcel_counts_where_it_is_given(self):
        """001-33: an order of then that was touched since."""
        order = self.see("shipped", 21, quantity_shipped=3, shipped_at="2026-11-01T12:00:00")
        self.assertFalse(order.sale_order_id.picking_ids)
        # one more than was ordered, which nobody pays for
        self.assertEqual(self.sold_line(order).qty_delivered, 2)

    def test_pieces_shipped_by_the_site_before_leave_no_stock(self):
        place = self.env["stock.location"].create({"name": "Theirs", "usage": "internal"})
        self.site.write({"site_stock": "location", "site_location_id": place.id})
        order = self.see("shipped", quantity_shipped=2, fulfilled_by="site")
        self.assertFalse(self.sold_line(order).move_ids)
        self.assertEqual(self.sold_line(order).qty_delivered, 2)

    def test_a_new_site_counts_its_stock_from_now_on(self):
        """001-33."""
        site = self.env["integrator.site"].create({"name": "New", "site_type": "dummy"})
        self.assertTrue(site.stock_since)

    # === THE SAME ORDER TWICE === #

    def test_an_order_of_a_site_that_was_made_again_is_not_sold_twice(self):
        """It goes on with the sale order that it had."""
        order = self.see()
        sale_order = order.sale_order_id
        order.unlink()
        sale_order.integrator_site_id = False
        again = self.see(hour=13)
        self.assertEqual(again.sale_order_id, sale_order)
        self.assertEqual(sale_order.integrator_site_id, self.site)
        kinds = sale_order.order_line.integrator_link_ids.mapped("kind")
        self.assertEqual(kinds, ["item", "shipping"])
        self.see(hour=14, quantity_cancelled=1)
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 1)

    def test_a_site_with_sale_orders_is_archived_not_deleted(self):
        self.see()
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.site.unlink()
        self._make_site("Empty").unlink()

    def test_a_site_goes_with_all_that_names_each_other(self):
        """001-33: as when its addon is uninstalled; what was refunded stays known."""
        order = self.see()
        update = Update(
            kind="shipment", target_ref=f"sale.order,{order.sale_order_id.id}", target_name="R-1"
        )
        task = self.env["integrator.task"]._enqueue(self.site, update)
        task.order_id = order
        refund = self.env["integrator.refund.line"].create(
            {
                "site_id": self.site.id,
                "company_id": self.site.company_id.id,
                "order_line_id": order.line_ids[:1].id,
                "task_id": task.id,
                "remote_order_id": "R-1",
                "remote_line_id": "1",
                "kind": "item",
            }
        )
        self.remove_site(self.site)
        self.assertTrue(refund.exists())
        self.assertFalse(refund.site_id or refund.order_line_id or refund.task_id)
        self.assertFalse(order.exists() or task.exists())

    def test_a_site_needs_a_warehouse(self):
        """001-85: Odoo makes none for a second company."""
        company = self.env["res.company"].create({"name": "Second"})
        with self.assertRaisesRegex(ValidationError, "Second has none yet.*Warehouses"):
            values = {"name": "Two", "site_type": "dummy", "company_id": company.id}
            self.env["integrator.site"].create({**values, "warehouse_id": False})

    def test_a_site_of_another_company_has_its_warehouse(self):
        """001-85: the page with the warehouse is not there before the channel is saved."""
        company = self.env["res.company"].create({"name": "Second"})
        warehouse = self._warehouse_of(company.id)
        groups = "integrator.group_integrator_manager,base.group_multi_company"
        companies = (self.env.company | company).ids
        user = new_test_user(self.env, "both", groups, company_ids=companies)
        sites = self.env["integrator.site"].with_user(user)
        with Form(sites.with_context(allowed_company_ids=companies)) as form:
            form.name, form.site_type = "Two", "dummy"
            form.company_id = company
        self.assertEqual(form.record.warehouse_id, warehouse)

    def test_a_duplicate_begins_anew(self):
        """001-20: by an administrator; it has a name of its own, and does nothing by itself."""
        self.site.order_watermark = "2026-11-01 20:00:00"
        user = new_test_user(self.env, "copies", "integrator.group_integrator_manager")
        copy = self.site.with_user(user).copy()
        self.assertEqual((copy.name, copy.warehouse_id), ("Dummy (copy)", self.site.warehouse_id))
        self.assertFalse(copy.automatic or copy.order_watermark)
        self.assertGreater(copy.stock_since, self.site.stock_since)
