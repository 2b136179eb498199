"""What the tests of this room begin with."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.activities.validate import Checked, validate

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
HEAD = "event_type,supplier_id,timestamp"
GOOD = "logistics,S1,2026-03-01T08:00:00Z"
ALSO = {"id": "external_id", "supplier": "supplier_id", "date": "timestamp"}


def table(text: str) -> pl.DataFrame:
    header, *rows = csv.reader(io.StringIO(text))
    return pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String()), orient="row")


def check(text: str, **reading: Any) -> Checked:
    """The rows of a plain CSV, its columns taken by their name; `reading` is further parts of the mapping."""
    rows = table(text)
    fields = {name: ALSO.get(name, name) for name in rows.columns}
    mapping = Mapping({field: name for name, field in fields.items() if field in FIELD_OF})
    return validate(rows, pl.int_range(2, rows.height + 2, eager=True), replace(mapping, **reading), NOW, "csv")


def check_value(field: str, value: str, **reading: Any) -> Checked:
    """One good row with `field` set to `value`."""
    row = {"event_type": "logistics", "supplier_id": "S1", "timestamp": "2026-03-01T08:00:00Z"} | {field: value}
    return check(pl.DataFrame([row]).write_csv(), **reading)


def problems_of(checked: Checked) -> list[dict[str, str]]:
    """All problems of the only rejected row."""
    (problems,) = checked.rejected["problems"].to_list()
    return list(problems)


def broken_rule(checked: Checked) -> str:
    """The only rule that the only rejected row breaks."""
    (problem,) = problems_of(checked)
    return problem["rule"]
