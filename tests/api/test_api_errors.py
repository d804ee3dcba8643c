# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every row of the error table, and what reaches the addon from each of them."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from api.errors import causes
from api.errors.error_table import API, FAULT, LOGIN, RULES, STORAGE, Rule, all_causes, find_cause
from api.errors.exceptions import (
    Cause,
    CircuitOpen,
    Configuration,
    Rejected,
    SpapiError,
    Throttled,
    Transient,
)
from api_support import TOKEN, Reply, gateway, loopback

KINDS = {
    Transient: "transient",
    Throttled: "throttled",
    CircuitOpen: "resting",
    Configuration: "configuration",
    Rejected: "rejected",
}
API_ROWS = [rule for rule in RULES if rule.source == API]
LOGIN_ROWS = [rule for rule in RULES if rule.source == LOGIN]
STORAGE_ROWS = [rule for rule in RULES if rule.source == STORAGE]
FAULT_ROWS = [rule for rule in RULES if rule.source == FAULT]


def a_status(rule: Rule) -> int:
    """Return a status that this row covers and no earlier row for a single status does."""
    taken = {r.statuses.start for r in RULES if r.source == rule.source and len(r.statuses) == 1}
    free = [status for status in rule.statuses if status not in taken]
    return rule.statuses.start if len(rule.statuses) == 1 else free[-1]


def name(rule: Rule) -> str:
    """Return how a row is called in the test report."""
    return f"{rule.cause.code}-{rule.statuses.start}"


def errors_body(rule: Rule) -> dict[str, object]:
    """Return Amazon's error body with the words of a row."""
    words = rule.words[0] if rule.words else "something"
    return {"errors": [{"code": "Code", "message": f"Amazon says {words}.", "details": ""}]}


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_each_row_is_reached_by_its_status_and_words(rule: Rule) -> None:
    for word in rule.words or ("",):
        for operation in rule.operations or {""}:
            found = find_cause(
                rule.source, a_status(rule), f"Before {word.upper()} after", operation
            )
            assert found is rule.cause


@pytest.mark.parametrize("rule", [rule for rule in API_ROWS if not rule.cause.refresh], ids=name)
def test_each_api_row_comes_out_of_a_call(rule: Rule) -> None:
    status = a_status(rule)
    operation = min(rule.operations, default="getOrder")
    path = {"orderId": "1", "sellerFulfillmentOrderId": "1"}
    with loopback(Reply.json(errors_body(rule), status, x_amzn_RequestId="req-1")) as server:
        with gateway(server.url) as ours, pytest.raises(rule.cause.raises) as caught:
            ours.call(operation, path=path)
    error = caught.value
    assert (error.code, error.status, error.request_id) == (rule.cause.code, status, "req-1")
    assert error.amazon_code == "Code"
    assert "Amazon says" in error.detail


@pytest.mark.parametrize("rule", LOGIN_ROWS, ids=name)
def test_each_login_row_comes_out_of_a_call(rule: Rule) -> None:
    """002-50: a wrong secret and a revoked consent say different things."""
    body = {"error": rule.words[0] if rule.words else "other", "error_description": "Words."}
    with loopback() as server, gateway(server.url) as ours:
        server.logins[0] = Reply.json(body, a_status(rule))
        with pytest.raises(rule.cause.raises) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        assert server.asked == []
    assert (caught.value.code, caught.value.detail) == (rule.cause.code, "Words.")


@pytest.mark.parametrize("rule", STORAGE_ROWS, ids=name)
@pytest.mark.parametrize("direction", ["upload", "download"])
def test_each_storage_row_comes_out_of_a_transfer(rule: Rule, direction: str) -> None:
    word = rule.words[0] if rule.words else "Other"
    body = f"<Error><Code>{word}</Code><Message>Words.</Message></Error>".encode()
    with loopback(Reply(a_status(rule), body)) as server, gateway(server.url) as ours:
        with pytest.raises(rule.cause.raises) as caught:
            if direction == "upload":
                ours.upload(server.url + "/doc", b"x", "text/xml")
            else:
                ours.download(server.url + "/doc")
    error = caught.value
    assert (error.code, error.amazon_code) == (rule.cause.code, word)
    assert "Words." in error.detail


FAULTS = [
    (httpx.ConnectTimeout("slow"), "network_connect_timeout", False),
    (httpx.ReadTimeout("slow"), "network_timeout", True),
    (httpx.WriteTimeout("slow"), "network_timeout", True),
    (httpx.PoolTimeout("slow"), "network_timeout", True),
    (httpx.ConnectError("[Errno -2] Name or service not known"), "network_unreachable", False),
    (httpx.ConnectError("[Errno 111] Connection refused"), "network_unreachable", False),
    (
        httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
        "network_certificate",
        False,
    ),
    (httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER] wrong"), "network_certificate", False),
    (httpx.ProxyError("407"), "network_proxy", False),
    (httpx.ReadError("reset by peer"), "network_cut", True),
    (httpx.WriteError("reset by peer"), "network_cut", True),
    (httpx.CloseError("closed"), "network_cut", True),
    (httpx.RemoteProtocolError("peer closed connection"), "network_cut", True),
    (httpx.DecodingError("bad deflate"), "malformed_answer", True),
    (httpx.UnsupportedProtocol("ftp"), "endpoint_invalid", False),
    (httpx.InvalidURL("no"), "endpoint_invalid", False),
    (httpx.TooManyRedirects("20"), "unknown", True),
]


@pytest.mark.parametrize(("fault", "code", "unknown"), FAULTS, ids=lambda value: str(value)[:40])
def test_each_fault_on_the_way_comes_out_of_a_call(
    fault: Exception, code: str, unknown: bool
) -> None:
    """Return whether a feed may have been created although no answer came is known."""

    def send(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/o2/token":
            return httpx.Response(200, stream=httpx.ByteStream(json.dumps(TOKEN).encode()))
        raise fault

    http = httpx.MockTransport(send)
    with gateway("https://127.0.0.1", http=http) as ours, pytest.raises(SpapiError) as caught:
        ours.call("createFeed", body={"feedType": "X"})
    assert (caught.value.code, caught.value.status) == (code, None)
    assert caught.value.outcome_unknown is unknown
    assert type(fault).__name__ in caught.value.detail


def test_every_fault_row_is_tried_above() -> None:
    assert {rule.cause.code for rule in FAULT_ROWS} == {code for _f, code, _u in FAULTS} - {
        "unknown"
    }


def test_an_unlisted_error_gets_the_default() -> None:
    assert find_cause(API, 299) is causes.UNKNOWN
    assert find_cause(LOGIN, 302) is causes.UNKNOWN
    assert find_cause(STORAGE, 304) is causes.UNKNOWN
    assert find_cause(FAULT, 0, "SomethingNew") is causes.UNKNOWN
    assert causes.UNKNOWN.raises is Transient and causes.UNKNOWN.outcome_unknown


@pytest.mark.parametrize("cause", all_causes(), ids=lambda cause: cause.code)
def test_every_cause_says_a_sentence_and_makes_the_exception_of_its_kind(cause: Cause) -> None:
    error = cause.error(detail="d", status=1, retry_after=2.0, request_id="r", amazon_code="c")
    assert error.kind == KINDS[cause.raises]
    assert re.fullmatch(r"[A-Z].+[.]", error.sentence)
    assert str(error) == f"{error.sentence} [{error.code}]"
    assert (error.detail, error.status, error.retry_after) == ("d", 1, 2.0)
    assert (error.request_id, error.amazon_code) == ("r", "c")


def test_codes_and_sentences_of_causes_are_not_shared() -> None:
    """The addon translates and groups by code: one code, one sentence (001-36)."""
    found = all_causes()
    assert len({cause.code for cause in found}) == len(found) > 40
    assert {rule.cause for rule in RULES} <= set(found)


def test_words_of_a_gateway_page_do_not_decide() -> None:
    """A page of some proxy that happens to say "expired" is no word of Amazon's."""
    page = Reply(403, b"<html>Your session expired</html>", {"Content-Type": "text/html"})
    with loopback(page) as server, gateway(server.url) as ours:
        with pytest.raises(Configuration) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert caught.value.code == "spapi_403_missing_role"


def test_detail_and_amazon_code_hold_no_secret_and_are_short() -> None:
    error = causes.UNKNOWN.error(detail="Atzr|secret " + "x" * 9000, amazon_code="Atza|secret")
    assert "secret" not in error.detail + error.amazon_code + str(error) + repr(error)
    assert len(error.detail) == 2000


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'"text"', b'{"errors": "none"}', b'{"errors": [1, null]}', b'{"errors": [{}]}'],
)
def test_an_error_body_of_any_form_is_an_error(body: bytes) -> None:
    with loopback(Reply(400, body)) as server, gateway(server.url) as ours:
        with pytest.raises(Rejected) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert (caught.value.code, caught.value.amazon_code) == ("spapi_400_InvalidInput", "")


def test_the_detail_quotes_amazons_words_or_the_page_that_came_instead() -> None:
    two = {
        "errors": [
            {"code": "A", "message": "one", "details": "more"},
            {"code": "B", "message": "two", "details": ""},
        ]
    }
    page = Reply(503, b"<h1>Service Unavailable</h1>", {"Content-Type": "text/html"})
    with loopback(Reply.json(two, 400), page) as server, gateway(server.url) as ours:
        details = []
        for _call in range(2):
            with pytest.raises(SpapiError) as caught:
                ours.call("getOrder", path={"orderId": "1"})
            details.append(caught.value.detail)
    assert details == ["A one more; B two", "<h1>Service Unavailable</h1>"]


@pytest.mark.parametrize("status", [300, 304])
def test_a_status_just_above_success_is_none(status: int) -> None:
    refused = Reply(status, b"" if status == 304 else b"{}")
    with loopback(refused, refused) as server, gateway(server.url) as ours:
        with pytest.raises(Configuration):
            ours.call("getOrder", path={"orderId": "1"})
        with pytest.raises(Transient):
            ours.upload(server.url + "/doc", b"x", "text/xml")
