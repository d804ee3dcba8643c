# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Charsets: which ones are taken, how one is found out, and text that is read without stopping."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TextIO

import charset_normalizer

from .causes import CHARSET_UNKNOWN
from .problems import FileRefused

#: Python's names. Codecs that are no charsets, or have states that hide text, are not among them.
CHARSETS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii"),
    *(f"cp{number}" for number in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)),
    *(f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
    *("cp437", "cp850", "cp852", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman"),
    *("shift_jis", "cp932", "euc_jp", "gb18030", "gbk", "big5", "euc_kr", "cp949"),
)
#: Longer marks first: the one of UTF-32 begins as the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BY_NAME = {codecs.lookup(name).name: name for name in CHARSETS}
#: Stands in a text where bytes were not of the charset; no decoder gives it for other reasons.
UNDECODABLE = "\udcff"
_ERRORS = "integrator_impex_mark"
_SAMPLE = 256 * 1024
_PIECE = 64 * 1024


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(_ERRORS, _mark)


def codec_of(charset: str) -> str:
    """Return the name under which a charset stands in `CHARSETS`.

    :raise FileRefused: when it is none of them.
    """
    try:
        return _BY_NAME[codecs.lookup(charset).name]
    except (LookupError, ValueError):
        raise FileRefused(CHARSET_UNKNOWN.at(charset=charset)) from None


class _Raw(io.RawIOBase):
    """A reader in the form that the standard library requires; it does not close what it reads."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def open_text(source: BinaryIO, charset: str) -> Iterator[TextIO]:
    """Open bytes as text, line ends as they are; the source stays open.

    A byte order mark is dropped and goes before the charset that was named. What is not of the
    charset becomes `UNDECODABLE`.

    :raise FileRefused: for a charset that is not known.
    """
    codec = codec_of(charset)
    buffered = io.BufferedReader(_Raw(source), _PIECE)
    beginning = buffered.peek(4)[:4]
    for mark, marked in _MARKS:
        if beginning.startswith(mark):
            buffered.read(len(mark))
            codec = marked
            break
    text = io.TextIOWrapper(buffered, encoding=codec, errors=_ERRORS, newline="")
    try:
        yield text
    finally:
        text.detach()


@dataclass(frozen=True)
class CharsetGuess:
    """A charset that a file seems to have.

    :param sure: a byte order mark or strict UTF-8 says so; otherwise a person should look.
    """

    charset: str
    sure: bool
    bom: bool = False


def guess_charset(source: BinaryIO) -> CharsetGuess:
    """Return the charset that a file seems to have, by its byte order mark, by being UTF-8 to its
    end, or by its beginning. The source is left at its beginning."""
    source.seek(0)
    beginning = source.read(_SAMPLE)
    source.seek(0)
    for mark, charset in _MARKS:
        if beginning.startswith(mark):
            # of UTF-32 the list has no order of bytes, which the mark says anyway
            return CharsetGuess(_BY_NAME.get(charset, "utf-32"), True, True)
    if _is_utf8(source):
        return CharsetGuess("utf-8", True)
    names = [name.replace("-", "_") for name in CHARSETS]
    best = charset_normalizer.from_bytes(beginning, cp_isolation=names).best()
    found = best.encoding if best else "cp1252"
    return CharsetGuess(_BY_NAME.get(codecs.lookup(found).name, "cp1252"), False)


def is_beyond_ascii(source: BinaryIO) -> bool:
    """Return whether bytes are UTF-8 and not ASCII alone; the source is left at its beginning."""
    source.seek(0)
    plain = all(piece.isascii() for piece in iter(lambda: source.read(_PIECE), b""))
    source.seek(0)
    return not plain and _is_utf8(source)


def _is_utf8(source: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while piece := source.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        source.seek(0)
    return True
