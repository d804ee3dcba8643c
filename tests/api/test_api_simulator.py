# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The API room against the simulator: whole ways, with Amazon's rules on the other side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from api import feeds
from api.builders.listing_messages import (
    Known,
    build_delete_message,
    build_listings_feed,
    build_patch_body,
    build_product_message,
    build_section_message,
)
from api.builders.order_acknowledgement import (
    FEED_TYPE,
    AcknowledgedItem,
    OrderAcknowledgement,
    build_order_acknowledgement,
)
from api.builders.order_adjustment import FEED_TYPE as REFUND_FEED
from api.builders.order_adjustment import (
    AdjustedItem,
    OrderAdjustment,
    RefundComponent,
    build_order_adjustment,
)
from api.builders.shipment_confirmation import ShippedItem, build_shipment_confirmation
from api.consent import exchange_code
from api.errors.exceptions import Configuration, Rejected, SpapiError, Throttled, Transient
from api.finances import FeeQuestion, estimate_fees
from api.http.gateway import Gateway
from api.http.login import Credentials, Endpoint, TokenCache
from api.http.transport import Timeouts
from api.parsers.feed_report import parse_json_report, parse_xml_report
from api.parsers.orders import parse_orders_document
from api.values import Money
from api_support import OPENED, gateway

from spapi_simulator import Simulator

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
GERMANY = "A1PA6795UKMFR9"
ORDER_ID = "028-1234567-7654321"
HERE = {"marketplace_id": GERMANY}
ATTRIBUTES: dict[str, Any] = {
    **{
        name: [{"value": value, "language_tag": "de_DE", **HERE}]
        for name, value in (
            ("item_name", "Größe 日本"),
            ("brand", "Acme"),
            ("bullet_point", "Nützlich"),
            ("product_description", "Eine Tasse."),
            ("color", "Rot"),
        )
    },
    **{
        name: [{"value": value, **HERE}]
        for name, value in (
            ("condition_type", "new_new"),
            ("country_of_origin", "DE"),
            ("item_type_keyword", "cups"),
            ("supplier_declared_dg_hz_regulation", "not_applicable"),
            ("supplier_declared_has_product_identifier_exemption", True),
        )
    },
}
SALE = {"start_at": "2026-12-01", "end_at": "2026-12-24", "value_with_tax": 19.99}
OFFER = {
    "purchasable_offer": [
        {
            **HERE,
            "currency": "EUR",
            "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": 24.99}]}],
            "discounted_price": [{"schedule": [SALE]}],
        }
    ]
}


def stock_message(
    number: int, sku: str, quantity: int, known: Known | None = None, **more: Any
) -> dict[str, Any]:
    """Return the message that offers some pieces."""
    entry = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity, **more}
    value = {"fulfillment_availability": [entry]}
    known = known or Known(exists=True)
    return build_section_message("inventory", number, sku, "PRODUCT", value, known)


def credentials_of(simulator: Simulator) -> Credentials:
    """Return the credentials of the simulator's default seller."""
    seller = simulator.seller
    return Credentials(
        seller.client_id, seller.client_secret, seller.refresh_token, seller.merchant_id
    )


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Return a simulator at noon; every test ends without a word against the models."""
    with Simulator(now=NOW) as running:
        yield running
        assert running.violations == []
        assert running.bad_requests == []


@pytest.fixture
def amazon(simulator: Simulator) -> Iterator[Gateway]:
    """Return a gateway of the default seller."""
    with seller_gateway(simulator) as opened:
        yield opened


def seller_gateway(
    simulator: Simulator, read: float = 10, **options: Any
) -> AbstractContextManager[Gateway]:
    """Return a gateway of the default seller that waits so many seconds for each read."""
    return gateway(
        simulator.url,
        credentials=credentials_of(simulator),
        endpoint=Endpoint(simulator.url, simulator.url, opened=OPENED),
        timeout=Timeouts(connect=10, read=read, total=30),
        **options,
    )


def money(amount: str) -> dict[str, str]:
    """Return euros as Amazon writes them."""
    return {"amount": amount, "currencyCode": "EUR"}


def add_order(simulator: Simulator, order_id: str = ORDER_ID, quantity: int = 2) -> str:
    """Add an unshipped order of one line and return its id."""
    yesterday = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return simulator.add_order(
        {
            "orderId": order_id,
            "createdTime": yesterday,
            "lastUpdatedTime": yesterday,
            "salesChannel": {
                "channelName": "AMAZON",
                "marketplaceId": GERMANY,
                "marketplaceName": "Amazon.de",
            },
            "buyer": {"buyerName": "Erika Muster"},
            "recipient": {"deliveryAddress": {"name": "Erika Muster", "city": "Berlin"}},
            "proceeds": {"grandTotal": money("20.00")},
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
            "orderItems": [
                {
                    "orderItemId": "1001",
                    "quantityOrdered": quantity,
                    "product": {"sellerSku": "CUP/1", "asin": "B000000001", "title": "Tasse"},
                    "proceeds": {
                        "proceedsTotal": money("20.00"),
                        "breakdowns": [{"type": "ITEM", "subtotal": money("20.00")}],
                    },
                    "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
                }
            ],
        }
    )


def search(amazon: Gateway, **query: Any) -> Any:
    """Return a page of orders changed in the last week."""
    filters = {"lastUpdatedAfter": NOW - timedelta(days=7), "marketplaceIds": [GERMANY]}
    return amazon.call("searchOrders", query={**filters, **query})


def confirm(amazon: Gateway) -> Any:
    """Confirm the shipment of the whole order."""
    body = build_shipment_confirmation(
        marketplace_id=GERMANY,
        package_reference_id=17,
        carrier_code="DHL",
        tracking_number="00340434",
        ship_date=NOW - timedelta(hours=1),
        items=(ShippedItem("1001", 2),),
    )
    return amazon.call("confirmShipment", path={"orderId": ORDER_ID}, body=body)


def submit(amazon: Gateway, feed_type: str, content: bytes, content_type: str) -> bytes:
    """Send a feed and return its processing report."""
    document_id = feeds.upload_feed_document(amazon, content, content_type)
    ticket = feeds.create_feed(amazon, feed_type, [GERMANY], document_id)
    status = feeds.get_feed(amazon, ticket.feed_id)
    assert status.processing_status == "DONE"
    return feeds.download_result(amazon, status.result_document_id)


def submit_listings(amazon: Gateway, *messages: dict[str, Any]) -> Any:
    """Send a listings feed and return its parsed report."""
    content = build_listings_feed(amazon.credentials.merchant_id, messages)
    return parse_json_report(submit(amazon, feeds.JSON_LISTINGS_FEED, content, feeds.JSON_CONTENT))


# Account


def test_the_connection_test_names_the_marketplaces(amazon: Gateway) -> None:
    rows = amazon.call("getMarketplaceParticipations").payload
    assert GERMANY in {row["marketplace"]["id"] for row in rows}


def test_wrong_secrets_are_distinguished(simulator: Simulator) -> None:
    right = credentials_of(simulator)
    wrong = {
        "lwa_invalid_client": Credentials(right.client_id, "no", right.refresh_token, "A"),
        "lwa_invalid_grant": Credentials(right.client_id, right.client_secret, "Atzr|no", "A"),
    }
    for code, credentials in wrong.items():
        with gateway(simulator.url, credentials=credentials) as ours:
            with pytest.raises(Configuration) as caught:
                ours.call("getMarketplaceParticipations")
        assert caught.value.code == code


def test_a_revoked_consent_is_reported_although_the_token_is_still_kept(
    simulator: Simulator, amazon: Gateway
) -> None:
    search(amazon)
    simulator.revoke()
    with pytest.raises(Configuration) as caught:
        search(amazon)
    assert caught.value.code == "lwa_invalid_grant"


def test_a_token_that_ended_at_amazon_is_renewed_without_a_word(
    simulator: Simulator, amazon: Gateway
) -> None:
    """Our clock did not move, Amazon's did: the token looks good here and is not."""
    search(amazon)
    simulator.advance(3 * 3600)
    assert search(amazon).status == 200
    assert [call["status"] for call in simulator.calls("searchOrders")] == [200, 403, 200]


def test_another_region_is_reported(simulator: Simulator, amazon: Gateway) -> None:
    simulator.regions = {"NA"}
    with pytest.raises(Configuration) as caught:
        search(amazon)
    assert caught.value.code == "spapi_wrong_region"


def test_a_marketplace_where_the_seller_does_not_sell_is_reported(amazon: Gateway) -> None:
    with pytest.raises(Configuration) as caught:
        search(amazon, marketplaceIds=["A1C3SOZRARQ6R3"])
    assert caught.value.code == "spapi_403_not_participating"


def test_a_missing_role_is_reported(simulator: Simulator, amazon: Gateway) -> None:
    simulator.seller.roles = frozenset()
    with pytest.raises(Configuration) as caught:
        search(amazon)
    assert caught.value.code == "spapi_403_missing_role"


# Orders


def test_an_order_comes_from_the_page_to_its_neutral_form(
    simulator: Simulator, amazon: Gateway
) -> None:
    """000-01, 000-03."""
    add_order(simulator)
    answer = search(amazon, includedData=["BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT"])
    (order,) = parse_orders_document(answer.raw, answer.charset)
    assert (order["remote_order_id"], order["remote_status"]) == (ORDER_ID, "unshipped")
    assert (order["amount_total"], order["unexplained"]) == (Decimal("20.00"), 0)
    assert order["lines"][0]["sku"] == "CUP/1"
    single = amazon.call(
        "getOrder", path={"orderId": ORDER_ID}, query={"includedData": ["PROCEEDS"]}
    )
    assert (
        parse_orders_document(single.raw)[0]["lines"][0]["charges"] == order["lines"][0]["charges"]
    )


def test_pages_follow_their_token(simulator: Simulator, amazon: Gateway) -> None:
    """000-08."""
    wanted = {add_order(simulator, f"028-1234567-{at:07d}") for at in range(5)}
    query: dict[str, Any] = {"maxResultsPerPage": 2}
    found: list[str] = []
    for _page in range(3):
        answer = search(amazon, **query)
        found += [order["remote_order_id"] for order in parse_orders_document(answer.raw)]
        query["paginationToken"] = (answer.payload.get("pagination") or {}).get("nextToken")
    assert sorted(found) == sorted(wanted) and query["paginationToken"] is None


def test_a_page_token_that_amazon_does_not_know_says_so(
    amazon: Gateway, simulator: Simulator
) -> None:
    with pytest.raises(Rejected) as caught:
        search(amazon, paginationToken="not-a-token")
    assert caught.value.code in ("spapi_400_PageToken", "spapi_400_InvalidInput")


def test_a_pending_order_shows_no_money_and_is_taken(simulator: Simulator, amazon: Gateway) -> None:
    add_order(simulator)
    simulator.update_order(ORDER_ID, fulfillment={"fulfillmentStatus": "PENDING"})
    answer = search(amazon, includedData=["PROCEEDS", "FULFILLMENT"])
    (order,) = parse_orders_document(answer.raw)
    assert (order["remote_status"], order["amount_total"], order["unexplained"]) == (
        "pending",
        None,
        0,
    )
    assert order["lines"][0]["charges"] == []


def test_a_shipment_is_confirmed_and_the_order_is_shipped(
    simulator: Simulator, amazon: Gateway
) -> None:
    """000-28, 001-23."""
    add_order(simulator)
    answer = confirm(amazon)
    assert (answer.status, answer.payload) == (204, {})
    (package,) = simulator.shipments(ORDER_ID)
    assert package["trackingNumber"] == "00340434"
    (order,) = parse_orders_document(amazon.call("getOrder", path={"orderId": ORDER_ID}).raw)
    assert order["lines"][0]["sku"] == "CUP/1"


def test_orders_are_acknowledged_with_own_numbers_or_cancelled(
    simulator: Simulator, amazon: Gateway
) -> None:
    """000-05, 000-23, 001-21, 001-22."""
    other, unknown = add_order(simulator, "028-1234567-0000002"), "028-1234567-9999999"
    add_order(simulator)
    cancelled = (AcknowledgedItem("1001", cancel_reason="NoInventory"),)
    content = build_order_acknowledgement(
        amazon.credentials.merchant_id,
        [
            OrderAcknowledgement(11, ORDER_ID, merchant_order_id="S00042"),
            OrderAcknowledgement(12, other, "Failure", cancelled),
            OrderAcknowledgement(13, unknown),
        ],
    )
    report = parse_xml_report(submit(amazon, FEED_TYPE, content, feeds.XML_CONTENT))
    assert (report.processed, report.successful, report.errors) == (3, 2, 1)
    assert set(report.results) == {13} and report.failed(13) and not report.failed(11)
    assert simulator.acknowledgements(ORDER_ID)[0]["merchant_order_id"] == "S00042"
    answer = amazon.call(
        "getOrder", path={"orderId": other}, query={"includedData": ["FULFILLMENT"]}
    )
    assert parse_orders_document(answer.raw)[0]["remote_status"] == "cancelled"


def test_a_shipped_order_is_refunded_in_part(simulator: Simulator, amazon: Gateway) -> None:
    """001-25: the simulator refuses elements in another order and amounts above what was paid."""
    add_order(simulator)
    confirm(amazon)
    parts = (RefundComponent("Principal", Decimal("7.50"), "EUR"),)
    item = AdjustedItem("1001", "CustomerReturn", parts, merchant_adjustment_item_id="RINV/7")
    too_much = (RefundComponent("Principal", Decimal("12.51"), "EUR"),)
    content = build_order_adjustment(
        amazon.credentials.merchant_id,
        [
            OrderAdjustment(5, ORDER_ID, (item,)),
            OrderAdjustment(6, ORDER_ID, (AdjustedItem("1001", "CustomerReturn", too_much),)),
        ],
    )
    report = parse_xml_report(submit(amazon, REFUND_FEED, content, feeds.XML_CONTENT))
    assert not report.failed(5) and report.failed(6)
    (refund,) = simulator.refunds(ORDER_ID)
    assert refund["components"] == {"Principal": Decimal("7.50")}


# Listings


def test_a_listing_is_made_stocked_priced_and_taken_off_by_feed(
    simulator: Simulator, amazon: Gateway
) -> None:
    """001-01 … 001-09: what Amazon shows afterwards is what was said."""
    sku = "CUP/1 größe"
    report = submit_listings(
        amazon,
        build_product_message(1, sku, "PRODUCT", ATTRIBUTES),
        stock_message(2, sku, 5, lead_time_to_ship_max_days=3, restock_date="2026-12-24"),
        build_section_message("price", 3, sku, "PRODUCT", OFFER, Known(exists=True)),
    )
    assert (report.processed, report.successful, report.results) == (3, 3, {})
    attributes = simulator.listing(sku)["attributes"]
    assert attributes["item_name"][0]["value"] == "Größe 日本"
    assert attributes["fulfillment_availability"] == [
        {
            "fulfillment_channel_code": "DEFAULT",
            "quantity": 5,
            "lead_time_to_ship_max_days": 3,
            "restock_date": "2026-12-24",
        }
    ]
    offer = attributes["purchasable_offer"][0]
    assert offer["our_price"][0]["schedule"][0]["value_with_tax"] == 24.99
    shown = {"fulfillment_availability": attributes["fulfillment_availability"]}
    dated = {"lead_time_to_ship_max_days": 3, "restock_date": "2026-12-24"}
    fewer = stock_message(4, sku, 4, Known(True, True, shown), **dated)
    assert fewer["patches"][0]["op"] == "merge"
    submit_listings(amazon, fewer)
    stock = simulator.listing(sku)["attributes"]["fulfillment_availability"][0]
    assert (stock["quantity"], stock["lead_time_to_ship_max_days"]) == (4, 3)
    submit_listings(amazon, build_delete_message(5, sku))
    assert simulator.listing(sku) is None


def test_a_direct_call_sends_what_the_feed_sends(simulator: Simulator, amazon: Gateway) -> None:
    """Stock goes by patchListingsItem while the feed is stuck; any SKU fits the path."""
    path = {"sellerId": amazon.credentials.merchant_id, "sku": "a/b +%ü"}
    query = {"marketplaceIds": [GERMANY]}
    product = build_product_message(1, path["sku"], "PRODUCT", ATTRIBUTES)
    body = {name: product[name] for name in ("productType", "requirements", "attributes")}
    made = amazon.call("putListingsItem", path=path, query=query, body=body)
    patch = build_patch_body(stock_message(1, path["sku"], 9))
    amazon.call("patchListingsItem", path=path, query=query, body=patch)
    assert made.payload["status"] == "ACCEPTED"
    shown = amazon.call(
        "getListingsItem", path=path, query={**query, "includedData": ["attributes", "issues"]}
    )
    assert shown.payload["attributes"]["fulfillment_availability"][0]["quantity"] == 9
    amazon.call("deleteListingsItem", path=path, query=query)
    with pytest.raises(Rejected) as caught:
        amazon.call("getListingsItem", path=path, query=query)
    assert caught.value.code == "spapi_404_NotFound"


def test_a_message_that_amazon_refuses_is_named_by_its_id(amazon: Gateway) -> None:
    report = submit_listings(
        amazon,
        build_product_message(21, "GOOD", "PRODUCT", ATTRIBUTES),
        build_product_message(22, "BAD", "PRODUCT", {"item_name": ATTRIBUTES["item_name"]}),
    )
    assert report.failed(22) and not report.failed(21)


def test_fees_are_estimated_or_the_reason_is_given(amazon: Gateway) -> None:
    assert not submit_listings(
        amazon, build_product_message(1, "CUP/1", "PRODUCT", ATTRIBUTES)
    ).failed(1)
    price = Money(Decimal("20.00"), "EUR")
    questions = [FeeQuestion(sku, GERMANY, price) for sku in ("CUP/1", "NOBODYS")]
    found, missing = estimate_fees(amazon, questions)
    assert found.total == Money(Decimal("3.00"), "EUR")
    assert [(fee.kind, fee.amount.amount) for fee in found.fees] == [("ReferralFee", Decimal(3))]
    assert missing.total is None
    assert missing.error.startswith("InvalidParameterValue")


# Feeds


def test_a_feed_is_followed_until_it_is_done(simulator: Simulator, amazon: Gateway) -> None:
    """004-07 … 004-09, 001-66 … 001-68."""
    simulator.feed_seconds = 60
    content = build_listings_feed("A", [build_delete_message(1, "S")])
    document_id = feeds.upload_feed_document(amazon, content, feeds.JSON_CONTENT)
    ticket = feeds.create_feed(amazon, feeds.JSON_LISTINGS_FEED, [GERMANY], document_id)
    status = feeds.get_feed(amazon, ticket.feed_id)
    assert status.processing_status in ("IN_QUEUE", "IN_PROGRESS")
    assert status.result_document_id == ""
    (found,) = feeds.find_feeds(amazon, feeds.JSON_LISTINGS_FEED, NOW - timedelta(minutes=5))
    assert (found.feed_id, found.created_at) == (ticket.feed_id, NOW)
    simulator.advance(120)
    done = feeds.get_feed(amazon, ticket.feed_id)
    assert done.processing_status == "DONE"
    assert json.loads(feeds.download_result(amazon, done.result_document_id))["header"]


def test_a_lost_answer_of_create_feed_is_found_by_asking(
    simulator: Simulator, amazon: Gateway
) -> None:
    """Before repeating what is not idempotent, ask what happened."""
    content = build_listings_feed("A", [build_delete_message(1, "S")])
    document_id = feeds.upload_feed_document(amazon, content, feeds.JSON_CONTENT)
    simulator.fault("createFeed", "drop_after")
    with pytest.raises(Transient) as caught:
        feeds.create_feed(amazon, feeds.JSON_LISTINGS_FEED, [GERMANY], document_id)
    assert caught.value.outcome_unknown
    assert len(feeds.find_feeds(amazon, feeds.JSON_LISTINGS_FEED, NOW)) == 1


def test_a_damaged_report_is_refused(simulator: Simulator, amazon: Gateway) -> None:
    simulator.fault("downloadFeedDocument", "bad_gzip")
    content = build_listings_feed("A", [build_delete_message(1, "S")])
    with pytest.raises(Rejected) as caught:
        submit(amazon, feeds.JSON_LISTINGS_FEED, content, feeds.JSON_CONTENT)
    assert caught.value.code == "bad_gzip"


def test_an_upload_link_that_is_too_old_says_so(simulator: Simulator, amazon: Gateway) -> None:
    made = amazon.call("createFeedDocument", body={"contentType": feeds.XML_CONTENT}).payload
    simulator.advance(301)
    with pytest.raises(Transient) as caught:
        amazon.upload(made["url"], b"<x/>", feeds.XML_CONTENT)
    assert caught.value.code.startswith("storage_")


def test_another_content_type_than_announced_is_refused(amazon: Gateway) -> None:
    made = amazon.call("createFeedDocument", body={"contentType": feeds.XML_CONTENT}).payload
    with pytest.raises(Rejected) as caught:
        amazon.upload(made["url"], b"<x/>", "text/xml")
    assert caught.value.code == "storage_signature"


# Faults

FAULTS = [
    ("throttle", {}, "spapi_429_QuotaExceeded"),
    ("server_error", {}, "spapi_500_InternalFailure"),
    ("server_error", {"status": 504}, "spapi_504_GatewayTimeout"),
    ("html_503", {}, "spapi_503_ServiceUnavailable"),
    ("html_500", {}, "spapi_500_InternalFailure"),
    ("refuse", {}, "network_cut"),
    ("drop_after", {}, "network_cut"),
    ("cut_body", {}, "network_cut"),
    ("bad_json", {}, "malformed_answer"),
]


@pytest.mark.parametrize(("kind", "options", "code"), FAULTS)
def test_each_misbehaviour_of_amazon_has_its_code_and_passes(
    simulator: Simulator, amazon: Gateway, kind: str, options: dict[str, Any], code: str
) -> None:
    """000-10, 000-11, 000-12: it fails with its reason, and the next run brings it."""
    add_order(simulator)
    simulator.fault("getOrder", kind, **options)
    with pytest.raises(Transient) as caught:
        amazon.call("getOrder", path={"orderId": ORDER_ID})
    assert caught.value.code == code
    if kind != "throttle":
        assert amazon.call("getOrder", path={"orderId": ORDER_ID}).status == 200


def test_an_answer_that_takes_too_long_is_asked_for_again(simulator: Simulator) -> None:
    """000-12: the next run brings it."""
    add_order(simulator)
    tokens = TokenCache()
    with seller_gateway(simulator, tokens=tokens) as amazon:
        search(amazon)  # logs in, so that the hasty one waits for one answer only
        simulator.fault("getOrder", "time_out", seconds=1)
        hurried = seller_gateway(simulator, read=0.2, tokens=tokens)
        with hurried as hasty, pytest.raises(Transient) as caught:
            hasty.call("getOrder", path={"orderId": ORDER_ID})
        assert caught.value.code == "network_timeout"
        assert amazon.call("getOrder", path={"orderId": ORDER_ID}).status == 200


def test_two_refused_tokens_in_a_row_are_tried_again_later(
    simulator: Simulator, amazon: Gateway
) -> None:
    simulator.fault("searchOrders", "forbidden", times=2)
    with pytest.raises(Transient) as caught:
        search(amazon)
    assert caught.value.code == "spapi_403_token_refused"
    assert search(amazon).status == 200


def test_an_unknown_status_is_taken_as_unknown(simulator: Simulator, amazon: Gateway) -> None:
    add_order(simulator)
    simulator.fault("getOrder", "unknown_status")
    answer = amazon.call(
        "getOrder", path={"orderId": ORDER_ID}, query={"includedData": ["FULFILLMENT"]}
    )
    (order,) = parse_orders_document(answer.raw)
    assert (order["remote_status"], order["remote_status_text"]) == ("unknown", "ON_HOLD")
    simulator.world.violations.clear()  # that status is not in Amazon's model, on purpose


def test_our_buckets_empty_no_later_than_amazons(simulator: Simulator, amazon: Gateway) -> None:
    """All that our limiter lets through, Amazon takes."""
    for _call in range(20):
        search(amazon)
    with pytest.raises(Throttled) as caught:
        search(amazon)
    assert caught.value.code == "quota_wait"
    assert {call["status"] for call in simulator.calls("searchOrders")} == {200}


def test_the_consent_code_of_the_simulator_gives_a_refresh_token(simulator: Simulator) -> None:
    """002-24 … 002-27."""
    seller = simulator.seller
    endpoint = Endpoint(simulator.url, simulator.url, opened=OPENED)
    with pytest.raises(SpapiError) as caught:
        exchange_code(
            seller.client_id, seller.client_secret, "no-code", "https://odoo.example/b", endpoint
        )
    assert caught.value.code == "lwa_invalid_grant"
