# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The merchant listings report, in the charsets that Amazon writes."""

from __future__ import annotations

from io import BytesIO

import pytest
from api.parsers.shown_listings import parse_listings_table
from api.parsers.table import detect_charset, read_rows

HEAD = "item-name\tseller-sku\tasin1\tproduct-id-type\tproduct-id\tfulfillment-channel\n"


def read(text: str, encoding: str = "utf-8") -> list[dict]:
    source = BytesIO((HEAD + text).encode(encoding))
    return list(parse_listings_table(source, detect_charset(source), "M1"))


@pytest.mark.parametrize(
    ("title", "encoding"),
    [("Müsli-Schale", "cp1252"), ("Müsli-Schale", "utf-8"), ("木の椅子", "cp932")],
)
def test_titles_are_read_in_the_charset_of_the_bytes(title, encoding):
    [listing] = read(f"{title}\tS-1\tB01\t1\tB01\tDEFAULT\n", encoding)
    assert listing["title"] == title
    assert (listing["sku"], listing["remote_id"], listing["channel"]) == ("S-1", "B01", "merchant")
    assert listing["barcode"] == ""


def test_a_sku_that_both_ship_is_a_conflict():
    rows = "A\tS-1\tB01\t4\t4006381333931\tDEFAULT\nA\tS-1\tB01\t4\t4006381333931\tAMAZON_EU\n"
    [listing] = read(rows)
    assert (listing["channel"], listing["conflict"]) == ("site", True)
    assert listing["barcode"] == "4006381333931"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A\t\tB01\t1\tB01\tDEFAULT\n", "column seller-sku: missing"),
        ("A\tS-2\tB01\t1\tB01\tDEFAULT\tX\n", "more cells than columns"),
    ],
)
def test_a_row_that_cannot_be_read_stops_only_itself(row, reason):
    """000-18: it is reported by its line."""
    odd, listing = read(row + "A\tS-1\tB01\t1\tB01\tDEFAULT\n")
    assert "line 2" in odd["unreadable"] and reason in odd["unreadable"]
    assert listing["sku"] == "S-1"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Artikelbezeichnung\tHändler-SKU\tASIN 1\tProdukt-ID-Typ\tProdukt-ID\tVersender", "ü"),
        ("nom-produit\tsku-vendeur\tASIN1\ttype-id-produit\tid-produit\tcanal-traitement", "é"),
        ("item-name (ürün adı)\tseller-sku (satıcı sku)\tasin1\tx\ty\tfulfillment-channel (z)", ""),
        ("商品名\t出品者SKU\tASIN1\t商品IDタイプ\t商品ID\tフルフィルメント・チャンネル", "ケトル"),
        ("item-name\tseller-sku\tasin1\ta\tb\tfulfilment-channel", ""),
    ],
)
def test_heads_of_every_marketplace_are_understood(head, title):
    """In any language, FBA listings are never taken for ours."""
    row = f"{title}\tS-1\tB01\t1\tB01\tAMAZON_EU\n"
    [listing] = parse_listings_table(BytesIO(f"{head}\n{row}".encode()), "utf-8", "M1")
    assert (listing["sku"], listing["remote_id"]) == ("S-1", "B01")
    assert (listing["title"], listing["channel"]) == (title, "site")


@pytest.mark.parametrize("head", ["fulfillment-channel", "another-channel"])
def test_an_unknown_shipper_is_not_the_merchant(head):
    table = f"item-name\tseller-sku\t{head}\nA\tS-1\tMOON_BASE\n"
    [listing] = parse_listings_table(BytesIO(table.encode()), "utf-8", "M1")
    assert (listing["channel"], listing["conflict"]) == ("", False)


def test_an_asin_stands_where_the_report_has_no_column_of_its_own():
    """001-73: Japan."""
    table = "商品名\t出品者SKU\t商品IDタイプ\t商品ID\nケトル\tS-1\t1\tB01\n"
    [listing] = parse_listings_table(BytesIO(table.encode("cp932")), "windows-31j", "M1")
    assert (listing["remote_id"], listing["barcode"]) == ("B01", "")


def test_text_that_fits_two_languages_is_of_the_one_that_is_written_more():
    """Read as Japanese, each pair of accents would be a pair of rare characters."""
    [listing] = read("Référence éréré à côté\tS-1\tB01\t1\tB01\tDEFAULT\n", "cp1252")
    assert listing["title"] == "Référence éréré à côté"


@pytest.mark.parametrize("named", ["windows-31j", "Shift_JIS", "no-such-charset", ""])
def test_the_charset_of_the_transfer_comes_first(named):
    """Bytes that could be either."""
    source = BytesIO(HEAD.encode() + "Référence\tS-1\t\t\t\t\n".encode("cp1252"))
    believed = named if named and named != "no-such-charset" else "cp1252"
    assert detect_charset(source, named) == believed


def test_a_nul_is_left_out():
    """000-12: no database keeps it."""
    [listing] = read("A\x00B\tS-1\tB01\t1\tB01\tDEFAULT\n")
    assert listing["title"] == "AB"


def test_an_abandoned_reader_leaves_no_warning():
    """The source may be closed before the reader is."""
    source = BytesIO((HEAD + "A\tS-1\tB01\t1\tB01\tDEFAULT\n" * 2).encode())
    rows = read_rows(source, "utf-8", ())
    next(rows)
    source.close()
    rows.close()
    with pytest.raises(StopIteration):
        next(rows)
