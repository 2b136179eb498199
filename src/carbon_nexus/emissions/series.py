"""Emissions hour by hour beside what such an hour usually comes to: sums of hours in, the answer out. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.emissions.schemas import EmissionsHour, EmissionsSeries, WindowTotals
from carbon_nexus.emissions.summary import Window, share_of, uncounted

WEEK = timedelta(hours=168)
WEEKS_BACK = 8
FEWEST_WEEKS = 4  # below that a median says nothing of what is usual
LOW, HIGH = 0.1, 0.9

HOURS_SCHEMA = {
    "weeks_back": pl.Int64(),
    "hour": pl.Datetime("us", "UTC"),
    "co2e_kg": pl.Float64(),
    "measured_kg": pl.Float64(),
    "event_count": pl.Int64(),
    "unestimated_count": pl.Int64(),
    "typical_kg": pl.Float64(),
    "typical_count": pl.Int64(),
}
"""One row per hour that has events, of the window (`weeks_back` 0) and of the same hours of the weeks before it.

`hour` is the hour of the window that it stands for; `event_count` and `co2e_kg` are of the events with an estimate.
"""


def series(window: Window, sums: pl.DataFrame, first_hour: datetime | None) -> EmissionsSeries:
    """The window's hours, the one under way included; `sums` as HOURS_SCHEMA.

    `first_hour` is the oldest hour with an event from which on hours without one are known to have none; None: there
    is no event.
    """
    hours = _every_hour(window)
    own = hours.join(sums.filter(pl.col("weeks_back") == 0), on="hour", how="left", maintain_order="left")
    known = own.join(usual(hours, sums, first_hour), on="hour", how="left", maintain_order="left")
    shown = [_hour(row, window) for row in known.iter_rows(named=True)]
    return EmissionsSeries(
        window_start=window.start,
        window_end=window.now,
        hours=shown,
        total=_total(own),
        usual_reason=_usual_reason(shown),
    )


def usual(hours: pl.DataFrame, sums: pl.DataFrame, first_hour: datetime | None) -> pl.DataFrame:
    """By `hour`: median `usual_kg`, `usual_low_kg`, `usual_high_kg` and `usual_weeks`, how many weeks they rest on.

    An hour in which nothing came in counts as zero once there were events before it; one in which nothing could be
    estimated is unknown and counts not at all. Null with fewer than FEWEST_WEEKS.
    """
    weeks = pl.DataFrame({"weeks_back": range(1, WEEKS_BACK + 1)}, schema={"weeks_back": pl.Int64})
    then = hours.join(weeks, how="cross").join(sums, on=["weeks_back", "hour"], how="left")
    seen = pl.col("hour") - pl.col("weeks_back") * WEEK >= pl.lit(first_hour, pl.Datetime("us", "UTC"))
    kg = pl.when(pl.col("event_count") > 0).then("co2e_kg").when(seen & pl.col("event_count").is_null()).then(0.0)
    known = then.with_columns(kg.alias("kg"))
    enough = pl.col("kg").count() >= FEWEST_WEEKS
    return known.group_by("hour").agg(
        pl.when(enough).then(pl.col("kg").median()).alias("usual_kg"),
        pl.when(enough).then(pl.col("kg").quantile(LOW, "linear")).alias("usual_low_kg"),
        pl.when(enough).then(pl.col("kg").quantile(HIGH, "linear")).alias("usual_high_kg"),
        pl.col("kg").count().alias("usual_weeks"),
    )


def _every_hour(window: Window) -> pl.DataFrame:
    hours = pl.datetime_range(window.start, window.end, "1h", closed="left", time_zone="UTC", eager=True)
    return hours.cast(HOURS_SCHEMA["hour"]).alias("hour").to_frame()


def _hour(row: Mapping[str, Any], window: Window) -> EmissionsHour:
    estimated, without = row["event_count"] or 0, row["unestimated_count"] or 0
    known = estimated > 0
    complete = known and row["typical_count"] == estimated + without
    return EmissionsHour(
        start=row["hour"],
        running=row["hour"] + timedelta(hours=1) > window.now,
        co2e_kg=row["co2e_kg"] if known else None,
        measured_kg=row["measured_kg"] if known else None,
        event_count=estimated + without,
        unestimated_count=without,
        typical_kg=row["typical_kg"] if complete else None,
        untypical_count=estimated + without - (row["typical_count"] or 0),
        **{name: row[name] for name in ("usual_kg", "usual_low_kg", "usual_high_kg", "usual_weeks")},
    )


def _total(own: pl.DataFrame) -> WindowTotals:
    sums = own.select(pl.exclude("hour", "weeks_back").sum()).row(0, named=True)
    estimated, without = sums["event_count"], sums["unestimated_count"]
    known = estimated > 0
    return WindowTotals(
        co2e_kg=sums["co2e_kg"] if known else None,
        measured_kg=sums["measured_kg"] if known else None,
        measured_share=share_of(sums["measured_kg"], sums["co2e_kg"]),
        event_count=estimated + without,
        unestimated_count=without,
        typical_kg=sums["typical_kg"] if known and sums["typical_count"] == estimated + without else None,
        untypical_count=estimated + without - sums["typical_count"],
        reason=uncounted(estimated, without),
    )


def _usual_reason(hours: list[EmissionsHour]) -> str | None:
    fewest = min(hour.usual_weeks for hour in hours)
    if fewest >= FEWEST_WEEKS:
        return None
    return f"{fewest} of the {FEWEST_WEEKS} weeks that are needed are known of at least one hour"
