"""The words of gap filling: what is asked, what may be filled where, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from carbon_nexus.emissions.entity import ROAD_TYPES, SITE_TYPES
from carbon_nexus.predictions.standins import FILLABLE

EVENT_TYPES_OF = {name: SITE_TYPES if name == "energy_kwh" else ROAD_TYPES for name in FILLABLE}
"""Which events a field is filled in: meters belong to sites; a trip's electricity is modelled, not filled."""

KEY = ("entity", "entity_type", "event_type")
"""Whose values an estimate is made from: one entity's, of one type of event."""

FEWEST_VALUES = 20  # of its own: below them 95 % of the errors is not a number of errors
FEWEST_REGRESSED = 60
FEWEST_IN_CELL = 5
FOLDS = 5
REGRESSION_MARGIN = 0.95  # what the regression's error may be of the best median's, for it to be taken
NEAREST_VALUES = 5_000  # of an entity, nearest in time to what it lacks: seven months of hours
MOST_ROWS = 50_000  # filled in one call
MOST_GROUPS = 200  # entities and fields in one call: each may cost six regressions of up to 30 ms

FEATURES = (
    "distance_km", "load_kg", "speed", "energy_kwh", "fuel_litres", "furnace_usage", "cooling_load", "shift_hours",
    "temperature", "refrigeration_load", "inventory_volume", "traffic_score", "stop_events", "delivery_count",
    "idle_hours", "gas_kwh", "period_hours",
)  # fmt: skip
"""Fields of an event that a regression may read, beside hour of day and day of week."""

ROW_SCHEMA = {
    "event_id": pl.Int64(),
    "event_time": pl.Datetime("us", "UTC"),
    **dict.fromkeys(KEY, pl.String()),
    **dict.fromkeys(FEATURES, pl.Float64()),
}
"""An event as an estimate of one of its fields reads it."""

MEDIAN, BY_HOUR, REGRESSION = "median", "median by hour of day and day type", "regression"
PER = {"period_hours": "median per hour of the period", "shift_hours": "median per hour of the shift"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which gaps: these fields, of one entity or all, of events with since <= time < until."""

    fields: tuple[str, ...] = FILLABLE
    entity: str | None = None
    entity_type: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one call may still fill."""

    rows: int = MOST_ROWS
    groups: int = MOST_GROUPS


@dataclass(frozen=True, slots=True)
class FillResult:
    """What a call filled, by entity and field, rows of GROUP_SCHEMA.

    `left` are values that another call would fill; `not_fillable` those of entities with too few values of their own,
    of which at most MOST_GROUPS are listed.
    """

    filled: int = 0
    events: int = 0
    left: int = 0
    not_fillable: int = 0
    groups: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many stand-ins were taken back, of how many events, and how many the next call would take."""

    values: int
    events: int
    left: int


GROUP_SCHEMA = {
    **dict.fromkeys(KEY, pl.String()),
    "field": pl.String(),
    **dict.fromkeys(("lacking", "filled"), pl.Int64()),
    "method": pl.String(),
    "sample_size": pl.Int64(),
    **dict.fromkeys(("median_error", "regression_error"), pl.Float64()),
    **dict.fromkeys(("typical_value", "typical_low", "typical_high"), pl.Float64()),
    "reason": pl.String(),
}
"""What became of the gaps of one entity in one field.

Errors are mean absolute out-of-fold errors in the field's unit, of the best median and of the regression, null where
there was none; `method` is that of most of the values, and the typical value with its interval their medians.
"""


def too_few(values: int) -> str:
    """Why nothing is filled from so many own values."""
    return f"{values} of the {FEWEST_VALUES} values of its own that an estimate needs"
