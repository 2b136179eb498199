"""CSV to a frame of text: encoding, delimiter, header, and rows with too many or too few fields.

Every value stays text; what it means is for `validate`. Row boundaries are found on the bytes with numpy, because a
CSV reader that fills short rows with nulls would hide that they were cut off.
"""

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.activities.model import MOST_ENTRIES, Problem, Reject, Rejects, shown
from carbon_nexus.activities.recognise import recognise
from carbon_nexus.errors import InvalidInput

DELIMITERS = (",", ";", "\t")
LARGEST_UNPACKED_BYTES = 1024 * 1024 * 1024
BLOCK_BYTES = 16 * 1024 * 1024  # bounds the scratch memory of the scan for row boundaries
GZIP_MARK, ZIP_MARK, BYTE_ORDER_MARK = b"\x1f\x8b", b"PK\x03\x04", b"\xef\xbb\xbf"
QUOTE, NEWLINE = 34, 10
Positions = npt.NDArray[np.int64]


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


@dataclass(frozen=True)
class _Layout:
    """Where records lie: byte offset of each one's start and end, the line it starts on, its number of fields."""

    starts: Positions
    ends: Positions
    lines: Positions
    widths: Positions


def read_csv(file: bytes | Path) -> Rows:
    """Reads a CSV file (UTF-8, with or without byte order mark, plain or gzip; delimiter comma, semicolon or tab).

    Blank lines are left out. Raises InvalidInput, for the file as a whole: empty, not UTF-8, no usable header
    (see `recognise`), a quote that is never closed, or not a CSV at all.
    """
    content = _text_bytes(file.read_bytes() if isinstance(file, Path) else file)
    delimiter = _delimiter(content)
    layout = _layout(content, delimiter)
    blank = layout.ends == layout.starts
    first = int(np.argmin(blank))
    names = _header(content, layout, first, delimiter)
    columns = recognise(names)
    fits = (layout.widths == len(names)) & ~blank
    fits[first] = False  # the header is no row
    ragged = np.flatnonzero(~fits & ~blank)[1:]  # nor is it a ragged one
    frame = _frame(_kept(content, layout, fits), names, delimiter)
    if frame.height != int(fits.sum()):
        raise _stray_quotes()
    return Rows(frame, pl.Series("line", layout.lines[fits]), columns, _ragged(content, layout, ragged, len(names)))


def refusal(kind: str, detail: str, remedy: str) -> InvalidInput:
    """An error about the file as a whole."""
    problem = {"type": kind, "loc": ["file"], "msg": f"{detail} {remedy}", "input": None}
    return InvalidInput([problem], "Nothing was stored.")


def _text_bytes(content: bytes) -> bytes:
    if content.startswith(GZIP_MARK):
        content = _unpacked(content)
    if content.startswith(ZIP_MARK):
        raise refusal("not_csv", "The file is a spreadsheet or ZIP archive, not a CSV.", "Save it as CSV (UTF-8).")
    content = content.removeprefix(BYTE_ORDER_MARK).replace(b"\r\n", b"\n")
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    if not content.strip():
        raise refusal("empty_file", "The file is empty.", "Send a CSV with a header line and at least one row.")
    _refuse_other_encodings(content)
    return content if content.endswith(b"\n") else content + b"\n"


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


def _refuse_other_encodings(content: bytes) -> None:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"Line {line} is not UTF-8 (byte 0x{content[error.start]:02x})."
        raise refusal("not_utf8", wrong, "Save the file as UTF-8.") from None


def _delimiter(content: bytes) -> str:
    header = content.lstrip(b"\n").partition(b"\n")[0].decode()
    return max(DELIMITERS, key=header.count)


def _layout(content: bytes, delimiter: str) -> _Layout:
    raw = np.frombuffer(content, np.uint8)
    inside, ends, delimiters_before, breaks = np.uint8(0), [], [], []
    seen = 0
    for offset in range(0, len(raw), BLOCK_BYTES):
        block = raw[offset : offset + BLOCK_BYTES]
        quoted = np.bitwise_xor.accumulate((block == QUOTE).view(np.uint8)) ^ inside
        inside = quoted[-1]
        outside = quoted == 0
        line_breaks = np.flatnonzero(block == NEWLINE)
        end = line_breaks[outside[line_breaks]]
        between = np.flatnonzero(block == ord(delimiter))
        between = between[outside[between]]
        breaks.append(line_breaks + offset)
        ends.append(end + offset)
        delimiters_before.append(np.searchsorted(between, end) + seen)
        seen += len(between)
    return _joined(np.concatenate(ends), np.concatenate(delimiters_before), np.concatenate(breaks), len(raw))


def _joined(ends: Positions, delimiters_before: Positions, breaks: Positions, size: int) -> _Layout:
    starts = np.concatenate([[0], ends + 1])
    lines = np.searchsorted(breaks, starts) + 1
    if starts[-1] != size:
        unclosed = f"A quote in the row that starts on line {lines[-1]} is never closed."
        raise refusal("unclosed_quote", unclosed, "Close it, or double it where it belongs to the value.")
    return _Layout(starts[:-1], ends, lines[:-1], np.diff(delimiters_before, prepend=0) + 1)


def _header(content: bytes, layout: _Layout, first: int, delimiter: str) -> list[str]:
    text = content[layout.starts[first] : layout.ends[first]].decode()
    try:
        names = next(csv.reader([text.replace("\n", " ")], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise refusal("no_header", "The first line is no header.", "Begin with a line of column names.") from None
    # a spreadsheet's empty last columns have no name; the parts before them are still good
    return [name.strip() or f"column_{number}" for number, name in enumerate(names, 1)]


def _kept(content: bytes, layout: _Layout, fits: npt.NDArray[np.bool_]) -> bytes:
    """The records that fit, as one CSV without header; runs of good ones are taken whole."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], fits, [False]]).astype(np.int8)))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return b"".join(content[layout.starts[first] : layout.ends[past - 1] + 1] for first, past in runs)


def _frame(content: bytes, names: list[str], delimiter: str) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String())
    if not content:
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_csv(content, has_header=False, schema=schema, separator=delimiter, quote_char='"')
    except pl.exceptions.PolarsError:
        raise _stray_quotes() from None


def _stray_quotes() -> InvalidInput:
    """The reader and the boundaries found here disagree about rows: that is due to quotes inside values."""
    remedy = "Quote a value as a whole or not at all, and double a quote that belongs to it."
    return refusal("stray_quotes", "The file has quotes inside unquoted values.", remedy)


def _ragged(content: bytes, layout: _Layout, found: Positions, width: int) -> Rejects:
    first = tuple(_ragged_row(content, layout, int(record), width) for record in found[:MOST_ENTRIES])
    return Rejects(len(found), first)


def _ragged_row(content: bytes, layout: _Layout, record: int, width: int) -> Reject:
    start, end = int(layout.starts[record]), int(layout.ends[record])
    text = content[start : min(end, start + 400)].decode(errors="replace")
    rule = f"has {layout.widths[record]} fields where the header has {width}"
    remedy = "Give every row as many fields as the header, and quote values that hold the delimiter."
    return Reject(int(layout.lines[record]), (Problem("row", shown(text), rule, remedy),))
