# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The form in which a site addon gives settlements, whatever the site's files look like."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.integrator.exceptions import RejectedError


class SettlementReadingError(RejectedError):
    """A settlement document cannot be read; a person has to look at it.

    :param str message: what is wrong and where (number of the row, name of the column), for people,
        already translated; for people with accounting rights where it has sums
    :param str plain: the same without sums, for everybody; empty: it has none
    """

    def __init__(self, message, code="settlement_unreadable", plain=""):
        super().__init__(message, code=code)
        self._plain = plain

    def without_sums(self):
        """The error as it may be read by everybody."""
        return SettlementReadingError(self._plain or self.message, code=self.code)


@dataclass(frozen=True, slots=True)
class SettlementHead:
    """The head of one settlement.

    Times are naive UTC, as Odoo keeps them; `currency` is an ISO code.
    """

    remote_id: str
    currency: str
    start: datetime
    end: datetime
    deposit_at: datetime | None
    #: The payout; negative: the seller's debt.
    total: Decimal
    #: Account of the site, where one site has several chains of periods.
    account_ref: str = ""


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One row of a settlement: one amount, money to the seller positive. Texts are the site's own
    words, without surrounding blanks; what a row does not say is empty or None."""

    #: The number of the row in its document, from 1; it is the row's identity.
    number: int
    transaction_type: str
    amount_type: str
    description: str
    marketplace_ref: str
    order_ref: str
    merchant_order_ref: str
    #: The order line as the site numbers it: `remote_line_id` of `integrator.order.line`.
    order_item_ref: str
    adjustment_ref: str
    shipment_ref: str
    fulfilment: str
    sku: str
    #: Pieces of the item; it may be repeated on each row of the item.
    quantity: int | None
    amount: Decimal
    #: Naive UTC time, and the site's day where it gives only that.
    posted_at: datetime | None
    posted_date: date | None
    #: Column -> text of every other column that has one.
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettlementControl:
    """Control figures of one settlement, from another source than its document."""

    #: Name of that way by the site, for people.
    source: str
    #: The payout, or the sum of all movements; None: the site does not give it.
    total: Decimal | None = None
    #: The order on the site -> the sum of its movements; "": those of no order. None: unknown.
    by_order: dict | None = None
    #: Reason for no answer: `role` (it is not allowed), `old` (it is not known any more).
    refusal: str = ""
    #: The site has more to say, later: what the adapter needs to go on, as JSON can hold it.
    progress: dict | None = None


#: Groups of the rows of a settlement: key -> (name, how it is booked, name of the figure of a
#: profit that it is part of). The key is what `_settlement_rules` names.
#:
#: Booked as: `receivable` on the buyer's account, per order and refund; `expense`, `income`,
#: `withheld` (tax that the site keeps) and `balance` on the account of the group; `ask`: a person
#: decides each time.
GROUPS = {
    "sale": ("Sales", "receivable", "sales"),
    "sale_shipping": ("Shipping and gift wrap paid by buyers", "receivable", "sales"),
    "sale_tax": ("Tax paid by buyers", "receivable", "tax"),
    "sale_discount": ("Discounts", "receivable", "sales"),
    "withheld_tax": ("Sales tax that the channel pays to the state", "withheld", "tax"),
    "tax_credit": ("Tax withheld from you", "balance", "none"),
    "commission": ("Sales commission", "expense", "commission"),
    "fulfilment": ("Fulfilment fees", "expense", "fulfilment"),
    "shipping_fee": ("Shipping labels and chargebacks", "expense", "fulfilment"),
    "selling_fee": ("Other selling fees", "expense", "other_fees"),
    "promotion_fee": ("Fees for promotions", "expense", "advertising"),
    "advertising": ("Advertising", "expense", "advertising"),
    "storage": ("Storage and removal", "expense", "storage"),
    "inbound": ("Inbound freight", "expense", "storage"),
    "returns_fee": ("Processing of returns", "expense", "fulfilment"),
    "service_fee": ("Subscription and services", "expense", "other_fees"),
    "fee_tax": ("Tax on fees", "balance", "none"),
    "reimbursement": ("Reimbursements", "income", "reimbursements"),
    "liquidation": ("Liquidations", "income", "sales"),
    "other_income": ("Other income", "income", "other_fees"),
    "loan": ("Loans", "balance", "none"),
    "reserve": ("Held back by the channel", "balance", "none"),
    "debt": ("Owed to the channel", "balance", "none"),
    "payout": ("Payouts and charges on their way", "balance", "none"),
    "ask": ("A person decides", "ask", "other_fees"),
}
