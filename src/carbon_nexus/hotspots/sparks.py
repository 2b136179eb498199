"""Trends of many hotspots at once: what their entities emitted day by day, by what was typical. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

DAYS = 14


def spark_days(now: datetime) -> list[date]:
    """The UTC days of a trend, oldest first; the last one is today."""
    today = now.date()
    return [today - timedelta(days=ago) for ago in reversed(range(DAYS))]


def ratios_of(
    hotspot_ids: Iterable[int], days: Sequence[date], sums: Iterable[tuple[int, date, float, float]]
) -> dict[int, list[float | None]]:
    """By hotspot: actual / typical of each of the days; None: nothing was compared on it.

    `sums` are hotspot, day, actual kg and typical kg; a typical zero compares with nothing.
    """
    found = {(hotspot_id, day): actual / typical for hotspot_id, day, actual, typical in sums if typical > 0}
    return {hotspot_id: [found.get((hotspot_id, day)) for day in days] for hotspot_id in hotspot_ids}
