"""One series of a run as it is shown: its days, bands, sum, parts, and the last forecast beside what came. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

import polars as pl

from carbon_nexus.errors import InvalidInput, NotFound
from carbon_nexus.forecasts.model import HISTORY_DAYS, HORIZON_DAYS, LEVELS, LONGEST_HORIZON, QUANTILES, Level, Metric

DAY = timedelta(days=1)
MOST_PARTS = 20
UNITS = {Metric.CO2E_KG: "kg CO2e per day", Metric.EVENT_COUNT: "events per day"}
KEY = ("level", "entity", "entity_type", "event_type")

Row = Mapping[str, Any]
"""A series of a run, by the columns of SERIES_SCHEMA."""


@dataclass(frozen=True)
class Asked:
    """Which series, and how much of it is shown; None: all entities, whatever type it has, all event types."""

    entity: str | None = None
    entity_type: str | None = None
    event_type: str | None = None
    metric: Metric = Metric.CO2E_KG
    horizon: int = HORIZON_DAYS
    levels: tuple[int, ...] = (80, 95)

    @property
    def level(self) -> Level:
        """What the series adds up."""
        if self.entity is None:
            return Level.TENANT if self.event_type is None else Level.EVENT_TYPE
        return Level.ENTITY if self.event_type is None else Level.SUBJECT


def find(series: pl.DataFrame, asked: Asked) -> Row:
    """The series that is asked for. Raises NotFound, and InvalidInput for an entity of several types."""
    named = {"entity": asked.entity, "entity_type": asked.entity_type, "event_type": asked.event_type}
    those = [pl.col(name) == value for name, value in named.items() if value is not None]
    found = series.filter(pl.col("level") == asked.level.value, *those)
    if found.is_empty():
        of = ", ".join(f"{name.replace('_', ' ')} '{value}'" for name, value in named.items() if value is not None)
        raise NotFound(
            f"There is no event with an estimate of {of or 'anything'} in the {HISTORY_DAYS} full days before today.",
            "Names are exact. GET /baselines lists entities with their event types.",
        )
    if found.height > 1:
        raise InvalidInput([_of_which_type(asked, sorted(found["entity_type"]))])
    return found.row(0, named=True)


def _of_which_type(asked: Asked, types: Sequence[str]) -> dict[str, Any]:
    message = f"entity_type must say which '{asked.entity}' is meant: one of {', '.join(types)}."
    return {"type": "missing", "loc": ["query", "entity_type"], "msg": message, "input": None, "accepted": types}


def days_ahead(row: Row, origin: date, horizon: int) -> list[date]:
    """The days of a forecast; none where there is no forecast."""
    return [origin + ahead * DAY for ahead in range(horizon)] if row["points"] else []


def bands(row: Row, levels: Sequence[int], horizon: int) -> list[dict[str, Any]]:
    """Lower and upper ends of the bands of these levels (percent) by day."""
    if not row["points"]:
        return []
    return [
        {"level": level, **{end: _quantile(row["quantiles"], at)[:horizon] for end, at in _ends(level).items()}}
        for level in levels
    ]


def total(row: Row, levels: Sequence[int], horizon: int) -> dict[str, Any] | None:
    """The sum of the days with its own bands, which are narrower than those of the days added up."""
    if not row["points"]:
        return None
    of_sum = [
        {"level": level, **{end: _quantile(row["cumulative"], at)[horizon - 1] for end, at in _ends(level).items()}}
        for level in levels
    ]
    return {"forecast": sum(row["points"][:horizon]), "bands": of_sum}


def _ends(level: int) -> dict[str, float]:
    return dict(zip(("low", "high"), LEVELS[level], strict=True))


def _quantile(numbers: Sequence[float], quantile: float) -> Sequence[float]:
    start = QUANTILES.index(quantile) * LONGEST_HORIZON
    return numbers[start : start + LONGEST_HORIZON]


def parts(series: pl.DataFrame, row: Row, horizon: int) -> list[dict[str, Any]]:
    """What the sum of the days is made of: event types of all and of an entity, entities of an event type.

    The largest come first; what lies beyond MOST_PARTS, and what is too young or too rare for a forecast of its own, is
    one last part without a name. The parts add up to the total.
    """
    if not row["points"] or row["level"] == Level.SUBJECT:
        return []
    own = series.filter(_part_of(row), pl.col("points").list.len() > 0)
    sums = own.with_columns(forecast=pl.col("points").list.head(horizon).list.sum())
    named = sums.filter(pl.col("level") != Level.REST.value).sort("forecast", *KEY, descending=[True, *[False] * 4])
    told = named.head(MOST_PARTS).select(*KEY[1:], "forecast").to_dicts()
    others = named.slice(MOST_PARTS)
    unnamed = pl.concat([others, sums.filter(pl.col("level") == Level.REST.value)])
    rest = float(unnamed["forecast"].sum())
    if others.height or rest > 0:
        told.append({**dict.fromkeys(KEY[1:]), "event_type": row["event_type"], "forecast": rest})
    return told


def _part_of(row: Row) -> pl.Expr:
    level = pl.col("level")
    if row["level"] == Level.TENANT:
        return level.eq(Level.EVENT_TYPE.value)
    if row["level"] == Level.EVENT_TYPE:
        of_type = pl.col("event_type").eq(row["event_type"])
        return of_type.and_(level.is_in([Level.SUBJECT.value, Level.REST.value]))
    entity = (pl.col(name).eq(row[name]) for name in ("entity", "entity_type"))
    return level.eq(Level.SUBJECT.value).and_(*entity)


def week_of(first: date) -> list[date]:
    """The seven days from the first on."""
    return [first + ahead * DAY for ahead in range(HORIZON_DAYS)]


def last(points: Sequence[float], made_as: str, first: date, actual: Mapping[date, float | None]) -> dict[str, Any]:
    """A forecast of the seven days from `first` on beside what came; a day that is not in `actual` is a gap."""
    dates = week_of(first)
    forecast = list(islice(points, HORIZON_DAYS))
    came = [actual.get(day) for day in dates]
    both = [(expected, value) for expected, value in zip(forecast, came, strict=True) if value is not None]
    expected_sum, actual_sum = (sum(pair[side] for pair in both) for side in (0, 1))
    error = expected_sum - actual_sum if both else None
    percent = 100 * error / actual_sum if error is not None and actual_sum > 0 else None
    return {
        "made_as": made_as, "dates": dates, "forecast": forecast, "actual": came, "days_compared": len(both),
        "error": error, "error_percent": percent,
    }  # fmt: skip
