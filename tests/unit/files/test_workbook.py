import io
import struct
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest

from carbon_nexus.files import limits
from carbon_nexus.files.model import Kind
from tests.unit.files.reading import read, refused, workbook


def changed(content: bytes, member: str, xml: bytes) -> bytes:
    """The workbook with other XML in a member."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == member else old.read(name))
    return written.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b'<?xml version="1.0"?><worksheet ' + namespace + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def test_cells_become_text_and_lines_are_rows_of_the_sheet() -> None:
    sent = read(
        workbook([[], [None, " a ", "b", None, "d"], [None, "007", 5, None, True], [], [None, 0.1, "x", None, 1e20]])
    )
    assert (sent.facts.kind, sent.facts.names, sent.facts.rows) == (Kind.XLSX, ("a", "b", "column_3", "d"), 3)
    assert sent.rows == [
        ("007", "5", None, "true"),
        (None, None, None, None),
        ("0.1", "x", None, "100000000000000000000"),
    ]
    assert sent.lines == [3, 4, 5]


def test_moments_are_iso_8601_and_elapsed_times_are_no_dates() -> None:
    formats = {"A": "yyyy-mm-dd", "B": "yyyy-mm-dd hh:mm:ss", "C": "hh:mm", "D": "[h]:mm:ss"}
    row = [date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5), clock(8, 30), timedelta(hours=26.5)]
    far = [None, None, None, timedelta(days=70, minutes=3)]
    sent = read(workbook([["a", "b", "c", "d"], row, far, ["x", 1.5, None, None]], formats=formats))
    assert sent.rows[0] == ("2026-01-02T00:00:00", "2026-01-02T03:04:05", "08:30:00", "26:30:00")
    assert sent.rows[1][3] == "1680:03:00"
    assert sent.rows[2][0] == "x"


@pytest.mark.parametrize("number", [1 / 3, 1e-12, 1.0000000001, 52.520008123456, -0.1, 12345678.9, 100, 1e15])
@pytest.mark.parametrize("beside", ["text", 1])
def test_numbers_keep_their_digits_in_columns_of_any_kind(number: float, beside: str | int) -> None:
    sent = read(workbook([["a"], [number], [beside]]))
    assert float(sent.rows[0][0]) == pytest.approx(number, rel=1e-15)
    assert not sent.rows[0][0].endswith(".0")


@pytest.mark.parametrize("text", ["0.3000000000000", "1234567890123456789", "1e3", "2026-01-02", "1,5", "-0"])
def test_text_that_looks_like_a_number_stays_as_written(text: str) -> None:
    assert read(workbook([["a"], [text], [1.5]])).rows[0] == (text,)


def test_percent_is_its_number_and_a_formula_its_value() -> None:
    book = workbook([["a", "b"], [0.125, "=1+1"]], formats={"A": "0.0%"})
    cells = b'<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert read(book).rows == [("0.125", "=1+1")]
    assert read(changed(book, "xl/worksheets/sheet1.xml", sheet_xml(cells))).rows == [("2",)]


def test_cells_in_error_are_empty_and_counted_in_a_note() -> None:
    cells = b'<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    cells += b'<row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>'
    sent = read(changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(cells)))
    assert sent.rows == [(None,), ("1",)]
    assert sent.facts.notes == ("cells with an error such as #DIV/0!, in all sheets, are read as empty; there are 1",)


def test_the_first_visible_sheet_with_rows_is_read_and_named() -> None:
    sent = read(workbook([["hidden"], ["1"]], [], [["a"], ["2"]], [["b"], ["3"]], hidden=1))
    assert (sent.facts.sheet, sent.rows) == ("sheet 3", [("2",)])
    assert sent.facts.notes == ("read the sheet 'sheet 3', the first visible one with rows of 4 sheets",)


def test_parts_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "rows_per_part", lambda columns: 3)
    content = workbook([["a"], *[[at] for at in range(10)]])
    whole = read(content)
    assert [part.frame.height for part in whole.parts] == [3, 3, 3, 1]
    assert whole.lines == list(range(2, 12))
    assert read(content, skip=2).lines == whole.lines[6:]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook([]), "empty_file"),
        (workbook([["a"]], [], hidden=1), "empty_file"),
        (workbook([[" ", ""], [""]]), "empty_file"),
        (workbook([["a", "A"]]), "repeated_column"),
        (workbook([list(map(str, range(501)))]), "too_many_columns"),
        (workbook([["a"]])[:-30], "bad_workbook"),
        (b"PK\x03\x04rest", "bad_workbook"),
        (changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", b"<no xml"), "bad_workbook"),
        (changed(workbook([["a"]]), "xl/workbook.xml", b""), "bad_workbook"),
    ],
)
def test_unusable_workbooks_are_refused(content: bytes, kind: str) -> None:
    assert refused(content)["type"] == kind


def test_a_lying_directory_hides_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WORKBOOK_BYTES", 4 * 2**20)
    honest = changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(b" " * 8 * 2**20))
    size = struct.pack("<I", len(sheet_xml(b" " * 8 * 2**20)))
    lying = honest.replace(size, struct.pack("<I", 1_000))
    assert lying != honest
    for content in (honest, lying):
        assert "unpacked workbook is larger than 4 MiB" in refused(content)["msg"]


@pytest.mark.parametrize("cell", [b'<c r="XFD1048576"><v>1</v></c>', b"<c s='0' r='XFD1048576' t='n'><v>1</v></c>"])
def test_a_sheet_of_two_cells_far_apart_takes_no_memory(cell: bytes) -> None:
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">' + cell + b"</row>"
    problem = refused(changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(cells)))
    assert "spans 17,179,869,184 cells" in problem["msg"]


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WORKBOOK_MEMBERS", 5)
    assert refused(workbook([["a"]]))["type"] == "too_large"
