"""What the tests of this room begin with."""

from datetime import UTC, datetime

import polars as pl

from carbon_nexus.activities.parse import read_csv
from carbon_nexus.activities.validate import Checked, validate

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
HEAD = "event_type,supplier_id,timestamp"
GOOD = "logistics,S1,2026-03-01T08:00:00Z"


def check(csv: str | bytes) -> Checked:
    return validate(read_csv(csv.encode() if isinstance(csv, str) else csv), NOW, "csv")


def check_value(field: str, value: str) -> Checked:
    """One good row with `field` set to `value`."""
    row = {"event_type": "logistics", "supplier_id": "S1", "timestamp": "2026-03-01T08:00:00Z"} | {field: value}
    return check(pl.DataFrame([row]).write_csv())


def broken_rule(checked: Checked) -> str:
    """The only rule that the only rejected row breaks."""
    ((problem,),) = (reject.problems for reject in checked.rejected.first)
    return problem.rule
