# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Authorisation by the consent page of Seller Central."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from api.consent import SELLER_CENTRAL, consent_url, exchange_code, read_consent
from api.errors.exceptions import Configuration, Transient
from api.http.login import Endpoint
from api_support import OPENED, Reply, loopback

BACK = "https://odoo.example/amazon/back"


def exchange(url: str, **values: str) -> str:
    """Exchange a code at a server."""
    given = {"client_id": "c", "client_secret": "s", "code": "CODE", "redirect_uri": BACK, **values}
    return exchange_code(endpoint=Endpoint(url, url, opened=OPENED), **given)


@pytest.mark.parametrize("draft", [True, False])
def test_the_browser_is_sent_to_amazons_page_with_our_state(draft: bool) -> None:
    """002-24."""
    url = urlsplit(
        consent_url(SELLER_CENTRAL["EU"] + "/", "amzn1.sp.solution.x", "st&te", BACK, draft)
    )
    assert url.hostname == "sellercentral-europe.amazon.com"
    assert url.path == "/apps/authorize/consent"
    expected = {
        "application_id": ["amzn1.sp.solution.x"],
        "state": ["st&te"],
        "redirect_uri": [BACK],
        **({"version": ["beta"]} if draft else {}),
    }
    assert parse_qs(url.query) == expected


def test_the_browser_comes_back_with_code_and_seller() -> None:
    """002-26."""
    query = {"state": "s", "spapi_oauth_code": "CODE", "selling_partner_id": "A2"}
    assert read_consent(query, "s") == ("CODE", "A2")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "s"},
        {"state": "s", "spapi_oauth_code": "CODE"},
        {"state": "s", "selling_partner_id": "A2"},
        {"state": "other", "spapi_oauth_code": "CODE", "selling_partner_id": "A2"},
        {"state": "ü", "spapi_oauth_code": "CODE", "selling_partner_id": "A2"},
        {"state": "s", "error": "access_denied", "error_description": "refused"},
    ],
)
def test_a_refusal_and_a_wrong_state_are_refused(query: dict[str, str]) -> None:
    """002-26: wrong or replayed state refused."""
    with pytest.raises(Configuration) as caught:
        read_consent(query, "s")
    assert caught.value.code == "consent_refused"


def test_an_empty_state_of_ours_never_fits() -> None:
    query = {"state": "", "spapi_oauth_code": "CODE", "selling_partner_id": "A2"}
    with pytest.raises(Configuration):
        read_consent(query, "")


def test_the_code_gives_a_refresh_token() -> None:
    """002-27."""
    with loopback() as server:
        server.logins[0] = Reply.json({"refresh_token": "Atzr|new", "access_token": "Atza|x"})
        assert exchange(server.url) == "Atzr|new"
        form = parse_qs(server.login_forms[0])
    assert form == {
        "grant_type": ["authorization_code"],
        "code": ["CODE"],
        "client_id": ["c"],
        "client_secret": ["s"],
        "redirect_uri": [BACK],
    }


def test_a_code_that_is_too_old_is_refused_with_a_sentence() -> None:
    with loopback() as server:
        server.logins[0] = Reply.json({"error": "invalid_grant"}, 400)
        with pytest.raises(Configuration) as caught:
            exchange(server.url)
    assert caught.value.code == "lwa_invalid_grant"


def test_an_answer_without_a_refresh_token_is_a_passing_failure() -> None:
    with loopback() as server, pytest.raises(Transient) as caught:
        exchange(server.url)
    assert caught.value.code == "lwa_malformed_answer"


@pytest.mark.parametrize("name", ["client_id", "client_secret", "code"])
def test_nothing_is_sent_while_something_is_missing(name: str) -> None:
    with loopback() as server:
        with pytest.raises(Configuration) as caught:
            exchange(server.url, **{name: ""})
        assert server.login_forms == []
    assert caught.value.code == "credentials_incomplete"
