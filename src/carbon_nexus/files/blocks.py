"""Text on disk in blocks of whole lines, and what can be told of all its lines at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from carbon_nexus.files import limits
from carbon_nexus.files.model import MISFIT_SCHEMA
from carbon_nexus.files.refusals import refusal

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Misfit = tuple[int, str, str, str]  # line, text, rule, remedy


@dataclass(frozen=True)
class Lines:
    """How many lines of a text are not blank, and whether any holds a double quote."""

    filled: int
    quoted: bool


def block_at(file: BinaryIO, position: int, most_lines: int) -> bytes:
    """Whole lines from `position` on: at most BLOCK_BYTES and `most_lines` of them; empty at the end of the file.

    A single line that is longer than BLOCK_BYTES comes whole.
    """
    file.seek(position)
    block = file.read(limits.BLOCK_BYTES)
    if len(block) == limits.BLOCK_BYTES:
        end = block.rfind(b"\n") + 1
        block = block[:end] if end else block + file.readline()
    return block if block.count(b"\n") <= most_lines else block[: _end_of_line(block, most_lines)]


def count_lines(path: Path) -> Lines:
    """Counts lines and looks for quotes. Raises InvalidInput for a line longer than MOST_RECORD_BYTES."""
    filled, quoted, line, open_bytes = 0, False, 1, 0
    with path.open("rb") as file:
        while block := file.read(limits.MOST_RECORD_BYTES):
            first, last = block.find(b"\n"), block.rfind(b"\n")
            _check_length(open_bytes + (first if first >= 0 else len(block)), line)
            if first >= 0:
                ended = block.count(b"\n")
                # a line is filled if its end does not follow another's; the first may have begun in the block before
                filled += ended - _blank(block) - (first == 0 and open_bytes == 0)
                line, open_bytes = line + ended, len(block) - last - 1
            else:
                open_bytes += len(block)
            quoted = quoted or b'"' in block
    return Lines(filled + (open_bytes > 0), quoted)


def misfit_frame(misfits: list[Misfit]) -> pl.DataFrame:
    """Misfits as Part has them: their text shortened, and none of it what a database cannot hold."""
    kept = [(line, shortened(text), rule, remedy) for line, text, rule, remedy in misfits]
    return pl.DataFrame(kept, schema=MISFIT_SCHEMA, orient="row")


def shortened(text: str) -> str:
    """At most SHOWN_CHARACTERS of a text, and valid Unicode."""
    return text[: limits.SHOWN_CHARACTERS].encode("utf-8", "backslashreplace").decode()


def row_count(block: bytes) -> int:
    """The lines of a block; the last one of a file may have no end."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


def numbered(block: bytes, line: int) -> Iterator[tuple[int, bytes]]:
    """The lines of a block that are not blank, with their numbers; the first line is number `line`."""
    for number, text in enumerate(block.split(b"\n"), line):
        if text.strip():
            yield number, text


def _end_of_line(block: bytes, number: int) -> int:
    """The byte after the line of that number (from 1) in a block that has as many; by halves, as counting is fast."""
    start, end, missing = 0, len(block), number
    while end - start > 1:
        middle = (start + end) // 2
        passed = block.count(b"\n", start, middle)
        if passed < missing:
            start, missing = middle, missing - passed
        else:
            end = middle
    return end


def _blank(block: bytes) -> int:
    return len(re.findall(rb"\n(?=\n)", block)) if b"\n\n" in block else 0


def _check_length(length: int, line: int) -> None:
    if length > limits.MOST_RECORD_BYTES:
        most = limits.in_words(limits.MOST_RECORD_BYTES)
        detail = f"Line {line} is longer than {most}, the most that is read."
        raise refusal("too_long_line", detail, "Give every record a line of its own.")
