# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter

from ..exceptions import OutcomeUnknownError, RejectedError, TransientError
from ..operation_types import (
    ADDRESS,
    AVAILABILITY,
    FEE,
    PRICE,
    VARIANT,
    AddressRefusedError,
    Discrepancy,
    MissedDiscrepancyError,
    OrderLimitError,
)
from .operation_case import OperationCase
from .stage_case import Kill


@tagged("post_install", "-at_install")
class TestOperationExport(OperationCase):
    """Sale orders are exported to a site that ships them."""

    def missing(self, order, number=0, available=2):
        line = order.order_line[number]
        data = {"available": available}
        return Discrepancy(AVAILABILITY, str(line.id), "Only 2 are there.", data=data)

    def test_the_whole_order_is_exported(self):
        """002-29, 002-30, 002-34, 002-35, 002-42, 002-43, 002-44, 002-83: the call returns type and
        id at once; everything is done in the background."""
        order = self.make_orders_of_two(5, 3)
        answer = self.api.export_order(self.site.id, order.id)
        self.assertEqual(answer["type"], "export")
        self.assertEqual(self.warehouse.calls, [])
        operation = self.operation(answer)
        self.assertEqual((operation.state, operation.progress), ("done", 100))
        remote = self.remote_orders(order)
        self.assertEqual(remote.remote_ref, f"{order.name}-{remote.remote_ref.split('-')[-1]}")
        self.assertEqual(remote.line_ids.sale_line_id, order.order_line)
        self.assertEqual(remote.line_ids.mapped("quantity"), [5, 3])
        self.assertEqual(
            [line.sku for line in self.warehouse.orders[remote.remote_ref].lines],
            ["SKU-1", "SKU-2"],
        )

    def test_a_new_address_is_asked_about_while_a_channel_ships(self):
        """002-43: who ships it has the former one, and nobody else tells him."""
        order = self.make_orders_of_two(5, 3)
        place = self.partner.create({"name": "There", "street": "Way 2"})
        order.partner_shipping_id = place
        summary = "Shipped elsewhere to the former address"
        self.assertNotIn(summary, order.activity_ids.mapped("summary"))
        self.export(order)
        remote = self.remote_orders(order)
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order.with_user(seller).partner_shipping_id = self.partner
        asked = order.activity_ids.filtered(lambda activity: activity.summary == summary)
        self.assertIn(f"{self.site.name} ({remote.remote_ref})", asked.note)
        asked.unlink()
        order.partner_shipping_id = self.partner
        self.assertNotIn(summary, order.activity_ids.mapped("summary"), "nothing has changed")
        remote.state = "done"
        order.partner_shipping_id = place
        self.assertNotIn(summary, order.activity_ids.mapped("summary"), "it has left")

    def test_only_what_is_available_is_exported(self):
        """002-35: cancelled, delivered and zero lines are left out."""
        order = self.make_orders_of_two(5, 3)
        order.order_line[1].product_uom_qty = 0
        operation = self.export(order)
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.remote_orders(order).line_ids.sale_line_id, order.order_line[0])

    def test_two_of_three_lines_are_exported(self):
        """002-36: the others stay exportable."""
        order = self.make_orders_of_two(5, 3, 4)
        first, second, third = order.order_line
        self.export(order, line_ids=[first.id, third.id])
        self.assertEqual(self.remote_orders(order).line_ids.sale_line_id, first | third)
        self.export(order)
        self.assertEqual(len(self.remote_orders(order)), 2)
        self.assertEqual(self.remote_orders(order)[1].line_ids.sale_line_id, second)

    def test_one_order_becomes_two(self):
        """002-43, 002-44: each line knows its own remote order."""
        self.warehouse.most_lines = 1
        order = self.make_orders_of_two(5, 3)
        self.export(order)
        remote = self.remote_orders(order)
        self.assertEqual(len(remote), 2)
        self.assertEqual(len(set(remote.mapped("remote_ref"))), 2)
        self.assertEqual([one.line_ids.sale_line_id for one in remote], list(order.order_line))

    def test_each_discrepancy_is_a_question(self):
        """002-37, 002-38, 002-39, 002-40, 002-41: three discrepancies, three questions; nothing is
        sent before all are answered, and nothing waits in a worker."""
        order = self.make_orders_of_two(5, 3)
        first, second = order.order_line
        self.warehouse.discrepancies = [
            self.missing(order),
            Discrepancy(VARIANT, str(second.id), "SKU-2 is not known here."),
            Discrepancy(FEE, "", "It costs 9.00, more than 5.00."),
        ]
        operation = self.export(order)
        self.assertEqual(operation.state, "waiting")
        self.assertEqual(len(operation._open_questions()), 3)
        self.assertEqual(operation.activity_ids.user_id, self.operator)
        self.assertFalse(self.env["integrator.stage.operate"]._has_work(self.site))
        self.answer(operation, "reduce")
        self.answer(operation, "skip")
        self.go_on()
        self.assertEqual((operation.state, self.warehouse.count("create")), ("waiting", 0))
        self.answer(operation, "accept")
        self.assertEqual(operation.state, "queued")
        self.go_on()
        self.assertEqual(operation.state, "done")
        self.assertFalse(operation.activity_ids)
        lines = self.remote_orders(order).line_ids
        self.assertEqual((lines.sale_line_id, lines.quantity), (first, 2))

    def test_price_that_differs_is_asked_about(self):
        """002-39, 002-40: a price beyond the tolerance; the operator takes it."""
        order = self.make_order()
        ref = str(order.order_line.id)
        self.warehouse.discrepancies = [Discrepancy(PRICE, ref, "It costs 12.00 there.")]
        operation = self.export(order)
        self.answer(operation, "accept")
        self.go_on()
        self.assertEqual(operation.state, "done")

    def test_a_fraction_is_never_sent(self):
        """002-40: whole pieces only."""
        order = self.make_order(2.5)
        operation = self.export(order)
        self.assertEqual(operation.state, "waiting")
        self.answer(operation, "reduce")
        self.go_on()
        self.assertEqual(self.remote_orders(order).line_ids.quantity, 2)

    def test_the_first_answer_counts(self):
        """002-89: answered by action id; a second answer changes nothing."""
        order = self.make_order()
        self.warehouse.discrepancies = [self.missing(order)]
        operation = self.export(order)
        step = operation._open_questions()
        self.assertTrue(self.answer(operation, "reduce")["accepted"])
        again = self.api.do_action("export", operation.id, f"{step.id}:again")
        self.assertFalse(again["accepted"])
        self.assertEqual((step.answer, step.answered_by), ("reduce", self.operator))

    def test_a_remembered_answer_that_does_not_help_asks_a_person(self):
        """To check again, by a rule, would be done without end."""
        order = self.make_order()
        self.warehouse.discrepancies = [self.missing(order)]
        operation = self.export(order)
        self.answer(operation, "again", remember=True)
        self.go_on()
        self.assertEqual((operation.state, len(operation._answers())), ("waiting", 2))
        self.assertEqual(len(operation._open_questions()), 1)

    def test_a_remembered_answer_is_given_by_itself(self):
        """002-40, 002-89: per site, cause and product; listed with its hits, and revocable."""
        first, second = self.make_order(), self.make_order()
        self.warehouse.discrepancies = [self.missing(first), self.missing(second)]
        operation = self.export(first)
        self.answer(operation, "reduce", remember=True)
        self.go_on()
        rule = self.env["integrator.operation.rule"].search([])
        self.assertEqual((rule.cause, rule.product_id, rule.hits), (AVAILABILITY, self.product, 0))
        again = self.export(second)
        self.assertEqual(again.state, "done")
        self.assertEqual((again._answers().rule_id, rule.hits), (rule, 1))
        self.assertFalse(again._answers().answered_by)
        rule.with_user(self.operator).action_revoke()
        third = self.make_order()
        self.warehouse.discrepancies = [self.missing(third)]
        self.assertEqual(self.export(third).state, "waiting")

    def test_steps_and_actions_can_be_read(self):
        """002-31, 002-32, 002-83, 002-84, 002-85, 002-86, 002-87, 002-88."""
        order = self.make_order()
        self.warehouse.discrepancies = [self.missing(order)]
        operation = self.export(order)
        found = self.api.search_operations(kind="export", states=["waiting"])
        self.assertEqual([one["id"] for one in found], [operation.id])
        self.assertEqual(self.api.search_operations(kind="bind"), [])
        answer = self.api.read_operation("export", operation.id)
        self.assertEqual(answer["state"], "waiting")
        self.assertTrue(0 < answer["progress"] < 50, answer["progress"])
        with self.assertRaisesRegex(UserError, f"no operation {operation.id} of type bind"):
            self.api.read_operation("bind", operation.id)
        self.assertEqual([step["type"] for step in answer["steps"]], ["question"])
        number = answer["steps"][0]["id"]
        self.assertEqual(
            [action["id"] for action in answer["actions"]],
            [f"{number}:reduce", f"{number}:again", f"{number}:cancel", "cancel"],
        )
        self.assertTrue(all(action["name"] for action in answer["actions"]))
        self.warehouse.faults = [("create", TransientError("Later.", retry_after=60))]
        self.answer(operation, "reduce")
        self.go_on()
        answer = self.api.read_operation("export", operation.id)
        self.assertEqual([step["type"] for step in answer["steps"]], ["question", "warning"])
        self.assertEqual(answer["steps"][0]["answer"], "reduce")
        with self.later(minutes=2):
            self.go_on()
        answer = self.api.read_operation("export", operation.id)
        self.assertEqual((answer["progress"], answer["actions"]), (100, []))
        types = [step["type"] for step in answer["steps"]]
        self.assertEqual((types[:2], {*types[2:]}), (["question", "warning"], {"information"}))

    def test_cancelling_leaves_nothing_behind(self):
        """002-32, 002-88: while it waits; the line can be exported again."""
        order = self.make_order()
        self.warehouse.discrepancies = [self.missing(order)]
        operation = self.export(order)
        answer = self.api.cancel_operation("export", operation.id)
        self.assertEqual((answer["accepted"], operation.state), (True, "cancelled"))
        self.assertEqual(answer["operation"]["actions"], [])
        self.assertFalse(operation.activity_ids)
        self.go_on()
        self.assertEqual(self.warehouse.count("create"), 0)
        self.warehouse.discrepancies = []
        self.assertEqual(self.export(order).state, "done")

    def test_cancelling_between_two_orders_keeps_the_first(self):
        """002-88: what is at the site stays bound, what has not left is free."""
        self.warehouse.most_lines = 1
        order = self.make_orders_of_two(5, 3)
        self.warehouse.faults = [("create", TransientError("Later.", retry_after=60))]
        operation = self.export(order)
        self.assertEqual((operation.state, bool(operation.retry_at)), ("running", True))
        # the first may have left, the second has not
        self.api.cancel_operation("export", operation.id)
        remote = operation.remote_order_ids.sorted("id")
        self.assertEqual(remote.mapped("state"), ["prepared", "dropped"])
        self.synchronise()
        self.assertEqual(remote[0].state, "dropped")
        self.assertEqual(self.export(order).state, "done")

    def test_errors_say_what_to_do(self):
        """002-46, 002-47, 002-48: the address with its field, the limit of the account."""
        errors = [
            AddressRefusedError("The postal code is missing. Complete the address.", "zip"),
            OrderLimitError("Too many open orders. Wait until some are shipped."),
            RejectedError("The account is closed.", code="closed"),
        ]
        for error in errors:
            with self.subTest(code=error.code):
                order = self.make_order()
                self.warehouse.faults = [("create", error)]
                operation = self.export(order)
                self.assertEqual((operation.state, operation.error_code), ("failed", error.code))
                self.assertIn(error.message, self.texts(operation, "error"))
                self.assertEqual(operation.activity_ids.user_id, self.operator)
                self.assertFalse(self.remote_orders(order))
                self.assertEqual(self.export(order).state, "done")

    def test_a_discrepancy_missed_by_the_check_is_checked_again(self):
        """002-49: the line goes back to be checked, by a question."""
        order = self.make_orders_of_two(5, 3)
        error = MissedDiscrepancyError("Only 2 are left.", [self.missing(order)])
        self.warehouse.faults = [("create", error)]
        operation = self.export(order)
        self.assertEqual(operation.state, "waiting")
        self.assertFalse(self.remote_orders(order))
        self.answer(operation, "reduce")
        self.go_on()
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.remote_orders(order).line_ids.mapped("quantity"), [2, 3])

    def test_a_repeated_refusal_of_the_site_is_asked_again(self):
        """002-40: also what a person has accepted; it does not go round by itself."""
        order = self.make_order()
        price = Discrepancy(PRICE, str(order.order_line.id), "It costs 12.00 there.")
        error = MissedDiscrepancyError("It costs 12.00 there.", [price])
        self.warehouse.faults += [("create", error)] * 2
        operation = self.export(order)
        self.answer(operation, "accept")
        self.go_on()
        self.assertEqual((operation.state, self.warehouse.count("create")), ("waiting", 2))
        self.answer(operation, "accept")
        self.go_on()
        self.assertEqual(operation.state, "done")

    def test_a_discrepancy_of_the_second_order_leaves_the_first(self):
        """002-43, 002-49: one is at the site, the line of the other is asked about."""
        self.warehouse.most_lines = 1
        order = self.make_orders_of_two(5, 3)
        error = MissedDiscrepancyError("Only 2 are left.", [self.missing(order, number=1)])
        self.warehouse.faults = [("create 2", error)]
        operation = self.export(order, line_ids=order.order_line.ids)
        self.assertEqual(operation.state, "waiting")
        self.answer(operation, "reduce")
        self.go_on()
        self.assertEqual(operation.state, "done", self.texts(operation))
        remote = self.remote_orders(order)
        self.assertEqual([one.line_ids.quantity for one in remote], [5, 2])

    def test_other_errors_are_tried_again(self):
        """002-50: by itself, and one order is made."""
        order = self.make_order()
        self.warehouse.faults = [("create", TransientError("Works at the site."))]
        operation = self.export(order)
        self.assertEqual(operation.state, "running")
        self.assertIn("Works at the site.", self.texts(operation, "warning"))
        with self.later(minutes=10):
            self.go_on()
        self.assertEqual(operation.state, "done")
        self.assertEqual(len(self.warehouse.orders), 1)

    def test_a_lost_answer_makes_no_second_order(self):
        """002-43, 002-50: the order is asked for before it is made again."""
        order = self.make_order()
        self.warehouse.faults = [("create answer", OutcomeUnknownError("No answer."))]
        operation = self.export(order)
        with self.later(minutes=10):
            self.go_on()
        self.assertEqual((operation.state, self.warehouse.count("create")), ("done", 1))
        self.assertEqual(len(self.warehouse.orders), 1)

    def test_a_kill_at_any_call_ends_the_same(self):
        """002-41: whatever hook the worker dies in."""
        for hook in ("check", "create", "create answer", "read"):
            with self.subTest(hook=hook):
                self.warehouse.orders.clear()
                order = self.make_orders_of_two(5, 3)
                answer = self.api.export_order(self.site.id, order.id)
                self.warehouse.faults = [(hook, Kill())]
                try:
                    self.run_stages("operate")
                except Kill:
                    self.env.invalidate_all()
                operation = self.operation(answer)
                self.assertEqual(operation.state, "done")
                self.assertEqual(len(self.warehouse.orders), 1)
                self.assertEqual(len(self.remote_orders(order)), 1)

    def test_the_booked_order_is_compared(self):
        """002-51, 002-52: a discount that was booked without; only with the setting."""
        self.warehouse.prices = {"SKU-1": Decimal("12.00")}
        operation = self.export(self.make_order())
        self.assertEqual((operation.state, operation.error_code), ("failed", "export_not_as_asked"))
        self.assertIn("booked at 12.00 a piece, not at 10.00", self.texts(operation, "error"))
        self.site.export_verify = False
        self.assertEqual(self.export(self.make_order()).state, "done")

    def test_a_bound_line_is_not_exported_again(self):
        """002-68: the advice is to unbind it."""
        order = self.make_order()
        self.export(order)
        with self.assertRaisesRegex(UserError, "Unbind"):
            self.api.export_order(self.site.id, order.id, line_ids=order.order_line.ids)

    def test_a_site_that_ships_nothing_says_so(self):
        """002-34."""
        other = self._make_site("Only a shop")
        with self.assertRaisesRegex(UserError, "does not ship"):
            self.api.export_order(other.id, self.make_order().id)

    def test_where_nobody_can_ship_nothing_is_offered(self):
        """002-34: the page of a channel and the buttons of orders and listings."""
        other, order = self._make_site("Only a shop"), self.make_order()
        self.assertEqual((self.site.can_ship, other.can_ship), (True, False))
        with Form(self.site) as form:
            form.export_minutes = 20
        with self.assertRaises(AssertionError):
            Form(other).export_minutes = 20
        self.assertTrue(order.integrator_can_export)
        DummyAdapter.warehouses.pop(self.site.id)
        order.invalidate_recordset(["integrator_can_export"])
        self.assertFalse(order.integrator_can_export)

    def test_an_order_of_the_site_is_not_exported_to_it(self):
        """002-34."""
        order = self.import_orders(self.remote.order("R-1")).sale_order_id
        with self.assertRaisesRegex(UserError, "sold on Dummy itself"):
            self.api.export_order(self.site.id, order.id)

    def test_an_address_that_is_refused_is_asked_about(self):
        """002-40, 002-47."""
        order = self.make_order()
        self.warehouse.discrepancies = [Discrepancy(ADDRESS, "", "The street is missing.")]
        operation = self.export(order)
        self.warehouse.discrepancies = []
        self.answer(operation, "again")
        self.go_on()
        self.assertEqual(operation.state, "done")

    def test_only_operators_export(self):
        """002-33, 002-34."""
        clerk = new_test_user(self.env, "clerk", "sales_team.group_sale_manager")
        order = self.make_order()
        api = self.env["integrator.api"].with_user(clerk)
        calls = [
            lambda: api.export_order(self.site.id, order.id),
            lambda: api.synchronise(self.site.id),
            lambda: api.bind_orders(self.site.id, order.id, ["X"]),
            lambda: api.unbind_orders(self.site.id, order.id),
            lambda: api.search_operations(),
            lambda: api.read_operation("export", 1),
        ]
        for call in calls:
            with self.assertRaises(AccessError):
                call()

    def test_our_warehouse_does_not_ship_it_too(self):
        """002-43: the delivery belongs to the site, other lines stay ours."""
        order = self.make_orders_of_two(5, 3)
        self.export(order, line_ids=order.order_line[0].ids)
        exported = order.picking_ids.filtered("integrator_remote_order_id")
        ours = order.picking_ids - exported
        self.assertEqual(
            (exported.move_ids.product_id, ours.move_ids.product_id), (self.product, self.second)
        )
        with self.assertRaisesRegex(UserError, "is shipped by Dummy"):
            self.deliver(exported)
        self.deliver(ours)
        self.assertEqual(ours.state, "done")
