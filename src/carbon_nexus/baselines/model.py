"""The words of a baseline."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import polars as pl


class Metric(StrEnum):
    """What a baseline is of: kg of one event per unit of its activity, or all kg of a UTC day."""

    INTENSITY = "intensity"
    ABSOLUTE = "absolute"


class Sufficiency(StrEnum):
    """Whether what is known of an entity is enough to compare with."""

    OK = "ok"
    YOUNG = "young"
    DISQUALIFIED = "disqualified"


WINDOW = timedelta(days=56)  # eight weeks: enough weekends for an hourly cell, recent enough to follow the entity
STATE_WINDOW = timedelta(days=112)  # history from which a streaming state is made anew: it forgets half in a week
MIN_SAMPLE = 10  # events below which an entity is young: what it is compared with is its type's as well
MIN_CELL_SAMPLE = 5  # the same for one season cell; below it the entity's overall value stands in
MUCH_NEWS = 0.25  # of a baseline's sample: a batch that brings as much makes it anew at once, as of a long file,
LEAST_NEWS = 168  # where it is this many events of the entity, a week of hours: fewer are compared with what was
MIN_PEERS = 3  # entities of one type, event type and unit that make a typical value of the type
ALL_TIMES = 0  # the season cell that holds every hour
METERED = ("factory", "warehouse")  # event types with a daily rhythm: they get a cell per hour of day and day type
DAY_UNIT = "day"  # what an absolute baseline is per
METHOD = "median"
METHOD_BY_HOUR = "median by hour of day and day type"
METHOD_BY_DAY = "median by day type"

SERIES = ("entity", "entity_type", "event_type", "metric", "activity_unit")
"""What is learnt by itself."""

KEY = (*SERIES, "season_cell")
PEERS = ("entity_type", "event_type", "metric", "activity_unit")
"""Entities that agree in these tell of each other what is usual."""

MOMENT = pl.Datetime("us", "UTC")

OBSERVATION_SCHEMA = {
    **dict.fromkeys(SERIES, pl.String),
    "event_time": MOMENT,
    "activity": pl.Float64,
    "co2e_kg": pl.Float64,
}

TYPICAL_SCHEMA = {
    **dict.fromkeys(SERIES, pl.String),
    "season_cell": pl.Int64,
    "baseline_value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "sufficiency": pl.String,
    "sample_size": pl.Int64,
}

PEER_SCHEMA = {
    **dict.fromkeys(PEERS, pl.String),
    "peer_value": pl.Float64,
    "peer_low": pl.Float64,
    "peer_high": pl.Float64,
    "peers": pl.Int64,
}

DAY_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type"), pl.String),
    "day": pl.Date,
    "co2e_kg": pl.Float64,
    "event_count": pl.Int64,
    "scored": pl.Boolean,
}

STATE_SCHEMA: dict[str, Any] = {**dict.fromkeys(SERIES, pl.String), "state": pl.Binary, "last_at": MOMENT}
