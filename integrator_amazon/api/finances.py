# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money at Amazon apart from settlement files: transactions and control totals (Finances API
2024-06-19), payouts (Transfers API 2024-06-01) and estimates of fees (Product Fees API v0).

The client library has some of these calls under paths that Amazon does not know, others not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .http.gateway import Gateway
from .pages import Page
from .values import Money, parse_time

#: Status of a transaction. A deferred sale is listed again when it is released: the first one is
#: then DEFERRED_RELEASED, so that money is counted once by RELEASED, or by the settlement it is in.
DEFERRED, RELEASED, DEFERRED_RELEASED = "DEFERRED", "RELEASED", "DEFERRED_RELEASED"

Related = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Transaction:
    """A movement on the account; times are aware, in UTC.

    :param status: `DEFERRED`, `RELEASED`, `DEFERRED_RELEASED`, or another word, in capitals.
    :param related: name such as ORDER_ID or SETTLEMENT_ID -> ids.
    :param deferral_reason: such as DD7 (seven days after delivery); empty when nothing is deferred.
    :param matures_at: when deferred money is released; None when it is missing.
    """

    transaction_id: str
    status: str
    posted_at: datetime
    total: Money
    related: Related
    deferral_reason: str
    matures_at: datetime | None


@dataclass(frozen=True)
class Summary:
    """Amounts of one settlement on one marketplace, by Amazon's own account.

    :param net_proceeds: a control total of the settlement; None when it is missing.
    """

    net_proceeds: Money | None


@dataclass(frozen=True)
class Payout:
    """A transfer of a settlement to the bank.

    :param trace_id: what the bank's statement shows; empty when it is missing.
    :param settlement_ids: mostly one.
    """

    trace_id: str
    settlement_ids: tuple[str, ...]


@dataclass(frozen=True)
class FeeQuestion:
    """The item of an estimate: a SKU on a marketplace at a price, and who ships it.

    :param fulfilled_by_site: whether Amazon ships it.
    """

    sku: str
    marketplace_id: str
    price: Money
    fulfilled_by_site: bool = False


@dataclass(frozen=True)
class Fee:
    """A fee, after promotions and with its tax."""

    kind: str
    amount: Money


@dataclass(frozen=True)
class FeeEstimate:
    """The estimated fees.

    :param total: None when there is no estimate; then `error` says why, in Amazon's words.
    """

    total: Money | None
    fees: tuple[Fee, ...] = ()
    error: str = ""


def list_transactions(
    gateway: Gateway,
    *,
    posted_after: datetime | None = None,
    posted_before: datetime | None = None,
    order_id: str = "",
    group_id: str = "",
    status: str = "",
    token: str = "",
) -> Page[Transaction]:
    """Return a page of transactions; those of orders of the last 48 hours may be missing.

    :param posted_after: aware, more than two minutes ago; needed unless there is an order or group.
    :param posted_before: aware, at most 180 days later, more than two minutes ago.
    :param order_id: those of an order only.
    :param group_id: those of a financial event group only, which is a settlement; transactions name
        theirs, and Amazon takes no other name of a settlement here.
    :param token: of the page before; the rest must be as it was.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    name, value = ("ORDER_ID", order_id) if order_id else ("FINANCIAL_EVENT_GROUP_ID", group_id)
    query = {
        "postedAfter": posted_after,
        "postedBefore": posted_before,
        "transactionStatus": status or None,
        "relatedIdentifierName": name if value else None,
        "relatedIdentifierValue": value or None,
        "nextToken": token or None,
    }
    payload = gateway.call("listTransactions", query=query).payload
    rows = tuple(map(_read_transaction, payload.get("transactions") or []))
    return Page(rows, payload.get("nextToken") or "")


def list_summaries(gateway: Gateway, settlement_id: str, token: str = "") -> Page[Summary]:
    """Return a page of what a settlement brought, a row per marketplace.

    :param token: of the page before.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    query = {
        "relatedIdentifierName": "SETTLEMENT_ID",
        "relatedIdentifierValue": settlement_id,
        "nextToken": token or None,
    }
    payload = gateway.call("listSummary", query=query).payload
    rows = tuple(map(_read_summary, payload.get("summaries") or []))
    return Page(rows, payload.get("nextToken") or "")


def list_payouts(
    gateway: Gateway,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    token: str = "",
) -> Page[Payout]:
    """Return a page of payouts, youngest first per account. Amazon gives them in some countries of
    Europe only.

    :param created_after: aware, as `created_before`.
    :param token: of the page before; the rest must be as it was.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    query = {
        "createdAfter": created_after,
        "createdBefore": created_before,
        "nextToken": token or None,
    }
    payload = gateway.call("listPayouts", query=query).payload
    rows = tuple(map(_read_payout, payload.get("payouts") or []))
    return Page(rows, payload.get("nextToken") or "")


def estimate_fees(gateway: Gateway, questions: Sequence[FeeQuestion]) -> list[FeeEstimate]:
    """Return an estimate for each question, in their order.

    :param questions: at most 20, as many as Amazon takes.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    body = [_build_question(str(at), question) for at, question in enumerate(questions)]
    answers = gateway.call("getMyFeesEstimates", body=body).payload
    found = {
        (row.get("FeesEstimateIdentifier") or {}).get("SellerInputIdentifier"): row
        for row in answers
    }
    return [_read_estimate(found.get(str(at))) for at in range(len(questions))]


def _read_transaction(row: Mapping[str, Any]) -> Transaction:
    deferred = _contexts(row)
    matures = deferred.get("maturityDate")
    return Transaction(
        transaction_id=row.get("transactionId") or "",
        # Amazon's own example writes it as "Released"
        status=(row.get("transactionStatus") or "").upper(),
        posted_at=parse_time(row["postedDate"]),
        total=_money(row["totalAmount"]),
        related=_related(row),
        deferral_reason=deferred.get("deferralReason") or "",
        matures_at=parse_time(matures) if matures else None,
    )


def _read_summary(row: Mapping[str, Any]) -> Summary:
    proceeds = row.get("netProceeds")
    return Summary(_money(proceeds) if proceeds is not None else None)


def _read_payout(row: Mapping[str, Any]) -> Payout:
    return Payout(
        trace_id=row.get("traceId") or "",
        settlement_ids=_related(row).get("SETTLEMENT_ID", ()),
    )


def _build_question(identifier: str, question: FeeQuestion) -> dict[str, Any]:
    request = {
        "MarketplaceId": question.marketplace_id,
        "IsAmazonFulfilled": question.fulfilled_by_site,
        "PriceToEstimateFees": {"ListingPrice": _fee_money(question.price)},
        "Identifier": identifier,
    }
    return {"FeesEstimateRequest": request, "IdType": "SellerSKU", "IdValue": question.sku}


def _read_estimate(row: Mapping[str, Any] | None) -> FeeEstimate:
    estimate = (row or {}).get("FeesEstimate") or {}
    total = estimate.get("TotalFeesEstimate")
    if row is None or not total:
        error = (row or {}).get("Error") or {}
        words = " ".join(filter(None, (error.get("Code"), error.get("Message"))))
        return FeeEstimate(None, error=words or "no estimate")
    fees = tuple(
        Fee(fee["FeeType"], _read_fee_money(fee["FinalFee"]))
        for fee in estimate.get("FeeDetailList") or []
    )
    return FeeEstimate(_read_fee_money(total), fees)


def _contexts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return all contexts of a row in one; no two of them share a name that we read."""
    found: dict[str, Any] = {}
    for context in row.get("contexts") or []:
        found |= {name: value for name, value in context.items() if value is not None}
    return found


def _related(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in row.get("relatedIdentifiers") or []:
        name, value = pair.get("relatedIdentifierName"), pair.get("relatedIdentifierValue")
        if name and value:
            found[name] = (*found.get(name, ()), value)
    return found


def _money(row: Mapping[str, Any]) -> Money:
    return Money(Decimal(row["currencyAmount"]), row["currencyCode"])


def _read_fee_money(row: Mapping[str, Any]) -> Money:
    return Money(Decimal(row["Amount"]), row["CurrencyCode"])


def _fee_money(money: Money) -> dict[str, Any]:
    return {"CurrencyCode": money.currency, "Amount": money.amount}
