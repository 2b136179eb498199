"""SQL of the scan: the lock, the claim on the backlog, the events of a batch, how much waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import scan_backlog
from carbon_nexus.scans.claim import Range, clipped, merged
from carbon_nexus.scans.model import BATCH_EVENTS, CLAIMED_ROWS, EVENT_SCHEMA

# of a time that no date can say (infinity, before our era) the nearest that one can: the event is counted all the same
EVENT_TIME = """least(greatest(e."timestamp", '0001-01-02 00:00+00'), '9999-12-30 00:00+00')"""
COLUMNS = ", ".join({"event_id": "e.id", "event_time": EVENT_TIME}.get(name, f"e.{name}") for name in EVENT_SCHEMA)
# OFFSET 0 keeps the range the only condition the planner may pick an index by: with the tenant beside it, and
# statistics of yesterday, it read the tenant's whole key index for every batch (0.3 s at a million events stored)
IN_RANGES = """
FROM unnest(%s::bigint[], %s::bigint[]) AS claimed (first, last)
CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {key} BETWEEN claimed.first AND claimed.last OFFSET 0) AS e
"""
EVENTS = f"SELECT {COLUMNS} {IN_RANGES.format(table='events_normalized', key='id')} WHERE e.tenant_id = %s"
SCORED = f"SELECT e.event_id {IN_RANGES.format(table='predictions', key='event_id')} WHERE e.tenant_id = %s"
LAST_REPORTED = """
SELECT entity, entity_type, event_type, max(hour) FROM emissions_hourly
WHERE tenant_id = %s AND hour >= date_trunc('hour', %s::timestamptz, 'UTC') AND hour <= %s AND entity = ANY(%s)
GROUP BY entity, entity_type, event_type
"""
REPORTED_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type"), pl.String),
    "last_hour": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True)
class Waiting:
    """What is not scanned yet: how many events, and since when the oldest of them waits."""

    events: int
    since: datetime | None


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other scan of this tenant is in a batch; held until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"scan:{tenant_id}"))))


async def claim(connection: AsyncConnection, tenant_id: int) -> tuple[list[int], list[Range]]:
    """Backlog rows for one batch: their ids, and up to BATCH_EVENTS event ids they name, as disjoint ranges."""
    rows = (
        await connection.execute(
            select(scan_backlog.c.id, scan_backlog.c.first_event_id, scan_backlog.c.last_event_id)
            .where(scan_backlog.c.tenant_id == tenant_id)
            .order_by(scan_backlog.c.first_event_id)
            .limit(CLAIMED_ROWS)
        )
    ).all()
    ranges = clipped(merged([Range(row[1], row[2]) for row in rows]), BATCH_EVENTS)
    return [row[0] for row in rows], ranges


async def unscored_events(connection: AsyncConnection, tenant_id: int, ranges: Sequence[Range]) -> pl.DataFrame:
    """The events of these ranges that have no prediction, by id, with the columns of EVENT_SCHEMA."""
    bounds = [each.first for each in ranges], [each.last for each in ranges]
    events = await read_frame(connection, EVENTS, EVENT_SCHEMA, (*bounds, tenant_id))
    # what makes a batch safe to repeat: an event that already has its prediction is never taken again
    scored = await read_frame(connection, SCORED, {"event_id": pl.Int64}, (*bounds, tenant_id))
    return events.join(scored, on="event_id", how="anti").sort("event_id")


async def last_reported(
    connection: AsyncConnection, tenant_id: int, estimates: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """Of each subject of the batch the last hour up to now it has recorded events in, columns of REPORTED_SCHEMA.

    Only hours since the first event of the batch are looked at: events in the order of their time cost next to nothing.
    """
    entities = estimates["entity"].unique().to_list()
    given = (tenant_id, estimates["event_time"].min(), now, entities)
    return await read_frame(connection, LAST_REPORTED, REPORTED_SCHEMA, given)


async def release(connection: AsyncConnection, tenant_id: int, backlog_ids: Sequence[int], up_to: int) -> None:
    """Take done work off the backlog: of these rows, whatever they name up to event id `up_to`."""
    rows = (scan_backlog.c.tenant_id == tenant_id) & scan_backlog.c.id.in_(backlog_ids)
    await connection.execute(delete(scan_backlog).where(rows, scan_backlog.c.last_event_id <= up_to))
    left = scan_backlog.c.last_event_id - up_to
    await connection.execute(
        update(scan_backlog)
        .where(rows, scan_backlog.c.first_event_id <= up_to)
        .values(first_event_id=up_to + 1, event_count=func.least(scan_backlog.c.event_count, left))
    )


async def waiting(connection: AsyncConnection, tenant_id: int | None = None) -> Waiting:
    """How much waits for a scan, of one tenant or of all."""
    rows = select(func.coalesce(func.sum(scan_backlog.c.event_count), 0), func.min(scan_backlog.c.created_at))
    if tenant_id is not None:
        rows = rows.where(scan_backlog.c.tenant_id == tenant_id)
    events, since = (await connection.execute(rows)).one()
    return Waiting(int(events), since)


async def tenants_waiting(connection: AsyncConnection) -> list[int]:
    """Tenants that have unscored events."""
    return list((await connection.execute(select(scan_backlog.c.tenant_id).distinct())).scalars())
