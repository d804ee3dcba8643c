# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables and documents: what is written is what is read, and what is refused."""

from __future__ import annotations

import io
import re
import tracemalloc
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from files.archive import Archive, Limits, write_archive
from files.charsets import guess_charset
from files.constants import Context
from files.error_file import write_error_file
from files.layout import (
    Choice,
    Column,
    CsvFormat,
    Descriptor,
    Forms,
    Nested,
    XlsxFormat,
    XmlFormat,
)
from files.problems import FileRefused
from files.records import read_records, write_records
from files.sizes import copy
from hypothesis import given, settings
from hypothesis import strategies as st

settings.register_profile("files", deadline=None, max_examples=60)
settings.load_profile("files")

COLUMNS = (
    Column("code", source="code", key=True, keep_spaces=True),
    Column("text", source="text", keep_spaces=True),
    Column("amount", source="amount", type="decimal"),
    Column("count", source="count", type="integer"),
    Column("active", source="active", type="boolean"),
    Column("day", source="day", type="date"),
    Column("moment", source="moment", type="datetime"),
)
#: Characters that XML and workbooks can hold.
LETTERS = st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f_")
TEXTS = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text.strip())
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "code": TEXTS,
            "text": TEXTS,
            "amount": st.decimals(-(10**9), 10**9, places=4),
            "count": st.integers(-(10**12), 10**12),
            "active": st.booleans(),
            "day": st.dates(date(1900, 3, 1), date(2200, 1, 1)),
            "moment": st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)).map(
                lambda moment: moment.replace(microsecond=0, tzinfo=timezone.utc)
            ),
        }
    ),
    max_size=6,
)
FORMATS = [
    CsvFormat(),
    CsvFormat(delimiter="\t", charset="utf-16", line_end="\n"),
    CsvFormat(delimiter=",", bom=True, quoting="all", skip=2),
    XlsxFormat(),
    XmlFormat(),
]


def written(layout: Descriptor, records: list[dict[str, Any]]) -> bytes:
    target = io.BytesIO()
    write_records(layout, records, target)
    return target.getvalue()


def read(layout: Descriptor, content: bytes) -> list[Any]:
    return list(read_records(layout, io.BytesIO(content)))


@pytest.mark.parametrize("form", FORMATS, ids=str)
@given(records=RECORDS)
def test_round_trip(form: Any, records: list[dict[str, Any]]) -> None:
    """003-20: whatever is exported is read back as it was, and the same makes the same bytes."""
    layout = Descriptor("a", "b", COLUMNS, format=form)
    content = written(layout, records)
    found = read(layout, content)
    assert [record.values for record in found] == records
    assert not any(record.problems for record in found)
    if not isinstance(form, XlsxFormat):
        assert written(layout, records) == content


@given(text=TEXTS)
def test_no_formula_leaves(text: str) -> None:
    """003-05: no cell of a file for people begins as a formula does, numbers excepted."""
    layout = Descriptor("a", "b", (Column("text", source="text", keep_spaces=True),), mode="insert")
    body = written(layout, [{"text": f"={text}"}]).decode().split("\r\n", 1)[1]
    assert body.lstrip('"').startswith("'=")
    # an apostrophe before other texts is the text's own
    assert read(layout, b"text\n'tis\n")[0].values == {"text": "'tis"}
    number = Descriptor("a", "b", (Column("x", source="x", type="decimal"),), mode="insert")
    assert written(number, [{"x": Decimal("-5.00")}]).endswith(b"-5.00\r\n")


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1234,5", "1.234,56", "1234.5"),
        ("1 234,56", "1 234,56", "1234.56"),
        ("1'234.56", "1'234.56", "1234.56"),
        ("-7", "1234.56", "-7"),
    ],
)
def test_numbers_of_other_countries(text: str, form: str, value: str) -> None:
    """003-12: the decimal comma, and what stands between thousands."""
    column = Column("x", source="x", type="decimal")
    layout = Descriptor("a", "b", (column,), mode="insert", forms=Forms(number=form))
    (record,) = read(layout, f"x\n{text}\n".encode())
    assert record.values == {"x": Decimal(value)}


def test_wrong_numbers_are_refused() -> None:
    """003-12: a number in another form is refused with its place, not guessed at."""
    layout = Descriptor("a", "b", (Column("x", source="x", type="decimal"),), mode="insert")
    for text in ("1,5", "1.2.3", "twelve", "1e5", "0x10", "NaN", "1_000"):
        (record,) = read(layout, f"x\n{text}\n".encode())
        assert [(fault.row, fault.column) for fault in record.problems] == [(2, "x")], text


@pytest.mark.parametrize("charset", ["cp1251", "utf-16", "utf-32", "utf-8", "koi8-r"])
def test_charsets(charset: str) -> None:
    """003-12: files of other charsets; a byte order mark goes before the layout, and stands at the
    beginning only, where the charset has one."""
    form = CsvFormat(charset=charset, bom=charset != "utf-8")
    layout = Descriptor("a", "b", COLUMNS[:2], format=form)
    (record,) = read(layout, "code;text\nА;Ноутбуки и ПК\n".encode(charset))
    assert record.values == {"code": "А", "text": "Ноутбуки и ПК"}
    content = written(layout, [{"code": "А", "text": "Б "}, {"code": "В", "text": "Г"}])
    assert content == "code;text\r\nА;Б \r\nВ;Г\r\n".encode(charset)
    marked = Descriptor("a", "b", COLUMNS[:2], format=CsvFormat(charset="cp1251"))
    for other in ("utf-8-sig", "utf-32"):
        content = "code;text\r\nА;Б\r\n".encode(other)
        (record,) = read(marked, content)
        assert record.values == {"code": "А", "text": "Б"}
        target = io.BytesIO()
        write_error_file(marked, io.BytesIO(content), target, [(2, ["no"])])
        assert target.getvalue() == "code;text;_errors\r\nА;Б;no\r\n".encode(other)


def test_japanese_and_wrong_charsets() -> None:
    """003-12: Shift_JIS is read; text in another charset than said is refused, not mangled."""
    text = "code;text\nA;ノートパソコン\n"
    layout = Descriptor("a", "b", COLUMNS[:2], format=CsvFormat(charset="shift_jis"))
    (record,) = read(layout, text.encode("shift_jis"))
    assert record.values["text"] == "ノートパソコン"
    plain = Descriptor("a", "b", COLUMNS[:2])
    (record,) = read(plain, text.encode("shift_jis"))
    assert record.problems
    assert not guess_charset(io.BytesIO(text.encode("shift_jis"))).sure
    # in the middle of a character it ends as no file in UTF-8 does
    assert not guess_charset(io.BytesIO("Größe".encode()[:3])).sure


def test_heads() -> None:
    """003-12: a column that is needed and not there, or there twice, refuses the file."""
    layout = Descriptor("a", "b", COLUMNS[:2])
    for head, code in (
        ("text", "file_column_missing"),
        ("code;CODE", "file_column_twice"),
    ):
        with pytest.raises(FileRefused) as caught:
            read(layout, f"{head}\nx;y\n".encode())
        assert caught.value.code == code
        assert str(caught.value)
    # blank rows before it do no harm
    assert read(layout, b"\n;\ncode\nA\n")[0].row == 4
    with pytest.raises(FileRefused) as caught:
        read(layout, b"\n;\n")
    assert caught.value.code == "file_head_missing"
    # what has no name is no column
    (record,) = read(layout, b"code;text;;\nA;b;;c\n")
    assert [problem.code for problem in record.problems] == ["file_row_too_long"]


def test_a_head_in_the_middle() -> None:
    """003-12: where files were joined their second head is no record."""
    layout = Descriptor("a", "b", COLUMNS[:2])
    found = read(layout, b"code;text\nA;one\n CODE;text\ncode ;text\nB;two\n")
    assert [[fault.code for fault in record.problems] for record in found] == [
        [],
        ["file_head_again"],
        ["file_head_again"],
        [],
    ]
    # in a table of one column it may be what is meant
    assert not read(layout, b"code\ncode\n")[0].problems


def test_numbers_that_a_spreadsheet_has_shortened() -> None:
    """003-12: digits of a bar code that are lost are not taken for one, as text or as number."""
    layout = Descriptor("a", "b", COLUMNS[:2])
    rows = "code;text\n4006381333931;x\nA;4,00638E+12\nB;4.00638E+12\nC;1E+05 bolts\nD;1e5\n"
    found = read(layout, rows.encode())
    codes = [[problem.code for problem in record.problems] for record in found]
    assert codes == [[], ["value_digits_lost"], ["value_digits_lost"], [], []]
    sheet = replace(layout, format=XlsxFormat())
    book = workbook(
        ["code", "text"], ["A", 4006381333931], ["B", 123456789012345680], [1.5, "0012"]
    )
    first, second, third = read(sheet, book)
    assert first.values["text"] == "4006381333931"
    assert [problem.code for problem in second.problems] == ["value_digits_lost"]
    assert third.values == {"code": "1.5", "text": "0012"}
    # some programs write a size of the sheet that is none
    assert read(sheet, with_a_wrong_size(book)) == [first, second, third]
    # what its numbers and dates cannot hold is written as text
    layout = Descriptor("a", "b", (COLUMNS[0], COLUMNS[2], COLUMNS[5]), format=XlsxFormat())
    values = {"code": "A", "amount": Decimal("123456789012345.67"), "day": date(1850, 1, 31)}
    (record,) = read(layout, written(layout, [values]))
    assert record.values == values


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_a_wrong_size(book: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', source.read(name))
            made.writestr(name, content)
    return target.getvalue()


def test_files_that_are_no_table_are_refused() -> None:
    """003-12: what was saved under the name of a table is named; a cell that cannot be read has
    one reason, and a line that tells the delimiter is none of the rows."""
    layout = Descriptor("a", "b", (COLUMNS[0], replace(COLUMNS[1], required=True), COLUMNS[2]))
    for content in (
        b"<html><table><tr><td>code</td></tr></table></html>",
        b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE a><a/>',
        b"\n<!DOCTYPE html><p>",
    ):
        with pytest.raises(FileRefused) as caught:
            read(layout, content)
        assert caught.value.code == "file_no_table"
    sheet = replace(layout, format=XlsxFormat())
    with pytest.raises(FileRefused) as caught:
        read(sheet, workbook([None]))
    assert caught.value.code == "file_sheet_empty"
    formula, fault = read(
        sheet, workbook(["code", "text", "amount"], ["A", '=A2&"x"', 1], ["B", "b", "#DIV/0!"])
    )
    assert [problem.code for problem in formula.problems] == ["file_formula_without_value"]
    assert [problem.code for problem in fault.problems] == ["file_sheet_error"]
    (record,) = read(layout, b"sep=;\r\ncode;text;amount\r\nA;<p>;1\r\n")
    assert (record.row, record.values["text"]) == (3, "<p>")
    single = replace(layout, columns=COLUMNS[:1])
    assert read(single, b"code\nsep=;\n")[0].values == {"code": "sep="}
    assert len(read(single, b"code\n" + b"x" * 200_000)[0].values["code"]) == 200_000
    with pytest.raises(FileRefused) as caught:
        read(single, b"code\n" + b"x" * 1_000_001)
    assert caught.value.code == "file_cell_too_long"
    document = Descriptor("a", "b", COLUMNS[:1], format=XmlFormat(rows="all/one"))
    with pytest.raises(FileRefused) as caught:
        read(document, b"")
    assert caught.value.code == "file_xml_empty"


def test_marks_that_nobody_sees() -> None:
    """003-12: what comes along when a key is copied from a page makes no other key of it."""
    layout = Descriptor("a", "b", (Column("code", source="code", key=True),))
    rows = "\u200bcode\n\u200b A\u2060\n\u00a0A\ufeff \n\u200b\n\u200b \u200bA\nA\u200bB\n"
    assert [record.values for record in read(layout, rows.encode())] == [
        {"code": "A"},
        {"code": "A"},
        {"code": "A"},
        {"code": "A\u200bB"},
    ]


def test_a_broken_document_names_the_cause() -> None:
    """003-20: an entity of web pages is none of XML; it is named with its line."""
    layout = Descriptor("a", "b", COLUMNS[:1], format=XmlFormat())
    with pytest.raises(FileRefused) as caught:
        read(layout, b"<records>\n<record><code>a&nbsp;b</code></record></records>")
    assert "nbsp" in str(caught.value)
    assert "line 2" in str(caught.value)


def test_values_of_the_layout() -> None:
    """003-12: defaults, constants, words of a selection, cut texts, several values of a cell."""
    columns = (
        Column("code", source="code", key=True, max_length=3, cut=True),
        Column("kind", source="kind", type="selection", choices=(Choice("Ware", "consu"),)),
        Column("tags", source="tags", separator="|"),
        Column("unit", source="unit", default="piece"),
        Column("origin", constant="{file}"),
        Column("short", source="short", pattern="([A-Z]+)-.*"),
    )
    layout = Descriptor("a", "b", columns)
    source = io.BytesIO(b"code;kind;tags;short\nABCDE;Ware;a|b;XY-1\n")
    (record,) = read_records(layout, source, Context(file="in.csv"))
    assert record.values == {
        "code": "ABC",
        "kind": "consu",
        "tags": ("a", "b"),
        "unit": "piece",
        "origin": "in.csv",
        "short": "XY",
    }
    (record,) = read(layout, b"code;kind;tags;short\nA;Other;;1\n")
    assert sorted(fault.column for fault in record.problems) == ["kind", "short"]
    # a row that ends before a column leaves the field as it is
    layout = Descriptor("a", "b", (COLUMNS[0], replace(COLUMNS[1], blank="clear")))
    found = read(layout, b"code;text\nA;\nB\n")
    assert [record.values for record in found] == [{"code": "A", "text": None}, {"code": "B"}]


LINES = Nested(
    "lines",
    (
        Column(
            "sku",
            source="sku",
            key=True,
        ),
        Column("n", source="n", type="integer"),
    ),
)


def test_lines_of_a_record() -> None:
    """003-12: rows that follow with the same key, or a blank one, are lines of one record."""
    layout = Descriptor("a", "b", COLUMNS[:1], nested=(LINES,))
    found = read(layout, b"code;sku;n\nA;x;1\n;y;2\nA;z;3\nB;;\n")
    assert [record.row for record in found] == [2, 5]
    lines = [line.values for line in found[0].lines["lines"]]
    assert lines == [{"sku": "x", "n": 1}, {"sku": "y", "n": 2}, {"sku": "z", "n": 3}]
    assert found[1].lines == {"lines": []}
    # of a key of two columns half is another record's
    layout = replace(layout, columns=(COLUMNS[0], replace(COLUMNS[1], key=True)))
    found = read(layout, b"code;text;sku;n\nA;B;x;1\n;;y;2\nA;;z;3\n")
    assert [record.row for record in found] == [2, 4]


def test_lines_in_xml() -> None:
    """003-12, 003-20: lines are elements below their record's element."""
    nested = Nested("lines", LINES.columns, path="rows/row")
    layout = Descriptor("a", "b", COLUMNS[:1], nested=(nested,), format=XmlFormat(rows="all/one"))
    records = [{"code": "A", "lines": [{"sku": "x", "n": 1}, {"sku": "y", "n": 2}]}]
    content = written(layout, records)
    (record,) = read(layout, content)
    assert [line.values for line in record.lines["lines"]] == records[0]["lines"]


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_error_file(form: Any) -> None:
    """003-04: the rows that were not taken come back as they were, with the reason; corrected and
    read again the reason is passed over."""
    layout = Descriptor("a", "b", (*COLUMNS[:3], COLUMNS[5]), format=form)
    day = date(2026, 1, 31)
    records = [
        {"code": f"C{n}", "text": f'=T{n};"', "amount": Decimal(n), "day": day}
        for n in range(10_000)
    ]
    content = written(layout, records)
    row = read(layout, content)[4711].row
    target = io.BytesIO()
    count = write_error_file(layout, io.BytesIO(content), target, [(row, [f"row {row}:\x0bno"])])
    assert count == 1
    (record,) = read(layout, target.getvalue())
    assert (record.values, record.problems) == (records[4711], [])
    again = io.BytesIO()
    write_error_file(layout, io.BytesIO(target.getvalue()), again, [(record.row, ["still"])])
    assert [one.values for one in read(layout, again.getvalue())] == [records[4711]]
    assert again.getvalue().count(b"_errors") == target.getvalue().count(b"_errors")


def test_error_file_of_lines() -> None:
    """003-04: a record that was not taken comes back with all its lines, and with the reason once;
    of several, each has its own."""
    layout = Descriptor("a", "b", COLUMNS[:1], nested=(LINES,))
    content = b"code;sku;n\nA;x;1\n;y;2\nB;z;3\nC;u\nC;v;5\n"
    target = io.BytesIO()
    reasons = [(2, ["no"]), (2, ["really"]), (3, ["of no record"]), (5, ["=never"]), (9, ["none"])]
    assert write_error_file(layout, io.BytesIO(content), target, reasons) == 2
    wanted = b'code;sku;n;_errors\r\nA;x;1;"no; really"\r\n;y;2;\r\nC;u;;\'=never\r\nC;v;5;\r\n'
    assert target.getvalue() == wanted


def test_flat_memory() -> None:
    """003-04: 20,000 rows are read in memory that does not grow with them."""
    layout = Descriptor("a", "b", COLUMNS[:2])
    content = b"code;text\n" + b"".join(b"C%d;some text\n" % n for n in range(20_000))
    source = io.BytesIO(content)
    tracemalloc.start()
    count = sum(1 for _record in read_records(layout, source))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000


def test_documents_load_nothing() -> None:
    """003-17: no document type, no entity, no network, no endless depth."""
    layout = Descriptor("a", "b", COLUMNS[:1], format=XmlFormat(rows="all/one"))
    bomb = '<!DOCTYPE all [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    bomb += "<all><one><code>&b;</code></one></all>"
    outside = '<!DOCTYPE all SYSTEM "http://elsewhere/x.dtd"><all/>'
    deep = "<all>" + "<one>" * 500 + "</one>" * 500 + "</all>"
    for text in (bomb, outside, deep, "<all><one>", "<other/>"):
        with pytest.raises(FileRefused):
            read(layout, text.encode())


def make_zip(**entries: bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../a.csv", "zip_name"),
        ("/etc/passwd", "zip_name"),
        ("a/../../b.csv", "zip_name"),
        ("C:evil.csv", "zip_name"),
        ("a\\..\\b.csv", "zip_name"),
        ("inner.zip", "zip_nested"),
        ("inner.tar.gz", "zip_nested"),
    ],
)
def test_zip_names(name: str, code: str) -> None:
    """003-17: names that lead elsewhere, and archives in archives, are refused."""
    with pytest.raises(FileRefused) as caught:
        Archive(make_zip(**{name: b"x"}))
    assert code in [problem.code for problem in caught.value.problems]


def test_zip_bombs() -> None:
    """003-17: too many, too large, too well packed: refused before anything is unpacked."""
    for archive, limits, code in (
        (make_zip(**{f"{n}.csv": b"" for n in range(11)}), Limits(entries=10), "zip_too_many"),
        (make_zip(a=b"x" * 3000, b=b"y" * 3000), Limits(total=5000), "zip_too_large"),
        (make_zip(a=b"0" * 20_000_000), Limits(), "zip_ratio"),
        (make_zip(a=b"PK\x03\x04 hidden"), Limits(), "zip_nested"),
        (overlapping(), Limits(), "zip_overlap"),
        (io.BytesIO(b"no zip at all"), Limits(), "zip_broken"),
    ):
        with pytest.raises(FileRefused) as caught:
            Archive(archive, limits)
        assert caught.value.code == code
    # all pieces of a file count, of whatever place
    with pytest.raises(FileRefused) as caught:
        copy(io.BytesIO(b"x" * 200_000), io.BytesIO(), limit=150_000)
    assert caught.value.code == "file_too_large"


def overlapping() -> io.BytesIO:
    """Return an archive whose two entries are the same bytes."""
    content = make_zip(**{"a.csv": b"x" * 500, "b.csv": b"y" * 500}).getvalue()
    second = content.rindex(b"PK\x01\x02")
    # where its local header stands
    return io.BytesIO(content[: second + 42] + bytes(4) + content[second + 46 :])


def test_zip_names_of_other_systems() -> None:
    """003-17: what Windows takes for one name is one, what systems add by themselves is left out
    and said, and a name in UTF-8 is read although the archive does not say so."""
    with pytest.raises(FileRefused) as caught:
        Archive(make_zip(**{"Stock.csv": b"1", "stock.CSV": b"2"}))
    assert caught.value.code == "zip_twice"
    added = ("__MACOSX/._a.csv", ".DS_Store", "in/Thumbs.db", "in/desktop.ini", "in/._a.csv")
    added = (*added, "in/~$a.xlsx")
    # neither a workbook, which is an archive itself, nor a small table of equal rows is suspicious
    plain = {"in/a.csv": b"1", "in/b.xlsx": b"PK\x03\x04", "in/c.csv": b"0;" * 500_000}
    archive = Archive(make_zip(**plain, **dict.fromkeys(added, b"2")))
    assert [member.name for member in archive.members] == list(plain)
    assert archive.ignored == tuple(sorted(added))
    old = zipfile.ZipInfo("in")
    old.filename, old.create_system = "in\\a.csv", 0
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(old, "1")
    archive = Archive(target)
    assert [member.name for member in archive.members] == ["in/a.csv"]
    assert archive.open("in/a.csv").read() == b"1"
    content = make_zip(**{unicodedata.normalize("NFD", "Größe.csv"): b"1"}).getvalue()
    for head, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        at = content.index(head) + place
        content = content[:at] + b"\x00" + content[at + 1 :]
    archive = Archive(io.BytesIO(content))
    assert [member.name for member in archive.members] == ["Größe.csv"]
    assert archive.open("Größe.csv").read() == b"1"


def test_encrypted_and_exotic_zip_files_are_refused() -> None:
    """003-17: what is encrypted, or packed in a way that takes a library of its own, is refused
    with the way to do it."""
    content = make_zip(**{"a.csv": b"x"}).getvalue()
    entry = content.rindex(b"PK\x01\x02")
    encrypted = content[: entry + 8] + b"\x01" + content[entry + 9 :]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", b"x" * 100)
    for found, code in ((io.BytesIO(encrypted), "zip_encrypted"), (packed, "zip_method")):
        with pytest.raises(FileRefused) as caught:
            Archive(found)
        assert caught.value.code == code


def test_zip_links() -> None:
    """003-17: a link in an archive is refused."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("link.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(FileRefused) as caught:
        Archive(target)
    assert caught.value.code == "zip_link"


@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), st.binary(max_size=200), max_size=5))
def test_zip_round_trip(files: dict[str, bytes]) -> None:
    """003-14: what is packed is unpacked as it was; the same files make the same archive."""
    target = io.BytesIO()
    write_archive(target, [(f"{name}.csv", io.BytesIO(body)) for name, body in files.items()])
    try:
        archive = Archive(target)
    except FileRefused as refused:
        assert refused.code == "zip_nested"
        return
    found = {member.name: archive.open(member.name).read() for member in archive.members}
    assert found == {f"{name}.csv": body for name, body in files.items()}
