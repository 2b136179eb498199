"""How good the received rows are: completeness, share of simulated values, and values far from their neighbours."""

from typing import Any

import polars as pl

from carbon_nexus.activities.model import Quality

# The fields an estimate or its comparison needs, by event type; a row is complete when all of them have a value.
MATTERS: dict[str, tuple[str, ...]] = {
    "logistics": ("distance_km", "load_kg", "vehicle_type", "fuel_type", "speed"),
    "delivery": ("distance_km", "vehicle_type", "delivery_count"),
    "factory": ("energy_kwh", "shift_hours"),
    "warehouse": ("energy_kwh", "inventory_volume", "temperature"),
}
CHECKED_FOR_OUTLIERS = ("distance_km", "load_kg", "energy_kwh")
FEWEST_NEIGHBOURS = 20
FARTHEST_SPREADS = 3.0
# On the log scale. A lane that is always 100 km has a spread of zero; 101 km is no outlier for that.
LEAST_SPREAD = 0.1


def flag_outliers(events: pl.DataFrame) -> pl.DataFrame:
    """The event frame with `is_outlier`: true where a positive distance, load or energy lies far out among the rows
    of its supplier and event type in this frame, at least 20 of them. Flagged, never dropped.

    Far out is Tukey's outer fence on the log scale: more than 3 interquartile ranges outside the quartiles, the range
    counting as at least LEAST_SPREAD. Quartiles, because a site that is either on or off has two usual levels, and
    deviations from the median flag every hour of the rarer one (a seventh of the steel plant's hours).
    """
    # one window over all three columns: a window for each takes six times as long
    far = pl.any_horizontal(_is_far(pl.col(name)) for name in CHECKED_FOR_OUTLIERS)
    return events.with_columns(far.over("supplier_id", "event_type").alias("is_outlier"))


def _is_far(value: pl.Expr) -> pl.Expr:
    """Within one group; a value that is missing or not positive is neither far nor a neighbour."""
    log = pl.when(value > 0).then(value.log())
    low, high = log.quantile(0.25), log.quantile(0.75)
    reach = FARTHEST_SPREADS * pl.max_horizontal(high - low, pl.lit(LEAST_SPREAD))
    far = (log < low - reach) | (log > high + reach)
    return (far & (log.count() >= FEWEST_NEIGHBOURS)).fill_null(False)


def measure_by_supplier(events: pl.DataFrame) -> pl.DataFrame:
    """One row per supplier, by name: supplier_id, completeness_pct, predicted_pct (0-100), anomalies_count, total_rows.

    `events` is an event frame with `is_outlier`. Completeness is the mean over the rows of the share of the fields in
    MATTERS that have a value; predicted_pct is the share of simulated rows; anomalies are the flagged rows.
    """
    return events.group_by("supplier_id").agg(_measures()).sort("supplier_id")


def measure(events: pl.DataFrame) -> Quality:
    """The same over all rows together; the percentages of no rows are null."""
    totals: dict[str, Any] = events.select(_measures()).row(0, named=True)
    return Quality(**totals)


def _measures() -> list[pl.Expr]:
    return [
        (_completeness().mean() * 100).alias("completeness_pct"),
        (pl.col("simulated").fill_null(False).mean() * 100).alias("predicted_pct"),
        pl.col("is_outlier").sum().cast(pl.Int64).alias("anomalies_count"),
        pl.len().cast(pl.Int64).alias("total_rows"),
    ]


def _completeness() -> pl.Expr:
    share = pl.lit(None, dtype=pl.Float64)
    for event_type, fields in MATTERS.items():
        present = pl.sum_horizontal(pl.col(name).is_not_null() for name in fields) / len(fields)
        share = pl.when(pl.col("event_type") == event_type).then(present).otherwise(share)
    return share
