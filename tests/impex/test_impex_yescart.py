# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real files and descriptors of YesCart, which lie beside the repository."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from files.layout import Column, Descriptor
from files.masks import fits
from files.records import read_records
from files.yescart import Reading, is_yescart, read_descriptor

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("IMPEX_SAMPLES", ROOT.parent / "shared" / "samples" / "yes-cart"))
#: Descriptor -> (columns in the file, key columns, fields in other languages).
DESCRIPTORS = {
    "categorynames": (14, ["guid"], {"en_US": 1, "ru_RU": 1, "uk_UA": 1}),
    "productcategorynames.delete": (2, ["product_id", "category_id"], {}),
    "skuinventory": (8, ["default_code", "warehouse_id"], {}),
}
#: File -> how many records it has.
FILES = {
    "brandnames.csv": 12,
    "categorynames.csv": 14,
    "conversiontest001.csv": 1,
    "insertonlytest001a.csv": 1,
    "productcategorynames.csv": 60,
    "skuinventory.csv": 60,
    "skuprices.csv": 180,
    "taxnames.csv": 2,
}


def sample(name: str) -> Path:
    path = SAMPLES / name
    if not path.exists():
        pytest.fail(f"There is no {path}; set IMPEX_SAMPLES to the folder of YesCart's files.")
    return path


def reading(name: str) -> Reading:
    content = sample(f"descriptors/{name}.xml").read_bytes()
    assert is_yescart(content)
    return read_descriptor(content, name)


def records(name: str, *columns: Column) -> list[Any]:
    with sample(name).open("rb") as source:
        found = list(read_records(Descriptor("sample", "x.y", columns, mode="insert"), source))
    assert [record.all_problems() for record in found if record.all_problems()] == []
    return found


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_real_descriptor_becomes_a_layout(name: str) -> None:
    """003-12: its columns with their places, its keys out of the query, and its languages."""
    count, keys, languages = DESCRIPTORS[name]
    layout = reading(name).descriptor
    assert len(layout.columns) == count, [column.name for column in layout.columns]
    assert [column.field for column in layout.keys] == keys
    spoken = [column.language for column in layout.columns if column.language]
    assert {code: spoken.count(code) for code in spoken} == languages


@pytest.mark.parametrize("name", ["categorynames", "productnames", "skuinventory", "skuprices"])
def test_a_real_mask_takes_its_file_and_no_other(name: str) -> None:
    """003-12, 003-16: of all samples, productcategorynames.csv among them."""
    layout = reading(name).descriptor
    taken = [one.stem for one in SAMPLES.glob("*.csv") if fits(layout, one.name)]
    assert taken == ([name] if name != "productnames" else [])


def test_a_real_export_descriptor() -> None:
    """003-05, 003-12: the columns with their heads, and a name with the time."""
    layout = reading("export-orders").descriptor
    assert (layout.model, layout.file_name) == ("sale.order", "orders-{timestamp}.csv")
    heads = [column.source for column in layout.columns]
    assert heads[:4] == ["GUID", "Cart GUID", "Payment Gateway", "Order Number"]


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_whole(name: str) -> None:
    """003-06, 003-12: with doubled quotation marks, long lines, Cyrillic and a semicolon at the
    end of the head."""
    found = records(name, Column("first", position=1))
    assert len(found) == FILES[name]


def test_values_of_real_files() -> None:
    """003-12: numbers to the cent, a date of its form, words of two languages."""
    prices = records(
        "skuprices.csv",
        Column("sku", position=1),
        Column("currency", position=4),
        Column("price", position=5, type="decimal"),
    )
    assert prices[2].values == {
        "sku": "L2708A#BEA",
        "currency": "UAH",
        "price": Decimal("17205.82"),
    }
    released = Column("when", position=6, type="datetime", format="%Y-%m-%d %H:%M:%S")
    [stock] = records(
        "conversiontest001.csv", Column("count", position=4, type="integer"), released
    )
    assert stock.values["count"] == 583
    assert stock.values["when"].isoformat() == "2015-06-12T00:00:00+00:00"
    names = records("categorynames.csv", Column("en", position=5), Column("ru", position=6))
    assert names[0].values == {"en": "Laptops", "ru": "ноутбуки"}
