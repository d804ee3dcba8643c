# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zip archives from outside, within limits: everything is looked at before anything is unpacked."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, BinaryIO

from .causes import (
    ZIP_BROKEN,
    ZIP_ENCRYPTED,
    ZIP_LINK,
    ZIP_METHOD,
    ZIP_NAME,
    ZIP_NESTED,
    ZIP_OVERLAP,
    ZIP_RATIO,
    ZIP_TOO_LARGE,
    ZIP_TOO_MANY,
    ZIP_TWICE,
)
from .problems import FileRefused, Problem
from .sizes import MEGABYTE, size_text

#: Entries that programs add by themselves; they are left out and said.
_LITTER = re.compile(
    r"(^|/)(__MACOSX/|\._[^/]*$|~\$[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_ARCHIVES = re.compile(r"\.(zip|jar|7z|rar|gz|tgz|bz2|tbz2?|xz|txz|zst|lz4?|tar|cab|iso)$", re.I)
_WORKBOOKS = re.compile(r"\.(xlsx|xlsm|ods)$", re.IGNORECASE)
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_LONGEST_NAME = 255
#: The system of an entry whose folders may stand in its name as Windows writes them.
_WINDOWS = 0
#: Below this size a high ratio does no harm: a table of equal rows packs well.
_SMALL = MEGABYTE
#: Written into archives in the place of the time: the same files make the same archive.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Limits:
    """Limits of an archive.

    :param entries: files.
    :param total: bytes of all files when they are unpacked.
    :param ratio: how many times larger a file becomes by unpacking.
    """

    entries: int = 1000
    total: int = 512 * MEGABYTE
    ratio: int = 100


STANDARD_LIMITS = Limits()


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    :param name: with its folders, `/` between them.
    :param size: bytes when it is unpacked.
    """

    name: str
    size: int


class Archive:
    """An archive that was looked through: what is in it may be unpacked.

    :param source: seekable; it stays open.
    :raise FileRefused: with everything that is wrong with it.
    """

    def __init__(self, source: BinaryIO, limits: Limits = STANDARD_LIMITS) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, ValueError, OverflowError, OSError):
            raise FileRefused(ZIP_BROKEN.at()) from None
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        names = {info: _name_of(info) for info in infos}
        self.ignored = tuple(sorted(name for name in names.values() if _LITTER.search(name)))
        self._infos = {name: info for info, name in names.items() if not _LITTER.search(name)}
        found = [*_archive_problems(infos, limits), *_name_problems(list(names.values()))]
        found += [problem for info in infos for problem in _entry_problems(info, limits)]
        if found:
            raise FileRefused(found)
        for name, info in self._infos.items():
            self._check_content(name, info)
        self.members = tuple(Member(name, info.file_size) for name, info in self._infos.items())

    def open(self, name: str) -> BinaryIO:
        """Return a file of the archive, to be read and closed.

        :raise FileRefused: while it is read, when it is damaged.
        """
        return io.BufferedReader(_Unpacked(self._zip, self._infos[name]))

    def _check_content(self, name: str, info: zipfile.ZipInfo) -> None:
        if _WORKBOOKS.search(name):
            return
        with self.open(name) as file:
            if file.read(8).startswith(_PACKED):
                raise FileRefused(ZIP_NESTED.at(name=info.filename))


class _Unpacked(io.RawIOBase):
    """A file of an archive; no more bytes come than the archive said."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._left = info.file_size
        try:
            self._file = archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
            raise FileRefused(ZIP_BROKEN.at()) from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._file.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError):
            raise FileRefused(ZIP_BROKEN.at()) from None
        self._left -= len(piece)
        if self._left < 0:
            raise FileRefused(ZIP_BROKEN.at())
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        return super().close()


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; some programs write UTF-8 without saying so, and some of Windows
    another stroke between folders."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    if info.create_system == _WINDOWS:
        name = name.replace("\\", "/")
    return unicodedata.normalize("NFC", name)


def _archive_problems(infos: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Problem]:
    if len(infos) > limits.entries:
        yield ZIP_TOO_MANY.at(limit=limits.entries)
    if sum(info.file_size for info in infos) > limits.total:
        yield ZIP_TOO_LARGE.at(limit=size_text(limits.total))
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    if any(offset + size > following for (offset, size), (following, _) in pairwise(places)):
        yield ZIP_OVERLAP.at()


def _name_problems(names: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in names:
        if not is_plain_path(name):
            yield ZIP_NAME.at(name=name)
        elif name.casefold() in seen:
            yield ZIP_TWICE.at(name=name)
        seen.add(name.casefold())


def is_plain_path(name: str) -> bool:
    """Return whether a name stays below the folder that it is taken from, on any system."""
    parts = name.split("/")
    return (
        "\\" not in name
        and ":" not in name
        and name.isprintable()
        and all(part not in ("", ".", "..") and len(part) <= _LONGEST_NAME for part in parts)
    )


def _entry_problems(info: zipfile.ZipInfo, limits: Limits) -> Iterator[Problem]:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        yield ZIP_LINK.at(name=name)
    if info.flag_bits & _ENCRYPTED:
        yield ZIP_ENCRYPTED.at(name=name)
    elif info.compress_type not in _METHODS:
        yield ZIP_METHOD.at(name=name)
    if info.file_size > _SMALL and info.file_size > limits.ratio * max(info.compress_size, 1):
        yield ZIP_RATIO.at(name=name, limit=limits.ratio)
    if _ARCHIVES.search(name):
        yield ZIP_NESTED.at(name=name)


def write_archive(target: BinaryIO, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Write files into an archive; the same files in the same order make the same bytes.

    :param files: name and content of each.
    :raise FileRefused: when a name leads out of the archive.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            if not is_plain_path(name):
                raise FileRefused(ZIP_NAME.at(name=name))
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            with archive.open(info, "w") as entry:
                while piece := content.read(64 * 1024):
                    entry.write(piece)
