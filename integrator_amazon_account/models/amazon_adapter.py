# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta, timezone
from decimal import Decimal

from odoo import fields, models

from odoo.addons.integrator.exceptions import ConfigurationError
from odoo.addons.integrator_account.neutral import (
    SettlementControl,
    SettlementHead,
    SettlementReadingError,
    SettlementRow,
)
from odoo.addons.integrator_amazon.api import finances, reports
from odoo.addons.integrator_amazon.api.parsers.settlement import (
    DocumentError,
    SettlementError,
    parse_settlement,
)
from odoo.addons.integrator_amazon.api.values import Money

from ..settlement_rules import build_rules
from .movements import Movements

#: Time for which Amazon keeps settlement reports; an hour less, so that no older one is asked for.
REPORT_RETENTION = timedelta(days=90) - timedelta(hours=1)
#: Money is held back for days after a delivery, or weeks after an invoice, never longer.
DEFERRED_DAYS = 90
#: Transactions younger than this are not available.
TRANSACTION_AGE = timedelta(minutes=3)
#: Time for which transactions of a settlement may be missing after its end.
COMPLETE_AFTER = timedelta(hours=48)
#: Older settlements are not available: transactions are given for 180 days at most.
CONTROL_AGE = timedelta(days=180)
#: Payouts are made when a settlement is closed, or soon after.
PAYOUT_AFTER = timedelta(days=10)
#: Countries for which Amazon gives payouts.
PAYOUT_COUNTRIES = frozenset({"BE", "DE", "ES", "FR", "IT", "NL", "PL", "SE"})
MISSING_ROLE = "spapi_403_missing_role"
#: Parts of an estimate -> groups of settlements; the others are selling fees.
FEE_GROUPS = {
    "ReferralFee": "commission",
    "FBAFees": "fulfilment",
    "FBAPerUnitFulfillmentFee": "fulfilment",
    "FBAPickAndPack": "fulfilment",
    "FBAWeightHandling": "fulfilment",
    "FBADeliveryServicesFee": "fulfilment",
}
OTHER_FEES = "selling_fee"
#: Orders of other shops that Amazon ships; no marketplace of its own.
NO_MARKETPLACE = "non-amazon"


class AmazonAdapter(models.AbstractModel):
    """Settlements of Amazon: scheduled reports, and APIs that give the same amounts."""

    _inherit = "integrator.adapter.amazon"

    _estimates_fees = True

    # === DOCUMENTS === #

    def _find_settlement_documents(self, account, since):
        oldest = fields.Datetime.now() - REPORT_RETENTION
        start = _aware(max(since or oldest, oldest))
        with self._gateway(account) as gateway:
            return [
                (report.document_id, _naive(report.created_at) or fields.Datetime.now())
                for report in _all_pages(
                    lambda token: reports.list_reports(gateway, reports.SETTLEMENT, start, token)
                )
                if report.document_id
            ]

    def _fetch_settlement_document(self, account, remote_id):
        with self._gateway(account) as gateway:
            return reports.download_report(gateway, reports.SETTLEMENT, remote_id).content

    # === READING === #

    def _open_settlement(self, content):
        try:
            file = parse_settlement(content)
        except DocumentError as error:
            raise self._reading_error(error) from error
        return [(_build_head(file.settlement), map(_build_row, file.rows()))]

    def _reading_error(self, error):
        """Return what a person does about a file that cannot be read.

        :param DocumentError error: what the parser raised
        """
        code = error.code if isinstance(error, SettlementError) else "settlement_unreadable"
        plain = ""
        if code == "total_ambiguous":
            text, plain = self._sums_text(error), self._ambiguous_text()
        elif code == "settlement_unreadable":
            text = self.env._(
                "The settlement cannot be read at %(place)s: %(reason)s. Nothing of it was taken. "
                "Download it in Seller Central once more (Payments, All Statements, Download Flat "
                "File V2) and upload it as it is.",
                place=error.where,
                reason=error.reason,
            )
        else:
            text = self.env._(
                "This is not a settlement as it was downloaded: %(reason)s. The form “Flat File "
                "V2” is needed: Seller Central, Payments, All Statements, Download Flat File V2. "
                "Upload it without opening it in a spreadsheet.",
                reason=error.reason,
            )
        return SettlementReadingError(text, code=code, plain=plain)

    def _ambiguous_text(self):
        return self.env._(
            "Points and commas of this settlement can be read in two ways, so nothing of it was "
            "taken. Download it in Seller Central once more and upload it as it is."
        )

    def _sums_text(self, error):
        """Return the sums of rows and the total for each way in which a file can be read."""
        found = [
            self.env._(
                "Rows %(sum)s, total %(total)s", sum=error.sums[mark], total=error.total[mark]
            )
            for mark in error.sums
        ]
        return f"{self._ambiguous_text()} {'; '.join(found)}."

    def _settlement_sites(self, account):
        """Override: a seller's account names the settlements of all its marketplaces."""
        own_sudo = account.sudo().with_context(active_test=False)
        sites_sudo = own_sudo.search([("amazon_merchant_id", "=", own_sudo.amazon_merchant_id)])
        same_sudo = sites_sudo.filtered(lambda one: one._amazon_realm() == own_sudo._amazon_realm())
        return account.browse((same_sudo | own_sudo).sorted("id").ids)

    def _settlement_site(self, account, head):
        """Override: each settlement belongs to the site that has its marketplace. Those of a
        marketplace that no site has any more stay together; others go to the oldest site."""
        same_sudo = self._settlement_sites(account).sudo().filtered("active") or account.sudo()
        named_sudo = same_sudo.filtered(
            lambda one: (
                head.account_ref
                in {name.lower() for name in one.amazon_marketplace_ids.mapped("name")}
            )
        )
        settlements_sudo = self.env["integrator.settlement"].sudo()
        last_sudo = settlements_sudo.search(
            [
                ("site_id", "in", same_sudo.ids),
                ("account_ref", "=", head.account_ref),
                ("currency_id.name", "=", head.currency),
            ],
            order="end desc, id desc",
            limit=1,
        )
        return account.browse((named_sudo or last_sudo.site_id or same_sudo)[:1].id)

    def _settlement_rules(self):
        return build_rules()

    # === OTHER SOURCES === #

    def _fetch_settlement_control(self, account, head):
        def ask(gateway):
            return _all_pages(lambda token: finances.list_summaries(gateway, head.remote_id, token))

        source = self.env._("Amazon's Finances API")
        rows = self._ask_with_role(account, ask)
        if rows is None:
            return SettlementControl(source, refusal="role")
        amounts = [
            row.net_proceeds.amount
            for row in rows
            if row.net_proceeds and row.net_proceeds.currency == head.currency
        ]
        if amounts:
            return SettlementControl(source, sum(amounts, Decimal(0)))
        return SettlementControl(source, refusal="old") if _is_old(head) else None

    def _fetch_settlement_movements(self, account, head, order_ref, progress):
        """Override: transactions can be asked for by their group only, and an order names it."""
        source = self.env._("Amazon's Finances API")
        if _is_old(head):
            return SettlementControl(source, refusal="old")
        if head.end > fields.Datetime.now() - COMPLETE_AFTER:
            return None

        def ask(gateway):
            movements = Movements(head, order_ref, progress)
            movements.fetch(gateway)
            return movements

        # nothing waits for it
        movements = self._ask_with_role(account, ask, priority="content", watched=False)
        if movements is None:
            return SettlementControl(source, refusal="role")
        if movements.more:
            return SettlementControl(source, progress=movements.progress())
        sums = movements.sums
        return SettlementControl(source, sum(sums.values()), sums) if sums else None

    def _fetch_payout_trace(self, account, head):
        countries = set(account.amazon_marketplace_ids.mapped("country_code"))
        if head.total <= 0 or not countries & PAYOUT_COUNTRIES:
            return None
        # a minute before: the file gives the end of the period without fractions
        start = _aware(head.end - timedelta(minutes=1))
        end = start + PAYOUT_AFTER

        def ask(gateway):
            return _all_pages(lambda token: finances.list_payouts(gateway, start, end, token=token))

        payouts = self._ask_with_role(account, ask) or ()
        traces = (one.trace_id for one in payouts if head.remote_id in one.settlement_ids)
        return next(filter(None, traces), None)

    def _estimate_fees(self, account, questions):
        asked = [
            finances.FeeQuestion(
                sku=one["sku"],
                marketplace_id=one["marketplace_code"],
                price=Money(one["price"], one["currency"]),
                fulfilled_by_site=one["fulfilled_by_site"],
            )
            for one in questions
        ]

        def ask(gateway):
            return finances.estimate_fees(gateway, asked)

        # nothing waits for it, so a missing permission raises no alert
        quiet = {"priority": "content", "watched": False}
        answers = self._ask_with_role(account, ask, **quiet) if asked else []
        return answers if answers is None else [self._read_estimate(one) for one in answers]

    def _read_estimate(self, answer):
        if answer.total is None:
            text = self.env._("Amazon gives no estimate: %s", answer.error)
            return {"fees": [], "error": text}
        fees = [(FEE_GROUPS.get(fee.kind, OTHER_FEES), fee.amount.amount) for fee in answer.fees]
        rest = answer.total.amount - sum(amount for _group, amount in fees)
        # the total counts, also where some of its parts are missing
        return {"fees": [*fees, (OTHER_FEES, rest)] if rest else fees, "error": ""}

    def _fetch_deferred_money(self, account):
        latest = fields.Datetime.now() - TRANSACTION_AGE
        start = latest - timedelta(days=DEFERRED_DAYS)

        def ask(gateway):
            return _all_pages(
                lambda token: finances.list_transactions(
                    gateway,
                    posted_after=_aware(start),
                    posted_before=_aware(latest),
                    status=finances.DEFERRED,
                    token=token,
                )
            )

        rows = self._ask_with_role(account, ask)
        return None if rows is None else [_build_deferred(row) for row in rows]

    def _ask_with_role(self, account, ask, **options):
        """Ask what the application may not be allowed to: it is of use, not needed.

        :param ask: function of a gateway
        :param options: of the gateway
        :return: what it returns; None when the role is missing
        """
        try:
            with self._gateway(account, **options) as gateway:
                return ask(gateway)
        except ConfigurationError as error:
            if error.code != MISSING_ROLE:
                raise
            return None


def _all_pages(read):
    """All rows of a list that comes in pages.

    :param read: function of a token that returns a page
    """
    rows, token = [], ""
    while True:
        page = read(token)
        rows += page.rows
        token = page.token
        if not token:
            return rows


def _is_old(head):
    return head.end < fields.Datetime.now() - CONTROL_AGE


def _build_head(settlement):
    names = [name.lower() for name in settlement.marketplace_names]
    # a seller of Europe has a chain of periods per marketplace, several of them in euros
    account = next((name for name in names if name != NO_MARKETPLACE), "")
    return SettlementHead(
        remote_id=settlement.remote_id,
        currency=settlement.currency,
        start=_naive(settlement.started_at),
        end=_naive(settlement.ended_at),
        deposit_at=_naive(settlement.deposited_at),
        total=settlement.total,
        account_ref=account,
    )


def _build_row(row):
    ours = {
        "promotion-id": row.promotion_id,
        "merchant-order-item-id": row.seller_line_id,
        "merchant-adjustment-item-id": row.seller_adjustment_id,
    }
    return SettlementRow(
        number=row.number,
        transaction_type=row.transaction_type,
        amount_type=row.amount_type,
        description=row.description,
        marketplace_ref=row.marketplace_name,
        order_ref=row.remote_order_id,
        merchant_order_ref=row.seller_order_id,
        order_item_ref=row.remote_line_id,
        adjustment_ref=row.adjustment_id,
        shipment_ref=row.shipment_id,
        fulfilment=row.fulfillment,
        sku=row.sku,
        quantity=row.quantity,
        amount=row.amount,
        posted_at=_naive(row.posted_at),
        posted_date=None if row.posted_at else row.posted_on,
        extra={**{name: text for name, text in ours.items() if text}, **row.extra},
    )


def _build_deferred(row):
    return {
        "remote_id": row.transaction_id,
        "order_ref": next(iter(row.related.get("ORDER_ID", ())), ""),
        "amount": row.total.amount,
        "currency": row.total.currency,
        "posted_at": _naive(row.posted_at),
        "release_at": _naive(row.matures_at),
        "reason": row.deferral_reason,
    }


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _naive(moment):
    """A time as Odoo keeps it; nothing stays None."""
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None)
