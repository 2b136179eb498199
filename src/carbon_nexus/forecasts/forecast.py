"""Seven days ahead of one daily series without dates: the outlook of a tenant that has only this."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import polars as pl

from carbon_nexus.forecasts.model import (
    ENDED_DAYS,
    HORIZON_DAYS,
    LEVELS,
    LONGEST_HORIZON,
    PROFILE_DAYS,
    QUANTILES,
    Forecast,
    Status,
)
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, outlook
from carbon_nexus.forecasts.told import lack

SOME_MONDAY = date(2024, 1, 1)  # only weekdays count
BAND = 95


def seven_days(history: Sequence[float | None]) -> Forecast:
    """The forecast that follows `history`: daily values, oldest first, None for a day without a measurement.

    Deterministic. Values must be finite, between 0 and LARGEST_VALUE; the unit is the caller's. Fewer than 14
    measured days in the last 56, or none in the last 14, give `insufficient_history`.
    """
    measured, recent, alive = (_measured(history[-days:]) for days in (len(history) or 1, PROFILE_DAYS, ENDED_DAYS))
    lacking = lack(measured, recent, alive)
    if lacking:
        return Forecast(Status.INSUFFICIENT_HISTORY, measured, reason=lacking)
    whole = outlook(_dated(history), SOME_MONDAY + timedelta(days=len(history)), ()).row(0, named=True)
    starts = [QUANTILES.index(end) * LONGEST_HORIZON for end in LEVELS[BAND]]
    weeks = [whole["points"][:HORIZON_DAYS]] + [whole["quantiles"][start : start + HORIZON_DAYS] for start in starts]
    unseen = set(_never_measured(history))
    values, low, high = (tuple(None if day in unseen else week[day] for day in range(HORIZON_DAYS)) for week in weeks)
    return Forecast(Status.OK, measured, values, low, high, _told(sorted(unseen)))


def _measured(values: Sequence[float | None]) -> int:
    return sum(value is not None for value in values)


def _dated(history: Sequence[float | None]) -> pl.DataFrame:
    """As the readings of one meter, of which a day without a value is a gap."""
    days = pl.date_range(SOME_MONDAY, SOME_MONDAY + timedelta(days=len(history) - 1), eager=True)
    rows = pl.DataFrame({"day": days, "value": pl.Series(history, dtype=pl.Float64)}).drop_nulls("value")
    named = rows.with_columns(entity=pl.lit("posted"), entity_type=pl.lit("site"), event_type=pl.lit("factory"))
    return named.select(*HISTORY_SCHEMA)


def _never_measured(history: Sequence[float | None]) -> Iterator[int]:
    """Days ahead, counted from 0, whose weekday the recent history lacks."""
    for day in range(HORIZON_DAYS):
        same = (len(history) - 7 * week + day for week in range(1, PROFILE_DAYS // 7 + 1))
        if all(history[at] is None for at in same if at >= 0):
            yield day


def _told(days: Sequence[int]) -> str | None:
    ahead = ", ".join(str(day + 1) for day in days)
    rest = f"that weekday was never measured in the last {PROFILE_DAYS} days"
    return f"no forecast for day {ahead} ahead: {rest}" if ahead else None
