"""The words of a baseline."""

from datetime import timedelta

import polars as pl

WINDOW = timedelta(days=56)  # eight weeks: enough weekends for an hourly cell, recent enough to follow the entity
MIN_SAMPLE = 10  # events below which an entity is young and nothing is compared with it
MIN_CELL_SAMPLE = 5  # the same for one hour-of-day cell; below it the entity's overall value stands in
ALL_TIMES = 0  # the season cell that holds every hour
METERED = ("factory", "warehouse")  # event types with a daily rhythm: they get a cell per hour of day and day type
METHOD = "median"
METHOD_BY_HOUR = "median by hour of day and day type"

KEY = ("entity", "entity_type", "event_type", "activity_unit", "season_cell")

OBSERVATION_SCHEMA = {
    "entity": pl.String,
    "entity_type": pl.String,
    "event_type": pl.String,
    "activity_unit": pl.String,
    "event_time": pl.Datetime("us", "UTC"),
    "activity": pl.Float64,
    "co2e_kg": pl.Float64,
}

TYPICAL_SCHEMA = {
    "entity": pl.String,
    "entity_type": pl.String,
    "event_type": pl.String,
    "activity_unit": pl.String,
    "season_cell": pl.Int64,
    "baseline_value": pl.Float64,
}
