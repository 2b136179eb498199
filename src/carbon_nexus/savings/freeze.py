"""The counterfactual of a measure: what its entity emitted before, as a formula of its activity or its time. Pure.

A mean, as totals are sums, in which a day that stands out counts for less; and how far the entity was from its own
mean by day and by week, which is what any saving must be told from.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from math import sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.savings.expect import choose, expected, fit_rates, fit_time
from carbon_nexus.savings.model import (
    LEAST_DAYS,
    LEAST_EVENTS,
    LEAST_WEEKS,
    WEEK,
    WINDOW,
    Baseline,
    Driver,
    Formula,
    Implemented,
    Model,
    Obstacle,
    Spread,
    Verdict,
)
from carbon_nexus.savings.observe import bases_of, driver_of, sight_of, why_not_shown, with_done

ROUNDS = 4  # of weighing
MOST_AWAY = 3.0  # usual distances, beyond which a day counts no more
SIGMA = 1.4826  # of a normal distribution, in its median distances
LEAST_OF_USUAL = 0.05  # of a day's usual kg: one that expects less is not weighed more strictly
HALF = 0.5  # of a usual week, for it to be one
MOST_ALIKE = 0.95
HIDDEN = 0.5  # of the variance of a mean of the weeks, as their days explain it
_WEEK_US = WEEK // timedelta(microseconds=1)


def freeze(measure: Implemented, events: pl.DataFrame, closed: Collection[date] = ()) -> Baseline:
    """The baseline of a measure from its entity's `events` (EVENT_SCHEMA); later ones and the episode are left out."""
    start, end = window_of(measure)
    time = pl.col("event_time")
    known = events.filter(compared(), time >= start, time < end)
    known = known.filter(~((time >= measure.episode_start) & (time < measure.episode_end)))
    days = known["event_time"].dt.date().n_unique()
    return Baseline(start, end, known.height, days, _model_or_obstacle(measure, known, days, closed))


def window_of(measure: Implemented) -> tuple[datetime, datetime]:
    """What is looked back at: from the measure before to the first of those implemented at about the same time."""
    end = min((measure.implemented_at, *measure.others.values()))
    return max(end - WINDOW, measure.since or end - WINDOW), end


def compared() -> pl.Expr:
    """Which events count: with an estimate that no stand-in value went into, as a stand-in repeats what was before."""
    return pl.col("co2e_kg").is_finite().fill_null(False) & ~pl.col("filled").fill_null(False)


def _model_or_obstacle(
    measure: Implemented, known: pl.DataFrame, days: int, closed: Collection[date]
) -> Model | Obstacle:
    start, end = window_of(measure)
    sight = sight_of(measure.event_type, measure.acts_on, measure.reduction_basis)
    if why := why_not_shown(known, sight, measure.event_type, measure.acts_on):
        return Obstacle(Verdict.NOT_OBSERVABLE, why)
    if days < LEAST_DAYS or known.height < LEAST_EVENTS:
        return Obstacle(
            Verdict.NO_BASELINE,
            f"its {(end - start).days} days before{_cut(measure)} hold {known.height} events on {days} days beside the "
            f"episode itself; {LEAST_EVENTS} events on {LEAST_DAYS} days are needed",
        )
    driver = driver_of(known, sight, measure.event_type)
    events = with_done(known, driver).with_columns(
        day=pl.col("event_time").dt.date(), week=(end - pl.col("event_time")).dt.total_microseconds() // _WEEK_US
    )
    return _model(events, driver, bases_of(known, sight), closed)


def _cut(measure: Implemented) -> str:
    start, _ = window_of(measure)
    return f", since another measure of {start:%Y-%m-%d}," if start == measure.since else ""


def _model(
    events: pl.DataFrame, driver: Driver, bases: Mapping[str, float], closed: Collection[date]
) -> Model | Obstacle:
    formula, days = _fitted(events, driver, closed)
    weeks = _weeks(days)
    if weeks.size < LEAST_WEEKS:
        told = "less than two whole weeks before the measure tell what it would emit for its activity"
        return Obstacle(Verdict.NO_BASELINE, told)
    own = events.filter(pl.col("activity_unit") != "event")["done"] if driver is Driver.TIME else None
    return Model(
        formula,
        _spread(days, weeks, formula.parameters),
        kg_per_day=float(_usual(days)),
        events_per_day=float(events.group_by("day").len()["len"].median() or 0),  # type: ignore[arg-type]
        bases=bases,
        lowest=None if own is None else own.min(),  # type: ignore[arg-type]
        highest=None if own is None else own.max(),  # type: ignore[arg-type]
    )


def _fitted(events: pl.DataFrame, driver: Driver, closed: Collection[date]) -> tuple[Formula, pl.DataFrame]:
    """The formula, and the days it was fitted on: `kg`, `expected`, and `z`, how far apart they are, bounded."""
    weighed = events.with_columns(weight=pl.lit(1.0))
    cells, follows = choose(weighed, closed) if driver is Driver.TIME else (0, False)
    for _ in range(ROUNDS):
        by_time = driver is Driver.TIME
        formula = fit_time(cells, follows, weighed, closed) if by_time else fit_rates(driver, weighed)
        days = _days(weighed.with_columns(expected=expected(formula, weighed, closed)))
        weighed = events.join(days.select("day", "weight"), on="day", how="left", maintain_order="left")
        weighed = weighed.with_columns(pl.col("weight").fill_null(1.0))
    return formula, days


def _days(events: pl.DataFrame) -> pl.DataFrame:
    """Sums of each day, oldest first, and its `weight`: less than 1 where it is further away than days usually are.

    The days of an entity differ the more, the more it does: by the root of what is expected, as sums do.
    """
    known = events.filter(pl.col("expected").is_not_null())
    days = known.group_by("day").agg(kg=pl.col("co2e_kg").sum(), expected=pl.col("expected").sum(), week=pl.min("week"))
    usual = pl.col("expected").mean()
    scale = (pl.max_horizontal("expected", LEAST_OF_USUAL * usual) * usual).sqrt()
    days = days.filter(usual > 0).sort("day").with_columns(scale=scale)
    days = days.with_columns(z=(pl.col("kg") - pl.col("expected")) / pl.col("scale"))
    most = MOST_AWAY * SIGMA * pl.col("z").abs().median()
    near = pl.when(most > 0).then(pl.col("z").clip(-most, most)).otherwise("z")
    weight = pl.when(pl.col("z") != near).then(near / pl.col("z")).otherwise(1.0)
    return days.with_columns(weight=weight, z=near)


def _usual(days: pl.DataFrame) -> float:
    return float(days["expected"].sum() / max(days.height, 1))


def _weeks(days: pl.DataFrame) -> npt.NDArray[np.float64]:
    """How far each whole week was from what was expected of it, relative to it, latest first; weeks that are half empty
    tell nothing."""
    weeks = days.group_by("week").agg(off=(pl.col("z") * pl.col("scale")).sum(), expected=pl.col("expected").sum())
    whole = weeks.filter(pl.col("expected") >= HALF * pl.col("expected").mean(), pl.col("expected") > 0).sort("week")
    return whole.select(pl.col("off") / pl.col("expected")).to_series().to_numpy()


def _spread(days: pl.DataFrame, weeks: npt.NDArray[np.float64], parameters: int) -> Spread:
    """Of the days, and of the weeks beyond it; so few weeks may hide a part of what their days explain."""
    z = days["z"].to_numpy()
    day = sqrt((z**2).sum() / max(len(z) - parameters, 1))
    by_days = day**2 / 7
    week = sqrt(max(0.0, float(weeks.var(ddof=1)) - by_days) + HIDDEN * by_days / len(weeks))
    return Spread(day, week, _autocorrelation(days), len(z), len(weeks), parameters)


def _autocorrelation(days: pl.DataFrame) -> float:
    """Of one day with the next, without the bias of so few days, from 0 to MOST_ALIKE."""
    z, date_of = days["z"].to_numpy(), days["day"].to_physical().to_numpy()
    follows = np.diff(date_of) == 1
    own = float((z**2).mean())
    if not follows.any() or own == 0:
        return 0.0
    together = float((z[1:] * z[:-1])[follows].mean()) / own
    return min(max(together + (1 + 4 * together) / len(z), 0.0), MOST_ALIKE)
