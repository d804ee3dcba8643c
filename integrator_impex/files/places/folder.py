# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A folder of this server, below the one that its configuration opens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from ..causes import PLACE_GONE, PLACE_PATH
from ..problems import FileRefused
from ..sizes import copy
from .place import FileInfo, is_wanted, partial_path, refusing


class FolderPlace:
    """See `Place`.

    :param root: the folder that the server's configuration opens.
    :param folder: below it.
    :raise FileRefused: when the folder is not below the root, or not there.
    """

    def __init__(self, root: str, folder: str) -> None:
        self._root = Path(root).resolve()
        self._folder = folder
        self._base = self._root / folder.strip("/")
        if not self._base.resolve().is_relative_to(self._root):
            raise FileRefused(PLACE_PATH.at(folder=folder))
        if not self._base.is_dir():
            raise FileRefused(PLACE_GONE.at(folder=folder))

    def _path(self, path: str) -> Path:
        """Return where a path is; a link that leads out of the root is refused."""
        place = self._base / path
        if ".." in place.parts or not place.parent.resolve().is_relative_to(self._root):
            raise FileRefused(PLACE_PATH.at(folder=path))
        return place

    def list_files(self, folder: str, mask: str = "*") -> list[FileInfo]:
        """See `Place`."""
        with self._refusing(folder):
            place = self._path(f"{folder}/.") if folder else self._base
            if not place.is_dir():
                return []
            with os.scandir(place) as entries:
                return [
                    FileInfo(entry.name, entry.stat().st_size, str(entry.stat().st_mtime_ns))
                    for entry in entries
                    if entry.is_file(follow_symlinks=False) and is_wanted(entry.name, mask)
                ]

    @contextmanager
    def open_read(self, path: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with self._refusing(path):
            handle = os.open(self._path(path), os.O_RDONLY | os.O_NOFOLLOW)
        with self._refusing(path), os.fdopen(handle, "rb") as file:
            yield file

    def write_file(self, path: str, content: BinaryIO) -> None:
        """See `Place`."""
        partial = self._path(partial_path(path))
        try:
            with self._refusing(path):
                partial.parent.mkdir(parents=True, exist_ok=True)
                with partial.open("xb") as file:
                    copy(content, file)
                    file.flush()
                    os.fsync(file.fileno())
                # unlike a rename, a link does not replace what is there
                os.link(partial, self._path(path))
        finally:
            partial.unlink(missing_ok=True)

    def move(self, path: str, target: str) -> bool:
        """See `Place`."""
        with self._refusing(path):
            place, goal = self._path(path), self._path(target)
            goal.parent.mkdir(parents=True, exist_ok=True)
            if goal.exists():
                raise FileExistsError
            try:
                place.rename(goal)
            except FileNotFoundError:
                return False
            return True

    def finish_move(self, path: str, target: str) -> None:
        """See `Place`: a rename is whole or not at all."""

    def close(self) -> None:
        """See `Place`."""

    def _refusing(self, path: str) -> AbstractContextManager[None]:
        return refusing(self._folder, path)
