"""The rows of a file that was received, in parts."""

from collections.abc import Callable, Iterator
from pathlib import Path

from carbon_nexus.files.csv_rows import csv_parts
from carbon_nexus.files.json_rows import json_parts
from carbon_nexus.files.model import Facts, Kind, Part
from carbon_nexus.files.parquet_rows import parquet_parts
from carbon_nexus.files.sheet_rows import sheet_parts

READERS: dict[Kind, Callable[[Path, Facts, int], Iterator[Part]]] = {
    Kind.CSV: csv_parts,
    Kind.XLSX: sheet_parts,
    Kind.JSON: json_parts,
    Kind.NDJSON: json_parts,
    Kind.PARQUET: parquet_parts,
}


def parts(path: Path, facts: Facts, skip: int = 0) -> Iterator[Part]:
    """The rows of `path`, as `receive` left it, in order; `skip` leaves out that many first parts.

    The same path and facts always give the same parts. Blank lines are left out; rows of empty cells are not.
    Raises InvalidInput, also after some parts, where the file turns out to be damaged: a quote that is never closed,
    or a page of Parquet that cannot be unpacked.
    """
    return READERS[facts.kind](path, facts, skip)
