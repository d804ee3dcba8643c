# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Layouts: how they travel, what is refused in them, which files are theirs, and YesCart's."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from io import BytesIO

import pytest
from files.guess import (
    DATE_FORMS,
    NUMBER_FORMS,
    as_found,
    guess_csv,
    guess_form,
    guess_kind,
    guess_xml,
)
from files.layout import (
    Column,
    CsvFormat,
    Descriptor,
    Group,
    Lookup,
    Namespace,
    Nested,
    SetUp,
    XlsxFormat,
    XmlFormat,
)
from files.layout_json import dump_setup, load_setup
from files.masks import export_name, fits, match_files
from files.problems import FileRefused
from files.records import read_records, write_records
from files.values import parse_date, parse_number
from files.yescart import is_yescart, read_descriptor

CODE = Column("code", source="code", key=True)
PARENT = Column("parent_id", source="up", type="reference", lookup=Lookup("x.y", ("code",), "wait"))
LINES = Nested("line_ids", (Column("name", source="line", key=True),), mode="replace")
LAYOUT = Descriptor("things", "x.y", (CODE, PARENT), nested=(LINES,), mask="things*.csv")

INVENTORY = """<import-descriptor>
    <entity-type>org.yes.cart.domain.entity.ProductSku</entity-type>
    <import-file-descriptor>
        <file-encoding>UTF-8</file-encoding>
        <file-name-mask>stock(.*).csv(.*)</file-name-mask>
        <ignore-first-line>true</ignore-first-line>
        <column-delimiter>;</column-delimiter>
        <text-qualifier>"</text-qualifier>
    </import-file-descriptor>
    <select-sql>select s from SkuEntity s where s.code = {skuCode}</select-sql>
    <insert-sql>INSERT INTO T VALUES (1)</insert-sql>
    <import-columns>
        <column-descriptor>
            <column-index>-1</column-index><field-type>FIELD</field-type><name/>
        </column-descriptor>
        <column-descriptor>
            <column-index>0</column-index><field-type>FIELD</field-type><name>skuCode</name>
            <value-regex>(.{0,255})(.*)</value-regex><value-regex-group>1</value-regex-group>
        </column-descriptor>
        <column-descriptor>
            <column-index>1</column-index><field-type>FK_FIELD</field-type><name>warehouse</name>
            <entity-type>org.yes.cart.domain.entity.Warehouse</entity-type>
            <lookup-query>select w from WarehouseEntity w where w.code = {warehouse}</lookup-query>
        </column-descriptor>
        <column-descriptor>
            <column-index>2</column-index><field-type>FIELD</field-type>
            <data-type>DECIMAL</data-type><name>quantity</name>
        </column-descriptor>
        <column-descriptor>
            <column-index>3</column-index><field-type>SLAVE_INLINE_FIELD</field-type>
            <name>texts</name>
        </column-descriptor>
    </import-columns>
</import-descriptor>
"""


def test_layouts_travel_as_json() -> None:
    """003-12: what is written as JSON is read as the same layouts and groups."""
    xml = Descriptor("b", "x.y", (CODE,), format=XmlFormat(rows="all/one"))
    setup = SetUp((LAYOUT, xml), (Group("Both", "import", ("things", "b")),))
    text = dump_setup(setup)
    assert load_setup(text) == setup
    assert dump_setup(load_setup(text)) == text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"select_sql": "SELECT 1"}, "layout_code"),
        ({"mode": "sometimes"}, "layout_choice"),
        ({"columns": []}, "layout_empty"),
        ({"columns": [{"field": "code", "source": "code"}]}, "layout_no_key"),
        ({"mask": "(", "mask_kind": "regex"}, "layout_pattern"),
        ({"wrong": 1}, "layout_key"),
        ({"format": {"kind": "csv", "delimiter": ";;"}}, "layout_character"),
    ],
)
def test_wrong_layouts_say_what(change: dict, code: str) -> None:
    """003-12: a layout that makes no sense is refused with the place; it holds no SQL or code."""
    plain = {"name": "a", "model": "x.y"}
    plain["columns"] = [{"field": "code", "source": "code", "key": True}]
    with pytest.raises(FileRefused) as caught:
        load_setup(json.dumps({"version": 1, "descriptors": [{**plain, **change}]}))
    assert code in [problem.code for problem in caught.value.problems]


def test_each_layout_takes_its_files() -> None:
    """003-17: in the group's order, whatever the order of the files; the rest is reported."""
    other = Descriptor("other", "x.y", (CODE,), mask=r"o(\d+)\.csv", mask_kind="regex")
    none = Descriptor("none", "x.y", (CODE,), mask="none.csv")
    found = match_files((LAYOUT, other, none), ["o10.csv", "x/THINGS-1.CSV", "o2.csv", "photo.jpg"])
    assert found.taken == ((LAYOUT, ("x/THINGS-1.CSV",)), (other, ("o2.csv", "o10.csv")))
    assert found.missing == (none,)
    assert found.unmatched == ("photo.jpg",)


def test_a_mask_takes_linear_time() -> None:
    """003-12: a regular expression of a user cannot stop the server."""
    slow = Descriptor("slow", "x.y", (CODE,), mask="(a+)+b", mask_kind="regex")
    assert not fits(slow, "a" * 5000)


def test_exports_carry_the_time() -> None:
    """003-05: the name of an export holds its time, in UTC."""
    layout = Descriptor("out", "x.y", (CODE,), file_name="out-{timestamp}.csv")
    assert export_name(layout, datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)) == (
        "out-20260102-030405.csv"
    )


@pytest.mark.parametrize("delimiter", list(";,\t|"))
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251"])
def test_guess_of_a_table(delimiter: str, charset: str) -> None:
    """003-12: delimiter and charset of a sample are guessed."""
    words = ["код", "наименование товара", "цена, грн"]
    rows = [words, *([["1", "Очень хороший товар", "2"]] * 30)]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = guess_csv(BytesIO(text.encode(charset)))
    assert found.delimiter == delimiter
    assert BytesIO(text.encode(charset)).read().decode(found.charset).lstrip("\ufeff") == text


def test_guess_of_a_document() -> None:
    """003-12: the path of the records and of their values is guessed from a sample."""
    item = b"<item id='1'><name>A</name><price>2</price></item>"
    for beginning, spaces in (
        (b"<shop>", ()),
        (b"<shop xmlns='urn:x'>", (Namespace("", "urn:x"),)),
    ):
        sample = BytesIO(beginning + item + b"</shop>")
        form, paths = guess_xml(sample)
        assert (form.rows, form.namespaces) == ("shop/item", spaces)
        assert paths == ["@id", "name", "price"]
        layout = Descriptor("x", "x.y", (Column("n", source="name", key=True),), format=form)
        sample.seek(0)
        assert [record.values for record in read_records(layout, sample)] == [{"n": "A"}]
    with pytest.raises(FileRefused) as caught:
        guess_xml(BytesIO(b"no document"))
    assert caught.value.code == "file_xml_broken"


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["1.50", "2"], "1234.56"),
        (["1,50", "2", ""], "1234,56"),
        (["12,50", "1.234,00", "bad"], "1.234,56"),
        (["1,234.50", "7.00"], "1,234.56"),
        ([], "1234.56"),
    ],
)
def test_guess_of_numbers(texts: list[str], form: str) -> None:
    """003-12: how a supplier writes numbers is guessed, although some are wrong."""
    assert guess_form(texts, NUMBER_FORMS, parse_number) == form


@pytest.mark.parametrize(
    ("texts", "form"),
    [(["31.12.2026", "1.2.2026"], "%d.%m.%Y"), (["12/31/2026", "1/2/2026"], "%m/%d/%Y")],
)
def test_guess_of_dates(texts: list[str], form: str) -> None:
    """003-12: the same of dates."""
    assert guess_form(texts, DATE_FORMS, parse_date) == form


@pytest.mark.parametrize(
    ("content", "charset", "delimiter"),
    [
        ("code;Näme\nA;ä\n".encode("cp1252"), "cp1252", ";"),
        ("code;Näme\nA;ä\n".encode(), "utf-8", ";"),
        ("code,Näme\nA,ä\n".encode("cp1252"), "cp1252", ","),
        ("Näme\tCODE\nä\tA\n".encode(), "utf-8", "\t"),
        ("\n\ncode;Näme\nA;ä\n".encode("cp1252"), "cp1252", ";"),
    ],
)
def test_a_table_is_read_as_it_was_saved(content: bytes, charset: str, delimiter: str) -> None:
    """003-12: a program for tables saves with the delimiter of its country, or as UTF-8."""
    columns = (Column("code", source="code", key=True), Column("name", source="Näme"))
    layout = Descriptor("x", "x.y", columns, format=CsvFormat(charset="cp1252"))
    source = BytesIO(content)
    found = as_found(layout, source)
    assert isinstance(found.format, CsvFormat)
    assert (found.format.charset, found.format.delimiter) == (charset, delimiter)
    assert [record.values for record in read_records(found, source)] == [{"code": "A", "name": "ä"}]


def test_a_file_of_no_layout_is_read_by_its_own() -> None:
    """003-12: and refused with what the layout asks for."""
    layout = Descriptor("x", "x.y", (Column("code", source="code", key=True),))
    assert as_found(layout, BytesIO(b"other,head\n1,2\n")) == layout
    for beginning, code in (
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "file_no_workbook"),
        (b"", "file_head_missing"),
    ):
        source = BytesIO(beginning)
        with pytest.raises(FileRefused) as caught:
            list(read_records(as_found(layout, source), source))
        assert caught.value.code == code


def test_guess_of_the_kind() -> None:
    """003-12: what kind of file a sample is, is seen from what stands in it."""
    book = BytesIO()
    layout = Descriptor("x", "x.y", (Column("n", source="n", key=True),), format=XlsxFormat())
    write_records(layout, [{"n": "A"}], book)
    book.seek(0)
    assert guess_kind(book) == "xlsx"
    assert guess_kind(BytesIO("\ufeff <?xml version='1.0'?><a/>".encode("utf-16-le"))) == "xml"
    assert guess_kind(BytesIO(b"a;b\n<b>;2\n")) == "csv"


def test_yescart_descriptor() -> None:
    """003-12: a descriptor of YesCart becomes a layout; its SQL only names the keys."""
    assert is_yescart(INVENTORY.encode())
    reading = read_descriptor(INVENTORY.encode(), "stock")
    layout = reading.descriptor
    assert layout.model == "product.product"
    assert layout.format == CsvFormat()
    assert fits(layout, "stock-2026.csv.done")
    sku, warehouse, quantity = layout.columns
    assert (sku.field, sku.position, sku.key) == ("default_code", 1, True)
    assert (sku.max_length, sku.cut) == (255, True)
    assert warehouse.lookup == Lookup("stock.warehouse", ("code",))
    assert (quantity.field, quantity.type, quantity.position) == ("quantity", "decimal", 3)
    assert [note.split(":")[0] for note in reading.notes] == ["insert-sql", "texts"]


def test_yescart_refuses_what_is_none() -> None:
    """003-12: another document, or one with a document type, is refused."""
    for content, code in (
        (b"<other/>", "file_xml_root"),
        (b"<import-descriptor>", "file_xml_broken"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><import-descriptor/>", "file_xml_doctype"),
    ):
        with pytest.raises(FileRefused) as caught:
            read_descriptor(content, "x")
        assert caught.value.code == code
