"""What shows whether a column was recognised rightly: its first different values, and how many rows fill it."""

from collections.abc import Sequence

import polars as pl

from carbon_nexus.activities.model import MISSING_WORDS, shown

MOST_SAMPLES = 5
_FIRST_ROWS = 200  # most columns show as many different values in these as are wanted
Seen = tuple[tuple[str, ...], float | None]


def texts(sample: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The different values of text columns, trimmed, without missing ones, column by column in the order received."""
    known = [sample.get_column(name).alias("text") for name in columns if sample.schema.get(name) == pl.String]
    every = pl.concat(known) if known else pl.Series("text", [], dtype=pl.String)
    return every.to_frame().select(_given(pl.col("text")).unique(maintain_order=True))["text"]


def samples_and_fill(sample: pl.DataFrame) -> dict[str, Seen]:
    """By text column, the first few different values as they may be repeated, and the percentage of rows with one."""
    names = [name for name, kind in sample.schema.items() if kind == pl.String]
    # numbered, as a name such as ^.*$ would be read as a pattern
    numbered = pl.DataFrame([sample.get_column(name).alias(str(at)) for at, name in enumerate(names)])
    filled = numbered.select(_is_given(pl.all().str.strip_chars()).mean() * 100).row(0) if names else ()
    first = _first_values(numbered.head(_FIRST_ROWS))
    few = [name for name, values in first.items() if len(values) < MOST_SAMPLES]
    if sample.height > _FIRST_ROWS:
        first |= _first_values(numbered.select(few))
    return {
        name: (tuple(str(shown(text)) for text in first[number]), None if share is None else round(share, 2))
        for name, number, share in zip(names, numbered.columns, filled, strict=True)
    }


def _first_values(frame: pl.DataFrame) -> dict[str, list[str]]:
    columns = (_given(pl.col(name)).unique(maintain_order=True).head(MOST_SAMPLES).implode() for name in frame.columns)
    return {column.name: column.to_list()[0] for column in frame.select(columns)}


def _given(text: pl.Expr) -> pl.Expr:
    trimmed = text.str.strip_chars()
    return trimmed.filter(_is_given(trimmed))


def _is_given(trimmed: pl.Expr) -> pl.Expr:
    return ~trimmed.is_in(MISSING_WORDS).fill_null(True)
