# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from contextlib import contextmanager
from itertools import pairwise, permutations

from odoo.tests import tagged

from .sale_case import SaleCase

#: The five steps of the inbound pipeline; the last one tells the remote of imported orders.
STEPS = (("fetch",), ("acknowledge",), ("extract",), ("import",), ("plan_orders", "send"))

#: Orders of the steps that are tried; in short every twelfth, which begins with each of the steps.
ORDERS = tuple(permutations(STEPS))[:: 1 if "FAULT_MATRIX" in os.environ else 12]

#: Hooks of the remote.
HOOKS = ("fetch", "acknowledge", "extract", "plan", "prepare", "submit", "recover", "check")


@tagged("post_install", "-at_install")
class TestStageOrders(SaleCase):
    """Stages depend on nothing but the condition of the records (000-06, 000-07)."""

    def setUp(self):
        super().setUp()
        self.put_orders(self.remote.order("R-1"), self.remote.order("R-2", status="pending"))
        self.put_orders(self.remote.order("R-1"))

    def outcome(self):
        """The final state, by names that are equal in every run."""
        sites = [("site_id", "=", self.site.id)]
        documents = self.env["integrator.document"].search(sites)
        orders = self.env["integrator.order"].search(sites, order="remote_order_id")
        sales = orders.sale_order_id
        return {
            "documents": {(document.stage, document.state) for document in documents},
            "orders": [(order.remote_order_id, order.state, order.error_code) for order in orders],
            "sales": sales.mapped(lambda sale: (sale.integrator_order_ref, sale.state)),
            "totals": sales.mapped("amount_total"),
            "deliveries": sales.picking_ids.mapped("state"),
            "tasks": self.tasks().mapped(lambda task: (task.kind, task.state)),
            "received": [
                [kind for kind, _ref in content] for _ticket, content in self.remote.received
            ],
        }

    def run_rounds(self, order, rounds=5):
        """Run the steps in an order, round after round, within one minute."""
        with self.running() as env:
            for step in [*order * rounds, ("send",)]:
                for stage in step:
                    env[f"integrator.stage.{stage}"]._cron_run()
        return self.outcome()

    @contextmanager
    def attempt(self):
        """Roll back what the block does, here and at the remote."""
        savepoint = self.env.cr.savepoint()
        yield
        savepoint.close(rollback=True)
        self.remote.received.clear()

    def rounds(self, order):
        """Return the rounds that an order needs until each step has had its turn after the one
        before."""
        places = [order.index(step) for step in STEPS]
        return 1 + sum(after < before for before, after in pairwise(places))

    def test_all_orders_of_the_stages_come_to_the_same_end(self):
        """000-07: and none takes a round more than it has to."""
        outcomes = {}
        for order in ORDERS:
            with self.attempt():
                outcomes[order] = self.run_rounds(order, self.rounds(order))
        expected = outcomes[STEPS]
        self.assertEqual(expected["sales"], [("R-1", "sale")])
        self.assertEqual(expected["tasks"], [("acknowledgement", "success")])
        self.assertEqual(expected["received"], [["acknowledgement"]])
        for order, outcome in outcomes.items():
            with self.subTest(order=order):
                self.assertEqual(outcome, expected)

    def test_each_stage_twice_is_as_good_as_once(self):
        """000-07."""
        with self.attempt():
            once = self.run_rounds(STEPS)
        self.assertEqual(self.run_rounds(tuple(steps * 2 for steps in STEPS)), once)

    def test_the_others_run_while_any_stage_is_off(self):
        """000-06: without an error; and when it is on again the end is the same."""
        with self.attempt():
            expected = self.run_rounds(STEPS)
        for absent in STEPS:
            with self.subTest(off=absent), self.attempt():
                self.run_rounds(tuple(step for step in STEPS if step != absent))
                self.assertFalse(self.alerts())
                self.assertEqual(self.run_rounds(STEPS), expected)

    def test_stages_that_find_nothing_do_nothing(self):
        """000-07: a settled database stays as it is, and nobody is called."""
        expected = self.run_rounds(STEPS)
        self.remote.faults += [(hook, AssertionError(hook)) for hook in HOOKS]
        self.assertEqual(self.run_rounds(STEPS), expected)
        self.assertEqual(len(self.remote.faults), len(HOOKS))
