# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from .common import AmazonCommon

#: Orders that are placed.
COUNT = 100 if "FAULT_MATRIX" in os.environ else 40

#: Pieces of an order that may leave in three packages.
THREE = 3


@tagged("post_install", "-at_install")
class TestOrderFates(AmazonCommon):
    """Many orders with mixed histories end equal in Odoo and at Amazon (000-28, 001-22, 001-23,
    001-25, 001-44, 002-60)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.account_fiscal_country_id = cls.env.ref("base.de")
        cls.site.product_domain = "[('default_code', '=like', 'SKU-%')]"
        for product in cls.products:
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, 5000)

    def setUp(self):
        super().setUp()
        self.place_orders(count=COUNT)
        orders = self.import_orders()
        self.run_stages("plan_orders", "send", "send")
        self.orders = orders.filtered(
            lambda one: one.state == "imported"
            and one.fulfilled_by == "merchant"
            and one.remote_status == "unshipped"
            and not one.sale_order_id.picking_ids.filtered("integrator_hold")
        )

    # === FATES === #

    def live_through(self, number, order):
        """One of five fates, by the order's place."""
        fates = (
            self.ship,
            self.ship_in_parts,
            self.cancel,
            self.cancel_a_unit,
            self.refund_twice,
        )
        fates[number % len(fates)](order)

    def ship(self, order):
        picking = order.sale_order_id.picking_ids.filtered(lambda one: one.state == "assigned")
        picking.carrier_tracking_ref = f"00340434161{picking.id:09d}"
        picking.with_context(skip_sms=True).button_validate()

    def ship_in_parts(self, order):
        """In three packages where there are enough pieces, else in one."""
        picking = order.sale_order_id.picking_ids
        pieces = [
            (move, 1) for move in picking.move_ids for _one in range(int(move.product_uom_qty))
        ]
        if len(pieces) < THREE:
            return self.ship(order)
        picking.move_line_ids.unlink()
        for place in range(THREE):
            package = self.env["stock.package"].create(
                {"integrator_tracking": f"0034043{place}{picking.id:010d}"}
            )
            mine = pieces[place::THREE]
            for move in picking.move_ids:
                quantity = sum(count for one, count in mine if one == move)
                if quantity:
                    values = move._prepare_move_line_vals()
                    values |= {"quantity": quantity, "result_package_id": package.id}
                    self.env["stock.move.line"].create(values)
        picking.move_ids.picked = True
        return picking.with_context(skip_sms=True).button_validate()

    def cancel(self, order):
        order.sale_order_id._action_cancel()

    def cancel_a_unit(self, order):
        """One unit less where a line has several; the rest leaves."""
        line = order.line_ids.filtered(lambda one: one.quantity > 1)[:1]
        if line:
            line._sale_line().product_uom_qty -= 1
        self.ship(order)

    def refund_twice(self, order):
        """Shipped, then half of each line's price goes back, twice."""
        self.ship(order)
        order.sale_order_id._create_invoices().action_post()
        invoice = order.sale_order_id.invoice_ids
        for _half in range(2):
            note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
            item = note.invoice_line_ids.filtered(lambda line: line.price_unit > 0)[:1]
            others = [(2, line.id) for line in note.invoice_line_ids - item]
            note.invoice_line_ids = [(1, item.id, {"price_unit": item.price_unit / 4}), *others]
            note.action_post()

    def run_until_done(self):
        """Send everything, in the time that it takes, and fetch the results."""
        self.run_stages("plan_orders", *["send"] * 3)
        minutes = 0
        while self.open_tasks():
            minutes += 3
            self.assertLess(minutes, 90, "something does not come to its end")
            with self.later(minutes=minutes):
                self.run_stages("plan_orders", "send", "send")
        self.amazon.advance(130)
        with self.later(minutes=minutes + 5):
            self.run_stages("fetch", "acknowledge", "extract", "import")

    def open_tasks(self):
        under_way = ("waiting", "ready", "submitted", "pending")
        return self.tasks().filtered(lambda task: task.state in under_way)

    # === COMPARED === #

    def here(self, order):
        """The state of an order in Odoo."""
        lines = order.line_ids
        notes = order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )
        cancelled = order.sale_order_id.state == "cancel"
        sent = {
            line.remote_line_id: int(line._sale_line()._integrator_quantity_sent())
            for line in lines
        }
        return {
            "sent": {key: count for key, count in sent.items() if count},
            "cancelled": cancelled,
            "refunded": round(sum(notes.mapped("amount_total")), 2),
        }

    def there(self, order):
        """The state of an order at Amazon."""
        sent = {}
        for package in self.amazon.shipments(order.remote_order_id):
            for item in package["orderItems"]:
                sent[item["orderItemId"]] = sent.get(item["orderItemId"], 0) + item["quantity"]
        refunds = self.amazon.refunds(order.remote_order_id)
        status = self.amazon.order(order.remote_order_id)["fulfillment"]["fulfillmentStatus"]
        return {
            "sent": sent,
            "cancelled": status == "CANCELLED",
            "refunded": float(sum(sum(one["components"].values()) for one in refunds)),
        }

    def test_orders_with_mixed_fates_end_equal(self):
        """000-28, 001-22, 001-23, 001-25, 001-44, 002-60."""
        self.assertGreater(len(self.orders), COUNT // 2)
        for number, order in enumerate(self.orders):
            self.live_through(number, order)
        self.run_until_done()
        failed = self.tasks(state="error")
        self.assertFalse(failed, failed.mapped("error_message"))
        for order in self.orders:
            with self.subTest(order=order.remote_order_id):
                self.assertEqual(self.here(order), self.there(order))
        packages = [len(self.amazon.shipments(one.remote_order_id)) for one in self.orders]
        self.assertIn(THREE, packages)
        self.assertTrue(any(self.amazon.refunds(one.remote_order_id) for one in self.orders))
