# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every parser of what comes from outside: no crash, no hang, no unbounded memory, a named error
(000-12, 000-20)."""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest
from api import parsers
from api.parsers.feed_report import parse_json_report as parse_report_json
from api.parsers.feed_report import parse_xml_report as parse_report_xml
from api.parsers.mentions import parse_notifications, parse_order_statement
from api.parsers.order_report_flat import parse_order_table
from api.parsers.order_report_xml import parse_order_report
from api.parsers.orders import parse_orders_document, parse_packages
from api.parsers.returns_table import parse_returns
from api.parsers.settlement import parse_settlement
from api.parsers.shown_listings import parse_listings_table, parse_shown_listings
from api.values import DocumentError
from hypothesis import given, settings
from hypothesis import strategies as st

MEGABYTE = 2**20
DOCTYPE = b"<!DOCTYPE a [<!ENTITY b %b>]><a>&b;</a>"


def with_tax(_country: str, _channel: str) -> bool:
    return True


ORDER = {
    "orderId": "302-1234567-1234567",
    "createdTime": "2026-11-20T10:00:00Z",
    "lastUpdatedTime": "2026-11-20T10:00:00Z",
    "salesChannel": {"marketplaceId": "A1PA6795UKMFR9", "channelName": "AMAZON"},
    "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
    "buyer": {"buyerName": "Ada", "buyerEmail": "a@example.com"},
    "recipient": {"deliveryAddress": {"name": "Ada", "addressLine1": "Way 1", "city": "Town"}},
    "proceeds": {"grandTotal": {"amount": "10.00", "currencyCode": "EUR"}},
    "orderItems": [
        {
            "orderItemId": "1",
            "quantityOrdered": 1,
            "product": {"sellerSku": "A", "asin": "B0", "title": "T"},
            "proceeds": {"breakdowns": [{"type": "ITEM", "subtotal": {"amount": "10.00"}}]},
        }
    ],
    "packages": [{"packageReferenceId": "1", "trackingNumber": "T"}],
}
LISTING = {"sku": "A", "summaries": [{"asin": "B0", "status": ["BUYABLE"]}], "issues": []}
NOTICE = {"NotificationType": "LISTINGS_ITEM_ISSUES_CHANGE", "Payload": {"Sku": "A"}}
HINT = {
    "NotificationType": "FULFILLMENT_ORDER_STATUS",
    "Payload": {"FulfillmentOrderStatusNotification": {"SellerFulfillmentOrderId": "A"}},
}
NOTICES = (NOTICE, HINT)
REPORT = {
    "header": {"sellerId": "A", "version": "2.0", "feedId": "1"},
    "issues": [{"messageId": 1, "code": "1", "severity": "ERROR", "message": "No"}],
    "summary": {"errors": 1, "warnings": 0, "messagesProcessed": 1, "messagesAccepted": 0},
}
ENVELOPE = (
    b'<?xml version="1.0"?><AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion></Header>'
    b"<MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID>"
    b"<ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary><MessagesProcessed>1"
    b"</MessagesProcessed></ProcessingSummary></ProcessingReport></Message></AmazonEnvelope>"
)
TABLE = (
    b"order-id\torder-item-id\tsku\tquantity-purchased\titem-price\tseller-sku\tasin1\n"
    b"302-1234567-1234567\t1\tA\t1\t10.00\tA\tB0\n"
)

SETTLEMENT = (
    b"settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\t"
    b"currency\ttransaction-type\torder-id\tamount-type\tamount-description\tamount\tposted-date\n"
    b"1\t2023-03-01 00:00:00 UTC\t2023-03-15 00:00:00 UTC\t2023-03-17 00:00:00 UTC\t10.00\tEUR\n"
    b"1\t\t\t\t\t\tOrder\t302-1234567-1234567\tItemPrice\tPrincipal\t10.00\t2023-03-14\n"
)


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


#: Name -> (parser of bytes, something that it can read).
PARSERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "orders": (parse_orders_document, dumped({"orders": [ORDER]})),
    "packages": (parse_packages, dumped({"order": ORDER})),
    "notifications": (
        parse_notifications,
        dumped({"messages": [{"messageId": "1", "body": json.dumps(one)} for one in NOTICES]}),
    ),
    "shown listings": (
        lambda raw: parse_shown_listings(raw, "A1PA6795UKMFR9", ["A"]),
        dumped({"items": [LISTING]}),
    ),
    "processing report, JSON": (parse_report_json, dumped(REPORT)),
    "processing report, XML": (parse_report_xml, ENVELOPE),
    "order report, XML": (lambda raw: parse_order_report(BytesIO(raw), with_tax), ENVELOPE),
    "order report, table": (
        lambda raw: parse_order_table(BytesIO(raw), "cp1252", with_tax),
        TABLE,
    ),
    "order statement": (lambda raw: parse_order_statement(BytesIO(raw), "utf-8"), TABLE),
    "listings table": (lambda raw: parse_listings_table(BytesIO(raw), "utf-8", "X"), TABLE),
    "returns": (lambda raw: parse_returns(BytesIO(raw), "utf-8"), TABLE),
    "settlement": (lambda raw: parse_settlement(raw).rows(), SETTLEMENT),
}


def read(name: str, raw: bytes) -> bool:
    """Read to the end; return whether it could be read."""
    try:
        found = PARSERS[name][0](raw)
        if isinstance(found, Iterable):
            list(found)
    except DocumentError as error:
        assert str(error)
        return False
    return True


#: Well-formed, and not meant for anybody who reckons with them.
NUMBERS = [
    *("1e999999999", "-1e999999", "1e-999999999", "9" * 4000, "9" * 5000, "-0", "1.5", "true"),
    *('"1e999999999"', '"NaN"', '"Infinity"', '"-0"'),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to each value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, item in inner:
        yield (*path, step)
        if isinstance(item, (dict, list)):
            yield from places(item, (*path, step))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy with something else at a place."""
    changed = node = json.loads(json.dumps(value))
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = new
    return changed


@pytest.mark.parametrize("name", [name for name, (_, good) in PARSERS.items() if good[:1] == b"{"])
def test_no_number_breaks_or_holds_a_parser(name: str):
    """1e999999999 is ten bytes of JSON, and as a whole number a gigabyte."""
    good = json.loads(PARSERS[name][1])
    for path in places(good):
        for number in NUMBERS:
            read(name, dumped(put(good, path, "@")).replace(b'"@"', number.encode()))


def test_every_parser_is_here():
    """A new parser of documents has to be fuzzed, too."""
    names = set()
    for module in pkgutil.iter_modules(parsers.__path__):
        found = importlib.import_module(f"api.parsers.{module.name}")
        names |= {
            (module.name, name)
            for name in vars(found)
            if name.startswith("parse_") and vars(found)[name].__module__ == found.__name__
        }
    assert len(names) == len(PARSERS), sorted(names)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=60)
@given(raw=st.binary(max_size=400))
def test_any_bytes(name, raw):
    read(name, raw)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=80)
@given(seed=st.integers(0, 2**32))
def test_readable_answers_with_changed_doubled_and_lost_bytes(name, seed):
    raw, chance = bytearray(PARSERS[name][1]), random.Random(seed)
    for _change in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw) or 1)
        what = chance.choice(("cut", "set", "double", "quote"))
        if what == "cut":
            del raw[place : place + chance.randint(1, 20)]
        elif what == "double":
            raw[place:place] = raw[place : place + 30]
        else:
            raw[place : place + 1] = b'"' if what == "quote" else bytes([chance.randrange(256)])
    read(name, bytes(raw))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("aä0 -"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    "name", ["orders", "packages", "shown listings", "processing report, JSON"]
)
@settings(max_examples=80)
@given(data=st.data())
def test_json_with_a_value_of_another_kind_anywhere(name, data):
    value = json.loads(PARSERS[name][1])
    node = value
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], (dict, list)) or not node[key] or data.draw(st.booleans()):
            node[key] = data.draw(JSON_VALUES)
            break
        node = node[key]
    read(name, dumped(value))


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"[" * 100_000, id="deep list"),
        pytest.param(b'{"a":' * 100_000, id="deep object"),
        pytest.param(b"<a>" * 100_000, id="deep elements"),
        pytest.param(b"\t" * 2_000_000, id="two million columns"),
        pytest.param(b"x" * 5_000_000, id="one long line"),
        pytest.param(DOCTYPE % b'"bbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;"', id="entities"),
        pytest.param(DOCTYPE % b'SYSTEM "file:///etc/passwd"', id="external entity"),
    ],
)
def test_bombs_are_refused_within_bounded_memory(name, raw):
    tracemalloc.start()
    try:
        read(name, raw)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # what Python makes of a line is some times the line, never its square
    assert peak < 64 * len(raw) + 64 * MEGABYTE
