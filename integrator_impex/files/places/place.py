# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Methods of every kind of place."""

from __future__ import annotations

import fnmatch
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from ..causes import PLACE_DENIED, PLACE_EXISTS, PLACE_FAILED, PLACE_FILE_GONE
from ..problems import FileRefused

#: Beginning of the names under which files are written until they are complete.
PARTIAL = ".partial-"
#: Seconds that a server may take for one step.
TIMEOUT = 30


@dataclass(frozen=True)
class FileInfo:
    """A file that lies in a place.

    :param name: without folders.
    :param size: bytes; None: the place does not say.
    :param stamp: changes when the file does: its time of change, or what the place has instead.
    """

    name: str
    size: int | None
    stamp: str


class Place(Protocol):
    """Folders with files. Paths are relative to the place, with `/` between their parts.

    Every method raises `FileRefused` with a cause of the places when it cannot do its work.
    """

    def list_files(self, folder: str, mask: str = "*") -> list[FileInfo]:
        """Return the files of a folder whose names fit a mask with `*` and `?`, without its
        folders, links and partial files."""

    def open_read(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Return the content of a file, as a context."""

    def write_file(self, path: str, content: BinaryIO) -> None:
        """Write a file under a partial name, then give it its own: readers see the whole file or
        none. A file of that name is not written over."""

    def move(self, path: str, target: str) -> bool:
        """Give a file another path and return whether it was there: of two who move the same
        file at once, one gets True. Folders of the target are made.

        :raise FileRefused: also when a file of that path is there; it stays as it is
        """

    def finish_move(self, path: str, target: str) -> None:
        """End a move whose worker died within it, so that the file lies in one place. A newer file
        at the old path stays."""

    def close(self) -> None:
        """End the connection."""


@contextmanager
def refusing(folder: str, path: str, *lost: type[Exception]) -> Iterator[None]:
    """Turn exceptions about a file into problems for people.

    :param folder: the place, as people know it.
    :param lost: by which a library says that it failed, beside `OSError`.
    """
    name = path.rpartition("/")[2]
    try:
        yield
    except FileExistsError:
        raise FileRefused(PLACE_EXISTS.at(name=name)) from None
    except FileNotFoundError:
        raise FileRefused(PLACE_FILE_GONE.at(name=name)) from None
    except PermissionError:
        raise FileRefused(PLACE_DENIED.at(folder=folder)) from None
    except (OSError, *lost) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise FileRefused(PLACE_FAILED.at(folder=folder, reason=reason)) from None


def partial_path(path: str) -> str:
    """Return the path under which a file is written until it is complete."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{PARTIAL}{secrets.token_hex(6)}-{name}"


def is_wanted(name: str, mask: str) -> bool:
    """Return whether a name fits a mask and is not that of a partial file."""
    return fnmatch.fnmatchcase(name, mask) and not is_partial(name)


def literal_start(mask: str) -> str:
    """Return what every name that fits a mask begins with."""
    return re.split(r"[*?[]", mask, maxsplit=1)[0]


def is_partial(name: str) -> bool:
    """Return whether a name is that of a file which somebody is still writing."""
    return name.startswith(".") or name.endswith((".part", ".partial", ".filepart", ".tmp"))
