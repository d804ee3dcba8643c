# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestOrderEvents(SaleCase):
    """Confirming and cancelling a sale order makes events (001-44, 001-46, 001-50, 004-19)."""

    def test_a_quotation_is_no_event(self):
        """001-50."""
        order = self.make_order(confirm=False)
        order.action_quotation_sent()
        self.assertFalse(self.operations(order))

    def test_products_and_orders_have_a_table_each(self):
        """001-47."""
        self.product.name = "Better"
        order = self.make_order()
        self.assertEqual(set(self.events().mapped("record_model")), {"product.product"})
        self.assertEqual(set(self.events("order").mapped("record_model")), {"sale.order"})
        self.assertEqual(self.events("order").record_id, order.id)

    def test_a_confirmation_is_one_event(self):
        """001-46, 001-48, 001-53: it names the order and holds its id."""
        order = self.make_order()
        event = self.events("order", record_id=order.id)
        self.assertEqual(event.record_operation, "confirmation")
        self.assertEqual(event.record_model, "sale.order")
        self.assertEqual(event.record_name, order.name)
        self.assertEqual(event.operation_data, {"id": order.id})
        self.assertEqual(event.company_id, order.company_id)
        self.assertFalse(event.site_id)

    def test_an_order_created_confirmed_is_an_event_too(self):
        """004-19: an import may create it in its last state."""
        order = self.make_order(confirm=False, state="sale")
        self.assertEqual(self.operations(order), ["confirmation"])

    def test_a_remote_call_that_confirms_is_caught(self):
        """004-19: RPC, by a salesman without rights on the integration."""
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman")
        order = self.make_order(confirm=False, user_id=user.id)
        call_kw(self.env["sale.order"].with_user(user), "action_confirm", [order.ids], {})
        self.assertEqual(self.operations(order), ["confirmation"])

    def test_no_client_keeps_an_event_from_being_noted(self):
        """001-46: by the words in the context with which the suite speaks to itself."""
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order = self.make_order(confirm=False)
        words = {"integrator_following": True, "integrator_cancel_reason": "Typed"}
        words["integrator_operation"] = 1
        for method in ("action_confirm", "_action_cancel"):
            getattr(order.with_user(user).with_context(**words), method)()
        self.assertEqual(self.operations(order), ["confirmation", "cancellation"])
        events = self.events("order", record_id=order.id)
        self.assertFalse([data for data in events.mapped("operation_data") if "reason" in data])
        self.assertFalse(events.operation_id)

    def test_each_of_several_orders_confirmed_together_has_its_event(self):
        """001-46."""
        orders = self.make_order(confirm=False) + self.make_order(confirm=False)
        orders.action_confirm()
        self.assertCountEqual(self.events("order").mapped("record_id"), orders.ids)

    def test_a_cancelled_order_is_one_event(self):
        """001-44."""
        order = self.make_order()
        order._action_cancel()
        self.assertEqual(self.operations(order), ["confirmation", "cancellation"])

    def test_cancelling_what_is_cancelled_is_no_event(self):
        """001-44."""
        order = self.make_order()
        order._action_cancel()
        self._forget_events()
        order.write({"state": "cancel"})
        self.assertFalse(self.operations(order))

    def test_a_reduced_quantity_is_one_cancellation_that_says_how_many(self):
        """001-44: lines cancelled partly give one event."""
        order = self.make_order(5)
        self._forget_events()
        order.order_line.product_uom_qty = 3
        event = self.events("order", record_id=order.id)
        self.assertEqual(event.record_operation, "cancellation")
        self.assertEqual(event.operation_data, {"id": order.id, "quantity": 2})
        self.assertEqual(event.source_ref, f"sale.order.line,{order.order_line.id}")

    def test_a_raised_or_repeated_quantity_is_no_cancellation(self):
        """001-44."""
        order = self.make_order(5)
        self._forget_events()
        order.order_line.product_uom_qty = 5
        order.order_line.product_uom_qty = 7
        self.assertFalse(self.operations(order))

    def test_a_quantity_reduced_before_the_confirmation_is_no_cancellation(self):
        """001-44."""
        order = self.make_order(5, confirm=False)
        order.order_line.product_uom_qty = 1
        self.assertFalse(self.operations(order))

    def test_a_rolled_back_confirmation_leaves_none(self):
        """001-46."""
        order = self.make_order(confirm=False)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order.action_confirm()
            raise ZeroDivisionError
        self.assertFalse(self.operations(order))

    def test_an_order_of_another_company_belongs_to_it(self):
        """001-54."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        line = {"name": "Work", "display_type": "line_note"}
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": company.id, "order_line": [(0, 0, line)]}
        )
        order.action_confirm()
        self.assertEqual(self.events("order").company_id, company)
        self.run_stages("plan_orders")
        self.assertFalse(self.tasks())
