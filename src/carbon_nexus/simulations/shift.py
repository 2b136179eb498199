"""Electricity moved to cleaner hours of the same day: the same kilowatt-hours at another time, estimated anew. Pure.

Only the time of what moves changes; what an hour emits per kWh is the estimator's business and of no one else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from carbon_nexus.emissions.electricity import BY_HOUR
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.factors.grid import SEASONS, hour_ratio, regions
from carbon_nexus.factors.library import factor_set

DAY_HOURS = 24
MOST_HOURS = 12  # more than half of the day would have nowhere to go
MONTHS = dict(zip(SEASONS, ("December-February", "March-May", "June-August", "September-November"), strict=True))
SEASON_DAYS = dict(zip(SEASONS, (90.25, 92.0, 92.0, 91.0), strict=True))  # of a year of 365.25
MOMENT = pl.Datetime("us", "UTC")
LONGEST_STEP = pl.duration(hours=1)

LOAD_SCHEMA = {"event_type": pl.String(), "event_time": MOMENT, "energy_kwh": pl.Float64()}
"""Electricity by the hour or finer: what `shift` reads."""
NOT_METERED, NOT_BY_THE_HOUR = "no energy_kwh", "longer than an hour"


@dataclass(frozen=True, slots=True)
class Window:
    """Where a season's electricity goes: the cleanest `hours` hours in a row, from `first_hour` (UTC).

    `moves` has the dirtiest hours of the day outside of the window, each with the hour it moves to: the dirtiest to
    the cleanest, the next to the next, and none to an hour that is no cleaner.
    """

    season: str
    first_hour: int
    hours: int
    moves: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Shifted:
    """Electricity as it is used and as it would be; masses in kg CO2e.

    The 95 % half-width of the saving is the difference of the two estimates': one factor is behind both.
    """

    energy_kwh: float
    moved_kwh: float
    baseline_kg: float
    saving_kg: float
    half_width_kg: float
    days: int


def hourly_regions(factor_set_name: str) -> list[str]:
    """The grid regions whose course over the day the factor set knows."""
    return [name for name, region in regions(factor_set(factor_set_name)).items() if region.hourly]


def hourly_twin(region: str, factor_set_name: str) -> str | None:
    """The same grid by the hour; None where the set knows none."""
    return next((name for name in hourly_regions(factor_set_name) if name in (region, f"{region}{BY_HOUR}")), None)


@cache
def windows(region: str, hours: int) -> tuple[Window, ...]:
    """The window of `hours` (1 to 12) hours in a row of each season, in the order of SEASONS."""
    of_day = np.arange(DAY_HOURS)
    ratios = [hour_ratio(region, np.full(DAY_HOURS, season), of_day).tolist() for season in range(len(SEASONS))]
    return tuple(_window(season, ratio, hours) for season, ratio in zip(SEASONS, ratios, strict=True))


def by_the_hour(events: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """What one entity's events tell of its electricity, by the UTC hour, and how many were left out by reason.

    `events` has the columns of LOAD_SCHEMA and `period_hours`. An event that tells no period lasts until the entity's
    next one: it counts where one before or after it is no more than an hour away.
    """
    metered = events.filter(pl.col("energy_kwh") >= 0)  # none used is known too: such hours and days count
    moments = metered.select(pl.col("event_time").unique().sort())
    step = pl.min_horizontal(pl.col("event_time").diff(), -pl.col("event_time").diff(-1))
    near = moments.with_columns(near=(step <= LONGEST_STEP).fill_null(False))
    told = pl.coalesce(pl.col("period_hours") <= 1, "near")
    kept = metered.join(near, on="event_time").filter(told)
    hour = pl.col("event_time").dt.truncate("1h")
    by_hour = kept.group_by("event_type", hour).agg(pl.sum("energy_kwh")).select(*LOAD_SCHEMA)
    left_out = {NOT_METERED: events.height - metered.height, NOT_BY_THE_HOUR: metered.height - kept.height}
    return by_hour, {reason: count for reason, count in left_out.items() if count}


def shift(
    load: pl.DataFrame, region: str, hours: int, share: float = 1.0, basis: Basis = DEFAULT_BASIS
) -> dict[str, Shifted]:
    """What `share` (0 to 1) of the moving hours' electricity saves, by season; only seasons that `load` has.

    `load` has the columns of LOAD_SCHEMA, and `region` is by the hour. The electricity alone is estimated: other energy
    of the same events does not move.
    """
    told = _with_moves(load, windows(region, hours)).with_columns(
        moved_kwh=pl.when(pl.col("to").is_not_null()).then(pl.col("energy_kwh") * share).otherwise(0.0)
    )
    later = pl.col("event_time") + pl.duration(hours=pl.col("to") - pl.col("hour"))
    whole = told.select("event_type", "event_time", "energy_kwh")
    part = told.select("event_type", "event_time", pl.col("moved_kwh").alias("energy_kwh"))
    moved = part.with_columns(event_time=told.select(pl.coalesce(later, "event_time")).to_series())
    estimates = estimate(pl.concat([whole, part, moved]).with_columns(grid_region=pl.lit(region)), basis)
    sides = [estimates.slice(at * told.height, told.height) for at in range(3)]
    kg, before, after = (each["co2e_kg"].fill_null(0.0) for each in sides)
    wide = [(each["high_kg"] - each["co2e_kg"]).fill_null(0.0) for each in sides[1:]]
    rows = told.with_columns(baseline_kg=kg, saving_kg=before - after, half_width_kg=wide[0] - wide[1])
    return _by_season(rows)


def mean_day(load: pl.DataFrame) -> pl.DataFrame:
    """The load's mean day, hour by hour, once in the middle of each season: columns of LOAD_SCHEMA."""
    days = load["event_time"].dt.date().n_unique()
    by_hour = load.group_by("event_type", pl.col("event_time").dt.hour().alias("hour")).agg(
        pl.col("energy_kwh").sum() / days
    )
    middles = pl.DataFrame({"month": [1, 4, 7, 10]}, schema={"month": pl.Int8})
    moment = pl.datetime(2025, pl.col("month"), 15, pl.col("hour"), time_unit="us", time_zone="UTC")
    return by_hour.join(middles, how="cross").with_columns(event_time=moment).select(*LOAD_SCHEMA)


def even_day(energy_kwh: float, month: int) -> pl.DataFrame:
    """One day of a month on which so much electricity is used evenly: columns of LOAD_SCHEMA."""
    hours = pl.DataFrame({"hour": range(DAY_HOURS)}, schema={"hour": pl.Int8})
    moment = pl.datetime(2025, month, 15, pl.col("hour"), time_unit="us", time_zone="UTC")
    kwh = energy_kwh / DAY_HOURS
    return hours.select(event_type=pl.lit("warehouse"), event_time=moment, energy_kwh=pl.lit(kwh))


def per_year(of_mean_day: Mapping[str, Shifted]) -> float:
    """Kg CO2e that `shift` of a `mean_day` saves in a year, each season by its days."""
    return sum(SEASON_DAYS[season] * each.saving_kg for season, each in of_mean_day.items())


def total(parts: Sequence[Shifted]) -> Shifted:
    """All seasons together; their errors are of one yearly factor, so half-widths add up."""
    sums = {name: sum(getattr(each, name) for each in parts) for name in Shifted.__slots__}
    return Shifted(**sums)


def _window(season: str, ratio: Sequence[float], hours: int) -> Window:
    first = min(range(DAY_HOURS - hours + 1), key=lambda hour: sum(ratio[hour : hour + hours]))
    inside = range(first, first + hours)
    outside = (hour for hour in range(DAY_HOURS) if hour not in inside)
    dirtiest = sorted(outside, key=lambda hour: -ratio[hour])[:hours]
    cleanest = sorted(inside, key=lambda hour: ratio[hour])
    pairs = zip(dirtiest, cleanest, strict=True)
    return Window(season, first, hours, {here: there for here, there in pairs if ratio[here] > ratio[there]})


def _with_moves(load: pl.DataFrame, plan: Sequence[Window]) -> pl.DataFrame:
    """The load with its season, its UTC hour, and the hour it moves to (null: it stays)."""
    moves = [(each.season, here, there) for each in plan for here, there in each.moves.items()]
    schema = {"season": pl.String, "hour": pl.Int8, "to": pl.Int8}
    season = (pl.col("event_time").dt.month() % 12 // 3).replace_strict(range(len(SEASONS)), SEASONS)
    told = load.with_columns(season=season, hour=pl.col("event_time").dt.hour())
    return told.join(
        pl.DataFrame(moves, schema, orient="row"), on=["season", "hour"], how="left", maintain_order="left"
    )


def _by_season(rows: pl.DataFrame) -> dict[str, Shifted]:
    sums = [name for name in Shifted.__slots__ if name != "days"]
    days = pl.col("event_time").dt.date().n_unique().alias("days")
    found = rows.group_by("season").agg(pl.col(sums).sum(), days)
    by_season = {row.pop("season"): Shifted(**row) for row in found.iter_rows(named=True)}
    return {season: by_season[season] for season in SEASONS if season in by_season}
