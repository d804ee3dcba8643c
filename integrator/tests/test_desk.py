# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from itertools import chain

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..exceptions import RejectedError
from .test_todo import TodoCase


class DeskCase(TodoCase):
    """To do as the client reads it, with the case beside the list."""

    def case(self, kind, record_id=False):
        """The row and the case of a kind.

        :return: tuple (row, dict of `action_read_case`)
        """
        row = self.todo(kind)
        return row, row.action_read_case(record_id)

    def shown(self, case):
        return self.env[case["model"]].with_user(self.clerk).browse(case["res_id"])

    def said(self, action):
        """The sentence of an answer; the screen goes on to the next case."""
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")
        return action["params"]["message"]

    def ask(self, *skus):
        """Orders with unknown SKUs, each of which resembles a product."""
        for sku in skus:
            self.env["product.product"].create({"name": f"Like {sku}", "default_code": f"{sku}-1"})
        self.import_orders(
            *(
                self.remote.order(f"R-{number}", sku=f"{sku} 1")
                for number, sku in enumerate(skus, start=2)
            )
        )


@tagged("post_install", "-at_install")
class TestDesk(DeskCase):
    """The case beside the list shows all that is needed for the decision (001-77, 001-88)."""

    def test_the_best_match_is_taken_and_what_goes_on_is_said(self):
        """000-31: one press."""
        self.ask("HOSE")
        _row, case = self.case("sku")
        question = self.shown(case)
        self.assertEqual((case["ids"], case["id"]), (question.ids, question.id))
        self.assertEqual(question.best_product_id.default_code, "HOSE-1")
        self.assertTrue(question.best_reason)
        self.assertEqual(self.said(question.action_take_best()), "1 order goes on: R-2.")
        self.assertFalse(self.todo("sku"))

    def test_another_product_is_taken_when_it_was_chosen(self):
        """000-31."""
        self.import_orders(
            self.remote.order("R-2", sku="NOTHING"), self.remote.order("R-3", sku="NOTHING")
        )
        question = self.shown(self.case("sku")[1])
        with self.assertRaisesRegex(UserError, "Choose the product first"):
            question.action_take_chosen()
        question.product_id = self.product
        said = self.said(question.action_take_chosen())
        self.assertIn("2 orders go on", said)
        self.assertTrue("R-2" in said and "R-3" in said)

    def test_a_record_that_is_answered_by_now_is_left_out(self):
        """001-77: the page is asked for a case that a colleague has decided."""
        self.ask("HOSE", "RAKE")
        row, case = self.case("sku")
        first, second = case["ids"]
        self.assertEqual(row.action_read_case(second)["id"], second)
        self.env["integrator.sku.match"].browse(first).product_id = self.product
        self.assertEqual(self.todo("sku").action_read_case(first)["id"], second)
        self.env["integrator.sku.match"].browse(second).product_id = self.product
        self.assertFalse(row.action_read_case(second)["id"])

    def test_one_answer_for_all_where_they_have_the_same_cure(self):
        """001-82: nothing but what the cause knows."""
        self.ask("HOSE", "RAKE")
        row, case = self.case("sku")
        self.assertEqual([cure["method"] for cure in case["cures"]], ["action_take_best"])
        for method in ("unlink", "action_create_product", ""):
            with self.assertRaises(UserError):
                row.action_cure_all(method)
        self.assertIn("2 orders go on", self.said(row.action_cure_all("action_take_best")))
        self.assertFalse(self.todo("sku"))

    def test_an_address_is_corrected_in_place(self):
        """000-04: as an operator who may not change contacts."""
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        _row, case = self.case("hold")
        address = self.shown(case)
        self.assertEqual((address._name, case["id"]), ("integrator.address", picking.id))
        self.assertEqual((address.remote_order_id, address.items), ("R-1", "2 × Thing"))
        address.street = "Way 9"
        self.assertEqual(self.said(address.action_save()), f"May leave now: {picking.name}.")
        self.assertEqual((picking.partner_id.street, picking.integrator_hold), ("Way 9", False))

    def test_a_delivery_that_something_else_holds_says_so(self):
        """000-04."""
        picking = self.see(cancel_requested=True).sale_order_id.picking_ids
        picking._integrator_hold("address", "No street.")
        said = self.said(picking.with_user(self.clerk).action_integrator_release_hold())
        self.assertEqual(
            (said, picking.integrator_hold), ("Something else holds it still.", "address")
        )

    def test_an_order_is_cancelled_as_the_buyer_asks(self):
        """000-04."""
        order = self.see(cancel_requested=True)
        picking = self.shown(self.case("hold")[1])
        said = self.said(picking.action_integrator_cancel_for_buyer())
        self.assertIn(order.sale_order_id.name, said)
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_a_missing_tracking_number_is_entered_in_place(self):
        """001-43."""
        self.site.tracking_delay = 300
        self.see().sale_order_id.picking_ids.with_user(self.clerk).button_validate()
        self.sent_kinds()
        picking = self.shown(self.case("tracking")[1])
        with self.assertRaisesRegex(UserError, "Enter the tracking number"):
            picking.action_integrator_take_tracking()
        picking.carrier_tracking_ref = "T-1"
        self.assertIn(picking.name, self.said(picking.action_integrator_take_tracking()))
        self.assertFalse(self.todo())

    def test_an_unknown_tax_is_chosen_in_place(self):
        """000-27."""
        rule = self.env["integrator.tax.rule"].create(
            {"site_id": self.site.id, "collection": "seller", "rate": 19}
        )
        shown = self.shown(self.case("tax")[1])
        with self.assertRaisesRegex(UserError, "Choose the tax"):
            shown.action_take_tax()
        shown.as_line = True
        shown.action_take_tax()
        self.assertEqual(rule.state, "mapped")

    def test_a_refused_update_is_sent_again(self):
        """001-82: and what is sent is said."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.run_stages("plan_products", *["send"] * 4)
        task = self.shown(self.case("refused")[1])
        self.remote.refusals.clear()
        self.assertEqual(self.said(task.action_retry()), f"Is sent again: {task.target_name}.")
        self.assertFalse(self.todo("refused"))
        self.assertIn("Nothing of it is left", self.said(task.action_retry()))

    def test_every_kind_has_a_form_of_its_model_and_cures_that_exist(self):
        """001-77: what is registered can be shown and pressed."""
        for entry in self.env["integrator.todo"]._todo_entries():
            with self.subTest(kind=entry.kind):
                model = self.env[entry.model]
                if entry.case:
                    view = self.env.ref(entry.case)
                    self.assertEqual((view.model, view.type), (entry.model, "form"))
                is_by_cause = isinstance(entry.cures, dict)
                groups = entry.cures.values() if is_by_cause else [entry.cures]
                for cure in chain(*groups):
                    self.assertTrue(callable(getattr(model, cure.method)))
                    self.assertTrue(cure.method.startswith("action_"))

    def test_strangers_see_no_case(self):
        """001-35."""
        self.ask("HOSE")
        row = self.todo("sku")
        outsider = new_test_user(self.env, "outsider", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            row.with_user(outsider).action_read_case()

    def test_home_opens_the_desk_on_a_cause(self):
        """001-88."""
        self.ask("HOSE")
        row = self.todo("sku")
        action = row.action_decide()
        self.assertEqual(action["res_model"], "integrator.todo")
        self.assertEqual(action["context"]["integrator_case"], row.id)


@tagged("post_install", "-at_install")
class TestTodoPlan(DeskCase):
    """A cause is assigned to a person or put off until a time (001-77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, "desk_colleague", "integrator.group_integrator_user,stock.group_stock_user"
        )

    def test_it_is_given_to_one_person_at_a_time(self):
        """001-77: everybody sees whose it is."""
        self.ask("HOSE")
        self.todo("sku").action_assign_me()
        self.assertEqual(self.todo("sku").user_id, self.clerk)
        self.assertEqual(self.todo("sku", self.colleague).user_id, self.clerk)
        self.todo("sku").action_assign(self.colleague.id)
        self.assertEqual(self.todo("sku").user_id, self.colleague)
        self.todo("sku").action_assign()
        self.assertFalse(self.todo("sku").user_id)

    def test_a_cause_is_assigned_to_members_only(self):
        """001-35."""
        self.ask("HOSE")
        outsider = new_test_user(self.env, "outsider", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.todo("sku").action_assign(outsider.id)
        with self.assertRaises(AccessError):
            self.todo("sku").with_user(outsider).action_assign_me()

    def test_it_is_put_off_for_oneself_until_a_morning(self):
        """001-77: a colleague sees it all the time; days are those of the site."""
        self.ask("HOSE")
        self.env.user.tz = self.site.user_id.tz = "Europe/Berlin"
        zone = self.site._time_zone()
        self.todo("sku").action_snooze_tomorrow()
        until = self.todo("sku").snoozed_until
        self.assertFalse(self.todo("sku", self.colleague).snoozed_until)
        local = fields.Datetime.context_timestamp(self.site.with_context(tz=zone), until)
        today = self.site._local_time(fields.Datetime.now()).date()
        self.assertEqual((local.hour, local.date()), (7, today + timedelta(days=1)))
        self.todo("sku").action_snooze_monday()
        local = fields.Datetime.context_timestamp(
            self.site.with_context(tz=zone), self.todo("sku").snoozed_until
        )
        self.assertEqual((local.hour, local.weekday()), (7, 0))
        self.assertGreater(local.date(), today)
        self.todo("sku").action_show_again()
        self.assertFalse(self.todo("sku").snoozed_until)

    def plan(self, **values):
        self.todo("sku").action_snooze_monday()
        self.assertTrue(self.todo("sku").snoozed_until)
        self.env["integrator.todo.plan"].search([]).write(values)

    def test_it_comes_back_on_its_own(self):
        """001-77: nothing has to run for it."""
        self.ask("HOSE")
        self.plan(snoozed_until=fields.Datetime.now() - timedelta(hours=1))
        self.assertFalse(self.todo("sku").snoozed_until)

    def test_it_comes_back_when_more_of_it_arrives(self):
        """001-77: what was put off was less."""
        self.ask("HOSE")
        self.plan()
        self.import_orders(self.remote.order("R-9", sku="OTHER"))
        self.assertEqual((self.todo("sku").count, self.todo("sku").snoozed_until), (2, False))

    def test_it_comes_back_when_it_becomes_late(self):
        """001-24: what was late already may be put off."""
        self.ask("HOSE")
        self.plan(snoozed_at=datetime(2026, 1, 1))
        self.env["integrator.order"].search([]).ship_by = datetime(2026, 11, 2)
        self.assertFalse(self.todo("sku").snoozed_until)
        self.todo("sku").action_snooze_monday()
        self.assertTrue(self.todo("sku").snoozed_until)

    def test_plans_of_what_is_done_are_removed(self):
        """001-77: the next time it is nobody's."""
        self.ask("HOSE")
        self.todo("sku").action_assign_me()
        self.env["integrator.todo.plan"]._gc_plans()
        self.assertEqual(self.todo("sku").user_id, self.clerk)
        self.env["integrator.sku.match"].search([]).product_id = self.product
        self.env["integrator.todo.plan"]._gc_plans()
        self.assertFalse(self.env["integrator.todo.plan"].search([]))


@tagged("post_install", "-at_install")
class TestDeskScreen(DeskCase, HttpCase):
    """To do in a real browser, as an operator with the groups of docs/set-up.md."""

    def test_an_operator_answers_and_ships_from_the_list(self):
        """000-31, 001-43, 001-88: the cause and the answer are two presses; then a parcel."""
        self.env["product.product"].create({"name": "Garden hose", "default_code": "HOSE-20"})
        picking = self.see().sale_order_id.picking_ids
        self.import_orders(self.remote.order("R-2", sku="hose 20"))
        order = self.env["integrator.order"].search([("remote_order_id", "=", "R-2")])
        self.start_tour("/odoo", "integrator_desk", login="desk_clerk")
        self.assertEqual(order.state, "new")
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-77"))

    def test_an_address_is_repaired(self):
        """000-04: the cause, the street, and one press."""
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        self.start_tour("/odoo", "integrator_desk_address", login="desk_clerk")
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(picking.partner_id.street, "Way 9")

    def test_an_order_is_cancelled_as_the_buyer_asks(self):
        """000-04: one press and the question."""
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_cancel", login="desk_clerk")
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_cases_are_gone_through_by_the_keyboard(self):
        """001-88: next, previous, do it."""
        self.ask("HOSE", "RAKE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_keys", login="desk_clerk")
        self.assertFalse(self.todo("sku"))

    def test_a_cause_is_taken_and_put_off(self):
        """001-77."""
        self.ask("HOSE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_plan", login="desk_clerk")
        row = self.todo("sku")
        self.assertEqual(row.user_id, self.clerk)
        self.assertTrue(row.snoozed_until)


@tagged("post_install", "-at_install")
class TestDeskPhone(DeskCase, HttpCase):
    """To do on a phone: the list, then the case."""

    browser_size = "390x844"
    touch_enabled = True

    def test_list_then_case(self):
        """001-88."""
        self.see()
        self.ask("HOSE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_phone", login="desk_clerk")
        self.assertFalse(self.todo("sku"))
