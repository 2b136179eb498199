"""Forecasts kept fresh: made from the daily sums, stored, and found again while nothing has changed. Never commits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.model import METERED
from carbon_nexus.forecasts import show, store
from carbon_nexus.forecasts.model import HISTORY_DAYS, HORIZON_DAYS, LONGEST_HORIZON, Level, Metric
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, outlook
from carbon_nexus.forecasts.show import DAY, Asked, Row
from carbon_nexus.forecasts.standins import with_filled_share
from carbon_nexus.kit.jobs import defer_once

TASK = "make_forecasts"
MOST_AT_ONCE = 500  # subjects whose forecast a request may wait for: two seconds
BEING_MADE = "The first forecast of so many series takes a while and is being made; ask again in a minute."

# Runs of this process: reading one of 1,000 series takes longer than all else a request does. Oldest out first.
MOST_REMEMBERED = 8
_remembered: dict[tuple[object, ...], pl.DataFrame] = {}


@dataclass(frozen=True)
class Run:
    """All series of a tenant (SERIES_SCHEMA) as of the morning of `origin_day`.

    `stale` says since when and why it is not what the history tells now; None: it is. Without `origin_day` there is no
    forecast yet and none of the series; `stale` tells that it is being made. `made_now`: by this very transaction.
    """

    series: pl.DataFrame
    origin_day: date | None
    made_at: datetime | None
    stale: str | None = None
    made_now: bool = False


async def current(connection: AsyncConnection, tenant_id: int, now: datetime, metric: Metric) -> Run:
    """The forecast from the full days before `now`'s: as stored if nothing has changed, else made anew.

    A tenant with many series gets the newest stored one, marked stale, and a job makes the next.
    """
    today = now.astimezone(UTC).date()
    head = await store.head(connection, tenant_id, metric, today - HISTORY_DAYS * DAY, today)
    if head.newest and _is_current(head, today):
        return await _stored(connection, tenant_id, metric, head.newest)
    if await store.subjects(connection, tenant_id, today - HISTORY_DAYS * DAY, today) > MOST_AT_ONCE:
        await defer_once(connection, TASK, f"{tenant_id}:{metric}", tenant_id=tenant_id, metric=metric.value)
        return await _not_current(connection, tenant_id, metric, head, today)
    # whoever comes second gets what there is; only where there is nothing it waits
    if await store.take_turn(connection, tenant_id, metric, wait=head.newest is None):
        return await renew(connection, tenant_id, now, metric)
    return await _not_current(connection, tenant_id, metric, head, today)


async def renew(connection: AsyncConnection, tenant_id: int, now: datetime, metric: Metric) -> Run:
    """The current forecast, however long it takes to make. The caller has the turn (`store.take_turn`)."""
    today = now.astimezone(UTC).date()
    first = today - HISTORY_DAYS * DAY
    head = await store.head(connection, tenant_id, metric, first, today)
    if head.newest and _is_current(head, today):
        return await _stored(connection, tenant_id, metric, head.newest)
    history = await store.history(connection, tenant_id, metric, first, today)
    closed = await closed_days(connection, tenant_id, now - HISTORY_DAYS * DAY, now + LONGEST_HORIZON * DAY)
    series = await asyncio.to_thread(_made, history, today, closed)
    run = store.Stored(today, head.digest, now)
    await store.save(connection, tenant_id, metric, run, series)
    return Run(series, today, now, made_now=True)


async def outlooks(connection: AsyncConnection, tenant_id: int, now: datetime) -> pl.DataFrame:
    """The current forecast of kg CO2e (OUTLOOK_SCHEMA and filled_share) with origin_day, made_at and stale.

    No row while the first one is being made.
    """
    run = await current(connection, tenant_id, now, Metric.CO2E_KG)
    return run.series.with_columns(
        origin_day=pl.lit(run.origin_day, pl.Date),
        made_at=pl.lit(run.made_at, pl.Datetime("us", "UTC")),
        stale=pl.lit(run.stale is not None),
    )


async def ahead(connection: AsyncConnection, tenant_id: int, now: datetime, asked: Asked) -> tuple[Run, Row | None]:
    """The current run, and of it the series that is asked for; None while the first run is being made.

    Raises NotFound and InvalidInput.
    """
    run = await current(connection, tenant_id, now, asked.metric)
    return run, None if run.origin_day is None else show.find(run.series, asked)


async def last_week(
    connection: AsyncConnection, tenant_id: int, run: Run, row: Row, metric: Metric
) -> dict[str, Any] | None:
    """The forecast of the seven days before the run's first beside what they came to; None: there was none.

    The one on record if there is one, else the one that would have been made from what was known then.
    """
    assert run.origin_day is not None
    first = run.origin_day - HORIZON_DAYS * DAY
    recorded = await store.one_series(connection, tenant_id, metric, first, tuple(row[name] for name in show.KEY))
    points = recorded["points"][0].to_list() if recorded.height else []
    made_as, points = ("recorded", points) if points else ("recalculated", row["before"])
    if not points:
        return None
    types = _event_types(run.series, row)
    of = {"entity": row["entity"], "entity_type": row["entity_type"], "event_types": types}
    actual = await store.actual(connection, tenant_id, metric, (first, run.origin_day), of)
    if not set(types) & set(METERED):  # a day without a trip of it is none, and a gap only where its history has such
        whole = row["history_days"] == (run.origin_day - row["first_day"]).days
        actual = {day: actual.get(day) or 0.0 for day in show.week_of(first) if whole or day in actual}
    return show.last(points, made_as, first, actual)


def _event_types(series: pl.DataFrame, row: Row) -> list[str]:
    if row["event_type"] is not None:
        return [row["event_type"]]
    of_it = pl.col("level") == Level.SUBJECT.value
    for name in ("entity", "entity_type"):
        if row[name] is not None:
            of_it &= pl.col(name) == row[name]
    return series.filter(of_it)["event_type"].unique().sort().to_list()


def _is_current(head: store.Head, today: date) -> bool:
    newest = head.newest
    return newest is not None and (newest.origin_day, newest.digest) == (today, head.digest)


def _made(history: pl.DataFrame, today: date, closed: Sequence[date]) -> pl.DataFrame:
    series = outlook(history.select(*HISTORY_SCHEMA), today, closed)
    return with_filled_share(series, history, today).select(*store.SERIES_SCHEMA)


async def _not_current(
    connection: AsyncConnection, tenant_id: int, metric: Metric, head: store.Head, today: date
) -> Run:
    newest = head.newest
    if newest is None:
        return Run(pl.DataFrame(schema=store.SERIES_SCHEMA), None, None, BEING_MADE)
    why = "days before it have changed since" if newest.origin_day == today else "that day is over"
    stale = f"It was made on {newest.made_at:%Y-%m-%d at %H:%M} UTC and {why}; the next one is being made."
    return await _stored(connection, tenant_id, metric, newest, stale)


async def _stored(
    connection: AsyncConnection, tenant_id: int, metric: Metric, run: store.Stored, stale: str | None = None
) -> Run:
    key = (connection.engine.url, tenant_id, metric, *run)
    series = _remembered.get(key)
    if series is None:
        series = _remembered[key] = await store.series(connection, tenant_id, metric, run.origin_day)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
    return Run(series, run.origin_day, run.made_at, stale)
