# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contents of reports."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from spapi_simulator import Simulator

from .client import DE, FR, US, Amazon, attributes, listing, money, order

XML = "GET_ORDER_REPORT_DATA_SHIPPING"
FLAT = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
ALL = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"


def rows(text: str) -> list[dict[str, str]]:
    """Return the lines of a flat file."""
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def xml_orders(text: str) -> dict[str, etree._Element]:
    """Return the OrderReport elements by order id."""
    root = etree.fromstring(text.partition("?>")[2])
    found = root.findall("Message/OrderReport")
    return {node.findtext("AmazonOrderID"): node for node in found}


def component(node: etree._Element, path: str, kind: str) -> Decimal:
    """Return the sum of the components of a type."""
    found = [row for row in node.findall(f"{path}/Component") if row.findtext("Type") == kind]
    return sum((Decimal(row.findtext("Amount")) for row in found), Decimal(0))


@pytest.fixture
def sold(amazon: Amazon) -> dict[str, list[str]]:
    """Return the ids of demo orders of every kind, by kind."""
    goods = [
        {"sku": f"S{number}", "asin": f"B00000000{number}", "title": "Ding", "price": "19.99"}
        for number in range(3)
    ]
    return amazon.simulator.demo(count=16, listings=goods)


def test_the_xml_report_has_the_orders_that_the_merchant_ships(
    amazon: Amazon, sold: dict[str, list[str]]
) -> None:
    found = xml_orders(amazon.read_report(XML))
    left_out = {"pending", "cancelled", "fba"}
    wanted = {ids[0] for kind, ids in sold.items() if kind not in left_out}
    assert set(found) == wanted
    node = found[sold["business"][0]]
    assert node.findtext("IsBusinessOrder") == "true"
    assert node.findtext("PurchaseOrderNumber").startswith("PO-")
    assert node.findtext("FulfillmentData/Address/AddressFieldOne") == "Musterstraße 12"
    gift = found[sold["gift_wrap"][0]]
    assert gift.findtext("Item/GiftMessageText") == "Alles Gute zum Geburtstag!"
    assert component(gift, "Item/ItemPrice", "GiftWrap") == Decimal("3.50")


def test_prices_include_the_tax_in_europe(amazon: Amazon, sold: dict[str, list[str]]) -> None:
    for order_id, node in xml_orders(amazon.read_report(XML)).items():
        data = amazon.simulator.order(order_id)
        total = Decimal(data["proceeds"]["grandTotal"]["amount"])
        gross = ("Principal", "Shipping", "GiftWrap", "COD")
        said = sum(component(node, "Item/ItemPrice", kind) for kind in gross)
        said += sum(component(node, "Item/Promotion", kind) for kind in ("Principal", "Shipping"))
        taxes = sum(
            component(node, "Item/ItemPrice", kind)
            for kind in ("Tax", "ShippingTax", "GiftWrapTax")
        )
        assert said == total
        assert taxes == tax_of(data)


def tax_of(data: dict[str, Any]) -> Decimal:
    """Return the tax in an order."""
    rows = [row for item in data["orderItems"] for row in item["proceeds"]["breakdowns"]]
    return sum(
        (Decimal(row["subtotal"]["amount"]) for row in rows if row["type"] == "TAX"), Decimal(0)
    )


def test_the_flat_report_says_the_same_money(amazon: Amazon, sold: dict[str, list[str]]) -> None:
    totals: dict[str, Decimal] = {}
    for row in rows(amazon.read_report(FLAT)):
        prices = ("item-price", "shipping-price", "gift-wrap-price", "payment-method-fee")
        said = sum(Decimal(row[name]) for name in prices)
        said -= Decimal(row["item-promotion-discount"]) + Decimal(row["ship-promotion-discount"])
        totals[row["order-id"]] = totals.get(row["order-id"], Decimal(0)) + said
    wanted = {key: amazon.simulator.order(key)["proceeds"]["grandTotal"] for key in totals}
    assert {key: str(total) for key, total in totals.items()} == {
        key: total["amount"] for key, total in wanted.items()
    }
    assert set(totals) == set(xml_orders(amazon.read_report(XML)))


def test_tax_comes_on_top_in_the_united_states(amazon: Amazon) -> None:
    goods = [{"sku": "S", "asin": "B000000001", "title": "Thing", "price": "10.00"}]
    made = amazon.simulator.demo(count=5, listings=goods, marketplace_id=US)
    found = rows(amazon.read_report(FLAT, US))
    lines = [row for row in found if row["order-id"] == made["tax"][0]]
    said = sum(
        Decimal(row[name])
        for row in lines
        for name in ("item-price", "item-tax", "shipping-price", "shipping-tax")
    )
    total = amazon.simulator.order(made["tax"][0])["proceeds"]["grandTotal"]["amount"]
    assert (lines[0]["item-price"], lines[0]["item-tax"]) == ("20.00", "1.65")
    assert str(said) == total


def test_the_sales_channel_comes_only_when_asked_for(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    plain, named = (
        amazon.read_report(FLAT, reportOptions={"ShowSalesChannel": value})
        for value in ("false", "true")
    )
    assert "sales-channel" not in rows(plain)[0]
    assert rows(named)[0]["sales-channel"] == "Amazon.de"
    text = amazon.read_report(XML, reportOptions={"ShowSalesChannel": "true"})
    assert next(iter(xml_orders(text).values())).findtext("SalesChannel") == "Amazon.de"


def test_missing_addresses_and_zero_quantities_do_not_stop_a_report(amazon: Amazon) -> None:
    gone = {"orderItemId": "2", "quantityOrdered": 0, "product": {"sellerSku": "GONE"}}
    data = order(1, recipient={}, buyer={})
    amazon.simulator.add_order({**data, "orderItems": [*data["orderItems"], gone]})
    (row,) = rows(amazon.read_report(FLAT))
    assert (row["sku"], row["ship-address-1"], row["buyer-email"]) == ("THING", "", "")


@pytest.mark.parametrize(
    ("shop", "setting", "said", "bytes_of"),
    [
        (DE, "", "cp1252", "ü".encode("cp1252")),
        (DE, "utf-8", "utf-8", "ü".encode()),
        (DE, "windows-31j", "windows-31j", b"?"),
    ],
)
def test_flat_files_come_in_the_charset_of_the_marketplace(
    amazon: Amazon, shop: str, setting: str, said: str, bytes_of: bytes
) -> None:
    amazon.simulator.settings.report_charset = setting
    amazon.simulator.settings.report_gzip = False
    amazon.simulator.add_order(order(1))
    document_id = amazon.ask_report(FLAT, shop)["reportDocumentId"]
    answer = amazon.http.get(amazon.report_document(document_id, restricted=True).json()["url"])
    assert answer.headers["Content-Type"] == f"text/plain; charset={said}"
    assert b"M" + bytes_of + b"nchen" in answer.content


def test_the_all_orders_report_has_every_order_and_no_person(
    amazon: Amazon, sold: dict[str, list[str]]
) -> None:
    text = amazon.read_report(ALL)
    found = {row["amazon-order-id"]: row for row in rows(text)}
    assert set(found) == {ids[0] for ids in sold.values()}
    pending, fba = found[sold["pending"][0]], found[sold["fba"][0]]
    assert (pending["order-status"], pending["item-price"]) == ("Pending", "")
    assert (fba["order-status"], fba["fulfillment-channel"]) == ("Shipped", "AFN")
    assert found[sold["cancelled"][0]]["order-status"] == "Canceled"
    assert "Musterstraße" not in text
    assert "Mustermann" not in text


def test_an_order_outside_the_span_is_not_in_the_report(amazon: Amazon) -> None:
    amazon.simulator.add_order(order(1, createdTime="2026-11-01T10:00:00Z"))
    amazon.simulator.add_order(order(2, createdTime="2026-11-05T10:00:00Z"))
    span = {"dataStartTime": "2026-11-04T00:00:00Z", "dataEndTime": "2026-11-06T00:00:00Z"}
    assert [row["amazon-order-id"] for row in rows(amazon.read_report(ALL, **span))] == [
        "302-0000000-0000002"
    ]


def test_returns_are_in_their_report(amazon: Amazon) -> None:
    simulator = amazon.simulator
    order_id = simulator.add_order(order(1, status="SHIPPED"))
    made = simulator.add_return(order_id, "1", 1, reason="CR-DEFECTIVE", merchant_rma="RMA/7")
    (row,) = rows(amazon.read_report(RETURNS))
    wanted = {
        "Order ID": order_id,
        "Return request date": "20-Nov-2026",
        "Amazon RMA ID": made["rma"],
        "Merchant RMA ID": "RMA/7",
        "Merchant SKU": "THING",
        "Return quantity": "1",
        "Return Reason": "CR-DEFECTIVE",
        "Order Amount": "20.00",
        "Order quantity": "2",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert [found["order_id"] for found in simulator.returns()] == [order_id]


def test_a_return_needs_an_order_and_an_item(simulator: Simulator) -> None:
    order_id = simulator.add_order(order())
    with pytest.raises(KeyError):
        simulator.add_return("302-0000000-9999999", "1")
    with pytest.raises(KeyError):
        simulator.add_return(order_id, "9")


def test_the_listings_report_shows_what_is_listed_now(amazon: Amazon) -> None:
    amazon.list_items(listing(1, "RED"), listing(2, "BLUE"), shops=(DE,))
    found = {row["seller-sku"]: row for row in rows(amazon.read_report(LISTINGS))}
    assert set(found) == {"RED", "BLUE"}
    row = found["RED"]
    said = (row["price"], row["quantity"], row["status"], row["fulfilment-channel"])
    assert said == ("19.99", "5", "Active", "DEFAULT")
    assert amazon.ask_report(LISTINGS, FR)["processingStatus"] == "CANCELLED"


def test_heads_of_listings_are_in_the_language_of_the_marketplace(amazon: Amazon) -> None:
    message = listing(1, "RED", attributes=attributes("RED", FR))
    amazon.list_items(message, shops=(FR,))
    french = amazon.read_report(LISTINGS, FR)
    english = amazon.read_report(
        LISTINGS, FR, reportOptions={"preferredReportDocumentLocale": "en_US"}
    )
    assert "sku-vendeur" in french.partition("\r\n")[0].split("\t")
    assert "seller-sku" in english.partition("\r\n")[0].split("\t")
    assert french.partition("\r\n")[2] == english.partition("\r\n")[2]


def test_promotions_may_have_rows_of_their_own_and_columns_be_missing(amazon: Amazon) -> None:
    amazon.simulator.settings.report_promotion_rows = True
    amazon.simulator.settings.report_without = {"is-prime"}
    data = order(1)
    data["orderItems"][0]["promotion"] = {"breakdowns": [{"promotionId": "SPRING"}]}
    amazon.simulator.add_order(data)
    text = amazon.read_report(FLAT)
    item, promotion = rows(text)
    assert (item["item-promotion-id"], promotion["item-promotion-id"]) == ("", "SPRING")
    assert (item["order-item-id"], promotion["sku"]) == (promotion["order-item-id"], "")
    assert "is-prime" not in text


def test_yen_have_no_decimals(simulator: Simulator) -> None:
    japan = "A1VC38T7YXB528"
    seller = simulator.add_seller(
        client_id="amzn1.application-oa2-client.jp", marketplace_ids=[japan]
    )
    client = Amazon(simulator, seller)
    data = order(1, salesChannel={"channelName": "AMAZON", "marketplaceId": japan})
    yen = money("1500", "JPY")
    data["orderItems"][0]["proceeds"] = {
        "proceedsTotal": yen,
        "breakdowns": [{"type": "ITEM", "subtotal": yen}],
    }
    simulator.add_order(data, seller)
    (row,) = rows(client.read_report(FLAT, japan))
    assert (row["item-price"], row["item-tax"], row["currency"]) == ("1500", "0", "JPY")
    client.close()
