# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon and the check of access tokens."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from spapi_simulator import Simulator

from .client import Amazon

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


def test_a_refresh_token_gives_an_access_token_for_an_hour(amazon: Amazon) -> None:
    answer = amazon.ask_token()
    data = answer.json()
    assert answer.status_code == 200
    assert data["access_token"].startswith("Atza|")
    assert (data["token_type"], data["expires_in"]) == ("bearer", 3600)
    assert data["refresh_token"] == amazon.seller.refresh_token


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "größer"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|other"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "nothing"}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code", "code": "none"}, 400, "invalid_grant"),
    ],
)
def test_wrong_credentials_are_distinguished(
    amazon: Amazon, change: dict[str, str], status: int, error: str
) -> None:
    answer = amazon.ask_token(**change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_a_grantless_token_opens_no_operation_of_a_seller(amazon: Amazon) -> None:
    scope = "sellingpartnerapi::notifications"
    answer = amazon.ask_token(grant_type="client_credentials", scope=scope)
    amazon.token = answer.json()["access_token"]
    assert amazon.request("GET", PARTICIPATIONS).status_code == 403


def test_a_missing_a_malformed_and_an_expired_token_are_distinguished(amazon: Amazon) -> None:
    amazon.request("GET", PARTICIPATIONS).raise_for_status()
    amazon.simulator.advance(3600)
    expired = amazon.request("GET", PARTICIPATIONS)
    amazon.token = "Atza|made up"
    malformed = amazon.request("GET", PARTICIPATIONS)
    missing = amazon.http.get(PARTICIPATIONS)
    details = [row.json()["errors"][0]["details"] for row in (missing, malformed, expired)]
    assert [row.status_code for row in (missing, malformed, expired)] == [403, 403, 403]
    assert details == [
        "Access token is missing in the request header.",
        "The access token you provided is revoked, malformed or invalid.",
        "The access token you provided has expired.",
    ]


def test_a_withdrawn_consent_ends_both_kinds_of_token(amazon: Amazon) -> None:
    amazon.request("GET", PARTICIPATIONS).raise_for_status()
    amazon.simulator.revoke()
    assert amazon.request("GET", PARTICIPATIONS).status_code == 403
    assert amazon.ask_token().json()["error"] == "invalid_grant"


def _consent(amazon: Amazon) -> dict[str, str]:
    query = {
        "application_id": "amzn1.sp.solution.1",
        "state": "s t",
        "redirect_uri": "https://shop.example/cb",
    }
    answer = amazon.http.get("/apps/authorize/consent", params=query)
    target = urlsplit(answer.headers["Location"])
    assert (answer.status_code, target.netloc, target.path) == (302, "shop.example", "/cb")
    return {key: rows[0] for key, rows in parse_qs(target.query).items()}


def test_the_consent_page_leads_to_a_refresh_token_once(amazon: Amazon) -> None:
    """002-25: the operator allows access at the provider."""
    back = _consent(amazon)
    grant = {"grant_type": "authorization_code", "code": back["spapi_oauth_code"]}
    first = amazon.ask_token(**grant, redirect_uri="https://shop.example/cb")
    second = amazon.ask_token(**grant)
    assert back["state"] == "s t"
    assert back["selling_partner_id"] == amazon.seller.merchant_id
    assert first.json()["refresh_token"] == amazon.seller.refresh_token
    assert second.json()["error"] == "invalid_grant"


def test_an_authorization_code_dies_after_five_minutes(amazon: Amazon) -> None:
    back = _consent(amazon)
    amazon.simulator.advance(300)
    grant = {"grant_type": "authorization_code", "code": back["spapi_oauth_code"]}
    assert amazon.ask_token(**grant).json()["error"] == "invalid_grant"


def test_a_consent_page_without_redirect_is_refused(amazon: Amazon) -> None:
    assert amazon.http.get("/apps/authorize/consent").status_code == 400


def test_secrets_are_in_no_representation_and_no_record(amazon: Amazon) -> None:
    amazon.request("GET", PARTICIPATIONS)
    said = repr(amazon.seller) + repr(amazon.simulator.calls())
    for secret in (amazon.seller.client_secret, amazon.seller.refresh_token, amazon.token):
        assert secret not in said


def test_an_application_may_serve_several_sellers(simulator: Simulator) -> None:
    other = simulator.add_seller(marketplace_ids=["A1PA6795UKMFR9"])
    client = Amazon(simulator, other)
    shops = client.request("GET", PARTICIPATIONS).json()["payload"]
    assert [row["marketplace"]["id"] for row in shops] == ["A1PA6795UKMFR9"]
    assert other.client_id == simulator.seller.client_id
    client.close()


def test_a_merchant_id_serves_once(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="twice"):
        simulator.add_seller(merchant_id=simulator.seller.merchant_id)
