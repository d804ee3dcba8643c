# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Places: cache folder, cluster, PostgreSQL's programs, ports, slots."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools.environment.cluster import SOCKET_LIMIT, SOCKET_NAME, location, reachable
from tools.environment.database import template_name
from tools.environment.environments import odoo_environment, postgres_environment
from tools.environment.locks import take
from tools.environment.messages import ToolError
from tools.environment.odoo_process import Installation, odoo_command
from tools.environment.paths import Paths, cache_home, prepare
from tools.environment.ports import HOST, free_port, next_free_port
from tools.environment.postgres import ServerUser, programs

ME = ServerUser(os.getuid(), os.getgid())
ANOTHER = ServerUser(12345, 12345, ("setpriv",))


def test_the_cache_folder_is_named_by_the_environment() -> None:
    assert cache_home({"INTEGRATOR_HOME": "/some/where"}) == Path("/some/where")


def test_the_cache_folder_is_below_the_home_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nobodys")
    for environ in ({}, {"INTEGRATOR_HOME": ""}):
        assert cache_home(environ) == Path("/nobodys/.cache/odoo-integrator")


def test_a_cache_folder_that_cannot_be_made_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match="INTEGRATOR_HOME"):
        prepare(tmp_path / "file" / "home")


def test_the_cluster_is_in_the_cache_folder_where_its_user_can_work(tmp_path: Path) -> None:
    assert location(tmp_path, ME, Path("/else")) == tmp_path / "pg"


def test_the_cluster_moves_out_of_a_folder_that_its_user_cannot_reach(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "home").mkdir()
    moved = location(private / "home", ANOTHER, Path("/else"))
    assert moved.parent == Path("/else")
    assert moved.name.startswith(f"odoo-integrator-{os.geteuid()}-")


def test_a_folder_is_reachable_when_all_above_it_are(tmp_path: Path) -> None:
    assert reachable(Path("/usr"))
    tmp_path.chmod(0o700)
    (tmp_path / "open").mkdir(mode=0o755)
    assert not reachable(tmp_path / "open")


def test_the_cluster_moves_where_the_path_of_its_socket_is_short_enough(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 100)
    moved = location(home, ME, Path("/else"))
    assert moved.parent == Path("/else")
    assert len(str(moved / SOCKET_NAME)) <= SOCKET_LIMIT


def test_two_cache_folders_never_share_a_cluster(tmp_path: Path) -> None:
    homes = [tmp_path / (letter * 100) for letter in "ab"]
    assert len({location(home, ME, Path("/else")) for home in homes}) == 2


def make_programs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres", "psql"):
        (folder / name).touch()
    return folder


def test_the_newest_whole_postgresql_is_taken(tmp_path: Path) -> None:
    make_programs(tmp_path / "9.6" / "bin")
    make_programs(tmp_path / "13" / "bin")
    newest = make_programs(tmp_path / "15" / "bin")
    (tmp_path / "17" / "bin").mkdir(parents=True)
    assert programs(tmp_path) == newest


def test_a_postgresql_that_odoo_refuses_is_none(tmp_path: Path) -> None:
    make_programs(tmp_path / "12" / "bin")
    assert programs(tmp_path) is None


def test_a_busy_port_is_answered_by_the_next_one() -> None:
    with socket.socket() as busy:
        busy.bind((HOST, 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert next_free_port(port) > port


def test_a_free_port_is_taken_as_it_is() -> None:
    port = free_port()
    assert next_free_port(port) == port


def test_no_port_after_the_last_is_tried() -> None:
    with socket.socket() as busy:
        busy.bind((HOST, 65535))
        busy.listen()
        with pytest.raises(ToolError, match="No port"):
            next_free_port(65535)


def test_runs_at_once_have_slots_of_their_own_and_later_ones_take_them_over(tmp_path: Path) -> None:
    paths = prepare(tmp_path)
    with ExitStack() as stack:
        first, second = take(paths, "test", stack), take(paths, "test", stack)
        (first.folder / "old.log").touch()
    with ExitStack() as stack:
        again = take(paths, "test", stack)
    assert [first.name, second.name, again.name] == ["test", "test_2", "test"]
    assert list(again.folder.iterdir()) == []


def test_a_template_is_for_one_version_of_odoo() -> None:
    assert template_name("19.0.0-1") == template_name("19.0.0-1")
    assert template_name("19.0.0-1") != template_name("19.0.0-2")


def test_settings_of_another_odoo_or_postgresql_do_not_reach_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PGDATABASE", "PGPASSWORD", "ODOO_DB_NAME", "PYTHONHOME"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("LANG", "C.UTF-8")
    ours = odoo_environment(Paths(tmp_path))
    assert "theirs" not in ours.values()
    assert not [key for key in postgres_environment() if key in ("PGDATABASE", "PGPASSWORD")]
    assert ours["LANG"] == "C.UTF-8"


def test_who_runs_tests_finds_the_addons_for_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Installation.__module__}.ensure_queue_job", lambda *_args: tmp_path)
    installation = Installation(Paths(tmp_path), tmp_path / "python", "19", None)
    plain = odoo_command(installation, ["-d", "bazaar", "-u", "integrator_bazaar"])
    assert not any("tests/addons" in word for word in plain)
    tests = odoo_command(installation, ["-d", "bazaar", "--test-tags", "/integrator_bazaar"])
    assert tests[-1].startswith("--addons-path=")
    assert tests[-1].endswith("tests/addons")
