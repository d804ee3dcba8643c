# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The merchant listings report, in the charsets that Amazon writes (pain 30)."""

from __future__ import annotations

from io import BytesIO

import pytest
from api.parsers.document_error import DocumentError
from api.parsers.listings_table import parse_listings_table
from api.parsers.table import detect_charset

HEAD = "item-name\tseller-sku\tasin1\tproduct-id-type\tproduct-id\tfulfillment-channel\n"


def read(text: str, encoding: str = "utf-8") -> list[dict]:
    source = BytesIO((HEAD + text).encode(encoding))
    return list(parse_listings_table(source, detect_charset(source), "M1"))


@pytest.mark.parametrize(
    ("title", "encoding"),
    [("Müsli-Schale", "cp1252"), ("Müsli-Schale", "utf-8"), ("木の椅子", "cp932")],
)
def test_titles_are_read_in_the_charset_of_the_bytes(title, encoding):
    """Pain 30."""
    [listing] = read(f"{title}\tS-1\tB01\t1\tB01\tDEFAULT\n", encoding)
    assert listing["title"] == title
    assert (listing["sku"], listing["remote_id"], listing["channel"]) == ("S-1", "B01", "merchant")
    assert listing["barcode"] == ""


def test_a_sku_that_both_ship_is_a_conflict():
    """Pain 6."""
    rows = "A\tS-1\tB01\t4\t4006381333931\tDEFAULT\nA\tS-1\tB01\t4\t4006381333931\tAMAZON_EU\n"
    [listing] = read(rows)
    assert (listing["channel"], listing["conflict"]) == ("site", True)
    assert listing["barcode"] == "4006381333931"


def test_a_row_without_a_sku_is_told_by_its_line():
    """000-18."""
    with pytest.raises(DocumentError, match="line 2"):
        read("A\t\tB01\t1\tB01\tDEFAULT\n")
