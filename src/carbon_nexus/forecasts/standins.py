"""How much of what a forecast leans on was filled in. Pure."""

from datetime import date, timedelta

import polars as pl

from carbon_nexus.forecasts.model import Level

RECENT = timedelta(days=56)
KEYS = {
    Level.TENANT: (),
    Level.EVENT_TYPE: ("event_type",),
    Level.ENTITY: ("entity", "entity_type"),
    Level.SUBJECT: ("entity", "entity_type", "event_type"),
}
NAMES = ("level", "entity", "entity_type", "event_type")


def with_filled_share(series: pl.DataFrame, history: pl.DataFrame, today: date) -> pl.DataFrame:
    """The series of an outlook with `filled_share`, 0 to 1: what stand-ins made of the last 56 days.

    `history` are days with `value` and, of that, `filled`. Null where the days came to nothing, and for the rest of an
    event type, whose entities change.
    """
    recent = history.filter(pl.col("day") >= today - RECENT)
    shares = pl.concat([_shares(recent, level, keys) for level, keys in KEYS.items()], how="diagonal_relaxed")
    return series.join(shares, on=NAMES, how="left", nulls_equal=True, maintain_order="left")


def _shares(recent: pl.DataFrame, level: Level, keys: tuple[str, ...]) -> pl.DataFrame:
    value = pl.col("value").sum()
    share = pl.when(value > 0).then(pl.col("filled").sum() / value).alias("filled_share")
    summed = recent.group_by(keys).agg(share) if keys else recent.select(share)
    absent = (pl.lit(None, pl.String).alias(name) for name in NAMES[1:] if name not in keys)
    return summed.select(pl.lit(level.value).alias("level"), *absent, *keys, "filled_share")
