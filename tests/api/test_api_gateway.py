# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The gateway: what is sent, what comes back, quotas, and the renewal of tokens."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from api.errors.exceptions import Configuration, Rejected, SpapiError, Throttled, Transient
from api.http.gateway import format_path, format_query
from api_support import CREDENTIALS, ROOT, Reply, gateway, loopback
from hypothesis import given
from hypothesis import strategies as st
from memory_limiter import MemoryLimiter

ORDER = Reply.json({"order": {"orderId": "1"}})
EXPIRED = Reply.json(
    {
        "errors": [
            {
                "code": "Unauthorized",
                "message": "Access to requested resource is denied.",
                "details": "The access token you provided has expired.",
            }
        ]
    },
    403,
)
QUOTA = Reply.json({"errors": [{"code": "QuotaExceeded", "message": "You exceeded."}]}, 429)


class RecordingLimiter(MemoryLimiter):
    """A limiter that records its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[tuple[object, ...]] = []

    def acquire(
        self, account: str, bucket_name: str, rate: float, burst: int, reserve: int = 0
    ) -> float:
        """Note and take."""
        self.notes.append(("acquire", bucket_name, rate, burst))
        return super().acquire(account, bucket_name, rate, burst, reserve)

    def observe(self, account: str, bucket_name: str, rate: float) -> None:
        """Note and raise."""
        self.notes.append(("observe", bucket_name, rate))
        super().observe(account, bucket_name, rate)

    def penalise(self, account: str, bucket_name: str, left: int = 0) -> None:
        """Note and empty."""
        self.notes.append(("penalise", bucket_name))
        super().penalise(account, bucket_name, left)


# Requests and answers


def test_an_answer_carries_raw_bytes_and_all_that_is_known_of_them() -> None:
    """000-09: content is byte-equal."""
    body = b'{ "orders" : [], "x": 1.10 }\n'
    headers = {"Content-Type": "application/json; charset=UTF-8", "x-amzn-RequestId": "rid"}
    with loopback(Reply(200, body, headers)) as server, gateway(server.url) as ours:
        answer = ours.call("searchOrders")
    assert answer.raw == body
    assert answer.payload == {"orders": [], "x": Decimal("1.10")}
    assert (answer.status, answer.request_id, answer.charset) == (200, "rid", "utf-8")
    assert answer.headers["x-amzn-requestid"] == "rid"
    assert datetime.now(timezone.utc) - answer.received_at < timedelta(minutes=1)
    assert "orders" not in repr(answer)


def test_the_payload_is_unwrapped_where_amazon_wraps_it_and_only_there() -> None:
    shop = {"marketplace": {"id": "A1", "name": "Shop"}}
    wrapped = {"payload": [shop]}
    with loopback(Reply.json(wrapped), Reply.json({"payload": 1})) as server:
        with gateway(server.url) as ours:
            assert ours.call("getMarketplaceParticipations").payload == wrapped["payload"]
            assert ours.call("getOrder", path={"orderId": "1"}).payload == {"payload": 1}


def test_a_success_without_a_body_is_one_where_amazon_says_none() -> None:
    """confirmShipment answers 204."""
    with loopback(Reply(204), Reply(200, b"")) as server, gateway(server.url) as ours:
        confirmed = ours.call("confirmShipment", path={"orderId": "1"}, body={"a": 1})
        assert (confirmed.status, confirmed.payload, confirmed.raw) == (204, {}, b"")
        assert ours.call("cancelFeed", path={"feedId": "1"}).payload == {}


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("searchOrders", b""),
        ("searchOrders", b"<html>"),
        ("searchOrders", b'{"orders": ['),
        ("searchOrders", b"3"),
        ("searchOrders", b"null"),
        ("searchOrders", b'{"x": NaN}'),
        ("getAccount", b"{}"),
        ("getAccount", b"[]"),
        ("getAccount", b'{"payload": null}'),
    ],
)
def test_a_success_that_is_not_what_was_agreed_is_a_passing_failure(
    operation: str, body: bytes
) -> None:
    """000-13."""
    reply = Reply(200, body, {"x-amzn-RequestId": "rid"})
    with loopback(reply) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            ours.call(operation)
    assert (caught.value.code, caught.value.request_id) == ("malformed_answer", "rid")


def test_a_request_carries_token_body_and_our_name() -> None:
    with loopback(Reply.json({"feedId": "1"}, 202)) as server, gateway(server.url) as ours:
        ours.call("createFeed", body={"feedType": "X", "n": Decimal("1.50")})
        asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/feeds/2021-06-30/feeds")
    assert asked.headers["x-amz-access-token"] == "Atza|first"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["user-agent"].startswith("OdooIntegratorAmazon/")
    assert asked.json() == {"feedType": "X", "n": 1.5}


def test_the_callers_values_are_not_changed() -> None:
    query, body = {"a": 1}, {"b": [Decimal(1)]}
    with loopback(Reply.json({"feedId": "1"})) as server, gateway(server.url) as ours:
        ours.call("createFeed", query=query, body=body)
    assert (query, body) == ({"a": 1}, {"b": [Decimal(1)]})


SKUS = ["a/b", "a b", "a+b", "50%", "%2F", "Größe 日本", "a?b#c", "..", ".", "a;b=c&d", "../../x"]


@pytest.mark.parametrize("sku", SKUS)
def test_a_sku_arrives_as_one_encoded_piece_of_the_path(sku: str) -> None:
    """A SKU in a path must be percent-encoded."""
    with loopback(Reply.json({"sku": sku})) as server, gateway(server.url) as ours:
        ours.call("getListingsItem", path={"sellerId": "A", "sku": sku})
        path = server.asked[0].path
    assert path == format_path("/listings/2021-08-01/items/A/{sku}", {"sku": sku})
    pieces = path.split("/")
    assert len(pieces) == 6 and pieces[:5] == ["", "listings", "2021-08-01", "items", "A"]


@given(st.text(min_size=1))
def test_any_text_in_a_path_can_be_read_back(sku: str) -> None:
    from urllib.parse import unquote

    try:
        sku.encode()
    except UnicodeEncodeError:
        return
    path = format_path("/x/{sku}", {"sku": sku})
    assert path.isascii() and path.count("/") == 2 and not {"?", "#", " "} & set(path)
    assert unquote(path.removeprefix("/x/")) == sku


def test_query_values_are_written_as_amazon_reads_them() -> None:
    noon = datetime(2026, 3, 1, 13, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    query = {"a": ["x", "y"], "b": True, "c": None, "d": noon, "e": 3, "f": ("p",), "g": []}
    assert format_query(query) == {
        "a": "x,y",
        "b": "true",
        "d": "2026-03-01T12:00:00Z",
        "e": "3",
        "f": "p",
        "g": "",
    }


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_query({"t": datetime(2026, 1, 1)})


# Quotas


def test_without_a_token_in_the_bucket_nothing_is_sent() -> None:
    """The planner gets the time, and nobody sleeps."""
    with loopback(*[Reply.json({"orders": []})] * 20) as server, gateway(server.url) as ours:
        for _call in range(20):
            ours.call("searchOrders")
        with pytest.raises(Throttled) as caught:
            ours.call("searchOrders")
        assert len(server.asked) == 20
    assert caught.value.code == "quota_wait"
    assert caught.value.retry_after == pytest.approx(1 / 0.0056, rel=0.01)
    assert caught.value.outcome_unknown is False


def test_a_wait_of_less_than_a_second_is_one_too() -> None:
    class NearlyEmptyLimiter(MemoryLimiter):
        def acquire(
            self, account: str, bucket_name: str, rate: float, burst: int, reserve: int = 0
        ) -> float:
            return 0.001

    with loopback(ORDER) as server, gateway(server.url, limiter=NearlyEmptyLimiter()) as ours:
        with pytest.raises(Throttled) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        assert server.asked == [] and server.login_forms == []
    assert caught.value.retry_after == 0.001


def test_a_429_empties_the_bucket_and_says_when_to_come_back() -> None:
    with (
        loopback(QUOTA) as server,
        gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours,
    ):
        with pytest.raises(Throttled) as caught:
            ours.call("getFeeds")
        with pytest.raises(Throttled) as again:
            ours.call("getFeeds")
        assert len(server.asked) == 1
    assert ("penalise", "getFeeds") in recorder.notes
    assert 1 / 0.0222 <= caught.value.retry_after <= 1.2 / 0.0222
    assert again.value.code == "quota_wait"


def test_the_rate_of_the_header_is_learned_from_success_and_from_refusal() -> None:
    fine = Reply.json({"order": {}}, x_amzn_RateLimit_Limit="2.5")
    refused = Reply.json({"errors": []}, 404, x_amzn_RateLimit_Limit="3.5")
    with loopback(fine, refused) as server:
        with gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours:
            ours.call("getOrder", path={"orderId": "1"})
            with pytest.raises(Rejected):
                ours.call("getOrder", path={"orderId": "1"})
    seen = [note for note in recorder.notes if note[0] == "observe"]
    assert seen == [("observe", "getOrder", 2.5), ("observe", "getOrder", 3.5)]


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "-1", "0", "1e99"])
def test_a_header_that_names_no_rate_is_passed_over(text: str) -> None:
    reply = Reply.json({"order": {}}, x_amzn_RateLimit_Limit=text)
    with (
        loopback(reply) as server,
        gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours,
    ):
        ours.call("getOrder", path={"orderId": "1"})
    assert not [note for note in recorder.notes if note[0] == "observe"]


def test_listing_feeds_take_from_their_own_bucket_and_from_that_of_all_feeds() -> None:
    with loopback(*[Reply.json({"feedId": "1"}, 202)] * 6) as server:
        with gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours:
            for _feed in range(5):
                ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            with pytest.raises(Throttled):
                ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            ours.call("createFeed", body={}, bucket_name="POST_ORDER_ACKNOWLEDGEMENT_DATA")
    buckets = [note[1] for note in recorder.notes if note[0] == "acquire"]
    assert buckets == ["createFeed", "createFeed:JSON_LISTINGS_FEED"] * 6 + ["createFeed"]


def levels(recorder: RecordingLimiter, account: str) -> dict[str, int]:
    """Whole tokens that are left, by bucket."""
    return {
        name: round(bucket.tokens)
        for (owner, name), bucket in recorder._buckets.items()
        if owner == account
    }


def test_a_listing_feed_that_may_not_go_has_taken_from_neither_bucket() -> None:
    with loopback(*[Reply.json({"feedId": "1"}, 202)] * 5) as server:
        with gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours:
            for _feed in range(5):
                ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            for _try in range(3):
                with pytest.raises(Throttled) as caught:
                    ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            assert levels(recorder, ours.account) == {
                "createFeed": 10,
                "createFeed:JSON_LISTINGS_FEED": 0,
            }
    assert caught.value.retry_after == pytest.approx(60, abs=5)


def test_a_429_on_a_listing_feed_holds_listing_feeds_and_leaves_the_share_of_orders() -> None:
    """Amazon does not say which bucket was empty: two minutes fit both."""
    with loopback(QUOTA, Reply.json({"feedId": "1"}, 202)) as server:
        recorder = RecordingLimiter()
        with gateway(server.url, limiter=recorder, priority="content") as ours:
            with pytest.raises(Throttled) as caught:
                ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            with pytest.raises(Throttled) as again:
                ours.call("createFeed", body={}, bucket_name="JSON_LISTINGS_FEED")
            assert len(server.asked) == 1
        with gateway(server.url, limiter=recorder) as urgent:
            urgent.call("createFeed", body={}, bucket_name="POST_ORDER_ACKNOWLEDGEMENT_DATA")
    assert 1 / 0.0083 <= caught.value.retry_after <= 1.2 / 0.0083
    assert again.value.retry_after == pytest.approx(1 / 0.0083, abs=5)


def test_a_look_for_quota_takes_none_and_calls_nobody() -> None:
    with loopback(Reply.json({"feedId": "1"}, 202)) as server:
        with gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours:
            for _look in range(20):
                ours.check_quota("createFeed", "JSON_LISTINGS_FEED")
            assert levels(recorder, ours.account)["createFeed:JSON_LISTINGS_FEED"] == 5
            assert server.asked == []
            recorder.penalise(ours.account, "createFeed")
            with pytest.raises(Throttled) as caught:
                ours.check_quota("createFeed", "JSON_LISTINGS_FEED")
    assert caught.value.retry_after == pytest.approx(1 / 0.0083, abs=5)


def test_a_login_that_is_asked_too_often_does_not_empty_the_bucket_of_the_operation() -> None:
    with (
        loopback() as server,
        gateway(server.url, limiter=(recorder := RecordingLimiter())) as ours,
    ):
        server.logins[0] = Reply.json({"error": "slow_down"}, 429)
        with pytest.raises(Throttled) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert caught.value.code == "lwa_throttled"
    assert 60 <= caught.value.retry_after <= 72
    assert not [note for note in recorder.notes if note[0] == "penalise"]


# Renewal of the access token


def second_token(server: object) -> None:
    """Let the login give another token at its second call."""
    server.logins.append(Reply.json({"access_token": "Atza|second", "expires_in": 3600}))


def test_an_expired_token_is_renewed_once_and_the_call_goes_through() -> None:
    with loopback(EXPIRED, ORDER) as server, gateway(server.url) as ours:
        second_token(server)
        assert ours.call("getOrder", path={"orderId": "1"}).status == 200
        tokens = [asked.headers["x-amz-access-token"] for asked in server.asked]
    assert tokens == ["Atza|first", "Atza|second"]
    assert server.asked[0].path == server.asked[1].path


def test_the_renewed_call_says_the_same_with_the_same_body() -> None:
    with loopback(EXPIRED, Reply.json({"feedId": "1"}, 202)) as server, gateway(server.url) as ours:
        ours.call("createFeed", body={"feedType": "X"}, query={"q": ["a", "b"]})
        first, second = server.asked
    assert (first.body, first.path) == (second.body, second.path)


def test_a_fresh_token_that_is_refused_too_passes_and_costs_two_calls() -> None:
    with loopback(EXPIRED, EXPIRED, ORDER) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        assert len(server.asked) == 2
    assert (caught.value.code, caught.value.status) == ("spapi_403_token_refused", 403)
    assert "expired" in caught.value.detail


def test_a_missing_role_is_reported_at_once_without_a_second_call() -> None:
    denied = Reply.json({"errors": [{"code": "Unauthorized", "message": "denied"}]}, 403)
    with loopback(denied, ORDER) as server, gateway(server.url) as ours:
        with pytest.raises(Configuration) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        assert len(server.asked) == 1
    assert caught.value.code == "spapi_403_missing_role"


def test_another_refusal_after_the_renewal_is_raised_as_it_is() -> None:
    with loopback(EXPIRED, QUOTA) as server, gateway(server.url) as ours:
        with pytest.raises(Throttled) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert caught.value.code == "spapi_429_QuotaExceeded"


def test_the_second_call_needs_a_token_of_the_bucket_too() -> None:
    limiter = MemoryLimiter()
    with loopback(EXPIRED, ORDER) as server, gateway(server.url, limiter=limiter) as ours:
        for _taken in range(29):
            limiter.acquire(ours.account, "getOrder", 0.5, 30)
        with pytest.raises(Throttled) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        assert len(server.asked) == 1
    assert caught.value.code == "quota_wait"


def test_a_revoked_consent_is_reported_by_the_login() -> None:
    revoked = Reply.json({"error": "invalid_grant", "error_description": "revoked"}, 400)
    with loopback(EXPIRED) as server, gateway(server.url) as ours:
        server.logins.append(revoked)
        with pytest.raises(Configuration) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert caught.value.code == "lwa_invalid_grant"


# Errors and the room itself


def test_no_secret_is_in_an_error_that_quotes_the_answer() -> None:
    body = {"errors": [{"code": "X", "message": "token Atza|first of buyerName: John", "x": 1}]}
    with loopback(Reply.json(body, 400)) as server, gateway(server.url) as ours:
        with pytest.raises(SpapiError) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    shown = f"{caught.value} {caught.value!r} {caught.value.detail}"
    assert "Atza" not in shown and "John" not in shown


def test_a_closed_gateway_has_closed_its_connections() -> None:
    with loopback(ORDER) as server:
        with gateway(server.url) as ours:
            ours.call("getOrder", path={"orderId": "1"})
        assert ours._transport._client.is_closed
    assert ours.credentials == CREDENTIALS


def test_the_room_imports_no_odoo_and_nothing_from_above_it() -> None:
    """It is tested without a database."""
    room = ROOT / "integrator_amazon" / "api"
    for file in room.rglob("*.py"):
        depth = len(file.relative_to(room).parts)
        for line in file.read_text().splitlines():
            words = line.split()
            if words[:1] not in (["from"], ["import"]):
                continue
            dots = len(words[1]) - len(words[1].lstrip("."))
            assert not words[1].startswith("odoo"), file
            assert dots <= depth, file


def test_every_file_of_the_room_names_its_licence() -> None:
    here = Path(__file__).parent
    for file in [*(ROOT / "integrator_amazon" / "api").rglob("*.py"), *here.glob("*.py")]:
        assert file.read_text().startswith("# License LGPL-3.0 or later"), file


def test_json_bodies_are_ascii_safe_for_any_text() -> None:
    with loopback(Reply.json({"feedId": "1"})) as server, gateway(server.url) as ours:
        ours.call("createFeed", body={"x": "日本 😀 \u2028"})
        assert json.loads(server.asked[0].body) == {"x": "日本 😀 \u2028"}


def test_a_denied_sku_is_no_missing_role() -> None:
    """Sellers with every role meet 403 at single SKUs; other operations are another matter."""
    denied = Reply.json({"errors": [{"code": "Unauthorized", "message": "denied"}]}, 403)
    path = {"sellerId": "A", "sku": "A/B"}
    query = {"marketplaceIds": ["A1PA6795UKMFR9"]}
    with loopback(denied) as server, gateway(server.url) as ours:
        with pytest.raises(Rejected) as caught:
            ours.call("getListingsItem", path=path, query=query)
    assert (caught.value.code, caught.value.status) == ("spapi_403_sku_denied", 403)
    with loopback(denied) as server, gateway(server.url) as ours:
        with pytest.raises(Configuration) as other:
            ours.call("searchListingsItems", path={"sellerId": "A"}, query=query)
    assert other.value.code == "spapi_403_missing_role"


# Circuits


class RecordingBreaker:
    """A circuit breaker that records its calls; no circuit is ever open."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.results: list[tuple[str, str, str]] = []

    def wait(self, operation: str, place: str = "") -> float:
        """Note and let go."""
        self.asked.append((operation, place))
        return 0.0

    def worked(self, operation: str, place: str = "") -> None:
        """Note."""
        self.results.append(("worked", operation, place))

    def failed(
        self, operation: str, code: str, reason: str, lasting: bool, place: str = ""
    ) -> None:
        """Note."""
        self.results.append(("failed", operation, place))


FORBIDDEN = Reply.json({"errors": [{"code": "Unauthorized", "message": "Access denied."}]}, 403)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"query": {"marketplaceIds": ["FR"]}}, "FR"),
        ({"query": {"marketplaceIds": "FR"}}, "FR"),
        ({"query": {"marketplaceIds": ["FR", "DE"]}}, ""),
        ({"body": {"marketplaceIds": ["DE"]}}, "DE"),
        ({"body": {"marketplaceId": "DE"}}, "DE"),
        ({"body": {"n": 1}}, ""),
        ({}, ""),
    ],
)
def test_a_circuit_is_of_the_marketplace_that_a_call_is_about(said: dict, place: str) -> None:
    breaker = RecordingBreaker()
    with loopback(FORBIDDEN, Reply.json({"feedId": "1"})) as server:
        with gateway(server.url, breaker=breaker) as ours:
            with pytest.raises(SpapiError):
                ours.call("createFeed", **said)
            ours.call("createFeed", **said)
    assert breaker.asked == [("createFeed", place)] * 2
    assert breaker.results == [("failed", "createFeed", place), ("worked", "createFeed", place)]


def test_a_feed_type_has_a_circuit_of_its_own() -> None:
    breaker = RecordingBreaker()
    with loopback(*[Reply.json({"feedId": "1"})] * 2) as server:
        with gateway(server.url, breaker=breaker) as ours:
            for bucket_name in ("JSON_LISTINGS_FEED", "POST_PAYMENT_ADJUSTMENT_DATA"):
                ours.call("createFeed", bucket_name=bucket_name)
    assert [name for name, _place in breaker.asked] == [
        "createFeed:JSON_LISTINGS_FEED",
        "createFeed:POST_PAYMENT_ADJUSTMENT_DATA",
    ]
