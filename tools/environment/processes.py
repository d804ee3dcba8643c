# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Child processes with a time limit, a log and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .messages import ToolError

#: Seconds between asking a process to end and ending it.
GRACE_SECONDS = 10


def start(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    progress: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, without input, its output in a file.

    :param command: program and arguments.
    :param log: file for standard output and error; it is begun anew.
    :param env: whole environment; None: that of this process.
    :param cwd: working folder; None: that of this process.
    :param progress: its standard output goes where `say` writes, and only the rest to the log.
    """
    with log.open("wb") as out:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr if progress else out,
            stderr=out,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of `start` and its children: ask first, insist after a grace time."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait(GRACE_SECONDS)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def finish(process: subprocess.Popen[bytes], timeout: float) -> int | None:
    """Wait for a process of `start`; whatever happens, nothing of it stays behind.

    :param timeout: seconds.
    :return: exit code, None when the time ran out.
    """
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end(process)


def run(
    command: Sequence[str | Path],
    log: Path,
    timeout: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a step to its end.

    :param timeout: seconds.
    :raise ToolError: when it fails or takes too long; the text ends with the log's last lines.
    """
    code = finish(start(command, log, env, cwd), timeout)
    if code:
        raise ToolError(f"{_name(command)} failed with exit code {code}:\n{tail(log)}")
    if code is None:
        raise ToolError(f"{_name(command)} took more than {timeout:.0f} seconds:\n{tail(log)}")


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log and where to read the rest."""
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([*(f"    {line}" for line in text), f"    (all of it: {log})"])


def _name(command: Sequence[str | Path]) -> str:
    return " ".join(Path(part).name if "/" in str(part) else str(part) for part in command[:4])
