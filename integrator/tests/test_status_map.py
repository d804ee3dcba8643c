# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..exceptions import ThrottledError
from .sale_case import SaleCase

#: Steps with an order before anything is sent, and the kinds of tasks that are sent then.
FATES = [
    ("confirmed", ["confirm"], ["acknowledgement"]),
    ("confirmed, cancelled", ["confirm", "cancel"], ["cancellation"]),
    ("shipped", ["confirm", "ship"], ["acknowledgement", "shipment"]),
    ("shipped, cancelled", ["confirm", "ship", "cancel"], ["cancellation", "shipment"]),
    ("cancelled, taken up again", ["confirm", "cancel", "draft"], []),
    ("refunded", ["confirm", "refund"], ["acknowledgement", "refund"]),
]


@tagged("post_install", "-at_install")
class TestStatusMap(SaleCase):
    """The status map decides which states of Odoo mean which action for a site (004-02, 004-03,
    004-10, 004-16, 004-19, 004-27)."""

    def state(self, model, name, value):
        return self.env["integrator.status.map"]._find_state_sudo(model, name, value)

    def map(self, action, *states):
        row = self.site.status_map_ids.filtered(lambda row: row.action == action)
        row.state_ids = self.env["ir.model.fields.selection"].union(*states)
        return row

    def do(self, order, step):
        steps = {
            "confirm": order.action_confirm,
            "ship": lambda: self.deliver(order.picking_ids),
            "cancel": order._action_cancel,
            "draft": order.action_draft,
            "refund": lambda: self.refund(order),
        }
        steps[step]()
        self.env.cr.flush()

    def custom_state(self):
        """A state that another addon adds to a delivery."""
        return (
            self.env["ir.model.fields"]
            .create(
                {
                    "name": "x_door",
                    "model_id": self.env["ir.model"]._get_id("stock.picking"),
                    "ttype": "selection",
                    "field_description": "At the door",
                    "selection_ids": [
                        (0, 0, {"value": "way", "name": "On its way"}),
                        (0, 0, {"value": "given", "name": "Handed over"}),
                    ],
                }
            )
            .selection_ids
        )

    def test_a_new_site_means_what_odoo_means(self):
        """004-10, 004-11."""
        found = {row.action: row.state_ids.mapped("value") for row in self.site.status_map_ids}
        self.assertEqual(
            found,
            {
                "confirmed": ["sale"],
                "shipped": ["done"],
                "cancelled": ["cancel"],
                "refunded": ["posted"],
            },
        )

    def test_only_the_current_state_is_sent(self):
        """004-02, 004-27, 004-11: and what has left is sent although the rest is cancelled."""
        for name, steps, expected in FATES:
            with self.subTest(name):
                self.remote.received.clear()
                order = self.make_order(confirm=False)
                for step in steps:
                    self.do(order, step)
                self.run_stages("plan_orders")
                with self.later(minutes=6):
                    self.run_stages("send", "send")
                self.assertEqual(sorted(self.remote.received_kinds()), expected)

    def test_an_action_outside_the_map_leaves_the_queue_with_its_reason(self):
        """004-03: closed, no call, the reason stays in the log of tasks."""
        self.map("shipped")
        order = self.make_order()
        self.run_stages("plan_orders", "send", "send")
        self.remote.received.clear()
        self.do(order, "ship")
        self.run_stages("plan_orders")
        with self.later(minutes=6):
            self.run_stages("send")
        task = self.tasks(kind="shipment")
        self.assertEqual((task.state, self.remote.received_kinds()), ("obsolete", []))
        self.assertIn("status map", task.error_message)

    def test_a_batch_that_waits_is_built_again_when_an_order_has_changed(self):
        """004-02: the quota was used up, and meanwhile the order was cancelled."""
        order = self.make_order()
        self.remote.faults.append(("submit", ThrottledError("Wait.", retry_after=60)))
        self.run_stages("plan_orders", "send")
        self.do(order, "cancel")
        with self.later(minutes=2):
            self.run_stages("plan_orders", "send", "send", "send")
        self.assertEqual(self.remote.received_kinds(), ["cancellation"])

    def test_states_of_other_addons_can_be_chosen_and_are_noticed(self):
        """004-16, 004-19: several states for one action; a field of another addon."""
        states = self.custom_state()
        offered = self.env["integrator.status.map"]._status_field_ids()
        self.assertIn(states.field_id.id, offered)
        self.map("shipped", *states)
        order = self.make_order()
        self.do(order, "ship")
        self.run_stages("plan_orders", "send", "send")
        with self.later(minutes=6):
            self.run_stages("send", "send")
        self.assertNotIn("shipment", self.remote.received_kinds())
        self._forget_events()
        order.picking_ids.x_door = "given"
        self.assertEqual(self.operations(order), ["shipped"])
        order.picking_ids.carrier_tracking_ref = "T-1"
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.remote.received_kinds()[-1], "shipment")

    def test_a_computed_state_is_noticed_when_it_changes(self):
        """004-19: caught after the change, in the same transaction."""
        self.map("confirmed", self.state("sale.order", "invoice_status", "invoiced"))
        self.product.invoice_policy = "order"
        order = self.make_order()
        self._forget_events()
        order._create_invoices()
        self.env.flush_all()
        self.assertEqual(self.operations(order), ["confirmation"])

    def test_a_state_that_was_there_before_is_no_change(self):
        """004-19: and a rollback leaves no event."""
        states = self.custom_state()
        self.map("shipped", *states)
        order = self.make_order()
        self.do(order, "ship")
        order.picking_ids.x_door = "given"
        self._forget_events()
        order.picking_ids.x_door = "given"
        self.assertFalse(self.operations(order))
        with self.env.cr.savepoint() as savepoint:
            order.picking_ids.x_door = "way"
            self.env.flush_all()
            savepoint.close(rollback=True)
        self.assertFalse(self.operations(order))

    def test_states_are_named_with_what_they_are_states_of(self):
        """004-10: an administrator of the integration may choose them."""
        manager = new_test_user(self.env, "boss", "integrator.group_integrator_manager")
        state = self.state("stock.picking", "state", "done").with_user(manager)
        named = state.with_context(integrator_named_states=True)
        self.assertEqual(named.display_name, "Transfer, Status: Done")
        self.assertEqual(state.display_name, "Done")

    def test_the_states_of_the_map_count_when_a_person_synchronises(self):
        """001-87, 004-10."""
        self.map("confirmed", self.state("sale.order", "state", "sent"))
        order = self.make_order(confirm=False)
        order.state = "sent"
        history = order._integrator_history(self.site)
        self.assertEqual(history, [("confirmation", None)])


@tagged("post_install", "-at_install")
class TestTracking(SaleCase):
    """Shipments wait for their tracking number, then a person is asked (004-04, 004-21)."""

    def setUp(self):
        super().setUp()
        self.remote.wants_tracking = True
        self.order = self.make_order()
        self.run_stages("plan_orders", "send", "send")
        self.picking = self.order.picking_ids

    def ship(self):
        self.deliver(self.picking)
        self.run_stages("plan_orders", "send")

    def shipment(self, **delta):
        """The task, after a look of the scheduler so much later."""
        with self.later(**delta):
            self.run_stages("send", "send")
        return self.tasks(kind="shipment")

    def questions(self):
        return self.picking.activity_ids.filtered(lambda one: "racking" in (one.summary or ""))

    def test_after_the_delay_it_goes_on_waiting_and_then_asks(self):
        """004-04, 004-21: the reason and the next step, on the task and as an activity."""
        self.ship()
        self.assertEqual(self.shipment(minutes=6).state, "waiting")
        self.assertEqual(self.shipment(hours=23).state, "waiting")
        self.assertFalse(self.questions())
        task = self.shipment(hours=25)
        self.assertEqual((task.state, task.error_code), ("error", "tracking_missing"))
        self.assertIn("Send without tracking", task.error_message)
        self.assertEqual(len(self.questions()), 1)
        self.assertTrue(self.picking.integrator_awaits_tracking)

    def test_the_ship_by_date_brings_the_question_forward(self):
        """004-04: never beyond it."""
        self.order.integrator_ship_by = fields.Datetime.now() + timedelta(hours=5)
        self.ship()
        self.assertEqual(self.shipment(hours=2).state, "waiting")
        self.assertEqual(self.shipment(hours=3, minutes=1).state, "error")

    def test_the_number_ends_the_wait_at_any_time(self):
        """001-43: also after the question, which is answered then."""
        for hours in (0, 1, 30):
            with self.subTest(hours=hours):
                self.remote.received.clear()
                order = self.make_order()
                self.picking = order.picking_ids
                self.ship()
                self.shipment(hours=hours)
                self.picking.carrier_tracking_ref = f"T-{hours}"
                self.assertFalse(self.questions())
                self.run_stages("plan_orders", "send", "send")
                self.assertIn("shipment", self.remote.received_kinds())
                self.assertFalse(self.tasks(kind="shipment", state="error"))

    def test_a_person_may_send_it_without(self):
        """004-04: by a button, while it waits and after the question."""
        for hours in (1, 30):
            with self.subTest(hours=hours):
                self.picking = self.make_order().picking_ids
                self.ship()
                self.shipment(hours=hours)
                operator = new_test_user(
                    self.env, f"operator{hours}",
                    "integrator.group_integrator_user,stock.group_stock_user",
                )  # fmt: skip
                self.picking.with_user(operator).action_integrator_send_untracked()
                self.run_stages("send", "send")
                task = self.tasks(kind="shipment")[:1]
                self.assertEqual(task.state, "success")
                self.assertFalse(self.questions() or self.picking.integrator_awaits_tracking)

    def test_a_carrier_without_numbers_waits_for_none(self):
        """004-04."""
        carrier = self.env["delivery.carrier"].search([], limit=1).copy()
        carrier.integrator_no_tracking = True
        self.picking.carrier_id = carrier
        self.ship()
        self.assertEqual(self.shipment(minutes=6).state, "success")
