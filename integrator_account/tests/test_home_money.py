# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .settlement_case import SettlementCase

BOTH = "integrator.group_integrator_user,account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestHomeMoney(SettlementCase):
    """Home shows payouts that are not in the bank yet."""

    def tile(self, user):
        """The figure and the texts of its parts; none: None."""
        self.env.invalidate_all()
        for tile in self.env["integrator.home"].with_user(user).get_figures()["tiles"]:
            if tile["label"] == "Money on its way":
                texts = (tile["figure"]["text"], *(part["text"] for part in tile["parts"]))
                return [" ".join(text.split()) for text in texts]
        return None

    def test_payouts_that_are_not_in_the_bank_are_money_on_its_way(self):
        """001-77: with what the channel pays out later; for those who may read settlements."""
        user = new_test_user(self.env, "home_accountant", BOTH)
        self.assertIsNone(self.tile(user))
        self.remote.deferred = [
            {
                "remote_id": "T1",
                "order_ref": "R-9",
                "amount": "12.50",
                "currency": "USD",
                "posted_at": False,
                "release_at": "2026-12-01 00:00:00",
                "reason": "DD7",
            }
        ]
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(self.tile(user), ["$ 17.00", "$ 12.50 paid out later"])
        self.post(settlement)
        self.assertEqual(self.tile(user), ["$ 17.00", "$ 12.50 paid out later"])
        self.assertIsNone(self.tile(self.operator))
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        line = {"journal_id": journal.id, "amount": 17.0, "date": "2026-09-18"}
        self.env["account.bank.statement.line"].create({**line, "payment_ref": "Payout"})
        self.assertEqual(self.tile(user), ["$ 0.00", "$ 12.50 paid out later"])
