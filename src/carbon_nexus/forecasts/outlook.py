"""All of a tenant's series 31 days ahead, such that parts add up to their whole, with bands and measured error."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from carbon_nexus.forecasts.bands import Bands, bands
from carbon_nexus.forecasts.model import HISTORY_DAYS, HORIZON_DAYS, Level, Status
from carbon_nexus.forecasts.panel import Flags, Floats, Panel, panel
from carbon_nexus.forecasts.reconcile import Points, ends_of, points_of, step_of
from carbon_nexus.forecasts.told import lack, series_of, told

HISTORY_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("entity", "entity_type", "event_type"), pl.String),
    "day": pl.Date,
    "value": pl.Float64,  # the day's sum, at least 0
}
"""A day without a row has no events."""

OUTLOOK_SCHEMA: dict[str, Any] = {
    "level": pl.String,
    "entity": pl.String,  # these three null where the level sums over them
    "entity_type": pl.String,
    "event_type": pl.String,
    "status": pl.String,
    "reason": pl.String,  # also of a forecast that lacks something
    "model": pl.String,  # Method; null without a forecast
    "history_days": pl.Int64,  # with a value, zeros counted
    "first_day": pl.Date,
    "last_day": pl.Date,
    "points": pl.List(pl.Float64),  # 31 days, `today` first; empty without a forecast, as the lists below
    "quantiles": pl.List(pl.Float64),  # 9 x 31: all days of the first of QUANTILES, then of the second
    "cumulative": pl.List(pl.Float64),  # 9 x 31: quantiles of the sum from today to each day
    "origins": pl.Int64,  # past forecasts that the measured error is of
    "mase": pl.Float64,  # null where not measured, as the three below
    "coverage_80": pl.Float64,
    "coverage_95": pl.Float64,
    "winkler_95": pl.Float64,  # in units of the mean weekly change, as mase
    "before": pl.List(pl.Float64),  # the 7 days before today, by what was known before them; empty if it could not be
}
"""One row a series; keys: level, entity, entity_type, event_type."""

CHANGE_DAYS = 365


def outlook(history: pl.DataFrame, today: date, closed: Collection[date]) -> pl.DataFrame:
    """The outlook (OUTLOOK_SCHEMA) of the history (HISTORY_SCHEMA) of full days before `today`.

    `closed` are the days, past and ahead, on which the tenant rests as on a Sunday. Values must be finite and from 0 to
    LARGEST_VALUE. Days more than HISTORY_DAYS before today are not looked at; a history without others gives one row,
    the tenant's, that says so.
    """
    past = history.filter(pl.col("day") < today, pl.col("day") >= today - timedelta(days=HISTORY_DAYS))
    if past.is_empty():
        nothing = {"level": Level.TENANT.value, "status": Status.INSUFFICIENT_HISTORY.value, "reason": lack(0, 0, 0)}
        empty: dict[str, Any] = {name: [] for name, kind in OUTLOOK_SCHEMA.items() if isinstance(kind, pl.List)}
        return pl.DataFrame([nothing | empty | {"history_days": 0, "origins": 0}], schema=OUTLOOK_SCHEMA)
    seen = panel(past, today, closed)
    entities = seen.subjects.select("entity", "entity_type").unique(maintain_order=True)
    numbered = entities.with_row_index("at").join(seen.subjects, on=("entity", "entity_type"), maintain_order="right")
    entity_of = numbered["at"].to_numpy().astype(np.int64)
    found, values = points_of(seen, entity_of), series_of(seen, entity_of)
    spread = bands(found.points, found.errors[:, :-1], _change(values), step_of(ends_of(values.shape[1])))
    columns = _keys(seen, entities), told(seen, values, found, entity_of), _numbers(found, spread)
    rows = pl.concat(columns, how="horizontal")
    return rows.select(pl.col(name).cast(kind) for name, kind in OUTLOOK_SCHEMA.items())


def _keys(seen: Panel, entities: pl.DataFrame) -> pl.DataFrame:
    """Level and names of all series, in the order of `Points`."""
    types = pl.DataFrame({"event_type": seen.event_types})
    levels = {Level.TENANT: pl.DataFrame([{}]), Level.EVENT_TYPE: types, Level.ENTITY: entities}
    levels |= {Level.SUBJECT: seen.subjects, Level.REST: types}
    named = [rows.with_columns(level=pl.lit(level.value)) for level, rows in levels.items()]
    return pl.concat(named, how="diagonal")


def _change(values: Floats) -> Floats:
    """Mean absolute change of the last year from a day to the same weekday a week later (R)."""
    recent = values[:, -CHANGE_DAYS:]
    change = np.abs(recent[:, 7:] - recent[:, :-7])
    known = np.isfinite(change).sum(axis=1)
    return np.asarray(np.nan_to_num(change).sum(axis=1) / np.where(known, known, np.nan))


def _numbers(found: Points, spread: Bands) -> pl.DataFrame:
    """Points, bands and measured error; empty lists where there is no forecast, nulls where nothing is measured."""
    made, made_before = found.made[:, -1], (found.made[:, -2] if found.made.shape[1] > 1 else False * found.made[:, -1])
    week_before = found.points[:, max(found.points.shape[1] - 2, 0), :HORIZON_DAYS]
    lists = {"points": found.points[:, -1], "quantiles": spread.quantiles, "cumulative": spread.cumulative}
    measured = {"mase": spread.mase, "coverage_80": spread.coverage_80, "coverage_95": spread.coverage_95}
    measured |= {"winkler_95": spread.winkler_95}
    return pl.DataFrame(
        [_lists(name, each, made) for name, each in lists.items()]
        + [_lists("before", week_before, made_before), pl.Series("origins", spread.origins)]
        + [pl.Series(name, each, nan_to_null=True) for name, each in measured.items()]
    )


def _lists(name: str, values: Floats, made: Flags) -> pl.Series:
    flat = pl.Series(name, values.reshape(len(values), -1))
    rows = pl.DataFrame({name: flat.arr.to_list(), "made": made})
    nothing = pl.lit([], dtype=pl.List(pl.Float64))
    return rows.select(pl.when("made").then(name).otherwise(nothing).alias(name)).to_series()
