# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.integrator.exceptions import TransientError

from ..models import integrator_settlement_control_mixin as control
from ..neutral import SettlementControl
from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementControl(SettlementCase):
    """A settlement is compared with the site's own control figures (001-28)."""

    def control_of(self, **by_order):
        """A control as the site gives it: sums by order; `rest` is the sum without an order."""
        sums = {name.replace("_", "-"): Decimal(text) for name, text in by_order.items()}
        sums[""] = sums.pop("rest", Decimal(0))
        return SettlementControl("Ledger", sum(sums.values()), sums)

    def taken(self, *rows, **values):
        """A settlement, after the look that asks for its movements."""
        self.take(self.settlement_file(*(rows or self.order_rows("R-1")), **values))
        # the look comes before the file that it finds is taken over
        return self.take()

    def proof(self, settlement, beginning):
        """One proof as an accountant reads it: a word, and a text."""
        proofs = self.as_accountant(settlement)._proofs()
        return next(proof[2:] for proof in proofs if proof[0].startswith(beginning))

    # === THE PAYOUT === #

    def test_another_total_is_shown_and_asked_for(self):
        """001-28: somebody with accounting rights is asked once, and may post all the same."""
        self.remote.control = SettlementControl("Summary", Decimal("16.50"))
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual((settlement.control_state, settlement.control_total), ("differs", 16.5))
        question = settlement.activity_ids
        self.assertEqual(question.summary, "Settlement 1001: the channel says two totals")
        self.assertIn("16.50", question.note)
        self.assertIn("17.00", question.note)
        self.take()
        self.assertEqual(settlement.activity_ids, question)
        self.assertIn(self.usd.format(-0.5), self.proof(settlement, "Payout by")[0])
        self.assertIn("0.50", self.as_accountant(settlement).proofs_html)
        self.post(settlement)

    def test_the_same_total_agrees(self):
        """001-28: also where the site leaves out what the period before left."""
        rows = [*self.order_rows("R-1"), self.row("Other/Balance/Reserve", "-5.00")]
        for number, total in enumerate(("12.00", "17.00")):
            with self.subTest(total=total):
                self.remote.control = SettlementControl("Summary", Decimal(total))
                content = self.settlement_file(*rows, remote_id=str(number), account_ref=total)
                found = self.take(content).filtered(lambda one, n=number: one.remote_id == str(n))
                self.assertEqual(found.control_state, "same")
                agrees = ("Agrees", self.usd.format(float(total)))
                self.assertEqual(self.proof(found, "Payout by"), agrees)

    def test_a_refused_control_shows_its_reason(self):
        """001-28: not allowed (it may be later), not known any more, not known yet."""
        self.remote.control = SettlementControl("Summary", refusal="role")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(self.proof(settlement, "Payout by")[0], "Not allowed")
        self.assertIn("lacks the right", self.proof(settlement, "Payout by")[1])
        self.assertFalse(settlement.activity_ids)
        self.remote.control = SettlementControl("Summary", refusal="old")
        self.take()
        self.assertEqual(self.proof(settlement, "Payout by")[0], "Too old")
        settlement.control_state = "none"
        self.assertEqual(self.proof(settlement, "Payout by")[0], "Not known yet")
        self.post(settlement)

    # === THE ORDERS === #

    def test_every_order_is_compared(self):
        """001-28: what names no order counts in the whole sum."""
        self.remote.movements = self.control_of(R_1="17.00", R_2="17.00", rest="-2.25")
        rows = [*self.order_rows("R-1"), *self.order_rows("R-2")]
        # a fee may name a shipment where others name orders
        rows.append(self.row("Service/Storage/Month", "-2.25", order_ref="FBA-1"))
        settlement = self.taken(*rows)
        self.assertEqual(settlement.movements_state, "same", settlement.movements_note)
        self.assertEqual(self.remote.compared, [("1001", "R-1")])
        self.take()
        self.assertEqual(len(self.remote.compared), 1, "it is not asked for again")

    def test_orders_that_differ_are_named(self):
        """001-28: also where the whole sum is right; one that no row names counts, too."""
        self.remote.movements = self.control_of(R_1="16.00", R_2="17.00", R_3="1.00")
        settlement = self.taken(*self.order_rows("R-1"), *self.order_rows("R-2"))
        self.assertEqual(settlement.movements_state, "differs")
        note = settlement.movements_note.splitlines()
        self.assertEqual(
            note,
            [
                f"R-1: rows {self.usd.format(17.0)}, there {self.usd.format(16.0)}",
                f"R-3: rows {self.usd.format(0.0)}, there {self.usd.format(1.0)}",
            ],
        )
        self.assertIn("R-3", settlement.activity_ids.note)
        self.assertIn("R-3", self.proof(settlement, "Every order")[1])
        self.post(settlement)

    def test_another_file_is_compared_anew(self):
        """001-28: what was found of the rows before says nothing of these."""
        self.remote.movements = self.control_of(R_1="16.00")
        settlement = self.taken()
        self.assertEqual(settlement.movements_state, "differs")
        self.remote.movements = None
        self.take(self.settlement_file(*self.order_rows("R-1", principal="19.00")))
        self.as_accountant(settlement).action_take_other_file()
        self.assertEqual((settlement.movements_state, settlement.movements_note), ("none", False))
        self.remote.movements = self.control_of(R_1="16.00")
        self.take()
        self.assertEqual(settlement.movements_state, "same")

    def test_a_sum_that_differs_without_an_order(self):
        """001-28"""
        self.remote.movements = self.control_of(R_1="17.00", rest="0.01")
        settlement = self.taken()
        self.assertEqual(settlement.movements_state, "differs")
        self.assertIn(self.usd.format(0.01), self.proof(settlement, "Every order")[0])

    def test_the_site_may_know_it_later(self):
        """001-28: a failure or a missing role is no answer; nothing else waits for it."""
        self.remote.faults.append(("movements", TransientError("Not now.", code="down")))
        settlement = self.taken()
        self.assertEqual((settlement.state, settlement.movements_state), ("ready", "none"))
        self.remote.movements = SettlementControl("Ledger", refusal="role")
        self.take()
        self.assertEqual(self.proof(settlement, "Every order")[0], "Not allowed")
        self.remote.movements = self.control_of(R_1="17.00")
        self.take()
        self.assertEqual(settlement.movements_state, "role", "it is asked once a day")
        settlement.movements_asked_at = False
        self.take()
        self.assertEqual(settlement.movements_state, "same")

    def test_a_long_control_is_continued(self):
        """001-28: the part that was received is not asked for again, and no day passes in
        between."""
        self.remote.movement_pages = 3
        self.remote.movements = self.control_of(R_1="17.00")
        settlement = self.taken()
        self.assertEqual(settlement.movements_progress, {"page": 1})
        self.assertEqual(self.proof(settlement, "Every order")[0], "Not known yet")
        self.run_stages("settle")
        self.assertEqual(settlement.movements_progress, {"page": 2})
        self.run_stages("settle")
        self.assertEqual(
            (settlement.movements_state, settlement.movements_progress), ("same", False)
        )
        self.run_stages("settle")
        self.assertEqual(len(self.remote.compared), 3)

    def test_few_are_asked_for_at_once(self):
        """001-28: what is asked for slowly has its share of a run, and not what is too large or
        has no order."""
        contents = [
            self.settlement_file(
                *self.order_rows(f"R-{at}"), remote_id=f"{at}", account_ref=f"{at}"
            )
            for at in range(3)
        ]
        fee = self.row("Service/Storage/Month", "-2.25")
        contents.append(self.settlement_file(fee, remote_id="fees", account_ref="fees"))
        rows = [*self.order_rows("R-8"), *self.order_rows("R-9")]
        contents.append(self.settlement_file(*rows, remote_id="large", account_ref="large"))
        self.remote.movements = self.control_of(R_0="17.00")
        with (
            patch.object(control, "MAX_AT_ONCE", 2),
            patch.object(control, "MAX_CONTROL_ROWS", 3),
        ):
            self.take(*contents)
            self.take()
            self.assertEqual(self.remote.compared, [("0", "R-0"), ("1", "R-1")])
            self.take()
            self.assertEqual(self.remote.compared[2:], [("2", "R-2")])
            settlements = self.take()
        self.assertEqual(len(self.remote.compared), 3)
        found = {one.remote_id: one.movements_state for one in settlements}
        self.assertEqual((found["large"], found["fees"]), ("large", "none"))
        large = settlements.filtered(lambda one: one.remote_id == "large")
        self.assertEqual(self.proof(large, "Every order")[0], "Too large")

    # === THE OTHER PROOFS === #

    def test_sums_and_periods_are_proofs(self):
        """001-28: with the difference, and the hole or why it was accepted."""
        first = self.settlement_file(*self.order_rows("R-1"), total="18.50")
        later = {"start": "2026-09-29 00:00:00", "end": "2026-10-13 00:00:00"}
        second = self.settlement_file(*self.order_rows("R-2"), remote_id="1003", **later)
        wrong, gap = self.take(first, second)
        differs = f"Differs by {self.usd.format(-1.5)}"
        self.assertEqual(self.proof(wrong, "Sum of rows"), (differs, self.usd.format(17.0)))
        self.assertEqual(self.proof(wrong, "Period before")[0], "Fits")
        self.assertEqual(self.proof(gap, "Sum of rows")[0], "Agrees")
        self.assertIn("15 Sep 2026, 00:00 to", self.proof(gap, "Period before")[1])
        gap.gap_reason = "Nothing was sold"
        self.assertEqual(self.proof(gap, "Period before"), ("Fits", "Nothing was sold"))
