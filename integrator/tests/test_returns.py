# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestReturns(SaleCase):
    """Returns of buyers are imported and received (001-26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.invoice_policy = "order"
        cls.operator = new_test_user(
            cls.env, "operator",
            "integrator.group_integrator_user,sales_team.group_sale_salesman_all_leads",
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.remote.offers |= {"source:return", "source:order"}

    def receive_order(self, shipped=True, invoiced=True, name="R-1"):
        order = self.import_orders(self.remote.order(name)).filtered(
            lambda one: one.remote_order_id == name
        )
        sale_order = order.sale_order_id
        if shipped:
            self.deliver(sale_order.picking_ids)
        if invoiced:
            sale_order._create_invoices().action_post()
        return sale_order

    def announce(self, *returns):
        """The site tells of returns."""
        self.remote.lists["return"] = list(returns)
        self.env["integrator.fetch.request"].search([("source", "=", "return")]).unlink()
        self.run_stages("fetch")
        with self.later(minutes=3):
            self.run_stages("fetch", "acknowledge", "extract")
        return self.env["integrator.return"].search([("site_id", "=", self.site.id)])

    def press(self, record, name):
        action = getattr(record.with_user(self.operator), name)()
        self.env.invalidate_all()
        return action

    def test_a_return_finds_its_order_and_line(self):
        """001-26: the record, its state, and the question to the responsible, once."""
        order = self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.assertEqual((found.sale_order_id, found.state), (order, "new"))
        self.assertEqual(found.line_ids.sale_line_id.product_id, self.product)
        self.assertEqual(found.line_ids.reason, "UNWANTED")
        self.assertEqual(order.with_user(self.operator).integrator_return_count, 1)
        self.announce(self.remote.goods_back("RMA-1", "R-1"))
        asked = order.activity_ids.filtered(lambda one: "RMA-1" in one.summary)
        self.assertEqual(len(asked), 1)
        asked.with_user(self.operator).action_feedback()
        self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.assertFalse(order.activity_ids, "done by hand")

    def test_a_later_version_of_a_return_changes_it(self):
        """001-26: the same return twice is one; what the site changes is changed. Other orders may
        have returns of the same number."""
        order = self.receive_order()
        back = self.remote.goods_back
        self.announce(back("RMA-1", "R-1"))
        found = self.announce(
            back("RMA-1", "R-1", quantity=2, remote_status="Received"),
            back("RMA-2", "R-1"),
            back("RMA-1", "R-2"),
        )
        first = found.filtered(lambda one: one.remote_return_id == "RMA-1").filtered("order_id")
        self.assertEqual((len(found), first.sale_order_id), (3, order))
        self.assertEqual((first.remote_status, first.line_ids.quantity), ("Received", 2))

    def test_the_goods_are_received_by_one_press(self):
        """001-26: a receipt to do, over what comes back; a second press makes no other."""
        self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_receive")
        receipt = found.picking_ids
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(receipt.location_id.usage, "customer")
        self.assertEqual(found.state, "receiving")
        self.press(found, "action_receive")
        self.assertEqual(found.picking_ids, receipt)
        before = self.product.qty_available
        self.deliver(receipt)
        self.assertEqual(self.product.qty_available, before + 1)
        self.assertEqual(found.state, "received")

    def test_all_of_it_is_here_by_one_press(self):
        """001-26: the receipt is made and validated; nothing comes in a second time."""
        self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1", quantity=2))
        before = self.product.qty_available
        self.press(found, "action_receive_all")
        self.assertEqual(found.state, "received")
        self.assertEqual(found.picking_ids.move_ids.mapped("quantity"), [2])
        self.assertEqual(self.product.qty_available, before + 2)
        self.press(found, "action_receive_all")
        self.assertEqual(self.product.qty_available, before + 2)

    def test_pieces_of_two_parcels_come_back_to_both(self):
        """001-26: never more of a delivery than left with it."""
        order = self.import_orders(self.remote.order("R-1")).sale_order_id
        backorder = self.deliver(order.picking_ids, 1)
        self.deliver(backorder)
        found = self.announce(self.remote.goods_back("RMA-1", "R-1", quantity=2))
        self.press(found, "action_receive")
        self.assertEqual(found.picking_ids.move_ids.mapped("product_uom_qty"), [1, 1])

    def test_two_rows_of_two_parcels_come_back_to_both(self):
        """001-26: the second row finds what the first has left."""
        order = self.import_orders(self.remote.order("R-1")).sale_order_id
        self.deliver(self.deliver(order.picking_ids, 1))
        value = self.remote.goods_back("RMA-1", "R-1")
        found = self.announce({**value, "lines": value["lines"] * 2})
        self.press(found, "action_receive")
        self.assertEqual(found.picking_ids.move_ids.mapped("product_uom_qty"), [1, 1])

    def test_received_pieces_are_not_received_again(self):
        """001-26: two returns of one order; nor is what has not left yet, or has come back."""
        order = self.receive_order(shipped=False)
        self.deliver(order.picking_ids, 1).action_assign()
        back = self.remote.goods_back
        found = self.announce(back("RMA-1", "R-1", quantity=2), back("RMA-2", "R-1"))
        first = found.filtered(lambda one: one.remote_return_id == "RMA-1")
        self.press(first, "action_receive")
        self.assertEqual(first.picking_ids.move_ids.product_uom_qty, 1)
        self.deliver(first.picking_ids)
        with self.assertRaisesRegex(UserError, "nothing to receive"):
            self.press(found - first, "action_receive")

    def test_one_piece_of_two_parcels_comes_back_once(self):
        """001-26: whichever it left with."""
        order = self.import_orders(self.remote.order("R-1")).sale_order_id
        self.deliver(self.deliver(order.picking_ids, 1))
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_receive")
        self.assertEqual(sum(found.picking_ids.move_ids.mapped("product_uom_qty")), 1)

    def test_one_piece_of_two_invoices_is_credited_once(self):
        """001-26: the money of one piece goes back, not that of both."""
        order = self.receive_order(invoiced=False)
        first = order._create_invoices()
        first.invoice_line_ids[0].quantity = 1
        first.action_post()
        order._create_invoices().action_post()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_propose_refund")
        self.assertEqual(found.refund_ids.invoice_line_ids.mapped("quantity"), [1])
        self.assertEqual(found.refund_ids.amount_untaxed, 10)

    def test_one_piece_of_two_rows_of_an_invoice_is_credited_once(self):
        """001-26: an invoice may hold what was sold in several rows."""
        order = self.receive_order(invoiced=False)
        invoice = order._create_invoices()
        row = invoice.invoice_line_ids[0]
        row.quantity = 1
        other = row.copy({"move_id": invoice.id})
        other.sale_line_ids = row.sale_line_ids
        invoice.action_post()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_propose_refund")
        self.assertEqual(found.refund_ids.invoice_line_ids.mapped("quantity"), [1])
        self.assertEqual(found.refund_ids.amount_untaxed, 10)

    def test_an_order_without_a_posted_invoice_is_not_credited(self):
        """001-26: the buyer has paid by no draft."""
        self.receive_order(invoiced=False)._create_invoices()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        with self.assertRaisesRegex(UserError, "No posted invoice"):
            self.press(found, "action_propose_refund")

    def test_a_receipt_that_was_cancelled_is_made_again(self):
        """001-26: the goods have not come back by it."""
        self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1", quantity=2))
        self.press(found, "action_receive")
        first = found.picking_ids
        first.action_cancel()
        self.press(found, "action_receive")
        again = found.picking_ids - first
        self.assertEqual(again.move_ids.mapped("product_uom_qty"), [2])

    def test_a_credit_note_is_proposed_by_one_press(self):
        """001-26: a draft over the right line and quantity; a second press makes no other, unless
        it was cancelled."""
        order = self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_propose_refund")
        note = found.refund_ids
        self.assertEqual((note.state, note.move_type), ("draft", "out_refund"))
        self.assertEqual(note.invoice_line_ids.sale_line_ids.product_id, self.product)
        self.assertEqual(note.invoice_line_ids.mapped("quantity"), [1])
        self.assertEqual(note.amount_untaxed, 10)
        self.press(found, "action_propose_refund")
        self.assertEqual((found.refund_ids, found.state), (note, "new"))
        note.button_cancel()
        self.press(found, "action_propose_refund")
        note = found.refund_ids - note
        self.assertEqual((note.state, note.amount_untaxed), ("draft", 10))
        note.action_post()
        self.assertEqual(found.state, "credited")
        self.assertIn("refund", self.operations(order))

    def test_two_rows_of_one_sku_are_two_pieces_however_often_they_come(self):
        """001-26: the report of four days; the credit note is over two pieces of ten."""
        value = self.remote.order("R-1", amount_total="99.96")
        value["lines"][0] |= {"quantity": 10}
        value["lines"][0]["charges"] = [{"kind": "item", "of": "", "amount": "99.96"}]
        order = self.import_orders(value).sale_order_id
        self.deliver(order.picking_ids)
        order._create_invoices().action_post()
        back = self.remote.goods_back("RMA-1", "R-1")
        back["lines"] *= 2
        for _day in range(4):
            found = self.announce(back)
            self.assertEqual(found.line_ids.mapped("quantity"), [1, 1])
        self.press(found, "action_receive")
        self.assertEqual(sum(found.picking_ids.move_ids.mapped("product_uom_qty")), 2)
        self.press(found, "action_propose_refund")
        self.assertEqual(found.refund_ids.amount_total, 19.99)
        back["lines"] = back["lines"][:1]
        self.assertEqual(len(self.announce(back).line_ids), 1)

    def test_rows_of_one_sku_find_each_line_of_it(self):
        """001-26: one piece of each of two lines."""
        value = self.remote.order("R-1", amount_total="20.00")
        value["lines"][0] |= {"quantity": 1}
        value["lines"][0]["charges"] = [{"kind": "item", "of": "", "amount": "10.00"}]
        value["lines"].append({**value["lines"][0], "remote_line_id": "R-1-2"})
        order = self.import_orders(value).sale_order_id
        back = self.remote.goods_back("RMA-1", "R-1")
        back["lines"] *= 2
        found = self.announce(back)
        self.assertEqual(found.line_ids.sale_line_id, order.order_line)

    def test_a_return_without_a_shipment_or_an_invoice_is_refused(self):
        """001-26: nothing has left, nothing was invoiced."""
        self.receive_order(shipped=False, invoiced=False)
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        for button, text in (("action_receive", "left"), ("action_propose_refund", "invoice")):
            with self.subTest(button), self.assertRaisesRegex(UserError, text):
                self.press(found, button)

    def test_a_return_of_an_unknown_order_waits_for_it(self):
        """001-26: the order is asked for by its id."""
        self.remote.orders["R-1"] = self.remote.order("R-1")
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.assertEqual(found.state, "unknown")
        self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertEqual(found.sale_order_id.integrator_order_ref, "R-1")
        self.assertEqual(found.state, "new")

    def test_a_document_of_returns_can_be_read_again(self):
        """001-26, 000-09: from its kept bytes; the same returns come of it."""
        self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        document = found.document_id
        found.unlink()
        replay = self.env["integrator.replay"].with_context(active_ids=document.ids).create({})
        self.assertFalse(replay.line_ids)
        replay.action_apply()
        found = self.env["integrator.return"].search([("document_id", "=", document.id)])
        self.assertEqual(found.remote_return_id, "RMA-1")

    def test_a_return_can_be_closed_and_opened_again(self):
        """001-26: the goods never came."""
        self.receive_order()
        found = self.announce(self.remote.goods_back("RMA-1", "R-1"))
        self.press(found, "action_close")
        self.assertEqual(found.state, "closed")
        self.press(found, "action_reopen")
        self.assertEqual(found.state, "new")

    def test_returns_are_asked_for_once_a_day_where_the_site_tells_them(self):
        """001-26."""
        fetch_requests = self.env["integrator.fetch.request"]
        for offered, expected in ((False, 0), (True, 1)):
            with self.subTest(offered=offered):
                fetch_requests.search([]).unlink()
                self.site.daily_returns = offered
                for hours in (0, 2):
                    with self.later(hours=hours):
                        self.run_stages("fetch")
                found = fetch_requests.search([("source", "=", "return")])
                self.assertEqual(len(found), expected)
