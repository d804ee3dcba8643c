# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime
from decimal import Decimal

from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import new_test_user

from odoo.addons.integrator.tests.sale_case import SaleCase

from ..neutral import SettlementControl, SettlementHead, SettlementReadingError, SettlementRow

#: What the rows of the dummy site mean: type, amount type, description, group, further keys.
RULES = (
    ("Order", "Price", "Principal", "sale", {"counts_quantity": True}),
    ("Order", "Price", "Tax", "sale_tax", {}),
    ("Order", "Price", "Shipping", "sale_shipping", {}),
    ("Order", "Withheld", "*", "withheld_tax", {}),
    ("Order", "Fees", "Commission", "commission", {}),
    ("Refund", "Price", "Principal", "sale", {"refund": True, "counts_quantity": True}),
    ("Refund", "Price", "Tax", "sale_tax", {"refund": True}),
    ("Refund", "Fees", "Commission", "commission", {}),
    ("Service", "Storage", "*", "storage", {}),
    ("Service", "Advertising", "*", "advertising", {}),
    ("Other", "Balance", "Reserve", "reserve", {}),
    ("Other", "Balance", "Debt", "debt", {}),
    ("Other", "Balance", "Charge", "debt", {}),
    ("Other", "Balance", "Failed payout", "payout", {}),
    ("Other", "Odd", "Odd", "ask", {}),
)

#: What the accounts of the tests are: group -> (code, name, account type, reconcile).
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


class SettlementAdapter(models.AbstractModel):
    _module = None
    _inherit = ["integrator.adapter.dummy"]
    _name = "integrator.adapter.dummy"
    _estimates_fees = True

    def _estimate_fees(self, account, questions):
        remote = self._remote(account)
        remote.meet_fault("estimate fees")
        vars(remote).setdefault("fee_questions", []).append(questions)
        fees = getattr(remote, "fees", {})
        return [
            {"fees": fees[one["sku"]], "error": ""}
            if one["sku"] in fees
            else {"fees": [], "error": "No such SKU."}
            for one in questions
        ]

    def _settled(self, account):
        return vars(self._remote(account)).setdefault("settled", {})

    def _find_settlement_documents(self, account, since):
        remote = self._remote(account)
        remote.meet_fault("find settlements")
        remote.asked.append(since)
        return [(remote_id, datetime(2026, 10, 1)) for remote_id in self._settled(account)]

    def _fetch_settlement_document(self, account, remote_id):
        self._remote(account).meet_fault("fetch settlement")
        return self._settled(account)[remote_id]

    def _open_settlement(self, content):
        try:
            settlements = json.loads(content)
        except ValueError as error:
            raise SettlementReadingError("This is no settlement.") from error
        for one in settlements:
            yield self._head(one), (self._row(number, row) for number, row in one["rows"])

    def _head(self, one):
        times = {name: datetime.fromisoformat(one[name]) for name in ("start", "end", "deposit_at")}
        return SettlementHead(
            remote_id=one["remote_id"],
            currency=one["currency"],
            total=Decimal(one["total"]),
            account_ref=one.get("account_ref", ""),
            **times,
        )

    def _row(self, number, row):
        texts = dict.fromkeys(
            (
                *("marketplace_ref", "order_ref", "merchant_order_ref", "order_item_ref"),
                *("adjustment_ref", "shipment_ref", "fulfilment", "sku"),
            ),
            "",
        )
        values = {"quantity": None, "posted_at": None, "posted_date": None, **texts, **row}
        values["amount"] = Decimal(values["amount"])
        if values["posted_at"]:
            values["posted_at"] = datetime.fromisoformat(values["posted_at"])
            values["posted_date"] = date(2026, 1, 1)
        return SettlementRow(number=number, **values)

    def _fetch_settlement_control(self, account, head):
        self._remote(account).meet_fault("control")
        return getattr(self._remote(account), "control", None)

    def _fetch_settlement_movements(self, account, head, order_ref, progress):
        remote = self._remote(account)
        remote.meet_fault("movements")
        vars(remote).setdefault("compared", []).append((head.remote_id, order_ref))
        pages = getattr(remote, "movement_pages", 1)
        page = progress.get("page", 0) + 1
        if page < pages:
            return SettlementControl("Ledger", progress={"page": page})
        return getattr(remote, "movements", None)

    def _fetch_payout_trace(self, account, head):
        return getattr(self._remote(account), "trace", None)

    def _fetch_deferred_money(self, account):
        return getattr(self._remote(account), "deferred", None)

    def _settlement_rules(self):
        keys = ("transaction_type", "amount_type", "description", "group")
        return [{**dict(zip(keys, rule[:4], strict=True)), **rule[4]} for rule in RULES]


class SettlementCase(SaleCase):
    """Settlements of the dummy site, in the hands of an accountant."""

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

    @classmethod
    def _add_dummy_models(cls):
        result = super()._add_dummy_models()
        add_to_registry(cls.registry, SettlementAdapter)
        cls.registry._setup_models__(cls.env.cr, ["integrator.adapter.dummy"])
        return result

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
        settled = vars(self.remote).setdefault("settled", {})
        for content in contents:
            settled[f"document-{len(settled) + 1}"] = content
        self.site.settlement_looked_at = False
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
        """What stands in entries: account (or its type) and amount in the currency of the entry."""
        names = {account: key for key, account in self.accounts.items()}
        return sorted(
            (names.get(line.account_id, line.account_id.account_type), line.amount_currency)
            for line in moves.line_ids
        )
