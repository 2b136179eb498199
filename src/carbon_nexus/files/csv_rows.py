"""The rows of a CSV file: whole blocks at once where every line is a row, else record by record."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl

from carbon_nexus.files import limits
from carbon_nexus.files.blocks import BYTE_ORDER_MARK, Misfit, block_at, misfit_frame, row_count
from carbon_nexus.files.csv_dialect import Lines, read_header, unclosed
from carbon_nexus.files.model import Facts, Part

RAGGED = "Give every row as many fields as the header, and quote values that hold the delimiter."
STRAY_QUOTE = "Double a quote that belongs to a quoted value, and let nothing follow the one that closes it."


def csv_parts(path: Path, facts: Facts, skip: int) -> Iterator[Part]:
    """The rows in parts; every part is one block of lines, up to the end of the record that block ends in.

    Raises InvalidInput for a quote that swallows the lines after it.
    """
    header = read_header(path)
    position, line, most_lines = header.end, header.next_line, limits.rows_per_part(len(facts.names))
    with path.open("rb") as file:
        while block := block_at(file, position, most_lines):
            records = _Records(file, position, line, header.delimiter, len(facts.names))
            if skip > 0:
                skip -= 1
                position, line = records.pass_over(block)
                continue
            frame = even_rows(block, facts.names, header.delimiter)
            if frame is not None:
                numbers = pl.int_range(line, line + frame.height, eager=True).alias("line")
                position, line = position + len(block), line + frame.height
                yield Part(frame, numbers, misfit_frame([]))
            else:
                part = records.part(position + len(block), facts.names)
                position, line = records.lines.position, records.lines.line
                yield part


def even_rows(block: bytes, names: tuple[str, ...], delimiter: str) -> pl.DataFrame | None:
    """All rows of a block at once, if every line is one row with as many fields as the header; else None.

    Polars refuses a line with too many fields and fills one with too few; those the number of delimiters betrays.
    Quotes are not left to it: one inside an unquoted value silently shifts its columns. They are taken off afterwards,
    and only if every cell is closed in itself, which proves that no quoted value held a delimiter or a line end.
    """
    if len(names) == 1 or block.startswith(BYTE_ORDER_MARK):
        return None
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema=dict.fromkeys(names, pl.String()),
            separator=delimiter,
            quote_char=None,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    rows = row_count(block)
    if frame.height != rows or block.count(delimiter.encode()) != rows * (len(names) - 1):
        return None
    return frame if b'"' not in block else _unquoted(frame)


def _unquoted(frame: pl.DataFrame) -> pl.DataFrame | None:
    """Cells without the quotes around them; None if a cell begins with a quote and is not closed in itself."""
    cell = pl.all()
    quoted = cell.str.starts_with('"')
    inner = cell.str.strip_prefix('"').str.strip_suffix('"')
    closed = cell.str.ends_with('"') & (cell.str.len_bytes() > 1)
    single = inner.str.replace_all('""', "", literal=True).str.contains('"', literal=True)
    if any(frame.select((quoted & (~closed | single)).any()).row(0)):
        return None
    bare = inner.str.replace_all('""', '"', literal=True)
    return frame.select(pl.when(quoted).then(bare).otherwise(cell))


class _Records:
    """Records from a byte of the file on, one by one: the only way where quoted values hold delimiters or line ends."""

    def __init__(self, file: BinaryIO, position: int, line: int, delimiter: str, width: int) -> None:
        self.lines = Lines(file, position, line)
        self.delimiter, self.width = delimiter, width
        self.misfits: list[Misfit] = []

    def until(self, end: int) -> Iterator[tuple[int, list[str]]]:
        """The line each record starts on and its fields, until `end` is passed; blank lines are no records."""
        reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        while self.lines.position < end:
            line = self.lines.record_line
            try:
                fields = next(reader, None)
            except csv.Error as error:
                self._misquoted(line, error)
                fields = []
            if fields is None:
                return
            self.lines.next_record()
            if len(fields) > 1 or (fields and fields[0].strip()):
                yield line, fields

    def pass_over(self, block: bytes) -> tuple[int, int]:
        """Where the part of this block ends: the byte and the line after it."""
        if b'"' not in block:
            return self.lines.position + len(block), self.lines.line + row_count(block)
        for _ in self.until(self.lines.position + len(block)):
            pass
        return self.lines.position, self.lines.line

    def part(self, end: int, names: tuple[str, ...]) -> Part:
        """The records until `end` is passed: those with as many fields as the header are rows, others are misfits."""
        numbers, cells = list[int](), list[str]()
        for line, fields in self.until(end):
            if len(fields) == self.width:
                numbers.append(line)
                cells += fields
            else:
                rule = f"has {len(fields)} fields where the header has {self.width}"
                self.misfits.append((line, self.delimiter.join(fields), rule, RAGGED))
        return Part(_columns(cells, names), pl.Series("line", numbers, dtype=pl.Int64), misfit_frame(self.misfits))

    def _misquoted(self, line: int, error: csv.Error) -> None:
        """A stray quote within one line spoils that line only; one that swallowed others makes them unreadable."""
        if self.lines.line - line != 1 or "unexpected end" in str(error):
            raise unclosed(line, error) from None
        rule = f"has a quote that is not doubled ({error})"
        self.misfits.append((line, self.lines.last.rstrip("\n"), rule, STRAY_QUOTE))


def _columns(cells: list[str], names: tuple[str, ...]) -> pl.DataFrame:
    """Cells, row after row, as a frame."""
    every = pl.Series(cells, dtype=pl.String)
    return pl.DataFrame([every.gather_every(len(names), at).alias(name) for at, name in enumerate(names)])
