# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal

from odoo.tests import new_test_user

from odoo.addons.integrator.tests.sale_case import SaleCase

#: The accounts of the tests: group -> (code, name, account type, reconcile).
ACCOUNTS = {
    "sale": ("SET400", "Sales", "income", False),
    "withheld_tax": ("SET210", "Tax by site", "liability_current", False),
    "commission": ("SET600", "Commission", "expense", False),
    "storage": ("SET610", "Storage", "expense", False),
    "advertising": ("SET620", "Advertising", "expense", False),
    "reserve": ("SET120", "Reserve", "asset_current", True),
    "debt": ("SET220", "Debt", "liability_current", True),
    "payout": ("SET130", "Payouts on their way", "asset_current", True),
}


class SettlementCase(SaleCase):
    """Settlements of the dummy site, as an accountant works with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.company = cls.site.company_id
        groups = "account.group_account_user,account.group_account_manager"
        cls.accountant = new_test_user(cls.env, "settlement_accountant", groups)
        cls.operator = new_test_user(
            cls.env, "settlement_operator", "integrator.group_integrator_user"
        )
        cls.site._ensure_settlement_rules()
        cls.accounts = {
            key: cls.env["account.account"].create(
                dict(zip(("code", "name", "account_type", "reconcile"), values, strict=True))
            )
            for key, values in ACCOUNTS.items()
        }
        for key, account in cls.accounts.items():
            cls.site._settlement_group(key).account_id = account
        cls.buyers = cls.env["res.partner"].create({"name": "Buyers of the site"})
        cls.site.write(
            {
                "settlement_journal_id": cls.env["account.journal"]
                .create({"name": "Settlements", "code": "SETT", "type": "general"})
                .id,
                "settlement_partner_id": cls.buyers.id,
            }
        )

    # === FILES === #

    def row(self, what, amount, **values):
        """A row; `what` has type, amount type and description, with slashes between."""
        names = ("transaction_type", "amount_type", "description")
        texts = dict(zip(names, what.split("/"), strict=True))
        return {**texts, "amount": amount, "posted_at": "2026-09-10 10:00:00", **values}

    def order_rows(self, order_ref, principal="20.00", commission="-3.00", **values):
        about = {"order_ref": order_ref, "order_item_ref": f"{order_ref}-1", "sku": "SKU-1"}
        about |= {"quantity": 2, "marketplace_ref": "Market", **values}
        return [
            self.row("Order/Price/Principal", principal, **about),
            self.row("Order/Fees/Commission", commission, **about),
        ]

    def settlement_file(self, *rows, remote_id="1001", total=None, **values):
        """The bytes of a settlement from September 1 to 15; the total is what the rows say."""
        total = total or str(sum(Decimal(row["amount"]) for row in rows))
        head = {"remote_id": remote_id, "currency": "USD", "start": "2026-09-01 00:00:00"}
        head |= {"end": "2026-09-15 00:00:00", "deposit_at": "2026-09-17 00:00:00"}
        one = {**head, "total": total, "rows": list(enumerate(rows, 1)), **values}
        return json.dumps([one]).encode()

    # === DOING === #

    def take(self, *contents):
        """Settlements that the site has, taken over by the stage as the scheduler does."""
        files = vars(self.remote).setdefault("settlement_files", {})
        for content in contents:
            files[f"document-{len(files) + 1}"] = content
        self.site.write({"settlement_looked_at": False, "settlement_asked_at": False})
        self.run_stages("settle")
        return self.settlements()

    def settlements(self, **values):
        domain = [("site_id", "=", self.site.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.settlement"].search(domain, order="end, id")

    def as_accountant(self, records):
        return records.with_user(self.accountant)

    def post(self, settlements):
        self.as_accountant(settlements).action_post()
        self.assertEqual(
            settlements.mapped("state"),
            ["posted"] * len(settlements),
            settlements.mapped("hold_reason"),
        )
        return settlements.move_ids

    def invoice(self, order, day="2026-09-10"):
        self.product.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def site_order(self, remote_order_id):
        """A sale order of the site, 24.90 in total."""
        self.remote.pages.clear()
        self.site.order_watermark = False
        orders = self.import_orders(self.remote.order(remote_order_id))
        order = orders.filtered(lambda one: one.remote_order_id == remote_order_id).sale_order_id
        self.assertEqual(order.amount_total, 24.90)
        return order

    # === SEEING === #

    def booked(self, moves):
        """Items of entries: account (or its type) and amount in the currency of the entry."""
        names = {account: key for key, account in self.accounts.items()}
        return sorted(
            (names.get(line.account_id, line.account_id.account_type), line.amount_currency)
            for line in moves.line_ids
        )
