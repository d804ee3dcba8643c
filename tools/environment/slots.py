# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A place for one run: its name, which nothing else that runs has, and its folder for logs."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .locks import try_lock
from .messages import ToolError
from .paths import Paths

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
