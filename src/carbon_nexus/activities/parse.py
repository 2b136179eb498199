"""What is sent, as rows of text: a CSV file, or one event as JSON. What the values mean is for `validate`."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from carbon_nexus.activities.model import MOST_ENTRIES, Problem, Reject, Rejects, shown
from carbon_nexus.activities.recognise import recognise
from carbon_nexus.errors import InvalidInput

DELIMITERS = (",", ";", "\t")
LARGEST_UNPACKED_BYTES = 256 * 1024 * 1024
GZIP_MARK, ZIP_MARK, BYTE_ORDER_MARK = b"\x1f\x8b", b"PK\x03\x04", b"\xef\xbb\xbf"
UTF_16_MARKS = b"\xff\xfe", b"\xfe\xff"
CELLS_PER_PART = 100_000  # bounds the memory of cells as Python objects, about 60 bytes each
Records = Iterator[tuple[int, list[str]]]

# A long value is for its field's rule to refuse, by line; the reader's own limit (131,072) would refuse the file.
csv.field_size_limit(LARGEST_UNPACKED_BYTES)


@dataclass(frozen=True)
class Rows:
    """Rows as received: all columns text under their received names, `columns` from field to received name.

    `lines` is the line each row starts on, as long as `frame`; `ragged` are rows that did not fit the header.
    """

    frame: pl.DataFrame
    lines: pl.Series
    columns: dict[str, str]
    ragged: Rejects

    def part(self, start: int, count: int) -> "Rows":
        """At most `count` rows from `start` on, without the ragged ones."""
        return Rows(self.frame.slice(start, count), self.lines.slice(start, count), self.columns, Rejects())


def read_csv(file: bytes | Path) -> Rows:
    """Reads a CSV file (UTF-8, with or without byte order mark, plain or gzip; delimiter comma, semicolon or tab).

    Blank lines are left out. Raises InvalidInput, for the file as a whole: empty, not UTF-8, no usable header
    (see `recognise`), a quote that is never closed or not doubled inside a quoted value, or not a CSV at all.
    """
    content = _text_bytes(file.read_bytes() if isinstance(file, Path) else file)
    delimiter = _delimiter(content)
    records = _records(content, delimiter)
    _, header = next(records)
    # a spreadsheet's empty last columns have no name; the parts before them are still good
    names = [name.strip() or f"column_{number}" for number, name in enumerate(header, 1)]
    columns = recognise(names)
    even = _even(content, names, delimiter)
    if even is not None:
        return Rows(even, pl.int_range(2, even.height + 2, eager=True), columns, Rejects())
    return _checked(records, names, columns, delimiter)


def refusal(kind: str, detail: str, remedy: str) -> InvalidInput:
    """An error about the file as a whole."""
    problem = {"type": kind, "loc": ["file"], "msg": f"{detail} {remedy}", "input": None}
    return InvalidInput([problem], "Nothing was stored.")


def _text_bytes(content: bytes) -> bytes:
    """The file unpacked, with every line end as a line feed, and known to be UTF-8."""
    if content.startswith(GZIP_MARK):
        content = _unpacked(content)
    if content.startswith(ZIP_MARK):
        raise refusal("not_csv", "The file is a spreadsheet or ZIP archive, not a CSV.", "Save it as CSV (UTF-8).")
    content = content.removeprefix(BYTE_ORDER_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not content.strip():
        raise refusal("empty_file", "The file is empty.", "Send a CSV with a header line and at least one row.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"Line {line} is not UTF-8 (byte 0x{content[error.start]:02x})."
        if content.startswith(UTF_16_MARKS):
            wrong = 'The file is UTF-16 (a spreadsheet\'s "Unicode text"), not UTF-8.'
        raise refusal("not_utf8", wrong, "Save the file as UTF-8.") from None
    return content


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            plain = packed.read(LARGEST_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise refusal("bad_gzip", f"The gzip file cannot be unpacked: {error}.", "Pack it again.") from None
    if len(plain) > LARGEST_UNPACKED_BYTES:
        limit = LARGEST_UNPACKED_BYTES // 2**20
        raise refusal("too_large", f"The file unpacks to more than {limit} MB.", "Send it in parts.")
    return plain


def _delimiter(content: bytes) -> str:
    """The delimiter the header has most of.

    Our column names hold none of the three, so the header alone decides. csv.Sniffer finds nothing in files with
    ragged rows, and the rows it looks at may hold decimal commas.
    """
    header = next(line for line in io.BytesIO(content) if line.strip()).decode()
    return max(DELIMITERS, key=header.count)


def _records(content: bytes, delimiter: str) -> Records:
    """The line each record starts on and its fields; blank lines are no records."""
    lines = io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    try:
        for fields in reader:
            if fields:
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        detail = f"A quote in the row that starts on line {line} is never closed, or not doubled: {error}."
        remedy = "Close it, or double it where it belongs to the value."
        raise refusal("unclosed_quote", detail, remedy) from None


def _even(content: bytes, names: list[str], delimiter: str) -> pl.DataFrame | None:
    """All rows at once, if the file has no quotes and every line as many fields as the header; else None.

    Polars refuses a line with too many fields and fills one with too few; those the number of delimiters betrays.
    Among quotes it is not left alone: one inside an unquoted value silently shifts its columns.
    """
    if b'"' in content:
        return None
    schema = dict.fromkeys(names, pl.String())
    try:
        frame = pl.read_csv(content, has_header=False, skip_rows=1, schema=schema, separator=delimiter, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    expected = (frame.height + 1) * (len(names) - 1)
    return frame if content.count(delimiter.encode()) == expected else None


def _checked(records: Records, names: list[str], columns: dict[str, str], delimiter: str) -> Rows:
    """Record by record: those with as many fields as the header are rows, the others are ragged."""
    parts, lines, cells = [_columns([], names)], list[int](), list[str]()
    ragged, first = 0, list[Reject]()
    for line, fields in records:
        if len(fields) != len(names):
            ragged += 1
            if ragged <= MOST_ENTRIES:
                first.append(_ragged(line, delimiter.join(fields), len(fields), len(names)))
            continue
        lines.append(line)
        cells += fields
        if len(cells) >= CELLS_PER_PART:
            parts.append(_columns(cells, names))
            cells.clear()
    parts.append(_columns(cells, names))
    return Rows(pl.concat(parts), pl.Series(lines, dtype=pl.Int64), columns, Rejects(ragged, tuple(first)))


def _columns(cells: list[str], names: list[str]) -> pl.DataFrame:
    """Cells, row after row, as a frame."""
    every = pl.Series(cells, dtype=pl.String)
    return pl.DataFrame([every.gather_every(len(names), at).alias(name) for at, name in enumerate(names)])


def _ragged(line: int, row: str, width: int, expected: int) -> Reject:
    rule = f"has {width} fields where the header has {expected}"
    remedy = "Give every row as many fields as the header, and quote values that hold the delimiter."
    return Reject(line, (Problem("row", shown(row), rule, remedy),))


def rows_of_event(event: dict[str, Any]) -> Rows:
    """One event as one row, so that it passes the checks of a row of a file.

    Numbers may come as numbers or as text; nested values only in fields we do not know. Raises InvalidInput for
    missing or repeated fields, nested values in known fields and text that is not Unicode.
    """
    columns = recognise(list(event), "field")
    known = set(columns.values())
    problems = [problem for name, value in event.items() if (problem := _problem(name, value, name in known))]
    if problems:
        raise InvalidInput(problems, "The event was not stored.")
    texts = {name: _text(value) for name, value in event.items()}
    frame = pl.DataFrame([texts], schema=dict.fromkeys(texts, pl.String()))
    return Rows(frame, pl.Series([1]), columns, Rejects())


def _problem(name: str, value: Any, known: bool) -> dict[str, Any] | None:
    text = _text(value)
    if known and isinstance(value, (dict, list)):
        return Problem(name, shown(text), "must be a single value", "Give a text or a number.").entry()
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        return Problem(name, shown(text), "is not Unicode text", "Remove the lone surrogate.").entry()
    return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    # json gives floats their shortest exact digits, NaN as NaN, and nested values as JSON
    return json.dumps(value)
