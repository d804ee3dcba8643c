# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .common import GERMANY
from .orders_case import OrdersCase


@tagged("post_install", "-at_install")
class TestRefunds(OrdersCase):
    """Credit notes of Amazon orders refund the buyer at Amazon (001-25, 004-11)."""

    # === DOING === #

    def invoiced(self, kind, deliver=True):
        """An imported order, delivered, confirmed at Amazon, and invoiced."""
        order = self.order(kind)
        if deliver:
            self.deliver(order.sale_order_id)
            self.run_stages("plan_orders", "send", "send")
        order.sale_order_id._create_invoices().action_post()
        return order

    def credit(self, order, change=None, post=True):
        """A credit note over the order's invoice.

        :param change: what to do with the draft before it is posted
        """
        invoice = order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        if change:
            change(note)
        if post:
            note.action_post()
        return note

    def given_back(self, order):
        """The refunds at Amazon: component -> amount."""
        refunded = self.refunded_components(order)
        return {component: float(amount) for component, amount in refunded.items()}

    def task(self, note):
        return self.tasks(kind="refund", move_id=note.id)

    # === TESTS === #

    def test_a_posted_credit_note_gives_back_what_was_paid(self):
        """001-25, 001-45, 001-68, 004-11: per item and component, to the cent."""
        for kind, components in (
            ("tax", {"Principal", "Shipping"}),
            ("everything", {"Principal", "Shipping", "GiftWrap"}),
        ):
            with self.subTest(kind=kind):
                order = self.invoiced(kind)
                note = self.credit(order)
                self.send_updates()
                self.assertEqual(self.task(note).state, "success")
                back = self.given_back(order)
                self.assertAlmostEqual(sum(back.values()), note.amount_total, 2)
                self.assertLessEqual(components, back.keys())
                refunds = self.amazon.refunds(order.remote_order_id)
                self.assertEqual({refund["reason"] for refund in refunds}, {"CustomerReturn"})

    def test_the_credit_note_shows_the_result_of_each_item(self):
        """001-25, 001-71."""
        order = self.invoiced("several_lines")
        note = self.credit(order)
        self.send_updates()
        lines = note.integrator_refund_line_ids
        self.assertEqual(set(lines.mapped("state")), {"success"})
        self.assertEqual(lines.order_line_id, order.line_ids)

    def test_part_of_the_pieces_goes_back_in_part(self):
        """001-25: one of several pieces, with the reason that was chosen."""
        order = self.invoiced("quantities")
        reason = self.env.ref("integrator_amazon.refund_reason_differentitem")

        def one_piece(note):
            with Form(note) as form:
                form.integrator_refund_reason_id = reason
            item = note.invoice_line_ids.filtered(lambda line: line.quantity > 1)[:1]
            others = note.invoice_line_ids - item
            gone = [(2, one.id) for one in others]
            note.invoice_line_ids = [(1, item.id, {"quantity": 1}), *gone]

        note = self.credit(order, one_piece)
        self.send_updates()
        [refund] = self.amazon.refunds(order.remote_order_id)
        self.assertEqual(refund["reason"], "DifferentItem")
        self.assertAlmostEqual(sum(self.given_back(order).values()), note.amount_total, 2)
        self.assertLess(note.amount_total, order.amount_total)

    def test_two_credit_notes_are_two_refunds_and_no_more_than_was_paid(self):
        """001-25: what exceeds the payment is refused here, with the arithmetic."""
        order = self.invoiced("single")
        first = self.credit(order)
        self.send_updates()
        second = self.credit(order)
        self.send_updates()
        self.assertEqual(self.task(first).state, "success")
        self.assertEqual(self.task(second).state, "error")
        self.assertEqual(self.task(second).error_code, "refund_above_paid")
        self.assertEqual(len(self.amazon.refunds(order.remote_order_id)), 1)

    def test_set_to_draft_before_it_left_it_is_withdrawn(self):
        """001-45."""
        order = self.invoiced("single")
        note = self.credit(order)
        self.amazon.fault("createFeed", "throttle")
        self.run_stages("plan_orders", "send")
        self.assertEqual(set(note.integrator_refund_line_ids.mapped("state")), {"ready"})
        note.button_draft()
        # it is not announced any more
        self.assertFalse(note.integrator_refund_line_ids)
        self.send_updates()
        self.assertEqual(self.task(note).state, "obsolete")
        self.assertFalse(self.amazon.refunds(order.remote_order_id))

    def test_of_an_order_that_is_cancelled_at_amazon_nothing_is_given_back(self):
        """001-25: the invoice is credited here; a refund would wait for a shipment for ever."""
        order = self.invoiced("single", deliver=False)
        note = self.credit(order)
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.task(note).state, "waiting")
        self.amazon.cancel(order.remote_order_id)
        self.import_orders()
        self.assertEqual(order.sale_order_id.state, "cancel")
        with self.later(minutes=11):
            self.run_stages("send")
        self.assertEqual(self.task(note).state, "obsolete")
        self.assertIn("is cancelled on Amazon", note.integrator_refund_note)
        self.assertFalse(self.amazon.refunds(order.remote_order_id))

    def test_a_cancellation_after_a_part_has_left_is_refunded_at_amazon(self):
        """001-25: it can neither be confirmed nor cancelled any more, so neither is asked for."""
        order = self.order("quantities")
        picking = order.sale_order_id.picking_ids
        picking.move_ids[0].quantity = 0
        picking.carrier_tracking_ref = "003404341610900001"
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.run_stages("plan_orders", "send", "send")
        order.sale_order_id._create_invoices().action_post()
        order.sale_order_id._action_cancel()
        sent = picking.move_ids.filtered(lambda move: move.state == "done").sale_line_id

        def only_the_rest(note):
            note.invoice_line_ids.filtered(lambda line: line.sale_line_ids <= sent).unlink()

        note = self.credit(order, only_the_rest)
        self.send_updates()
        self.assertEqual(self.task(note).state, "waiting")
        self.assertIn("Refund it in Seller Central", self.task(note).error_message)
        for days, state in ((2, "waiting"), (4, "error")):
            with self.later(days=days):
                self.run_stages("send")
            self.assertEqual(self.task(note).state, state)
        self.assertEqual(self.task(note).error_code, "refund_before_shipment")
        self.assertIn("Refund it in Seller Central", self.task(note).error_message)

    def test_before_the_shipment_it_waits_and_says_so(self):
        """001-25: Amazon refunds only what was confirmed; once it is, the refund goes by itself."""
        order = self.invoiced("single", deliver=False)
        note = self.credit(order)
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.task(note).state, "waiting")
        self.assertIn("confirmed as shipped", self.task(note).error_message)
        self.deliver(order.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        for minutes in (11, 14):
            with self.later(minutes=minutes):
                self.run_stages("send")
        self.assertEqual(self.task(note).state, "success")

    def test_a_marketplace_without_refunds_says_so_before_one_tries(self):
        """004-03, 004-17: on the draft credit note, and on the task that is closed."""
        self.germany.refunds_by_feed = False
        order = self.invoiced("single")
        note = self.credit(order, post=False)
        self.assertIn("Seller Central", note.integrator_refund_note)
        note.action_post()
        self.send_updates()
        self.assertEqual(self.task(note).state, "obsolete")
        self.assertIn("Seller Central", self.task(note).error_message)
        self.assertFalse(self.amazon.refunds(order.remote_order_id))

    def test_a_refusal_of_amazon_is_shown_with_its_words(self):
        """001-69, 001-88: although everything here was right."""
        order = self.invoiced("single")
        refusing = self.amazon.settings.no_refund_marketplaces
        refusing.add(GERMANY)
        self.addCleanup(refusing.clear)
        note = self.credit(order)
        self.send_updates()
        task = self.task(note)
        self.assertEqual(task.state, "error")
        self.assertIn("not available in the marketplace", task.error_message)
        self.assertIn("not available", note.integrator_refund_line_ids[0].message)

    def test_goodwill_is_sent_beside_the_paid_items(self):
        """001-25: a line without a product counts against no payment."""
        order = self.invoiced("single")

        def goodwill(note):
            gift = {"name": "Sorry", "price_unit": 3.0, "tax_ids": [(6, 0, [])]}
            note.invoice_line_ids = [(0, 0, gift)]

        note = self.credit(order, goodwill)
        self.send_updates()
        self.assertEqual(self.task(note).state, "success")
        self.assertEqual(self.given_back(order)["Goodwill"], 3.0)
