"""The rows of a workbook's first sheet with rows, every cell as text. The sheet is in memory as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from carbon_nexus.files import limits
from carbon_nexus.files.blocks import misfit_frame
from carbon_nexus.files.model import Facts, Part
from carbon_nexus.files.refusals import empty, refusal

MOMENT = r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$"
# a time of day or an elapsed time ([h]:mm) is kept as days since 1899; nothing that is reported happened in 1900
ELAPSED = r"^(1899|1900)-"
LEAP_BUG = pl.datetime(1900, 3, 1)  # Excel counts a 29 February 1900, so the days before it are numbered one less


@dataclass(frozen=True)
class Sheet:
    """The sheet that is read: its name, the names of all sheets, its header, and how many rows stand after it."""

    name: str
    among: tuple[str, ...]
    header: tuple[str | None, ...]
    rows: int


def first_sheet(path: Path) -> Sheet:
    """The first visible sheet that has rows. Raises InvalidInput if there is none, or the workbook cannot be read."""
    try:
        reader = fastexcel.read_excel(path)
        for name in reader.sheet_names:
            sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible == "visible" and sheet.width > 0:
                cells = sheet.to_polars()
                header = _header_row(cells)
                return Sheet(name, tuple(reader.sheet_names), cells.row(header), cells.height - header - 1)
    except fastexcel.FastExcelError as error:
        raise _unreadable(error) from None
    raise empty("No visible sheet of the workbook has rows.")


def sheet_parts(path: Path, facts: Facts, skip: int) -> Iterator[Part]:
    """The rows in parts, lines being rows of the sheet. Dates are ISO 8601, numbers their shortest exact digits."""
    cells = _cells(path, facts.sheet or "")
    header = _header_row(cells)
    count = limits.rows_per_part(len(facts.names))
    for start in range(header + 1 + skip * count, cells.height, count):
        rows = cells.slice(start, count)
        frame = rows.rename(dict(zip(rows.columns, facts.names, strict=True)))
        numbers = pl.int_range(start + 1, start + 1 + frame.height, eager=True).alias("line")
        yield Part(frame, numbers, misfit_frame([]))


def _cells(path: Path, sheet: str) -> pl.DataFrame:
    """All cells from row 1 on as text; the columns have numbers for names."""
    try:
        reader = fastexcel.read_excel(path)
        texts = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
        numbers = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="float").to_polars()
    except fastexcel.FastExcelError as error:
        raise _unreadable(error) from None
    return texts.select(_exact(texts[name], numbers[name]).alias(str(at)) for at, name in enumerate(texts.columns))


def _exact(texts: pl.Series, numbers: pl.Series) -> pl.Series:
    """The reader's texts, with moments as ISO 8601 and with the digits of numbers it left out beyond nine decimals."""
    moment = texts.str.contains(MOMENT)
    if moment.any():
        texts = _iso(texts).zip_with(moment.fill_null(False), texts)
    rounded = (texts.cast(pl.Float64, strict=False) != numbers).fill_null(False)
    if rounded.any():
        texts = numbers.cast(pl.String).str.strip_suffix(".0").zip_with(rounded, texts)
    return texts


def _iso(texts: pl.Series) -> pl.Series:
    moments = texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ms", strict=False)
    frame = pl.select(text=texts, moment=moments)
    start = pl.when(pl.col("moment") < LEAP_BUG).then(pl.datetime(1899, 12, 31)).otherwise(pl.datetime(1899, 12, 30))
    elapsed = pl.col("moment") - start
    hours = elapsed.dt.total_hours().cast(pl.String).str.zfill(2)
    clock = hours + pl.col("text").str.extract(r"(:\d\d:\d\d.*)$")
    iso = pl.col("text").str.replace(" ", "T", literal=True)
    return frame.select(pl.when(pl.col("text").str.contains(ELAPSED)).then(clock).otherwise(iso)).to_series()


def _header_row(cells: pl.DataFrame) -> int:
    filled = cells.select(pl.any_horizontal(pl.all().str.strip_chars().str.len_bytes() > 0)).to_series()
    row = filled.arg_max() if filled.any() else None
    if row is None:
        raise empty("The sheet has no header row.")
    return row


def _unreadable(error: Exception) -> Exception:
    why = str(error).splitlines()[0][:300]
    return refusal("bad_workbook", f"The workbook cannot be read: {why}.", "Open it and save it as .xlsx again.")
