# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from spapi_simulator.faults import KINDS
from tools.docs import faults_page

from .fault_journey import ROUNDS, SLOW_ROUNDS, FaultJourney

#: `full`, or names of operations; empty: some of each.
WANTED = os.environ.get("FAULT_MATRIX", "")

#: Every operation that the journey calls.
OPERATIONS = (
    "lwaToken",
    "getDefinitionsProductType",
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

#: Every fault that one call can meet: name -> (kind of the simulator, options, in words).
FAULTS = {
    "throttle": ("throttle", {}, "429, the quota is used up"),
    "server_error": ("server_error", {}, "500 with JSON"),
    "html_500": ("html_500", {}, "500 with a page of HTML"),
    "html_503": ("html_503", {}, "503 with a page of HTML"),
    "html_200": ("html_200", {}, "200 with a page of a proxy instead of the answer"),
    "forbidden": ("forbidden", {}, "403, the access token has expired"),
    "refuse": ("refuse", {}, "the connection is refused"),
    "drop_after": ("drop_after", {}, "it has happened, and the answer is lost"),
    "cut_body": ("cut_body", {}, "half of the body"),
    "bad_json": ("bad_json", {}, "JSON, or a document, that breaks off"),
    "bad_gzip": ("bad_gzip", {}, "a damaged gzip stream"),
    "malformed": ("malformed", {}, "garbage in the middle of a document"),
    "wrong_charset": ("wrong_charset", {}, "another charset than everything says"),
    "bad_request": ("server_error", {"status": 400, "code": "InvalidInput"}, "400, refused"),
    "too_large": ("server_error", {"status": 413, "code": "RequestTooLarge"}, "413, too large"),
    "fatal": ("fatal", {}, "the feed ends FATAL"),
    "ignore": ("ignore", {}, "accepted, reported as done, and nothing changes"),
    "unknown_enum": ("unknown_enum", {}, "values that nobody knows"),
    "unknown_status": ("unknown_status", {}, "a status that no model knows"),
}

#: Faults that no run recovers, and should not: the login refuses who we are.
FINAL = {("lwaToken", "forbidden"), ("lwaToken", "bad_request"), ("lwaToken", "too_large")}

#: Faults without an alert: waited for, or recovered by logging in again.
SILENT = ("throttle", "forbidden", "unknown_enum", "wrong_charset")

#: Faults after which a person has to press “Try again”, since asking again might not help.
PERSON = ("bad_request", "too_large", "fatal", "ignore", "unknown_status")


@tagged("post_install", "-at_install")
class TestFaultMatrix(FaultJourney):
    """Every fault of every call loses nothing, doubles nothing, leaves a reason and is recovered by
    the next run. `FAULT_MATRIX=full` runs all pairs, else each operation and each fault occurs
    once."""

    maxDiff = None

    def cells(self):
        """The cells of the matrix that this run looks at."""
        names = list(FAULTS)
        cells = [(operation, fault) for operation in OPERATIONS for fault in names]
        cells = [cell for cell in cells if cell not in FINAL and self.can_meet(*cell)]
        if WANTED == "full":
            return cells
        if WANTED:
            return [cell for cell in cells if cell[0] in WANTED.split(",")]
        # diagonals: every operation and every fault is there
        return [
            (operation, fault)
            for operation, fault in cells
            if (OPERATIONS.index(operation) - names.index(fault)) % 11 == 0
        ]

    def can_meet(self, operation, fault):
        """Return whether the simulator has such a fault of the operation."""
        operations = KINDS[FAULTS[fault][0]].operations
        return operations is None or operation in operations

    def test_any_fault_of_a_call_leads_to_the_same_end(self):
        """000-10 … 000-13, 000-17, 001-36, 001-88, 004-24."""
        undisturbed = self.isolated()[0]
        self.assertEqual(undisturbed["remote states"], ["SHIPPED"])
        found = []
        for operation, fault in self.cells():
            with self.subTest(operation=operation, fault=fault):
                end_state, reasons, met = self.isolated(operation, fault)
                self.assertEqual(end_state, undisturbed)
                if met and fault not in SILENT:
                    self.assertTrue(all(code and reason for code, reason in reasons), reasons)
                if met:
                    found.append((operation, fault, reasons, self.pressed))
                if WANTED:
                    faults_page.write(found, {name: row[2] for name, row in FAULTS.items()})

    def isolated(self, operation=None, fault=None):
        """A journey that leaves nothing behind.

        :return: tuple (end state, reasons, whether the fault was met)
        """
        kind, options, _words = FAULTS.get(fault, (None, {}, ""))
        self.person = fault in PERSON
        self.rounds = SLOW_ROUNDS if fault == "ignore" else ROUNDS
        with self.env.cr.savepoint() as savepoint:
            end_state, reasons = self.journey(operation, kind, **options)
            met = not self.amazon.faults_left
            savepoint.rollback()
        self.env.invalidate_all()
        return end_state, reasons, met
