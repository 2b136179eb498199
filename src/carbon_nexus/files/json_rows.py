"""The rows of NDJSON: whole blocks at once where every line is a flat object, else line by line."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from carbon_nexus.files import limits
from carbon_nexus.files.blocks import Misfit, block_at, misfit_frame, numbered, row_count
from carbon_nexus.files.json_values import ONE_LINE, NoRecord, record_of_line
from carbon_nexus.files.model import Facts, Part


def json_parts(path: Path, facts: Facts, skip: int) -> Iterator[Part]:
    """The rows in parts, each one block of lines; a missing key is null, and so is null."""
    position, line, most_lines = 0, 1, limits.rows_per_part(len(facts.names))
    with path.open("rb") as file:
        while block := block_at(file, position, most_lines):
            if skip > 0:
                skip -= 1
            else:
                yield _part(block, line, facts.names)
            position, line = position + len(block), line + block.count(b"\n")


def collect_names(path: Path) -> list[str]:
    """All keys of all objects, in order of first appearance; a part is in memory at a time.

    Stops reading once there are more than MOST_COLUMNS; which is then for the caller to refuse.
    """
    names, position = dict[str, None](), 0
    with path.open("rb") as file:
        while len(names) <= limits.MOST_COLUMNS and (block := block_at(file, position, limits.rows_per_part(1))):
            position += len(block)
            if not names:
                names |= dict.fromkeys(_keys(block[: block.find(b"\n") + 1] or block))
            if names and even_objects(block, tuple(names)) is not None:
                continue
            for _, text in numbered(block, 1):
                names |= dict.fromkeys(_keys(text))
    return list(names)


def even_objects(block: bytes, names: tuple[str, ...]) -> pl.DataFrame | None:
    """All rows of a block at once, if every line is a flat object with keys among `names`, each once; else None.

    Polars takes the first of a repeated key, leaves out an unknown one, and reads half a surrogate pair as NUL. The
    first two betray themselves: every key is followed by a colon, and there are as many as cells and nulls. It reads
    numbers of up to 64 bits exactly and others as floats; their shortest digits stay.
    """
    # a single byte is looked for much faster than two
    if b" :" in block or (b"\t" in block and b"\t:" in block):
        return None
    if b"\\" in block and (b"\\ud" in block or b"\\uD" in block):
        return None
    try:
        frame = pl.read_ndjson(block, schema=dict.fromkeys(names, pl.String()))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    cells = frame.height * frame.width - sum(frame.null_count().row(0))
    nulls = block.count(b'":null') + block.count(b'": null')
    return frame if frame.height == row_count(block) and block.count(b'":') == cells + nulls else None


def _keys(text: bytes) -> list[str]:
    try:
        return list(record_of_line(text))
    except NoRecord:
        return []


def _part(block: bytes, line: int, names: tuple[str, ...]) -> Part:
    frame = even_objects(block, names)
    if frame is None:
        return _line_by_line(block, line, names)
    numbers = pl.int_range(line, line + frame.height, eager=True).alias("line")
    return Part(frame, numbers, misfit_frame([]))


def _line_by_line(block: bytes, line: int, names: tuple[str, ...]) -> Part:
    """As Python objects, the only way to tell which lines are no objects and to keep nested values as text."""
    numbers, rows, misfits = list[int](), list[dict[str, str | None]](), list[Misfit]()
    for number, text in numbered(block, line):
        try:
            rows.append(record_of_line(text))
            numbers.append(number)
        except NoRecord as broken:
            misfits.append((number, text.decode(), str(broken), ONE_LINE))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
    return Part(frame, pl.Series("line", numbers, dtype=pl.Int64), misfit_frame(misfits))
