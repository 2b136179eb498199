"""The score of received rows, 0 to 100, with its reasons. Pure.

Six dimensions, each a share between 0 and 1, and what each weighs:

* completeness 35: the fields that matter (MATTERS) have a value, as the rows came;
* validity 25: rows were not rejected, of all rows received;
* measured 15: stored rows are not simulated;
* timeliness 10: stored rows arrived within TIMELY of their time;
* plausibility 10: stored rows are not flagged as outliers;
* uniqueness 5: rows were not there already, of all rows received.

The score is the weighted mean of the dimensions that can be told; lines of other programs, which have no source, tell
completeness, plausibility and measured alone. No rows, no score.

Sending a file again does no harm, as nothing is stored twice, and mending rejected rows begins with it: it costs 2.5
points, and any number of times never more than 5. Duplicates count as received in validity too, or else the rejected
rows of a file sent again would weigh double. A gap that is filled later has cost completeness already: it is told in
estimated_pct, and does not cost a second time.
"""

from collections.abc import Mapping
from math import floor
from typing import Any

import polars as pl

from carbon_nexus.quality.model import COUNTS, MISSING_OF, MOMENT, TIMELY

WEIGHTS = {
    "completeness": 35, "validity": 25, "measured": 15, "timeliness": 10, "plausibility": 10, "uniqueness": 5,
}  # fmt: skip
FIELDS_NAMED = 3  # in the sentence on completeness, the most missing first
NOTHING = 1e-6  # points that may be an error of rounding

FIGURES: dict[str, pl.DataType] = {
    **COUNTS,
    **dict.fromkeys(("complete_of", "simulated_of", "own_rows"), pl.Int64()),
    "first_day": MOMENT,
    "last_updated": MOMENT,
}
"""Counts over a window, as they are scored: `complete_of` and `simulated_of` are the stored rows whose completeness and
origin is told, `own_rows` those that came through our own ingest; first day and last moment of arrival."""

_OF = pl.col("own_rows") + pl.col("rejected_rows") + pl.col("duplicate_rows")
_SHARES = {
    "completeness": (pl.col("complete_rows"), pl.col("complete_of")),
    "validity": (_OF - pl.col("rejected_rows"), _OF),
    "measured": (pl.col("simulated_of") - pl.col("simulated_rows"), pl.col("simulated_of")),
    "timeliness": (pl.col("own_rows") - pl.col("late_rows"), pl.col("own_rows")),
    "plausibility": (pl.col("total_rows") - pl.col("anomalies_count"), pl.col("total_rows")),
    # of nothing but rejected rows it is not known whether they were there
    "uniqueness": (_OF - pl.col("duplicate_rows"), pl.when(pl.col("rejected_rows") < _OF).then(_OF)),
}


def added_up(figures: pl.DataFrame) -> pl.DataFrame:
    """All rows of FIGURES and `filled_rows` as one; no rows are one row without anything."""
    tallies = [pl.col(name).sum() for name in (*COUNTS, "complete_of", "simulated_of", "own_rows", "filled_rows")]
    return figures.select(*tallies, pl.col("first_day").min(), pl.col("last_updated").max())


def scored(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures (FIGURES and `filled_rows`, which were filled later and not simulated) with what they say.

    Adds `score` (0-100; null: nothing received), the percentages completeness_pct, predicted_pct, validity_pct,
    timeliness_pct, duplicate_pct, outlier_pct and estimated_pct (null where it cannot be told), and for every
    dimension its share and the points it costs.
    """
    shares = figures.with_columns(_share(*parts).alias(name) for name, parts in _SHARES.items())
    weight = pl.sum_horizontal(pl.when(pl.col(name).is_not_null()).then(each) for name, each in WEIGHTS.items())
    costs = shares.with_columns(
        (100 * each * (1 - pl.col(name)) / weight).alias(f"{name}_points") for name, each in WEIGHTS.items()
    )
    points = pl.sum_horizontal(f"{name}_points" for name in WEIGHTS)
    estimated = (pl.col("simulated_rows") + pl.col("filled_rows"), pl.col("simulated_of"))
    return costs.with_columns(
        pl.when(weight > 0).then((100 - points).clip(0, 100)).alias("score"),
        *((100 * pl.col(name)).alias(f"{name}_pct") for name in ("completeness", "validity", "timeliness")),
        (100 * (1 - pl.col("measured"))).alias("predicted_pct"),
        (100 * (1 - pl.col("uniqueness"))).alias("duplicate_pct"),
        (100 * (1 - pl.col("plausibility"))).alias("outlier_pct"),
        (100 * _share(*estimated)).alias("estimated_pct"),
    )


def reasons(figures: Mapping[str, Any]) -> list[str]:
    """One sentence for every dimension that costs points, the dearest first; `figures` is a row of `scored`."""
    costs = {name: figures[f"{name}_points"] or 0.0 for name in WEIGHTS}
    dearest = sorted((name for name in WEIGHTS if costs[name] > NOTHING), key=lambda name: -costs[name])
    # rounded down: what costs points is never said to be at 100 %
    shown = {name: floor(1000 * figures[name] + 1e-9) / 10 for name in dearest}
    return [f"{name} {shown[name]:g} %: {_why(name, figures)} ({_points(costs[name])})" for name in dearest]


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then((part / whole).clip(0, 1))


def _points(points: float) -> str:
    return f"-{points:.1f} points" if points >= 0.05 else "less than 0.1 points"


def _why(dimension: str, figures: Mapping[str, Any]) -> str:
    received = figures["own_rows"] + figures["rejected_rows"] + figures["duplicate_rows"]
    match dimension:
        case "completeness":
            return _missing(figures)
        case "validity":
            return f"{_rows(figures['rejected_rows'], received)} rejected"
        case "measured":
            return f"{_rows(round(figures['simulated_rows']), figures['simulated_of'])} simulated"
        case "timeliness":
            late = f"arrived more than {TIMELY.total_seconds() / 3600:.0f} hours after what they tell of"
            return f"{figures['late_rows']:,} of {_count(figures['own_rows'])} {late}"
        case "plausibility":
            return f"{_rows(figures['anomalies_count'], figures['total_rows'])} far from the others"
        case _:
            return f"{_rows(figures['duplicate_rows'], received)} there already"


def _missing(figures: Mapping[str, Any]) -> str:
    by_field = sorted(((figures[column] or 0, name) for name, column in MISSING_OF.items()), key=lambda each: -each[0])
    most = [(count, name) for count, name in by_field[:FIELDS_NAMED] if count > 0]
    if not most:
        return "fields that matter are missing"
    (first, name), *others = most
    listed = ", ".join([f"{name} is missing in {first:,}", *(f"{name} in {count:,}" for count, name in others)])
    return f"{listed} of {_count(figures['total_rows'])}"


def _rows(part: int, whole: int) -> str:
    return f"{part:,} of {_count(whole)} {'was' if part == 1 else 'were'}"


def _count(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"
