# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money by the APIs of Amazon: transactions, control totals, payouts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from api import finances, reports
from api.errors.exceptions import Configuration, Transient
from api.http.gateway import Gateway
from api.http.login import Credentials, Endpoint
from api.http.transport import Timeouts
from api.parsers.settlement import parse_settlement
from api.values import Money
from api_support import OPENED, Reply, gateway, loopback

from spapi_simulator import Seller, Simulator

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
GERMANY, UNITED_STATES = "A1PA6795UKMFR9", "ATVPDKIKX0DER"
DAY = 24 * 3600


def opened(simulator: Simulator, seller: Seller) -> Any:
    """Return a gateway of a seller, to be entered."""
    credentials = Credentials(
        seller.client_id, seller.client_secret, seller.refresh_token, seller.merchant_id
    )
    return gateway(
        simulator.url,
        credentials=credentials,
        endpoint=Endpoint(simulator.url, simulator.url, opened=OPENED),
        timeout=Timeouts(connect=5, read=5, total=10),
    )


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Return a simulator at noon; every test ends without a word against the models."""
    with Simulator(now=NOW) as running:
        running.unlimited = True
        yield running
        assert running.violations == []
        assert running.bad_requests == []


@pytest.fixture
def amazon(simulator: Simulator) -> Iterator[Gateway]:
    """Return a gateway of the default seller."""
    with opened(simulator, simulator.seller) as found:
        yield found


def close(simulator: Simulator, marketplace_id: str = GERMANY) -> dict[str, Any]:
    """Let a day pass and settle it."""
    simulator.advance(DAY)
    (found,) = simulator.close_settlement(marketplace_id)
    return found


def pages(read: Any) -> list[Any]:
    """Return the rows of all pages of a list."""
    found, token = [], ""
    while True:
        page = read(token)
        found += page.rows
        if not (token := page.token):
            return found


def test_settlements_of_ninety_days_are_found(simulator: Simulator, amazon: Gateway):
    """001-27: they cannot be asked for, only found, and of all currencies at once."""
    for number in range(3):
        simulator.add_charge("reimbursement", amount="5.00")
        simulator.add_charge("reimbursement", amount="7.00", marketplace_id=UNITED_STATES)
        close(simulator)
        if not number:
            simulator.close_settlement(UNITED_STATES)
    kind = reports.SETTLEMENT
    since = simulator.now() - timedelta(days=89)
    found = pages(lambda token: reports.list_reports(amazon, kind, since, token))
    assert len(found) == 4
    totals = []
    for report in found:
        content = reports.download_report(amazon, kind, report.document_id).content
        settlement = parse_settlement(content).settlement
        totals.append((settlement.currency, settlement.total))
        assert report.created_at == settlement.ended_at
    assert sorted(totals) == [("EUR", Decimal(5))] * 3 + [("USD", Decimal(7))]


def test_transactions_are_read_page_by_page(simulator: Simulator, amazon: Gateway):
    """001-27: an empty page in between does not end the list."""
    simulator.settings.finance_page_size = 2
    for amount in ("1.00", "2.00", "3.00"):
        simulator.add_charge("reimbursement", amount=amount)
    settlement = close(simulator)
    simulator.fault("listTransactions", "empty_page")
    after = NOW - timedelta(days=2)
    found = pages(lambda token: finances.list_transactions(amazon, posted_after=after, token=token))
    assert [row.total for row in found] == [Money(Decimal(n), "EUR") for n in (1, 2, 3)]
    first = found[0]
    assert (first.status, first.posted_at) == (finances.RELEASED, NOW)
    assert first.related["SETTLEMENT_ID"] == (settlement["settlement_id"],)


def test_deferred_money_has_its_day(simulator: Simulator, amazon: Gateway):
    simulator.settings.deferral_days = 7
    order_id = add_order(simulator)
    simulator.ship_elsewhere(order_id)
    simulator.advance(DAY)
    page = finances.list_transactions(amazon, order_id=order_id)
    (waiting,) = page.rows
    assert (waiting.status, waiting.deferral_reason) == (finances.DEFERRED, "DD7")
    assert waiting.matures_at == NOW + timedelta(days=7)
    assert finances.list_transactions(amazon, order_id=order_id, status="RELEASED").rows == ()


def test_a_summary_is_a_control_total(simulator: Simulator, amazon: Gateway):
    """001-27: netProceeds, from another source than the file."""
    simulator.add_charge("advertising", amount="-80.00")
    simulator.add_charge("reimbursement", amount="100.00")
    settlement = close(simulator)
    (summary,) = finances.list_summaries(amazon, settlement["settlement_id"])
    assert summary.net_proceeds == Money(Decimal(20), "EUR")
    assert finances.list_summaries(amazon, "1").rows == ()


def test_a_payout_has_what_the_bank_shows(simulator: Simulator, amazon: Gateway):
    simulator.add_charge("reimbursement", amount="100.00")
    settlement = close(simulator)
    simulator.advance(3 * DAY)
    (payout,) = finances.list_payouts(amazon, created_after=NOW)
    assert payout.settlement_ids == (settlement["settlement_id"],)
    assert payout.trace_id == settlement["trace_id"]


def test_without_the_role_a_person_has_to_act(simulator: Simulator):
    """001-27: the control is left out when the role does not allow it."""
    seller = simulator.add_seller(roles=frozenset({"Inventory and Order Tracking"}))
    with opened(simulator, seller) as amazon, pytest.raises(Configuration):
        finances.list_transactions(amazon, posted_after=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    "payload",
    [
        {"transactions": [{"postedDate": "soon", "totalAmount": {}}]},
        {"transactions": [{"postedDate": "2026-11-20T12:00:00Z"}]},
        {
            "transactions": [
                {
                    "postedDate": "2026-11-20T12:00:00Z",
                    "totalAmount": {"currencyCode": "EUR", "currencyAmount": "much"},
                }
            ]
        },
    ],
)
def test_an_answer_of_another_shape_is_asked_for_again(payload: dict[str, Any]):
    with loopback(Reply.json({"payload": payload})) as server, gateway(server.url) as amazon:
        with pytest.raises(Transient):
            finances.list_transactions(amazon, posted_after=NOW)


def add_order(simulator: Simulator) -> str:
    """Add an unshipped order of one piece for 20.00 and return its id."""
    money = {"amount": "20.00", "currencyCode": "EUR"}
    return simulator.add_order(
        {
            "orderId": "028-1234567-7654321",
            "createdTime": "2026-11-19T12:00:00Z",
            "lastUpdatedTime": "2026-11-19T12:00:00Z",
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": GERMANY},
            "recipient": {"deliveryAddress": {"name": "Erika Muster", "city": "Berlin"}},
            "proceeds": {"grandTotal": money},
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
            "orderItems": [
                {
                    "orderItemId": "1001",
                    "quantityOrdered": 1,
                    "product": {"sellerSku": "CUP/1", "asin": "B000000001", "title": "Tasse"},
                    "proceeds": {
                        "proceedsTotal": money,
                        "breakdowns": [{"type": "ITEM", "subtotal": money}],
                    },
                }
            ],
        }
    )
