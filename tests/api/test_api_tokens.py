# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens: one login for all, none too old, none of somebody else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from api.errors.exceptions import Configuration, Transient
from api.http.login import Grant, TokenCache, token_key
from api_support import CREDENTIALS, Reply, gateway, loopback


class Logins:
    """Counts logins and hands out tokens `t1`, `t2`, …"""

    def __init__(self, expires_in: float = 3600.0) -> None:
        self.count = 0
        self.expires_in = expires_in

    def __call__(self) -> Grant:
        self.count += 1
        return Grant(f"t{self.count}", self.expires_in)


class FakeClock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_asked_for_once_while_it_lives() -> None:
    clock, login = FakeClock(), Logins()
    cache = TokenCache(clock=clock)
    assert [cache.get("k", login) for _ in range(5)] == ["t1"] * 5
    clock.now = 3539.0
    assert cache.get("k", login) == "t1"
    clock.now = 3540.0
    assert cache.get("k", login) == "t2"


def test_a_short_lived_token_is_used_for_half_its_life() -> None:
    clock = FakeClock()
    cache, login = TokenCache(clock=clock), Logins(expires_in=30.0)
    cache.get("k", login)
    clock.now = 14.0
    assert cache.get("k", login) == "t1"
    clock.now = 15.0
    assert cache.get("k", login) == "t2"


def test_a_forgotten_token_is_asked_for_again_but_not_a_renewed_one() -> None:
    cache, login = TokenCache(), Logins()
    cache.get("k", login)
    cache.forget("k", "t1")
    assert cache.get("k", login) == "t2"
    cache.forget("k", "t1")  # another thread was refused with the old one
    assert cache.get("k", login) == "t2"
    cache.forget("k")
    assert cache.get("k", login) == "t3"


def test_a_failed_login_keeps_nothing() -> None:
    cache, login = TokenCache(), Logins()

    def fail() -> Grant:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.get("k", fail)
    assert cache.get("k", login) == "t1"


def test_the_cache_is_bounded_and_the_longest_unused_goes_first() -> None:
    cache, login = TokenCache(size=2), Logins()
    cache.get("a", login)
    cache.get("b", login)
    cache.get("a", login)
    cache.get("c", login)
    assert len(cache) == 2
    assert cache.get("a", login) == "t1"
    assert cache.get("b", login) == "t4"


def test_keys_differ_by_everything_that_makes_a_login_and_hold_no_secret() -> None:
    base = ("https://l", "client", "secret", "refresh")
    keys = {token_key(*base)}
    for at in range(4):
        keys.add(token_key(*base[:at], "other", *base[at + 1 :]))
    assert len(keys) == 5
    assert token_key("a", "bc", "d", "e") != token_key("ab", "c", "d", "e")
    assert not any(word in key for key in keys for word in base)


def test_many_threads_cause_one_login_per_key() -> None:
    """The library's cache is not locked; threads raced each other with KeyError."""
    cache, logins = TokenCache(), {key: Logins() for key in "abc"}
    start, found = threading.Barrier(12), []

    def ask(key: str) -> None:
        start.wait(10)
        for _ in range(50):
            found.append((key, cache.get(key, logins[key])))

    threads = [threading.Thread(target=ask, args=("abc"[at % 3],)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 600
    assert {login.count for login in logins.values()} == {1}


def test_repr_of_a_grant_shows_no_token() -> None:
    assert "hidden" not in repr(Grant("hidden"))


def test_two_gateways_of_one_account_share_the_login_and_another_account_does_not() -> None:
    with loopback(*[Reply.json({"order": {}})] * 3) as server:
        cache = TokenCache()
        for credentials in (CREDENTIALS, CREDENTIALS, replace(CREDENTIALS, client_id="other")):
            with gateway(server.url, tokens=cache, credentials=credentials) as ours:
                ours.call("getOrder", path={"orderId": "1"})
        assert len(server.login_forms) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"access_token": null}', 200),
        (b'{"access_token": ""}', 200),
    ],
)
def test_a_login_without_a_token_is_a_passing_failure(body: bytes, status: int) -> None:
    with loopback() as server, gateway(server.url) as ours:
        server.logins[0] = Reply(status, body)
        with pytest.raises(Transient) as caught:
            ours.call("getOrder", path={"orderId": "1"})
    assert caught.value.code == "lwa_malformed_answer"


@pytest.mark.parametrize("lifetime", [None, "3600", True, -5])
def test_a_lifetime_that_is_no_number_does_not_break_the_login(lifetime: object) -> None:
    with loopback(*[Reply.json({"order": {}})] * 2) as server, gateway(server.url) as ours:
        server.logins[0] = Reply.json({"access_token": "Atza|x", "expires_in": lifetime})
        ours.call("getOrder", path={"orderId": "1"})
        ours.call("getOrder", path={"orderId": "1"})
        assert len(server.asked) == 2


def test_a_refused_login_is_asked_again_at_the_next_call_and_names_the_request() -> None:
    refused = Reply.json({"error": "invalid_client", "request_id": "lwa-7"}, 401)
    with loopback(Reply.json({"order": {}})) as server, gateway(server.url) as ours:
        server.logins.appendleft(refused)
        with pytest.raises(Configuration) as caught:
            ours.call("getOrder", path={"orderId": "1"})
        ours.call("getOrder", path={"orderId": "1"})
    assert (caught.value.code, caught.value.request_id) == ("lwa_invalid_client", "lwa-7")


def test_a_grantless_login_asks_for_its_scope_and_has_a_token_of_its_own() -> None:
    with loopback() as server, gateway(server.url) as ours:
        server.logins.append(Reply.json({"access_token": "Atza|grantless", "expires_in": 3600}))
        login = ours._client._auth
        assert login.get_auth().access_token == "Atza|first"
        assert login.get_grantless_auth().access_token == "Atza|grantless"
        assert "scope=sellingpartnerapi%3A%3Anotifications" in server.login_forms[1]
        assert "refresh_token" not in server.login_forms[1]
