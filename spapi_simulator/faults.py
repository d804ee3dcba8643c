# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The faults that the simulator can play: one small function each, in one table.

A fault acts before the operation (instead of it), marks the call for the operation itself, or
changes the finished answer.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import ApiError, as_json, invalid_input, quota_exceeded, unauthorized
from .fault_book import Fault
from .http import Answer, Call
from .order_faults import null_buyer, orders_of, unknown_values
from .reports.charsets import CODECS

BEFORE, MARK, AFTER = "before", "mark", "after"
Options = dict[str, Any]
_LONGEST_HOLD = 120.0
_PAGED = frozenset({"searchOrders", "searchListingsItems", "getFeeds", "getReports"})
_FINANCES = frozenset({"listTransactions", "listSummary", "listPayouts"})
_ORDERS = frozenset({"searchOrders", "getOrder"})
_JOBS = frozenset({"createFeed", "createReport"})
_FEEDS = frozenset({"createFeed"})
_DOWNLOADS = frozenset({"downloadFeedDocument", "downloadReportDocument"})
_WRITES = frozenset(
    {
        "createFeed",
        "confirmShipment",
        "putListingsItem",
        "patchListingsItem",
        "deleteListingsItem",
        "createFulfillmentOrder",
        "updateFulfillmentOrder",
        "cancelFulfillmentOrder",
        "createFulfillmentReturn",
        "outbound.createOrder",
        "outbound.updateOrder",
        "outbound.cancelOrder",
    }
)
_CANCELS = frozenset({"cancelFulfillmentOrder", "outbound.cancelOrder"})


@dataclass(frozen=True)
class Kind:
    """One kind of fault: when it acts, what it does, and which operations it can hit."""

    phase: str
    act: Callable[..., Any]
    operations: frozenset[str] | None = None
    needs: str = ""


def throttle(call: Call, options: Options) -> Answer:
    """Answer 429 QuotaExceeded whatever the bucket holds."""
    return quota_exceeded().answer()


def server_error(call: Call, options: Options) -> Answer:
    """Answer 500 InternalFailure as JSON (`status` and `code` may say otherwise)."""
    text = "We encountered an internal error. Please try again."
    code = options.get("code", "InternalFailure")
    return ApiError(int(options.get("status", 500)), code, text).answer()


def html_503(call: Call, options: Options) -> Answer:
    """Answer 503 with a page of a gateway."""
    return _html(503, "Service Unavailable")


def html_500(call: Call, options: Options) -> Answer:
    """Answer 500 with a page of a gateway."""
    return _html(500, "Internal Server Error")


def html_200(call: Call, options: Options) -> Answer:
    """Answer 200 with a page: a proxy or a log-in page in between."""
    return _html(200, "Please sign in")


def bad_token(call: Call, options: Options) -> Answer:
    """Answer 400 to a page token that was good a moment ago."""
    return invalid_input("Invalid Input", "The page token is invalid or has expired.").answer()


def forbidden(call: Call, options: Options) -> Answer:
    """Answer 403 for an access token that has expired."""
    text = options.get("details", "The access token you provided has expired.")
    return unauthorized(text).answer()


def refuse(call: Call, options: Options) -> Answer:
    """Close the connection; nothing happens."""
    return Answer(drop=True)


def mark(call: Call, options: Options) -> None:
    """Leave it to the operation."""


def drop_after(call: Call, answer: Answer, options: Options) -> Answer:
    """Close the connection before the answer; the effect has happened."""
    return Answer(drop=True)


def time_out(call: Call, answer: Answer, options: Options) -> Answer:
    """Hold the answer for `seconds` (default 30, at most 120); the effect has happened."""
    answer.hold = min(float(options.get("seconds", 30)), _LONGEST_HOLD)
    return answer


def cut_body(call: Call, answer: Answer, options: Options) -> Answer:
    """Send half of the body under the full Content-Length, then close the connection."""
    answer.cut = True
    return answer


def bad_json(call: Call, answer: Answer, options: Options) -> Answer:
    """Answer 200 with a JSON (or a document) that breaks off in the middle."""
    return _changed(answer, lambda plain: plain[: len(plain) // 2])


def bad_gzip(call: Call, answer: Answer, options: Options) -> Answer:
    """Send a document whose gzip stream is damaged."""
    answer.body = answer.body[: max(4, len(answer.body) - 12)] + b"\x00" * 6
    return answer


def wrong_charset(call: Call, answer: Answer, options: Options) -> Answer:
    """Send a document in `charset` (default cp1252) while everything else says its own."""
    codec = str(options.get("charset", "cp1252"))
    named = answer.headers["Content-Type"].rpartition("charset=")[2] or "utf-8"
    declared = CODECS.get(named.lower(), "utf-8")
    return _changed(answer, lambda plain: plain.decode(declared).encode(codec, "replace"))


def malformed(call: Call, answer: Answer, options: Options) -> Answer:
    """Send a document with garbage in its middle: bytes that no charset knows, tags unclosed."""
    garbage = b"\x00\xff<&>\x81\t\t\r\n\t<broken"

    def spoilt(plain: bytes) -> bytes:
        middle = len(plain) // 2
        return plain[:middle] + garbage + plain[middle:]

    return _changed(answer, spoilt)


def unknown_status(call: Call, answer: Answer, options: Options) -> Answer:
    """Answer with a status that is in no model (`value`, default ON_HOLD)."""
    value = options.get("value", "ON_HOLD")
    for order in orders_of(answer.payload):
        if "fulfillment" in order:
            order["fulfillment"]["fulfillmentStatus"] = value
    if "processingStatus" in answer.payload:
        answer.payload["processingStatus"] = value
    answer.body = as_json(answer.payload)
    return answer


def null_address(call: Call, answer: Answer, options: Options) -> Answer:
    """Answer with null in every key of buyer and address (`whole`: instead of the objects)."""
    for order in orders_of(answer.payload):
        null_buyer(order, bool(options.get("whole")))
    answer.body = as_json(answer.payload)
    return answer


def unknown_enum(call: Call, answer: Answer, options: Options) -> Answer:
    """Answer with programmes, service levels, tax models that are not documented (`charge`: a
    type)."""
    for order in orders_of(answer.payload):
        unknown_values(order, str(options.get("charge", "")))
    answer.body = as_json(answer.payload)
    return answer


KINDS: dict[str, Kind] = {
    "throttle": Kind(BEFORE, throttle),
    "server_error": Kind(BEFORE, server_error),
    "html_503": Kind(BEFORE, html_503),
    "html_500": Kind(BEFORE, html_500),
    "html_200": Kind(BEFORE, html_200),
    "bad_token": Kind(BEFORE, bad_token, _PAGED | _FINANCES, needs="token"),
    "forbidden": Kind(BEFORE, forbidden),
    "refuse": Kind(BEFORE, refuse),
    "ignore": Kind(MARK, mark, _WRITES),
    "stuck": Kind(MARK, mark, _JOBS),
    "fatal": Kind(MARK, mark, _JOBS),
    "report": Kind(MARK, mark, _FEEDS),
    "warn": Kind(MARK, mark, _FEEDS),
    "repeat_page": Kind(MARK, mark, _PAGED, needs="token"),
    "empty_page": Kind(MARK, mark, _FINANCES),
    "leave_out": Kind(MARK, mark, frozenset({"searchOrders", "createReport"})),
    "pick_first": Kind(MARK, mark, _CANCELS),
    "update_while_paging": Kind(MARK, mark, frozenset({"searchOrders"}), needs="token"),
    "drop_after": Kind(AFTER, drop_after),
    "time_out": Kind(AFTER, time_out),
    "cut_body": Kind(AFTER, cut_body),
    "bad_json": Kind(AFTER, bad_json),
    "bad_gzip": Kind(AFTER, bad_gzip, _DOWNLOADS),
    "wrong_charset": Kind(AFTER, wrong_charset, _DOWNLOADS),
    "malformed": Kind(AFTER, malformed, _DOWNLOADS),
    "null_address": Kind(AFTER, null_address, _ORDERS),
    "unknown_enum": Kind(AFTER, unknown_enum, _ORDERS),
    "unknown_status": Kind(AFTER, unknown_status, frozenset({*_ORDERS, "getFeed", "getReport"})),
}
_TOKENS = ("paginationToken", "pageToken", "nextToken")


def fits(kind: str, call: Call) -> bool:
    """Return whether a fault of this kind can hit the call."""
    row = KINDS[kind]
    if row.operations is not None and call.operation not in row.operations:
        return False
    return row.needs != "token" or any(call.text(name) for name in _TOKENS)


def before(call: Call, faults: list[Fault]) -> Answer | None:
    """Play the faults that act instead of the operation and hand marks to the call."""
    for fault in faults:
        if KINDS[fault.kind].phase == MARK:
            call.marks[fault.kind] = fault.options
    for fault in faults:
        if KINDS[fault.kind].phase == BEFORE:
            return KINDS[fault.kind].act(call, fault.options)
    return None


def after(call: Call, answer: Answer, faults: list[Fault]) -> Answer:
    """Play the faults that change a finished answer; an error answer stays as it is."""
    for fault in faults:
        kind = KINDS[fault.kind]
        if kind.phase == AFTER and (answer.status < 400 or kind.act in (time_out, drop_after)):
            answer = kind.act(call, answer, fault.options)
    return answer


def _changed(answer: Answer, change: Callable[[bytes], bytes]) -> Answer:
    """Change the plain bytes of a body that may be packed."""
    packed = answer.body[:2] == b"\x1f\x8b"
    plain = change(gzip.decompress(answer.body) if packed else answer.body)
    answer.body = gzip.compress(plain, mtime=0) if packed else plain
    return answer


def _html(status: int, title: str) -> Answer:
    body = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, body.encode(), {"Content-Type": "text/html"})
