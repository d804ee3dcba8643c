# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase

NUMBER = "303-1234567-1234567"


@tagged("post_install", "-at_install")
class TestTypedOrder(SaleCase):
    """An order that was entered by hand before it arrived is not sold twice (000-22)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "integrator.group_integrator_user"
        cls.operator = new_test_user(cls.env, "typed_operator", groups)
        cls.outsider = new_test_user(cls.env, "typed_outsider", "sales_team.group_sale_manager")

    def typed(self, reference=NUMBER, quantity=2, **values):
        """A sale order that somebody has entered."""
        return self.make_order(quantity=quantity, client_order_ref=reference, **values)

    def come(self, number=NUMBER, **values):
        """The order comes from the channel."""
        self.remote.pages.clear()
        orders = self.import_orders(self.remote.order(number, **values))
        return orders.filtered(lambda order: order.remote_order_id == number)

    def answer(self, orders, method):
        """Press a button as an operator, and run the import."""
        action = getattr(orders.with_user(self.operator), method)()
        self.run_stages("import")
        return action["params"]["message"]

    def caught_up(self, typed):
        """Updates that are sent to this channel only, because it goes on with the sale order."""
        events = self.events("order", record_id=typed.id, site_id=self.site.id)
        return sorted(events.mapped("record_operation"))

    def sales(self):
        """The sale orders with the number."""
        return self.env["sale.order"].search([("client_order_ref", "ilike", NUMBER)])

    def test_the_order_waits_for_a_person(self):
        """000-22: nothing is made, and the reason names the sale order and what differs."""
        typed = self.typed()
        order = self.come()
        self.assertEqual((order.state, order.error_code), ("error", "sold_by_hand"))
        self.assertEqual(order.typed_sale_order_id, typed)
        self.assertEqual(self.sales(), typed)
        self.assertIn(f"say whether it is {typed.name}", order.error_message)
        self.assertIn("$ 24.90 on the channel, $ 20.00", order.error_message.replace("\xa0", " "))
        self.assertEqual(order.next_step, "Say whether it was entered by hand")
        todo = self.env["integrator.todo"].with_user(self.operator)
        row = todo.search([("site_id", "=", self.site.id), ("cause", "=", "sold_by_hand")])
        self.assertEqual((row.kind, row.step), ("order", order.next_step))
        # the same figure is another total in another currency
        euro = self.env.ref("base.EUR")
        euro.active = True
        prices = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})
        typed = self.typed("303-7654321-7654321", pricelist_id=prices.id)
        typed.order_line.price_unit = 12.45
        order = self.come("303-7654321-7654321")
        self.assertIn("$ 24.90 on the channel, 24.90 €", order.error_message.replace("\xa0", " "))

    def test_it_is_this_sale_order(self):
        """000-22: it goes on with it; nothing is sold, delivered or invoiced beside it."""
        typed = self.typed()
        text = self.answer(self.come(), "action_take_sale_order")
        order = self.env["integrator.order"].search([("remote_order_id", "=", NUMBER)])
        self.assertIn(NUMBER, text)
        self.assertEqual((order.state, order.sale_order_id), ("imported", typed))
        self.assertEqual((self.sales(), len(typed.picking_ids)), (typed, 1))
        self.assertEqual((typed.amount_total, typed.integrator_order_ref), (20.0, NUMBER))
        self.assertEqual(order.line_ids._sale_line(), typed.order_line)
        note = typed.message_ids.filtered(lambda message: NUMBER in message.body)
        self.assertEqual(note.author_id, self.operator.partner_id)
        self.assertFalse(typed.message_ids.filtered(lambda one: "has changed" in one.body))

    def test_a_later_shipment_is_sent(self):
        """000-22, 001-24: the delivery of the sale order is that of the order."""
        typed = self.typed()
        self.answer(self.come(), "action_take_sale_order")
        self.deliver(typed.picking_ids)
        self.assertEqual(self.sent_kinds(), ["shipment"])

    def test_an_earlier_shipment_is_sent(self):
        """000-22, 001-24: the channel still waits for the parcel."""
        typed = self.typed()
        self.deliver(typed.picking_ids)
        # its money went back there by hand
        self.refund(typed)
        self.answer(self.come(), "action_take_sale_order")
        self.assertIn("shipment", self.sent_kinds())
        self.assertEqual(self.caught_up(typed), ["confirmation", "shipped"])

    def test_an_order_shipped_at_the_channel_does_not_leave_again(self):
        """000-22: somebody has confirmed the parcel there; the delivery here asks."""
        typed = self.typed()
        self.answer(self.come(status="shipped"), "action_take_sale_order")
        self.assertEqual(typed.picking_ids.integrator_hold, "shipped_elsewhere")
        self.assertEqual(self.sent_kinds(), [])
        self.assertEqual(self.caught_up(typed), [])

    def test_a_cancellation_at_the_channel_is_followed(self):
        """000-22, 001-22: as of any other order."""
        typed = self.typed()
        self.answer(self.come(), "action_take_sale_order")
        self.come(status="cancelled", updated_at="2026-11-01T15:00:00")
        self.assertEqual(typed.state, "cancel")

    def test_a_quotation_is_confirmed(self):
        """000-22: the buyer has paid; unless the channel leaves its orders as quotations. A promise
        stays where the channel makes none."""
        promised = datetime(2026, 11, 9, 12)
        typed = self.typed(confirm=False, commitment_date=promised)
        self.answer(self.come(), "action_take_sale_order")
        self.assertEqual((typed.state, len(typed.picking_ids)), ("sale", 1))
        self.assertEqual((self.sales(), typed.commitment_date), (typed, promised))
        self.site.confirm_orders = False
        other = self.typed("303-7654321-7654321", confirm=False)
        ship_by = {"ship_by": "2026-11-05T12:00:00"}
        self.answer(self.come("303-7654321-7654321", **ship_by), "action_take_sale_order")
        self.assertEqual((other.state, other.commitment_date), ("draft", datetime(2026, 11, 5, 12)))

    def test_it_is_another_sale(self):
        """000-22: it is imported as usual, and not asked about again."""
        typed = self.typed()
        order = self.come()
        self.answer(order, "action_import_beside")
        self.assertEqual((order.state, order.sale_order_id.amount_total), ("imported", 24.9))
        self.assertNotEqual(order.sale_order_id, typed)
        self.assertFalse(typed.integrator_order_ref)
        self.come(ship_by="2026-11-05T12:00:00", updated_at="2026-11-01T15:00:00")
        self.assertEqual((order.state, order.error_code), ("imported", False))

    def test_other_items_are_no_same_order(self):
        """000-22: it is refused with what differs; once it agrees it is taken."""
        typed = self.typed(quantity=3)
        order = self.come()
        self.assertIn(f"SKU-1] Thing: 2 on the channel, 3 in {typed.name}", order.error_message)
        with self.assertRaisesRegex(UserError, "2 on the channel, 3 in"):
            order.with_user(self.operator).action_take_sale_order()
        self.assertEqual(order.state, "error")
        typed.order_line.product_uom_qty = 1
        typed.order_line.copy({"order_id": typed.id})
        with self.assertRaisesRegex(UserError, r"2 on the channel, 1 \+ 1 in"):
            order.with_user(self.operator).action_take_sale_order()
        first, second = typed.order_line
        first.product_uom_qty, second.product_uom_qty = 2, 0
        self.answer(order, "action_take_sale_order")
        self.assertEqual((order.sale_order_id, order.line_ids._sale_line()), (typed, first))

    def test_items_that_change_after_the_answer_are_asked_about_again(self):
        """000-22: between the answer and the import."""
        typed = self.typed()
        order = self.come()
        order.with_user(self.operator).action_take_sale_order()
        typed.order_line.product_uom_qty = 1
        self.run_stages("import")
        self.assertEqual((order.state, order.typed_answer), ("error", False))
        self.assertIn("2 on the channel, 1 in", order.error_message)
        # somebody has entered it once more, and then it is another number
        another = self.typed()
        younger = self.typed(quantity=9)
        for asked, change in ((another, {}), (younger, {"client_order_ref": "303"})):
            another.write(change)
            order.with_user(self.operator).action_import()
            self.run_stages("import")
            self.assertEqual(order.typed_sale_order_id, asked)

    def test_a_sale_order_that_is_cancelled_meanwhile_is_none(self):
        """000-22: the next import makes one."""
        typed = self.typed(confirm=False)
        order = self.come()
        typed._action_cancel()
        with self.assertRaisesRegex(UserError, "cancelled or deleted by now"):
            order.with_user(self.operator).action_take_sale_order()
        order.with_user(self.operator).action_import()
        self.run_stages("import")
        self.assertEqual((order.state, order.sale_order_id.amount_total), ("imported", 24.9))

    def test_goods_beside_the_items_differ_and_services_do_not(self):
        """000-22: the shipping of the merchant is a service of his own."""
        typed = self.typed()
        service = self.env["product.product"].create({"name": "Freight", "type": "service"})
        gift = self.env["product.product"].create({"name": "Gift"})
        typed.order_line = [Command.create({"product_id": service.id})]
        order = self.come()
        self.assertNotIn("Freight", order.error_message)
        typed.order_line = [Command.create({"product_id": gift.id})]
        with self.assertRaisesRegex(UserError, "Gift: 0 on the channel, 1 in"):
            order.with_user(self.operator).action_take_sale_order()
        # a service that the channel has sold is an item of it
        service.default_code = "CARD"
        card = self.typed("303-7654321-7654321", confirm=False)
        card.order_line.product_id = service
        order = self.come("303-7654321-7654321", sku="CARD")
        self.assertEqual(order.typed_sale_order_id, card)
        self.assertNotIn("items differ", order.error_message)

    def test_many_are_answered_at_once(self):
        """000-22, 001-85: those whose items differ stay held."""
        typed = self.typed()
        self.typed("303-7654321-7654321", quantity=9)
        orders = self.come() | self.come("303-7654321-7654321")
        text = self.answer(orders, "action_take_sale_order")
        self.assertIn("Still held, because the items differ: 303-7654321-7654321", text)
        self.assertEqual(orders.mapped("state"), ["imported", "error"])
        self.assertEqual(orders.sale_order_id, typed)

    def test_the_channel_and_we_do_not_both_ship(self):
        """000-22: of an order that the channel ships the delivery here is cancelled first."""
        typed = self.typed()
        order = self.come(status="shipped", fulfilled_by="site")
        with self.assertRaisesRegex(UserError, "cancel that delivery first"):
            order.with_user(self.operator).action_take_sale_order()
        typed.picking_ids.action_cancel()
        self.answer(order, "action_take_sale_order")
        self.assertEqual(order.sale_order_id, typed)
        self.assertEqual(typed.order_line.qty_delivered, 2)
        self.assertEqual(set(typed.picking_ids.mapped("state")), {"cancel"})

    def test_how_people_write_a_number(self):
        """000-22: with blanks, in small letters, or with the name of the channel."""
        for number, reference, is_asked in (
            (NUMBER, f"  {NUMBER} ", True),
            (NUMBER, f"Shop {NUMBER}", True),
            (NUMBER, f"Shop:{NUMBER}, gift", True),
            (NUMBER, f"{NUMBER}-2", False),
            ("ABCDEFGH-1", "shop abcdefgh-1", True),
            ("2026/ABC/0001", "shop 2026/abc/0001", True),
            ("2026/ABC/0001", "shop 2026/abc/0002", False),
            # a short one may be anything
            ("1001", " 1001 ", True),
            ("1001", "Order 1001", False),
        ):
            with self.subTest(number=number, reference=reference), self.env.cr.savepoint() as point:
                self.typed(reference)
                order = self.come(number)
                self.assertEqual(order.error_code == "sold_by_hand", is_asked, order.error_code)
                point.rollback()
                self.env.invalidate_all()

    def test_orders_that_are_not_asked_about(self):
        """000-22, 002-04: cancelled ones, and those of another company."""
        self.typed(confirm=False)._action_cancel()
        company = self.env["res.company"].create({"name": "Another"})
        self._warehouse_of(company.id)
        values = {"partner_id": self.partner.id, "company_id": company.id}
        self.env["sale.order"].create({**values, "client_order_ref": NUMBER})
        self.assertEqual(self.come().state, "imported")

    def test_only_users_with_access_may_answer(self):
        """002-01: members of the group, once."""
        self.typed()
        order = self.come()
        for method in ("action_take_sale_order", "action_import_beside"):
            with self.assertRaises(AccessError):
                getattr(order.with_user(self.outsider), method)()
        self.answer(order, "action_import_beside")
        with self.assertRaisesRegex(UserError, "answered already"):
            order.with_user(self.operator).action_take_sale_order()
