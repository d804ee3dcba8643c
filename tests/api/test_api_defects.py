# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The defects of python-amazon-sp-api 2.1.35, each shown on the plain library and on ours.

When a test of the plain library fails after an upgrade, the library has fixed it: our cover stays
right, and the test may go.
"""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import sp_api.auth.access_token_client as library_tokens
from api.errors.exceptions import Rejected, SpapiError, Throttled, Transient
from api.feeds import create_feed, upload_feed_document
from api.http.login import LoginClient
from api_support import CREDENTIALS, Loopback, Reply, gateway, loopback
from sp_api.api import Feeds, ListingsItems, Orders
from sp_api.auth import AccessTokenClient
from sp_api.base import Client

HTML = Reply(503, b"<html><h1>Service Unavailable</h1></html>", {"Content-Type": "text/html"})
S3_REFUSAL = Reply(
    403,
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    b"</Error>",
    {"Content-Type": "application/xml"},
)


def plain(api: type[Client], server: Loopback, **options: Any) -> Client:
    """Return a client of the library as its manual makes it, at our server."""
    host = server.url.removeprefix("http://")
    login = type("Login", (AccessTokenClient,), {"scheme": "http://", "host": host})
    place = SimpleNamespace(endpoint=server.url, marketplace_id="ATVPDKIKX0DER", region="NA")
    credentials = {
        "refresh_token": CREDENTIALS.refresh_token,
        "lwa_app_id": CREDENTIALS.client_id,
        "lwa_client_secret": CREDENTIALS.client_secret,
    }
    library_tokens.cache.clear()
    return api(marketplace=place, credentials=credentials, auth_token_client_class=login, **options)


def query_names(asked: Any) -> set[str]:
    """Return the names of the query parameters of a request."""
    return set(httpx.URL("http://x" + asked.path).params.keys())


def test_1_library_takes_a_gateway_page_for_an_empty_answer_and_ours_does_not() -> None:
    """000-10: a 503 on the list must make the run red, not look like "no orders"."""
    with loopback(HTML, HTML) as server, gateway(server.url) as ours:
        theirs = plain(Orders, server, version="2026-01-01")
        assert theirs.search_orders(createdAfter="2026-01-01T00:00:00Z").payload == {}
        with pytest.raises(Transient) as caught:
            ours.call("searchOrders", query={"createdAfter": "2026-01-01T00:00:00Z"})
    assert caught.value.code == "spapi_503_ServiceUnavailable"
    assert caught.value.status == 503


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 502, 504])
def test_1_no_status_without_errors_gets_through(status: int) -> None:
    with loopback(Reply(status, b"{}"), Reply(status, b"{}")) as server, gateway(server.url) as our:
        assert plain(Orders, server).get_order("1").payload == {}
        with pytest.raises(SpapiError) as caught:
            our.call("getOrder", path={"orderId": "1"})
    assert caught.value.status == status


def test_2_library_leaks_its_path_into_the_body_and_ours_does_not() -> None:
    created = Reply.json({"feedId": "1"}, 202)
    with loopback(created, created) as server, gateway(server.url) as ours:
        plain(Feeds, server).create_feed("JSON_LISTINGS_FEED", "doc", marketplaceIds=["M"])
        create_feed(ours, "JSON_LISTINGS_FEED", ["M"], "doc")
        theirs, mine = (asked.json() for asked in server.asked)
    assert "path" in theirs
    assert mine == {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": ["M"],
        "inputFeedDocumentId": "doc",
    }


def test_3_library_sends_four_marketplace_keys_and_ours_none_of_its_own() -> None:
    feeds = Reply.json({"feeds": []})
    with loopback(feeds, feeds) as server, gateway(server.url) as ours:
        plain(Feeds, server).get_feeds(feedTypes="X")
        ours.call("getFeeds", query={"feedTypes": ["X"]})
        theirs, mine = (query_names(asked) for asked in server.asked)
    assert {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"} <= theirs
    assert mine == {"feedTypes"}


def test_4_library_deletes_in_another_marketplace_and_ours_in_the_one_that_is_named() -> None:
    done = Reply.json({"sku": "S", "status": "ACCEPTED", "submissionId": "1", "issues": []})
    with loopback(done, done) as server, gateway(server.url) as ours:
        plain(ListingsItems, server).delete_listings_item("A", "S", marketplaceIds="A1PA6795UKMFR9")
        ours.call(
            "deleteListingsItem",
            path={"sellerId": "A", "sku": "S"},
            query={"marketplaceIds": ["A1PA6795UKMFR9"], "issueLocale": "de_DE"},
        )
        theirs, mine = server.asked
    assert "A1PA6795UKMFR9" not in theirs.path
    assert (
        mine.path
        == "/listings/2021-08-01/items/A/S?marketplaceIds=A1PA6795UKMFR9&issueLocale=de_DE"
    )


def test_5_library_takes_the_refusal_of_storage_for_the_document_and_ours_does_not() -> None:
    with loopback() as server, gateway(server.url) as ours:
        document = Reply.json({"feedDocumentId": "1", "url": server.url + "/doc"})
        server.replies.extend([document, S3_REFUSAL, S3_REFUSAL])
        assert "<Code>AccessDenied</Code>" in plain(Feeds, server).get_feed_document("1")
        with pytest.raises(Transient) as caught:
            ours.download(server.url + "/doc")
    assert (caught.value.code, caught.value.amazon_code) == ("storage_link_expired", "AccessDenied")


def test_6_library_cannot_upload_text_that_is_not_latin_and_ours_uploads_bytes_as_they_are() -> (
    None
):
    with loopback() as server, gateway(server.url) as ours:
        made = Reply.json({"feedDocumentId": "1", "url": server.url + "/doc"}, 201)
        server.replies.extend([made, made, Reply()])
        with pytest.raises(UnicodeEncodeError):
            plain(Feeds, server).create_feed_document(
                io.StringIO("日本"), "text/xml; charset=UTF-8"
            )
        upload_feed_document(ours, "日本".encode(), "text/xml; charset=UTF-8")
        upload = server.asked[-1]
    assert upload.body == "日本".encode()
    assert upload.headers["content-type"] == "text/xml; charset=UTF-8"


def test_7_library_stumbles_over_the_refusal_of_an_upload_and_ours_names_its_code() -> None:
    refusal = Reply(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
    with loopback() as server, gateway(server.url) as ours:
        made = Reply.json({"feedDocumentId": "1", "url": server.url + "/doc"}, 201)
        server.replies.extend([made, refusal, refusal])
        with pytest.raises(json.JSONDecodeError):
            plain(Feeds, server).create_feed_document(io.BytesIO(b"x"), "text/xml")
        with pytest.raises(Rejected) as caught:
            ours.upload(server.url + "/doc", b"x", "text/xml")
    assert caught.value.amazon_code == "SignatureDoesNotMatch"


def test_9_library_repeats_keys_for_a_list_and_ours_sends_comma_separated_values() -> None:
    item = Reply.json({"sku": "S"})
    with loopback(item, item) as server, gateway(server.url) as ours:
        plain(ListingsItems, server).get_listings_item("A", "S", marketplaceIds=["M", "N"])
        ours.call(
            "getListingsItem",
            path={"sellerId": "A", "sku": "S"},
            query={"marketplaceIds": ["M", "N"], "includedData": ["issues", "summaries"]},
        )
        theirs, mine = (httpx.URL("http://x" + asked.path).params for asked in server.asked)
    assert theirs.get_list("marketplaceIds") == ["M", "N"]
    assert mine.multi_items() == [("marketplaceIds", "M,N"), ("includedData", "issues,summaries")]


def test_10_no_token_shows_in_the_log_even_on_debug(caplog: pytest.LogCaptureFixture) -> None:
    noisy = [logging.getLogger(name) for name in ("sp_api.base.client", "httpx", "httpcore.http11")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.DEBUG)
    try:
        with loopback(Reply.json({"orders": []})) as server, gateway(server.url) as ours:
            ours.call("searchOrders", query={"createdAfter": "2026-01-01T00:00:00Z"})
    finally:
        for logger, level in zip(noisy, levels, strict=True):
            logger.setLevel(level)
    assert "x-amz-access-token" in caplog.text
    assert "Atza" not in caplog.text and "first" not in caplog.text


def test_11_library_leaves_the_return_address_out_and_ours_sends_it() -> None:
    with loopback() as server, gateway(server.url) as ours:
        client = plain(Orders, server)
        client._auth.authorize_auth_code("CODE")
        server.logins.appendleft(
            Reply.json({**json.loads(server.logins[0].body), "refresh_token": "Atzr|new"})
        )
        login = ours._client._auth
        assert isinstance(login, LoginClient)
        assert login.exchange_code("CODE", "https://odoo.example/back") == "Atzr|new"
        theirs, mine = server.login_forms
    assert "redirect_uri" not in theirs
    assert "redirect_uri=https%3A%2F%2Fodoo.example%2Fback" in mine


def test_library_cannot_address_loopback_by_its_right_host_and_ours_can() -> None:
    order = Reply.json({"payload": {}})
    with loopback(order, Reply.json({"order": {}})) as server, gateway(server.url) as ours:
        plain(Orders, server).get_order("1")
        ours.call("getOrder", path={"orderId": "1"})
        theirs, mine = (asked.headers["host"] for asked in server.asked)
    assert theirs == server.url[8:]
    assert mine == server.url.removeprefix("http://")


def test_library_keeps_the_token_of_another_client_and_ours_does_not() -> None:
    """Two applications with one refresh token: the library's cache takes them for one."""
    other = Reply.json({"access_token": "Atza|second", "expires_in": 3600})
    with loopback() as server:
        server.logins.append(other)
        theirs = plain(Orders, server)
        assert theirs.auth.access_token == "Atza|first"
        credentials = {
            "lwa_app_id": "another",
            "lwa_client_secret": "secret",
            "refresh_token": CREDENTIALS.refresh_token,
        }
        theirs._auth.cred.client_id = credentials["lwa_app_id"]
        assert theirs.auth.access_token == "Atza|first"
        assert library_tokens.cache.currsize == 1
        with gateway(server.url) as ours:
            ours._client.auth  # noqa: B018
        assert library_tokens.cache.currsize == 1
        assert len(server.login_forms) == 2


def test_plain_429_raises_at_the_library_but_without_a_time_and_ours_says_when() -> None:
    body = {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota."}]}
    with loopback(Reply.json(body, 429)) as server, gateway(server.url) as ours:
        with pytest.raises(Throttled) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert 2.0 <= caught.value.retry_after <= 2.4


def test_client_has_every_attribute_that_the_library_gives_its_own() -> None:
    """Our constructor does not call the library's; an upgrade that adds an attribute shows here."""
    with loopback() as server, gateway(server.url) as ours:
        missing = vars(plain(Orders, server)).keys() - vars(ours._client).keys()
        own_login, their_login = vars(ours._client._auth), vars(plain(Orders, server)._auth)
    assert missing == set()
    assert their_login.keys() - own_login.keys() == set()
