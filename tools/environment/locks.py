# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""File locks, and the slots of runs. The kernel releases a lock when its process ends."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .messages import ToolError, say
from .paths import Paths

POLL_SECONDS = 0.1


def try_lock(path: Path) -> IO[str] | None:
    """Take a lock without waiting.

    :return: the open file that holds the lock until it is closed, or None when it is taken.
    """
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def exclusive(path: Path, timeout: float = 1200) -> Iterator[None]:
    """Hold a lock for the length of a block.

    :param path: the lock file; its folder exists.
    :param timeout: seconds to wait for whoever holds it.
    :raise ToolError: when it was not had in time.
    """
    held = try_lock(path)
    if held is None:
        say(f"Waiting for another command of this repository ({path.name}) …")
    limit = time.monotonic() + timeout
    while held is None:
        if time.monotonic() > limit:
            raise ToolError(f"Another command holds {path} since {timeout:.0f} seconds.")
        time.sleep(POLL_SECONDS)
        held = try_lock(path)
    with held:
        yield


#: More runs of one kind at once than this are somebody's mistake.
MOST = 20


@dataclass(frozen=True)
class Slot:
    """The place of a run.

    :param name: such as `test`, or `test_2` while another run is at work. What a run that was
        killed left under this name is taken over and replaced.
    :param folder: for logs and the like.
    """

    name: str
    folder: Path


def take(paths: Paths, kind: str, stack: ExitStack) -> Slot:
    """Return a slot that is free, and hold it.

    :param kind: `test` or `demo`.
    :param stack: gives it back; the kernel does when the process is killed.
    :raise ToolError: when too many are taken.
    """
    for number in range(1, MOST + 1):
        name = kind if number == 1 else f"{kind}_{number}"
        held = try_lock(paths.locks / name)
        if held:
            stack.enter_context(held)
            return Slot(name, _emptied(paths.logs / name))
    raise ToolError(f"{MOST} runs of this kind are at work already.")


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
