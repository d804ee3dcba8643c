# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestPending(SaleCase):
    """Orders that await payment reserve their pieces, so that nothing is sold twice (001-17,
    001-18)."""

    def free(self):
        self.product.invalidate_recordset(["free_qty"])
        return self.product.free_qty

    def moves(self, order):
        return order.line_ids.reservation_move_ids

    def test_a_pending_order_keeps_its_pieces_without_a_sale_order(self):
        """001-17: free stock goes down, and with it what is offered."""
        order = self.see("pending", amount_total=None)
        self.assertEqual(self.free(), 98)
        self.assertEqual(self.product.qty_available, 100)
        move = self.moves(order)
        self.assertEqual((move.state, move.quantity, move.origin), ("assigned", 2, "R-1"))
        self.assertFalse(move.picking_id or order.sale_order_id)
        self.assertEqual(order.reservation, "reserved")
        self.assertTrue(self.events(record_id=self.product.id))

    def test_once_paid_the_sale_order_takes_the_pieces_over(self):
        """001-18: even the last ones, which nobody else could get in between."""
        quant = self.env["stock.quant"]
        quant._update_available_quantity(self.product, self.stock, -98)
        order = self.see("pending", 12)
        rival = self.make_order(2)
        self.assertEqual(rival.picking_ids.state, "confirmed")
        self.see("unshipped", 13)
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")
        self.assertEqual(rival.picking_ids.state, "confirmed")
        self.assertEqual((self.moves(order).state, order.reservation), ("cancel", "released"))

    def test_the_pieces_of_an_order_that_cannot_be_imported_yet_stay_kept(self):
        """001-18: import and release are one transaction."""
        order = self.see("pending", 12)
        line = self.remote.order("R-1")["lines"][0]
        lines = [line, {**line, "remote_line_id": "R-1-2", "sku": "NONE"}]
        self.see("unshipped", 13, lines=lines)
        self.assertEqual(order.state, "error")
        self.assertEqual(self.free(), 98)

    def test_a_quotation_keeps_its_pieces_until_it_is_confirmed(self):
        """001-18, 000-25: where orders are left as quotations."""
        self.site.confirm_orders = False
        order = self.see("pending", 12)
        self.see("unshipped", 13)
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertEqual((self.free(), order.reservation), (98, "reserved"))
        order.sale_order_id.action_confirm()
        self.assertEqual((self.free(), order.reservation), (98, "released"))
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")

    def test_a_quotation_that_is_cancelled_frees_its_pieces(self):
        """001-17, 000-25."""
        self.site.confirm_orders = False
        order = self.see("pending", 12)
        self.see("unshipped", 13)
        order.sale_order_id._action_cancel()
        self.assertEqual((self.free(), order.reservation), (100, "released"))

    def test_a_cancelled_order_frees_its_pieces(self):
        """001-17."""
        order = self.see("pending", 12)
        self._forget_events()
        self.see("cancelled", 13)
        self.assertEqual(self.free(), 100)
        self.assertEqual((self.moves(order).state, order.reservation), ("cancel", "released"))
        self.assertTrue(self.events(record_id=self.product.id))

    def test_an_order_that_is_shipped_at_once_frees_its_pieces(self):
        """001-17: a jump."""
        order = self.see("pending", 12)
        self.see("shipped", 13, quantity_shipped=2)
        self.assertEqual(self.moves(order).state, "cancel")
        self.assertEqual(order.sale_order_id.picking_ids.integrator_hold, "shipped_elsewhere")
        self.assertEqual(self.free(), 98)

    def test_an_order_that_is_not_paid_in_time_frees_its_pieces(self):
        """001-17: and somebody reads of it, once."""
        self.site.user_id = new_test_user(self.env, "boss", "integrator.group_integrator_user")
        order = self.see("pending")
        with self.later(days=6):
            self.run_stages("import")
            self.assertEqual(self.free(), 98)
        with self.later(days=7, minutes=1):
            self.run_stages("import", "import")
        self.assertEqual(self.free(), 100)
        self.assertEqual((order.state, order.reservation), ("pending", "expired"))
        notes = self.site.message_ids.filtered(lambda note: "R-1" in (note.body or ""))
        self.assertEqual(len(notes), 1)
        self.assertIn(self.site.user_id.partner_id, notes.notified_partner_ids)

    def test_an_order_that_is_paid_after_all_is_imported(self):
        """001-18."""
        order = self.see("pending", 12)
        with self.later(days=8):
            self.run_stages("import")
            self.see("unshipped", 13)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")

    def test_a_change_of_an_expired_order_does_not_reserve_again(self):
        """001-17: nor is it said again."""
        self.see("pending", 12)
        with self.later(days=8):
            self.run_stages("import")
            self.see("pending", 13, quantity=1)
        self.assertEqual(self.free(), 100)
        notes = self.site.message_ids.filtered(lambda note: "R-1" in (note.body or ""))
        self.assertEqual(len(notes), 1)

    def test_a_pending_order_that_changes_keeps_the_new_number(self):
        """001-17: and its time goes on."""
        order = self.see("pending", 12)
        end = order.reserved_until
        with self.later(days=1):
            self.see("pending", 13, quantity=5)
        self.assertEqual(self.free(), 95)
        self.assertEqual(order.reserved_until, end)

    def test_an_unknown_sku_keeps_what_is_known(self):
        """001-17."""
        self.env["product.product"].create({"name": "Card", "default_code": "CARD"})
        line = self.remote.order("R-1")["lines"][0]
        # of a card Odoo counts no pieces
        more = [{**line, "remote_line_id": sku, "sku": sku} for sku in ("NONE", "CARD")]
        order = self.see("pending", lines=[line, *more])
        self.assertEqual(self.free(), 98)
        self.assertEqual(len(self.moves(order)), 1)
        self.assertEqual(order.state, "pending")

    def test_missing_pieces_are_reserved_as_they_arrive(self):
        """001-17."""
        self.env["stock.quant"]._update_available_quantity(self.product, self.stock, -99)
        order = self.see("pending")
        self.assertEqual(self.moves(order).state, "partially_available")
        self.env["stock.quant"]._update_available_quantity(self.product, self.stock, 5)
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(self.moves(order).quantity, 2)

    def test_the_same_order_again_reserves_nothing_more(self):
        order = self.see("pending", 12)
        self.see("pending", 13)
        self.assertEqual(self.free(), 98)
        self.assertEqual(len(self.moves(order)), 1)

    def test_a_site_may_leave_stock_alone_until_the_payment(self):
        """001-17: if so set."""
        self.site.reserve_pending = False
        self.see("pending")
        self.assertEqual(self.free(), 100)

    def test_an_order_shipped_by_the_site_reserves_nothing(self):
        self.see("pending", fulfilled_by="site")
        self.assertEqual(self.free(), 100)

    def test_two_sites_of_a_company_reserve_for_one_location(self):
        """001-17."""
        other = self._make_site("Other")
        self.assertEqual(self.site._pending_location(), other._pending_location())
        self.assertEqual(self.site.pending_location_id.company_id, self.site.company_id)
