"""The words of saved scenarios. Standard library only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MOST_SCENARIOS = 500  # of a tenant
MOST_SHOWN_RUNS = 20
MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Run:
    """What a scenario came to once: `spec` is the question and `result` the answer, both as they are shown."""

    id: int
    scenario_id: int
    version: int
    spec: dict[str, Any]
    result: dict[str, Any]
    first_day: date
    last_day: date
    factor_set: str
    event_count: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario in its present version."""

    id: int
    name: str
    note: str | None
    version: int
    spec: dict[str, Any]
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
