# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP with limits, on real connections."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat

import pytest
from api.errors.exceptions import Rejected, SpapiError, Transient
from api.http.transport import Received, Timeouts, Transport
from api.values import charset_of, decode
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


@contextmanager
def raw_server(pieces: Iterable[bytes], pause: float = 0.0) -> Iterator[str]:
    """A server that sends bytes as they are, one piece after another, until it is left.

    :param pause: seconds between two pieces.
    """
    left = threading.Event()

    def serve() -> None:
        try:
            connection, _address = listening.accept()
            with connection:
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                    if left.wait(pause):
                        return
        except OSError:
            return  # the client went away, as it should

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        left.set()
        thread.join(10)


HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "status": repeat(b"HTTP/1.1 200 OK and so on"[:1]),
    "a header": chain([HEAD, b"X-Long: "], repeat(b"x")),
    "headers": chain([HEAD], repeat(b"X-A: 1\r\n")),
    "a body": chain([HEAD, b"Content-Length: 1000000\r\n\r\n"], repeat(b"x")),
    "chunks": chain([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], repeat(b"1\r\nx\r\n")),
    "a packed body": chain(
        [HEAD, b"Content-Encoding: gzip\r\nContent-Length: 1000000\r\n\r\n"],
        repeat(gzip.compress(b"")),
    ),
    "what comes before an answer": repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_slow_answer_is_abandoned_at_the_deadline(name: str) -> None:
    """A read time-out alone never ends as long as a byte comes now and then."""
    begun = time.monotonic()
    with raw_server(DRIPS[name], pause=0.02) as url:
        with Transport(Timeouts(total=0.4)) as transport, pytest.raises(Transient) as caught:
            transport.request("GET", url)
    assert caught.value.code == "network_timeout"
    assert time.monotonic() - begun < 5


def test_an_upload_that_is_taken_drop_by_drop_is_left_in_time() -> None:
    def never_read() -> Iterator[bytes]:
        while True:
            yield b""

    begun = time.monotonic()
    with raw_server(never_read(), pause=0.02) as url:
        with Transport(Timeouts(total=0.4)) as transport, pytest.raises(Transient) as caught:
            transport.request("PUT", url, content=bytes(64 * 2**20))
    assert caught.value.code == "network_timeout"
    assert time.monotonic() - begun < 5


def test_headers_without_an_end_are_refused() -> None:
    endless = chain([HEAD], repeat(b"X-A: " + b"x" * 10_000 + b"\r\n"))
    with raw_server(endless) as url, Transport(Timeouts(total=20)) as transport:
        with pytest.raises(Transient) as caught:
            transport.request("GET", url)
    assert caught.value.code == "network_cut"


def packed(times: int) -> Reply:
    """100 MB that are packed several times: 300 bytes, in the end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join([packer.compress(bytes(2**20)) for _ in range(100)]) + packer.flush()
    for _time in range(times - 1):
        body = gzip.compress(body)
    return Reply(200, body, {"Content-Encoding": ", ".join(["gzip"] * times)})


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_bomb_in_an_answer_is_refused_without_being_unpacked(times: int) -> None:
    """Packed twice, 100 MB are 400 bytes, which become 100 kB in one piece and then all."""
    with loopback(packed(times)) as server, Transport(max_bytes=2**20) as transport:
        tracemalloc.start()
        with pytest.raises(SpapiError) as caught:
            transport.request("GET", server.url)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert caught.value.code == ("answer_too_large" if times == 1 else "malformed_answer")
    assert peak < 8 * 2**20


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "compress", "gzip, br", "gzip,gzip"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with loopback(Reply(200, b"x", {"Content-Encoding": coding})) as server:
        with Transport() as transport, pytest.raises(Transient) as caught:
            transport.request("GET", server.url)
        assert server.asked[0].headers["accept-encoding"] == "gzip"
    assert caught.value.code == "malformed_answer"


@pytest.mark.parametrize("coding", ["", "identity", "Identity", "aws-chunked"])
def test_a_coding_that_says_nothing_changes_nothing(coding: str) -> None:
    with loopback(Reply(200, b"text", {"Content-Encoding": coding})) as server:
        with Transport() as transport:
            assert transport.request("GET", server.url).content == b"text"


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"text")[:-3]])
def test_a_damaged_coding_is_a_passing_failure(body: bytes) -> None:
    with loopback(Reply(200, body, {"Content-Encoding": "gzip"})) as server:
        with Transport() as transport, pytest.raises(Transient) as caught:
            transport.request("GET", server.url)
    assert caught.value.code == "malformed_answer"


def test_an_empty_body_may_name_a_coding() -> None:
    with loopback(Reply(403, b"", {"Content-Encoding": "gzip"})) as server:
        with Transport() as transport:
            assert transport.request("GET", server.url).content == b""


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
