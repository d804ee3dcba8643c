# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The three order feeds in XML and their ProcessingReport."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest
from lxml import etree

from spapi_simulator import Simulator
from spapi_simulator.marketplaces import JAPAN

from .client import DE, Amazon, envelope, order

ACKNOWLEDGE = ("POST_ORDER_ACKNOWLEDGEMENT_DATA", "OrderAcknowledgement")
FULFILL = ("POST_ORDER_FULFILLMENT_DATA", "OrderFulfillment")
ADJUST = ("POST_PAYMENT_ADJUSTMENT_DATA", "OrderAdjustment")
ID = "302-0000000-0000001"


class Report(NamedTuple):
    """The numbers of a report and its results as (MessageID, code, order id, item code)."""

    processed: int
    successful: int
    failed: int
    results: list[tuple[str, str, str, str]]
    text: str


def run(amazon: Amazon, kind: tuple[str, str], *bodies: str) -> Report:
    """Run a feed with a message per body and return its report."""
    return read(amazon, amazon.submit(kind[0], envelope(amazon.seller, kind[1], *bodies)))


def read(amazon: Amazon, feed_id: str) -> Report:
    """Return the report of a feed."""
    root = etree.fromstring(amazon.report(feed_id))
    summary = "Message/ProcessingReport/ProcessingSummary/"
    numbers = [
        int(root.findtext(summary + name) or -1)
        for name in ("MessagesProcessed", "MessagesSuccessful", "MessagesWithError")
    ]
    names = (
        "MessageID",
        "ResultMessageCode",
        "AdditionalInfo/AmazonOrderID",
        "AdditionalInfo/AmazonOrderItemCode",
    )
    rows = root.findall("Message/ProcessingReport/Result")
    results = [tuple(row.findtext(name) or "" for name in names) for row in rows]
    text = " ".join(row.findtext("ResultDescription") or "" for row in rows)
    assert root.findtext("Message/ProcessingReport/DocumentTransactionID") == feed_id
    return Report(*numbers, results, text)  # type: ignore[arg-type]


def _failure(reason: str = "NoInventory", order_id: str = ID, item: str = "1") -> str:
    return (
        f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode><Item>"
        f"<AmazonOrderItemCode>{item}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason>"
        "</Item>"
    )


def _success(own: str = "S00042", order_id: str = ID) -> str:
    return (
        f"<AmazonOrderID>{order_id}</AmazonOrderID><MerchantOrderID>{own}</MerchantOrderID>"
        "<StatusCode>Success</StatusCode><Item><AmazonOrderItemCode>1</AmazonOrderItemCode>"
        "<MerchantOrderItemID>77</MerchantOrderItemID></Item>"
    )


def _shipped(quantity: str = "2", date: str = "2026-11-20T11:00:00+00:00", item: str = "1") -> str:
    return (
        f"<AmazonOrderID>{ID}</AmazonOrderID><MerchantFulfillmentID>7</MerchantFulfillmentID>"
        f"<FulfillmentDate>{date}</FulfillmentDate><FulfillmentData><CarrierCode>DHL"
        "</CarrierCode><ShipperTrackingNumber>T1</ShipperTrackingNumber></FulfillmentData>"
        f"<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode><Quantity>{quantity}</Quantity>"
        "</Item>"
    )


def _refund(amount: str = "16.80", tax: str = "3.20", reason: str = "CustomerReturn") -> str:
    return (
        f"<AmazonOrderID>{ID}</AmazonOrderID><ActionType>Refund</ActionType><AdjustedItem>"
        f"<AmazonOrderItemCode>1</AmazonOrderItemCode><AdjustmentReason>{reason}"
        "</AdjustmentReason><ItemPriceAdjustments>"
        f'<Component><Type>Principal</Type><Amount currency="EUR">{amount}</Amount></Component>'
        f'<Component><Type>Tax</Type><Amount currency="EUR">{tax}</Amount></Component>'
        "</ItemPriceAdjustments></AdjustedItem>"
    )


def _cancelled_quantity(quantity: int) -> str:
    return (
        f"<AmazonOrderID>{ID}</AmazonOrderID><AdjustedItem><AmazonOrderItemCode>1"
        "</AmazonOrderItemCode><AdjustmentReason>NoInventory</AdjustmentReason>"
        f"<QuantityCancelled>{quantity}</QuantityCancelled></AdjustedItem>"
    )


@pytest.fixture
def waiting(simulator: Simulator) -> str:
    """Return an order of two units that waits to be shipped."""
    return simulator.add_order(order(quantity=2))


def test_an_acknowledgement_keeps_the_sellers_order_number(amazon: Amazon, waiting: str) -> None:
    """000-05, 001-21: own ids against Amazon's."""
    report = run(amazon, ACKNOWLEDGE, _success())
    aliases = amazon.order(waiting)["orderAliases"]
    kept = amazon.simulator.acknowledgements(waiting)[0]
    assert report[:4] == (1, 1, 0, [])
    assert aliases == [{"aliasId": "S00042", "aliasType": "SELLER_ORDER_ID"}]
    assert (kept["status"], kept["merchant_order_id"]) == ("Success", "S00042")
    assert (kept["item_ids"], kept["merchant_item_ids"]) == (["1"], ["77"])


def test_a_failure_cancels_the_whole_order(amazon: Amazon, waiting: str) -> None:
    """001-22: the acknowledgement can cancel the entire order."""
    report = run(amazon, ACKNOWLEDGE, _failure())
    data = amazon.order(waiting)
    assert report.successful == 1
    assert data["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert data["orderItems"][0]["cancellation"]["cancellationExecution"] == {
        "cancelledBy": "MERCHANT",
        "cancelReason": "NoInventory",
    }
    again = run(amazon, ACKNOWLEDGE, _failure(), _success())
    assert again.failed == 2


def test_a_failure_after_a_shipment_is_refused(amazon: Amazon, waiting: str) -> None:
    amazon.confirm(waiting).raise_for_status()
    report = run(amazon, ACKNOWLEDGE, _failure())
    assert (report.failed, report.results[0][2]) == (1, ID)
    assert "has been shipped" in report.text


def test_each_message_stands_alone(amazon: Amazon, waiting: str) -> None:
    unknown = _success(order_id="302-0000000-0000099")
    report = run(amazon, ACKNOWLEDGE, unknown, _success(), _failure(item="9"))
    assert report[:3] == (3, 1, 2)
    assert report.results == [
        ("1", "18028", "302-0000000-0000099", ""),
        ("3", "18032", ID, "9"),
    ]
    assert len(amazon.simulator.acknowledgements(waiting)) == 1


def test_an_fba_order_cannot_be_cancelled(amazon: Amazon) -> None:
    fba = {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "AMAZON"}
    amazon.simulator.add_order(order(fulfillment=fba))
    assert run(amazon, ACKNOWLEDGE, _failure()).failed == 1


def test_a_fulfilment_feed_ships(amazon: Amazon, waiting: str) -> None:
    report = run(amazon, FULFILL, _shipped())
    shipment = amazon.simulator.shipments(waiting)[0]
    assert report.successful == 1
    assert (shipment["packageReferenceId"], shipment["trackingNumber"]) == ("7", "T1")
    assert shipment["source"] == FULFILL[0]
    assert amazon.order(waiting)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_a_fulfilment_without_items_ships_the_rest_by_own_number(
    amazon: Amazon, waiting: str
) -> None:
    run(amazon, ACKNOWLEDGE, _success("S1"))
    body = (
        "<MerchantOrderID>S1</MerchantOrderID>"
        "<FulfillmentDate>2026-11-20T11:00:00Z</FulfillmentDate>"
    )
    assert run(amazon, FULFILL, body).successful == 1
    assert amazon.simulator.shipments(waiting)[0]["orderItems"] == [
        {"orderItemId": "1", "quantity": 2}
    ]


@pytest.mark.parametrize(
    "body",
    [
        _shipped(quantity="3"),
        _shipped(date="2026-11-20T09:00:00Z"),
        _shipped(date="2026-11-21T09:00:00Z"),
        _shipped(item="9"),
    ],
)
def test_a_fulfilment_that_does_not_fit_is_refused(amazon: Amazon, waiting: str, body: str) -> None:
    assert run(amazon, FULFILL, body).failed == 1
    assert amazon.simulator.shipments(waiting) == []


def test_a_refund_follows_a_shipment(amazon: Amazon, waiting: str) -> None:
    """001-25: amounts per item and reason."""
    early = run(amazon, ADJUST, _refund())
    run(amazon, FULFILL, _shipped())
    report = run(amazon, ADJUST, _refund())
    refund = amazon.simulator.refunds(waiting)[0]
    assert "only possible after the shipment" in early.text
    assert report.successful == 1
    assert (refund["item_id"], refund["reason"]) == ("1", "CustomerReturn")
    assert refund["components"] == {"Principal": Decimal("16.80"), "Tax": Decimal("3.20")}
    assert amazon.order(waiting)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_refunds_never_exceed_what_was_paid(amazon: Amazon, waiting: str) -> None:
    run(amazon, FULFILL, _shipped())
    assert run(amazon, ADJUST, _refund("16.81")).failed == 1
    assert run(amazon, ADJUST, _refund("10.00", "0.00")).successful == 1
    assert run(amazon, ADJUST, _refund("10.01", "0.00")).failed == 1
    assert run(amazon, ADJUST, _refund("10.00", "0.00")).successful == 1


@pytest.mark.parametrize(
    "body",
    [
        _refund().replace("EUR", "USD"),
        _refund("-1.00"),
        _refund().replace("Code>1<", "Code>9<"),
        _refund().replace("Principal", "Shipping"),
    ],
)
def test_a_refund_that_does_not_fit_is_refused(amazon: Amazon, waiting: str, body: str) -> None:
    run(amazon, FULFILL, _shipped())
    assert run(amazon, ADJUST, body).failed == 1
    assert amazon.simulator.refunds(waiting) == []


def test_a_part_can_be_cancelled_before_it_ships(amazon: Amazon, waiting: str) -> None:
    assert run(amazon, ADJUST, _cancelled_quantity(1)).successful == 1
    assert amazon.order(waiting)["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] == 1
    assert run(amazon, ADJUST, _cancelled_quantity(2)).failed == 1
    assert run(amazon, ADJUST, _cancelled_quantity(1)).successful == 1
    assert amazon.order(waiting)["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert run(amazon, ADJUST, _cancelled_quantity(1)).failed == 1


def test_the_sellers_own_item_number_is_accepted_once_it_was_sent(
    amazon: Amazon, waiting: str
) -> None:
    """001-21: own item ids against Amazon's."""
    own = _shipped().replace("AmazonOrderItemCode>1<", "MerchantOrderItemID>77<")
    own = own.replace("77</AmazonOrderItemCode", "77</MerchantOrderItemID")
    assert run(amazon, FULFILL, own).failed == 1
    run(amazon, ACKNOWLEDGE, _success())
    assert run(amazon, FULFILL, own).successful == 1
    assert amazon.order(waiting)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_a_carrier_of_ones_own_needs_a_name_in_a_feed_too(amazon: Amazon, waiting: str) -> None:
    other = _shipped().replace("<CarrierCode>DHL", "<CarrierCode>Other")
    assert "CarrierName is required" in run(amazon, FULFILL, other).text
    named = other.replace("</CarrierCode>", "</CarrierCode><CarrierName>Bote</CarrierName>")
    assert run(amazon, FULFILL, named).successful == 1


LONG = "Spedition Mustermann International Premium Express Lieferung"
ITEM = "AmazonOrderItemCode"


def _after(known: str, name: str) -> tuple[str, str]:
    """Return the pattern and the replacement that put a long text after an element."""
    return f"</{known}>", f"</{known}><{name}>{LONG}</{name}>"


def _instead(known: str, name: str) -> tuple[str, str]:
    """The same, in place of an element."""
    value = ID if known == "AmazonOrderID" else "1"
    return f"<{known}>{value}</{known}>", f"<{name}>{LONG}</{name}>"


SPOILT = (
    (FULFILL, _shipped().replace(">DHL", ">dhl"), "enumeration"),
    (FULFILL, _shipped().replace(">DHL", ">PostNL"), "enumeration"),
    (FULFILL, _shipped().replace(">DHL", ">Evri"), "enumeration"),
    (FULFILL, _shipped().replace(">T1<", f">{LONG}<"), "maxLength"),
    (FULFILL, _shipped().replace(*_after("CarrierCode", "CarrierName")), "maxLength"),
    (FULFILL, _shipped().replace(*_after("CarrierCode", "ShippingMethod")), "maxLength"),
    (FULFILL, _shipped().replace(*_instead("AmazonOrderID", "MerchantOrderID")), "maxLength"),
    (FULFILL, _shipped(item="A1"), "pattern"),
    (ADJUST, _refund().replace("Code>1<", "Code>A1<"), "pattern"),
    (ADJUST, _refund().replace(*_instead(ITEM, "MerchantOrderItemID")), "maxLength"),
    (ADJUST, _refund().replace(*_after(ITEM, "MerchantAdjustmentItemID")), "maxLength"),
    (ADJUST, _refund(amount="1.005"), "pattern"),
    (ACKNOWLEDGE, _success(own=LONG), "maxLength"),
    (ACKNOWLEDGE, _success().replace(">77<", f">{LONG}<"), "maxLength"),
    (ACKNOWLEDGE, _failure(item="A1"), "pattern"),
)


@pytest.mark.parametrize(("kind", "body", "facet"), SPOILT)
def test_one_text_that_does_not_fit_spoils_the_whole_file(
    amazon: Amazon, waiting: str, kind: tuple[str, str], body: str, facet: str
) -> None:
    """Amazon's schema: 50 characters, carriers letter by letter, item codes of digits."""
    good = {FULFILL: _shipped(), ADJUST: _refund(), ACKNOWLEDGE: _success()}[kind]
    report = run(amazon, kind, good, body)
    assert (report.processed, report.results[0][:2]) == (0, ("0", "5001"))
    assert f"cvc-{facet}-valid" in report.text
    assert amazon.simulator.shipments(waiting) == amazon.simulator.acknowledgements(waiting) == []


def test_a_text_can_be_made_unfit(amazon: Amazon, waiting: str) -> None:
    amazon.simulator.settings.unfit_text = "T1"
    assert run(amazon, FULFILL, _shipped()).processed == 0
    amazon.simulator.settings.unfit_text = ""
    assert run(amazon, FULFILL, _shipped()).successful == 1


def test_where_prices_contain_the_tax_it_is_not_refunded_apart(
    amazon: Amazon, waiting: str
) -> None:
    """models#1372: the whole amount as Principal goes, a Tax beside it does not."""
    run(amazon, FULFILL, _shipped())
    assert amazon.simulator.settings.no_tax_refund_marketplaces == {JAPAN}
    amazon.simulator.settings.no_tax_refund_marketplaces = {DE}
    for kind in ("Tax", "ShippingTax"):
        apart = _refund().replace("<Type>Tax<", f"<Type>{kind}<")
        assert "tax or shipping tax is not eligible" in run(amazon, ADJUST, apart).text
    whole = _refund(amount="20.00").replace("<Type>Tax</Type>", "<Type>Goodwill</Type>")
    assert run(amazon, ADJUST, whole).successful == 1


@pytest.mark.parametrize(
    "said",
    [
        {"status": "Rejected", "processed": 0, "successful": 0},
        {"processed": 0, "successful": 0},
        {"status": "Processing"},
        {"errors": 3},
    ],
)
def test_a_report_can_say_something_else_and_nothing_happens(
    amazon: Amazon, waiting: str, said: dict[str, object]
) -> None:
    amazon.simulator.fault("createFeed", "report", **said)
    feed_id = amazon.submit(FULFILL[0], envelope(amazon.seller, FULFILL[1], _shipped()))
    text = amazon.report(feed_id).decode()
    names = {"status": "StatusCode", "processed": "MessagesProcessed"}
    names |= {"successful": "MessagesSuccessful", "errors": "MessagesWithError"}
    for name, value in said.items():
        assert f"<{names[name]}>{value}</{names[name]}>" in text
    assert "<Result>" not in text
    assert amazon.simulator.shipments(waiting) == []


def test_a_report_can_warn_of_what_was_done(amazon: Amazon, waiting: str) -> None:
    """docs#489: a tracking number of another form is a warning, and the parcel is confirmed."""
    amazon.simulator.fault("createFeed", "warn")
    feed_id = amazon.submit(FULFILL[0], envelope(amazon.seller, FULFILL[1], _shipped()))
    assert b"<ResultCode>Warning</ResultCode>" in amazon.report(feed_id)
    assert len(amazon.simulator.shipments(waiting)) == 1


def test_a_marketplace_can_refuse_refunds(amazon: Amazon, waiting: str) -> None:
    run(amazon, FULFILL, _shipped())
    amazon.simulator.settings.no_refund_marketplaces = {DE}
    assert "not available in the marketplace" in run(amazon, ADJUST, _refund()).text
    assert amazon.simulator.refunds(waiting) == []
    amazon.simulator.settings.no_refund_marketplaces = set()
    assert run(amazon, ADJUST, _refund()).successful == 1


WRONG_ORDER = (
    f"<StatusCode>Failure</StatusCode><AmazonOrderID>{ID}</AmazonOrderID>",
    f"<AmazonOrderID>{ID}</AmazonOrderID>",
    f"<AmazonOrderID>{ID}</AmazonOrderID><StatusCode>Success</StatusCode><Extra/>",
    "<AmazonOrderID>302</AmazonOrderID><StatusCode>Success</StatusCode>",
    _failure("Whim"),
)


@pytest.mark.parametrize("body", WRONG_ORDER)
def test_a_wrong_order_of_elements_fails_the_whole_file(
    amazon: Amazon, waiting: str, body: str
) -> None:
    report = run(amazon, ACKNOWLEDGE, _success(), body)
    assert (report.processed, report.results[0][:2]) == (0, ("0", "5001"))
    assert "cvc-" in report.text
    assert amazon.simulator.acknowledgements(waiting) == []


def test_a_reason_that_is_not_in_the_list_fails_the_whole_file(
    amazon: Amazon, waiting: str
) -> None:
    report = run(amazon, ADJUST, _refund(reason="Mood"))
    assert (report.processed, report.results[0][0]) == (0, "0")
    assert "cvc-enumeration-valid" in report.text


def test_a_date_that_is_none_fails_the_whole_file(amazon: Amazon, waiting: str) -> None:
    assert run(amazon, FULFILL, _shipped(date="yesterday")).processed == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<AmazonEnvelope><Header>", "5000"),
        ("", "5000"),
        ("no xml", "5000"),
        ("<String/>", "5001"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><AmazonEnvelope>&x;'
            "</AmazonEnvelope>",
            "5000",
        ),
    ],
)
def test_a_file_that_cannot_be_read_fails_as_a_whole(
    amazon: Amazon, content: str, code: str
) -> None:
    report = read(amazon, amazon.submit(ACKNOWLEDGE[0], content))
    assert (report.processed, report.failed) == (0, 1)
    assert report.results == [("0", code, "", "")]


def test_the_envelope_must_be_the_sellers_own_and_of_the_feeds_kind(
    amazon: Amazon, waiting: str
) -> None:
    good = envelope(amazon.seller, ACKNOWLEDGE[1], _success())
    stranger = good.replace(amazon.seller.merchant_id, "A2OTHER")
    assert read(amazon, amazon.submit(ACKNOWLEDGE[0], stranger)).results[0][1] == "5002"
    assert read(amazon, amazon.submit(FULFILL[0], good)).results[0][1] == "5001"
    twice = good.replace("</Message>", "</Message><Message><MessageID>1</MessageID></Message>")
    assert read(amazon, amazon.submit(ACKNOWLEDGE[0], twice)).processed == 0
