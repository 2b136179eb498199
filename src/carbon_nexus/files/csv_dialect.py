"""How a CSV file is written: its delimiter, and the header with its place."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from carbon_nexus.files import limits
from carbon_nexus.files.refusals import empty, refusal

DELIMITERS = (";", "\t", "|", "^", ",")  # the comma last: it also stands in numbers and before units
SAMPLE_RECORDS = 50
# Excel's first line that says which delimiter follows
SAYS_DELIMITER = re.compile(rb'"?sep=([,;\t|^])"?\s*', re.IGNORECASE)

# a long value is for its field's rule to refuse, by line; a record's own bound comes first, in bytes
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Header:
    """The cells of the header, the delimiter, and where the rows begin: the byte and the line after it.

    `filled_lines` are the lines up to there that are not blank.
    """

    cells: tuple[str, ...]
    delimiter: str
    end: int
    next_line: int
    filled_lines: int


class Lines:
    """Lines of a file as text from a byte on; `position` is the byte after the `last` one given.

    Raises InvalidInput for a record longer than MOST_RECORD_BYTES: no quote is closed there, or one never was.
    """

    def __init__(self, file: BinaryIO, position: int, line: int) -> None:
        file.seek(position)
        self.file, self.position, self.line = file, position, line
        self.record_line, self.record_start, self.last = line, position, ""

    def __iter__(self) -> Iterator[str]:
        for text in self.file:
            self.position += len(text)
            self.line += 1
            if self.position - self.record_start > limits.MOST_RECORD_BYTES:
                raise _endless(self.record_line)
            self.last = text.decode()
            yield self.last

    def next_record(self) -> None:
        """The record that was read is complete; the next begins here."""
        self.record_line, self.record_start = self.line, self.position


def read_header(path: Path) -> Header:
    """Finds delimiter and header: the first record that is not blank, after Excel's line sep= if there is one.

    Raises InvalidInput if there is no header or a quote in it is not closed.
    """
    with path.open("rb") as file:
        lines = Lines(file, 0, 1)
        for text in lines:
            if text.strip():
                break
            lines.next_record()
        else:
            raise empty()
        said = SAYS_DELIMITER.fullmatch(text.encode())
        if not said:
            lines = Lines(file, lines.record_start, lines.record_line)
        start, line = lines.position, lines.line
        delimiter = said[1].decode() if said else _delimiter(file, start)
        header = _header(Lines(file, start, line), delimiter)
        return replace(header, filled_lines=header.filled_lines + bool(said))


def unclosed(line: int, error: object) -> Exception:
    """A quote makes the rest of the file unreadable; the row that starts on `line` is where it begins."""
    detail = f"A quote in the row that starts on line {line} is never closed, or not doubled: {error}."
    return refusal("unclosed_quote", detail, "Close it, or double it where it belongs to the value.")


def _header(lines: Lines, delimiter: str) -> Header:
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in cells):
                filled = lines.line - lines.record_line
                return Header(tuple(cells), delimiter, lines.position, lines.line, filled)
            lines.next_record()
    except csv.Error as error:
        raise unclosed(lines.record_line, error) from None
    raise empty("The file has no header line.")


def _delimiter(file: BinaryIO, start: int) -> str:
    """The delimiter by which most of the first rows have as many fields as the header; of equals, the one it has most.

    A comma if it has none: then there is one column.

    csv.Sniffer finds nothing in files with ragged rows, and a header alone may hold units as in "weight, kg".
    """
    file.seek(start)
    sample = file.read(limits.HEAD_BYTES)
    whole = sample[: sample.rfind(b"\n") + 1] if len(sample) == limits.HEAD_BYTES else sample
    text = (whole or sample).decode("utf-8", "ignore")
    fits = {delimiter: _fit(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=fits.__getitem__)
    return best if fits[best][1] else ","


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """The share of sampled rows as wide as the header, and that width; nothing for a delimiter the header has not."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths = [len(cells) for _, cells in zip(range(SAMPLE_RECORDS), records, strict=False) if any(cells)]
    if not widths or widths[0] == 1:
        return 0.0, 0
    rows = widths[1:]
    return (sum(width == widths[0] for width in rows) / len(rows) if rows else 1.0), widths[0]


def _endless(line: int) -> Exception:
    most = limits.in_words(limits.MOST_RECORD_BYTES)
    detail = f"The row that starts on line {line} is longer than {most}: a quote in it is never closed, or not doubled."
    return refusal("unclosed_quote", detail, "Close it, or double it where it belongs to the value.")
