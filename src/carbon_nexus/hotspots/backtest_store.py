"""SQL of the backtest: which series there are and how long, their observations as numbers, and the stored hotspots."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import DAY_SCHEMA, MOMENT
from carbon_nexus.db.columns import read_frame
from carbon_nexus.hotspots.backtest import Asked

AT_ONCE = 2_000_000  # observations in one statement: about 150 MB of text

_CHOSEN = """
tenant_id = %s AND (%s::text IS NULL OR entity = %s) AND (%s::text IS NULL OR entity_type = %s)
    AND (%s::text IS NULL OR {event_type} = %s)
"""
_EVENTS = f"{_CHOSEN.format(event_type='prediction_type')} AND event_time >= %s AND event_time < %s"
_DAYS = f"{_CHOSEN.format(event_type='event_type')} AND day >= %s AND day < %s"
SERIES = f"""
SELECT entity, entity_type, prediction_type, activity_unit, count(*) FROM predictions
WHERE {_EVENTS} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608
SERIES_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type", "activity_unit"), pl.String),
    "count": pl.Int64,
}
# A number stands for the series, and one for the time: half as much text, and no names to compare.
EVENTS = """
SELECT given.series, seen.event_id, (extract(epoch FROM seen.event_time) * 1000000)::bigint,
    CASE WHEN NOT seen.filled THEN seen.predicted_co2 END, seen.activity
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS given (series, entity, entity_type, event_type, activity_unit)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type
    AND coalesce(seen.activity_unit, '') = coalesce(given.activity_unit, '')
WHERE seen.tenant_id = %s AND seen.event_time >= %s AND seen.event_time < %s
"""
EVENTS_SCHEMA = {
    **dict.fromkeys(("series", "event_id", "event_time"), pl.Int64),
    **dict.fromkeys(("co2e_kg", "activity"), pl.Float64),
}
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

    In the order of their time, of one moment as they were stored (EVENTS_SCHEMA without event_id, event_time as a
    moment). What was made with an estimated value has no co2e_kg.
    """
    names = [chosen[name].to_list() for name in ("entity", "entity_type", "event_type", "activity_unit")]
    pieces = 1 + int(chosen["count"].sum()) // AT_ONCE
    bounds = [since + (end - since) * number / pieces for number in range(pieces)] + [end]
    parts = []
    for first, last in pairwise(bounds):
        given = (list(range(chosen.height)), *names, tenant_id, first, last)
        part = await read_frame(connection, EVENTS, EVENTS_SCHEMA, given)
        parts.append(part.sort("event_id").sort("event_time", maintain_order=True).drop("event_id"))
    return pl.concat(parts).with_columns(pl.col("event_time").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))


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


def _chosen(tenant_id: int, asked: Asked) -> tuple[object, ...]:
    told = (asked.entity, asked.entity_type, asked.event_type)
    return (tenant_id, *(value for value in told for _ in range(2)))
