# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settlements under SIGKILL: workers die at each commit of taking one over and posting it.

Part of `kill_play.py`; it runs inside Odoo as the rest does.
"""

from tools.demo.demo_settlement import CHARGES, SettlementDay
from tools.proofs.kill_worker import Death, run_worker

#: The job that takes settlements over and posts them.
CRON = "integrator_account.ir_cron_settle"
#: More commits than a run has that takes one settlement over; there is one for each of them.
COMMITS = 12
#: The scheduler comes again, and the site may be asked again.
AGAIN = """
    UPDATE ir_cron SET active = TRUE, failure_count = 0, nextcall = now() AT TIME ZONE 'UTC'
     WHERE id = %s;
    UPDATE integrator_site SET settlement_looked_at = NULL, settlement_asked_at = NULL;
    UPDATE integrator_amazon_quota SET tokens = burst;
"""


class Books:
    """The books of a merchant whose workers die.

    :param play: `tools.proofs.kill_play.Play`
    """

    def __init__(self, play):
        self.play = play
        self.kills = 0

    def settle(self):
        """Let Amazon close a period for each commit at which a worker can die: one dies before it,
        one after it, and one lives."""
        with self.play.acting() as demo:
            self._day(demo).set_up()
            self._day(demo).invoice()
        for number in range(1, COMMITS + 1):
            with self.play.acting() as demo:
                self._close(demo, number)
            if self.play.wanted:
                for after in (False, True):
                    self.kills += self._run(Death(commit=number, after=after))
            self._run(Death())
        print(f"settlements: {self.kills} kills", flush=True)

    def _day(self, demo):
        return SettlementDay(demo.env, demo.site, demo.remote, lambda _line: None, None)

    def _close(self, demo, number):
        """Take fees, and close the period: the first one has the money of all orders."""
        name = sorted(CHARGES)[number % len(CHARGES)]
        place = self._day(demo).marketplace()
        demo.remote.add_charge(name, marketplace_id=place)
        demo.remote.add_charge("reimbursement", marketplace_id=place, amount=f"{number}00.01")
        demo.remote.close_settlement(marketplace_id=place)

    def _run(self, death):
        with self.play.acting() as demo:
            job = demo.env.ref(CRON).id
            demo.env.cr.execute(AGAIN, (job,))
        return run_worker(self.play.database, [job], death)


def books_state(demo):
    """Return what there is in the books, as name -> text."""
    settlements = demo.env["integrator.settlement"].search(
        [("site_id", "=", demo.site.id)], order="end, id"
    )
    return {
        f"settlement {number}": _describe(settlement)
        for number, settlement in enumerate(settlements, 1)
    }


def _describe(settlement):
    items = settlement.move_ids.line_ids
    booked = sorted((item.account_id.code, item.amount_currency, item.reconciled) for item in items)
    sums = (settlement.amount_total, settlement.amount_difference, settlement.row_count)
    payout = settlement.payout_line_id.amount_currency
    moves = settlement.move_ids.mapped("state")
    return str((settlement.state, settlement.hold_reason, moves, sums, payout, booked))
