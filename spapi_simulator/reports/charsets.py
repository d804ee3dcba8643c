# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which bytes reports come.

Windows-1252 in America and Europe, Windows-31J in Japan, UTF-8 in Australia and Singapore; the
newer reports and XML in UTF-8 everywhere.
"""

from __future__ import annotations

from ..marketplaces import MARKETPLACES

_UTF8, _LATIN, _JAPANESE = "utf-8", "cp1252", "windows-31j"
_UNICODE_COUNTRIES = frozenset({"AU", "SG"})
# Python's names for them.
CODECS = {_UTF8: "utf-8", _LATIN: "cp1252", _JAPANESE: "cp932"}


def unicode_only(marketplace_id: str) -> str:
    """Return UTF-8 for every marketplace."""
    return _UTF8


def of_marketplace(marketplace_id: str) -> str:
    """Return the charset of older flat files in a marketplace."""
    country = MARKETPLACES[marketplace_id].country
    if country == "JP":
        return _JAPANESE
    return _UTF8 if country in _UNICODE_COUNTRIES else _LATIN


def encoded(text: str, charset: str, media: str) -> bytes:
    """Return a report's bytes; what the charset lacks becomes ``?``, in XML a reference."""
    if media == "text/xml":
        declaration = f'<?xml version="1.0" encoding="{charset}"?>\n'
        return (declaration + text).encode(CODECS[charset], "xmlcharrefreplace")
    return text.encode(CODECS[charset], "replace")
