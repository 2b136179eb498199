"""SQL of the backtest: which series there are and how long, their observations as numbers, and the stored hotspots."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import DAY_SCHEMA, MOMENT
from carbon_nexus.db.columns import read_frame
from carbon_nexus.hotspots.backtest import Asked

AT_ONCE = 2_000_000  # observations in one statement: 72 MB

_CHOSEN = """
tenant_id = %s AND (%s::text IS NULL OR entity = %s) AND (%s::text IS NULL OR entity_type = %s)
    AND (%s::text IS NULL OR {event_type} = %s)
"""
_EVENTS = f"{_CHOSEN.format(event_type='prediction_type')} AND event_time >= %s AND event_time < %s"
_DAYS = (
    f"{_CHOSEN.format(event_type='event_type')} AND day >= %s AND day < %s AND (event_count > 0 OR filled_count = 0)"
)
SERIES = f"""
SELECT entity, entity_type, prediction_type, activity_unit, count(*) FROM predictions
WHERE {_EVENTS} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608
SERIES_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type", "activity_unit"), pl.String),
    "count": pl.Int64,
}
# Numbers of fixed length behind each other, all in one value: half the time that the same takes row by row as CSV.
EVENTS = """
SELECT string_agg(int4send(given.series) || int8send(seen.event_id) || timestamptz_send(seen.event_time)
    || float8send(coalesce(CASE WHEN NOT seen.filled THEN seen.predicted_co2 END, 'NaN'))
    || float8send(coalesce(seen.activity, 'NaN')), '')
FROM unnest(%s::int4[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS given (series, entity, entity_type, event_type, activity_unit)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type
    AND coalesce(seen.activity_unit, '') = coalesce(given.activity_unit, '')
WHERE seen.tenant_id = %s AND seen.event_time >= %s AND seen.event_time < %s
"""
_EVENT = {"series": ">i4", "event_id": ">i8", "event_time": ">i8", "co2e_kg": ">f8", "activity": ">f8"}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL counts microseconds from here
COUNT_DAYS = f"SELECT count(*) FROM emissions_entity_daily WHERE {_DAYS}"  # noqa: S608
DAYS = f"SELECT {', '.join(DAY_SCHEMA)} FROM emissions_entity_daily WHERE {_DAYS}"  # noqa: S608
STORED = f"""
SELECT entity, entity_type, event_type, metric, severity, first_event_at, last_event_at, excess_kg, verdict
FROM hotspots
WHERE {_CHOSEN.format(event_type="event_type")} AND metric = %s AND event_count > 0
    AND first_event_at < %s AND last_event_at >= %s
"""  # noqa: S608
STORED_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type", "metric", "severity"), pl.String),
    "opened": MOMENT,
    "ended": MOMENT,
    "excess_kg": pl.Float64,
    "verdict": pl.String,
}


async def series(connection: AsyncConnection, tenant_id: int, asked: Asked, since: datetime) -> pl.DataFrame:
    """The series chosen that have events from `since` to the end, by name, with their count (SERIES_SCHEMA)."""
    given = (*_chosen(tenant_id, asked), since, asked.end)
    return await read_frame(connection, SERIES, SERIES_SCHEMA, given)


async def events(
    connection: AsyncConnection, tenant_id: int, chosen: pl.DataFrame, since: datetime, end: datetime
) -> pl.DataFrame:
    """The events of these series (SERIES_SCHEMA) from `since` to `end`, the series by its place there.

    With event_time, co2e_kg and activity, in the order of their time, of one moment as they were stored. What was made
    with an estimated value has no co2e_kg.
    """
    names = [chosen[name].to_list() for name in ("entity", "entity_type", "event_type", "activity_unit")]
    pieces = 1 + int(chosen["count"].sum()) // AT_ONCE
    bounds = [since + (end - since) * number / pieces for number in range(pieces)] + [end]
    parts = []
    for first, last in pairwise(bounds):
        given = (list(range(chosen.height)), *names, tenant_id, first, last)
        part = await asyncio.to_thread(_unpacked, await _packed(connection, given))
        parts.append(part.sort("event_id").sort("event_time", maintain_order=True).drop("event_id"))
    return pl.concat(parts)


async def count_days(connection: AsyncConnection, tenant_id: int, asked: Asked, first: date, end: date) -> int:
    """How many days of the entities chosen are on record, `end` excluded."""
    given = (*_chosen(tenant_id, asked), first, end)
    return int((await read_frame(connection, COUNT_DAYS, {"count": pl.Int64}, given)).item())


async def days(connection: AsyncConnection, tenant_id: int, asked: Asked, first: date, end: date) -> pl.DataFrame:
    """Those days (DAY_SCHEMA)."""
    return await read_frame(connection, DAYS, DAY_SCHEMA, (*_chosen(tenant_id, asked), first, end))


async def stored(connection: AsyncConnection, tenant_id: int, asked: Asked) -> pl.DataFrame:
    """The hotspots on record of those chosen that were going on in the time (STORED_SCHEMA); opened and ended are the
    first and last sign of them that lie in it.
    """
    given = (*_chosen(tenant_id, asked), asked.metric.value, asked.end, asked.start)
    found = await read_frame(connection, STORED, STORED_SCHEMA, given)
    last = asked.end - timedelta(microseconds=1)
    return found.with_columns(
        pl.max_horizontal("opened", pl.lit(asked.start)), pl.min_horizontal("ended", pl.lit(last))
    )


async def _packed(connection: AsyncConnection, parameters: Sequence[Any]) -> bytes:
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    async with raw.cursor(binary=True) as cursor:
        await cursor.execute(EVENTS, parameters)
        (packed,) = await cursor.fetchone()
    return packed or b""


def _unpacked(packed: bytes) -> pl.DataFrame:
    rows = np.frombuffer(packed, np.dtype(list(_EVENT.items())))
    columns = {name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in _EVENT}
    at = (pl.lit(_EPOCH) + pl.duration(microseconds=pl.col("event_time"))).cast(MOMENT)
    return pl.DataFrame(columns).with_columns(pl.col("co2e_kg", "activity").fill_nan(None), event_time=at)


def _chosen(tenant_id: int, asked: Asked) -> tuple[object, ...]:
    told = (asked.entity, asked.entity_type, asked.event_type)
    return (tenant_id, *(value for value in told for _ in range(2)))
