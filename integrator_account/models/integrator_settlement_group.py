# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..neutral import GROUPS

#: Ways to book the rows of a group.
TREATMENTS = [
    ("receivable", "Receivable of the order"),
    ("expense", "Expense"),
    ("income", "Income"),
    ("withheld", "Tax that the channel pays"),
    ("balance", "Balance sheet"),
    ("ask", "Ask each time"),
]

#: Accounts of a company that no group of rows is proposed to go to.
TAKEN = (
    "account_journal_early_pay_discount_gain_account_id",
    "account_journal_early_pay_discount_loss_account_id",
    "default_cash_difference_income_account_id",
    "default_cash_difference_expense_account_id",
    "income_currency_exchange_account_id",
    "expense_currency_exchange_account_id",
    "account_journal_suspense_account_id",
)


class IntegratorSettlementGroup(models.Model):
    """Group of rows of settlements in an accountant's words, with their account in the books of one
    site."""

    _name = "integrator.settlement.group"
    _inherit = ["integrator.site.mixin", "analytic.mixin", "integrator.rights.mixin"]
    _description = "Group of settlement rows"
    _order = "site_id, sequence, id"
    _key_fields = frozenset({"site_id", "key"})

    site_id = fields.Many2one(readonly=False)
    sequence = fields.Integer(default=10)
    key = fields.Selection(
        lambda self: self._key_selection(), string="Rows", required=True, readonly=True
    )
    treatment = fields.Selection(TREATMENTS, string="Booked as", required=True, default="expense")
    # another chart may take the place of the company's: then the settlement asks for accounts again
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="set null",
        help="Where the rows go. A receivable needs none: it is that of the order's customer; an "
        "account is used there when sales are booked as a summary.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        ondelete="restrict",
        help="The tax that is inside the amounts, or a reverse charge. Empty: none, because the "
        "channel's own invoice is the tax document.",
    )
    tax_place = fields.Selection(
        [("inside", "Inside the amounts"), ("beside", "In rows of its own")],
        string="Tax is",
        required=True,
        default="inside",
        help="In rows of its own: the amounts are without the tax, and the rows “Tax paid by "
        "buyers” are the tax itself, to the cent. Give both the same tax.",
    )
    confirmed = fields.Boolean(help="A person has said that this is right.")

    _key_uniq = models.UniqueIndex("(site_id, key)", "This group exists already.")

    # === COMPUTE METHODS === #

    @api.model
    def _key_selection(self):
        labels = {
            "sale": self.env._("Sales"),
            "sale_shipping": self.env._("Shipping and gift wrap paid by buyers"),
            "sale_tax": self.env._("Tax paid by buyers"),
            "sale_discount": self.env._("Discounts"),
            "withheld_tax": self.env._("Sales tax that the channel pays to the state"),
            "tax_credit": self.env._("Tax withheld from you"),
            "commission": self.env._("Sales commission"),
            "fulfilment": self.env._("Fulfilment fees"),
            "shipping_fee": self.env._("Shipping labels and chargebacks"),
            "selling_fee": self.env._("Other selling fees"),
            "promotion_fee": self.env._("Fees for promotions"),
            "advertising": self.env._("Advertising"),
            "storage": self.env._("Storage and removal"),
            "inbound": self.env._("Inbound freight"),
            "returns_fee": self.env._("Processing of returns"),
            "service_fee": self.env._("Subscription and services"),
            "fee_tax": self.env._("Tax on fees"),
            "reimbursement": self.env._("Reimbursements"),
            "liquidation": self.env._("Liquidations"),
            "other_income": self.env._("Other income"),
            "loan": self.env._("Loans"),
            "reserve": self.env._("Held back by the channel"),
            "debt": self.env._("Owed to the channel"),
            "payout": self.env._("Payouts and charges on their way"),
            "ask": self.env._("A person decides"),
        }
        return [(key, labels[key]) for key in GROUPS]

    @api.depends("key")
    def _compute_display_name(self):
        labels = dict(self._key_selection())
        for group in self:
            group.display_name = labels.get(group.key)

    @api.model
    def _search_display_name(self, operator, value):
        """Groups are found by what people read."""
        if operator not in ("ilike", "=", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else list(value)
        keys = [
            key
            for key, label in self._key_selection()
            for text in texts
            if (text.lower() in label.lower() if operator == "ilike" else text == label)
        ]
        return [("key", "in", keys)]

    # === BUSINESS METHODS === #

    def _is_receivable(self):
        """Return whether rows go to the buyer's account, order by order."""
        self.ensure_one()
        return self.treatment == "receivable" and self.site_id.settlement_mode == "orders"

    # === PROPOSALS === #

    def _propose_account(self):
        """An account of the company's chart where these rows would usually go; it is proposed,
        never used before a person confirms it.

        :return: `account.account`, may be empty
        """
        self.ensure_one()
        company = self.site_id.company_id
        match self.key:
            case "payout":
                found = company.transfer_account_id
            case "withheld_tax" | "sale_tax":
                found = self._tax_account(company.account_sale_tax_id)
            case "fee_tax":
                found = self._tax_account(company.account_purchase_tax_id)
            case _:
                found = self.env["account.account"]
        if found or self.key == "ask":
            return found
        if self.treatment == "expense":
            return company.expense_account_id or self._first_account("expense")
        if self.treatment in ("income", "receivable"):
            own_sales = self.key.startswith("sale") or self.key == "liquidation"
            if own_sales and company.income_account_id:
                return company.income_account_id
            return self._first_account(*(("income",) if own_sales else ("income_other", "income")))
        return self._first_account(
            "liability_current" if self.key in ("loan", "debt") else "asset_current"
        )

    def _first_account(self, *account_types):
        """The first account of the best type that the company has; on the balance sheet, one whose
        lines can be matched before others. Not one that has a purpose of its own."""
        company = self.site_id.company_id
        accounts = self.env["account.account"].with_company(company)
        company_domain = [*accounts._check_company_domain(company), ("id", "not in", self._taken())]
        for account_type in account_types:
            domain = [*company_domain, ("account_type", "=", account_type)]
            if found := accounts.search(domain, order="reconcile desc, code", limit=1):
                return found
        return accounts

    def _taken(self):
        """Accounts that the company uses for discounts, differences and exchange.

        :return: list of ids
        """
        company = self.site_id.company_id
        return [company[name].id for name in TAKEN if company[name]]

    def _tax_account(self, tax):
        lines = tax.invoice_repartition_line_ids.filtered(lambda line: line.account_id)
        return lines[:1].account_id

    def _first_rule(self):
        """The first of the rules that lead here."""
        self.ensure_one()
        return self.site_id.settlement_rule_ids.filtered(lambda rule: rule.group_id == self)[:1]

    def _example(self):
        """A real row of the group: the latest one with an amount."""
        self.ensure_one()
        domain = [("group_id", "=", self.id), ("amount", "!=", 0)]
        return self.env["integrator.settlement.line"].search(domain, order="id desc", limit=1)
