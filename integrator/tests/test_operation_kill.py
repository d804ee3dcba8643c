# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.warehouse import Fulfilment

from ..operation_types import FEE, Discrepancy
from .operation_case import OperationCase
from .stage_case import Kill

#: More commits than an operation has.
MOST = 200

#: Each point before and after its commit; in short every second.
STEP = 1 if "FAULT_MATRIX" in os.environ else 2


@tagged("post_install", "-at_install")
class TestOperationKill(OperationCase):
    """A worker that is killed between two pieces of an operation, or in one, changes nothing in the
    end (002-29, 002-31, 002-41)."""

    maxDiff = None

    def setUp(self):
        super().setUp()
        self.warehouse.most_lines = 1
        self.order = self.make_orders_of_two(5, 3)

    def run_export(self):
        """An export that asks once, a shipment of a part, and a synchronisation."""
        answer = self.api.export_order(self.site.id, self.order.id)
        operation = self.operation(answer)
        step = operation._open_questions()
        self.api.do_action("export", operation.id, f"{step.id}:accept")
        self.go_on()
        for ref in list(self.warehouse.orders):
            self.warehouse.ship(ref, 2, f"T-{len(self.warehouse.orders[ref].lines)}")
        self.synchronise()
        return operation

    def go_on(self):
        """The stage as the scheduler runs it; when the worker dies, another one comes."""
        try:
            return super().go_on()
        except Kill:
            self.died = True
            self.env.invalidate_all()
            return super().go_on()

    def end_state(self, operation):
        """The final state, without numbers that are never used twice."""
        remote = self.remote_orders(self.order)
        return {
            "state": operation.state,
            "questions": len(operation._answers()),
            "at the site": [
                [(line.sku, line.quantity) for line in state.lines]
                for state in self.warehouse.orders.values()
            ],
            "remote": [(one.state, one.status, one.line_ids.mapped("shipped")) for one in remote],
            "rows": len(operation.remote_order_ids),
            "known": remote.mapped("remote_ref") == list(self.warehouse.orders),
            "delivered": self.order.order_line.mapped("qty_delivered"),
            "pickings": sorted(
                (one.state, one.move_ids.mapped("product_uom_qty"))
                for one in self.order.picking_ids
            ),
        }

    def isolated(self, point=MOST, after=False):
        """Run the export and roll everything back.

        :return: tuple (end state, whether the worker died)
        """
        self.died = False
        self.warehouse = DummyAdapter.warehouses[self.site.id] = Fulfilment()
        self.warehouse.most_lines = 1
        self.warehouse.discrepancies = [Discrepancy(FEE, "", "It costs 9.00.")]
        with self.env.cr.savepoint() as savepoint:
            with self.dying_at(point, after):
                operation = self.run_export()
            state = self.end_state(operation)
            savepoint.rollback()
        self.env.invalidate_all()
        return state, self.died

    def test_a_kill_at_any_commit_changes_nothing_in_the_end(self):
        """002-29, 002-31, 002-41, 002-43, 002-57."""
        undisturbed, died = self.isolated()
        self.assertFalse(died)
        self.assertEqual((undisturbed["state"], undisturbed["delivered"]), ("done", [2, 2]))
        self.assertEqual(undisturbed["at the site"], [[("SKU-1", 5)], [("SKU-2", 3)]])
        for after in (False, True):
            point, died = 1 - STEP + after, True
            while died:
                point += STEP
                with self.subTest(point=point, after=after):
                    state, died = self.isolated(point, after)
                    self.assertEqual(state, undisturbed)
            self.assertGreater(point, 15)
