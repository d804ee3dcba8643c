# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""File locks: the kernel lets go of them when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .messages import ToolError, say

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
