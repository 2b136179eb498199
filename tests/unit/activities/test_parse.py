import gzip
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.activities.parse import CELLS_PER_PART, read_csv
from carbon_nexus.errors import InvalidInput
from tests.unit.activities.rows import GOOD, HEAD


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = read_csv(f"{HEAD},note\n{GOOD},x\n".replace(",", delimiter).encode())
    assert rows.frame.rows() == [("logistics", "S1", "2026-03-01T08:00:00Z", "x")]


def test_every_value_stays_text() -> None:
    rows = read_csv(f"{HEAD},distance_km\n{GOOD},007.50\n".encode())
    assert rows.frame["distance_km"].to_list() == ["007.50"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_and_byte_order_mark(ending: str) -> None:
    rows = read_csv(b"\xef\xbb\xbf" + f"{HEAD}\n{GOOD}\n{GOOD}".replace("\n", ending).encode())
    assert (rows.frame.height, rows.lines.to_list()) == (2, [2, 3])


def test_gzip_and_paths(tmp_path: Path) -> None:
    packed = tmp_path / "events.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEAD}\n{GOOD}\n".encode()))
    assert read_csv(packed).frame.height == 1


def test_quoted_values_may_hold_delimiters_quotes_and_line_breaks() -> None:
    rows = read_csv(f'{HEAD},note\n{GOOD},"a, ""b""\nc"\n{GOOD},d\n'.encode())
    assert rows.frame["note"].to_list() == ['a, "b"\nc', "d"]
    assert rows.lines.to_list() == [2, 4]


def test_ragged_rows_are_rejected_by_line_and_the_others_read() -> None:
    rows = read_csv(f"{HEAD}\n{GOOD}\n{GOOD},more\n\nshort,row\n{GOOD}\n".encode())
    assert rows.frame.height == 2
    assert rows.lines.to_list() == [2, 6]
    assert [reject.line for reject in rows.ragged.first] == [3, 5]
    assert rows.ragged.first[0].problems[0].rule == "has 4 fields where the header has 3"


@pytest.mark.parametrize("note", ["plain", '"quoted, ""so""\n"'])
def test_ragged_rows_are_found_in_long_files(note: str) -> None:
    many = CELLS_PER_PART // 2
    content = f"{HEAD},note\n" + f"{GOOD},{note}\n" * many + f"{GOOD},a,b\n{GOOD},last\n"
    rows = read_csv(content.encode())
    line = content.count("\n")
    assert rows.frame.height == many + 1
    assert rows.frame["note"].n_unique() == 2
    assert [reject.line for reject in rows.ragged.first] == [line - 1]
    assert rows.lines[-1] == line


def test_a_short_row_does_not_hide_behind_a_long_one() -> None:
    rows = read_csv(f"{HEAD}\n{GOOD}\nfactory,S1\n{GOOD},more\n{GOOD}\n".encode())
    assert rows.lines.to_list() == [2, 5]
    assert [reject.line for reject in rows.ragged.first] == [3, 4]


def test_quotes_inside_unquoted_values_are_values() -> None:
    rows = read_csv(f'{HEAD},note\n{GOOD},5" pipe\n{GOOD},6" pipe\n'.encode())
    assert rows.frame["note"].to_list() == ['5" pipe', '6" pipe']


def test_the_same_rows_come_of_a_quoted_file() -> None:
    frame = pl.DataFrame([GOOD.split(",")] * 3, schema=HEAD.split(","), orient="row")
    plain, quoted = (read_csv(frame.write_csv(quote_style=style).encode()) for style in ("never", "always"))
    assert_frame_equal(plain.frame, quoted.frame)
    assert plain.lines.to_list() == quoted.lines.to_list()


def test_a_very_long_value_is_left_to_its_rule() -> None:
    rows = read_csv(f'{HEAD},note\n{GOOD},"{"x" * 200_000}"\n'.encode())
    assert rows.frame["note"].str.len_chars().to_list() == [200_000]


def test_leading_and_blank_lines_do_not_shift_line_numbers() -> None:
    rows = read_csv(f"\n\n{HEAD}\n\n{GOOD}\n".encode())
    assert rows.lines.to_list() == [5]


def test_synonyms_case_and_spaces_of_column_names() -> None:
    rows = read_csv(b"Event-Type,Entity,DATE,avg_speed,Route Length,id\nfactory,S,2026-01-01,1,2,3\n")
    assert rows.columns == {
        "event_type": "Event-Type", "supplier_id": "Entity", "timestamp": "DATE", "speed": "avg_speed",
        "distance_km": "Route Length", "external_id": "id",
    }  # fmt: skip


def test_the_canonical_name_wins_over_its_synonym() -> None:
    rows = read_csv(f"{HEAD},date,speed,avg_speed\n{GOOD},x,1,2\n".encode())
    assert (rows.columns["timestamp"], rows.columns["speed"]) == ("timestamp", "speed")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_file"),
        (b" \n\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\xff\xfe\x00binary", "not_utf8"),
        (b"event_type,supplier_id,timestamp\nfactory,M\xfcller,2026-01-01\n", "not_utf8"),
        (b"PK\x03\x04rest of a spreadsheet", "not_csv"),
        (b"\x1f\x8bnot gzip", "bad_gzip"),
        (gzip.compress(b"event_type")[:-9], "bad_gzip"),
        (b"just some text, nothing more\n", "missing_column"),
        (b"logistics,S1,2026-01-01\n", "missing_column"),
        (b"event_type,supplier_id,timestamp,timestamp\n", "repeated_column"),
        (b"event_type,supplier_id,timestamp,Event Type\n", "repeated_column"),
        (b"event_type,supplier_id,timestamp,a\x00b\n", "unusable_column"),
        (b'event_type,supplier_id,timestamp\nfactory,"S,2026-01-01\nfactory,S,2026-01-01\n', "unclosed_quote"),
        (b'event_type,supplier_id,timestamp\nfactory,"S"1,2026-01-01\n', "unclosed_quote"),
    ],
)
def test_unusable_files_are_refused_as_a_whole(content: bytes, kind: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_csv(content)
    assert kind in {problem["type"] for problem in refused.value.problems}


def test_a_refusal_names_every_missing_column() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_csv(b"supplier_id,distance_km\nS,1\n")
    assert [problem["loc"] for problem in refused.value.problems] == [["file", "event_type"], ["file", "timestamp"]]


def test_an_unclosed_quote_is_named_by_its_line() -> None:
    with pytest.raises(InvalidInput, match="line 3 is never closed"):
        read_csv(f'{HEAD}\n{GOOD}\nlogistics,"S1,2026-01-01\n{GOOD}\n'.encode())
