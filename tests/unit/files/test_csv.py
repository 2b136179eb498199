import polars as pl
import pytest

from carbon_nexus.files import limits
from carbon_nexus.files.model import MISFIT_SCHEMA, Facts, Kind
from tests.unit.files.reading import read, refused

RAGGED = "has 3 fields where the header has 2"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    sent = read(f"a{delimiter}b\n007.50{delimiter} x \n")
    assert (sent.facts.delimiter, sent.rows) == (delimiter, [("007.50", " x ")])


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("weight, kg;speed, km/h;id\n1,5;2,5;x\n3,5;4,5;y\n", ";"),
        ("a;b,c\n1;2\n1;2\n", ";"),
        ("a,b\n1;2;3,x\n1,2\n1,2\n", ","),
        ('sep=|\n"a,b,c"|d\n1|2\n', "|"),
        ("one\n1\n", ","),
    ],
)
def test_header_and_first_rows_tell_the_delimiter(content: str, delimiter: str) -> None:
    assert read(content).facts.delimiter == delimiter


def test_facts_of_a_file() -> None:
    facts = read(" a ,b,,\n1,2,3,4\n\n5,6,7,8\n").facts
    assert (facts.kind, facts.names, facts.rows) == (Kind.CSV, ("a", "b", "column_3", "column_4"), 2)
    assert (facts.size_bytes, facts.encoding, facts.packed, facts.notes) == (25, "utf-8", False, ())
    assert Facts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_become_line_feeds_one_for_one(ending: str) -> None:
    sent = read(b"\xef\xbb\xbf" + "\n\na,b\n1,2\n\n3,4".replace("\n", ending).encode())
    assert sent.kept == b"\n\na,b\n1,2\n\n3,4"
    assert (sent.lines, sent.facts.rows) == ([4, 6], 2)


def test_quoted_values_may_hold_delimiters_quotes_and_line_ends() -> None:
    sent = read('a,b\n1,"x, ""y""\nz"\n2,""\n3,\n')
    assert (sent.rows, sent.lines) == ([("1", 'x, "y"\nz'), ("2", ""), ("3", "")], [2, 4, 5])


def test_quotes_inside_unquoted_values_are_values() -> None:
    assert read('a,b\n5" pipe,"6"" pipe"\n').rows == [('5" pipe', '6" pipe')]


def test_quoted_and_plain_files_give_the_same_rows() -> None:
    frame = pl.DataFrame({"a": ["1", "", "x"], "b": ["é", "2", ""]})
    plain, quoted = (read(frame.write_csv(quote_style=style)) for style in ("never", "always"))
    assert plain.rows == quoted.rows == frame.rows()


@pytest.mark.parametrize("note", ["plain", '"quoted"', '"a ""b"""', '"quoted,\n"'])
def test_ragged_rows_are_misfits_by_line_and_the_others_rows(note: str) -> None:
    content = f"a,b\n1,{note}\n2,{note},x\n\n3\n4,{note}\n"
    extra = note.count("\n")
    sent = read(content)
    assert [row[0] for row in sent.rows] == ["1", "4"]
    assert sent.lines == [2, 6 + 2 * extra]
    assert sent.misfits.schema == MISFIT_SCHEMA
    assert sent.misfits["line"].to_list() == [3 + extra, 5 + 2 * extra]
    assert sent.misfits["rule"].to_list() == [RAGGED, "has 1 fields where the header has 2"]


def test_a_short_row_does_not_hide_behind_a_long_one() -> None:
    assert read("a,b\n1,2\n3\n4,5,6\n7,8\n").lines == [2, 5]


def test_a_misfit_is_shown_shortened() -> None:
    assert read(f"a,b\n{'x' * 5_000}\n").misfits["text"].str.len_chars().to_list() == [2_000]


def test_a_stray_quote_spoils_its_own_line_only() -> None:
    sent = read('a,b\n1,"2"x\n3,4\n')
    assert (sent.lines, sent.misfits["line"].to_list(), sent.misfits["text"].to_list()) == ([3], [2], ['1,"2"x'])


@pytest.mark.parametrize("content", ['a,b\n1,2\n3,"4\n5,6\n', 'a,b\n1,2\n3,"4\n5,"6"\n', 'a,b\n1,2\n3,"4'])
def test_an_unclosed_quote_is_refused_by_its_line(content: str) -> None:
    problem = refused(content)
    assert problem["type"] == "unclosed_quote"
    assert "line 3 is never closed" in problem["msg"]


def test_a_quote_that_swallows_too_much_is_refused_before_it_is_in_memory() -> None:
    content = 'a,b\n1,"' + "2,3\n" * (limits.MOST_RECORD_BYTES // 4 + 1) + '"\n'
    assert "line 2 is longer than 1 MiB" in refused(content)["msg"]


def test_long_values_are_left_to_their_rule() -> None:
    assert len(read(f'a,b\n"{"x" * 200_000}",1\n').rows[0][0]) == 200_000
    assert "Line 3 is longer than 1 MiB" in refused(f"a,b\n1,2\n{'x' * (limits.MOST_RECORD_BYTES + 1)},1\n")["msg"]


def test_nul_and_strange_characters_are_kept() -> None:
    assert read("a,b\nx\0y,\x85\u2028\x0b\n\ufeff,2\n").rows == [("x\0y", "\x85\u2028\x0b"), ("\ufeff", "2")]


@pytest.mark.parametrize("cell", ["plain", '"quoted"', '"with, and\nbreak"', '5"', '"a ""b"""'])
@pytest.mark.parametrize("block_bytes", [16, 37, 64, 100])
def test_block_borders_change_nothing(monkeypatch: pytest.MonkeyPatch, cell: str, block_bytes: int) -> None:
    content = "a,b\n" + "".join(f"{at},{cell}\n" for at in range(20)) + "x,y,z\n\n20,last"
    whole = read(content)
    monkeypatch.setattr(limits, "BLOCK_BYTES", block_bytes)
    cut = read(content)
    assert len(cut.parts) > 1
    assert (cut.rows, cut.lines) == (whole.rows, whole.lines)
    assert cut.misfits.equals(whole.misfits)
    for skip in range(len(cut.parts) + 1):
        tail = read(content, skip=skip).parts
        assert [part.lines.to_list() for part in tail] == [part.lines.to_list() for part in cut.parts[skip:]]
        assert [part.frame.rows() for part in tail] == [part.frame.rows() for part in cut.parts[skip:]]


def test_a_part_has_a_bounded_number_of_rows() -> None:
    assert [limits.rows_per_part(columns) for columns in (1, 40, 100, 500)] == [100_000, 100_000, 40_000, 8_000]
    sent = read("a,b\n" + "1,2\n" * 250_000)
    assert [part.frame.height for part in sent.parts] == [100_000, 100_000, 50_000]
    assert sent.lines == list(range(2, 250_002))


@pytest.mark.parametrize(
    ("content", "kind", "loc"),
    [
        ("a,b,Event Type,event-type\n", "repeated_column", ["file", "event_type"]),
        ("a,b\0\n", "unusable_column", ["file", "b\\0"]),
        (",".join(map(str, range(501))), "too_many_columns", ["file"]),
        ('a,"b\n', "unclosed_quote", ["file"]),
        ('a,"b"c\n', "unclosed_quote", ["file"]),
        (",,\n", "empty_file", ["file"]),
        ("sep=;\n", "empty_file", ["file"]),
    ],
)
def test_unusable_headers_are_refused(content: str, kind: str, loc: list[str]) -> None:
    problem = refused(content)
    assert (problem["type"], problem["loc"]) == (kind, loc)


def test_a_header_alone_is_a_file_without_rows() -> None:
    sent = read("a,b\n")
    assert (sent.facts.rows, sent.parts) == (0, [])
