# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestSiteStock(SaleCase):
    """Orders that the site ships from its own warehouse take their pieces from its location,
    once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["stock.location"].create(
            {"name": "At the site", "location_id": cls.site.warehouse_id.view_location_id.id}
        )
        cls.site.write({"site_stock": "location", "site_location_id": cls.place.id})
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.place, 10)
        cls._forget_events()

    def see(self, status="shipped", hour=12, **values):
        return super().see(status, hour, fulfilled_by="site", **values)

    def here(self):
        return self.product.with_context(location=self.place.id).qty_available

    def test_pieces_leave_when_the_site_ships_them_and_not_before(self):
        """000-04."""
        order = self.see("unshipped", 12)
        self.assertEqual(self.here(), 10)
        self.see("shipped", 13, quantity_shipped=2)
        self.assertEqual(self.here(), 8)
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 2)
        self.assertEqual(order.sale_order_id.order_line[0].move_ids.state, "done")

    def test_pieces_leave_once(self):
        """However often the site says it."""
        self.see("partially_shipped", 12, quantity_shipped=1)
        self.assertEqual(self.here(), 9)
        self.see("shipped", 13, quantity_shipped=2)
        self.see("shipped", 14, quantity_shipped=2)
        self.assertEqual(self.here(), 8)

    def test_a_change_of_the_setting_ships_nothing_twice(self):
        self.site.site_stock = "none"
        order = self.see("partially_shipped", 12, quantity=4, quantity_shipped=1)
        self.see("partially_shipped", 13, quantity=4, quantity_shipped=2)
        self.site.site_stock = "location"
        self.see("shipped", 14, quantity=4, quantity_shipped=4)
        self.assertEqual(self.here(), 8)
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 4)

    def test_products_with_lots_or_serial_numbers_leave_without_one(self):
        """The site does not say which it takes."""
        for number, tracking in enumerate(("lot", "serial")):
            with self.subTest(tracking=tracking):
                self.product.create(
                    {
                        "name": tracking,
                        "default_code": f"T-{number}",
                        "is_storable": True,
                        "tracking": tracking,
                    }
                )
                order = self.import_orders(
                    self.remote.order(
                        f"R-{tracking}",
                        sku=f"T-{number}",
                        status="shipped",
                        fulfilled_by="site",
                        updated_at=f"2026-11-01T1{number}:00:00",
                    )
                ).filtered(lambda one, name=f"R-{tracking}": one.remote_order_id == name)
                line = order.sale_order_id.order_line[:1]
                self.assertEqual(order.state, "imported", order.error_message)
                self.assertEqual(line.qty_delivered, 2)
                self.assertFalse(line.move_ids.lot_ids)
                quant = line.product_id.with_context(location=self.place.id)
                self.assertEqual(quant.qty_available, -2)

    def test_more_than_odoo_knows_of_leaves_below_zero(self):
        self.env["stock.quant"]._update_available_quantity(self.product, self.place, -10)
        self.see("shipped")
        self.assertEqual(self.here(), -2)

    def test_our_own_stock_and_its_reservations_stay(self):
        ours = self.make_order(100)
        self.env["stock.quant"]._update_available_quantity(self.product, self.place, -10)
        self.see("shipped")
        self.assertEqual(ours.picking_ids.state, "assigned")
        self.assertEqual(self.product.with_context(location=self.stock.id).qty_available, 100)

    def test_pieces_shipped_by_the_site_can_be_invoiced(self):
        """000-04: with a stock move or without one."""
        self.product.invoice_policy = "delivery"
        for number, setting in enumerate(("location", "none")):
            with self.subTest(setting=setting):
                self.site.site_stock = setting
                self.env["integrator.order"].search([]).unlink()
                # else the order would go on with the sale order that it had
                forgotten = {"integrator_order_ref": False, "client_order_ref": False}
                self.env["sale.order"].search([]).write(forgotten)
                order = self.see("partially_shipped", 12 + number, quantity_shipped=1)
                line = order.sale_order_id.order_line[:1]
                self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1, 1))
                invoice = order.sale_order_id._create_invoices()
                lines = invoice.invoice_line_ids
                self.assertEqual(lines.filtered("product_id.is_storable").quantity, 1)

    def test_nothing_of_it_is_sent(self):
        """Shipments by the site are not confirmed by us."""
        order = self.see("shipped")
        self.assertTrue(order.sale_order_id.order_line.move_ids)
        self.assertFalse(self.sent_kinds())

    def test_the_pieces_are_valued_as_odoo_does(self):
        """At cost."""
        self.product.standard_price = 4
        order = self.see("shipped")
        move = order.sale_order_id.order_line.move_ids
        self.assertTrue(move.is_out)
        self.assertEqual(move.value, 8)

    def test_a_site_of_another_company_takes_from_its_own_location(self):
        """002-04."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        place = self.place.create(
            {
                "name": "At the site abroad",
                "location_id": warehouse.view_location_id.id,
                "company_id": company.id,
            }
        )
        site = self._make_site(
            "Abroad",
            company_id=company.id,
            warehouse_id=warehouse.id,
            site_stock="location",
            site_location_id=place.id,
        )
        shipped = self.remote.order("R-9", status="shipped", fulfilled_by="site")
        waiting = self.remote.order("R-8", status="pending")
        self.put_orders(shipped, waiting, site=site)
        self.run_stages("fetch", "acknowledge", "extract", "import")
        orders = self.env["integrator.order"].search([("site_id", "=", site.id)])
        self.assertFalse(orders.filtered("error_message"), orders.mapped("error_message"))
        moves = orders.sale_order_id.order_line.move_ids | orders.line_ids.reservation_move_ids
        self.assertEqual(set(moves.mapped("state")), {"done", "confirmed"})
        self.assertEqual(moves.company_id, company)
        self.assertEqual(moves.location_id.company_id, company)

    def test_a_location_has_to_be_chosen(self):
        """000-24: the setting says where from."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.site.site_location_id = False
            self.site.flush_recordset()
