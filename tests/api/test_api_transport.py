# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP with limits, on real connections."""

from __future__ import annotations

import gzip
import threading

import pytest
from api.charsets import charset_of, decode
from api.errors import Rejected, SpapiError, Transient
from api.transport import Flow, Received, Timeouts, Transport
from api_support import Reply, loopback


def test_an_answer_is_kept_byte_equal_with_all_that_is_known_of_it() -> None:
    body = b'{"a":  1}\r\n\xff'
    headers = {"Content-Type": "text/x; charset=CP1252", "x-amzn-RequestId": "id-1"}
    with loopback(Reply(207, body, headers)) as server, Transport() as transport:
        received = transport.request("GET", server.url)
    assert (received.status_code, received.content, received.charset) == (207, body, "cp1252")
    assert received.request_id == "id-1"
    assert received.received_at.utcoffset().total_seconds() == 0
    assert 0 <= received.elapsed < 10


@pytest.mark.parametrize("name", ["x-amzn-RequestId", "x-amz-request-id", "x-amz-rid"])
def test_the_request_id_is_found_under_any_of_its_names(name: str) -> None:
    with loopback(Reply(200, b"", {name: "id"})) as server, Transport() as transport:
        assert transport.request("GET", server.url).request_id == "id"


def test_without_a_request_id_there_is_an_empty_text() -> None:
    with loopback(Reply()) as server, Transport() as transport:
        assert transport.request("GET", server.url).request_id == ""


def test_http_content_coding_is_taken_off() -> None:
    packed = Reply(200, gzip.compress(b"text"), {"Content-Encoding": "gzip"})
    with loopback(packed) as server, Transport() as transport:
        assert transport.request("GET", server.url).content == b"text"


def test_a_server_that_does_not_answer_is_left_in_time() -> None:
    release = threading.Event()
    slow = Reply(before=lambda: release.wait(10))
    with loopback(slow) as server, Transport(Timeouts(connect=2, read=0.2)) as transport:
        with pytest.raises(Transient) as caught:
            transport.request("GET", server.url)
        release.set()
    assert (caught.value.code, caught.value.outcome_unknown) == ("network_timeout", True)


def test_an_answer_that_drips_steadily_is_left_when_the_whole_takes_too_long() -> None:
    """A read time-out alone never ends as long as a byte comes now and then."""
    now = iter([0.0, 1.0, 11.0])

    class Dripping:
        status_code = 200
        headers: dict[str, str] = {}

        def iter_bytes(self) -> object:
            return iter([b"a", b"b", b"c"])

    pieces = Flow(Dripping(), total=10.0, clock=lambda: next(now)).pieces()  # type: ignore[arg-type]
    assert next(pieces) == b"a"
    with pytest.raises(Exception, match="more than 10 seconds"):
        next(pieces)


def test_a_whole_that_takes_too_long_comes_out_as_a_time_out() -> None:
    with loopback(Reply(200, b"x")) as server:
        with Transport(Timeouts(total=-1.0)) as transport, pytest.raises(Transient) as caught:
            transport.request("GET", server.url)
    assert caught.value.code == "network_timeout"


def test_a_closed_port_is_named_as_unreachable_and_nothing_was_sent() -> None:
    with loopback() as server:
        url = server.url
    with Transport() as transport, pytest.raises(Transient) as caught:
        transport.request("GET", url)
    assert (caught.value.code, caught.value.outcome_unknown) == ("network_unreachable", False)


def test_a_cut_body_is_an_error_and_not_a_short_answer() -> None:
    """000-13: half a page must not be taken for a page."""
    cut = Reply(200, b'{"orders": []}', cut=10)
    with loopback(cut) as server, Transport() as transport, pytest.raises(Transient) as caught:
        transport.request("GET", server.url)
    assert (caught.value.code, caught.value.outcome_unknown) == ("network_cut", True)


def test_an_answer_beyond_the_limit_is_refused_also_when_it_is_packed() -> None:
    plain = Reply(200, b"x" * 2000)
    packed = Reply(200, gzip.compress(b"x" * 2000), {"Content-Encoding": "gzip"})
    with loopback(plain, packed) as server, Transport(max_bytes=1000) as transport:
        for _reply in range(2):
            with pytest.raises(Rejected) as caught:
                transport.request("GET", server.url)
            assert caught.value.code == "answer_too_large"


def test_a_redirection_is_not_followed_with_the_token() -> None:
    with loopback() as server, Transport() as transport:
        server.replies.append(Reply(302, b"", {"Location": server.url + "/elsewhere"}))
        assert (
            transport.request("GET", server.url, headers={"x-amz-access-token": "t"}).status_code
            == 302
        )
        assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_this_machine_is_never_reached_through_a_proxy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with loopback(Reply(200, b"direct")) as server, loopback(Reply(200, b"proxy")) as proxy:
        monkeypatch.setenv(name, proxy.url)
        with Transport() as transport:
            assert transport.request("GET", server.url + "/x").content == b"direct"


@pytest.mark.parametrize(("trust_env", "expected"), [(True, "spoke"), (False, "silent")])
def test_other_hosts_are_reached_through_the_proxy_if_it_is_trusted(
    trust_env: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    with loopback(Reply(200, b"proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        with Transport(Timeouts(connect=2, read=2), trust_env=trust_env) as transport:
            try:
                transport.request("GET", "http://simulator.invalid/x")
            except SpapiError as error:
                assert error.code in ("network_unreachable", "network_connect_timeout")
        assert ("spoke" if proxy.asked else "silent") == expected


def test_connections_are_closed_with_the_transport() -> None:
    with loopback(Reply()) as server:
        with Transport() as transport:
            transport.request("GET", server.url)
        assert transport._client.is_closed


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("", ""),
        ("application/json", ""),
        ("application/json; charset=UTF-8", "utf-8"),
        ('text/xml;boundary=x; Charset="Windows-31J"', "windows-31j"),
        ("text/plain; charset='utf-8'", "utf-8"),
    ],
)
def test_the_charset_is_read_from_the_content_type(content_type: str, charset: str) -> None:
    assert charset_of(content_type) == charset


def test_text_is_decoded_by_its_charset_and_utf_8_without_one() -> None:
    """PAINS 30."""
    assert decode("日本".encode("cp932"), "windows-31j") == "日本"
    assert decode("é".encode(), None) == decode("é".encode(), "") == "é"
    assert decode(b"\xef\xbb\xbfx", None) == "x"
    for content, charset in ((b"\xff", None), (b"x", "no-such-charset"), (b"x", "hex")):
        with pytest.raises(ValueError):
            decode(content, charset)


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b'{"a": Infinity}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_value_error(body: bytes) -> None:
    received = Received(200, {}, body, None, 0.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        received.json()
