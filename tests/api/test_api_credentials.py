# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credentials, addresses and regions; the environment never counts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from api.credentials import Credentials, Endpoint, account_key, endpoint_for
from api.errors import Configuration
from api.marketplaces import REGION_OF_MARKETPLACE
from api_support import CREDENTIALS, ROOT, Reply, gateway, loopback

GERMANY, USA, JAPAN = "A1PA6795UKMFR9", "ATVPDKIKX0DER", "A1VC38T7YXB528"


def test_repr_hides_secrets() -> None:
    shown = repr(CREDENTIALS) + str(CREDENTIALS)
    assert "topsecret" not in shown and "refreshing" not in shown
    assert "A2MERCHANT" in shown


@pytest.mark.parametrize("field", ["client_id", "client_secret", "refresh_token"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_an_empty_credential_is_an_error_and_never_taken_from_the_environment(
    field: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FACTS §8: the library would log in with LWA_CLIENT_SECRET of the environment instead."""
    monkeypatch.setenv("LWA_APP_ID", "env")
    monkeypatch.setenv("LWA_CLIENT_SECRET", "env")
    monkeypatch.setenv("SP_API_REFRESH_TOKEN", "env")
    poor = replace(CREDENTIALS, **{field: value})
    with loopback() as server, pytest.raises(Configuration) as caught:
        with gateway(server.url, credentials=poor):
            pass
    assert caught.value.code == "credentials_incomplete"
    assert caught.value.detail == "missing: " + field.replace("_", " ")


def test_a_marketplace_or_credentials_in_the_environment_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LWA_APP_ID", "LWA_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"):
        monkeypatch.setenv(name, "env")
    for value in ("FR", "NOWHERE", ""):
        monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", value)
        monkeypatch.setenv("AWS_ENV", "SANDBOX")
        with loopback(Reply.json({"order": {}})) as server, gateway(server.url) as ours:
            ours.call("getOrder", path={"orderId": "1"})
            assert len(server.asked) == 1
            assert "client_secret=amzn1.oa2-cs.v1.topsecret" in server.login_forms[0]
            assert "env" not in server.login_forms[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SP_API_DEFAULT_MARKETPLACE", "NOWHERE"),
        ("AWS_ENV", "MOON"),
        ("SP_API_AUTH_CACHE_TTL", "x"),
    ],
)
def test_an_invalid_value_in_the_environment_does_not_break_the_import(
    name: str, value: str
) -> None:
    """The library alone cannot be imported then, and Odoo would not start."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "integrator_amazon"), name: value}
    ours = f"import os, api.gateway; assert os.environ[{name!r}] == {value!r}"
    for code, works in ((ours, True), ("import sp_api.auth, sp_api.base.client", False)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode == 0) is works, done.stderr.decode()


@pytest.mark.parametrize(("code", "region"), REGION_OF_MARKETPLACE.items())
def test_each_marketplace_leads_to_its_region(code: str, region: str) -> None:
    live, sandbox = endpoint_for([code]), endpoint_for([code], sandbox=True)
    assert live.api_url == f"https://sellingpartnerapi-{region.lower()}.amazon.com"
    assert sandbox.api_url == f"https://sandbox.sellingpartnerapi-{region.lower()}.amazon.com"
    assert live.lwa_url == sandbox.lwa_url == "https://api.amazon.com/auth/o2/token"
    assert live.region == region


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "marketplace_unknown"),
        (["X"], "marketplace_unknown"),
        ([GERMANY, "X"], "marketplace_unknown"),
        ([GERMANY, USA], "marketplaces_of_two_regions"),
        ([JAPAN, GERMANY, USA], "marketplaces_of_two_regions"),
    ],
)
def test_marketplaces_that_no_endpoint_serves_are_refused(codes: list[str], expected: str) -> None:
    with pytest.raises(Configuration) as caught:
        endpoint_for(codes)
    assert caught.value.code == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://sellingpartnerapi-eu.amazon.com",
        "http://127.0.0.1:8090",
        "http://localhost:8090",
        "http://[::1]:8090",
        "http://simulator:8090",
        "http://10.0.0.5",
        "http://host.docker.internal:8090",
    ],
)
def test_an_address_is_https_or_near(url: str) -> None:
    assert Endpoint(url + "/", url).api_url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "amazon.com",
        "http://sellingpartnerapi-eu.amazon.com",
        "ftp://127.0.0.1",
        "https://",
        "https://user:pass@amazon.com",
        "https://[broken",
        "https://host:port",
        "https://ama zon.com",
        "http://8.8.8.8",
    ],
)
def test_an_address_to_which_no_secret_may_go_is_refused(url: str) -> None:
    for arguments in ((url, "https://api.amazon.com"), ("https://api.amazon.com", url)):
        with pytest.raises(Configuration) as caught:
            Endpoint(*arguments)
        assert caught.value.code == "endpoint_invalid"


def test_the_path_of_the_login_may_be_left_out() -> None:
    for given in ("http://localhost:1", "http://localhost:1/", "http://localhost:1/auth/o2/token"):
        assert Endpoint("http://localhost:1", given).lwa_url == "http://localhost:1/auth/o2/token"


def test_account_key_tells_sellers_applications_and_places_apart_without_a_secret() -> None:
    here, there = endpoint_for([GERMANY]), endpoint_for([USA])
    keys = {
        account_key(CREDENTIALS, here),
        account_key(CREDENTIALS, there),
        account_key(replace(CREDENTIALS, merchant_id="B"), here),
        account_key(replace(CREDENTIALS, client_id="b"), here),
    }
    assert len(keys) == 4
    renewed = replace(CREDENTIALS, client_secret="new", refresh_token="new")
    assert account_key(renewed, here) in keys
    assert not any("secret" in key for key in keys)


def test_credentials_are_a_value() -> None:
    assert Credentials("a", "b", "c", "d") == Credentials("a", "b", "c", "d")
