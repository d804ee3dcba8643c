# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and their updates as files: what is written, what is read, and what is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest
from files.orders.formats import to_csv, to_json, to_xml
from files.orders.incoming import read_orders
from files.orders.post import check_address
from files.orders.updates import read_csv, read_json, read_update
from files.problems import FileRefused
from lxml import etree

ORDER = {
    "order": "S1",
    "amount_total": "-5.00",
    "customer": {"name": "=Ada\x07", "city": 'To"wn,'},
    "ship_to": {"name": "Ada", "city": ""},
    "lines": [{"sku": "A", "quantity": "2"}, {"sku": "B", "quantity": "1"}],
}

HEAD = "order,date,currency,name,sku,quantity,amount\n"
ROW = "F-1,2026-11-20T10:00:00,EUR,Ada,SKU-1,2,20.00\n"


def test_the_same_order_makes_the_same_bytes_in_every_format():
    for write in (to_csv, to_xml, to_json):
        assert write(ORDER) == write(json.loads(json.dumps(ORDER)))


def test_a_table_has_a_row_per_line_and_the_heads_in_each():
    rows = list(csv.DictReader(io.StringIO(to_csv(ORDER).decode())))
    assert [(row["order"], row["line_sku"]) for row in rows] == [("S1", "A"), ("S1", "B")]
    assert rows[0]["customer_city"] == 'To"wn,'


def test_an_order_without_lines_is_one_row():
    [row] = csv.DictReader(io.StringIO(to_csv({**ORDER, "lines": []}).decode()))
    assert row["order"] == "S1"


def test_a_table_for_people_holds_no_formula_and_keeps_numbers():
    row = next(csv.DictReader(io.StringIO(to_csv(ORDER, for_people=True).decode())))
    assert row["customer_name"].startswith("'=")
    assert row["amount_total"] == "-5.00"


def test_a_document_leaves_out_what_xml_does_not_have():
    root = etree.fromstring(to_xml(ORDER))
    assert root.findtext("customer/name") == "=Ada"
    assert [line.findtext("sku") for line in root.find("lines")] == ["A", "B"]


def test_an_update_is_read_into_its_plain_form():
    update = read_update(
        {
            "order": " S1 ",
            "shipped": "yes",
            "lines": [{"sku": "A", "delivered": 2, "confirmed": "2026-12-01T10:00:00", "x": 1}],
            "unknown": {"is": "left out"},
        }
    )
    assert update == {
        "order": "S1",
        "shipped": True,
        "lines": [{"sku": "A", "delivered": "2", "confirmed": "2026-12-01"}],
    }


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([], "update_not_readable"),
        ({"order": "A", "lines": {}}, "update_not_readable"),
        ({"order": "A", "lines": ["x"]}, "update_not_readable"),
        ({}, "update_no_key"),
        ({"order": "  "}, "update_no_key"),
        ({"order": "A", "lines": [{"delivered": 1}]}, "update_line_no_key"),
        ({"order": "A", "lines": [{"sku": "S", "delivered": -1}]}, "update_quantity"),
        ({"order": "A", "lines": [{"sku": "S", "delivered": "NaN"}]}, "update_value"),
        ({"order": "A", "lines": [{"sku": "S", "delivered": "1e30"}]}, "update_value"),
        ({"order": "A", "lines": [{"sku": "S", "delivered": True}]}, "update_value"),
        ({"order": "A", "lines": [{"sku": "S", "confirmed": "soon"}]}, "update_value"),
        ({"order": "A", "lines": [{"sku": "S"}] * 2001}, "update_value"),
        ({"order": "A" * 201}, "update_value"),
        ({"order": "A\x00B"}, "update_value"),
        ({"order": ["A"]}, "update_value"),
        ({"order": "A", "shipped": "perhaps"}, "update_value"),
    ],
)
def test_an_invalid_update_is_refused(raw, code):
    with pytest.raises(FileRefused) as refused:
        read_update(raw)
    assert refused.value.code == code


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"order": '])
def test_invalid_json_is_refused(content):
    with pytest.raises(FileRefused) as refused:
        read_json(content)
    assert refused.value.code == "update_not_readable"


def test_rows_of_one_update_follow_each_other():
    updates = read_csv(
        b"order;sku;delivered;line_status;shipped\nA;S1;1;ok;0\nA;S2;2;;\nB;S1;3;;1\n"
    )
    assert [one["order"] for one in updates] == ["A", "B"]
    assert updates[0]["lines"] == [
        {"sku": "S1", "delivered": "1", "status": "ok"},
        {"sku": "S2", "delivered": "2"},
    ]
    assert updates[1]["shipped"] is True


def test_orders_are_read_with_shipping_and_discount():
    text = "order,date,currency,total,shipping,name,sku,quantity,amount,discount\n"
    text += "F-1,2026-11-20T12:00:00+02:00,eur,22.90,4.90,Ada,SKU-1,2,20.00,2.00\n"
    [order] = read_orders(text.encode(), "csv")
    assert (order["currency"], order["amount_total"], order["unexplained"]) == (
        "EUR", "22.90", "0.00",
    )  # fmt: skip
    assert order["ordered_at"].isoformat() == "2026-11-20T10:00:00+00:00"
    charges = [(one["kind"], one["amount"]) for one in order["lines"][0]["charges"]]
    assert charges == [("item", "20.00"), ("discount", "-2.00"), ("shipping", "4.90")]


def test_a_status_is_that_of_all_lines():
    """Heads stand once, in the first row; only what is cancelled needs no amounts."""
    head = HEAD.replace("name", "status")
    more = "F-1,,,,SKU-2,1,5.00\n"
    for status, key in (("shipped", "quantity_shipped"), ("cancelled", "quantity_cancelled")):
        [order] = read_orders((head + ROW.replace("Ada", status) + more).encode(), "csv")
        assert [line[key] for line in order["lines"]] == [2, 1]
    empty = ROW.replace("Ada", "cancelled").replace("20.00", "")
    [order] = read_orders((head + empty).encode(), "csv")
    assert order["remote_status"] == "cancelled"


def test_a_total_that_does_not_fit_is_reported():
    text = HEAD.replace("name", "total,name") + ROW.replace("Ada", "21.00,Ada")
    [order] = read_orders(text.encode(), "csv")
    assert order["unexplained"] == "1.00"


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (HEAD + ROW.replace("F-1", ""), "orders_value", 2),
        (HEAD + ROW + ROW.replace("F-1", "F-2") + ROW, "order_twice", 4),
        (HEAD + ROW.replace("SKU-1", ""), "order_line_no_sku", 2),
        (HEAD + ROW.replace(",2,", ",1.5,"), "order_quantity", 2),
        (HEAD + ROW.replace(",2,", ",-1,"), "order_quantity", 2),
        (HEAD + ROW.replace("20.00", "x"), "orders_value", 2),
        (HEAD + ROW + ROW.replace("20.00", ""), "orders_value", 3),
        (HEAD.replace("amount", "price") + ROW, "orders_value", 2),
        (HEAD + ROW.replace("20.00", "1e99"), "orders_value", 2),
        (HEAD + ROW.replace("EUR", "EURO"), "order_currency", 2),
        (HEAD + ROW.replace("2026-11-20T10:00:00", "yesterday"), "orders_value", 2),
        ('order,sku\n"open', "orders_not_readable", None),
    ],
)
def test_a_wrong_table_is_refused_with_its_row(text, code, row):
    with pytest.raises(FileRefused) as refused:
        read_orders(text.encode(), "csv")
    assert (refused.value.code, refused.value.problems[0].row) == (code, row)


@pytest.mark.parametrize(
    "text",
    [
        "<orders>",
        '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><orders>&x;</orders>',
    ],
)
def test_a_document_with_a_type_or_without_an_end_is_refused(text):
    with pytest.raises(FileRefused) as refused:
        read_orders(text.encode(), "xml")
    assert refused.value.code == "orders_not_readable"


def test_only_https_and_opened_hosts_are_addresses():
    opened = {"127.0.0.1:8090"}
    check_address("https://example.com/x", opened)
    check_address("http://127.0.0.1:8090/x", opened)
    for address in (
        "http://example.com", "http://127.0.0.1/x", "ftp://example.com", "https://a:b@example.com",
        "https://", "example.com", "https://example.com/#x", "https://[x/",
    ):  # fmt: skip
        with pytest.raises(FileRefused):
            check_address(address, opened)
