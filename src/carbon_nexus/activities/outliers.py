"""Values far from their neighbours: flagged by a robust rule, never dropped. Pure."""

import polars as pl

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
