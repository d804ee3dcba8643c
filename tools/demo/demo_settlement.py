# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Part after the main job: Amazon settles a period, and Odoo books it.

Part of `demo_scenario.py`; it runs inside Odoo as the rest does.
"""

from datetime import datetime, timedelta

from odoo.tests import Form

#: Other events of a period, by the names of the local Amazon, and the days before.
CHARGES = {
    "subscription": 9,
    "storage": 8,
    "advertising": 7,
    "reimbursement": 6,
    "coupon": 5,
}
#: Amount that Amazon keeps until the next settlement.
RESERVE = "50.00"
#: Accounts on which money waits for its other half.
PAIRS = {
    "payout": "Payouts on their way",
    "reserve": "Held back by Amazon",
    "debt": "Owed to Amazon",
}


class SettlementDay:
    """Invoices what was shipped, lets Amazon close the period, and follows its money to the bank.

    :param env: Odoo environment of the superuser; it is committed on the way
    :param site: `integrator.site` with orders that were shipped
    :param remote: control of the local Amazon
    :param out: function that prints one line of progress
    :param run_stage: function that runs a stage by its scheduled action
    """

    def __init__(self, env, site, remote, out, run_stage):
        self.env = env
        self.site = site
        self.remote = remote
        self.out = out
        self.run_stage = run_stage

    def play(self):
        self.set_up()
        self.invoice()
        self.settle()
        self.run_stage("settle")
        self.credit_refunds()
        self.receive()
        self.out(self.describe())

    # === STEPS === #

    def set_up(self):
        """Confirm where rows go: the accounts that are proposed, and one for each pair."""
        accounts = self.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": f"1988{number}",
                    "account_type": "asset_current",
                    "reconcile": True,
                }
                for number, name in enumerate(PAIRS.values())
            ]
        )
        own = dict(zip(PAIRS, accounts, strict=True))
        setup = self.env["integrator.settlement.setup"].with_user(self.env.ref("base.user_admin"))
        with Form(setup.with_context(default_site_id=self.site.id)) as form:
            form.automatic = True
            for number in range(len(form.line_ids)):
                with form.line_ids.edit(number) as line:
                    line.account_id = own.get(line.group_id.key, line.account_id)
        form.record.action_confirm()
        self.env.cr.commit()

    def invoice(self):
        """Invoice what Amazon counts as shipped."""
        orders = self.env["integrator.order"].search(
            [("site_id", "=", self.site.id), ("state", "=", "imported")]
        )
        shipped = orders.filtered(
            lambda order: self.status(order) in ("SHIPPED", "PARTIALLY_SHIPPED")
        )
        due = shipped.sale_order_id.filtered(lambda order: order.invoice_status == "to invoice")
        invoices = due._create_invoices(grouped=True)
        invoices.action_post()
        self.env.cr.commit()
        self.out(f"{len(invoices)} invoices were posted")

    def settle(self):
        """Let Amazon refund something by itself, take its fees, and close the period."""
        for name, days in CHARGES.items():
            posted = self.days_ago(days)
            self.remote.add_charge(name, posted=posted, marketplace_id=self.marketplace())
        order = self.env["integrator.order"].search(
            [
                ("site_id", "=", self.site.id),
                ("sale_order_id.invoice_ids.state", "=", "posted"),
            ],
            limit=1,
        )
        line = order.line_ids[:1]
        self.remote.refund_elsewhere(
            order.remote_order_id, line.remote_line_id, components={"Principal": "5.00"}
        )
        (closed,) = self.remote.close_settlement(marketplace_id=self.marketplace(), reserve=RESERVE)
        self.out(
            f"Amazon closed settlement {closed['settlement_id']}: {closed['rows']} rows, "
            f"{closed['total']} {closed['currency']}"
        )

    def credit_refunds(self):
        """Make the credit notes of what Amazon has refunded by itself."""
        items = self.env["account.move.line"].search(
            [
                ("move_id.integrator_settlement_id.site_id", "=", self.site.id),
                ("integrator_is_refund", "=", True),
                ("reconciled", "=", False),
            ]
        )
        notes = self.env["account.move"].search(items.action_integrator_credit_note()["domain"])
        notes.action_post()
        self.env.cr.commit()
        self.out(f"{len(notes)} refunds at Amazon got their credit note")

    def receive(self):
        """Let the payout come to the bank: the line finds it by itself."""
        settlements = self.settlements().filtered(lambda one: one.payout_state == "open")
        journal = self.env["account.journal"].create(
            {
                "name": "Bank (euros)",
                "code": "BEUR",
                "type": "bank",
                "currency_id": self.env.ref("base.EUR").id,
            }
        )
        self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": journal.id,
                    "date": settlement.deposit_at.date(),
                    "payment_ref": f"AMAZON PAYMENTS {settlement.payout_trace}",
                    "amount": settlement.amount_total,
                }
                for settlement in settlements
            ]
        )
        self.env.cr.commit()
        self.env.invalidate_all()

    # === FIGURES === #

    def figures(self):
        posted = self.settlements().filtered(lambda one: one.state == "posted")
        return {
            "settlements": len(posted),
            "settlements_closed": len(self.remote.settlements()),
            "settlements_in_the_bank": len(
                posted.filtered(lambda one: one.payout_state == "received")
            ),
            "settlement_difference": f"{sum(map(self.difference, posted)):.2f}",
            "receivables_open": self.env["account.move.line"].search_count(
                [
                    ("move_id.integrator_settlement_id", "in", posted.ids),
                    ("integrator_order_ref", "!=", False),
                    ("reconciled", "=", False),
                ]
            ),
        }

    def difference(self, settlement):
        """Return the difference of rows, entries and payout of a settlement, without a sign."""
        booked = -sum(settlement.line_ids.move_line_id.mapped("amount_currency"))
        paid = settlement.payout_line_id.amount_currency
        total = settlement.amount_total
        return abs(settlement.amount_difference) + abs(booked - total) + abs(paid - total)

    def describe(self):
        """The profit, as the report has it."""
        figures = ("sales", "commission", "advertising", "cost", "profit")
        (sums,) = self.env["integrator.profit.report"]._read_group(
            [("site_id", "=", self.site.id)], [], [f"{name}:sum" for name in figures]
        )
        parts = (f"{name} {amount:.2f}" for name, amount in zip(figures, sums, strict=True))
        return f"Profit in {self.env.company.currency_id.name}: {', '.join(parts)}"

    # === SEEING === #

    def settlements(self):
        return self.env["integrator.settlement"].search([("site_id", "=", self.site.id)])

    def status(self, order):
        return self.remote.order(order.remote_order_id)["fulfillment"]["fulfillmentStatus"]

    def marketplace(self):
        return self.site.amazon_marketplace_ids[:1].code

    def days_ago(self, days):
        """A moment by the clock of the local Amazon."""
        now = datetime.fromisoformat(self.remote.state()["now"])
        return f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
