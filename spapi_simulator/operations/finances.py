# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finances API 2024-06-19 (listTransactions, listSummary), Transfers API 2024-06-01 (listPayouts).

All three read the ledger from which settlements are made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..errors import invalid_input
from ..http import Answer, Call
from ..routing import Route
from ..settlements.transactions import group_id, payout, summary, transactions
from ..state.pages import Page, life
from ..state.sellers import FINANCE
from ..times import parse_time

if TYPE_CHECKING:
    from ..world import World

ROLES = frozenset({FINANCE})
Row = dict[str, Any]
_TOKEN_SECONDS = 24 * 3600
_YOUNGEST = timedelta(minutes=2)
_MAX_SPAN = timedelta(days=180)
_FILTERS = frozenset({"FINANCIAL_EVENT_GROUP_ID", "ORDER_ID"})
_UNITED_STATES = "ATVPDKIKX0DER"
# Where Amazon gives payouts.
_PAYOUT_COUNTRIES = frozenset({"DE", "FR", "IT", "ES", "SE", "NL", "PL", "BE"})


def list_transactions(world: World, call: Call) -> Answer:
    """Serve listTransactions, newest first."""
    assert call.seller is not None
    span = _span(world, call)
    name, value = call.text("relatedIdentifierName"), call.text("relatedIdentifierValue")
    if name and (name not in _FILTERS or not value):
        raise invalid_input(f"Invalid value for parameter: relatedIdentifierName {name}")
    if not span and not name:
        raise invalid_input("Either postedAfter or a related identifier is required.")
    shop, status = call.text("marketplaceId"), call.text("transactionStatus")
    check_marketplaces(world, call.seller, [shop] if shop else [])
    rows = [
        row
        for row in transactions(world, call.seller.merchant_id)
        if (not span or span[0] <= parse_time(row["postedDate"]) < span[1])
        and (not shop or _is_of(row, shop))
        and status in (None, row["transactionStatus"])
        and (not name or _names(row, name, str(value)))
    ]
    if "words" in world.settings.finance_dialect:
        rows = [{**row, "transactionStatus": row["transactionStatus"].title()} for row in rows]
    return _paged(world, call, "transactions", rows, lambda data: {"payload": data})


def list_summary(world: World, call: Call) -> Answer:
    """Serve listSummary of one settlement."""
    assert call.seller is not None
    if call.text("relatedIdentifierName") != "SETTLEMENT_ID":
        raise invalid_input("The simulator has summaries of a SETTLEMENT_ID only.")
    found = world.ledger.settlements.get(call.text("relatedIdentifierValue") or "")
    mine = found is not None and found.account[0] == call.seller.merchant_id
    return _paged(world, call, "summaries", [summary(world, found)] if found and mine else [])


def list_payouts(world: World, call: Call) -> Answer:
    """Serve listPayouts, newest first."""
    assert call.seller is not None
    shops = call.csv("marketplaceIds")
    check_marketplaces(world, call.seller, shops)
    after, before = _moment(call, "createdAfter"), _moment(call, "createdBefore")
    rows = [
        payout(world, settlement)
        for settlement in reversed(world.ledger.settlements.values())
        if settlement.account[0] == call.seller.merchant_id
        and settlement.shop.country in _PAYOUT_COUNTRIES
        and (not shops or settlement.shop.id in shops)
        and (after is None or settlement.end >= after)
        and (before is None or settlement.end < before)
        and call.text("payoutId") in (None, group_id(settlement.settlement_id))
    ]
    return _paged(world, call, "payouts", rows)


def _span(world: World, call: Call) -> tuple[datetime, datetime] | None:
    """Return the span of postedAfter and postedBefore, None without one.

    :raise ApiError: 400 for times that are too young or turned round.
    """
    latest = world.now() - _YOUNGEST
    after, before = _moment(call, "postedAfter"), _moment(call, "postedBefore") or latest
    if after is None:
        return None
    if after > latest or before > latest:
        raise invalid_input("Times must be more than two minutes before the request.")
    if before < after:
        raise invalid_input("postedBefore must be later than postedAfter.")
    return (after, after) if before - after > _MAX_SPAN else (after, before)


def _is_of(row: Row, shop: str) -> bool:
    """In the US, a query by marketplace misses what the merchant ships."""
    contexts = [context for item in row.get("items", []) for context in item["contexts"]]
    by_merchant = any(context["fulfillmentNetwork"] == "MFN" for context in contexts)
    missed = shop == _UNITED_STATES and by_merchant
    return row["sellingPartnerMetadata"]["marketplaceId"] == shop and not missed


def _names(row: Row, name: str, value: str) -> bool:
    pairs = row["relatedIdentifiers"]
    wanted = {"relatedIdentifierName": name, "relatedIdentifierValue": value}
    return wanted in pairs


def _paged(
    world: World,
    call: Call,
    name: str,
    rows: list[Row],
    wrapped: Callable[[Row], Row] = dict,
) -> Answer:
    """Answer with a page of rows; a token is good for the same query only."""
    assert call.seller is not None
    query = repr(sorted((key, text) for key, text in call.query.items() if key != "nextToken"))
    token, size, start = call.text("nextToken"), world.settings.finance_page_size, 0
    if token is not None:
        page = world.pages.open(token, call.seller.merchant_id, query, world.now())
        if page is None:
            raise invalid_input("Invalid Input", "The nextToken is invalid or has expired.")
        # what came meanwhile does not shift what was there
        start, rows = page.start, page.extra
    if "empty_page" in call.marks:
        size = 0
    data: Row = {name: rows[start : start + size]}
    if start + size < len(rows) or "empty_page" in call.marks:
        end = life(world.now(), _TOKEN_SECONDS)
        rest = Page(call.seller.merchant_id, query, (), start + size, end, rows)
        data["nextToken"] = world.pages.save(rest)
    return Answer.of(wrapped(data))


def _moment(call: Call, name: str) -> datetime | None:
    text = call.text(name)
    return parse_time(text) if text else None


ROUTES = (
    Route("listTransactions", "GET", "/finances/2024-06-19/transactions", list_transactions, ROLES),
    Route("listSummary", "GET", "/finances/2024-06-19/summary", list_summary, ROLES),
    Route("listPayouts", "GET", "/finances/transfers/2024-06-01/payouts", list_payouts, ROLES),
)
