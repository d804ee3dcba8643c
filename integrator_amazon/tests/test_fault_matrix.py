# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from .fault_journey import FaultJourney

#: Every operation that the journey calls.
OPERATIONS = (
    "lwaToken",
    "createFeedDocument",
    "uploadFeedDocument",
    "createFeed",
    "getFeed",
    "getFeedDocument",
    "downloadFeedDocument",
    "searchListingsItems",
    "searchOrders",
    "confirmShipment",
)

#: Every fault that one call can meet and the next run has to mend.
FAULTS = (
    "throttle",
    "server_error",
    "html_500",
    "html_503",
    "forbidden",
    "refuse",
    "drop_after",
    "cut_body",
    "bad_json",
    "bad_gzip",
)

#: What no run mends by itself, and should not: the login refuses who we are.
FINAL = {("lwaToken", "forbidden")}

#: Faults that are over before anybody has to be told: waited for, or mended by logging in again.
SILENT = ("throttle", "forbidden")


@tagged("post_install", "-at_install")
class TestFaultMatrix(FaultJourney):
    """Every call of ours by every fault: nothing lost, nothing doubled, a reason, and the next run
    recovers. `FAULT_MATRIX=full` runs all of it, else each operation and each fault are there."""

    maxDiff = None

    def cells(self):
        """The cells of the matrix that this run looks at."""
        cells = [(operation, fault) for operation in OPERATIONS for fault in FAULTS]
        cells = [cell for cell in cells if cell not in FINAL]
        if os.environ.get("FAULT_MATRIX") == "full":
            return cells
        # a diagonal band: every row and every column several times
        return [
            (operation, fault)
            for operation, fault in cells
            if (OPERATIONS.index(operation) - FAULTS.index(fault)) % 5 == 0
        ]

    def test_whatever_one_call_meets_the_end_is_the_same(self):
        """000-10 … 000-13, 000-17, 001-36, 001-88, 004-24; pains 1, 2, 4, 9, 11."""
        undisturbed = self.isolated()[0]
        self.assertEqual(undisturbed["remote states"], ["SHIPPED"])
        for operation, fault in self.cells():
            with self.subTest(operation=operation, fault=fault):
                end_state, reasons, met = self.isolated(operation, fault)
                self.assertEqual(end_state, undisturbed)
                if met and fault not in SILENT:
                    self.assertTrue(all(code and reason for code, reason in reasons), reasons)

    def isolated(self, *fault):
        """A journey that leaves nothing behind.

        :return: tuple (end state, reasons, whether the fault was met)
        """
        with self.env.cr.savepoint() as savepoint:
            end_state, reasons = self.journey(*fault)
            met = not self.amazon.faults_left
            savepoint.rollback()
        self.env.invalidate_all()
        return end_state, reasons, met
