# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Places where files lie, each against a server of its kind that the test starts."""

from __future__ import annotations

import io
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from botocore.httpsession import URLLib3Session
from files.places import s3
from files.places.addresses import is_public
from files.places.folder import FolderPlace
from files.places.place import Place
from files.places.s3 import S3Login, S3Place
from files.places.sftp import SftpLogin, SftpPlace, fetch_host_key
from files.places.web import WebLogin, WebPlace
from files.problems import FileRefused
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from place_servers import OPENED, cut_off, sshd, web_server

#: Bytes that a listing may need at once; the server, which is in this process, included.
PAGES_MEMORY = 30_000_000


@contextmanager
def folder_place(path: Path) -> Iterator[Place]:
    (path / "shared").mkdir()
    yield FolderPlace(str(path), "shared")


@contextmanager
def sftp_place(path: Path) -> Iterator[Place]:
    (path / "shared").mkdir()
    with sshd(path) as login:
        place = SftpPlace(SftpLogin(**login), str(path / "shared"), OPENED)
        yield place
        place.close()


@contextmanager
def s3_place(path: Path) -> Iterator[Place]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _host, port = server.get_host_and_port()
        # moto keeps its buckets as long as the process lives
        bucket = f"files-{path.name.replace('_', '-').lower()}"[:60].rstrip("-") + "x"
        login = S3Login(bucket, "key", "secret", endpoint=f"http://127.0.0.1:{port}")
        place = S3Place(login, "shared", OPENED)
        place._client.create_bucket(Bucket=bucket)
        yield place
        place.close()
    finally:
        server.stop()


@pytest.fixture(params=[folder_place, sftp_place, s3_place])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give a place of each kind that has folders."""
    with request.param(tmp_path) as made:
        yield made


def read(place: Place, path: str) -> bytes:
    with place.open_read(path) as source:
        return source.read()


def names(place: Place, folder: str = "") -> list[str]:
    return sorted(file.name for file in place.list_files(folder))


def test_files_come_go_and_move(place: Place) -> None:
    """003-03: files are written, listed, read and moved in the same way wherever they lie."""
    content = bytes(range(256)) * 2000
    assert names(place) == []
    place.write_file("stock.csv", io.BytesIO(content))
    place.write_file("ä b.csv", io.BytesIO(b""))
    listed = {file.name: file.size for file in place.list_files("")}
    assert listed == {"stock.csv": len(content), "ä b.csv": 0}
    assert place.move("stock.csv", "processing/one/stock.csv")
    assert read(place, "processing/one/stock.csv") == content
    assert names(place) == ["ä b.csv"]
    assert names(place, "processing/one") == ["stock.csv"]
    assert names(place, "nowhere") == []


def test_nothing_is_written_over(place: Place) -> None:
    """003-05: a file that lies there already stays as it is, and nothing partial remains."""
    place.write_file("a.csv", io.BytesIO(b"first"))
    with pytest.raises(FileRefused) as caught:
        place.write_file("a.csv", io.BytesIO(b"second"))
    assert caught.value.code == "place_exists"
    place.write_file("b.csv", io.BytesIO(b"second"))
    with pytest.raises(FileRefused) as caught:
        place.move("b.csv", "a.csv")
    assert caught.value.code == "place_exists"
    assert read(place, "a.csv") == b"first"
    assert names(place) == ["a.csv", "b.csv"]


def test_one_of_two_gets_it(place: Place) -> None:
    """003-03: who moves a file that somebody has moved already gets an error."""
    place.write_file("a.csv", io.BytesIO(b"x"))
    assert place.move("a.csv", "processing/1/a.csv")
    assert not place.move("a.csv", "processing/2/a.csv")
    with pytest.raises(FileRefused) as caught:
        read(place, "a.csv")
    assert caught.value.code == "place_file_gone"


def test_s3_claim_of_the_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """003-03: a move whose worker died within it is ended by who goes on for him, and by nobody
    else; a newer file at the old path stays. A claim with which nobody goes on is free again after
    a while."""
    with s3_place(tmp_path) as place:
        for step in ("copy", "delete_object"):
            name, goal = f"{step}.csv", f"1/{step}.csv"
            place.write_file(name, io.BytesIO(b"x"))
            with monkeypatch.context() as dying:
                dying.setattr(place._client, step, None)
                with pytest.raises(TypeError):
                    place.move(name, goal)
            place.finish_move(name, f"2/{name}")
            assert names(place) == [name]
            place.finish_move(name, goal)
            assert (names(place), read(place, goal)) == ([], b"x")
            place.write_file(name, io.BytesIO(b"newer"))
            place.finish_move(name, goal)
            assert names(place) == [name]
            with monkeypatch.context() as dying:
                dying.setattr(place._client, "copy", None)
                with pytest.raises(TypeError):
                    place.move(name, f"3/{name}")
            assert not place.move(name, f"4/{name}")
            with monkeypatch.context() as later:
                later.setattr(s3, "CLAIM_TIME", timedelta(0))
                assert place.move(name, f"5/{name}")
            assert read(place, f"5/{name}") == b"newer"


def test_only_what_fits_the_mask(place: Place) -> None:
    """003-03: files are listed by the mask of who looks; what it holds besides its stars is meant
    as it stands."""
    for name in ("stock-1.csv", "stock-2.csv", "stock.txt", "price-1.csv", "a[1].csv", "a1.csv"):
        place.write_file(name, io.BytesIO(b"x"))
    found = {mask: [file.name for file in place.list_files("", mask)] for mask in MASKS}
    assert {mask: sorted(listed) for mask, listed in found.items()} == MASKS


MASKS = {
    "stock-*.csv": ["stock-1.csv", "stock-2.csv"],
    "*-1.csv": ["price-1.csv", "stock-1.csv"],
    "stock-?.csv": ["stock-1.csv", "stock-2.csv"],
    "stock.txt": ["stock.txt"],
    "a[[]1].csv": ["a[1].csv"],
    "none*": [],
}


def fill(place: S3Place, count: int, name: str) -> None:
    """Put objects into the memory of the server, which is in this process."""
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in range(count):
        bucket.put_object(place._bucket, f"shared/{name.format(number)}", b"x")


def test_s3_with_thousands_of_objects(tmp_path: Path) -> None:
    """003-03: all pages are read, only what fits the mask is asked for and kept, and what was put
    into the archive costs nothing."""
    send = URLLib3Session.send
    with (
        s3_place(tmp_path) as place,
        patch.object(URLLib3Session, "send", autospec=True, side_effect=send) as calls,
    ):
        fill(place, 3_500, "other-{}.csv")
        fill(place, 1_200, "archive/2026-11-27/{}.csv")
        fill(place, 1_200, "stock-{}.csv")
        assert len(place.list_files("", "stock-*.csv")) == 1200
        assert calls.call_count == 2
        calls.reset_mock()
        tracemalloc.start()
        assert len(place.list_files("", "*-7.csv")) == 2
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert calls.call_count == 5
        # a page of entries as the library gives them is a megabyte; five would be kept
        assert peak < PAGES_MEMORY, peak
        calls.reset_mock()
        with place.open_read("stock-7.csv") as source:
            assert source.read() == b"x"
        assert calls.call_count == 1


def claim(place: Place, gate: threading.Barrier, number: int) -> bool:
    gate.wait(10)
    return place.move("a.csv", f"done/{number}/a.csv")


def test_many_claim_at_once(tmp_path: Path) -> None:
    """003-03: of many who move a file at the same moment one gets it."""
    with folder_place(tmp_path) as place:
        for turn in range(20):
            place.write_file("a.csv", io.BytesIO(b"x"))
            gate = threading.Barrier(4)
            with ThreadPoolExecutor(4) as pool:
                got = pool.map(claim, [place] * 4, [gate] * 4, range(turn * 4, turn * 4 + 4))
                assert sorted(got) == [False, False, False, True]


def test_folder_is_not_left(tmp_path: Path) -> None:
    """003-03: no path and no link leads out of the folder that the server opens."""
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    secret = tmp_path / "secret.csv"
    secret.write_text("hidden")
    for folder in ("..", "in/../..", "../root2"):
        with pytest.raises(FileRefused):
            FolderPlace(str(root), folder)
    place = FolderPlace(str(root), "in")
    (root / "in" / "link.csv").symlink_to(secret)
    (root / "in" / "out").symlink_to(tmp_path)
    assert names(place) == []
    for path in ("../../secret.csv", "out/secret.csv", "link.csv"):
        with pytest.raises(FileRefused):
            read(place, path)
    with pytest.raises(FileRefused):
        place.move("link.csv", "../../elsewhere.csv")


def test_sftp_asks_only_the_server_it_knows(tmp_path: Path) -> None:
    """003-03: a server with another key gets nothing; its key can be fetched and compared."""
    with sshd(tmp_path) as login:
        shown = fetch_host_key(login["host"], login["port"], OPENED)
        assert shown == login["host_key"]
        other = "ssh-ed25519 " + "A" * 68
        for host_key, code in ((other, "place_host_key"), ("", "place_host_key_form")):
            with pytest.raises(FileRefused) as caught:
                SftpPlace(SftpLogin(**{**login, "host_key": host_key}), "", OPENED)
            assert caught.value.code == code
        with pytest.raises(FileRefused) as caught:
            SftpPlace(SftpLogin(**{**login, "user": "nobody-here"}), "", OPENED)
        assert caught.value.code == "place_credentials"
        with pytest.raises(FileRefused) as caught:
            SftpPlace(SftpLogin(**{**login, "private_key": "nonsense"}), "", OPENED)
        assert caught.value.code == "place_key_form"


def test_sftp_is_lost_in_the_middle_of_a_file(tmp_path: Path) -> None:
    """003-03: a connection that ends early is reported, and half a file is never taken for a
    whole."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "big.csv").write_bytes(b"a;b\n" * 2_000_000)
    with sshd(tmp_path) as login, cut_off(login["port"], 3_000_000) as port:
        place = SftpPlace(SftpLogin(**{**login, "port": port}), str(tmp_path / "shared"), OPENED)
        with pytest.raises(FileRefused) as caught:
            read(place, "big.csv")
        assert caught.value.code == "place_failed"
        place.close()


def test_private_addresses_are_closed(tmp_path: Path) -> None:
    """003-03: no location leads into the server's own network unless its configuration says so."""
    assert is_public("93.184.216.34")
    for address in ("127.0.0.1", "10.1.2.3", "::1", "169.254.169.254", "::ffff:10.0.0.1"):
        assert not is_public(address)
    with web_server({"/a.csv": b"x"}) as address:
        for opened in (frozenset(), frozenset({"127.0.0.1:1"})):
            with pytest.raises(FileRefused):
                WebPlace(f"{address}/a.csv", WebLogin(), opened).list_files("")
    with pytest.raises(FileRefused) as caught:
        S3Place(S3Login("b", "k", "s", endpoint="http://169.254.169.254"), "")
    assert caught.value.code == "place_private"


def test_web_address() -> None:
    """003-03: a file behind an address is read with a bearer token, and written by PUT."""
    files = {"/feed/stock.csv": b"sku;qty\r\n"}
    with web_server(files, token="good") as address:
        login = WebLogin(token="good")
        place = WebPlace(f"{address}/feed/stock.csv", login, OPENED)
        (found,) = place.list_files("")
        assert (found.name, found.size) == ("stock.csv", 9)
        assert read(place, "stock.csv") == b"sku;qty\r\n"
        place.close()
        out = WebPlace(f"{address}/out/", login, OPENED)
        out.write_file("orders.csv", io.BytesIO(b"x" * 200_000))
        assert files["/out/orders.csv"] == b"x" * 200_000
        out.close()


@pytest.mark.parametrize(
    ("path", "token", "code"),
    [
        ("/none.csv", "good", "place_file_gone"),
        ("/a.csv", "bad", "place_credentials"),
        ("/away", "good", "place_redirect"),
    ],
)
def test_web_refusals(path: str, token: str, code: str) -> None:
    """003-03: a redirect is not followed; each refusal has its reason."""
    with web_server({"/a.csv": b"x"}, token="good") as address:
        place = WebPlace(address + path, WebLogin(token=token), OPENED)
        with pytest.raises(FileRefused) as caught:
            read(place, "")
        assert caught.value.code == code
        place.close()


def test_plain_http_only_where_opened() -> None:
    """003-03: secrets do not go over a plain connection to a server of the internet."""
    for address in ("http://files.example/a.csv", "ftp://files.example/a", "https://u:p@x.example"):
        with pytest.raises(FileRefused) as caught:
            WebPlace(address, WebLogin(token="x"))
        assert caught.value.code == "place_address"
