# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credentials, addresses and regions; the environment never counts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from api.errors.exceptions import Configuration
from api.http.login import Credentials, Endpoint, account_key, endpoint_for
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
    """The library would log in with LWA_CLIENT_SECRET of the environment instead."""
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
    ours = f"import os, api.http.gateway; assert os.environ[{name!r}] == {value!r}"
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


AMAZON = "https://sellingpartnerapi-eu.amazon.com"


@pytest.mark.parametrize(
    ("url", "lwa_url"),
    [
        (AMAZON, "https://api.amazon.com/auth/o2/token"),
        (
            "https://sandbox.sellingpartnerapi-na.amazon.com",
            "https://api.amazon.co.jp/auth/o2/token",
        ),
        (AMAZON + ":443", "https://api.amazon.co.uk:443/auth/o2/token"),
    ],
)
def test_amazons_own_addresses_are_taken(url: str, lwa_url: str) -> None:
    assert Endpoint(url + "/", lwa_url).api_url == url


#: Addresses that are nobody's but an attacker's, whoever typed them.
FOREIGN = [
    "",
    "amazon.com",
    "ftp://127.0.0.1",
    "https://",
    "https://[broken",
    "https://host:port",
    "https://ama zon.com",
    "http://sellingpartnerapi-eu.amazon.com",
    "http://api.amazon.com",
    "https://sellingpartnerapi-eu.amazon.com.example.org",
    "https://sellingpartnerapi-eu-amazon.com",
    "https://sellingpartnerapi-eu.amazon.com:8443",
    "https://sellingpartnerapi-eu.amazon.com@example.org",
    "https://user:pass@api.amazon.com",
    "https://example.org\\@sellingpartnerapi-eu.amazon.com",
    "https://example.org#.amazon.com",
    "https://evil.amazon.com",
    "http://127.0.0.1:8090",
    "http://localhost:8090",
    "http://simulator:8090",
    "http://10.0.0.5",
    "https://10.0.0.5",
    "http://134744072",
    "http://169.254.169.254",
    "http://metadata.google.internal",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_an_address_to_which_no_secret_may_go_is_refused(url: str) -> None:
    """Nothing but Amazon and what the server's own configuration opens."""
    for arguments in ((url, "https://api.amazon.com"), (AMAZON, url)):
        with pytest.raises(Configuration) as caught:
            Endpoint(*arguments, opened=frozenset({"practice.example"}))
        assert caught.value.code == "endpoint_invalid"


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("http://127.0.0.1:8090", "127.0.0.1"),
        ("http://127.0.0.1:8090", "127.0.0.1:8090"),
        ("http://LOCALHOST:8090", "localhost"),
        ("http://[::1]:8090", "[::1]"),
        ("https://simulator.example", "simulator.example:443"),
    ],
)
def test_the_servers_configuration_opens_a_host_and_no_other(url: str, entry: str) -> None:
    assert Endpoint(url, url, opened=frozenset({"else.example", entry})).api_url == url
    for other in ("http://127.0.0.1:8091", "http://localhost.example", "https://[::2]:8090"):
        if entry != "127.0.0.1" or "127" not in other:
            with pytest.raises(Configuration):
                Endpoint(other, url, opened=frozenset({entry}))


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]"])
def test_the_network_of_cloud_secrets_cannot_be_opened(host: str) -> None:
    with pytest.raises(Configuration):
        Endpoint(f"http://{host}", f"http://{host}", opened=frozenset({host}))


@pytest.mark.parametrize("entry", ["", " ", ":", "http://", "[", "a:b:c"])
def test_an_entry_of_the_configuration_that_is_no_host_opens_nothing(entry: str) -> None:
    with pytest.raises(Configuration):
        Endpoint("http://a", "http://a", opened=frozenset({entry}))


def test_the_path_of_the_login_may_be_left_out() -> None:
    for given in ("http://localhost:1", "http://localhost:1/", "http://localhost:1/auth/o2/token"):
        endpoint = Endpoint("http://localhost:1", given, opened=frozenset({"localhost"}))
        assert endpoint.lwa_url == "http://localhost:1/auth/o2/token"


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
