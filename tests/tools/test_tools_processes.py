# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Child processes, locks and pid files: a clean end, also after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.environment.locks import exclusive, try_lock
from tools.environment.messages import ToolError
from tools.environment.processes import finish, run, start
from tools.environment.server import forget_stale_pid

LIMIT = 20
#: Starts a child that outlives it, and tells the child's number.
PARENT = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"


def test_a_step_that_fails_tells_its_last_lines(tmp_path: Path) -> None:
    script = "print('first'); print('last words'); raise SystemExit(3)"
    with pytest.raises(ToolError, match=r"(?s)exit code 3.*last words"):
        run([sys.executable, "-c", script], tmp_path / "log", LIMIT)


def test_a_step_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="more than 0 seconds"):
        run(["sleep", "60"], tmp_path / "log", 0.1)


def test_a_step_has_no_input_to_wait_for(tmp_path: Path) -> None:
    script = "import sys; assert sys.stdin.read() == ''"
    run([sys.executable, "-c", script], tmp_path / "log", LIMIT)


def test_processes_of_a_step_end_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert finish(start([sys.executable, "-c", PARENT], log), LIMIT) == 0
    child = int(log.read_text())
    assert is_gone(child)


def is_gone(pid: int) -> bool:
    """Return whether a process ends within the limit; one that nobody collected has ended."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    first = try_lock(tmp_path / "lock")
    assert first is not None
    assert try_lock(tmp_path / "lock") is None
    with pytest.raises(ToolError, match="Another command holds"), exclusive(tmp_path / "lock", 0):
        pass
    first.close()
    with exclusive(tmp_path / "lock", 0):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tools.environment.locks import try_lock;"
        "held = try_lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lock")]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert try_lock(tmp_path / "lock") is None
        holder.kill()
    held = try_lock(tmp_path / "lock")
    assert held is not None
    held.close()


@pytest.mark.parametrize("pid", [str(2**22 - 1), str(os.getpid()), "1", "", "rubbish"])
def test_the_pid_file_of_a_server_that_is_gone_is_removed(tmp_path: Path, pid: str) -> None:
    """Also when its number belongs to another process now."""
    file = tmp_path / "postmaster.pid"
    file.write_text(f"{pid}\n/data\n")
    forget_stale_pid(tmp_path)
    assert not file.exists()


def test_the_pid_file_of_a_running_server_stays(tmp_path: Path) -> None:
    file = tmp_path / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as server:
        file.write_text(f"{server.pid}\n")
        forget_stale_pid(tmp_path)
        server.kill()
    assert file.exists()


def test_without_a_pid_file_nothing_happens(tmp_path: Path) -> None:
    forget_stale_pid(tmp_path)
    assert list(tmp_path.iterdir()) == []
