"""The rows of a Parquet file, a slice at a time, every column as text without loss."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from carbon_nexus.errors import InvalidInput
from carbon_nexus.files import limits
from carbon_nexus.files.blocks import misfit_frame
from carbon_nexus.files.model import Facts, Part
from carbon_nexus.files.parquet_footer import row_groups
from carbon_nexus.files.refusals import refusal, too_large

UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
NO_TEXT = ("Binary", "Object", "Unknown")


def check_parquet(path: Path) -> tuple[list[str], int]:
    """The names of the columns and the number of rows.

    Raises InvalidInput for a file that cannot be read, is larger than is read, or has columns of bytes.
    """
    groups = row_groups(path)
    rows = sum(group.rows for group in groups)
    try:
        schema = pl.read_parquet_schema(path)
        counted = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    except UNREADABLE as error:
        raise _unreadable(error) from None
    if counted != rows:
        raise _unreadable("its footer contradicts itself")
    if sum(group.size_bytes for group in groups) > limits.MOST_PARQUET_BYTES:
        raise too_large("The uncompressed Parquet file", limits.MOST_PARQUET_BYTES, "Send it in parts.")
    if rows > limits.MOST_ROWS:
        detail = f"The file has {rows:,} rows; at most {limits.MOST_ROWS:,} are read."
        raise refusal("too_many_rows", detail, "Send it in parts.")
    if any(group.rows * len(schema) > limits.MOST_ROW_GROUP_CELLS for group in groups):
        detail = f"A row group has more than {limits.MOST_ROW_GROUP_CELLS:,} cells."
        raise refusal("too_large", detail, "Write the file with smaller row groups.")
    _check_types(schema)
    return list(schema), rows


def parquet_parts(path: Path, facts: Facts, skip: int) -> Iterator[Part]:
    """The rows in parts, lines being numbers of rows from 1. Raises InvalidInput where the file is damaged."""
    count = limits.rows_per_part(len(facts.names))
    for start in range(skip * count, facts.rows, count):
        frame = _slice(path, start, count).rename(_new_names(path, facts))
        numbers = pl.int_range(start + 1, start + 1 + frame.height, eager=True).alias("line")
        yield Part(frame, numbers, misfit_frame([]))


def _new_names(path: Path, facts: Facts) -> dict[str, str]:
    return dict(zip(pl.read_parquet_schema(path), facts.names, strict=True))


def _slice(path: Path, start: int, count: int) -> pl.DataFrame:
    try:
        rows = pl.scan_parquet(path, glob=False).slice(start, count)
        return rows.select(_text(name, dtype) for name, dtype in rows.collect_schema().items()).collect()
    except UNREADABLE as error:
        raise _unreadable(error) from None


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as text: moments ISO 8601 (with their offset if they have one), nested values JSON."""
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        # without the zeros of a whole second
        return column.dt.to_string("iso:strict").str.replace(r"\.0+([+-]|$)", "$1")
    if isinstance(dtype, pl.Duration):
        return column.dt.to_string("iso")
    if dtype.is_nested():
        wrapped = pl.struct(column.alias("x")).struct.json_encode()
        inner = wrapped.str.strip_prefix('{"x":').str.head(-1)
        return pl.when(column.is_not_null()).then(inner).alias(name)
    return column.cast(pl.String)


def _check_types(schema: dict[str, pl.DataType]) -> None:
    rule = "holds bytes, which are no text. Leave it out, or write it as text."
    problems = [
        {"type": "unreadable_column", "loc": ["file", name], "msg": f"Column '{name}' {rule}", "input": str(dtype)}
        for name, dtype in schema.items()
        if any(kind in str(dtype) for kind in NO_TEXT)
    ]
    if problems:
        raise InvalidInput(problems, "Nothing was stored.")


def _unreadable(why: object) -> Exception:
    first = (str(why).splitlines() or ["it is damaged"])[0][:300]
    return refusal("bad_parquet", f"The Parquet file cannot be read: {first}.", "Write the file again.")
