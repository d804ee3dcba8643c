# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementMonths(SettlementCase):
    """A settlement over the end of a month has an entry for each month."""

    def set_months(self):
        """Let each month have its entry.

        :return: the account between the entries
        """
        carried = self.env["account.account"].create(
            {"code": "SET150", "name": "Carried", "account_type": "asset_current"}
        )
        self.site.write({"settlement_by_month": True, "settlement_carried_account_id": carried.id})
        return carried

    def months(self, *days, **values):
        """A settlement with an order of 17.00 on each of these days."""
        rows = []
        for number, day in enumerate(days):
            when = {"posted_at": f"{day} 12:00:00"}
            rows += [{**row, **when} for row in self.order_rows(f"R-{number}")]
        return self.settlement_file(*rows, start="2026-07-20 00:00:00", **values)

    def test_one_entry_per_month(self):
        """Over the end of a month there are two entries; what is between them is carried
        forward."""
        self.set_months()
        early = [{**row, "posted_at": "2026-08-31 12:00:00"} for row in self.order_rows("R-1")]
        content = self.settlement_file(*early, *self.order_rows("R-2"), start="2026-08-25 00:00:00")
        moves = self.post(self.take(content)).sorted("date")
        self.assertEqual([str(day) for day in moves.mapped("date")], ["2026-08-31", "2026-09-15"])
        self.assertEqual(
            self.booked(moves[0]),
            [("asset_current", 17.0), ("asset_receivable", -20.0), ("commission", 3.0)],
        )
        self.assertEqual(
            self.booked(moves[1]),
            [
                ("asset_current", -17.0),
                ("asset_receivable", -20.0),
                ("commission", 3.0),
                ("payout", 34.0),
            ],
        )

    def test_amounts_carried_over_three_months_come_back(self):
        """17.00 of July and 17.00 of August are paid out in September with its own 17.00. A row
        of a later day than the end is of the last entry (001-28)."""
        carried = self.set_months()
        days = ("2026-07-30", "2026-08-31", "2026-09-20")
        moves = self.post(self.take(self.months(*days))).sorted("date")
        dates = [str(day) for day in moves.mapped("date")]
        self.assertEqual(dates, ["2026-07-31", "2026-08-31", "2026-09-15"])
        items = moves.line_ids.filtered(lambda line: line.account_id == carried).sorted("date")
        self.assertEqual(items.mapped("amount_currency"), [17.0, 17.0, -34.0])
        self.assertIn(("payout", 51.0), self.booked(moves[2]))

    def test_months_of_another_currency(self):
        """Each entry has the rate of its day; what is carried forward comes back at the value
        with which it went, to the cent (001-28)."""
        carried = self.set_months()
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [
            Command.create({"name": day, "rate": rate})
            for day, rate in (("2026-08-31", 0.8), ("2026-09-15", 0.5))
        ]
        content = self.months("2026-08-30", "2026-09-10", currency="EUR")
        moves = self.post(self.take(content)).sorted("date")
        items = moves.line_ids.filtered(lambda line: line.account_id == carried).sorted("date")
        # 17.00 at 0.80 per dollar
        self.assertEqual(items.mapped("balance"), [21.25, -21.25])
        payout = moves.line_ids.filtered(lambda line: line.integrator_settlement_key == "payout")
        # and 17.00 at 0.50
        self.assertEqual((payout.amount_currency, payout.balance), (34.0, 55.25))
        self.assertEqual(str(payout.date_maturity), "2026-09-17")

    def test_the_rounding_of_a_month_is_carried_forward(self):
        """Every other item has exactly its own value (001-28)."""
        carried = self.set_months()
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2026-08-01", "rate": 0.9137})]
        content = self.months(*["2026-08-30"] * 7, "2026-09-10", currency="EUR")
        moves = self.post(self.take(content))
        for line in moves.line_ids:
            if line.integrator_settlement_key not in ("payout", "carried"):
                # 20.00 and -3.00, or seven times as much of the fee
                expected = {-20.0: -21.89, 3.0: 3.28, 21.0: 22.98}[line.amount_currency]
                self.assertEqual(line.balance, expected)
        items = moves.line_ids.filtered(lambda line: line.account_id == carried)
        # 119.00 is worth 130.24, and what is carried 130.25: seven sales of 21.89 less 22.98
        self.assertEqual(sorted(items.mapped("balance")), [-130.25, 130.25])

    def test_a_month_that_is_locked_holds_the_whole(self):
        """Also when only the first entry would fall into it, or only its tax (001-28)."""
        self.set_months()
        self.company.fiscalyear_lock_date = "2026-08-31"
        settlement = self.take(self.months("2026-08-30", "2026-09-10"))
        self.as_accountant(settlement).action_post()
        self.assertEqual(settlement.hold_code, "lock")
        self.assertIn("08/31/2026", settlement.hold_reason)
        self.company.fiscalyear_lock_date = False
        self.company.tax_lock_date = "2026-08-31"
        tax = {"name": "Input 20", "amount": 20, "type_tax_use": "purchase"}
        self.site._settlement_group("commission").tax_id = self.env["account.tax"].create(tax)
        self.as_accountant(settlement).action_post()
        self.assertEqual((settlement.hold_code, settlement.move_ids.ids), ("lock", []))
        self.site._settlement_group("commission").tax_id = False
        self.post(settlement)
