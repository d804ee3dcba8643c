# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Periods are settled from what happened in them; files and APIs tell the same money."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from typing import Any

import pytest

from spapi_simulator import Simulator
from spapi_simulator.control import Control

from .client import DE, FR, US, Amazon, order
from .conftest import NOW

TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
DAY = 24 * 3600
JP = "A1VC38T7YXB528"


def rows(content: bytes, charset: str = "utf-8") -> list[dict[str, str]]:
    """Return the rows of a file, the summary first."""
    text = content.decode(charset)
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def amounts(content: bytes) -> list[tuple[str, str, str, str]]:
    """Return transaction type, amount type, description and amount of each row."""
    names = ("transaction-type", "amount-type", "amount-description", "amount")
    first, second, third, fourth = names
    return [(row[first], row[second], row[third], row[fourth]) for row in rows(content)[1:]]


def total(content: bytes) -> tuple[Decimal, Decimal]:
    """Return what the file names, and the sum of its rows."""
    head, *rest = rows(content)

    def read(text: str) -> Decimal:
        return Decimal(text.replace(",", "."))

    return read(head["total-amount"]), sum((read(row["amount"]) for row in rest), Decimal(0))


def sell(amazon: Amazon, number: int = 1, **changes: Any) -> str:
    """Add an order of two pieces and ship it."""
    order_id = amazon.simulator.add_order(order(number, **changes))
    amazon.simulator.ship_elsewhere(order_id)
    return order_id


def close(simulator: Simulator, **options: Any) -> tuple[dict[str, Any], bytes]:
    """Close Germany's period; return the settlement and its file."""
    (found,) = simulator.close_settlement(DE, **options)
    return found, simulator.settlement_file(found["settlement_id"])


def listed(amazon: Amazon, **query: str) -> list[dict[str, Any]]:
    """Return the settlement reports that getReports lists."""
    path = "/reports/2021-06-30/reports"
    # days may have passed since the last one
    amazon.token = ""
    answer = amazon.request("GET", path, params={"reportTypes": TYPE, **query})
    return answer.json()["reports"]


def transactions(amazon: Amazon, **query: str) -> list[dict[str, Any]]:
    """Return the transactions of the last weeks."""
    query.setdefault("postedAfter", "2026-11-01T00:00:00Z")
    path = "/finances/2024-06-19/transactions"
    amazon.token = ""
    return amazon.request("GET", path, params=query).json()["payload"]["transactions"]


def test_a_sale_and_its_refund_are_settled_to_the_cent(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = sell(amazon)
    simulator.refund_elsewhere(order_id, "1", {"Principal": "8.40", "Tax": "1.60"})
    simulator.add_charge("subscription")
    simulator.advance(DAY)
    found, content = close(simulator)
    assert amounts(content) == [
        ("Order", "ItemPrice", "Principal", "16,80"),
        ("Order", "ItemPrice", "Tax", "3,20"),
        ("Order", "ItemFees", "Commission", "-3,00"),
        ("Refund", "ItemPrice", "Principal", "-8,40"),
        ("Refund", "ItemPrice", "Tax", "-1,60"),
        ("Refund", "ItemFees", "Commission", "1,50"),
        ("Refund", "ItemFees", "RefundCommission", "-0,30"),
        ("ServiceFee", "other-transaction", "Subscription Fee", "-39,00"),
    ]
    assert (found["total"], found["rows"], found["currency"]) == ("-30.80", 8, "EUR")
    assert total(content) == (Decimal("-30.80"), Decimal("-30.80"))
    row = rows(content)[1]
    assert row["order-id"] == order_id
    assert (row["order-item-code"], row["sku"], row["quantity-purchased"]) == ("1", "THING", "2")


def test_pieces_that_leave_later_are_settled_later(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = simulator.add_order(order())
    simulator.ship_elsewhere(order_id, {"1": 1})
    simulator.advance(DAY)
    first, _content = close(simulator)
    simulator.ship_elsewhere(order_id, {"1": 1})
    simulator.advance(DAY)
    second, _content = close(simulator)
    assert (first["total"], second["total"]) == ("8.50", "8.50")
    assert second["start"] == first["end"]


def test_a_facilitator_keeps_the_tax(amazon: Amazon) -> None:
    data = order()
    collected = [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon"}]
    data["orderItems"][0]["tax"] = {"taxCollections": collected}
    amazon.simulator.ship_elsewhere(amazon.simulator.add_order(data))
    _found, content = close(amazon.simulator)
    assert ("Order", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal", "-3,20") in amounts(
        content
    )


def test_a_debt_rolls_on_until_the_card_is_charged(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.add_charge("subscription")
    simulator.advance(DAY)
    first, _content = close(simulator)
    simulator.add_charge("subscription")
    simulator.advance(DAY)
    second, content = close(simulator)
    simulator.charge_debt(parts=2)
    simulator.advance(DAY)
    third, settled = close(simulator)
    other = ("other-transaction", "other-transaction")
    assert (*other, "Payable to Amazon", "-39,00") in amounts(content)
    assert [row[2:] for row in amounts(settled)] == [
        ("Payable to Amazon", "-78,00"),
        ("Successful charge", "39,00"),
        ("Successful charge", "39,00"),
    ]
    assert [row["total"] for row in (first, second, third)] == ["-39.00", "-78.00", "0.00"]
    assert [row["payout_status"] for row in (first, second, third)] == ["NO_PAYOUT"] * 3


def test_a_reserve_comes_back(amazon: Amazon) -> None:
    simulator = amazon.simulator
    sell(amazon)
    simulator.advance(DAY)
    first, held = close(simulator, reserve="5.00")
    simulator.advance(DAY)
    second, freed = close(simulator)
    assert (first["total"], second["total"]) == ("12.00", "5.00")
    assert amounts(held)[-1][2:] == ("Current Reserve Amount", "-5,00")
    assert amounts(freed) == [
        ("other-transaction", "other-transaction", "Previous Reserve Amount Balance", "5,00")
    ]


def test_a_payout_that_the_bank_sends_back_is_in_the_next_settlement(amazon: Amazon) -> None:
    simulator = amazon.simulator
    sell(amazon)
    simulator.advance(DAY)
    first, _content = close(simulator)
    simulator.fail_payout(first["settlement_id"], "wrong IBAN")
    simulator.advance(2 * DAY)
    second, content = close(simulator)
    assert amounts(content)[0][2:] == ("Transfer of funds unsuccessful: wrong IBAN", "17,00")
    assert second["total"] == "17.00"
    assert simulator.settlements()[0]["payout_status"] == "FAILED"


def test_periods_are_closed_by_the_clock(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.settings.settlement_days = 14
    simulator.settings.settlement_threshold = 10
    sell(amazon)
    simulator.advance(14 * DAY)
    simulator.add_charge("reimbursement", amount="1.00")
    # one euro is too little for a payout, so that the period grows
    simulator.advance(14 * DAY)
    assert len(simulator.settlements()) == 1
    sell(amazon, 2)
    simulator.advance(14 * DAY)
    first, second = simulator.settlements()
    assert (first["total"], second["total"]) == ("17.00", "18.00")
    assert second["start"] == first["end"]


def test_periods_of_the_past_can_be_closed(amazon: Amazon) -> None:
    simulator = amazon.simulator
    for day in ("01", "15"):
        simulator.add_charge("reimbursement", amount="5.00", posted=f"2026-11-{day}T00:00:00Z")
    first, _content = close(simulator, end="2026-11-10T00:00:00Z")
    second, _content = close(simulator, end="2026-11-16T00:00:00Z")
    assert (first["total"], second["total"]) == ("5.00", "5.00")
    assert [report["createdTime"] for report in listed(amazon)] == [
        "2026-11-16T00:00:00Z",
        "2026-11-10T00:00:00Z",
    ]
    with pytest.raises(ValueError, match="ends later"):
        close(simulator, end="2026-11-11T00:00:00Z")


def test_settlements_are_listed_and_cannot_be_asked_for(amazon: Amazon) -> None:
    sell(amazon)
    amazon.simulator.advance(DAY)
    _found, content = close(amazon.simulator)
    (report,) = listed(amazon, processingStatuses="DONE")
    # of a unified account each report names all of its marketplaces
    assert {DE, FR} <= set(report["marketplaceIds"])
    document = amazon.request(
        "GET", f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    ).json()
    assert gzip.decompress(amazon.http.get(document["url"]).content) == content
    assert amazon.create_report(TYPE).status_code == 400
    amazon.simulator.advance(91 * DAY)
    assert listed(amazon) == []


def test_a_report_can_be_made_once_more(amazon: Amazon) -> None:
    simulator = amazon.simulator
    sell(amazon)
    simulator.add_charge("subscription")
    simulator.advance(DAY)
    found, content = close(simulator)
    key = found["settlement_id"]
    assert len(simulator.recreate_settlement(key, changed=False)["report_ids"]) == 2
    assert simulator.settlement_file(key) == content
    assert len(simulator.recreate_settlement(key)["report_ids"]) == 3
    other = simulator.settlement_file(key)
    assert other != content
    assert total(other) == total(content) == (Decimal("-22.00"), Decimal("-22.00"))


def test_some_settlements_are_in_seller_central_only(amazon: Amazon) -> None:
    sell(amazon)
    found, content = close(amazon.simulator, listed=False)
    assert (found["report_ids"], listed(amazon)) == ([], [])
    assert total(content)[0] == Decimal("17.00")


def test_identical_rows_and_unknown_ones_can_be_had(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.add_charge("return_fee", copies=2)
    simulator.add_charge("unknown")
    simulator.add_charge("mcf", merchant_order_id="MCF-1")
    _found, content = close(simulator)
    fee = ("other-transaction", "other-transaction", "FBACustomerReturnPerUnitFee", "-2,12")
    assert amounts(content)[:2] == [fee, fee]
    assert amounts(content)[2][1:3] == ("Brand New Programme", "A fee that nobody has seen yet")
    assert rows(content)[-1]["marketplace-name"] == "Non-Amazon"


@pytest.mark.parametrize(
    ("marketplace_id", "written", "day", "moment"),
    [
        (DE, "-39,00", "20.11.2026", "20.11.2026 12:00:00 UTC"),
        (US, "-39.00", "11/20/26", "2026-11-20 12:00:00 UTC"),
        (JP, "-39", "2026-11-20", "2026-11-20 12:00:00 UTC"),
    ],
)
def test_each_account_has_its_way_of_writing(
    amazon: Amazon, marketplace_id: str, written: str, day: str, moment: str
) -> None:
    simulator = amazon.simulator
    simulator.add_charge("subscription", marketplace_id=marketplace_id)
    (found,) = simulator.close_settlement(marketplace_id)
    row = rows(simulator.settlement_file(found["settlement_id"]))[1]
    assert (row["amount"], row["posted-date"], row["posted-date-time"]) == (written, day, moment)


def test_the_way_of_writing_can_be_set(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.settings.settlement_dialect = {
        "charset": "cp1252",
        "columns": 23,
        "padded": True,
        "nameless": True,
        "line_end": "\n",
        "blank_lines": 2,
    }
    simulator.add_charge("coupon")
    _found, content = close(simulator)
    row = rows(content, "cp1252")[1]
    assert row["amount-description"].startswith("Größe für alle")
    assert (row["amount"], row["marketplace-name"]) == ("-6,60    ", "")
    assert "promotion-id" not in row
    assert content.endswith(b"\n\n\n")


def test_transactions_tell_the_same_money(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = sell(amazon)
    simulator.add_charge("advertising")
    simulator.advance(DAY)
    found, _content = close(simulator)
    sale, fee = transactions(amazon)
    assert sale["totalAmount"] == {"currencyCode": "EUR", "currencyAmount": 17.0}
    assert fee["totalAmount"]["currencyAmount"] == -85.17
    pairs = sale["relatedIdentifiers"]
    related = {row["relatedIdentifierName"]: row["relatedIdentifierValue"] for row in pairs}
    assert related["ORDER_ID"] == order_id
    assert related["SETTLEMENT_ID"] == found["settlement_id"]
    by_order = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order_id}
    assert transactions(amazon, **by_order) == [sale]
    summary = amazon.request(
        "GET",
        "/finances/2024-06-19/summary",
        params={
            "relatedIdentifierName": "SETTLEMENT_ID",
            "relatedIdentifierValue": found["settlement_id"],
        },
    ).json()["summaries"]
    assert summary[0]["netProceeds"] == {"currencyCode": "EUR", "currencyAmount": -68.17}


def test_deferred_money_is_listed_twice_and_settled_once(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.settings.deferral_days = 7
    sell(amazon)
    simulator.advance(DAY)
    (waiting,) = transactions(amazon)
    context = {
        "contextType": "DeferredContext",
        "deferralReason": "DD7",
        "maturityDate": "2026-11-27T12:00:00Z",
    }
    assert (waiting["transactionStatus"], waiting["contexts"]) == ("DEFERRED", [context])
    early, _content = close(simulator)
    simulator.advance(7 * DAY)
    late, _content = close(simulator)
    assert (early["total"], late["total"]) == ("0.00", "17.00")
    found = transactions(amazon)
    assert [row["transactionStatus"] for row in found] == ["RELEASED", "DEFERRED_RELEASED"]


def test_times_of_transactions_have_their_rules(amazon: Amazon) -> None:
    path = "/finances/2024-06-19/transactions"
    for query in (
        {},
        {"postedAfter": "2026-11-20T11:59:00Z"},
        {"postedAfter": "2026-11-10T00:00:00Z", "postedBefore": "2026-11-01T00:00:00Z"},
        {"relatedIdentifierName": "SETTLEMENT_ID", "relatedIdentifierValue": "1"},
    ):
        assert amazon.request("GET", path, params=query).status_code == 400
    sell(amazon)
    amazon.simulator.advance(DAY)
    # more than 180 days: nothing, without a word
    assert transactions(amazon, postedAfter="2026-01-01T00:00:00Z") == []


def test_payouts_are_listed_in_some_countries(amazon: Amazon) -> None:
    simulator = amazon.simulator
    sell(amazon)
    simulator.add_charge("reimbursement", marketplace_id=US)
    simulator.advance(DAY)
    german, _content = close(simulator)
    simulator.close_settlement(US)
    path = "/finances/transfers/2024-06-01/payouts"

    def payout() -> dict[str, Any]:
        amazon.token = ""
        (row,) = amazon.request("GET", path).json()["payouts"]
        return row

    assert payout()["currentStatus"] == "STARTED"
    simulator.advance(7 * 3600)
    assert payout()["currentStatus"] == "IN_TRANSIT"
    simulator.advance(2 * DAY)
    assert payout()["currentStatus"] == "PAID"
    assert payout()["amount"] == {"currencyCode": "EUR", "currencyAmount": 17.0}
    assert payout()["traceId"] == german["trace_id"] != ""


def test_a_role_is_needed_for_money(simulator: Simulator) -> None:
    seller = simulator.add_seller(roles=frozenset({"Inventory and Order Tracking"}))
    amazon = Amazon(simulator, seller)
    for path in (
        "/finances/2024-06-19/transactions?postedAfter=2026-11-01T00:00:00Z",
        f"/reports/2021-06-30/reports?reportTypes={TYPE}",
        "/finances/transfers/2024-06-01/payouts",
    ):
        assert amazon.request("GET", path).status_code == 403
    amazon.close()


def test_a_snapshot_keeps_what_is_settled(amazon: Amazon) -> None:
    simulator = amazon.simulator
    sell(amazon)
    simulator.advance(DAY)
    found, _content = close(simulator)
    kept = simulator.snapshot()
    simulator.add_charge("storage")
    simulator.restore(kept)
    assert [row["settlement_id"] for row in simulator.settlements()] == [found["settlement_id"]]
    assert len(listed(amazon)) == 1


def test_a_year_is_believable(amazon: Amazon) -> None:
    simulator = amazon.simulator
    made = simulator.add_settlement_year(files=8, rows=2_000, marketplaces=[DE, US])
    assert [row["currency"] for row in made] == ["EUR"] * 4 + ["USD"] * 4
    assert 2_000 <= sum(row["rows"] for row in made) < 2_200
    for row in made:
        named, added = total(simulator.settlement_file(row["settlement_id"]))
        assert named == added == Decimal(row["total"])
    assert [row["start"] for row in made[1:4]] == [row["end"] for row in made[:3]]
    # those that Amazon still keeps
    assert len(listed(amazon)) == 2
    with pytest.raises(ValueError, match="settlements already"):
        simulator.add_settlement_year()


def test_settlements_are_steered_over_http(amazon: Amazon) -> None:
    control = Control(amazon.simulator.url)
    control.settings(settlement_dialect={"mark": "."}, settlement_reserve=0.5)
    order_id = sell(amazon)
    control.refund_elsewhere(order_id, "1", components={"Principal": "1.00"})
    control.add_charge("storage", amount="-10.00")
    control.advance(DAY)
    # 17.00 sold, 0.88 given back, 10.00 paid for storage; half of it is kept
    (found,) = control.close_settlement()
    assert (found["total"], found["reserve"]) == ("3.06", "3.06")
    assert b"\t-10.00\t" in control.settlement_file(found["settlement_id"])
    control.fail_payout(found["settlement_id"])
    control.recreate_settlement(found["settlement_id"])
    assert len(control.settlements()[0]["report_ids"]) == 2
    control.add_charge("subscription", marketplace_id=US)
    control.close_settlement(marketplace_id=US)
    (paid,) = control.charge_debt(marketplace_id=US)
    assert paid["lines"][0]["amount"] == "39.00"
    assert len(control.add_settlement_year(files=1, rows=50, marketplaces=[FR])) == 1


def test_what_happened_within_the_last_second_is_settled() -> None:
    with Simulator(now=NOW.replace(microsecond=900_000)) as simulator:
        simulator.add_charge("subscription")
        (found,) = simulator.close_settlement(DE)
        assert (found["rows"], found["end"]) == (1, "2026-11-20T12:00:00Z")


def test_finances_can_tell_the_same_otherwise(amazon: Amazon) -> None:
    """Each reading of what Amazon leaves open, and a figure that is wrong on purpose."""
    simulator = amazon.simulator
    simulator.add_charge("reimbursement", amount="100.00")
    simulator.advance(DAY)
    found, _content = close(simulator, reserve="30.00")
    simulator.advance(DAY)
    amounts = [row["totalAmount"]["currencyAmount"] for row in transactions(amazon)]
    assert amounts == [-30, 100]
    assert summary(amazon, found) == 70
    dialect = simulator.settings.finance_dialect
    dialect.update({"unmoved", "words"})
    (row,) = transactions(amazon)
    assert (row["totalAmount"]["currencyAmount"], row["transactionStatus"]) == (100, "Released")
    assert summary(amazon, found) == 100
    simulator.settings.finance_errors[found["settlement_id"]] = "-0.5"
    (row,) = transactions(amazon)
    assert row["totalAmount"]["currencyAmount"] == 99.5
    assert summary(amazon, found) == 99.5
    assert set(names(row)) == {"FINANCIAL_EVENT_GROUP_ID", "SETTLEMENT_ID"}
    dialect.add("nameless")
    assert names(transactions(amazon)[0]) == ["FINANCIAL_EVENT_GROUP_ID"]
    dialect.add("groupless")
    assert names(transactions(amazon)[0]) == []


def names(row: dict[str, Any]) -> list[str]:
    """Return what a transaction names."""
    return [pair["relatedIdentifierName"] for pair in row["relatedIdentifiers"]]


def summary(amazon: Amazon, found: dict[str, Any]) -> float:
    """Return the net proceeds of a settlement."""
    amazon.token = ""
    query = {"relatedIdentifierName": "SETTLEMENT_ID"}
    query["relatedIdentifierValue"] = found["settlement_id"]
    answer = amazon.request("GET", "/finances/2024-06-19/summary", params=query).json()
    amount: float = answer["summaries"][0]["netProceeds"]["currencyAmount"]
    return amount
