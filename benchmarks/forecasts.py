"""How far forecasts of public daily series are from what came, and how often their bands hold it.

    python benchmarks/forecasts.py DIRECTORY [--spread]

Needs `pip install --require-hashes -r requirements/benchmarks.txt`. DIRECTORY holds the series, which are not shipped:
CO2 of cities and aviation, grid intensity, electricity of buildings, zones, a household and a steelworks, a gas meter.
Every method sees the same 400 days before each of 12 moments of a series and is compared with the 7 days after. Errors
are in mean weekly changes of those 400 days. The engine's constants and `forecasts/spread.py` were chosen on every
second series (half "chosen on"); `--spread` prints that table.
Reach: MASE at most 0.97 of AutoETS at 1 ms a series; coverage .95 +- .02 and .80 +- .03.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import polars as pl
from forecast_parts import reconciliation
from forecast_series import HISTORY_DAYS, WEEK, Floats, Series, public
from rich.console import Console
from rich.table import Table
from statsforecast.models import AutoETS, HistoricAverage, SeasonalNaive

from carbon_nexus.forecasts import bands as engine
from carbon_nexus.forecasts.model import LEVELS, LONGEST_HORIZON, QUANTILES
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, outlook
from carbon_nexus.forecasts.panel import panel
from carbon_nexus.forecasts.reconcile import ends_of, forecast, points_of, step_of
from carbon_nexus.forecasts.spread import DAY_GROWTH, SUM_GROWTH

REACH_MASE, REACH_MS = 0.97, 1.0
REACH_COVERAGE = {80: 0.03, 95: 0.02}


@dataclass(frozen=True)
class Week:
    """A forecast of 7 days: points, ends of the bands by level, CPU seconds of the points."""

    points: Floats
    bands: dict[int, tuple[Floats, Floats]]
    seconds: float


@dataclass
class Scores:
    """Means of each series, one after the other."""

    name: str
    mase: list[float] = field(default_factory=list)
    inside: dict[int, list[float]] = field(default_factory=lambda: {80: [], 95: []})
    winkler: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


Method = Callable[[Series, int], Week]


def known(series: Series, end: int) -> Floats:
    """The days a method sees."""
    return series.values[max(end - HISTORY_DAYS, 0) : end]


def change(values: Floats) -> float:
    """Mean absolute change from a day to the same weekday a week later."""
    return float(np.nanmean(np.abs(values[WEEK:] - values[:-WEEK])))


def history(series: Series, end: int) -> pl.DataFrame:
    """As the readings of one meter."""
    first = max(end - HISTORY_DAYS, 0)
    at = [series.day(day) for day in range(first, end)]
    rows = pl.DataFrame({"day": at, "value": series.values[first:end]}).filter(pl.col("value").is_not_nan())
    named = {"entity": series.name, "entity_type": "site", "event_type": "factory"}
    return rows.with_columns(pl.lit(value).alias(name) for name, value in named.items()).select(*HISTORY_SCHEMA)


def ours(series: Series, end: int) -> Week:
    """The engine; the seconds are those of the points alone."""
    row = outlook(history(series, end), series.day(end), ()).row(0, named=True)
    ends = np.array(row["quantiles"]).reshape(len(QUANTILES), LONGEST_HORIZON)[:, :WEEK]
    bands = {level: (ends[QUANTILES.index(low)], ends[QUANTILES.index(high)]) for level, (low, high) in LEVELS.items()}
    values = known(series, end)
    slots = (series.day(end - len(values)).weekday() + np.arange(len(values) + LONGEST_HORIZON)) % WEEK
    begun = process_time()
    forecast(values[None], slots, np.array([len(values)]))
    return Week(np.array(row["points"][:WEEK]), bands, process_time() - begun)


def rival(model: Callable[[], Any]) -> Method:
    """A model of statsforecast with its own intervals; it takes no gaps, so they are bridged."""

    def run(series: Series, end: int) -> Week:
        values, days = known(series, end), np.arange(min(end, HISTORY_DAYS))
        measured = np.isfinite(values)
        bridged = np.interp(days, days[measured], values[measured])
        begun = process_time()
        found = model().forecast(y=bridged, h=WEEK, level=list(REACH_COVERAGE))
        seconds = process_time() - begun
        return Week(found["mean"], {at: (found[f"lo-{at}"], found[f"hi-{at}"]) for at in REACH_COVERAGE}, seconds)

    return run


METHODS: dict[str, Method] = {
    "this forecast": ours,
    "AutoETS": rival(lambda: AutoETS(season_length=WEEK)),
    "seasonal naive": rival(lambda: SeasonalNaive(season_length=WEEK)),
    "constant mean": rival(HistoricAverage),
}


def scored(name: str, method: Method, series: Sequence[Series]) -> Scores:
    """Each series' means over its 12 moments."""
    scores = Scores(name)
    method(series[0], series[0].origins()[0])  # compiles
    for one in series:
        weeks = [(method(one, end), one.values[end : end + WEEK], change(known(one, end))) for end in one.origins()]
        scores.mase.append(float(np.mean([np.nanmean(np.abs(came - week.points)) / by for week, came, by in weeks])))
        scores.winkler.append(float(np.mean([winkler(week.bands[95], came) / by for week, came, by in weeks])))
        scores.ms.append(float(np.mean([week.seconds for week, _, _ in weeks])) * 1000)
        for level, shares in scores.inside.items():
            shares.append(float(np.mean([holds(week.bands[level], came) for week, came, _ in weeks])))
    return scores


def holds(band: tuple[Floats, Floats], came: Floats) -> float:
    """Share of the measured days inside a band."""
    days = np.isfinite(came)
    return float(np.mean((came[days] >= band[0][days]) & (came[days] <= band[1][days])))


def winkler(band: tuple[Floats, Floats], came: Floats) -> float:
    """Width of a 95 % band and 40 times what it misses, mean of the days."""
    low, high = band
    return float(np.nanmean(high - low + 40 * (np.maximum(low - came, 0) + np.maximum(came - high, 0))))


def table(found: Sequence[Scores], which: slice, title: str) -> Table:
    """One line a method, of the series `which`."""
    rows = Table("method", "MASE", "ratio to AutoETS", "80 %", "95 %", "Winkler 95", "ms", title=title)
    (ets,) = (np.mean(one.mase[which]) for one in found if one.name == "AutoETS")
    for one in found:
        inside = [f"{np.mean(one.inside[level][which]):.3f}" for level in (80, 95)]
        mase, spread = np.mean(one.mase[which]), np.mean(one.winkler[which])
        rows.add_row(
            one.name, f"{mase:.3f}", f"{mase / ets:.3f}", *inside, f"{spread:.2f}", f"{np.mean(one.ms[which]):.2f}"
        )
    return rows


def reached(found: Sequence[Scores]) -> Iterator[str]:
    """What was to be reached over all series, and whether it was."""
    own, ets = found[0], found[1]
    ratio, ms = float(np.mean(own.mase) / np.mean(ets.mase)), float(np.mean(own.ms))
    yield f"MASE {ratio:.3f} of AutoETS (reach {REACH_MASE}): {_met(ratio <= REACH_MASE)}"
    yield f"points of a series {ms:.2f} ms (reach {REACH_MS}): {_met(ms <= REACH_MS)}"
    for level, within in REACH_COVERAGE.items():
        share = float(np.mean(own.inside[level]))
        yield f"{level} % band {share:.3f} (reach +- {within}): {_met(abs(share - level / 100) <= within)}"


def _met(yes: bool) -> str:
    return "met" if yes else "missed"


def spread(series: Sequence[Series]) -> Iterator[str]:
    """The lines of `forecasts/spread.py`: standardised errors of the series the constants were chosen on."""
    day, total = [], []
    for one in series[::2]:
        for end in one.origins():
            seen = panel(history(one, end), one.day(end), ())
            found = points_of(seen, np.zeros(1, np.int64))
            errors, by = found.errors[1:2, :-1], np.array([change(seen.type_values[0])])
            _, past = engine.scales(errors, by, step_of(ends_of(seen.values.shape[1])))
            in_growth = engine.standardised(errors, past)
            day.append(in_growth[0][0] * DAY_GROWTH)
            total.append(in_growth[1][0] * SUM_GROWTH)
    for name, errors, least in (("DAY", np.concatenate(day), WEEK), ("SUM", np.concatenate(total), 1)):
        growth = np.maximum.accumulate(np.nanmean(np.abs(errors), axis=0))
        growth /= growth[:least].mean()
        several = (errors / growth)[:, : WEEK if name == "DAY" else None]
        yield f"{name}_SHAPE = {np.nanquantile(several, QUANTILES).round(3).tolist()}"
        yield f"{name}_GROWTH = {growth.round(3).tolist()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, help="directory of the series, which are not shipped")
    parser.add_argument("--spread", action="store_true", help="print the table of standardised errors instead")
    asked = parser.parse_args()
    console, series = Console(width=120), public(asked.directory)
    if asked.spread:
        for line in spread(series):
            console.print(line, soft_wrap=True)
        return
    found = [scored(name, method, series) for name, method in METHODS.items()]
    halves = {"all": slice(None), "chosen on": slice(None, None, 2), "held out": slice(1, None, 2)}
    for name, which in halves.items():
        console.print(table(found, which, f"{name}: {len(series[which])} series, 12 moments each"))
    for line in reached(found):
        console.print(line)
    console.print(reconciliation(asked.directory))


if __name__ == "__main__":
    main()
