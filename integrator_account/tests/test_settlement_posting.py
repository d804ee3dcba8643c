# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementPosting(SettlementCase):
    """What stands in the books after a settlement."""

    def test_one_entry_to_the_cent(self):
        """Receivables per order, fees by group, and the payout on its way (001-28)."""
        rows = [
            *self.order_rows("R-1"),
            *self.order_rows("R-2", principal="30.00", commission="-4.50"),
            self.row("Service/Storage/Month", "-2.25"),
        ]
        moves = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(len(moves), 1)
        self.assertEqual(
            self.booked(moves),
            [
                ("asset_receivable", -30.0),
                ("asset_receivable", -20.0),
                ("commission", 7.5),
                ("payout", 40.25),
                ("storage", 2.25),
            ],
        )
        self.assertEqual(str(moves.date), "2026-09-15")
        self.assertEqual(moves.state, "posted")

    def test_every_row_names_its_item(self):
        """Each row with an amount stands behind one journal item, and their sums agree."""
        rows = [*self.order_rows("R-1"), *self.order_rows("R-2")]
        settlement = self.take(self.settlement_file(*rows))
        moves = self.post(settlement)
        self.assertEqual(len(settlement.line_ids.move_line_id), 3)
        for item in settlement.line_ids.move_line_id:
            rows = settlement.line_ids.filtered(lambda row, item=item: row.move_line_id == item)
            self.assertAlmostEqual(sum(rows.mapped("amount")), -item.amount_currency)
        self.assertEqual(moves.integrator_settlement_id, settlement)
