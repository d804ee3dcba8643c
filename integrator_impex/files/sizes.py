# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bytes: limits, and files that are copied within them."""

from __future__ import annotations

from hashlib import sha256
from typing import BinaryIO

from .causes import TOO_LARGE
from .problems import FileRefused

MEGABYTE = 1024 * 1024
#: Of one file, by default.
MAX_FILE = 256 * MEGABYTE
PIECE = 64 * 1024


def size_text(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{size // MEGABYTE} MB" if size >= MEGABYTE else f"{size} bytes"


class Counted:
    """Writes into a file, and counts.

    :param limit: bytes; more are refused.
    """

    def __init__(self, target: BinaryIO, limit: int = MAX_FILE) -> None:
        self._target = target
        self._limit = limit
        self.size = 0

    def take(self, piece: bytes) -> None:
        """Write a piece.

        :raise FileRefused: when it is too much; it is not written.
        """
        self.size += len(piece)
        if self.size > self._limit:
            raise FileRefused(TOO_LARGE.at(limit=size_text(self._limit)))
        self._target.write(piece)


def digest(source: BinaryIO) -> str:
    """Return the SHA-256 of a file from where it is read to its end."""
    found = sha256()
    while piece := source.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def copy(source: BinaryIO, target: BinaryIO, limit: int = MAX_FILE) -> int:
    """Copy a file and return its size.

    :raise FileRefused: when it is larger than the limit.
    """
    counted = Counted(target, limit)
    while piece := source.read(PIECE):
        counted.take(piece)
    return counted.size
