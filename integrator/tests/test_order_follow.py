# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestOrderFollow(SaleCase):
    """Later changes at the site are applied to the sale order, and are not sent back to the site
    (000-04, 001-22, 002-58)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        cls.operator = new_test_user(cls.env, "operator", groups)

    def delivery(self, order):
        return order.sale_order_id.picking_ids._integrator_open_deliveries()

    # === CHANGED BY HAND === #

    def test_a_changed_quantity_is_explained_before_it_is_saved(self):
        """001-22: fewer are cancelled at the site, more are a present."""
        self.remote.offers = {"orders", "cancellation", "cancellation:pieces"}
        order = self.see()
        lines = order.sale_order_id.order_line
        line = lines.filtered(lambda one: one.product_id == self.product)
        shipping = lines.filtered("integrator_link_ids") - line
        own = lines.create({"order_id": lines.order_id.id, "product_id": self.product.id})
        for changed, before, quantity, words in (
            (line, 2, 1, "Dummy is asked to cancel 1 of it"),
            (line, 2, 3, "has ordered 2 on Dummy"),
            (line, 2, 2, ""),
            (line, 4, 3, ""),
            (line, 4, 1, "Dummy is asked to cancel 1 of it"),
            (line, 1, 0, "Dummy is asked to cancel 1 of it"),
            (line, 1, 2, ""),
            (shipping, 1, 0, ""),
            (own, 1, 0, ""),
        ):
            with self.subTest(before=before, quantity=quantity):
                changed.product_uom_qty = before
                self.check_explained(changed, quantity, words)
        line.product_uom_qty = 2
        order.line_ids.quantity_shipped = 1
        self.check_explained(line, 1, "Dummy is asked to cancel 1 of it")
        self.check_explained(line, 0, "Dummy shows 1 of it as shipped")
        order.line_ids.quantity_shipped = 0
        self.remote.offers = {"orders"}
        self.check_explained(line, 1, "cannot cancel single pieces")
        order.line_ids.quantity_cancelled = 1
        self.check_explained(line, 3, "has ordered 1 on Dummy")
        line.order_id._action_cancel()
        self.check_explained(line, 3, "")

    def check_explained(self, line, quantity, words):
        """Check the warning for a person who changes the pieces of a line; none where there are no
        words."""
        values = {"product_uom_qty": quantity}
        said = line.onchange(values, ["product_uom_qty"], {"product_uom_qty": {}})
        self.assertIn(words, said.get("warning", {}).get("message", ""))
        self.assertEqual("warning" in said, bool(words))

    def test_pieces_that_have_left_and_are_not_sold_any_more_ask_what_to_do(self):
        """001-44: once, with the present figures, until they are sold again or credited."""
        order = self.see("unshipped", 12)
        self.see("shipped", 13, quantity_shipped=2)
        sale_order = order.sale_order_id
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        gift = self.env["product.product"].create({"name": "Gift", "type": "consu"})
        sale_order.order_line = [Command.create({"product_id": gift.id, "tax_ids": False})]
        line = sale_order.order_line[0].with_user(seller)
        for quantity in (1, 0):
            line.product_uom_qty = quantity
            [question] = self.asked(sale_order)
            self.assertIn(f"SKU-1: 2 shipped, {quantity} here", question.note)
        self.see("shipped", 14, quantity_shipped=2, ship_by="2026-11-05T12:00:00")
        self.assertEqual(self.asked(sale_order), question)
        self.assertFalse(self.delivery(order).integrator_hold, "nothing of it can leave twice")
        line.product_uom_qty = 2
        self.assertFalse(self.asked(sale_order))
        self.assertEqual(self.delivery(order).integrator_hold, "shipped_elsewhere")
        sale_order.with_user(seller)._action_cancel()
        [question] = self.asked(sale_order)
        self.assertEqual(question.summary, "Shipped although it is cancelled here")
        sale_order.action_draft()
        sale_order.with_user(seller).action_confirm()
        self.assertFalse(self.asked(sale_order))
        sale_order.order_line.filtered(lambda one: one.product_id == gift).product_uom_qty = 0
        self.delivery(order).with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(line.qty_delivered, 2)

    def test_pieces_that_leave_there_while_a_line_is_lowered_ask_until_they_are_credited(self):
        """001-44: and again, where the credit note is taken back."""
        order = self.see("unshipped", 12)
        sale_order = order.sale_order_id
        sale_order.order_line[0].product_uom_qty = 1
        self.assertFalse(self.asked(sale_order))
        self.see("partially_shipped", 13, quantity_shipped=1)
        self.assertFalse(self.asked(sale_order))
        self.see("shipped", 14, quantity_shipped=2)
        question = self.asked(sale_order)
        self.assertEqual(question.summary, "Fewer pieces than were shipped")
        question.action_feedback()
        self.see("shipped", 15, quantity_shipped=2, ship_by="2026-11-06T12:00:00")
        self.assertFalse(self.asked(sale_order), "done by hand, and the figures are the same")
        sale_order.order_line[0].product_uom_qty = 0
        self.assertIn("2 shipped, 0 here", self.asked(sale_order).note)
        self.asked(sale_order).action_feedback()
        sale_order.order_line[0].product_uom_qty = 2
        sale_order.order_line[0].product_uom_qty = 0
        self.assertTrue(self.asked(sale_order), "it was right in between")
        sale_order.order_line[0].product_uom_qty = 1
        note = self.refund(sale_order)
        self.assertFalse(self.asked(sale_order))
        note.button_draft()
        self.assertTrue(self.asked(sale_order))

    def asked(self, sale_order):
        """The questions to a person, but for those about held deliveries."""
        kind = self.env.ref("mail.mail_activity_data_warning")
        return sale_order.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    # === SHIPPED BY SOMEONE ELSE === #

    def test_a_parcel_that_left_elsewhere_is_noted_and_not_sent(self):
        """000-04: one button, and nothing is sent to the site."""
        order = self.see("unshipped", 12)
        self.see("shipped", 13, quantity_shipped=2)
        picking = self.delivery(order)
        self.assertIn("2 × SKU-1", picking.integrator_hold_note)
        picking.with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(picking.state, "done")
        picking.carrier_tracking_ref = "T-1"
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 2)
        self.assertEqual(self.product.qty_available, 98)
        self.assertFalse(self.sent_kinds())
        self.assertFalse(order.sale_order_id.activity_ids)
        history = order.sale_order_id._integrator_history(order.site_id)
        self.assertNotIn("shipped", [operation for operation, _source in history])

    def test_only_what_left_elsewhere_is_noted(self):
        """000-04: the rest is a delivery of its own, and is sent when it leaves."""
        order = self.see("partially_shipped", quantity_shipped=1)
        self.delivery(order).with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        rest = self.delivery(order)
        self.assertEqual(rest.move_ids.product_uom_qty, 1)
        self.assertFalse(rest.integrator_hold or rest.integrator_shipped_elsewhere)
        self.assertFalse(self.sent_kinds())
        self.deliver(rest)
        with self.later(hours=1):
            self.assertEqual(self.sent_kinds(), ["shipment"])

    def test_another_question_stays_with_the_rest(self):
        """000-04."""
        order = self.see("partially_shipped", quantity_shipped=1, cancel_requested=True)
        self.delivery(order).with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(self.delivery(order).integrator_hold, "buyer_cancel")

    def test_goods_that_are_not_there_have_left_all_the_same(self):
        """000-04: an order of last month at a back-fill."""
        quant = self.env["stock.quant"]
        quant._update_available_quantity(self.product, self.stock, -100)
        order = self.see("shipped", quantity_shipped=2)
        picking = self.delivery(order)
        self.assertEqual(picking.integrator_hold, "shipped_elsewhere")
        picking.with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 2)
        self.assertEqual(self.product.qty_available, -2)

    def test_a_delivery_in_two_steps_leaves_as_one(self):
        """000-04: pick and ship."""
        self.site.warehouse_id.delivery_steps = "pick_ship"
        order = self.see("shipped", quantity_shipped=2)
        self.delivery(order).with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(set(order.sale_order_id.picking_ids.mapped("state")), {"done"})
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 2)
        self.assertFalse(self.sent_kinds())

    def test_a_part_in_two_steps_leaves_its_rest_to_pick(self):
        """000-04."""
        self.site.warehouse_id.delivery_steps = "pick_ship"
        order = self.see("partially_shipped", quantity_shipped=1)
        self.delivery(order).with_user(self.operator).action_integrator_validate_shipped_elsewhere()
        self.assertEqual(order.sale_order_id.order_line[0].qty_delivered, 1)
        rest = self.delivery(order).move_ids
        self.assertEqual(
            (sum(rest.mapped("product_uom_qty")), set(rest.mapped("state"))), (1, {"assigned"})
        )
        self.assertFalse(self.sent_kinds())

    def test_our_own_parcel_asks_nobody(self):
        """000-04: the site shows what we have sent."""
        order = self.see("unshipped", 12)
        self.deliver(order.sale_order_id.picking_ids)
        self.see("shipped", 13, quantity_shipped=2)
        self.assertFalse(order.has_changes or order.sale_order_id.activity_ids)

    def test_our_own_first_parcel_of_two_asks_nobody(self):
        """000-04."""
        order = self.see("unshipped", 12)
        rest = self.deliver(order.sale_order_id.picking_ids, 1)
        self.see("partially_shipped", 13, quantity_shipped=1)
        self.assertFalse(rest.integrator_hold)
        self.see("shipped", 14, quantity_shipped=2)
        self.assertEqual(rest.integrator_hold, "shipped_elsewhere")
        self.assertIn("1 × SKU-1", rest.integrator_hold_note)

    def test_goods_that_came_back_have_left_all_the_same(self):
        """000-04: a return is no reason to ask; what leaves once more is no other piece."""
        order = self.see("unshipped", 12)
        rest = self.deliver(order.sale_order_id.picking_ids, 1)
        back = rest.backorder_id
        for number, hour in enumerate((13, 14)):
            wizard = self.env["stock.return.picking"].create({"picking_id": back.id})
            wizard.product_return_moves.write({"quantity": 1, "to_refund": not number})
            back = wizard._create_return()
            self.deliver(back, 1)
            self.see("partially_shipped", hour, quantity_shipped=1)
            self.assertFalse(rest.integrator_hold)
        self.see("shipped", 15, quantity_shipped=2)
        self.assertEqual(rest.integrator_hold, "shipped_elsewhere")
        self.see("partially_shipped", 16, quantity_shipped=1)
        self.assertFalse(rest.integrator_hold)

    def test_a_service_leaves_no_stock(self):
        """000-04."""
        self.product.write({"type": "service", "is_storable": False})
        order = self.see("shipped", quantity_shipped=2)
        self.assertFalse(order.sale_order_id.activity_ids)

    def test_a_parcel_that_left_elsewhere_holds_the_delivery_whatever_the_status_says(self):
        """000-04: seen at the first look already."""
        order = self.see("unshipped", quantity_shipped=1)
        self.assertEqual(self.delivery(order).integrator_hold, "shipped_elsewhere")

    def test_a_service_that_was_rendered_holds_no_delivery(self):
        """000-04: only goods can leave twice."""
        self.env["product.product"].create(
            {"name": "Set up", "default_code": "WORK", "type": "service"}
        )
        goods = self.remote.order("R-1")["lines"][0]
        work = {**goods, "remote_line_id": "R-1-2", "sku": "WORK", "quantity_shipped": 2}
        lines = [goods, {**work, "charges": [{"kind": "item", "of": "", "amount": "5.00"}]}]
        order = self.see("partially_shipped", lines=lines, amount_total="29.90")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertFalse(self.delivery(order).integrator_hold)

    # === NO ADDRESS === #

    def test_a_parcel_without_an_address_waits_for_it(self):
        """000-04: from the first look on, until the site gives one."""
        address = self.remote.order("R-1")["address"]
        order = self.see(address={**address, "street": "", "city": "", "zip": ""})
        self.assertEqual(self.delivery(order).integrator_hold, "address")
        self.see(hour=13)
        self.assertFalse(self.delivery(order).integrator_hold)

    # === CANCELLED PIECES === #

    def test_pieces_that_the_site_cancels_are_not_delivered(self):
        """001-22, 002-58: and nobody tells the site."""
        order = self.see("unshipped", 12)
        self.see("unshipped", 13, quantity_cancelled=1)
        self.assertEqual(order.sale_order_id.order_line[0].product_uom_qty, 1)
        self.assertEqual(self.delivery(order).move_ids.product_uom_qty, 1)
        self.assertFalse(self.sent_kinds())

    def test_pieces_cancelled_before_the_import_are_not_delivered(self):
        """001-22."""
        order = self.see("unshipped", quantity_cancelled=1)
        self.assertEqual(self.delivery(order).move_ids.product_uom_qty, 1)

    def test_a_locked_order_follows_and_stays_locked(self):
        """001-22: also where only the pieces follow, because a person has changed it."""
        order = self.see("unshipped", 12)
        sale_order = order.sale_order_id
        sale_order.action_lock()
        self.see("unshipped", 13, quantity_cancelled=1)
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 1)
        self.assertTrue(sale_order.locked)
        sale_order.action_unlock()
        sale_order.order_line[0].price_unit = 9
        sale_order.action_lock()
        self.see("unshipped", 14, quantity_cancelled=2)
        self.assertEqual(sale_order.order_line[0].product_uom_qty, 0)
        self.assertTrue(sale_order.locked)

    def test_shipped_pieces_are_not_taken_back(self):
        """001-22."""
        order = self.see("unshipped", 12)
        rest = self.deliver(order.sale_order_id.picking_ids, 1)
        self.see("shipped", 13, quantity_shipped=0, quantity_cancelled=2)
        self.assertEqual(order.sale_order_id.order_line[0].product_uom_qty, 1)
        self.assertEqual(rest.state, "cancel")

    def test_the_rest_of_an_order_cancelled_after_its_first_parcel_stays(self):
        order = self.see("unshipped", 12)
        rest = self.deliver(order.sale_order_id.picking_ids, 1)
        self.see("cancelled", 13)
        self.assertEqual(rest.integrator_hold, "cancelled")
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_an_order_cancelled_after_the_invoice_needs_a_credit_note(self):
        self.product.invoice_policy = "order"
        order = self.see("unshipped", 12)
        order.sale_order_id._create_invoices().action_post()
        self.see("cancelled", 13)
        self.assertEqual(order.sale_order_id.state, "cancel")
        summary = order.sale_order_id.activity_ids.summary
        self.assertEqual(summary, "Cancelled by the channel after the invoice")

    def test_a_quotation_follows_once_it_is_confirmed(self):
        """000-04: what the site said meanwhile."""
        order = self.see("unshipped", 12)
        sale_order = order.sale_order_id
        sale_order._action_cancel()
        sale_order.action_draft()
        self.see("partially_shipped", 13, quantity_shipped=1, cancel_requested=True)
        self.assertFalse(order.has_changes)
        sale_order.action_confirm()
        self.assertEqual(
            set(self.delivery(order).integrator_hold_ids.mapped("reason")),
            {"shipped_elsewhere", "buyer_cancel"},
        )

    def test_a_quotation_that_the_site_cancels_is_cancelled(self):
        """002-56."""
        order = self.see("unshipped", 12)
        order.sale_order_id._action_cancel()
        order.sale_order_id.action_draft()
        self.see("cancelled", 13)
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_an_order_cancelled_here_and_shipped_there_is_for_a_person(self):
        order = self.see("unshipped", 12)
        order.sale_order_id._action_cancel()
        self.see("shipped", 13, quantity_shipped=2)
        summary = order.sale_order_id.activity_ids.summary
        self.assertEqual(summary, "Shipped although it is cancelled here")
        self.assertEqual(order.sale_order_id.state, "cancel")

    # === CANCELLATION REQUESTS === #

    def test_an_order_cancelled_here_of_which_a_part_left_there_is_for_a_person(self):
        """001-22: the buyer has to pay for what he got."""
        order = self.see()
        order.sale_order_id._action_cancel()
        self.see("partially_shipped", 13, quantity_shipped=1)
        summary = order.sale_order_id.activity_ids.summary
        self.assertEqual(summary, "Shipped although it is cancelled here")

    def test_a_buyer_who_asks_to_cancel_holds_the_parcel(self):
        """Already at the import, with the reason."""
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        self.assertEqual(self.delivery(order).integrator_hold, "buyer_cancel")
        self.assertIn("Ordered by mistake", order.sale_order_id.activity_ids.note)

    def test_a_buyer_who_asks_later_holds_the_parcel_too(self):
        order = self.see()
        self.see(hour=13, cancel_requested=True)
        self.assertEqual(self.delivery(order).integrator_hold, "buyer_cancel")

    def test_a_withdrawn_cancellation_request_holds_nothing(self):
        """By itself."""
        order = self.see(cancel_requested=True)
        self.see(hour=13)
        self.assertFalse(self.delivery(order).integrator_hold or order.sale_order_id.activity_ids)

    def test_ship_anyway_is_remembered(self):
        """Other changes do not bring the question back."""
        order = self.see(cancel_requested=True)
        order.sale_order_id.with_user(self.operator).action_integrator_release_hold()
        self.see(hour=13, cancel_requested=True, ship_by="2026-11-05T12:00:00")
        self.assertFalse(self.delivery(order).integrator_hold)

    def test_cancelling_as_the_buyer_asks_tells_the_site(self):
        """001-22."""
        order = self.see(cancel_requested=True)
        order.sale_order_id.with_user(self.operator).action_integrator_cancel_for_buyer()
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertIn("cancellation", self.sent_kinds())

    def test_an_order_shipped_by_the_sites_status_is_not_cancelled_for_the_buyer(self):
        """001-22: it would be refunded as a whole."""
        order = self.see("partially_shipped", quantity_shipped=1, cancel_requested=True)
        with self.assertRaises(UserError):
            order.sale_order_id.with_user(self.operator).action_integrator_cancel_for_buyer()
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_a_new_address_reaches_the_open_delivery(self):
        order = self.see()
        address = {**self.remote.order("R-1")["address"], "street": "Way 2"}
        self.see(hour=13, address=address)
        self.assertEqual(self.delivery(order).partner_id.street, "Way 2")
        self.assertEqual(order.sale_order_id.partner_shipping_id.street, "Way 2")

    def test_a_new_address_is_not_that_of_what_has_left(self):
        """Its parcel went to the former one; nobody is asked about a delivery that has the new."""
        order = self.see()
        sale_order = order.sale_order_id
        left = self.delivery(order)
        waiting = self.deliver(left, quantity=1)
        address = {**self.remote.order("R-1")["address"], "street": "Way 2"}
        self.see("partially_shipped", hour=13, quantity_shipped=1, address=address)
        self.assertEqual(waiting.partner_id.street, "Way 2")
        self.assertEqual(left.partner_id.street, "Way 1")
        self.assertFalse(waiting.activity_ids | sale_order.activity_ids)
        self.deliver(waiting)
        late = {**address, "street": "Way 3"}
        self.see("shipped", hour=14, quantity_shipped=2, address=late)
        self.assertEqual(sale_order.partner_shipping_id.street, "Way 2")

    def test_an_address_chosen_here_stays(self):
        order = self.see()
        order.sale_order_id.partner_shipping_id = self.partner
        address = {**self.remote.order("R-1")["address"], "street": "Way 2"}
        self.see(hour=13, address=address)
        self.assertEqual(order.sale_order_id.partner_shipping_id, self.partner)

    # === DEADLINES === #

    def test_the_sites_deadline_is_that_of_the_delivery(self):
        """001-74: and not the day on which the buyer expects it."""
        order = self.see(ship_by="2026-11-04T23:00:00", deliver_by="2026-11-09T23:00:00")
        picking = self.delivery(order)
        self.assertEqual(picking.date_deadline, datetime(2026, 11, 4, 23))
        self.assertEqual(picking.scheduled_date, datetime(2026, 11, 4, 23))
        self.assertEqual(order.sale_order_id.commitment_date, datetime(2026, 11, 9, 23))

    def test_a_deadline_that_moves_is_followed(self):
        """001-74."""
        order = self.see(ship_by="2026-11-04T23:00:00", deliver_by="2026-11-09T23:00:00")
        self.see(hour=13, ship_by="2026-11-06T23:00:00", deliver_by="2026-11-11T23:00:00")
        self.assertEqual(self.delivery(order).date_deadline, datetime(2026, 11, 6, 23))
        self.assertEqual(order.sale_order_id.integrator_ship_by, datetime(2026, 11, 6, 23))
        self.assertEqual(order.sale_order_id.commitment_date, datetime(2026, 11, 11, 23))
        notes = " ".join(order.sale_order_id.message_ids.mapped("body"))
        self.assertNotIn("another delivery address", notes)

    def test_the_same_order_again_is_no_change(self):
        """000-07."""
        order = self.see(ship_by="2026-11-04T23:00:00")
        self.remote.pages.clear()
        value = self.remote.order("R-1", updated_at="2026-11-01T13:00:00")
        value["ship_by"] = "2026-11-04T23:00:00"
        self.put_orders(value)
        self.run_stages("fetch", "acknowledge", "extract")
        self.assertEqual(order.updated_at.hour, 13)
        self.assertFalse(order.has_changes)
