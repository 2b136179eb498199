"""The words of a file: its kind, what is known of it once it has arrived, and its rows in parts."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

import polars as pl

MISFIT_SCHEMA = {"line": pl.Int64, "text": pl.String, "rule": pl.String, "remedy": pl.String}


class Kind(StrEnum):
    """The kinds of file that are read, told by content and never by name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Facts:
    """What is known of a file once it has arrived; kept beside an ingest job so that the job can be resumed.

    `names` are the columns as received (cells of a header are trimmed, keys of JSON are not). `sha256` and `size_bytes`
    are of the bytes as sent. `rows` is exact for XLSX, JSON and Parquet; for CSV and NDJSON it is an upper bound until
    the file is read: it counts the lines that are not blank, and a quoted value may span lines. `notes` are sentences
    for the sender about what was decided for them (an encoding guessed, a sheet chosen).
    """

    kind: Kind
    names: tuple[str, ...]
    rows: int
    sha256: str
    size_bytes: int
    encoding: str | None
    delimiter: str | None
    packed: bool
    sheet: str | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON-able values."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return kept | {"kind": self.kind.value, "names": list(self.names), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """From what `to_json` gave."""
        read = {"kind": Kind(kept["kind"]), "names": tuple(kept["names"]), "notes": tuple(kept["notes"])}
        return cls(**(kept | read))


@dataclass(frozen=True)
class Part:
    """Consecutive rows: all columns text under `Facts.names`, in that order.

    `lines` is the line each row starts on (the row of the sheet, the number of the record), as long as `frame`.
    `misfits` (MISFIT_SCHEMA) stand where a row should and are none, such as a row with too many fields.
    """

    frame: pl.DataFrame
    lines: pl.Series
    misfits: pl.DataFrame
