# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents to and from storage: status, bytes, compression, limits."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest
from api.errors.causes import BAD_GZIP
from api.errors.exceptions import Rejected, SpapiError, Transient
from api.http.gateway import Gateway
from api.http.login import ENDPOINTS, SANDBOX_ENDPOINTS, Endpoint
from api.http.transport import gunzip
from api.reports import download_report
from api_support import Reply, gateway, loopback
from hypothesis import given
from hypothesis import strategies as st

MEGABYTE = 1024 * 1024


def cut(content: bytes, size: int) -> Iterator[bytes]:
    """Give bytes in pieces of a size."""
    return (content[at : at + size] for at in range(0, len(content), size))


def test_an_upload_sends_the_bytes_and_the_exact_type_and_no_token() -> None:
    """The Content-Type is part of the signature; no access token goes to storage."""
    content = "<x>日本</x>".encode()
    with loopback(Reply()) as server, gateway(server.url) as ours:
        ours.upload(server.url + "/doc?X-Amz-Signature=s", content, "text/xml; charset=UTF-8")
        asked = server.asked[0]
    assert (asked.method, asked.path) == ("PUT", "/doc?X-Amz-Signature=s")
    assert asked.body == content
    assert asked.headers["content-type"] == "text/xml; charset=UTF-8"
    assert "x-amz-access-token" not in asked.headers and "authorization" not in asked.headers
    assert server.login_forms == []


def test_a_download_gives_the_bytes_and_sends_no_token() -> None:
    with loopback(Reply(200, b"\x00\xff plain")) as server, gateway(server.url) as ours:
        assert ours.download(server.url + "/doc?X-Amz-Signature=s%2B") == b"\x00\xff plain"
        asked = server.asked[0]
    assert asked.path == "/doc?X-Amz-Signature=s%2B"
    assert asked.headers["accept-encoding"] == "identity"
    assert "x-amz-access-token" not in asked.headers
    assert server.login_forms == []


@pytest.mark.parametrize(
    ("named", "charset"),
    [("text/plain; charset=Shift_JIS", "shift_jis"), ("text/plain", "cp1252"), ("", "")],
)
def test_the_charset_of_a_report_is_what_its_transfer_names(named: str, charset: str) -> None:
    """GetReportDocument itself says none in production; where it does, it comes second."""
    answer = {"url": "", "contentType": "text/plain; charset=cp1252" if named else "text/plain"}
    with loopback() as server, gateway(server.url) as ours:
        server.replies += [
            Reply.json({**answer, "url": f"{server.url}/doc"}),
            Reply(200, b"x", {"Content-Type": named}),
        ]
        assert download_report(ours, "GET_X", "1").charset == charset


def test_a_packed_document_is_unpacked_once_whatever_the_headers_say() -> None:
    packed = gzip.compress(b"text")
    coded = {"Content-Encoding": "gzip"}
    with loopback(
        Reply(200, packed), Reply(200, packed, coded), Reply(200, packed, coded)
    ) as server:
        with gateway(server.url) as ours:
            assert ours.download(server.url, "GZIP") == b"text"
            assert ours.download(server.url, "GZIP") == b"text"
            assert ours.download(server.url) == b"text"


def test_a_document_can_flow_into_a_file() -> None:
    content = bytes(range(256)) * 4000
    with loopback(Reply(200, gzip.compress(content))) as server, gateway(server.url) as ours:
        target = io.BytesIO()
        assert ours.save(server.url, target, "GZIP") == len(content)
    assert target.getvalue() == content


def test_an_unknown_compression_is_refused_before_anything_is_sent() -> None:
    with loopback() as server, gateway(server.url) as ours:
        with pytest.raises(Rejected) as caught:
            ours.download(server.url, "BROTLI")
        assert server.asked == []
    assert caught.value.code == "unknown_compression"


ELSEWHERE = [
    "",
    "doc",
    "http://127.0.0.1:1/latest/meta-data/iam",
    "http://localhost/doc",
    "http://169.254.169.254/latest/meta-data/iam",
    "http://[fe80::1]/",
    "http://metadata.google.internal/",
    "https://10.0.0.5/",
    "http://134744072/",
    "https://example.org/doc",
    "http://bucket.s3.amazonaws.com/x",
    "https://bucket.s3.amazonaws.com:8443/x",
    "https://bucket.s3.amazonaws.com.example.org/x",
    "https://ec2-10-0-0-5.eu-west-1.compute.amazonaws.com/x",
    "https://s3.amazonaws.com@example.org/x",
    "file:///etc/passwd",
]
S3 = [
    "https://tortuga-prod-eu.s3-eu-west-1.amazonaws.com/x?X-Amz-Signature=s",
    "https://tortuga.s3.eu-west-1.amazonaws.com/x",
    "https://tortuga.s3.amazonaws.com/x",
    "https://s3.dualstack.us-west-2.amazonaws.com/tortuga/x",
    "https://s3.amazonaws.com:443/tortuga/x",
]


def transfers(ours: Gateway, url: str) -> list[Callable[[], object]]:
    """Every way in which a document is sent or fetched."""
    return [
        lambda: ours.upload(url, b"", "text/xml"),
        lambda: ours.download(url),
        lambda: ours.save(url, io.BytesIO()),
    ]


@pytest.mark.parametrize("url", [*ELSEWHERE, *S3])
def test_a_practice_server_keeps_its_documents_itself(url: str) -> None:
    """A false Amazon cannot send this server round its own network."""
    with loopback() as server, gateway(server.url) as ours:
        for transfer in transfers(ours, url):
            with pytest.raises(Rejected) as caught:
                transfer()
            assert caught.value.code == "document_address"
            assert "Signature" not in caught.value.detail
        assert server.asked == []


@pytest.mark.parametrize("endpoint", [*ENDPOINTS.values(), *SANDBOX_ENDPOINTS.values()])
def test_amazons_documents_are_in_amazons_storage(endpoint: Endpoint) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        raise httpx.ConnectError("no network")

    asked: list[str] = []
    with loopback() as server:
        with gateway(server.url, endpoint=endpoint, http=httpx.MockTransport(refuse)) as ours:
            for url in (*ELSEWHERE, server.url):
                for transfer in transfers(ours, url):
                    with pytest.raises(Rejected) as caught:
                        transfer()
                    assert caught.value.code == "document_address"
            assert asked == []
            for url in S3:
                for transfer in transfers(ours, url):
                    with pytest.raises(SpapiError) as answered:
                        transfer()
                    assert answered.value.code == "network_unreachable"
    assert len(asked) == 3 * len(S3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not packed",
        gzip.compress(b"text")[:-3],
        gzip.compress(b"text")[:4],
        gzip.compress(b"text" * 100)[:-12] + b"\x00" * 6,
        gzip.compress(b"text")[:-8] + b"\x00" * 8,
        gzip.compress(b"text") + b"rubbish",
    ],
)
def test_a_damaged_packed_document_is_refused(content: bytes) -> None:
    with loopback(Reply(200, content)) as server, gateway(server.url) as ours:
        with pytest.raises(Rejected) as caught:
            ours.download(server.url, "GZIP")
    assert caught.value.code == "bad_gzip"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<Error><Code>NoSuchKey</Code><Message>Gone.</Message></Error>", "NoSuchKey: Gone."),
        (b"<html>Not found</html>", "<html>Not found</html>"),
    ],
)
def test_the_detail_quotes_the_words_of_storage(body: bytes, detail: str) -> None:
    with loopback(Reply(404, body)) as server, gateway(server.url) as ours:
        with pytest.raises(Rejected) as caught:
            ours.download(server.url)
    assert (caught.value.code, caught.value.detail) == ("storage_not_found", detail)


def test_a_cut_document_is_a_passing_failure() -> None:
    with loopback(Reply(200, b"half", cut=4)) as server, gateway(server.url) as ours:
        with pytest.raises(Transient) as caught:
            ours.download(server.url)
    assert caught.value.code == "network_cut"


@pytest.mark.parametrize("compression", [None, "GZIP"])
def test_a_document_beyond_the_limit_is_refused(compression: str | None) -> None:
    content = b"x" * 1001
    body = gzip.compress(content) if compression else content
    with loopback(Reply(200, body), Reply(200, body)) as server, gateway(server.url) as ours:
        assert ours.download(server.url, compression, max_bytes=1001) == content
        with pytest.raises(Rejected) as caught:
            ours.download(server.url, compression, max_bytes=1000)
    assert caught.value.code == "document_too_large"


def test_a_bomb_is_refused_without_being_unpacked_into_memory() -> None:
    """100 MB in 100 kB: memory stays near the limit, not near the content."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(bytes(MEGABYTE)) for _ in range(100)]) + packer.flush()
    with loopback(Reply(200, bomb)) as server, gateway(server.url) as ours:
        tracemalloc.start()
        with pytest.raises(Rejected) as caught:
            ours.download(server.url, "GZIP", max_bytes=MEGABYTE)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert caught.value.code == "document_too_large"
    assert peak < 8 * MEGABYTE


def test_the_refusal_of_storage_is_read_only_in_part() -> None:
    endless = Reply(500, b"x" * MEGABYTE)
    with (
        loopback(endless) as server,
        gateway(server.url) as ours,
        pytest.raises(Transient) as caught,
    ):
        ours.download(server.url)
    assert caught.value.code == "storage_unavailable"
    assert len(caught.value.detail) <= 4000


@given(st.binary(max_size=5000), st.integers(1, 700), st.integers(0, 3))
def test_packed_bytes_are_unpacked_unchanged(content: bytes, size: int, zeros: int) -> None:
    packed = gzip.compress(content) + bytes(zeros)
    assert b"".join(gunzip(cut(packed, size), BAD_GZIP)) == content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(1, 100))
def test_several_members_are_one_document(parts: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(part) for part in parts)
    assert b"".join(gunzip(cut(packed, size), BAD_GZIP)) == b"".join(parts)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_of_any_bytes_either_a_document_comes_or_bad_gzip(content: bytes, size: int) -> None:
    try:
        b"".join(gunzip(cut(content, size), BAD_GZIP))
    except Rejected as error:
        assert error.code == "bad_gzip"


@pytest.mark.parametrize("length", [65535, 65536, 65537, 131072, 262144])
def test_output_that_fills_a_piece_to_the_brim_is_complete(length: int) -> None:
    assert b"".join(gunzip([gzip.compress(b"a" * length)], BAD_GZIP)) == b"a" * length


def test_pieces_stay_small_however_well_the_content_packs() -> None:
    pieces = gunzip([gzip.compress(bytes(MEGABYTE))], BAD_GZIP)
    assert max(len(piece) for piece in pieces) <= 65536
