# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Charsets as Amazon names them."""

from __future__ import annotations

#: Names that Amazon uses and Python does not know, or knows too narrowly (reports of Japan).
_ALIASES = dict.fromkeys(("windows-31j", "ms932", "shift_jis", "shift-jis", "sjis"), "cp932")


def charset_of(content_type: str) -> str:
    """Return the charset of a Content-Type in lower case, or an empty text."""
    for part in content_type.split(";")[1:]:
        name, _sign, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""


def codec_of(charset: str | None) -> str:
    """Return Python's name of a charset; UTF-8 without one."""
    name = (charset or "utf-8").lower()
    return _ALIASES.get(name, name)


def decode(content: bytes, charset: str | None) -> str:
    """Return text of bytes; UTF-8 without a charset, and a byte order mark is dropped.

    :raise ValueError: when the bytes are not of that charset or it is not known.
    """
    try:
        text = content.decode(codec_of(charset))
    except LookupError:
        raise ValueError(f"unknown charset {charset}") from None
    return text[1:] if text.startswith("\ufeff") else text
