"""Daily sums as observations of the metric absolute. Pure."""

import polars as pl

from carbon_nexus.baselines.model import DAY_UNIT, METERED, MOMENT, Metric

WHOLE = 0.75  # of a meter's usual number of readings: a day with fewer is no day's sum
SUBJECT = ("entity", "entity_type", "event_type")


def observed_days(days: pl.DataFrame) -> pl.DataFrame:
    """Days (DAY_SCHEMA) as observations: an activity of one day each, at its beginning, and their kg.

    Of a metered site a day with fewer than three quarters of the usual number of readings has no value: missing data is
    not zero. `co2e_kg` is kept; `value` is null then, and where nothing could be estimated.
    """
    usual = pl.col("event_count").median().over(SUBJECT)
    whole = ~pl.col("event_type").is_in(METERED) | (pl.col("event_count") >= WHOLE * usual)
    return days.with_columns(
        metric=pl.lit(Metric.ABSOLUTE.value),
        activity_unit=pl.lit(DAY_UNIT),
        event_time=pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(MOMENT),
        activity=pl.lit(1.0),
        value=pl.when(whole & (pl.col("event_count") > 0)).then("co2e_kg"),
    ).sort("day", *SUBJECT)
