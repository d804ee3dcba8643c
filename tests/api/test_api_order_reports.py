# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order reports and statements: read as they flow, all of it or nothing."""

from __future__ import annotations

import re
import tracemalloc
from datetime import datetime, timezone
from decimal import Decimal
from io import BytesIO

import pytest
from api.parsers.mentions import (
    parse_order_statement,
)
from api.parsers.order_report_flat import parse_order_table
from api.parsers.order_report_xml import parse_order_report
from api.parsers.report_money import build_charges, read_amount
from api.parsers.table import detect_charset
from api.values import DocumentError
from api_support import mutated
from hypothesis import given, settings
from hypothesis import strategies as st

ORDER_ID = "302-1234567-1234567"


UTC = timezone.utc


def gross(_currency, _country):
    return True


def net(_currency, _country):
    return False


def xml_order(order_id=ORDER_ID, components="", extra="", quantity="2"):
    return f"""
    <Message><MessageID>1</MessageID><OrderReport>
      <AmazonOrderID>{order_id}</AmazonOrderID>
      <OrderDate>2026-11-01T10:00:00+01:00</OrderDate>
      <OrderPostedDate>2026-11-01T10:05:00+01:00</OrderPostedDate>
      <BillingData><BuyerEmailAddress>a@marketplace.example</BuyerEmailAddress>
        <BuyerName>Zoë Müller</BuyerName></BillingData>
      <FulfillmentData><FulfillmentMethod>Ship</FulfillmentMethod>
        <FulfillmentServiceLevel>Standard</FulfillmentServiceLevel>
        <Address><Name>Zoë Müller</Name><AddressFieldOne>Weg 1</AddressFieldOne>
          <City>Köln</City><PostalCode>50667</PostalCode><CountryCode>DE</CountryCode></Address>
      </FulfillmentData>
      <Item><AmazonOrderItemCode>11</AmazonOrderItemCode><SKU>SKU-1</SKU><Title>Thing</Title>
        <Quantity>{quantity}</Quantity><ItemPrice>
          <Component><Type>Principal</Type><Amount currency="EUR">23.80</Amount></Component>
          <Component><Type>Tax</Type><Amount currency="EUR">3.80</Amount></Component>
          {components}</ItemPrice>{extra}</Item>
      <IsPrime>true</IsPrime><Whatever>new</Whatever>
    </OrderReport></Message>"""


def xml_report(*orders):
    head = "<Header><DocumentVersion>1.01</DocumentVersion></Header>"
    head += "<MessageType>OrderReport</MessageType>"
    text = f'<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope>{head}{"".join(orders)}'
    return BytesIO((text + "</AmazonEnvelope>").encode())


HEAD = (
    *("order-id", "order-item-id", "purchase-date", "payments-date", "buyer-email", "buyer-name"),
    *("sku", "product-name", "quantity-purchased", "currency", "item-price", "item-tax"),
    *("shipping-price", "shipping-tax", "recipient-name", "ship-address-1", "ship-city"),
    *("ship-postal-code", "ship-country", "item-promotion-discount", "something-new"),
)


def flat_row(**values):
    row = dict.fromkeys(HEAD, "")
    row |= {"order-id": ORDER_ID, "order-item-id": "11", "sku": "SKU-1", "currency": "EUR"}
    row |= {"purchase-date": "2026-11-01T09:00:00+00:00", "quantity-purchased": "2"}
    row |= {"payments-date": "2026-11-01T09:05:00+00:00", "product-name": 'Pipe 3/4" Ø'}
    row |= {"item-price": "23.80", "item-tax": "3.80", "ship-country": "DE", "ship-city": "Köln"}
    return row | {key.replace("_", "-"): value for key, value in values.items()}


def flat_report(*rows, charset="utf-8", without=()):
    head = [name for name in HEAD if name not in without]
    lines = ["\t".join(head), *("\t".join(row[name] for name in head) for row in rows)]
    return BytesIO(("\r\n".join(lines) + "\r\n").encode(charset))


def amounts(line):
    return {(charge["kind"], charge["of"]): charge["amount"] for charge in line["charges"]}


def test_an_xml_report_gives_orders_with_net_amounts_and_taxes_apart():
    """000-03, 001-19."""
    components = '<Component><Type>Shipping</Type><Amount currency="EUR">5.95</Amount></Component>'
    components += (
        '<Component><Type>ShippingTax</Type><Amount currency="EUR">0.95</Amount></Component>'
    )
    [order] = parse_order_report(xml_report(xml_order(components=components)), gross)
    assert order["remote_order_id"] == ORDER_ID
    assert order["ordered_at"] == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert order["updated_at"] == datetime(2026, 11, 1, 9, 5, tzinfo=UTC)
    assert (order["currency"], order["service_level"]) == ("EUR", "STANDARD")
    assert (order["programs"], order["buyer"]["name"]) == (["PRIME"], "Zoë Müller")
    [line] = order["lines"]
    assert (line["sku"], line["quantity"]) == ("SKU-1", 2)
    assert amounts(line) == {
        ("item", ""): Decimal("20.00"),
        ("tax", "item"): Decimal("3.80"),
        ("shipping", ""): Decimal("5.00"),
        ("tax", "shipping"): Decimal("0.95"),
    }


def test_where_prices_come_without_tax_they_stay():
    """001-19."""
    [order] = parse_order_report(xml_report(xml_order()), net)
    assert amounts(order["lines"][0])[("item", "")] == Decimal("23.80")


def test_a_promotion_is_a_discount_of_what_it_names():
    """000-03."""
    promotion = """<Promotion><MerchantPromotionID>SPRING</MerchantPromotionID>
      <Component><Type>Principal</Type><Amount currency="EUR">-2.00</Amount></Component>
      <Component><Type>Shipping</Type><Amount currency="EUR">-1.00</Amount></Component>
      </Promotion>"""
    [order] = parse_order_report(xml_report(xml_order(extra=promotion)), gross)
    [line] = order["lines"]
    assert amounts(line)[("discount", "item")] == Decimal("-1.68")
    assert amounts(line)[("tax", "discount")] == Decimal("-0.32")
    assert amounts(line)[("discount", "shipping")] == Decimal("-1.00")
    assert line["promotion_ids"] == ["SPRING"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (xml_order(quantity="two"), "not a whole number"),
        (xml_order().replace("23.80", "EUR 23"), "not an amount"),
        (xml_order().replace('currency="EUR">3.80', 'currency="USD">3.80'), "two currencies"),
        (xml_order().replace("2026-11-01T10:00:00+01:00", "yesterday"), "no time"),
        (re.sub("<Item>.*</Item>", "", xml_order(), flags=re.S), "no Item"),
        (re.sub("(<Item>.*</Item>)", r"\1\1", xml_order(), flags=re.S), "the line is there twice"),
    ],
)
def test_a_broken_order_stops_only_itself(broken, reason):
    """000-13, 000-20: it is named, with its line."""
    report = xml_report(xml_order(order_id="1"), broken, xml_order(order_id="3"))
    first, second, third = parse_order_report(report, gross)
    assert (first["remote_order_id"], third["remote_order_id"]) == ("1", "3")
    assert second["remote_order_id"] == ORDER_ID
    assert "line" in second["unreadable"] and reason in second["unreadable"]
    assert "Müller" not in second["unreadable"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (xml_order(order_id=""), "AmazonOrderID is missing"),
        ("<Message><OrderReport>", "mismatch"),
    ],
)
def test_a_row_that_is_no_order_refuses_the_report(broken, reason):
    """000-13, 000-20."""
    with pytest.raises(DocumentError, match=reason):
        list(parse_order_report(xml_report(xml_order(order_id="1"), broken), gross))


def test_an_order_that_is_there_twice_is_given_twice():
    assert len(list(parse_order_report(xml_report(xml_order(), xml_order()), gross))) == 2


def test_the_invoice_address_is_that_of_the_billing():
    """000-04: and a company is kept."""
    billing = """<BuyerCompanyName>Firma GmbH</BuyerCompanyName><Address><Name>Büro</Name>
      <AddressFieldTwo>Platz 2</AddressFieldTwo><City>Bonn</City><CountryCode>DE</CountryCode>
      </Address></BillingData>"""
    text = xml_order().replace("</BillingData>", billing)
    [order] = parse_order_report(xml_report(text), gross)
    assert order["buyer"]["company"] == "Firma GmbH"
    billed = order["buyer"]["invoice_address"]
    assert (billed["name"], billed["street"], billed["city"]) == ("Büro", "Platz 2", "Bonn")


@pytest.mark.parametrize(
    ("old", "new", "complete", "known"),
    [
        ("", "", True, True),
        (">3.80<", ">0.00<", True, False),
        (">23.80<", "><", False, True),
    ],
)
def test_money_that_is_not_there_is_never_taken_for_nothing(old, new, complete, known):
    """000-04, 000-27: neither prices nor taxes."""
    [order] = parse_order_report(xml_report(xml_order().replace(old, new)), gross)
    assert (order["complete"], order["lines"][0]["tax_known"]) == (complete, known)


def test_another_report_and_a_document_type_are_refused():
    """000-13."""
    other = BytesIO(xml_report().getvalue().replace(b"OrderReport", b"Returns"))
    with pytest.raises(DocumentError, match="not an order report"):
        list(parse_order_report(other, gross))
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><AmazonEnvelope>&b;</AmazonEnvelope>'
    with pytest.raises(DocumentError):
        list(parse_order_report(BytesIO(bomb), gross))


class EndlessReport:
    """A report that is written while it is read, so that it is nowhere in memory."""

    def __init__(self, orders):
        self._parts = self._write(orders)
        self._rest = b""

    def _write(self, orders):
        yield b"<AmazonEnvelope><MessageType>OrderReport</MessageType>"
        for number in range(orders):
            yield xml_order(order_id=f"302-{number:07d}-0000000").encode()
        yield b"</AmazonEnvelope>"

    def read(self, size=-1):
        while len(self._rest) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._rest += part
        answer, self._rest = self._rest[:size], self._rest[size:]
        return answer


def peak(orders):
    tracemalloc.start()
    count = sum(1 for _order in parse_order_report(EndlessReport(orders), gross))
    _now, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == orders
    return highest


def test_memory_does_not_grow_with_the_report():
    """001-19."""
    # the ids that were seen are kept, and nothing else
    assert peak(1500) - peak(300) < 700 * 1024


def test_a_table_gives_orders_with_all_their_items():
    """000-03, 001-19."""
    rows = [flat_row(), flat_row(order_item_id="12", sku="SKU-2", shipping_price="5.95")]
    report = flat_report(*rows, flat_row(order_id="302-7654321-7654321"))
    first, second = parse_order_table(report, "utf-8", gross)
    assert [line["sku"] for line in first["lines"]] == ["SKU-1", "SKU-2"]
    assert first["lines"][0]["title"] == 'Pipe 3/4" Ø'
    assert amounts(first["lines"][0])[("item", "")] == Decimal("20.00")
    assert second["remote_order_id"] == "302-7654321-7654321"


def test_xml_and_table_give_the_same_order():
    """001-19."""
    row = flat_row(
        buyer_email="a@marketplace.example",
        buyer_name="Zoë Müller",
        recipient_name="Zoë Müller",
        ship_address_1="Weg 1",
        ship_postal_code="50667",
        product_name="Thing",
    )
    [table] = parse_order_table(flat_report(row), "utf-8", gross)
    [xml] = parse_order_report(xml_report(xml_order()), gross)
    for key in ("remote_order_id", "ordered_at", "updated_at", "buyer", "lines", "currency"):
        assert table[key] == xml[key], key
    assert {**table["address"], "company": ""} == xml["address"]


COPY_ID = "S01-1234567-1234567"


def test_fulfilment_orders_are_marked_as_no_sale_in_both_reports():
    """By its number, or by the channel where the report tells it."""
    channel = "<OrderPostedDate>2026-11-01T10:05:00+01:00</OrderPostedDate>"
    named = xml_order("302-7654321-7654321").replace(
        channel, f"{channel}<SalesChannel>Non-Amazon</SalesChannel>"
    )
    report = xml_report(xml_order(), xml_order(COPY_ID), named)
    found = list(parse_order_report(report, gross))
    assert [order["sold_elsewhere"] for order in found] == [False, True, True]
    assert [order["fulfilled_by"] for order in found] == ["merchant", "site", "site"]
    table = flat_report(flat_row(), flat_row(order_id=COPY_ID, order_item_id="12"))
    found = list(parse_order_table(table, "utf-8", gross))
    assert [order["sold_elsewhere"] for order in found] == [False, True]
    text = table.getvalue().decode().replace("something-new", "sales-channel").splitlines()
    text[1] += "Non-Amazon"
    [order] = parse_order_table(BytesIO("\n".join(text[:2]).encode()), "utf-8", gross)
    assert (order["sold_elsewhere"], order["channel_name"]) == (True, "Non-Amazon")


def test_rows_of_further_promotions_belong_to_their_item():
    """000-03: all but the discount is blank in them."""
    blank = dict.fromkeys(HEAD, "") | {"order-id": ORDER_ID, "order-item-id": "11"}
    more = [blank | {"item-promotion-discount": amount} for amount in ("-2.38", "-1.19")]
    [order] = parse_order_table(flat_report(more[0], flat_row(), more[1]), "utf-8", gross)
    [line] = order["lines"]
    assert (line["sku"], line["quantity"], order["currency"]) == ("SKU-1", 2, "EUR")
    assert amounts(line) == {
        ("item", ""): Decimal("20.00"),
        ("tax", "item"): Decimal("3.80"),
        ("discount", "item"): Decimal("-3.00"),
        ("tax", "discount"): Decimal("-0.57"),
    }


def test_rows_of_one_order_may_stand_apart():
    """000-03."""
    other = flat_row(order_id="302-7654321-7654321")
    rows = (flat_row(), other, flat_row(order_item_id="12", sku="SKU-2"))
    first, second = parse_order_table(flat_report(*rows), "utf-8", gross)
    assert first["remote_order_id"] == "302-7654321-7654321"
    assert [line["sku"] for line in second["lines"]] == ["SKU-1", "SKU-2"]


def test_an_order_without_prices_is_incomplete_and_costs_nothing_known():
    """000-04: a report without the columns, and one with empty cells."""
    empty = flat_row(item_price="", item_tax="")
    for report in (flat_report(empty), flat_report(empty, without=("item-price", "currency"))):
        [order] = parse_order_table(report, "utf-8", gross)
        assert (order["complete"], order["lines"][0]["charges"]) == (False, [])


def test_amounts_without_their_currency_are_incomplete():
    """000-04: a table without the column, and amounts that name none."""
    [table] = parse_order_table(flat_report(flat_row(), without=("currency",)), "utf-8", gross)
    [xml] = parse_order_report(xml_report(xml_order().replace(' currency="EUR"', "")), gross)
    for order in (table, xml):
        assert (order["currency"], order["complete"]) == ("", False)


@pytest.mark.parametrize(
    ("tax", "shipping", "discount", "vat"),
    [
        # the tax before the discount
        ("3.19", "-4.99", "-2.00", "2.87"),
        # the tax after it
        ("2.87", "0.00", "-2.00", "2.87"),
    ],
)
def test_a_discount_holds_tax_like_the_price(tax, shipping, discount, vat):
    """000-27: 19 % of what the buyer pays."""
    paid = Decimal("19.99") + Decimal(discount)
    pairs = [("Principal", Decimal("19.99")), ("Tax", Decimal(tax))]
    less = [("Principal", Decimal(discount))]
    if Decimal(shipping):
        pairs += [("Shipping", Decimal("4.99")), ("ShippingTax", Decimal("0.80"))]
        less.append(("Shipping", Decimal(shipping)))
    charges = build_charges(pairs, less, prices_include_tax=True)
    assert sum(one["amount"] for one in charges) == paid
    assert sum(one["amount"] for one in charges if one["kind"] == "tax") == Decimal(vat)


def test_a_discounts_tax_that_is_named_is_taken_out_of_it():
    """000-27."""
    pairs = [("Principal", Decimal("11.90")), ("Tax", Decimal("1.90"))]
    less = [("Principal", Decimal("-2.38")), ("Tax", Decimal("-0.38"))]
    charges = build_charges(pairs, less, prices_include_tax=True)
    assert {(one["kind"], one["of"]): one["amount"] for one in charges} == {
        ("item", ""): Decimal("10.00"),
        ("tax", "item"): Decimal("1.90"),
        ("discount", "item"): Decimal("-2.00"),
        ("tax", "discount"): Decimal("-0.38"),
    }


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (flat_row(order_item_id=""), "column order-item-id"),
        (flat_row(quantity_purchased="-1", order_item_id="12"), "column quantity-purchased"),
        (flat_row(item_price="free", order_item_id="12"), "column item-price"),
        (flat_row(purchase_date="soon", order_id="302-1"), "column purchase-date"),
        (flat_row(currency="USD", order_item_id="12"), "column currency"),
        # a second time, not a further promotion of the first
        (flat_row(sku=""), "column order-item-id"),
        (flat_row(quantity_purchased=""), "column order-item-id"),
    ],
)
def test_a_broken_row_stops_only_its_order(row, place):
    """000-13, 000-20: it is named, with line and column."""
    report = flat_report(flat_row(), row, flat_row(order_id="302-9"))
    *others, last = parse_order_table(report, "utf-8", gross)
    assert (last["remote_order_id"], len(last["lines"])) == ("302-9", 1)
    broken = others[-1]
    assert broken["remote_order_id"] == row["order-id"]
    assert "line 3" in broken["unreadable"] and place in broken["unreadable"]


def test_another_table_is_refused():
    """000-13."""
    with pytest.raises(DocumentError, match="column order-id: missing"):
        list(parse_order_table(flat_report(flat_row(), flat_row(order_id="")), "utf-8", gross))
    with pytest.raises(DocumentError, match="no column order-id"):
        list(parse_order_table(BytesIO(b"sku\tprice\nA\t1\n"), "utf-8", gross))
    with pytest.raises(DocumentError):
        list(parse_order_table(BytesIO(b""), "utf-8", gross))


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "windows-31j"])
def test_the_charset_is_found_in_the_bytes(charset):
    """000-09."""
    city = "東京" if charset == "windows-31j" else "Köln"
    name = "cp932" if charset == "windows-31j" else charset
    row = flat_row(ship_city=city, product_name="Thing")
    report = flat_report(row, charset=name)
    found = detect_charset(report)
    [order] = parse_order_table(report, found, gross)
    assert order["address"]["city"] == city
    assert order["remote_order_id"] == ORDER_ID


def test_a_charset_that_is_named_wrongly_is_not_believed():
    report = flat_report(flat_row(), charset="cp1252")
    assert detect_charset(report, "utf-8") != "utf-8"


@given(
    st.decimals("0", "9999", places=2),
    st.decimals("0", "999", places=2),
    st.decimals("0", "99", places=2),
)
def test_charges_always_add_up_to_what_the_buyer_pays(price, tax, discount):
    """000-04."""
    pairs = [("Principal", price), ("Tax", min(tax, price))]
    with_tax = build_charges(pairs, [("Principal", discount)], prices_include_tax=True)
    without = build_charges(pairs, [("Principal", discount)], prices_include_tax=False)
    assert sum(charge["amount"] for charge in with_tax) == price - discount
    assert sum(charge["amount"] for charge in without) == price + min(tax, price) - discount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        (" 1,50 ", "EUR", "1.50"),
        ("-3.2", "EUR", "-3.2"),
        ("1,980", "JPY", "1980"),
        ("1,234,567", "JPY", "1234567"),
        ("1.234,56", "EUR", "1234.56"),
        ("1,234.56", "USD", "1234.56"),
        ("1 234,56", "EUR", "1234.56"),
        ("1\u202f234,56", "EUR", "1234.56"),
    ],
)
def test_amounts_of_every_locale_are_read(text, currency, amount):
    assert read_amount(text, currency) == Decimal(amount)


def test_an_ambiguous_amount_is_refused_and_an_empty_one_is_not_zero():
    assert read_amount(" ") is None
    with pytest.raises(ValueError, match="not an amount"):
        read_amount("1,980", "EUR")


def test_a_statement_names_each_order_once():
    text = "amazon-order-id\torder-status\tsales-channel\tfulfillment-channel\tlast-updated-date\n"
    text += "1\tShipped\tAmazon.de\tAmazon\t2026-11-01T10:00:00Z\n" * 2
    text += "2\tUnshipped\tAmazon.de\tMerchant\t\n3\tShipped\tNon-Amazon\tAmazon\t\n"
    text += f"{COPY_ID}\tShipped\tAmazon.de\tAmazon\t\n"
    first, second = parse_order_statement(BytesIO(text.encode()), "utf-8")
    assert (first["remote_order_id"], first["remote_status"]) == ("1", "shipped")
    assert (first["fulfilled_by"], first["lines"]) == ("site", None)
    assert (second["remote_order_id"], second["updated_at"]) == ("2", None)


def test_a_row_of_a_statement_that_cannot_be_read_stops_only_itself():
    text = "amazon-order-id\torder-status\tlast-updated-date\n\tShipped\t\n1\tShipped\tsoon\n"
    odd, mention = parse_order_statement(BytesIO(text.encode()), "utf-8")
    assert "line 2" in odd["unreadable"]
    assert (mention["remote_order_id"], mention["updated_at"]) == ("1", None)


READERS = {
    "xml": (
        xml_report(xml_order()).getvalue(),
        lambda raw: parse_order_report(BytesIO(raw), gross),
    ),
    "table": (
        flat_report(flat_row()).getvalue(),
        lambda raw: parse_order_table(BytesIO(raw), detect_charset(BytesIO(raw)), gross),
    ),
    "statement": (
        b"amazon-order-id\torder-status\tlast-updated-date\n1\tShipped\t2026-11-01T10:00:00Z\n",
        lambda raw: parse_order_statement(BytesIO(raw), detect_charset(BytesIO(raw))),
    ),
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_any_bytes_get_an_answer_or_a_named_error(name):
    """000-13, 000-20: no crash, no hang."""
    original, read = READERS[name]

    @settings(max_examples=150, deadline=None)
    @given(mutated(original) | st.binary(max_size=200))
    def check(raw):
        try:
            list(read(raw))
        except DocumentError as error:
            assert error.where

    check()
