"""Any table survives every format, and any bytes are read or refused."""

import csv
import gzip
import io
import json
import subprocess
import sys
from typing import Any

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon_nexus.errors import InvalidInput
from tests.unit.files.reading import read, workbook

NAMES = ("first", "second", "third")
# text that XML can hold and a workbook keeps; other formats keep more, see below
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=8)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('\n\t",;'), max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def tables(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    return st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8)


def csv_bytes(table: list[tuple[Any, ...]], **style: Any) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", **style).writerows([NAMES, *table])
    return written.getvalue().encode()


@given(
    table=tables(ANY), delimiter=st.sampled_from(",;\t|"), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)
def test_any_table_survives_csv(table: list[tuple[str, ...]], delimiter: str, quoting: int) -> None:
    sent = read(csv_bytes(table, delimiter=delimiter, quoting=quoting))
    assert (sent.facts.names, sent.rows) == (NAMES, table)


@given(table=tables(ANY | st.none()), escaped=st.booleans(), tight=st.booleans())
def test_any_table_survives_json_and_ndjson(table: list[tuple[str | None, ...]], escaped: bool, tight: bool) -> None:
    records = [dict(zip(NAMES, row, strict=True)) for row in table]
    separators = (",", ":") if tight else (", ", ": ")
    lines = [json.dumps(record, ensure_ascii=escaped, separators=separators) for record in records]
    for sent in (read("\n".join(lines) + "\n"), read(json.dumps(records, ensure_ascii=escaped))):
        assert (sent.facts.names, sent.rows) == (NAMES, table)


@given(table=tables(ANY | st.none()))
def test_any_table_survives_parquet_and_gzip(table: list[tuple[str | None, ...]]) -> None:
    written = io.BytesIO()
    pl.DataFrame(table, schema=dict.fromkeys(NAMES, pl.String()), orient="row").write_parquet(written)
    assert read(gzip.compress(written.getvalue())).rows == table


@settings(max_examples=40)
@given(table=tables(PLAIN.filter(lambda text: text == text.strip() and not text.startswith("_x")) | st.none()))
def test_any_table_survives_a_workbook(table: list[tuple[str | None, ...]]) -> None:
    sent = read(workbook([list(NAMES), *map(list, table)]))
    filled = [tuple(cell or None for cell in row) for row in sent.rows]
    expected = [tuple(cell or None for cell in row) for row in table]
    while expected and not any(expected[-1]):
        expected.pop()  # a sheet ends with its last used cell
    assert filled[: len(expected)] == expected


@given(number=FLOATS | st.integers(-(2**63), 2**64 - 1))
def test_numbers_keep_their_value(number: float) -> None:
    kind = type(number)
    sent = read(f'{{"a":{json.dumps(number)}}}\n{{"a":{json.dumps(number)}}}')
    assert [float(row[0]) if kind is float else int(row[0]) for row in sent.rows] == [number] * 2


BEGINNINGS = st.sampled_from(
    [
        b"",
        b"a,b\n1,",
        b'{"a":',
        b'{"a":1}\n',
        b"[{",
        b"PK\x03\x04",
        b"PAR1",
        b"\x1f\x8b\x08",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ]
)
BINARY = st.binary(max_size=300)
TEXT = st.text(st.sampled_from('a1,;"\n\r\t{}[]:\\u é\0'), max_size=60).map(str.encode)


@settings(max_examples=400)
@given(
    content=st.builds(bytes.__add__, BEGINNINGS, BINARY | TEXT), encoding=st.sampled_from([None, "latin-1", "utf-16"])
)
@example(content=b'{"a":' + b"[" * 100_000, encoding=None)
@example(content=b'{"a":1}\n{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", encoding=None)
@example(content=b'{"a":1}\n{"a":' + b"9" * 10_000 + b"}", encoding=None)
def test_any_bytes_are_read_or_refused(content: bytes, encoding: str | None) -> None:
    _read_or_refuse(content, encoding)


WHOLE = [workbook([["a", "b"], ["1", 2.5], ["x", True]]), gzip.compress(b"a,b\n1,2\n")]
for frame in (pl.DataFrame({"a": [1, 2], "b": ["x", None]}), pl.DataFrame({"a": [[1]], "b": [{"c": 1.5}]})):
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    WHOLE.append(buffer.getvalue())


@settings(max_examples=300)
@given(whole=st.sampled_from(WHOLE), at=st.floats(0, 1), put=st.binary(min_size=1, max_size=4), cut=st.booleans())
def test_damaged_files_are_read_or_refused(whole: bytes, at: float, put: bytes, cut: bool) -> None:
    place = int(at * (len(whole) - 1))
    _read_or_refuse(whole[:place] if cut else whole[:place] + put + whole[place + len(put) :], None)


def _read_or_refuse(content: bytes, encoding: str | None) -> None:
    try:
        sent = read(content, encoding)
    except InvalidInput:
        return
    for part in sent.parts:
        assert part.frame.columns == list(sent.facts.names)
        assert part.frame.height == part.lines.len()


MEMORY = """
import io, resource, sys
from pathlib import Path
from carbon_nexus.files.parts import parts
from carbon_nexus.files.receive import receive

class Sent(io.RawIOBase):
    row = b"logistics,supplier,2026-03-01T08:00:00Z,120.5," + b"x" * 60 + b"\\n"
    rows, at, end = row * 20_000, 0, 2_000_000 * len(row)
    def read(self, size=-1):
        begin, count = self.at % len(self.row), min(size, 2**20, self.end - self.at)
        self.at += count
        return self.rows[begin : begin + count]

target = Path(sys.argv[1])
warm = receive(io.BytesIO(b"a,b\\n1,2\\n"), target)
list(parts(target, warm))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
facts = receive(Sent(), target)
rows = sum(part.frame.height for part in parts(target, facts))
print(rows == 1_999_999, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "file")], capture_output=True, text=True, check=True
    )
    complete, grown_mib = done.stdout.split()
    assert complete == "True"
    assert int(grown_mib) < 150
