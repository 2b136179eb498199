"""Whether parts that must add up to their whole are forecast worse than each on its own: cities by sector."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from forecast_series import HISTORY_DAYS, WEEK, Floats, Series, cities
from rich.table import Table

from carbon_nexus.forecasts.model import LONGEST_HORIZON, Level
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, outlook
from carbon_nexus.forecasts.reconcile import forecast

LEVELS = {Level.TENANT: (), Level.EVENT_TYPE: ("event_type",), Level.ENTITY: ("entity",)}
SUBJECT = ("entity", "event_type")

Pair = tuple[float, float]


def reconciliation(data: Path) -> Table:
    """MASE of cities as entities and sectors as event types: made to add up, and each on its own."""
    series = list(cities(data))
    rows = pl.concat([_rows(one) for one in series])
    errors: dict[str, list[Pair]] = {}
    for end in series[0].origins():
        today = series[0].day(end)
        past = rows.filter(pl.col("day") < today, pl.col("day") >= series[0].day(end - HISTORY_DAYS))
        found = outlook(past, today, ())
        for level, by in (LEVELS | {Level.SUBJECT: SUBJECT}).items():
            errors.setdefault(level.value, []).extend(_errors(found, series, end, level, by))
    table = Table(
        "series", "n", "made to add up", "each on its own", "ratio", title="cities x sectors, 12 moments, MASE"
    )
    for name, each in errors.items():
        together, alone = np.mean(each, axis=0)
        figures = f"{together:.3f}", f"{alone:.3f}", f"{together / alone:.3f}"
        table.add_row(name, str(len(each) // len(series[0].origins())), *figures)
    return table


def _rows(one: Series) -> pl.DataFrame:
    city, sector = one.name.split("|")
    days = [one.day(at) for at in range(len(one.values))]
    rows = pl.DataFrame({"day": days, "value": one.values}).filter(pl.col("value").is_not_nan())
    named = {"entity": city, "entity_type": "city", "event_type": sector}
    return rows.with_columns(pl.lit(value).alias(name) for name, value in named.items()).select(*HISTORY_SCHEMA)


def _errors(found: pl.DataFrame, series: list[Series], end: int, level: Level, by: tuple[str, ...]) -> list[Pair]:
    """Of each series of a level: error of the reconciled points and of those of the series alone, in weekly changes."""
    errors = []
    for row in found.filter(pl.col("level") == level.value).iter_rows(named=True):
        wanted = {row[name] for name in by}
        sums = np.sum([one.values for one in series if wanted <= set(one.name.split("|"))], axis=0)
        seen, came = sums[end - HISTORY_DAYS : end], sums[end : end + WEEK]
        slots = (series[0].day(end - HISTORY_DAYS).weekday() + np.arange(HISTORY_DAYS + LONGEST_HORIZON)) % WEEK
        alone = forecast(seen[None], slots, np.array([HISTORY_DAYS]))[0][0, 0, :WEEK]
        errors.append((_mase(row["points"][:WEEK], came, seen), _mase(alone, came, seen)))
    return errors


def _mase(points: Sequence[float] | Floats, came: Floats, seen: Floats) -> float:
    return float(np.nanmean(np.abs(points - came)) / np.nanmean(np.abs(seen[WEEK:] - seen[:-WEEK])))
