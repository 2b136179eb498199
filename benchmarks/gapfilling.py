"""How far stand-in values are from values that were measured and then hidden, and how often their interval holds them.

    python benchmarks/gapfilling.py

The packaged measurements: hours of a steelworks and of two buildings, trips of cars in the order they were driven.
Hidden are single values here and there, and whole weeks (of a car's trips: a tenth in one piece), as real gaps are.
What a trip's distance and speed are filled from is told twice: with its fuel and electricity, and with nothing.
Errors are mean absolute ones. Reach: the choice is within 5 % of the best of the three, and between 90 and 99 % of the
hidden values lie inside their 95 % interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from carbon_nexus.demo.datasets import METERS, hourly_loop, journeys, packaged
from carbon_nexus.gapfills.fill import fill
from carbon_nexus.gapfills.model import FEWEST_IN_CELL, FOLDS, NEAREST_VALUES, ROW_SCHEMA
from carbon_nexus.gapfills.regression import regressed

SEED = 20260318
SHARE = 0.1  # of the values, hidden in each round
ROUNDS = 5
FEWEST_TRIPS = 60
REACH = (0.90, 0.99)
NEAR_BEST = 1.05
TOLD = ("fuel_litres", "energy_kwh")


@dataclass(frozen=True)
class Series:
    """The measured values of one entity: rows of ROW_SCHEMA, and which field is hidden."""

    name: str
    field: str
    rows: pl.DataFrame


@dataclass(frozen=True)
class Figure:
    """One line: mean absolute errors (None: no guess) in the field's unit, and the share of values in the interval."""

    series: str
    field: str
    gaps: str
    hidden: int
    median: float
    by_hour: float | None
    regression: float | None
    chosen: float
    within: float
    width: float


def meters() -> Iterator[Series]:
    """Hourly electricity, the latest as many hours as one estimate reads."""
    for meter in METERS:
        start, kwh = hourly_loop(meter)
        times = [start.replace(tzinfo=UTC) + timedelta(hours=at) for at in range(len(kwh))]
        read = pl.DataFrame({"event_time": times, "energy_kwh": kwh}).filter(pl.col("energy_kwh").is_finite())
        yield Series(meter.site, "energy_kwh", _rows(read.tail(NEAREST_VALUES), meter.site, meter.event_type))


def trips() -> Iterator[Series]:
    """The cars' trips, each once, in the order driven; an hour apart, as their real times are not published."""
    for (vehicle,), _ in packaged("car_trips").group_by("vehicle", maintain_order=True):
        driven = journeys(vehicle, 1)
        if driven.height < FEWEST_TRIPS:
            continue
        start = datetime(2026, 1, 5, 12, tzinfo=UTC)
        timed = driven.with_columns(event_time=pl.Series([start + timedelta(days=at) for at in range(driven.height)]))
        for field in ("distance_km", "speed"):
            alone = timed.select("event_time", field)
            yield Series(
                f"car {vehicle}, with fuel", field, _rows(timed.select("event_time", field, *TOLD), "car", "logistics")
            )
            yield Series(f"car {vehicle}, alone", field, _rows(alone, "car", "logistics"))


def _rows(read: pl.DataFrame, entity: str, event_type: str) -> pl.DataFrame:
    named = read.with_row_index("event_id").with_columns(
        entity=pl.lit(entity), entity_type=pl.lit("site"), event_type=pl.lit(event_type)
    )
    absent = [pl.lit(None).alias(name) for name in ROW_SCHEMA if name not in named.columns]
    return named.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in ROW_SCHEMA.items())


def figures(series: Series) -> Iterator[Figure]:
    """The series with single values hidden, and with one piece of it hidden, each in several places."""
    count = series.rows.height
    few = max(1, int(count * SHARE))
    piece = min(few, 14 * 24)
    random = np.random.default_rng(SEED)
    single = [random.permutation(count) < few for _ in range(ROUNDS)]
    starts = np.linspace(0, count - piece, ROUNDS).astype(int)
    pieces = [(np.arange(count) >= start) & (np.arange(count) < start + piece) for start in starts]
    for gaps, hidden in (("single", single), ("in one piece", pieces)):
        judged = pl.concat([_judged(series, pl.Series(each)) for each in hidden])
        yield _figure(series, gaps, judged)


def _judged(series: Series, hidden: pl.Series) -> pl.DataFrame:
    """The hidden values, and what each way makes of them from the others."""
    own, field = series.rows.filter(~hidden), series.field
    truth = series.rows.filter(hidden)
    lacking = truth.with_columns(pl.lit(None, pl.Float64).alias(field))
    filled = fill(own, lacking, field).values.select("event_id", "value", "low", "high")
    folds = pl.concat([own.with_columns(fold=pl.lit(0)), lacking.with_columns(fold=pl.lit(FOLDS))])
    line = regressed(folds.with_columns(group=pl.lit(0)), field).rename({"value": "regression"})
    typical = _cells(own).group_by("cell").agg(by_hour=pl.col(field).median(), number=pl.len())
    typical = typical.filter(pl.col("number") >= FEWEST_IN_CELL).drop("number")
    return (
        _cells(truth).select("event_id", "cell", actual=field, median=own[field].median())
        .join(typical, on="cell", how="left")
        .join(line, on="event_id", how="left")
        .join(filled, on="event_id")
    )  # fmt: skip


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    time = pl.col("event_time").dt
    return rows.with_columns(cell=time.hour() + 24 * (time.weekday() >= 6).cast(pl.Int8))


def _figure(series: Series, gaps: str, judged: pl.DataFrame) -> Figure:
    def error(name: str) -> float | None:
        off = (judged["actual"] - judged[name]).abs()
        mean = off.mean()
        return mean if isinstance(mean, float) and not off.null_count() else None

    held = int(judged["actual"].is_between(judged["low"], judged["high"]).sum())
    width = (judged["high"] - judged["low"]).median()
    by_hour = error("by_hour") if series.field == "energy_kwh" else None
    median, chosen = error("median"), error("value")
    assert median is not None
    assert chosen is not None
    assert isinstance(width, float)
    return Figure(series.name, series.field, gaps, judged.height, median, by_hour, error("regression"), chosen,
                  held / judged.height, width)  # fmt: skip


def main() -> None:
    table = Table("series", "field", "gaps", "hidden", "median", "by hour", "regression", "chosen", "within", "width")
    found = [figure for series in (*meters(), *trips()) for figure in figures(series)]
    for each in found:
        errors = (each.median, each.by_hour, each.regression, each.chosen)
        shown = ("-" if error is None else f"{error:.3g}" for error in errors)
        table.add_row(
            each.series, each.field, each.gaps, str(each.hidden), *shown, f"{each.within:.1%}", f"{each.width:.3g}"
        )
    Console(width=140).print(table)
    near = [
        each.chosen <= NEAR_BEST * min(filter(None, (each.median, each.by_hour, each.regression))) for each in found
    ]
    within = sum(each.within * each.hidden for each in found) / sum(each.hidden for each in found)
    print(f"choice within 5 % of the best: {sum(near)} of {len(near)}; inside the interval: {within:.1%} of all")
    reached = "reached" if REACH[0] <= within <= REACH[1] else "missed"
    print(f"reach of the interval ({REACH[0]:.0%} to {REACH[1]:.0%}): {reached}")


if __name__ == "__main__":
    main()
