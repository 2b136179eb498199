"""A target's month day by day: what was emitted, and the totals that are forecast. Pure.

Of the running day a forecast tells the whole, so what is still to come of it is the forecast less what has come, and
never below zero. A forecast of the day before counts on: the days since are as they were, and the spread of its sums,
wider for the day that has passed, is kept around the points of the days that follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from carbon_nexus.forecasts.model import QUANTILES, Status
from carbon_nexus.targets.model import Month, Target

Kg = NDArray[np.float64]
DAY = timedelta(days=1)
LONGEST_STALE = DAY  # after which a forecast says nothing: the nightly one has failed
KEY = ("level", "entity", "entity_type", "event_type")
NO_FORECAST = "there is no forecast of it yet: none of its days is over, or the first one is being made"


@dataclass(frozen=True)
class Ahead:
    """What is forecast of a month from the day `first` on, kg CO2e; arrays of one entry a day, empty without a
    forecast.

    `daily` are whole days, `total` the month's sum at the end of each, `quantiles` of these sums (a row for each of
    QUANTILES). `reason` says why it ends before the month does.
    """

    first: date
    daily: Kg
    total: Kg
    quantiles: Kg
    reason: str | None

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.daily.size


@dataclass(frozen=True)
class Course:
    """One target in one month: kg CO2e, the kg of these that stand-ins made, and events, one entry for each day of the
    month up to today; none for a month to come. `ahead` is empty of a month that is over.
    """

    target: Target
    month: Month
    kg: Kg
    filled_kg: Kg
    event_count: NDArray[np.int64]
    ahead: Ahead

    @property
    def cumulative(self) -> Kg:
        """The month's sum at the end of each of these days."""
        return np.cumsum(self.kg)

    @property
    def spent_kg(self) -> float:
        """The month's sum so far."""
        return float(self.cumulative[-1]) if self.kg.size else 0.0


def courses(
    targets: Sequence[Target], month: Month, today: date, days: pl.DataFrame, outlooks: pl.DataFrame | None
) -> list[Course]:
    """The course of each of the targets, in their order.

    `days` has DAY_SCHEMA; `outlooks` the forecast series with origin_day, or is None: nobody looked ahead.
    """
    elapsed = min(max((today - month.first).days + 1, 0), month.length)
    place = pl.DataFrame(
        {"target_id": [each.id for each in targets], "_row": range(len(targets))},
        schema={"target_id": pl.Int64, "_row": pl.Int64},
    )
    known = days.join(place, on="target_id").with_columns(_day=(pl.col("day") - month.first).dt.total_days())
    shape = (len(targets), elapsed)
    kg, filled, count = (
        _spread(known, name, shape, kind) for name, kind in (("kg", float), ("filled_kg", float), ("event_count", int))
    )
    series = {} if outlooks is None else _series(targets, outlooks)
    return [
        Course(target, month, kg[row], filled[row], count[row], _ahead(series.get(target.id), month, today, kg[row]))
        for row, target in enumerate(targets)
    ]


def _spread(known: pl.DataFrame, name: str, shape: tuple[int, int], kind: type) -> NDArray[Any]:
    values: NDArray[Any] = np.zeros(shape, kind)
    values[known["_row"].to_numpy(), known["_day"].to_numpy()] = known[name].to_numpy()
    return values


def _series(targets: Sequence[Target], outlooks: pl.DataFrame) -> dict[int, Mapping[str, Any]]:
    """The forecast series of each target by its id."""
    wanted = pl.DataFrame(
        [(each.id, each.level.value, *each.scope) for each in targets],
        schema={"target_id": pl.Int64, **dict.fromkeys(KEY, pl.String)},
        orient="row",
    )
    told = ("target_id", "status", "reason", "points", "cumulative", "origin_day")
    found = wanted.join(outlooks, on=list(KEY), nulls_equal=True).select(told)
    return {row["target_id"]: row for row in found.iter_rows(named=True)}


def _ahead(series: Mapping[str, Any] | None, month: Month, today: date, kg: Kg) -> Ahead:
    start = max(today, month.first)
    if month.last < today:
        return _nothing(start, None)
    lack = lacking(series, today)
    if series is None or lack:
        return _nothing(start, lack)
    offset = (start - series["origin_day"]).days
    points = np.asarray(series["points"], float)
    last = min(month.last, series["origin_day"] + (points.size - 1) * DAY)
    length = (last - start).days + 1
    reason = None if last == month.last else f"the forecast reaches to {last:%Y-%m-%d}, and the month further"
    if length <= 0:
        return _nothing(start, reason)
    error = np.asarray(series["cumulative"], float).reshape(len(QUANTILES), -1) - np.cumsum(points)
    daily = points[offset : offset + length].copy()
    before, so_far = (kg[:-1], kg[-1]) if start == today else (kg, 0.0)
    daily[0] = max(daily[0], so_far)
    total = np.cumsum([*before, *daily])[before.size :]  # in the order in which what came is summed
    # no sum is below what has come, and none falls
    above = np.maximum(total + error[:, offset : offset + length], np.cumsum([0.0, *kg])[-1])
    return Ahead(start, daily, total, np.maximum.accumulate(above, axis=1), reason)


def lacking(series: Mapping[str, Any] | None, today: date) -> str | None:
    """Why this forecast series tells nothing; None: it does."""
    if series is None:
        return NO_FORECAST
    if series["status"] != Status.OK:
        return f"there is no forecast of it: {series['reason']}"
    if today - series["origin_day"] > LONGEST_STALE:
        return f"its forecast is of {series['origin_day']:%Y-%m-%d} and has not been renewed since"
    return None


def _nothing(start: date, reason: str | None) -> Ahead:
    return Ahead(start, np.empty(0), np.empty(0), np.empty((len(QUANTILES), 0)), reason)
