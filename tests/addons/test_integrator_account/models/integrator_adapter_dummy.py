# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The settlements of a site in memory."""

import json
from datetime import date, datetime
from decimal import Decimal

from odoo import models

from odoo.addons.integrator_account.neutral import (
    SettlementControl,
    SettlementHead,
    SettlementReadingError,
    SettlementRow,
)

#: Meanings of the rows of the dummy site: type, amount type, description, group, further keys.
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


class SettlementAdapter(models.AbstractModel):
    _inherit = "integrator.adapter.dummy"

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

    def _content_by_id(self, account):
        return vars(self._remote(account)).setdefault("settlement_files", {})

    def _find_settlement_documents(self, account, since):
        remote = self._remote(account)
        remote.meet_fault("find settlements")
        remote.asked.append(since)
        return [(remote_id, datetime(2026, 10, 1)) for remote_id in self._content_by_id(account)]

    def _fetch_settlement_document(self, account, remote_id):
        remote = self._remote(account)
        remote.meet_fault("fetch settlement")
        # what somebody else does meanwhile
        vars(remote).pop("while_fetching", lambda: None)()
        return self._content_by_id(account)[remote_id]

    def _open_settlement(self, content):
        if content == b"two readings":
            plain = "It can be read in two ways."
            raise SettlementReadingError(f"{plain} 17.00 or 1700.00.", plain=plain)
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
        self._remote(account).meet_fault("deferred money")
        return getattr(self._remote(account), "deferred", None)

    def _settlement_rules(self):
        keys = ("transaction_type", "amount_type", "description", "group")
        return [{**dict(zip(keys, rule[:4], strict=True)), **rule[4]} for rule in RULES]
